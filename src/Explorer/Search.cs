using System.Collections.Immutable;
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
    /// A small system is explored as it is: what reductions need first takes longer. Of a larger one first what keeps
    /// counterexamples as short as they are is made use of, then all.
    /// </summary>
    private static Exploration RunReduced(CompiledSystem compiled, FrozenValues frozen, SearchRequest request, CancellationToken cancellation)
    {
        // Depths of covers are the least: partial order would lose them.
        var all = request.Covers.IsEmpty ? request.Reductions : request.Reductions & ~Reduction.PartialOrder;
        var stages = new (Reduction Reductions, long Most)[] { (Reduction.None, request.ReduceFrom), (all & ~Reduction.PartialOrder, request.OrderFrom) };
        var (fired, seen) = (ImmutableArray<long>.Empty, ImmutableArray<string>.Empty);
        foreach (var (reductions, most) in stages.Where(stage => stage.Most > 0 && stage.Reductions != all))
        {
            var limits = request.Limits with { MaxStates = Math.Min(request.Limits.MaxStates, most) };
            var result = Known(RunWithAll(compiled, frozen, request with { Reductions = reductions, Limits = limits }, cancellation), fired, seen);
            if (result.StopReason != StopReason.MaxStates || request.Limits.MaxStates <= most)
            {
                return result;
            }

            (fired, seen) = (result.Fired, result.Seen);
        }

        return Known(RunWithAll(compiled, frozen, request with { Reductions = all }, cancellation), fired, seen);
    }

    // A rule that slicing leaves out may have fired in the search of the whole that came before; what was seen then was true.
    private static Exploration Known(Exploration result, ImmutableArray<long> fired, ImmutableArray<string> seen) => result with
    {
        Fired = fired.IsEmpty ? result.Fired : [.. result.Fired.Zip(fired, (now, then) => now < 0 && then > 0 ? then : now)],
        Seen = [.. seen.Union(result.Seen, StringComparer.Ordinal)],
    };

    /// <summary>A counterexample that was found with partial-order reduction need not be a shortest one: it is searched for again without.</summary>
    private static Exploration RunWithAll(CompiledSystem compiled, FrozenValues frozen, SearchRequest request, CancellationToken cancellation)
    {
        if (request.Reductions.HasFlag(Reduction.Slicing))
        {
            return RunSliced(compiled, frozen, request, cancellation);
        }

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

    /// <summary>Explores what slicing leaves of the bound system, and says it of the whole.</summary>
    private static Exploration RunSliced(CompiledSystem compiled, FrozenValues frozen, SearchRequest request, CancellationToken cancellation)
    {
        request = request with { Reductions = request.Reductions & ~Reduction.Slicing };
        var bound = Binder.Bind(compiled.System, frozen);
        var sliced = Slicer.Slice(bound, Slicing.All, request.Property, request.Covers, request.CheckDeadlock);
        if (!sliced.IsSliced)
        {
            return RunWithAll(compiled, frozen, request, cancellation);
        }

        var result = RunWithAll(CompiledSystem.Compile(sliced.System), FrozenValues.None, request, cancellation);
        var fired = sliced.System.Rules.Zip(result.Fired).ToDictionary(pair => pair.First.Name, pair => pair.Second, StringComparer.Ordinal);
        var known = bound.Rules.Select(rule => rule.Name).ToHashSet(StringComparer.Ordinal);
        var rules = compiled.System.Rules.ToDictionary(rule => rule.Name, StringComparer.Ordinal);
        return result with
        {
            // A rule that binding left out never fires; one that slicing left out may.
            Fired = [.. compiled.System.Rules.Select(rule => fired.TryGetValue(rule.Name, out var count) ? count : known.Contains(rule.Name) ? -1 : 0)],
            Trace = [.. sliced.Lift(result.Trace, FrozenValues.None).Select(step => step with { Instance = step.Instance is null ? null : new RuleInstance(rules[step.Instance.Rule.Name], step.Instance.Arguments) })],
            Reduced = result.Reduced with { LeftOut = [.. sliced.Variables, .. sliced.DeadCells] },
        };
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
