namespace CoherenceCheck.Transitions.Tests;

public sealed class InterpreterTests
{
    private static readonly Interpreter Colouring = new(Systems.Colouring(), Systems.Allow(1, 0, 1));

    [Fact]
    public void Only_enabled_instances_follow_in_order()
    {
        var start = Assert.Single(Colouring.InitialStates()).State!;
        Assert.Equal(["see(red)", "see(blue)"], Colouring.Successors(start).Select(s => s.Instance!.ToString()));
    }

    [Fact]
    public void Fills_follow_the_body()
    {
        var start = Colouring.InitialStates().First().State!;
        var both = Colouring.Successors(Colouring.Successors(start).Last().State!).Single().State!;
        Assert.Equal("seen = {red, blue}, last = red, marks[red] = {green}, marks[green] = {}, marks[blue] = {green}", both.ToString());
    }

    [Fact]
    public void A_value_out_of_the_domain_is_a_model_error_that_names_the_cell()
    {
        var system = Systems.Counter() with { Rules = [Systems.Step(Ex.True)] };
        var state = new Valuation(system.Variables);
        state[Systems.Count, 0] = 3;
        var successor = Assert.Single(new Interpreter(system, FrozenValues.None).Successors(state));
        Assert.Equal("count is given 4, which is outside 0..3", successor.Error);
        Assert.Null(successor.State);
        Assert.Equal(3, state[Systems.Count, 0]);
    }

    [Fact]
    public void An_index_of_none_reads_the_least_value_and_cannot_be_assigned()
    {
        var system = Systems.Colouring();
        var write = new Rule("write", [], Ex.True, [Ex.Assign(Systems.Marks, [Ex.Read(Systems.Last)], Ex.Const(1))], new RuleLabel("test", "writes"));
        var interpreter = new Interpreter(system with { Rules = [write] }, Systems.Allow(1, 1, 1));
        var state = interpreter.InitialStates().First().State!;
        Assert.Equal(0, interpreter.Evaluate(Ex.Read(Systems.Allowed, Ex.Read(Systems.Last)), state));
        Assert.Equal("marks[3] is assigned, but there is no such cell", interpreter.Apply(state, new RuleInstance(write, []))!.Error);
    }

    [Fact]
    public void A_failure_says_what_its_author_wrote()
    {
        var rule = new Rule("bad", [], Ex.True, [Ex.Fail(Ex.True, "never do this")], new RuleLabel("test", "fails"));
        var interpreter = new Interpreter(Systems.Counter() with { Rules = [rule] }, FrozenValues.None);
        Assert.Equal("never do this", interpreter.Successors(new Valuation([Systems.Count])).Single().Error);
    }

    [Fact]
    public void A_state_that_is_cut_is_the_sink()
    {
        var interpreter = new Interpreter(Systems.Counter() with { Cut = Ex.Eq(Ex.Read(Systems.Count), 1) }, FrozenValues.None);
        Assert.True(interpreter.Successors(new Valuation([Systems.Count])).Single().IsCut);
    }

    [Fact]
    public void Fills_that_need_a_second_pass_are_an_internal_error()
    {
        var system = Systems.Colouring();
        var late = new Fill("late", [], Systems.Seen, [], Ex.Const(1), Ex.Ne(Ex.Read(Systems.Seen), Ex.Const(0)));
        var interpreter = new Interpreter(system with { Fills = [.. system.Fills, late] }, Systems.Allow(1, 1, 1));
        var start = interpreter.InitialStates().First().State!;
        var thrown = Assert.Throws<InvalidOperationException>(() => interpreter.Apply(start, new RuleInstance(system.Rules[0], [1])));
        Assert.Contains("more than one pass after see(green)", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_stay_within_their_footprint()
    {
        for (var seed = 0; seed < 1_000; seed++)
        {
            var random = RandomSystem.Make(seed);
            var system = random.System with { Fills = [], Cut = null };
            var interpreter = new Interpreter(system, random.Frozen);
            var values = new Random(seed);
            foreach (var instance in system.Rules.SelectMany(RuleInstance.Of))
            {
                var state = RandomStates.Of(system, values);
                AssertWithin(seed, interpreter, state, instance, Footprint.Of(instance));
            }
        }
    }

    private static void AssertWithin(int seed, Interpreter interpreter, Valuation state, RuleInstance instance, Footprint footprint)
    {
        var after = interpreter.Apply(state, instance);
        if (after?.State is not null)
        {
            Assert.All(state.Changes(after.State), c => Assert.True(footprint.Writes.Contains(new StateCell(c.Variable, c.Cell)), $"seed {seed}: {instance} writes {c.Variable.CellName(c.Cell)}"));
        }

        // What is not read does not decide whether the instance is enabled, errs, or what it writes.
        var other = state.Clone();
        foreach (var variable in state.Variables)
        {
            for (var cell = 0; cell < variable.CellCount; cell++)
            {
                if (!footprint.Reads.Contains(new StateCell(variable, cell)))
                {
                    other[variable, cell] = state[variable, cell] == variable.Domain.Max ? variable.Domain.Min : variable.Domain.Max;
                }
            }
        }

        var same = interpreter.Apply(other, instance);
        Assert.True(after is null == same is null, $"seed {seed}: {instance} is enabled in one state only");
        Assert.True(after?.Error == same?.Error, $"seed {seed}: {instance}: {after?.Error}, {same?.Error}");
        if (after?.State is not null)
        {
            foreach (var cell in state.Changes(after.State).Select(c => new StateCell(c.Variable, c.Cell)).Intersect(footprint.Writes))
            {
                Assert.True(after.State[cell.Variable, cell.Number] == same!.State![cell.Variable, cell.Number], $"seed {seed}: {instance} writes {cell} otherwise");
            }
        }
    }
}
