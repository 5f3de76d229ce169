using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Tests;

public sealed class SearchTests
{
    private static readonly CompiledSystem Ici = CompiledSystem.Compile(IciSystem.Build(2, 3, 2, 2));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_counter_is_explored_to_its_end()
    {
        var result = Run(Systems.Counter(), new SearchRequest("small", ["two"], CheckDeadlock: true, new SearchLimits()));
        Assert.Equal(Verdict.Holds, result.Verdict);
        Assert.Equal((4, 3, 3), (result.States, result.Transitions, result.Depth));
        Assert.Equal([3], result.Fired);
        Assert.Equal([new CoverResult("two", 2)], result.Covers);
        Assert.Empty(result.Trace);
    }

    [Fact]
    public void A_state_that_may_not_stop_is_a_deadlock()
    {
        var system = Systems.Counter() with { Terminal = Ex.False };
        var result = Run(system, new SearchRequest(null, [], CheckDeadlock: true, new SearchLimits()));
        Assert.Equal((Verdict.Violated, ViolationKind.Deadlock, 3), (result.Verdict, result.Violation, result.Depth));
        Assert.Equal(["", "step", "step", "step"], result.Trace.Select(t => $"{t.Instance}"));
        Assert.Equal(Verdict.Holds, Run(system, SearchRequest.For(null)).Verdict);
    }

    [Fact]
    public void A_model_error_is_a_verdict_of_its_own()
    {
        var result = Run(Systems.Counter() with { Rules = [Systems.Step(Ex.True)] }, SearchRequest.For("small"));
        Assert.Equal((ViolationKind.ModelError, 4), (result.Violation, result.Depth));
        Assert.Equal("count is given 4, which is outside 0..3", result.ModelError);
        Assert.Equal((4, 4), (result.States, result.Transitions));
        Assert.Equal(result.Trace[3].State, result.Trace[4].State);
    }

    [Fact]
    public void A_model_error_in_the_initial_state_has_no_trace()
    {
        var system = Systems.Counter() with { InitialStates = [new InitialState("bad", [Ex.Assign(Systems.Count, Ex.Const(9))])] };
        var result = Run(system, SearchRequest.For("small"));
        Assert.Equal((ViolationKind.ModelError, 0, 0), (result.Violation, result.Depth, result.States));
        Assert.Equal("count is given 9, which is outside 0..3", result.ModelError);
        Assert.Empty(result.Trace);
    }

    [Fact]
    public void An_initial_state_can_violate()
    {
        var system = Systems.Counter() with { Properties = [new Property("never", PropertyKind.Invariant, Ex.False)] };
        var result = Run(system, SearchRequest.For("never"));
        Assert.Equal((Verdict.Violated, 0, 1, 0), (result.Verdict, result.Depth, result.States, result.Transitions));
        Assert.Single(result.Trace);
    }

    [Fact]
    public void States_that_are_cut_are_one_sink()
    {
        var result = Run(Systems.Counter() with { Cut = Ex.Le(Ex.Const(2), Ex.Read(Systems.Count)) }, SearchRequest.For("small"));
        Assert.Equal((Verdict.Holds, 3, 2, 1), (result.Verdict, result.States, result.Transitions, result.Depth));
    }

    [Fact]
    public void One_compilation_serves_every_cell_of_a_shape()
    {
        var compiled = CompiledSystem.Compile(Systems.Colouring());
        Assert.Equal(Verdict.Violated, Search.Run(compiled, Systems.Allow(1, 1, 1), SearchRequest.For("not all"), Token).Verdict);
        Assert.Equal(Verdict.Holds, Search.Run(compiled, Systems.Allow(1, 0, 1), SearchRequest.For("not all"), Token).Verdict);
        Assert.Throws<ArgumentException>(() => Search.Run(compiled, FrozenValues.None, SearchRequest.For("not all"), Token));
    }

