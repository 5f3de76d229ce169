using CoherenceCheck.Explorer.Reductions;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Tests;

public sealed class PartialOrderTests(ITestOutputHelper output)
{
    private const int MaxStates = 1_200;

    // COHERENCECHECK_PROCESSES = how many systems.
    private static int Systems => int.Parse(Environment.GetEnvironmentVariable("COHERENCECHECK_PROCESSES") ?? "300");

    [Fact]
    public void Verdicts_and_lengths_of_counterexamples_are_those_without_reduction()
    {
        var (reduced, passed, saved, violated) = (0, 0L, 0L, 0);
        for (var seed = 1; seed <= Systems; seed++)
        {
            var system = ProcessSystem.Make(seed).System;
            Assert.Empty(WellFormedness.Check(system));
            foreach (var (property, deadlock) in new (string?, bool)[] { ("invariant", false), (null, true) })
            {
                var naive = new NaiveSearch(system, FrozenValues.None, property, null, deadlock, MaxStates);
                if (naive.TooLarge)
                {
                    continue;
                }

                foreach (var reductions in new[] { Reduction.PartialOrder, Reduction.All })
                {
                    var found = Find(system, property, deadlock, reductions, threads: 1);
                    AssertAgrees($"seed {seed}, {property ?? "deadlock"}, {reductions}", naive, found);
                    reduced += found.Reduced.AmpleSets > 0 ? 1 : 0;
                    passed += found.Reduced.PassedThrough;
                    saved += naive.States - found.States;
                    violated += found.Violation != ViolationKind.None ? 1 : 0;
                    if (seed % 8 == 0)
                    {
                        AssertSame(found, Find(system, property, deadlock, reductions, threads: 2));
                    }
                }
            }
        }

        output.WriteLine($"{reduced} with ample sets, {passed} states passed through, {saved} states saved, {violated} violated");
        Assert.True(reduced > Systems / 4, "hardly anything was reduced");
        Assert.True(passed > 1_000 && saved > 1_000);
        Assert.True(violated > Systems / 10);
    }

    [Fact]
    public void Ample_sets_that_overlook_what_is_asked_are_noticed()
    {
        var noticed = 0;
        for (var seed = 1; seed <= Systems; seed++)
        {
            var system = ProcessSystem.Make(seed).System;
            var naive = new NaiveSearch(system, FrozenValues.None, "invariant", null, deadlock: false, MaxStates);
            if (naive.TooLarge)
            {
                continue;
            }

            var faults = new ReductionFaults { OverlooksWhatIsAsked = true };
            noticed += Find(system, "invariant", deadlock: false, Reduction.PartialOrder, threads: 1, faults).Verdict != (naive.Violation == ViolationKind.None ? Verdict.Holds : Verdict.Violated) ? 1 : 0;
        }

        Assert.True(noticed > 3, $"noticed in {noticed} systems only");
    }

    [Fact]
    public void Ample_sets_that_overlook_reads_are_noticed()
    {
        // One process writes 1, then 2; the other must see the 1.
        var process = new Sort("process", ["p", "q"]);
        var pc = new Variable("pc", [process], new Domain.Range(0, 2), Role.State);
        var shared = new Variable("shared", [], new Domain.Range(0, 2), Role.State);
        var seen = new Variable("seen", [], new Domain.Range(0, 1), Role.Ghost);
        Rule Step(string name, int who, int at, Expr guard, params ReadOnlySpan<Statement> body) => new(
            name, [], Ex.And(Ex.Eq(Ex.Read(pc, Ex.Const(who)), at), guard), [.. body, Ex.Assign(pc, [Ex.Const(who)], Ex.Const(at + 1))], new RuleLabel(name, name));
        var system = new TransitionSystem(
            "seen", [process], [pc, shared, seen], [new InitialState("start", [])],
            [
                Step("one", 0, 0, Ex.True, Ex.Assign(shared, Ex.Const(1))),
                Step("two", 0, 1, Ex.True, Ex.Assign(shared, Ex.Const(2))),
                Step("see", 1, 0, Ex.Eq(Ex.Read(shared), 1), Ex.Assign(seen, Ex.Const(1))),
            ],
            [], null, Ex.True, [new Property("invariant", PropertyKind.Invariant, Ex.Eq(Ex.Read(seen), 0))]);
        Assert.Equal(Verdict.Violated, Find(system, "invariant", deadlock: false, Reduction.PartialOrder, threads: 1).Verdict);
        var faults = new ReductionFaults { OverlooksReads = true };
        Assert.Equal(Verdict.Holds, Find(system, "invariant", deadlock: false, Reduction.PartialOrder, threads: 1, faults).Verdict);
    }

