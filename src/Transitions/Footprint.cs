using System.Collections.Immutable;

namespace CoherenceCheck.Transitions;

/// <summary>One cell of a variable.</summary>
/// <param name="Variable">The variable.</param>
/// <param name="Number">The cell's number.</param>
public readonly record struct StateCell(Variable Variable, int Number)
{
    /// <inheritdoc/>
    public override string ToString() => Variable.CellName(Number);
}

/// <summary>The cells of state and ghost that a step may read and write; frozen cells are left out. Never smaller than the truth.</summary>
public sealed class Footprint
{
    private readonly HashSet<StateCell> _reads = [];
    private readonly HashSet<StateCell> _writes = [];

    /// <summary>Cells whose value may matter.</summary>
    public IReadOnlySet<StateCell> Reads => _reads;

    /// <summary>Cells that may be assigned.</summary>
    public IReadOnlySet<StateCell> Writes => _writes;

    /// <summary>What a rule instance reads and writes by its guard and body; the fills that follow are not included.</summary>
    public static Footprint Of(RuleInstance instance) => Of(Grounder.Ground(instance));

    /// <summary>What a step reads and writes.</summary>
    public static Footprint Of(GroundStep step)
    {
        var footprint = new Footprint();
        footprint.Read(step.Guard);
        footprint.Add(step.Body);
        return footprint;
    }

    /// <summary>What an expression without folds reads.</summary>
    public static Footprint Of(Expr ground)
    {
        var footprint = new Footprint();
        footprint.Read(ground);
        return footprint;
    }

    private void Add(ImmutableArray<Statement> block)
    {
        foreach (var statement in block)
        {
            if (statement is Statement.ForEach)
            {
                throw new InvalidOperationException($"{statement.GetType().Name} is not a ground statement");
            }

            foreach (var part in Parts.Of(statement))
            {
                Read(part);
            }

            foreach (var inner in Parts.Blocks(statement))
            {
                Add(inner);
            }

            if (statement is Statement.Assign a)
            {
                AddCells(a.Variable, a.Index, _writes);
            }
        }
    }

    private void Read(Expr e)
    {
        if (e is Expr.Fold)
        {
            throw new InvalidOperationException($"{e.GetType().Name} is not a ground expression");
        }

        foreach (var part in Parts.Of(e))
        {
            Read(part);
        }

        if (e is Expr.Read r && r.Variable.Role != Role.Frozen)
        {
            AddCells(r.Variable, r.Index, _reads);
        }
    }

    // An index that is not known may be any element; a known one outside its sort touches no cell.
    private static void AddCells(Variable variable, ImmutableArray<Expr> index, HashSet<StateCell> cells, int position = 0, int cell = 0)
    {
        if (position == index.Length)
        {
            cells.Add(new StateCell(variable, cell));
            return;
        }

        var size = variable.Index[position].Size;
        var known = (index[position] as Expr.Const)?.Value;
        for (var i = 0; i < size; i++)
        {
            if (known is null || known == i)
            {
                AddCells(variable, index, cells, position + 1, cell * size + i);
            }
        }
    }
}
