using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Tests;

/// <summary>Faults in the compiled code are noticed: by the comparison with the naive search, or when a counterexample is replayed.</summary>
public sealed class SeededFaultTests
{
    private const int Seeds = 150;

    [Fact]
    public void Without_a_fault_nothing_is_noticed() => Assert.Equal(0, Noticed(_ => new FaultInjection()));

    [Fact]
    public void A_layout_that_is_one_bit_too_narrow_is_noticed() => Assert.True(Noticed(_ => new FaultInjection { BitsTaken = 1 }) > 20);

    [Fact]
    public void A_dropped_rule_is_noticed() => Assert.True(Noticed(s => new FaultInjection { DroppedRule = s.Rules[0].Name }) > 50);

    [Fact]
    public void A_fill_that_does_not_run_is_noticed() => Assert.True(Noticed(s => new FaultInjection { DroppedFill = s.Fills.FirstOrDefault()?.Name }) > 5);

    [Fact]
    public void A_dropped_domain_check_is_noticed() => Assert.True(Noticed(_ => new FaultInjection { NoDomainChecks = true }) > 5);

    [Fact]
    public void A_narrow_layout_gives_other_counts_on_a_known_system()
    {
        var narrow = CompiledSystem.Compile(IciSystem.Build(1, 2, 1, 2), new FaultInjection { BitsTaken = 1 });
        var right = CompiledSystem.Compile(IciSystem.Build(1, 2, 1, 2));
        Assert.NotEqual(Count(right), Count(narrow));
    }

    [Fact]
    public void A_counterexample_that_the_interpreter_does_not_confirm_is_an_internal_error()
    {
        // Without the fill red is seen, but never marked.
        var system = Systems.Colouring();
        var marked = Ex.Implies(Ex.Contains(Ex.Read(Systems.Seen), Ex.Const(0)), Ex.Contains(Ex.Read(Systems.Marks, Ex.Const(0)), Ex.Const(1)));
        system = system with { Properties = [new Property("marked", PropertyKind.Invariant, marked)] };
        var frozen = Systems.Allow(1, 1, 1);
        Assert.Equal(Verdict.Holds, Run(CompiledSystem.Compile(system), frozen).Verdict);
        var faulty = CompiledSystem.Compile(system, new FaultInjection { DroppedFill = "mark" });
        var thrown = Assert.Throws<ExplorerDisagreementException>(() => Run(faulty, frozen));
        Assert.Equal("step 1: after see(red) marks[red] is 2, not 0", thrown.Message);
    }

    [Fact]
    public void A_model_error_that_is_none_is_an_internal_error()
    {
        var replay = new TraceReplay(Systems.Counter(), FrozenValues.None);
        var start = new TraceStep(null, new Valuation([Systems.Count]));
        var step = new RuleInstance(Systems.Counter().Rules[0], []);
        Assert.Throws<ExplorerDisagreementException>(() => replay.Check(ViolationKind.ModelError, [start], step, null, -1));
        Assert.Throws<ExplorerDisagreementException>(() => replay.Check(ViolationKind.Property, [start], null, "small", -1));
        Assert.Throws<ExplorerDisagreementException>(() => replay.Check(ViolationKind.Deadlock, [start], null, null, -1));
        Assert.Throws<ExplorerDisagreementException>(() => replay.Check([start, new TraceStep(step, start.State)]));
        var elsewhere = start.State.Clone();
        elsewhere[Systems.Count, 0] = 2;
        Assert.Throws<ExplorerDisagreementException>(() => replay.Check([new TraceStep(null, elsewhere)]));
    }

    private static Exploration Run(CompiledSystem compiled, FrozenValues frozen) =>
        Search.Run(compiled, frozen, SearchRequest.For("marked"), TestContext.Current.CancellationToken);

    private static long Count(CompiledSystem compiled) =>
        Search.Run(compiled, FrozenValues.None, SearchRequest.For(null), TestContext.Current.CancellationToken).States;

    // In how many random systems the fault makes a difference that is seen.
    private static int Noticed(Func<TransitionSystem, FaultInjection> fault)
    {
        var noticed = 0;
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var random = RandomSystem.Make(seed);
            var naive = new NaiveSearch(random.System, random.Frozen, null, null, deadlock: false, maxStates: 200);
            if (!naive.TooLarge && !Agrees(random, naive, fault(random.System)))
            {
                noticed++;
            }
        }

        return noticed;
    }

    private static bool Agrees(RandomSystem random, NaiveSearch naive, FaultInjection fault)
    {
        try
        {
            var compiled = CompiledSystem.Compile(random.System, fault);
            var request = new SearchRequest(null, [], CheckDeadlock: false, new SearchLimits(MaxStates: 10_000));
            var (result, states) = Search.RunAndList(compiled, random.Frozen, request, TestContext.Current.CancellationToken);
            return result.Violation == naive.Violation && result.States == naive.States && result.Transitions == naive.Transitions
                && result.Depth == naive.Depth && naive.Reachable.SequenceEqual(states);
        }
        catch (ExplorerDisagreementException)
        {
            return false;
        }
    }
}
