using System.Collections.Immutable;
using CoherenceCheck.Explorer.Reductions;

namespace CoherenceCheck.Explorer;

/// <summary>Where a search gives up; the verdict is then undecided.</summary>
/// <param name="MaxStates">The number of states of this search.</param>
/// <param name="MaxBytes">The memory of this process, which its searches share.</param>
/// <param name="Deadline">The time; <see langword="null"/> for none.</param>
public sealed record SearchLimits(long MaxStates = long.MaxValue, long MaxBytes = long.MaxValue, DateTime? Deadline = null)
{
    /// <summary>Whether this process takes more memory than it may, so that no search can begin. Asks the system, so not to be asked often.</summary>
    public bool IsMemoryUsedUp => MemoryBudget.IsUsedUp(this);
}

/// <summary>How far a search is.</summary>
/// <param name="States">States found.</param>
/// <param name="Transitions">Transitions taken.</param>
/// <param name="Depth">Levels expanded.</param>
/// <param name="Queued">States that wait.</param>
public readonly record struct SearchProgress(long States, long Transitions, int Depth, long Queued);

/// <summary>What to look for.</summary>
/// <param name="Property">The invariant to check; <see langword="null"/> for none. Model errors are looked for always.</param>
/// <param name="Covers">The covers to look for.</param>
/// <param name="CheckDeadlock">Whether a state without successors that is not terminal is a violation.</param>
/// <param name="Limits">Where to give up.</param>
/// <param name="Progress">Told about every 10,000 states or so, on the searching thread; <see langword="null"/> for nobody.</param>
public sealed record SearchRequest(
    string? Property,
    ImmutableArray<string> Covers,
    bool CheckDeadlock,
    SearchLimits Limits,
    IProgress<SearchProgress>? Progress = null)
{
    /// <summary>Sights to note. They keep nothing from being reduced: one that is not seen may be true in a state that was passed over.</summary>
    public ImmutableArray<string> Sights { get; init; } = [];

    /// <summary>Threads of this search, at least 1. What is found does not depend on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>What may be used to look at fewer states.</summary>
    public Reduction Reductions { get; init; } = Reduction.None;

    /// <summary>The number of states above which reductions are used; 0 for always.</summary>
    public long ReduceFrom { get; init; }

    /// <summary>The number of states above which partial-order reduction is used; 0 for always.</summary>
    public long OrderFrom { get; init; }

    /// <summary>Whether to count what reductions saved, which takes a little time at the end.</summary>
    public bool CountSaved { get; init; }

    /// <summary>States after which limits are looked at, and threads meet; fewer where memory is scarce.</summary>
    internal int BlockStates { get; init; } = 65_536;

    /// <summary>The fewest states that are worth another thread.</summary>
    internal int PartStates { get; init; } = 256;

    /// <summary>Faults that tests put into reductions; <see langword="null"/> for none.</summary>
    internal ReductionFaults? Faults { get; init; }

    /// <summary>A fault, to prove that it is caught: tables grow without a look at the memory that this takes.</summary>
    internal bool ForgetsTables { get; init; }

    /// <summary>A search for one invariant without limits.</summary>
    public static SearchRequest For(string? property) => new(property, [], CheckDeadlock: false, new SearchLimits());
}
