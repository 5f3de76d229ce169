using System.Collections.Immutable;
using CoherenceCheck.Model.Narration;

namespace CoherenceCheck.Report.Tests;

/// <summary>The happens-before graph of a trace without what follows from the rest, and its part that the end depends on.</summary>
public sealed class CausalGraphTests
{
    [Fact]
    public void What_follows_from_other_steps_is_left_out()
    {
        var graph = CausalGraph.Of(Trace([], [1], [1, 2], [1, 3]));
        Assert.Equal([], graph.Before(1));
        Assert.Equal([1], graph.Before(2));
        Assert.Equal([2], graph.Before(3));
        Assert.Equal([3], graph.Before(4));
    }

    [Fact]
    public void The_core_keeps_the_order_that_a_step_outside_it_makes()
    {
        var trace = Trace([], [1], [2]);
        var core = CausalGraph.CoreOf(trace with { Steps = [.. trace.Steps.Select(step => step with { IsNeeded = step.Number != 2 })] });
        Assert.Equal([1], core.Before(3));
        Assert.DoesNotContain(2, core.Steps);
    }

    [Fact]
    public void A_trace_whose_causes_are_not_known_is_the_order_in_which_it_was_taken()
    {
        var graph = CausalGraph.CoreOf(Trace([], [], []));
        Assert.Equal([1, 2, 3], graph.Steps);
        Assert.Equal([2], graph.Before(3));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_graphs_are_reduced_as_a_naive_search_of_paths_reduces_them(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 100; round++)
        {
            var after = Enumerable.Range(1, random.Next(1, 14)).Select(step => Enumerable.Range(1, step - 1).Where(_ => random.Next(3) == 0).ToImmutableArray()).ToArray();
            if (after.All(earlier => earlier.IsEmpty))
            {
                continue; // Then causes are not known.
            }

            var needed = after.Select(_ => random.Next(2) == 0).ToArray();
            var trace = Trace(after);
            trace = trace with { Steps = [.. trace.Steps.Select(step => step with { IsNeeded = step.Number > 0 && needed[step.Number - 1] })] };
            var paths = Paths(after);
            bool Reaches(int from, int to) => paths.Contains((from, to));
            Check(CausalGraph.Of(trace), [.. Enumerable.Range(1, after.Length)], Reaches);
            Check(CausalGraph.CoreOf(trace), [.. Enumerable.Range(1, after.Length).Where(step => needed[step - 1])], Reaches);
        }
    }

    [Fact]
    public void Memory_grows_with_the_steps_and_not_with_their_square()
    {
        // Two CPUs that meet now and then, and a step of the hardware after each of theirs.
        const int Steps = 20_000;
        var after = Enumerable.Range(1, Steps).Select(step => Enumerable.Range(1, 3).Select(back => step - back).Where(earlier => earlier > 0 && (earlier % 3 == step % 3 || step % 7 == 0)).Append(1).Where(earlier => earlier < step).Distinct().Order().ToImmutableArray()).ToArray();
        var trace = Trace(after);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var graph = CausalGraph.Of(trace);
        Assert.Equal(Steps, graph.Steps.Length);

        // Sets of all earlier steps would take ten times as much for the last tenth alone.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, Steps * 10_000L);
    }

    private static void Check(CausalGraph graph, ImmutableArray<int> steps, Func<int, int, bool> reaches)
    {
        Assert.Equal(steps, graph.Steps.Order());
        var seen = new HashSet<int>();
        foreach (var step in graph.Steps)
        {
            var direct = steps.Where(earlier => reaches(earlier, step) && !steps.Any(between => reaches(earlier, between) && reaches(between, step)));
            Assert.Equal(direct, graph.Before(step));
            Assert.All(graph.Before(step), earlier => Assert.Contains(earlier, seen));
            seen.Add(step);
        }
    }

    private static HashSet<(int, int)> Paths(ImmutableArray<int>[] after)
    {
        var paths = new HashSet<(int, int)>();
        for (var step = 1; step <= after.Length; step++)
        {
            foreach (var earlier in after[step - 1])
            {
                paths.Add((earlier, step));
                paths.UnionWith(Enumerable.Range(1, step).Where(first => paths.Contains((first, earlier))).Select(first => (first, step)).ToList());
            }
        }

        return paths;
    }

    private static NarratedTrace Trace(params ImmutableArray<int>[] after) => new(
        ["P0"], [],
        [.. after.Prepend([]).Select((earlier, number) => new NarratedStep(number, StepAgent.Host, 0, null, null, "", null, [], [], [], [], earlier, true))]);
}
