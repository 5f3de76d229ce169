using CoherenceCheck.Explorer.Reductions;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer;

/// <summary>Breadth-first search of a compiled system.</summary>
public static class Search
{
    /// <summary>Explores one cell on the calling thread; searches of the same compiled system may run at the same time.</summary>
    /// <exception cref="ArgumentException">A frozen variable has no value, or a property is not one of the system's.</exception>
    /// <exception cref="ExplorerDisagreementException">The counterexample is none for the interpreter.</exception>
    public static Exploration Run(CompiledSystem compiled, FrozenValues frozen, SearchRequest request, CancellationToken cancellation = default) =>
        request.Reductions == Reduction.None ? Run(compiled, frozen, request, states: null, cancellation) : RunReduced(compiled, frozen, request, cancellation);

    /// <summary>
    /// A small system is explored as it is: what reductions need first takes longer. Of a larger one symmetry is made use of first, which keeps
    /// counterexamples as short as they are; then all.
    /// </summary>
    private static Exploration RunReduced(CompiledSystem compiled, FrozenValues frozen, SearchRequest request, CancellationToken cancellation)
    {
        // Depths of covers are the least: partial order would lose them.
        var all = request.Covers.IsEmpty ? request.Reductions : request.Reductions & ~Reduction.PartialOrder;
        var stages = new (Reduction Reductions, long Most)[] { (Reduction.None, request.ReduceFrom), (all & ~Reduction.PartialOrder, request.OrderFrom) };
        foreach (var (reductions, most) in stages.Where(stage => stage.Most > 0 && stage.Reductions != all))
        {
            var limits = request.Limits with { MaxStates = Math.Min(request.Limits.MaxStates, most) };
            var result = Run(compiled, frozen, request with { Reductions = reductions, Limits = limits }, states: null, cancellation);
            if (result.StopReason != StopReason.MaxStates || request.Limits.MaxStates <= most)
            {
                return result;
            }
        }

        return RunWithAll(compiled, frozen, request with { Reductions = all }, cancellation);
    }

    /// <summary>A counterexample that was found with partial-order reduction need not be a shortest one: it is searched for again without.</summary>
    private static Exploration RunWithAll(CompiledSystem compiled, FrozenValues frozen, SearchRequest request, CancellationToken cancellation)
    {
        var result = Run(compiled, frozen, request, states: null, cancellation);
        if (result.Violation == ViolationKind.None || result.Reduced.AmpleSets == 0)
        {
            return result;
        }

        var shortest = Run(compiled, frozen, request with { Reductions = request.Reductions & ~Reduction.PartialOrder }, states: null, cancellation);
        return shortest.Verdict != Verdict.Holds
            ? shortest
            : throw new ExplorerDisagreementException("a counterexample under partial-order reduction is none without it");
    }

    /// <summary>A search that also lists the states, in the order in which they were found.</summary>
    internal static (Exploration Result, List<Valuation> States) RunAndList(
        CompiledSystem compiled, FrozenValues frozen, SearchRequest request, CancellationToken cancellation)
    {
        var states = new List<Valuation>();
        return (Run(compiled, frozen, request, states, cancellation), states);
    }

    private static Exploration Run(
        CompiledSystem compiled, FrozenValues frozen, SearchRequest request, List<Valuation>? states, CancellationToken cancellation) =>
        compiled.Layout.Words switch
        {
            1 => Run<OneWord>(compiled, frozen, request, states, cancellation),
            2 => Run<TwoWords>(compiled, frozen, request, states, cancellation),
            3 => Run<ThreeWords>(compiled, frozen, request, states, cancellation),
            4 => Run<FourWords>(compiled, frozen, request, states, cancellation),
            5 => Run<FiveWords>(compiled, frozen, request, states, cancellation),
            6 => Run<SixWords>(compiled, frozen, request, states, cancellation),
            _ => Run<AnyWords>(compiled, frozen, request, states, cancellation),
        };

    private static Exploration Run<TWidth>(
        CompiledSystem compiled, FrozenValues frozen, SearchRequest request, List<Valuation>? states, CancellationToken cancellation)
        where TWidth : struct, IWidth
    {
        using var run = new SearchRun<TWidth>(compiled, frozen, request, cancellation);
        var result = run.Run();
        states?.AddRange(run.States());
        return result;
    }
}
