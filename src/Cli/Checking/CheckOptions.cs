using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Explorer.Reductions;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Cli.Checking;

/// <summary>What the user asked of a check.</summary>
/// <param name="Threads">Threads that explore, whole systems or one together; from 1 to the number of cores.</param>
/// <param name="MaxStates">States of one cell.</param>
/// <param name="MaxBytes">Memory of the process.</param>
/// <param name="Deadline">When the whole command gives up, or <see langword="null"/>.</param>
/// <param name="Quiet">Whether to say nothing on standard error.</param>
/// <param name="Decider">Who decides what attributes come to.</param>
internal sealed record CheckOptions(int Threads, long MaxStates, long MaxBytes, DateTime? Deadline, bool Quiet, IAttributeDecider Decider)
{
    /// <summary>What may be used to look at fewer states.</summary>
    public Reduction Reductions { get; init; } = Reduction.All;

    /// <summary>Whether they are used from the first state on: else in systems of more states alone.</summary>
    public bool ReducesAlways { get; init; }

    /// <summary>Systems of fewer states are explored as they are: what reductions need first takes longer.</summary>
    public const long ReduceFrom = 100_000;

    /// <summary>In systems of fewer states no partial order is used: a counterexample would be searched for twice.</summary>
    public const long OrderFrom = 1_000_000;

    /// <summary>Whether a row that holds for want of a promise, or of what should have been reached, is not as expected.</summary>
    public bool IsStrict { get; init; }

    /// <summary>The revision of the manual whose readings specs have where they do not say; <see langword="null"/> for the defaults.</summary>
    public RevisionInfo? Revision { get; init; }

    /// <summary>The scenarios that are checked.</summary>
    public AskedScenarios Scenarios { get; init; } = AskedScenarios.All;

    /// <summary>Whether to count what reductions saved.</summary>
    public bool CountSaved { get; init; }

    /// <summary>A token that is cancelled at the deadline, or with another one.</summary>
    public CancellationTokenSource Timeout(CancellationToken cancellation)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (Deadline is { } deadline)
        {
            // Timers reach no further than some weeks; a longer limit is none.
            var left = deadline - DateTime.UtcNow;
            if (left <= TimeSpan.Zero)
            {
                // At once: a timer would be late.
                source.Cancel();
            }
            else if (left < TimeSpan.FromDays(20))
            {
                source.CancelAfter(left);
            }
        }

        return source;
    }
}
