using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Export.Tests;

/// <summary>What is refused, and what names and messages become.</summary>
public sealed class ExportTextTests
{
    private static readonly Sort Pair = new("pair", ["a", "b"]);

    [Fact]
    public void A_variable_of_more_than_32_bits_is_refused_by_name()
    {
        var wide = new Variable("wide", [], new Domain.Range(0, 1L << 40), Role.State);
        var (flat, refusal) = Flattener.Of(System([wide], Ex.Assign(wide, Ex.True)), null);
        Assert.Null(flat);
        Assert.Equal("'wide' needs more than 32 bits", refusal);
    }

    [Fact]
    public void A_value_of_more_than_32_bits_is_refused_even_if_it_is_never_stored()
    {
        var x = new Variable("x", [], new Domain.Range(0, int.MaxValue), Role.State);
        var (_, refusal) = Flattener.Of(System([x], Ex.Assign(x, Ex.Sub(Ex.Add(Ex.Read(x), Ex.Read(x)), Ex.Read(x)))), null);
        Assert.Equal("a value needs more than 32 bits: s_x + s_x", refusal);
    }

    [Fact]
    public void An_initial_state_without_a_meaning_is_refused_with_its_reason()
    {
        var x = new Variable("x", [], new Domain.Range(0, 1), Role.State);
        var system = System([x], Ex.Assign(x, Ex.True));
        var (_, refusal) = Flattener.Of(system with { InitialStates = [new InitialState("bad", [Ex.Assign(x, Ex.Const(5))])] }, null);
        Assert.Equal("the initial state 'bad' has no meaning: x is given 5, which is outside 0..1", refusal);
    }

    [Fact]
    public void Names_that_differ_in_punctuation_or_case_alone_become_different_identifiers()
    {
        var names = new[] { "a.b", "a_b", "A.B", "a..b", "while", "é" };
        ImmutableArray<Variable> variables = [.. names.Select(name => new Variable(name, [], new Domain.Range(0, 1), Role.State))];
        var flat = FlatSystems.Flat(System(variables, Ex.Assign(variables[0], Ex.True)), null);
        Assert.Equal(["s_a_b", "s_a_b_2", "s_A_B_3", "s_a_b_4", "s_while", "s"], flat.Variables.Select(variable => variable.Name));
    }

    [Fact]
    public async Task What_is_written_in_a_system_cannot_end_a_comment_or_a_string()
    {
        var x = new Variable("x */ \" \\ \n y", [Pair], new Domain.Range(0, 1), Role.State);
        var system = System([x], Ex.Fail(Ex.Eq(Ex.Read(x, Ex.True), 1), "*/ \" \\ never"), Ex.Assign(x, [Ex.True], Ex.Read(x, Ex.True)));
        var flat = FlatSystems.Flat(system with { Properties = [new Property("p */ \" \\ \n", PropertyKind.Invariant, Ex.True)] }, "p */ \" \\ \n");
        Assert.Equal(new Counts(true, 1, 1), await Peers.Spin(flat, ExportText.Write(flat, ExportTarget.Promela, ["a */ \" \\ \n b"])));
        Assert.Equal(new Counts(true, 1, 1), await Peers.Rumur(flat, ExportText.Write(flat, ExportTarget.Murphi, ["a */ \" \\ \n b"])));
        Assert.Equal(new Counts(true, 1, 1), new TlaModule(ExportText.Write(flat, ExportTarget.Tla, ["a */ \" \\ \n b"])).Explore());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_step_without_a_meaning_is_a_failing_assertion(bool byDomain)
    {
        var x = new Variable("x", [Pair], new Domain.Range(0, 2), Role.State);
        var at = new Variable("at", [], new Domain.Element(Pair, OrNone: true), Role.State);
        Statement[] body = byDomain
            ? [Ex.Assign(x, [Ex.True], Ex.Add(Ex.Read(x, Ex.True), Ex.True))]
            : [Ex.Assign(x, [Ex.Read(at)], Ex.True), Ex.Assign(at, Ex.Add(Ex.Read(at), Ex.True))];
        var flat = FlatSystems.Flat(System([x, at], body), null);
        Assert.Equal(Counts.Violated, await Peers.Spin(flat));
        Assert.Equal(Counts.Violated, await Peers.Rumur(flat));
        Assert.Throws<InvalidOperationException>(() => new TlaModule(ExportText.Write(flat, ExportTarget.Tla, [])).Explore());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_deadlock_is_a_violated_invariant_unless_the_state_is_terminal(bool isTerminal)
    {
        var x = new Variable("x", [], new Domain.Range(0, 1), Role.State);
        var system = System([x], Ex.Assign(x, Ex.True)) with { Terminal = isTerminal ? Ex.Eq(Ex.Read(x), 1) : Ex.False };
        var stops = system with { Rules = [system.Rules[0] with { Guard = Ex.Eq(Ex.Read(x), 0) }] };
        var expected = isTerminal ? new Counts(true, 2, 1) : Counts.Violated;
        var flat = Flattener.Of(stops, null, deadlock: true).System!;
        Assert.Equal(expected, await Peers.Spin(flat));
        Assert.Equal(expected, await Peers.Rumur(flat));
    }

    private static TransitionSystem System(ImmutableArray<Variable> variables, params Statement[] body) => new(
        "small", [Pair], variables, [new InitialState("start", [])], [new Rule("step", [], Ex.True, [.. body], new RuleLabel("test", "step"))], [], null, Ex.False, []);
}
