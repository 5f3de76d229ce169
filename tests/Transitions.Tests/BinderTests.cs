namespace CoherenceCheck.Transitions.Tests;

public sealed class BinderTests
{
    [Fact]
    public void A_bound_system_behaves_as_the_unbound_one()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = RandomSystem.Make(seed);
            var bound = Binder.Bind(random.System, random.Frozen);
            Assert.DoesNotContain(bound.Variables, v => v.Role == Role.Frozen);
            AssertSameBehaviour(seed, random.System, random.Frozen, bound);
        }
    }

    [Fact]
    public void A_simplified_system_behaves_as_the_original()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = RandomSystem.Make(seed);
            var interpreter = new Interpreter(Simplifier.Simplify(random.System), random.Frozen);
            AssertSameBehaviour(seed, new Interpreter(random.System, random.Frozen), random.System, interpreter, Simplifier.Simplify(random.System));
        }
    }

    [Fact]
    public void A_rule_that_is_never_enabled_is_dropped()
    {
        var bound = Binder.Bind(Systems.Colouring(), Systems.Allow(0, 0, 0));
        Assert.Empty(bound.Rules);
        Assert.Single(Binder.Bind(Systems.Colouring(), Systems.Allow(0, 0, 1)).Rules);
    }

    /// <summary>A table may be read at indexes that hang on parameters: every element leads where it led.</summary>
    [Fact]
    public void A_table_whose_indexes_hang_on_names_leads_every_element_where_it_did()
    {
        Sort thing = new("thing", ["a", "b", "c"]), leaf = new("leaf", ["none", "one", "two", "three"]);
        Parameter p = new("p", thing), q = new("q", thing);
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            Expr Index() => Ex.If(Ex.Eq(Ex.Param(p), random.Next(3)), Ex.Const(random.Next(4)), Ex.If(Ex.Eq(Ex.Param(q), random.Next(3)), Ex.Const(random.Next(4)), Ex.Const(random.Next(4))));
            var table = new Variable("table", [thing, leaf, leaf, thing], new Domain.Range(0, 1), Role.Frozen);
            var done = new Variable("done", [], new Domain.Range(0, 1), Role.State);
            var first = random.Next(2) == 0 ? Ex.Param(p) : Ex.Param(q);
            var rule = new Rule("r", [p, q], Ex.Eq(Ex.Read(table, first, Index(), Index(), Ex.Param(q)), 1), [Ex.Assign(done, Ex.True)], new RuleLabel("", ""));
            var system = new TransitionSystem("t", [thing, leaf], [table, done], [new InitialState("initial", [])], [rule], [], null, Ex.True, []);
            Assert.Empty(WellFormedness.Check(system));
            var frozen = new FrozenValues([KeyValuePair.Create(table, Enumerable.Range(0, table.CellCount).Select(_ => (long)random.Next(2)).ToArray())]);
            var bound = Binder.Bind(system, frozen);
            Assert.Empty(WellFormedness.Check(bound));
            Assert.DoesNotContain(leaf, bound.Sorts);
            AssertSameBehaviour(seed, system, frozen, bound);
        }
    }

    [Fact]
    public void A_table_that_says_the_same_wherever_its_indexes_lead_is_a_number()
    {
        Sort thing = new("thing", ["a", "b"]), leaf = new("leaf", ["none", "one"]);
        var p = new Parameter("p", thing);
        var table = new Variable("table", [thing, leaf], new Domain.Range(0, 1), Role.Frozen);
        var done = new Variable("done", [], new Domain.Range(0, 1), Role.State);
        var rule = new Rule("r", [p], Ex.Eq(Ex.Read(table, Ex.Param(p), Ex.If(Ex.Eq(Ex.Param(p), 0), Ex.Const(1), Ex.Const(0))), 1), [Ex.Assign(done, Ex.True)], new RuleLabel("", ""));
        var system = new TransitionSystem("t", [thing, leaf], [table, done], [new InitialState("initial", [])], [rule], [], null, Ex.True, []);

        // Cells that no element leads to differ.
        var bound = Binder.Bind(system, new FrozenValues([KeyValuePair.Create(table, new[] { 0L, 1, 1, 0 })]));
        Assert.Equal(Ex.True, Assert.Single(bound.Rules).Guard);
    }

    [Fact]
    public void A_missing_value_is_refused() =>
        Assert.Contains("'allowed' has no value", Assert.Throws<ArgumentException>(() => Binder.Bind(Systems.Colouring(), FrozenValues.None)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_value_out_of_the_domain_is_refused() =>
        Assert.Contains("2 is no value of 'allowed[blue]'", Assert.Throws<ArgumentException>(() => Systems.Allow(0, 1, 2)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_wrong_number_of_values_is_refused() =>
        Assert.Contains("3 cells, but 2 values", Assert.Throws<ArgumentException>(() => Systems.Allow(0, 1)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_variable_that_is_not_frozen_cannot_be_frozen() =>
        Assert.Throws<ArgumentException>(() => new FrozenValues([KeyValuePair.Create(Systems.Count, new[] { 1L })]));

    private static void AssertSameBehaviour(int seed, TransitionSystem system, FrozenValues frozen, TransitionSystem bound) =>
        AssertSameBehaviour(seed, new Interpreter(system, frozen), system, new Interpreter(bound, FrozenValues.None), bound);

    private static void AssertSameBehaviour(int seed, Interpreter left, TransitionSystem system, Interpreter right, TransitionSystem other)
    {
        Assert.True(Text(left.InitialStates()) == Text(right.InitialStates()), $"seed {seed}: initial states");
        var level = left.InitialStates().Where(s => s.State is not null).Select(s => s.State!).ToList();
        for (var depth = 0; depth < 3; depth++)
        {
            foreach (var state in level)
            {
                Assert.True(Text(left.Successors(state)) == Text(right.Successors(state)), $"seed {seed}: successors of {state}");
            }

            level = [.. level.Take(10).SelectMany(left.Successors).Where(s => s.State is not null).Select(s => s.State!)];
        }

        foreach (var (property, same) in system.Properties.Zip(other.Properties))
        {
            Assert.All(level, state => Assert.Equal(left.Evaluate(property.Condition, state), right.Evaluate(same.Condition, state)));
        }
    }

    private static string Text(IEnumerable<Successor> successors) =>
        string.Join('\n', successors.Select(s => $"{s.Instance} {s.State} {s.Error} {s.IsCut}"));
}
