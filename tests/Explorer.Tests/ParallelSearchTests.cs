using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Tests;

/// <summary>A search with several threads finds the same, in the same order, as one with one thread, every time.</summary>
public sealed class ParallelSearchTests(ITestOutputHelper output)
{
    // COHERENCECHECK_PARALLEL = how many random systems.
    private static int Systems => int.Parse(Environment.GetEnvironmentVariable("COHERENCECHECK_PARALLEL") ?? "300");

    [Fact]
    public void States_counts_and_traces_of_random_systems_are_the_same_for_every_number_of_threads()
    {
        var (searches, violated, states) = (0, 0, 0L);
        for (var seed = 1; seed <= Systems; seed++)
        {
            var random = RandomSystem.Make(seed);
            var compiled = CompiledSystem.Compile(random.System);
            foreach (var (property, deadlock) in new (string?, bool)[] { (null, false), ("invariant", false), (null, true) })
            {
                var request = new SearchRequest(property, ["cover"], deadlock, new SearchLimits(MaxStates: 3000)) { BlockStates = 1 + (seed % 29), PartStates = 1 + (seed % 3) };
                var one = Search.RunAndList(compiled, random.Frozen, request, TestContext.Current.CancellationToken);
                foreach (var threads in new[] { 2, 3 })
                {
                    var more = Search.RunAndList(compiled, random.Frozen, request with { Threads = threads }, TestContext.Current.CancellationToken);
                    Assert.Null(Difference(one, more) is { } difference ? $"seed {seed}, {threads} threads, property {property}: {difference}" : null);
                }

                searches++;
                violated += one.Result.Verdict == Verdict.Violated ? 1 : 0;
                states += one.Result.States;
            }
        }

        output.WriteLine($"{searches} searches, {violated} violated, {states} states");
        Assert.True(violated > Systems / 10);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void A_known_system_has_the_same_states_in_the_same_order(int threads)
    {
        var compiled = CompiledSystem.Compile(IciSystem.Build(2, 2, 2, 2));
        var request = SearchRequest.For("coherent execute");
        var one = Search.RunAndList(compiled, FrozenValues.None, request, TestContext.Current.CancellationToken);
        for (var run = 0; run < 3; run++)
        {
            Assert.Null(Difference(one, Search.RunAndList(compiled, FrozenValues.None, request with { Threads = threads }, TestContext.Current.CancellationToken)));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_violation_has_the_same_trace_and_counts(int threads)
    {
        // Without the flush the writers meet old lines.
        var compiled = CompiledSystem.Compile(IciSystem.Build(2, 2, 2, 2, policy: false));
        var request = SearchRequest.For("coherent execute");
        var one = Search.RunAndList(compiled, FrozenValues.None, request, TestContext.Current.CancellationToken);
        Assert.Equal(Verdict.Violated, one.Result.Verdict);
        Assert.Null(Difference(one, Search.RunAndList(compiled, FrozenValues.None, request with { Threads = threads, BlockStates = 4096 }, TestContext.Current.CancellationToken)));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(5_000)]
    [InlineData(20_000)]
    public void A_limit_of_states_stops_at_the_same_place(long limit)
    {
        var compiled = CompiledSystem.Compile(IciSystem.Build(2, 2, 2, 2));
        var request = SearchRequest.For("coherent execute") with { Limits = new SearchLimits(MaxStates: limit) };
        var one = Search.RunAndList(compiled, FrozenValues.None, request, TestContext.Current.CancellationToken);
        Assert.Equal(StopReason.MaxStates, one.Result.StopReason);
        Assert.Null(Difference(one, Search.RunAndList(compiled, FrozenValues.None, request with { Threads = 2 }, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public void A_limit_of_memory_leaves_it_undecided()
    {
        var request = SearchRequest.For(null) with { Limits = new SearchLimits(MaxBytes: 1), Threads = 2 };
        Assert.Equal(StopReason.MaxMemory, Search.Run(CompiledSystem.Compile(IciSystem.Build(2, 2, 2, 2)), FrozenValues.None, request, TestContext.Current.CancellationToken).StopReason);
    }

    [Fact]
    public void A_cancelled_search_ends_its_threads()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var result = Search.Run(CompiledSystem.Compile(IciSystem.Build(2, 3, 2, 2)), FrozenValues.None, SearchRequest.For(null) with { Threads = 2 }, cancelled.Token);
        Assert.Equal((Verdict.Undecided, StopReason.Cancelled), (result.Verdict, result.StopReason));
    }

    [Fact]
    public void A_phase_that_fails_on_any_thread_fails()
    {
        using var crew = new Crew(3);
        var thrown = Assert.Throws<AggregateException>(() => crew.Run(number => throw new InvalidOperationException($"part {number}"), isShort: false));
        Assert.Equal(3, thrown.InnerExceptions.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void All_parts_of_a_phase_are_done_when_it_returns_and_short_phases_by_the_caller(int size)
    {
        using var crew = new Crew(size);
        var done = new int[size];
        var threads = new Thread[size];
        for (var phase = 1; phase <= 2_000; phase++)
        {
            // Now and then somebody is late by more than a moment, so that the others sleep.
            var late = phase % 500 == 0 ? phase / 500 % size : -1;
            crew.Run(
                number =>
                {
                    Thread.Sleep(number == late ? 5 : 0);
                    (done[number], threads[number]) = (done[number] + 1, Thread.CurrentThread);
                },
                isShort: phase % 2 == 0);
            Assert.All(done, count => Assert.Equal(phase, count));
            Assert.Equal(phase % 2 == 0 ? 1 : size, threads.Distinct().Count());
        }
    }

    [Fact]
    public void Another_order_is_noticed()
    {
        var compiled = CompiledSystem.Compile(IciSystem.Build(1, 2, 1, 2));
        var (result, states) = Search.RunAndList(compiled, FrozenValues.None, SearchRequest.For(null), TestContext.Current.CancellationToken);
        List<Valuation> swapped = [states[0], states[2], states[1], .. states.Skip(3)];
        Assert.Equal("the states, or their order", Difference((result, states), (result, swapped)));
        Assert.Equal("counts", Difference((result, states), (result with { Transitions = 0 }, states)));
    }

    private static string? Difference((Exploration Result, List<Valuation> States) one, (Exploration Result, List<Valuation> States) other)
    {
        var (a, b) = (one.Result, other.Result);
        return (a.Verdict, a.StopReason, a.Violation, a.ModelError) != (b.Verdict, b.StopReason, b.Violation, b.ModelError) ? $"{a.Verdict} {a.StopReason} {a.Violation}, {b.Verdict} {b.StopReason} {b.Violation}"
            : (a.States, a.Transitions, a.Depth) != (b.States, b.Transitions, b.Depth) ? "counts"
            : !a.Fired.SequenceEqual(b.Fired) ? "how often rules fired"
            : !a.Covers.SequenceEqual(b.Covers) ? "covers"
            : !Steps(a.Trace).SequenceEqual(Steps(b.Trace)) ? "the trace"
            : !one.States.SequenceEqual(other.States) ? "the states, or their order"
            : null;
    }

    private static IEnumerable<(string?, Valuation)> Steps(ImmutableArray<TraceStep> trace) => trace.Select(step => (step.Instance?.ToString(), step.State));
}
