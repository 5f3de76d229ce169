using System.Collections.Immutable;

namespace CoherenceCheck.Transitions.Tests;

public sealed class WellFormednessTests
{
    private static readonly TransitionSystem Good = Systems.Colouring();

    private static readonly Sort Stranger = new("stranger", ["x"]);

    [Fact]
    public void Good_systems_have_no_problems()
    {
        Assert.Empty(WellFormedness.Check(Good));
        Assert.Empty(WellFormedness.Check(Systems.Counter()));
        Assert.Empty(WellFormedness.Check(Binder.Bind(Good, Systems.Allow(1, 0, 1))));
    }

    [Fact]
    public void Duplicate_names_are_found()
    {
        Finds("the rule 'see' is declared 2 times", Good with { Rules = [Good.Rules[0], Good.Rules[0]] });
        Finds("the fill 'mark' is declared 2 times", Good with { Fills = [Good.Fills[0], Good.Fills[0]] });
        Finds("the initial state 'nothing' is declared 2 times", Good with { InitialStates = [Good.InitialStates[0], Good.InitialStates[0]] });
        Finds("the property 'not all' is declared 2 times", Good with { Properties = [Good.Properties[0], Good.Properties[0]] });
        Finds("the variable 'seen' is declared 2 times", Good with { Variables = [.. Good.Variables, new Variable("seen", [], Systems.Count.Domain, Role.State)] });
        Finds("the sort 'colour' is declared 2 times", Good with { Sorts = [Systems.Colours, Systems.Colours] });
        Finds("sort 'twins': the element 'a' is declared 2 times", Good with { Sorts = [Systems.Colours, new Sort("twins", ["a", "a"])] });
        var twice = new Parameter("c", Systems.Colours);
        Finds("rule 'see': the parameter 'c' is declared 2 times", WithRule(r => r with { Parameters = [twice, twice] }));
    }

    [Fact]
    public void Sorts_of_a_wrong_size_are_found()
    {
        Finds("sort 'empty': it has 0 elements, not 1 to 62", Good with { Sorts = [Systems.Colours, new Sort("empty", [])] });
        var large = new Sort("large", [.. Enumerable.Range(0, 63).Select(i => $"e{i}")]);
        Finds("sort 'large': it has 63 elements, not 1 to 62", Good with { Sorts = [Systems.Colours, large] });
    }

    [Fact]
    public void Domains_that_cannot_be_are_found()
    {
        Finds("variable 'x': its domain 2..1 is empty", WithVariable([], new Domain.Range(2, 1)));
        Finds("variable 'x': its domain 0..4611686018427387904 needs more than 62 bits", WithVariable([], new Domain.Range(0, 1L << 62)));
    }

    [Fact]
    public void Sorts_that_are_not_declared_are_found()
    {
        const string Problem = "the sort 'stranger' is not declared";
        Finds($"variable 'x': {Problem}", WithVariable([Stranger], Systems.Count.Domain));
        Finds($"variable 'x': {Problem}", WithVariable([], new Domain.Element(Stranger)));
        Finds($"variable 'x': {Problem}", WithVariable([], new Domain.Subset(Stranger)));
        Finds($"rule 'see': {Problem}", WithRule(r => r with { Parameters = [.. r.Parameters, new Parameter("s", Stranger)] }));
        Finds($"rule 'see': {Problem}", WithBody(Ex.ForEach("s", Stranger)));
        Finds($"terminal: {Problem}", Good with { Terminal = Ex.Any("s", Stranger, Ex.Eq(Ex.Local("s"), 1)) });
    }

    [Fact]
    public void Variables_that_are_not_declared_are_found()
    {
        Finds("rule 'see': the variable 'count' is not declared", WithRule(r => r with { Guard = Ex.Read(Systems.Count) }));
        Finds("rule 'see': the variable 'count' is not declared", WithBody(Ex.Assign(Systems.Count, Ex.True)));
        Finds("cut: the variable 'count' is not declared", Good with { Cut = Ex.Read(Systems.Count) });
        Finds("property 'p': the variable 'count' is not declared", Good with { Properties = [new Property("p", PropertyKind.Cover, Ex.Read(Systems.Count))] });
    }

    [Fact]
    public void Names_that_are_not_in_scope_are_found()
    {
        Finds("rule 'see': 'd' is not declared here", WithRule(r => r with { Guard = Ex.Local("d") }));
        Finds("terminal: 'c' is not declared here", Good with { Terminal = Ex.Local("c") });
        Finds("rule 'see': 'd' is not declared here", WithBody(Ex.When(Ex.Read(Systems.Seen), Ex.Let("d", Ex.True)), Ex.Assign(Systems.Seen, Ex.Local("d"))));
        Finds("rule 'see': 'd' is not declared here", WithBody(Ex.ForEach("d", Systems.Colours), Ex.Assign(Systems.Seen, Ex.Local("d"))));
    }

