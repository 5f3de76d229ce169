using System.Collections.Immutable;

namespace CoherenceCheck.Transitions;

/// <summary>Finds what is wrong with a system before it is explored.</summary>
public static class WellFormedness
{
    /// <summary>One sentence for each problem, in the system's order; empty for a system that is well formed.</summary>
    public static ImmutableArray<string> Check(TransitionSystem system)
    {
        var checker = new SystemChecker(system);
        checker.Run();
        return checker.Problems;
    }
}