    [Fact]
    public void Steps_of_one_process_that_nobody_sees_are_enough()
    {
        var found = Find(Counters(shared: false), "invariant", deadlock: false, Reduction.PartialOrder, threads: 1);

        // Both run to their ends at once: what remains is the start and the end.
        Assert.Equal(2, found.States);
        Assert.Equal(7, found.Reduced.PassedThrough);
        Assert.Equal(8, found.Transitions);
        Assert.All(found.Fired, fired => Assert.True(fired > 0));
    }

    [Fact]
    public void Steps_that_a_property_looks_at_are_looked_at()
    {
        var found = Find(Counters(shared: false, looksAt: true), "invariant", deadlock: false, Reduction.PartialOrder, threads: 1);
        Assert.Equal(0, found.Reduced.AmpleSets);
        Assert.Equal(25, found.States);
    }

    [Fact]
    public void Steps_that_write_the_same_cell_are_looked_at_in_each_order()
    {
        var found = Find(Counters(shared: true), "invariant", deadlock: false, Reduction.PartialOrder, threads: 1);
        Assert.Equal(0, found.Reduced.AmpleSets);
    }

    [Fact]
    public void A_circle_is_not_passed_through()
    {
        var found = Find(Counters(shared: false, isCircle: true), "invariant", deadlock: false, Reduction.PartialOrder, threads: 1);
        Assert.Equal(Verdict.Holds, found.Verdict);
        Assert.InRange(found.Reduced.AmpleSets, 2, 8);
    }

    // Two processes that count to 4, and write as they go.
    private static TransitionSystem Counters(bool shared, bool looksAt = false, bool isCircle = false)
    {
        var process = new Sort("process", ["p", "q"]);
        var pc = new Variable("pc", [process], new Domain.Range(0, 4), Role.State);
        var own = new Variable("own", [process], new Domain.Range(0, 4), Role.State);
        var common = new Variable("common", [], new Domain.Range(0, 4), Role.State);
        var p = new Parameter("p", process);
        var at = Ex.Read(pc, Ex.Param(p));
        var rules = Enumerable.Range(0, isCircle ? 5 : 4).Select(k => new Rule(
            $"step {k}", [p], Ex.Eq(at, k),
            [shared ? Ex.Assign(common, Ex.Const(k)) : Ex.Assign(own, [Ex.Param(p)], Ex.Const(k)), Ex.Assign(pc, [Ex.Param(p)], Ex.Const((k + 1) % 5))],
            new RuleLabel("process", "step")));
        var invariant = looksAt ? Ex.Not(Ex.Any("r", process, Ex.And(Ex.Eq(Ex.Read(pc, Ex.Local("r")), 4), Ex.Eq(Ex.Read(own, Ex.Local("r")), 2)))) : Ex.True;
        return new TransitionSystem(
            "counters", [process], [pc, own, common], [new InitialState("start", [])], [.. rules], [], null, Ex.True,
            [new Property("invariant", PropertyKind.Invariant, invariant)]);
    }

    private static Exploration Find(TransitionSystem system, string? property, bool deadlock, Reduction reductions, int threads, ReductionFaults? faults = null)
    {
        var request = new SearchRequest(property, [], deadlock, new SearchLimits()) { Reductions = reductions, Threads = threads, BlockStates = threads == 1 ? 65_536 : 5, PartStates = 1, Faults = faults };
        return Search.Run(CompiledSystem.Compile(system), FrozenValues.None, request, TestContext.Current.CancellationToken);
    }

    private static void AssertAgrees(string where, NaiveSearch naive, Exploration found)
    {
        // Of a model error and a violation on one level either may come first.
        var isSame = naive.Violation == found.Violation || (naive.Violation is ViolationKind.Property or ViolationKind.ModelError && found.Violation is ViolationKind.Property or ViolationKind.ModelError);
        Assert.True(isSame, $"{where}: {naive.Violation}, but {found.Violation}");
        if (naive.Violation != ViolationKind.None)
        {
            Assert.True(naive.Depth == found.Depth, $"{where}: {naive.Depth} steps, but {found.Depth}");
            return;
        }

        Assert.True(found.States <= naive.States, $"{where}: {found.States} states instead of {naive.States}");
        Assert.True(naive.Fired.Zip(found.Fired).All(pair => pair.Second < 0 || pair.First > 0 == pair.Second > 0), $"{where}: other rules fired");
    }

    private static void AssertSame(Exploration one, Exploration other)
    {
        Assert.Equal((one.Verdict, one.States, one.Transitions, one.Depth), (other.Verdict, other.States, other.Transitions, other.Depth));
        Assert.Equal(one.Fired, other.Fired);
        Assert.Equal(one.Trace.Select(step => step.Instance), other.Trace.Select(step => step.Instance));
    }
}
