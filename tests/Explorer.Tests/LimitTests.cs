using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Tests;

/// <summary>What a search that gave up says of what it saw.</summary>
public sealed class LimitTests
{
    private static readonly TransitionSystem System = IciSystem.Build(2, 2, 1, 2);
    private static readonly CompiledSystem Compiled = CompiledSystem.Compile(System);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void All_states_within_the_depth_were_found(int threads)
    {
        var depths = Depths();
        var isExact = false;
        for (var most = 1; most < depths.Count; most = (most * 3 / 2) + 1)
        {
            var (result, states) = Run(most, threads);
            if (result.Verdict == Verdict.Undecided)
            {
                Assert.True(AreFound(result.Depth, states, depths), $"{result.Depth} steps with {most} states");

                // That is no empty claim: a step more would be too many, unless the level was just complete.
                isExact |= !AreFound(result.Depth + 1, states, depths);
            }
        }

        Assert.True(isExact);
    }

    [Fact]
    public void What_waits_is_what_was_not_expanded()
    {
        var full = Run(int.MaxValue, 1).Result;
        Assert.Equal((Verdict.Holds, 0L), (full.Verdict, full.Waiting));
        var (limited, states) = Run(1000, 1);
        var interpreter = new Interpreter(System, FrozenValues.None);
        Assert.Equal(limited.Transitions, states.Take(states.Count - (int)limited.Waiting).Sum(state => interpreter.Successors(state).Count()));
        Assert.InRange(limited.Waiting, 1, 999);
    }

    /// <summary>A search that is called off while it looks at the last states, of which none leads on, has come to its end all the same.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_has_come_to_its_end_is_decided_though_it_is_called_off(int threads)
    {
        var result = CalledOff(65_536);
        Assert.Equal((Verdict.Holds, StopReason.None, 22_651L, 0L), (result.Verdict, result.StopReason, result.States, result.Waiting));

        // Where states are left to look at it is not decided.
        result = CalledOff(1_000);
        Assert.Equal((Verdict.Undecided, StopReason.Cancelled, 22_651L, 21_500L), (result.Verdict, result.StopReason, result.States, result.Waiting));

        Exploration CalledOff(int blockStates)
        {
            using var called = new CancellationTokenSource();
            var request = SearchRequest.For(null) with { Threads = threads, BlockStates = blockStates, Progress = new Calls(_ => called.Cancel()) };
            return Search.Run(CompiledSystem.Compile(Pairs()), FrozenValues.None, request, called.Token);
        }
    }

    // Two numbers are chosen, one after the other: the last of three levels holds nearly all states, and is told of when it is found.
    private static TransitionSystem Pairs()
    {
        var number = new Sort("number", [.. Enumerable.Range(0, 150).Select(i => $"n{i}")]);
        var (stage, first, second) = (new Variable("stage", [], new Domain.Range(0, 2), Role.State), new Variable("first", [], new Domain.Element(number), Role.State), new Variable("second", [], new Domain.Element(number), Role.State));
        var n = new Parameter("n", number);
        Rule Choose(string name, int at, Variable what) => new(
            name, [n], Ex.Eq(Ex.Read(stage), at), [Ex.Assign(what, Ex.Param(n)), Ex.Assign(stage, Ex.Const(at + 1))], new RuleLabel("test", name));
        return new TransitionSystem(
            "pairs", [number], [stage, first, second], [new InitialState("start", [])], [Choose("one", 0, first), Choose("two", 1, second)], [], null, Ex.True, []);
    }

    private sealed class Calls(Action<SearchProgress> action) : IProgress<SearchProgress>
    {
        public void Report(SearchProgress value) => action(value);
    }

    private static bool AreFound(int depth, List<Valuation> states, Dictionary<Valuation, int> depths)
    {
        var found = states.ToHashSet();
        return depths.Where(pair => pair.Value <= depth).All(pair => found.Contains(pair.Key));
    }

    private static (Exploration Result, List<Valuation> States) Run(int most, int threads)
    {
        var request = SearchRequest.For(null) with { Threads = threads, BlockStates = 7, PartStates = 2, Limits = new SearchLimits(MaxStates: most) };
        return Search.RunAndList(Compiled, FrozenValues.None, request, TestContext.Current.CancellationToken);
    }

    private static Dictionary<Valuation, int> Depths()
    {
        var interpreter = new Interpreter(System, FrozenValues.None);
        var depths = new Dictionary<Valuation, int>();
        var level = interpreter.InitialStates().Select(successor => successor.State!).ToList();
        for (var depth = 0; level.Count > 0; depth++)
        {
            level = [.. level.Where(state => depths.TryAdd(state, depth)).ToList().SelectMany(interpreter.Successors).Select(successor => successor.State!)];
        }

        return depths;
    }
}