    [Fact]
    public void Wrong_numbers_of_indices_are_found()
    {
        Finds("rule 'see': 'marks' takes 1 indices, not 0", WithRule(r => r with { Guard = Ex.Read(Systems.Marks) }));
        Finds("rule 'see': 'seen' takes 0 indices, not 1", WithBody(Ex.Assign(Systems.Seen, [Ex.True], Ex.True)));
        Finds("fill 'mark': 'marks' takes 1 indices, not 0", WithFill(f => f with { Index = [] }));
    }

    [Fact]
    public void Assignments_to_frozen_variables_are_found()
    {
        Finds("rule 'see': the frozen variable 'allowed' is assigned", WithBody(Ex.Assign(Systems.Allowed, [Ex.Local("c")], Ex.True)));
        Finds("initial state 'i': the frozen variable 'allowed' is assigned", Good with { InitialStates = [new InitialState("i", [Ex.Assign(Systems.Allowed, [Ex.True], Ex.True)])] });
        var chosen = new Variable("chosen", [], new Domain.Subset(Systems.Colours), Role.Frozen);
        Finds("fill 'mark': the frozen variable 'chosen' is filled", WithFill(f => f with { Target = chosen, Index = [] }) with { Variables = [.. Good.Variables, chosen] });
    }

    [Fact]
    public void Constants_out_of_the_domain_are_found()
    {
        Finds("rule 'see': 8 is no value of 'seen'", WithBody(Ex.Assign(Systems.Seen, Ex.Const(8))));
        Finds("rule 'see': 3 is no index of 'marks' in 'colour'", WithBody(Ex.Assign(Systems.Marks, [Ex.Const(3)], Ex.Const(1))));
        Finds("fill 'mark': 9 is no value of 'marks'", WithFill(f => f with { Value = Ex.Const(9) }));
    }

    [Fact]
    public void A_system_without_initial_states_is_found() => Finds("the system has no initial state", Good with { InitialStates = [] });

    [Fact]
    public void A_negative_number_shifted_right_is_found() =>
        Finds("terminal: a negative number is shifted right", Good with { Terminal = new Expr.Binary(BinaryOp.Shr, Ex.Const(-1), Ex.Read(Systems.Seen)) });

    [Fact]
    public void A_fill_of_something_that_is_no_set_is_found() => Finds("fill 'mark': its target 'last' is no set", WithFill(f => f with { Target = Systems.Last, Index = [] }));

    [Fact]
    public void A_fill_that_reads_what_a_later_one_writes_is_found()
    {
        var later = new Fill("later", [], Systems.Seen, [], Ex.Const(1), Ex.True);
        Finds("fill 'mark': it reads 'seen', which a later fill writes", Good with { Fills = [Good.Fills[0], later] });
        Assert.Empty(WellFormedness.Check(Good with { Fills = [later, Good.Fills[0]] }));
    }

    [Fact]
    public void A_fill_that_reads_another_cell_of_its_target_is_found()
    {
        const string Problem = "fill 'mark': it reads another cell of its target 'marks'";
        Finds(Problem, WithFill(f => f with { When = Ex.Contains(Ex.Read(Systems.Marks, Ex.Const(1)), Ex.True) }));
        Finds(Problem, WithFill(f => f with { When = Ex.Any("m", Systems.Colours, Ex.Contains(Ex.Read(Systems.Marks, Ex.Local("m")), Ex.True)) }));
        Assert.Empty(WellFormedness.Check(WithFill(f => f with { When = Ex.Contains(Ex.Read(Systems.Marks, Ex.Local("m")), Ex.True) })));
    }

    private static void Finds(string problem, TransitionSystem system) => Assert.Contains(problem, WellFormedness.Check(system));

    private static TransitionSystem WithRule(Func<Rule, Rule> change) => Good with { Rules = [change(Good.Rules[0])] };

    private static TransitionSystem WithBody(params Statement[] body) => WithRule(r => r with { Body = [.. body] });

    private static TransitionSystem WithFill(Func<Fill, Fill> change) => Good with { Fills = [change(Good.Fills[0])] };

    private static TransitionSystem WithVariable(ImmutableArray<Sort> index, Domain domain) =>
        Good with { Variables = [.. Good.Variables, new Variable("x", index, domain, Role.State)] };
}
