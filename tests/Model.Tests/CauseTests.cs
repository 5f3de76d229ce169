using System.Collections.Immutable;
using CoherenceCheck.Explorer;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Tests.Support;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests;

/// <summary>Which steps of a counterexample its end depends on, and which had to come before which.</summary>
public sealed class CauseTests(ITestOutputHelper output)
{
    private const long Largest = 20_000;

    public static TheoryData<string> Files => ShippedSpecTests.Files;

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_order_that_keeps_what_had_to_come_before_ends_in_the_same_state(string file)
    {
        var random = new Random(1);
        var orders = 0;
        foreach (var (interpreter, trace, causes, _) in Counterexamples(file))
        {
            for (var round = 0; round < 3; round++, orders++)
            {
                var order = RandomOrder(causes, random, without: null);
                Assert.True(trace[^1].State.Equals(Follow(interpreter, trace, order)), $"seed 1: {string.Join(' ', order)}");
            }
        }

        output.WriteLine($"{orders} orders");
    }

    [Fact]
    public void Earlier_steps_are_no_more_than_the_cells_that_were_touched()
    {
        var cell = Specs.LoadFile("c01-icache-isolation.coh").Scenarios.SelectMany(Specs.Cells).First(cell => cell.Property != "deadlock");
        var interpreter = new Interpreter(cell.Model.System, cell.Frozen);
        var random = new Random(1);
        List<(RuleInstance? Instance, Valuation State)> walk = [(null, interpreter.InitialStates().First().State!)];
        while (walk.Count <= 1_000)
        {
            var next = interpreter.Successors(walk[^1].State).Where(successor => successor.State is not null).ToList();
            var taken = next[random.Next(next.Count)];
            walk.Add((taken.Instance, taken.State!));
        }

        var touched = Enumerable.Range(1, walk.Count - 1).Sum(step => interpreter.AccessesOf(walk[step - 1].State, walk[step].Instance!) is var cells ? (2 * cells.Reads.Count) + cells.Writes.Count : 0);
        Assert.InRange(cell.Model.CausesOf(interpreter, walk, cell.Property).After().Sum(earlier => earlier.Length), walk.Count, touched);
    }

