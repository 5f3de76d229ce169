using CoherenceCheck.Model.Machine;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Narration;

/// <summary>Maintenance that was issued and is not complete, in words.</summary>
internal sealed class Maintenance(TraceContext context, SystemBuilder builder)
{
    private const int MostSteps = 64;

    private readonly Dictionary<(Variable, int Cell), string> _issuers = [];

    /// <summary>Remembers whose maintenance a step issued.</summary>
    public void Follow(StepView step)
    {
        if (step.Info.Speaker is { } speaker)
        {
            foreach (var change in step.Changes.Where(change => builder.PendingQueues.Any(queue => queue.Variable == change.Variable)))
            {
                _issuers[(change.Variable, change.Cell)] = speaker;
            }
        }
    }

    /// <summary>What is pending in a state: each with who issued it, where that is known, and on which PE.</summary>
    public IEnumerable<string> PendingIn(Valuation state) => Cells(state)
        .Select(cell => $"`{WordsOf(cell)}`{(_issuers.TryGetValue((cell.Queue.Variable, cell.Cell), out var speaker) ? $" of {speaker}" : "")} on {builder.Sorts.Pe.Elements[PeOf(cell)]}");

    /// <summary>What a DSB would have waited for, given the ways in which it may go.</summary>
    /// <param name="state">The state in which its turn comes.</param>
    /// <param name="instances">Its rule.</param>
    /// <param name="pe">The PE that executes it.</param>
    public (string Text, bool IsMissed) WaitsFor(Valuation state, IReadOnlyList<RuleInstance> instances, int pe)
    {
        var own = Cells(state).Where(cell => PeOf(cell) == pe).ToList();
        var waited = own.Where(cell =>
        {
            // It waits for what keeps it from going where nothing else is pending.
            var alone = state.Clone();
            foreach (var other in own.Where(other => other != cell))
            {
                alone[other.Queue.Variable, other.Cell] = other.Queue.Variable.Domain.Min;
            }

            return instances.All(instance => context.Interpreter.Evaluate(instance.Rule.Guard, alone, instance) == 0);
        }).Select(WordsOf).ToList();
        return waited.Count == 0 ? ("nothing is pending that it would have waited for", false)
            : ($"{string.Join(", ", waited.Select(words => $"`{words}`"))} {(waited.Count == 1 ? "is" : "are")} still pending on {builder.Sorts.Pe.Elements[pe]}", true);
    }

    /// <summary>The steps by which the maintenance that a step issued takes effect.</summary>
    public IEnumerable<(Valuation Before, Valuation After, RuleInstance Instance)> Complete(Valuation before, Valuation issued)
    {
        var fresh = before.Changes(issued).Where(change => builder.PendingQueues.Any(queue => queue.Variable == change.Variable)).ToList();
        var state = issued;
        for (var steps = 0; steps < MostSteps; steps++)
        {
            var next = builder.System.Rules.Where(rule => fresh.Exists(change => builder.PendingQueues.First(queue => queue.Variable == change.Variable) is var queue && rule.Name.StartsWith($"hw.{queue.Variable.Name}", StringComparison.Ordinal)))
                .SelectMany(RuleInstance.Of)
                .Select(instance => (Instance: instance, After: context.Interpreter.Apply(state, instance)?.State))
                .FirstOrDefault(pair => pair.After is not null && fresh.Exists(change => state[change.Variable, change.Cell] != pair.After[change.Variable, change.Cell]));
            if (next.After is null)
            {
                yield break;
            }

            yield return (state, next.After, next.Instance);
            state = next.After;
        }
    }

    private IEnumerable<(PendingQueue Queue, int Cell)> Cells(Valuation state) =>
        from queue in builder.PendingQueues
        from cell in Enumerable.Range(0, queue.Variable.CellCount)
        where state[queue.Variable, cell] != queue.Variable.Domain.Min
        select (queue, cell);

    private int PeOf((PendingQueue Queue, int Cell) cell) => cell.Queue.Effect.Place.Aggregate(cell.Cell, (rest, part) => rest / part.Sort.Size);

    private string WordsOf((PendingQueue Queue, int Cell) cell) =>
        cell.Queue.Effect.WordsOf(cell.Cell);
}

/// <summary>Maintenance of one kind that is not complete.</summary>
/// <param name="Effect">What it does.</param>
/// <param name="Variable">What says where it is pending: by PE, and by line where it is of one.</param>
internal sealed record PendingQueue(Effect Effect, Variable Variable);
