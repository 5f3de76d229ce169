using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Reductions;

/// <summary>Where a cell is dead: at some values of its control, or everywhere.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Control">The cell that tells; <see langword="null"/> for none.</param>
/// <param name="Values">The values of the control.</param>
internal sealed record Death(StateCell Cell, StateCell? Control, ImmutableArray<long> Values);

/// <summary>Statements that reset the dead cells of one variable.</summary>
/// <remarks>Where all cells of a variable die alike, each by the control of its own elements, a loop resets them: it does not name elements, so that it leaves symmetries as they are.</remarks>
internal sealed class Resets
{
    private readonly Variable _variable;
    private readonly ImmutableArray<Death> _deaths;

    // For each index of the control the index of the variable that it follows; null if the cells do not die alike.
    private readonly ImmutableArray<int>? _follows;

    public Resets(IGrouping<Variable, Death> deaths)
    {
        (_variable, _deaths) = (deaths.Key, [.. deaths]);
        var first = _deaths[0];
        if (_deaths.Length == _variable.CellCount
            && _deaths.All(death => death.Control?.Variable == first.Control?.Variable && death.Values.SequenceEqual(first.Values)))
        {
            _follows = Follows(first.Control?.Variable);
        }
    }

    /// <summary>What resets the cells that may be dead after some steps of one rule.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="steps">All its instances.</param>
    public IEnumerable<Statement> After(Rule rule, IReadOnlyCollection<LivenessStep> steps)
    {
        var touched = _deaths.Where(death => steps.Any(step => Touches(step, death))).ToList();
        return touched.Count == 0 ? []
            : _follows is null ? touched.Select(One)
            : [Loop([.. _variable.Index.Select((_, position) => Parameter(rule, steps, position))])];
    }

    /// <summary>What resets the cells in an initial state.</summary>
    public IEnumerable<Statement> All() => _follows is null ? _deaths.Select(One) : [Loop([.. _variable.Index.Select(_ => (string?)null)])];

    private static bool Touches(LivenessStep step, Death death) =>
        step.Footprint.Writes.Contains(death.Cell) || (death.Control is { } control && step.Footprint.Writes.Contains(control));

    private ImmutableArray<int>? Follows(Variable? control)
    {
        var follows = ImmutableArray.CreateBuilder<int>();
        for (var i = 0; i < (control?.Index.Length ?? 0); i++)
        {
            var position = Enumerable.Range(0, _variable.Index.Length).Cast<int?>().FirstOrDefault(position =>
                _variable.Index[position!.Value] == control!.Index[i]
                && _deaths.All(death => Elements(death.Control!.Value)[i] == Elements(death.Cell)[position.Value]));
            if (position is null)
            {
                return null;
            }

            follows.Add(position.Value);
        }

        return follows.ToImmutable();
    }

    // A parameter of the rule that is the index of all cells which it touches: then others were reset before.
    private string? Parameter(Rule rule, IReadOnlyCollection<LivenessStep> steps, int position)
    {
        bool Is(int parameter) =>
            rule.Parameters[parameter].Sort == _variable.Index[position]
            && steps.All(step => _deaths.Where(death => Touches(step, death)).All(death => Elements(death.Cell)[position] == step.Arguments[parameter]))
            && !rule.Body.Any(statement => statement is Statement.Let let && let.Name == rule.Parameters[parameter].Name);
        var found = Enumerable.Range(0, rule.Parameters.Length).Where(Is).ToList();
        return found.Count == 0 ? null : rule.Parameters[found[0]].Name;
    }

    private Statement Loop(ImmutableArray<string?> parameters)
    {
        var names = parameters.Select((parameter, i) => parameter ?? $"dead {i}").ToList();
        Expr[] index = [.. names.Select(Ex.Local)];
        var statement = Reset(_deaths[0], index, [.. _follows!.Value.Select(i => index[i])]);
        for (var i = names.Count - 1; i >= 0; i--)
        {
            statement = parameters[i] is null ? Ex.ForEach(names[i], _variable.Index[i], statement) : statement;
        }

        return statement;
    }

    private static Statement One(Death death) =>
        Reset(death, Constants(death.Cell), death.Control is { } control ? Constants(control) : []);

    private static Statement Reset(Death death, Expr[] cell, Expr[] controlIndex)
    {
        var reset = Ex.Assign(death.Cell.Variable, cell, Ex.Const(death.Cell.Variable.Domain.Min));
        if (death.Control is not { } control)
        {
            return reset;
        }

        var value = Ex.Read(control.Variable, controlIndex);
        return Ex.When(death.Values.Aggregate(Ex.False, (any, one) => Ex.Or(any, Ex.Eq(value, one))), reset);
    }

    private static Expr[] Constants(StateCell cell) => [.. Elements(cell).Select(element => Ex.Const(element))];

    private static int[] Elements(StateCell cell)
    {
        var elements = new int[cell.Variable.Index.Length];
        var rest = cell.Number;
        for (var i = elements.Length - 1; i >= 0; i--)
        {
            elements[i] = rest % cell.Variable.Index[i].Size;
            rest /= cell.Variable.Index[i].Size;
        }

        return elements;
    }
}
