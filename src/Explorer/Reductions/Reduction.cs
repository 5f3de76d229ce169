using System.Collections.Immutable;

namespace CoherenceCheck.Explorer.Reductions;

/// <summary>Ways to look at fewer states. None changes a verdict.</summary>
[Flags]
public enum Reduction
{
    /// <summary>Every reachable state is looked at.</summary>
    None = 0,

    /// <summary>Of states that differ only in which of several equal elements (vCPUs with equal programs, physical CPUs, lines) plays which part one is looked at.</summary>
    Symmetry = 1,

    /// <summary>Of steps that do not depend on each other one order is looked at. Counterexamples are searched for again without it, so that they are the shortest.</summary>
    PartialOrder = 2,

    /// <summary>Variables, rules and values that do not matter to what is asked are left out.</summary>
    Slicing = 4,

    /// <summary>All.</summary>
    All = Symmetry | PartialOrder | Slicing,
}

/// <summary>What reductions did in a search.</summary>
public sealed record ReductionResult
{
    /// <summary>Nothing was reduced.</summary>
    public static ReductionResult None { get; } = new();

    /// <summary>The number of renamings that were used, the identity included; 1 for none.</summary>
    public int Symmetries { get; init; } = 1;

    /// <summary>The number of states that those which were found stand for; <see langword="null"/> if it was not asked for, or is not known.</summary>
    public long? StatesWithoutSymmetry { get; init; }

    /// <summary>The number of values of program counters at which a few steps were enough; 0 where partial-order reduction was not used.</summary>
    public int AmpleSets { get; init; }

    /// <summary>How often a state was passed through, and not stored.</summary>
    public long PassedThrough { get; init; }

    /// <summary>The variables that slicing left out, and the cells whose values it forgets where nothing reads them any more.</summary>
    public ImmutableArray<string> LeftOut { get; init; } = [];
}
