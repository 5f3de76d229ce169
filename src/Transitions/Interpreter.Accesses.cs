using System.Collections.Immutable;

namespace CoherenceCheck.Transitions;

/// <summary>The cells that one step touched in one state: what it read to do what it did, and what it assigned.</summary>
/// <remarks>
/// Two steps next to each other, neither of which writes what the other reads or writes, may change places: each does the same
/// in the other order. Unlike <see cref="Footprint"/> this is of a step as it happened, with the fills that it set off.
/// </remarks>
/// <param name="Reads">Cells of state and ghost that were read.</param>
/// <param name="Writes">Cells that were assigned, also where the value stayed the same, and those that fills changed.</param>
public sealed record Accesses(IReadOnlySet<StateCell> Reads, IReadOnlySet<StateCell> Writes)
{
    /// <summary>Whether the order of two steps may matter.</summary>
    public bool ConflictWith(Accesses other) => Writes.Overlaps(other.Reads) || Writes.Overlaps(other.Writes) || Reads.Overlaps(other.Writes);
}

/// <content>What a step touches.</content>
public sealed partial class Interpreter
{
    private List<(Fill Fill, ImmutableArray<int> Arguments, IReadOnlySet<StateCell> MayRead)>? _fills;

    /// <summary>What an enabled instance touches in a state.</summary>
    /// <exception cref="InvalidOperationException">It is not enabled, or a model error.</exception>
    public Accesses AccessesOf(Valuation state, RuleInstance instance)
    {
        var log = new AccessLog();
        var scope = ScopeOf(instance.Rule.Parameters, instance.Arguments, log);
        var after = state.Clone();
        if (Evaluate(instance.Rule.Guard, state, scope) == 0 || Execute(instance.Rule.Body, after, scope) is not null)
        {
            throw new InvalidOperationException($"{instance} is not enabled, or a model error");
        }

        foreach (var (fill, arguments, mayRead) in _fills ??= [.. FillsWithReads()])
        {
            AddFill(fill, ScopeOf(fill.Parameters, arguments, new AccessLog()), mayRead, after, log);
        }

        return new Accesses(log.Reads, log.Writes);
    }

    private IEnumerable<(Fill Fill, ImmutableArray<int> Arguments, IReadOnlySet<StateCell> MayRead)> FillsWithReads() =>
        from fill in system.Fills
        from arguments in RuleInstance.Choices(fill.Parameters)
        let footprint = Footprint.Of(Grounder.Ground(fill, arguments))
        select (fill, arguments, (IReadOnlySet<StateCell>)footprint.Reads.Union(footprint.Writes).ToHashSet());

    // The state before was closed: a fill that can read nothing of what was written since does what it did then, nothing. One that
    // can, and does nothing, does so because of what it reads: that must stay as it is.
    private void AddFill(Fill fill, Scope scope, IReadOnlySet<StateCell> mayRead, Valuation after, AccessLog step)
    {
        if (!mayRead.Overlaps(step.Writes))
        {
            return;
        }

        var own = scope.Log!;
        if (Evaluate(fill.When, after, scope) != 0 && Cell(fill.Target, fill.Index, after, scope) is { } cell)
        {
            own.Read(fill.Target, cell);
            var (before, value) = (after[fill.Target, cell], Evaluate(fill.Value, after, scope));
            after[fill.Target, cell] = before | value;
            if (after[fill.Target, cell] != before)
            {
                own.Write(fill.Target, cell);
            }
        }

        step.Add(own);
    }

    private sealed class AccessLog
    {
        public HashSet<StateCell> Reads { get; } = [];

        public HashSet<StateCell> Writes { get; } = [];

        public void Read(Variable variable, int cell) => Reads.Add(new StateCell(variable, cell));

        public void Write(Variable variable, int cell) => Writes.Add(new StateCell(variable, cell));

        public void Add(AccessLog other)
        {
            Reads.UnionWith(other.Reads);
            Writes.UnionWith(other.Writes);
        }
    }
}
