using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Reductions;

/// <summary>What a rule instance does to the liveness of cells.</summary>
internal sealed class LivenessStep
{
    private readonly GroundStep _step;
    private readonly Dictionary<(StateCell Control, long Value), Expr> _guards = [];

    public LivenessStep(RuleInstance instance)
    {
        Rule = instance.Rule.Name;
        Arguments = instance.Arguments;
        _step = Grounder.Ground(instance);
        Footprint = Footprint.Of(_step);
        GuardReads = Footprint.Of(_step.Guard).Reads;
    }

    public string Rule { get; }

    public ImmutableArray<int> Arguments { get; }

    public Footprint Footprint { get; }

    public IReadOnlySet<StateCell> GuardReads { get; }

    /// <summary>Whether the step is not enabled where a cell has a value, whatever else is the case.</summary>
    public bool IsNever(StateCell control, long value) => Guard(control, value) is Expr.Const { Value: 0 };

    /// <summary>Whether the guard depends on a cell where another has a value.</summary>
    public bool GuardAsks(StateCell control, long value, StateCell cell) => Footprint.Of(Guard(control, value)).Reads.Contains(cell);

    /// <summary>The values that a cell may have after the step, if it has one before.</summary>
    public HashSet<long> Targets(StateCell control, long value)
    {
        var targets = new HashSet<long>();
        if (!Assigned(_step.Body, control, targets))
        {
            targets.Add(value);
        }

        return targets;
    }

    /// <summary>Whether the body may read a cell before it has written it, and whether it writes it on every path.</summary>
    public (bool Reads, bool Writes) Passes(StateCell cell) => Passes(_step.Body, cell);

    private static (bool Reads, bool Writes) Passes(ImmutableArray<Statement> block, StateCell cell)
    {
        foreach (var statement in block)
        {
            switch (statement)
            {
                case Statement.Assign a:
                    if (a.Index.Any(e => Asks(e, cell)) || Asks(a.Value, cell))
                    {
                        return (true, false);
                    }

                    if (Is(a, cell))
                    {
                        return (false, true);
                    }

                    break;
                case Statement.Let l when Asks(l.Value, cell):
                case Statement.Fail f when Asks(f.Condition, cell):
                case Statement.If i when Asks(i.Condition, cell):
                    return (true, false);
                case Statement.If i:
                    var (then, otherwise) = (Passes(i.Then, cell), Passes(i.Else, cell));
                    if (then.Reads || otherwise.Reads)
                    {
                        return (true, false);
                    }

                    if (then.Writes && otherwise.Writes)
                    {
                        return (false, true);
                    }

                    break;
                default:
                    break;
            }
        }

        return (false, false);
    }

    private static bool Asks(Expr e, StateCell cell) => Footprint.Of(e).Reads.Contains(cell);

    // Whether an assignment is to that cell and no other.
    private static bool Is(Statement.Assign assign, StateCell cell) => assign.Variable == cell.Variable && Emitter.KnownCell(assign.Variable, assign.Index) == cell.Number;

    /// <summary>Collects the values that a block may give a cell, and tells whether it does so on every path.</summary>
    private bool Assigned(ImmutableArray<Statement> block, StateCell cell, HashSet<long> values)
    {
        var always = false;
        foreach (var statement in block)
        {
            switch (statement)
            {
                case Statement.Assign a when a.Variable == cell.Variable && (Emitter.KnownCell(a.Variable, a.Index) ?? cell.Number) == cell.Number:
                    // What is outside the domain is a model error, after which nothing is read.
                    var range = ValueRange.Of(a.Value, _step.Lets);
                    for (var value = Math.Max(range.Min, cell.Variable.Domain.Min); value <= Math.Min(range.Max, cell.Variable.Domain.Max); value++)
                    {
                        values.Add(value);
                    }

                    always |= Is(a, cell);
                    break;
                case Statement.If i:
                    var (then, otherwise) = (Assigned(i.Then, cell, values), Assigned(i.Else, cell, values));
                    always |= then && otherwise;
                    break;
                default:
                    break;
            }
        }

        return always;
    }

    private Expr Guard(StateCell control, long value)
    {
        if (!GuardReads.Contains(control))
        {
            return _step.Guard;
        }

        return _guards.TryGetValue((control, value), out var known) ? known : _guards[(control, value)] = Simplifier.Simplify(_step.Guard, read => IsRead(read, control) ? value : null);
    }

    // A cell's value is known where it is read by a known index.
    private static bool IsRead(Expr.Read read, StateCell cell) => read.Variable == cell.Variable && Emitter.KnownCell(read.Variable, read.Index) == cell.Number;
}
