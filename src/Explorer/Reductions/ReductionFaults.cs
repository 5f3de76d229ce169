using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Reductions;

/// <summary>Faults that tests put into the reductions of a search, to prove that they are caught.</summary>
internal sealed record ReductionFaults
{
    /// <summary>Renamings that are used in place of those that are found.</summary>
    public SymmetryGroup? Group { get; init; }

    /// <summary>A variable whose cells are not renamed.</summary>
    public Variable? Forgotten { get; init; }

    /// <summary>Whether ample sets may write what is asked about.</summary>
    public bool OverlooksWhatIsAsked { get; init; }

    /// <summary>Whether ample sets depend on nothing that they or others read.</summary>
    public bool OverlooksReads { get; init; }

    /// <summary>The system as the renaming of states sees it.</summary>
    public static TransitionSystem Seen(TransitionSystem system, ReductionFaults? faults) =>
        faults?.Forgotten is null ? system : system with { Variables = system.Variables.Remove(faults.Forgotten) };
}