    [Fact]
    public void Properties_that_do_not_exist_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Run(Systems.Counter(), SearchRequest.For("two")));
        Assert.Throws<ArgumentException>(() => Run(Systems.Counter(), new SearchRequest(null, ["small"], CheckDeadlock: false, new SearchLimits())));
    }

    [Fact]
    public void Too_many_states_give_undecided()
    {
        var result = Limited(new SearchLimits(MaxStates: 10_000));
        Assert.Equal((Verdict.Undecided, StopReason.MaxStates), (result.Verdict, result.StopReason));
        Assert.InRange(result.States, 10_000, 20_000);
        Assert.Equal(Verdict.Holds, Limited(new SearchLimits(MaxStates: 1_133_217)).Verdict);
    }

    [Fact]
    public void Too_little_time_gives_undecided() =>
        Assert.Equal((Verdict.Undecided, StopReason.Timeout), Stop(Limited(new SearchLimits(Deadline: DateTime.UtcNow))));

    [Fact]
    public void Too_little_memory_gives_undecided()
    {
        Assert.Equal((Verdict.Undecided, StopReason.MaxMemory), Stop(Limited(new SearchLimits(MaxBytes: 1 << 20))));
    }

    [Fact]
    public async Task A_caller_can_stop_a_search()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        var result = Search.Run(Ici, FrozenValues.None, SearchRequest.For(null), source.Token);
        Assert.Equal((Verdict.Undecided, StopReason.Cancelled), Stop(result));
    }

    [Fact]
    public void A_violation_found_before_a_limit_is_a_violation()
    {
        var broken = CompiledSystem.Compile(IciSystem.Build(2, 3, 2, 2, policy: false));
        var full = Search.Run(broken, FrozenValues.None, SearchRequest.For("coherent execute"), Token);
        var request = SearchRequest.For("coherent execute") with { Limits = new SearchLimits(MaxStates: full.States - 1) };
        var limited = Search.Run(broken, FrozenValues.None, request, Token);
        Assert.Equal(Verdict.Violated, limited.Verdict);
        Assert.Equal(full.Depth, limited.Depth);
    }

    [Fact]
    public void The_counterexample_is_the_same_in_every_run()
    {
        var system = IciSystem.Build(2, 3, 2, 2, policy: false);
        var first = Search.Run(CompiledSystem.Compile(system), FrozenValues.None, SearchRequest.For("coherent execute"), Token);
        Assert.Equal((Verdict.Violated, ViolationKind.Property), (first.Verdict, first.Violation));
        for (var i = 0; i < 2; i++)
        {
            var again = Search.Run(CompiledSystem.Compile(system), FrozenValues.None, SearchRequest.For("coherent execute"), Token);
            Assert.Equal((first.States, first.Transitions, first.Depth), (again.States, again.Transitions, again.Depth));
            Assert.Equal(first.Trace, again.Trace);
        }
    }

    [Fact]
    public void Searches_of_one_compilation_may_run_at_the_same_time()
    {
        var results = Enumerable.Range(0, 4).AsParallel().WithDegreeOfParallelism(4)
            .Select(_ => Search.Run(Ici, FrozenValues.None, SearchRequest.For("coherent execute"), Token)).ToList();
        Assert.All(results, r => Assert.Equal((1_133_217, 9_997_446), (r.States, r.Transitions)));
    }

    [Fact]
    public void Progress_is_told()
    {
        var told = new Collected();
        Search.Run(Ici, FrozenValues.None, SearchRequest.For(null) with { Progress = told }, Token);
        Assert.True(told.Items.Count > 10);
        Assert.Equal(told.Items.Select(p => p.States).Order(), told.Items.Select(p => p.States));
    }

    [Fact]
    public void States_take_less_memory_than_promised()
    {
        // 45 bytes at two words; the array of states grows by half, so that up to a third of it can be free.
        var result = Limited(new SearchLimits());
        Assert.InRange(result.Bytes / (double)result.States, 8, 45);
    }

    private static (Verdict Verdict, StopReason Reason) Stop(Exploration result) => (result.Verdict, result.StopReason);

    private static Exploration Run(TransitionSystem system, SearchRequest request) =>
        Search.Run(CompiledSystem.Compile(system), FrozenValues.None, request, Token);

    private static Exploration Limited(SearchLimits limits) =>
        Search.Run(Ici, FrozenValues.None, SearchRequest.For("coherent execute") with { Limits = limits }, Token);

    private sealed class Collected : IProgress<SearchProgress>
    {
        public List<SearchProgress> Items { get; } = [];

        public void Report(SearchProgress value) => Items.Add(value);
    }
}