    [Fact]
    public void A_forgotten_dependence_is_caught()
    {
        var random = new Random(1);
        var wrong = 0;
        foreach (var (interpreter, trace, causes, _) in Counterexamples("c01-icache-isolation.coh").Take(10))
        {
            // The last step alone forgets the one before it on which it depends.
            var forgotten = (trace.Count - 1, causes[^1].After[^1]);
            wrong += Enumerable.Range(0, 20).Count(_ => !trace[^1].State.Equals(Follow(interpreter, trace, RandomOrder(causes, random, forgotten))));
        }

        Assert.True(wrong > 0);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Without_the_effects_that_are_not_needed_the_end_is_the_same_and_without_one_more_it_is_not(string file)
    {
        var (steps, needed) = (0, 0);
        foreach (var (interpreter, trace, causes, cell) in Counterexamples(file))
        {
            var condition = cell.Model.System.Properties.First(property => property.Name == cell.Property).Condition;
            bool Violates(Valuation? state) => state is not null && interpreter.Evaluate(condition, state) == 0;
            bool Ends(int? alsoWithout) => Violates(Naive(interpreter, trace, cell.Model, step => causes[step].IsNeeded && step != alsoWithout));
            Assert.True(Ends(null), $"{cell}");
            foreach (var step in Enumerable.Range(1, trace.Count - 2).Where(step => causes[step].IsNeeded && !cell.Model.Facts.Decides(trace[step].Instance!)))
            {
                Assert.False(Ends(step), $"{cell}: step {step} is not needed: {trace[step].Instance}");
            }

            steps += trace.Count - 1;
            needed += causes.Count(cause => cause.IsNeeded);
        }

        output.WriteLine($"{needed} of {steps} steps are needed");
    }

    [Fact]
    public void Saying_that_all_steps_are_needed_or_none_is_caught()
    {
        foreach (var (interpreter, trace, _, cell) in Counterexamples("c01-icache-isolation.coh").Take(3))
        {
            var condition = cell.Model.System.Properties.First(property => property.Name == cell.Property).Condition;
            var none = Naive(interpreter, trace, cell.Model, _ => false);
            Assert.True(none is null || interpreter.Evaluate(condition, none) != 0);
            var butOne = Enumerable.Range(1, trace.Count - 2).Count(without => Naive(interpreter, trace, cell.Model, step => step != without) is { } end && interpreter.Evaluate(condition, end) == 0);
            Assert.True(butOne > 0);
        }
    }

    [Fact]
    public void The_tests_by_which_a_handler_skips_its_flush_are_needed()
    {
        var (interpreter, trace, causes, cell) = Counterexamples("c01-icache-isolation.coh").First(example => example.Cell.Row.Policy.Text == "first_time");
        var narrated = cell.Model.Narrate(cell.Cell, trace, cell.Property);
        var tests = narrated.Steps.Where(step => step.Action.Contains("if last", StringComparison.Ordinal)).ToList();
        Assert.Contains(tests, step => step is { IsNeeded: true } && step.Action.EndsWith("if last[v.mmu][p] == none (false)", StringComparison.Ordinal));
        Assert.Contains(tests, step => step is { IsNeeded: true } && step.Action.EndsWith("if last[v.mmu][p] != v (false)", StringComparison.Ordinal));
        Assert.Contains(tests, step => !step.IsNeeded);
        Assert.Contains(narrated.Steps, step => step is { IsNeeded: true, Action: "vcpu_load: last[v.mmu][p] = v" });
        Assert.All(narrated.Steps.Where(step => step.Action.Contains("tlbi", StringComparison.Ordinal)), step => Assert.False(step.IsNeeded));
    }

    /// <summary>The counterexamples of a spec's small cells, straightened as reports show them.</summary>
    private static IEnumerable<(Interpreter Interpreter, List<(RuleInstance? Instance, Valuation State)> Trace, ImmutableArray<StepCauses> Causes, CellCase Cell)> Counterexamples(string file)
    {
        var compiled = new Dictionary<ScenarioModel, CompiledSystem>();
        foreach (var cell in Specs.LoadFile(file).Scenarios.SelectMany(Specs.Cells).Where(cell => cell.Property != "deadlock"))
        {
            if (!compiled.TryGetValue(cell.Model, out var code))
            {
                compiled.Add(cell.Model, code = CompiledSystem.Compile(cell.Model.System));
            }

            var result = Search.Run(code, cell.Frozen, SearchRequest.For(cell.Property) with { Limits = new SearchLimits(Largest) }, TestContext.Current.CancellationToken);
            if (result.Violation == ViolationKind.Property)
            {
                var interpreter = new Interpreter(cell.Model.System, cell.Frozen);
                var trace = cell.Model.Straighten(interpreter, [.. result.Trace.Select(step => (step.Instance, step.State))], cell.Property);
                yield return (interpreter, trace, cell.Model.CausesOf(interpreter, trace, cell.Property).Find(), cell);
            }
        }
    }

    private static List<int> RandomOrder(ImmutableArray<StepCauses> causes, Random random, (int Step, int Earlier)? without)
    {
        var order = new List<int>();
        while (order.Count < causes.Length - 1)
        {
            var ready = Enumerable.Range(1, causes.Length - 1)
                .Where(step => !order.Contains(step) && causes[step].After.All(earlier => order.Contains(earlier) || without == (step, earlier))).ToList();
            order.Add(ready[random.Next(ready.Count)]);
        }

        return order;
    }

    private static Valuation? Follow(Interpreter interpreter, List<(RuleInstance? Instance, Valuation State)> trace, List<int> order) =>
        order.Aggregate((Valuation?)trace[0].State, (state, step) => state is null ? null : interpreter.Apply(state, trace[step].Instance!)?.State);

    /// <summary>The end of the trace when some steps only move their program counters; maintenance that was not issued does not take effect.</summary>
    private static Valuation? Naive(Interpreter interpreter, List<(RuleInstance? Instance, Valuation State)> trace, ScenarioModel model, Func<int, bool> hasEffect)
    {
        var state = trace[0].State;
        for (var step = 1; step < trace.Count; step++)
        {
            var instance = trace[step].Instance!;
            if (interpreter.Apply(state, instance)?.State is not { } after)
            {
                if (instance.Rule.Label.Agent != "hardware")
                {
                    return null;
                }

                continue;
            }

            if (hasEffect(step))
            {
                state = after;
                continue;
            }

            var passed = state.Clone();
            foreach (var change in state.Changes(after).Where(model.Facts.IsControl))
            {
                passed[change.Variable, change.Cell] = change.After;
            }

            state = passed;
        }

        return state;
    }
}
