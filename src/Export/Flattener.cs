using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Export;

/// <summary>Makes a <see cref="FlatSystem"/> of a bound system.</summary>
public sealed partial class Flattener
{
    private readonly TransitionSystem _system;
    private readonly Identifiers _identifiers = new();
    private readonly Dictionary<StateCell, Variable> _variables = [];
    private readonly List<(Variable Variable, string Origin)> _declared = [];
    private readonly ImmutableArray<(GroundStep Step, Footprint Footprint)> _fills;
    private readonly Variable? _sink;
    private string? _refusal;
    private int _bits = 1;

    private Flattener(TransitionSystem system)
    {
        _system = system;
        foreach (var variable in system.Variables)
        {
            Declare(variable);
        }

        if (system.Cut is not null || _declared.Count == 0)
        {
            _sink = new Variable(_identifiers.For("x_", "cut"), [], new Domain.Range(0, 1), Role.State);
            _declared.Add((_sink, "1 in the sink of the cut"));
        }

        _fills =
        [
            .. from fill in system.Fills
               from arguments in RuleInstance.Choices(fill.Parameters)
               let step = Grounder.Ground(fill, arguments)
               where step.Guard is not Expr.Const { Value: 0 }
               select (step, Footprint.Of(step)),
        ];
    }

    /// <summary>Flattens a system without frozen variables.</summary>
    /// <param name="system">The system.</param>
    /// <param name="property">The invariant to keep, or <see langword="null"/>.</param>
    /// <param name="deadlock">Whether the invariant is, instead, that a state is terminal or has a successor.</param>
    /// <returns>The flat system, or why there is none: one sentence without its full stop.</returns>
    /// <exception cref="ArgumentException">A variable is frozen, or the property is not one of the system's invariants.</exception>
    public static (FlatSystem? System, string? Refusal) Of(TransitionSystem system, string? property, bool deadlock = false)
    {
        if (system.Variables.Any(variable => variable.Role == Role.Frozen))
        {
            throw new ArgumentException($"'{system.Name}' is not bound.", nameof(system));
        }

        if (property is not null && !system.Properties.Any(p => p.Name == property && p.Kind == PropertyKind.Invariant))
        {
            throw new ArgumentException($"'{system.Name}' has no invariant '{property}'.", nameof(property));
        }

        var flattener = new Flattener(system);
        var flat = flattener.Run(property, deadlock);
        return flattener._refusal is { } refusal ? (null, refusal) : (flat, null);
    }

    private FlatSystem Run(string? property, bool deadlock)
    {
        var initial = InitialStates();
        ImmutableArray<FlatRule> rules =
        [
            .. from rule in _system.Rules
               from instance in RuleInstance.Of(rule)
               let flat = Rule(instance)
               where flat is not null
               select flat,
        ];
        Begin();
        var condition = deadlock ? Ex.Or([Flat(Grounder.Ground(_system.Terminal)), .. rules.Select(rule => rule.Guard)])
            : property is null ? Ex.True
            : Flat(Grounder.Ground(_system.Properties.First(p => p.Name == property).Condition));
        return new FlatSystem(
            _system.Name,
            [.. _declared.Select(d => d.Variable)],
            [.. _declared.Select(d => d.Origin)],
            initial,
            rules,
            deadlock ? "deadlock" : property,
            _sink is null || _system.Cut is null ? condition : Ex.Or(Ex.Ne(Ex.Read(_sink), 0), condition),
            _bits);
    }

    // A cell that has one value only is no variable: reads of it are constants already.
    private void Declare(Variable variable)
    {
        if (variable.Domain.Min < int.MinValue || variable.Domain.Max > int.MaxValue)
        {
            Refuse($"'{variable.Name}' needs more than 32 bits");
        }

        for (var cell = 0; cell < variable.CellCount && variable.Domain.Min != variable.Domain.Max; cell++)
        {
            var name = _identifiers.For(variable.Role == Role.Ghost ? "g_" : "s_", variable.CellName(cell));
            var flat = new Variable(name, [], new Domain.Range(variable.Domain.Min, variable.Domain.Max), variable.Role);
            _variables.Add(new StateCell(variable, cell), flat);
            _declared.Add((flat, Meaning(variable, cell)));
        }
    }

    private static string Meaning(Variable variable, int cell) => variable.CellName(cell) + variable.Domain switch
    {
        Domain.Element e => ": " + string.Join(", ", e.Sort.Elements.Append("none").Take((int)e.Max + 1).Select((name, i) => FormattableString.Invariant($"{i} {name}"))),
        Domain.Subset s => ": bits " + string.Join(", ", s.Sort.Elements.Select((name, i) => FormattableString.Invariant($"{i} {name}"))),
        _ => "",
    };

    private ImmutableArray<ImmutableArray<long>> InitialStates()
    {
        var states = ImmutableArray.CreateBuilder<ImmutableArray<long>>();
        foreach (var (initial, successor) in _system.InitialStates.Zip(new Interpreter(_system, FrozenValues.None).InitialStates()))
        {
            if (successor.Error is { } error)
            {
                Refuse($"the initial state '{initial.Name}' has no meaning: {error}");
                continue;
            }

            ImmutableArray<long> state = successor.State is { } valuation
                ? [.. _variables.Keys.Select(cell => valuation[cell.Variable, cell.Number]), .. _sink is null ? [] : new[] { 0L }]
                : [.. _declared.Select(d => d.Variable == _sink ? 1 : d.Variable.Domain.Min)];
            if (!states.Any(other => other.AsSpan().SequenceEqual(state.AsSpan())))
            {
                states.Add(state);
            }
        }

        return states.ToImmutable();
    }

    private FlatRule? Rule(RuleInstance instance)
    {
        var step = Grounder.Ground(instance);
        if (step.Guard is Expr.Const { Value: 0 })
        {
            return null;
        }

        Begin();
        var guard = Flat(step.Guard);
        if (_sink is not null && _system.Cut is not null)
        {
            guard = Ex.And(Ex.Eq(Ex.Read(_sink), 0), guard);
        }

        var body = ImmutableArray.CreateBuilder<Statement>();
        Block(step.Body, body);
        foreach (var fill in Disturbed(Footprint.Of(step).Writes))
        {
            When(Flat(fill.Guard), body, inner => Block(fill.Body, inner));
        }

        if (_system.Cut is { } cut)
        {
            // All states that are cut are one: everything but the sink's own variable is reset.
            When(Flat(Grounder.Ground(cut)), body, inner => inner.AddRange(
                _declared.Select(d => Ex.Assign(d.Variable, d.Variable == _sink ? Ex.True : Ex.Const(d.Variable.Domain.Min)))));
        }

        return new FlatRule(instance.ToString(), instance.Rule.Label, guard, body.ToImmutable(), [.. _lets]);
    }

    // What a rule leaves alone is closed already: a fill follows if its reads or its target may have changed, by the body or a fill.
    private List<GroundStep> Disturbed(IEnumerable<StateCell> writes)
    {
        var written = new HashSet<StateCell>(writes);
        var result = new List<GroundStep>();
        foreach (var (step, footprint) in _fills)
        {
            if (written.Overlaps(footprint.Reads) || written.Overlaps(footprint.Writes))
            {
                result.Add(step);
                written.UnionWith(footprint.Writes);
            }
        }

        return result;
    }

    private void Refuse(string why) => _refusal ??= why;
}
