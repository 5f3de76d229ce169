using System.Collections.Immutable;
using CoherenceCheck.Explorer.Reductions;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Tests;

/// <summary>Which steps depend on each other, and what values they leave behind: each in steps of one or two statements.</summary>
public sealed class EffectsTests
{
    private static readonly Sort Item = new("item", ["a", "b"]);
    private static readonly Variable X = new("x", [], new Domain.Range(0, 3), Role.State);
    private static readonly Variable Y = new("y", [], new Domain.Range(0, 3), Role.State);
    private static readonly Variable Z = new("z", [], new Domain.Range(0, 3), Role.State);
    private static readonly Variable Set = new("set", [], new Domain.Subset(Item), Role.State);

    private static Dictionary<string, (Rule One, Rule Other, bool Depend)> Pairs { get; } = new()
    {
        ["different cells"] = (Step(Ex.True, Put(X, 1)), Step(Ex.True, Put(Y, 1)), false),
        ["a cell that the other reads"] = (Step(Ex.True, Put(X, 1)), Step(Ex.True, Ex.Assign(Y, Ex.Read(X))), true),
        ["a cell that the other asks for"] = (Step(Ex.True, Put(X, 1)), Step(Ex.Lt(Ex.Read(X), Ex.Const(2)), Put(Y, 1)), true),
        ["a cell that both read"] = (Step(Ex.True, Ex.Assign(Y, Ex.Read(X))), Step(Ex.True, Ex.Assign(Z, Ex.Read(X))), false),
        ["the same number"] = (Step(Ex.True, Put(X, 1)), Step(Ex.True, Put(X, 1)), false),
        ["different numbers"] = (Step(Ex.True, Put(X, 1)), Step(Ex.True, Put(X, 2)), true),
        ["a number and what is not known"] = (Step(Ex.True, Put(X, 1)), Step(Ex.True, Ex.Assign(X, Ex.Read(Y))), true),
        ["the same number, or what it was"] = (Step(Ex.True, Put(X, 1)), Step(Ex.True, Ex.When(Ex.Eq(Ex.Read(Y), 1), Put(X, 1))), true),
        ["other elements"] = (Step(Ex.True, Join(1)), Step(Ex.True, Join(2)), false),
        ["an element that comes and goes"] = (Step(Ex.True, Join(1)), Step(Ex.True, Leave(1)), true),
        ["an element that the other asks for"] = (Step(Ex.True, Join(1)), Step(Ex.Contains(Ex.Read(Set), Ex.Const(0)), Put(Y, 1)), true),
        ["an element that the other does not ask for"] = (Step(Ex.True, Join(1)), Step(Ex.Contains(Ex.Read(Set), Ex.Const(1)), Put(Y, 1)), false),
        ["values at which both are never enabled"] = (Step(Ex.Eq(Ex.Read(X), 1), Put(Y, 1)), Step(Ex.Eq(Ex.Read(X), 2), Put(Y, 1)), false),
    };

    public static TheoryData<string> Names => new(Pairs.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void Two_steps_depend_on_each_other_whichever_is_looked_at_first(string name)
    {
        var (one, other, depend) = Pairs[name];
        Assert.Equal((depend, depend), (Of(one).DependsOn(Of(other)), Of(other).DependsOn(Of(one))));
    }

    /// <summary>A fill whose condition is not known may leave its target as it was.</summary>
    [Fact]
    public void A_fill_that_may_not_run_leaves_what_was_there_possible()
    {
        var clear = Step(Ex.True, Ex.Assign(Set, Ex.Const(0)));
        Assert.Equal([0], Of(clear).After[Of(Set)].Few);
        Assert.Equal([0, 1], Of(clear, Fill(Ex.Eq(Ex.Read(X), 1))).After[Of(Set)].Few);
        Assert.Equal([1], Of(clear, Fill(Ex.True)).After[Of(Set)].Few);
        Assert.Equal([1], Of(clear with { Body = [.. clear.Body, Put(X, 1)] }, Fill(Ex.Eq(Ex.Read(X), 1))).After[Of(Set)].Few);
        Assert.Equal([0], Of(clear with { Body = [.. clear.Body, Put(X, 2)] }, Fill(Ex.Eq(Ex.Read(X), 1))).After[Of(Set)].Few);
    }

    /// <summary>What a fill joins may be what a later one asks for.</summary>
    [Fact]
    public void A_fill_runs_where_an_earlier_one_has_changed_what_it_reads()
    {
        var effects = Of(
            Step(Ex.True, Put(X, 1)),
            Fill(Ex.Eq(Ex.Read(X), 1)),
            new Fill("second", [], Set, [], Ex.Const(2), Ex.Contains(Ex.Read(Set), Ex.Const(0))));
        Assert.Equal(3, effects.Writes[Of(Set)]);
    }

    private static Fill Fill(Expr when) => new("fill", [], Set, [], Ex.Const(1), when);

    private static Rule Step(Expr guard, params ImmutableArray<Statement> body) => new("step", [], guard, body, new RuleLabel("test", "step"));

    private static Statement Put(Variable variable, long value) => Ex.Assign(variable, Ex.Const(value));

    private static Statement Join(long bits) => Ex.Assign(Set, Ex.BitOr(Ex.Read(Set), Ex.Const(bits)));

    private static Statement Leave(long bits) => Ex.Assign(Set, Ex.BitAndNot(Ex.Read(Set), Ex.Const(bits)));

    private static StateCell Of(Variable variable) => new(variable, 0);

    private static Effects Of(Rule rule, params ImmutableArray<Fill> fills)
    {
        var system = new TransitionSystem("step", [Item], [X, Y, Z, Set], [new InitialState("start", [])], [rule], fills, null, Ex.True, []);
        Assert.Empty(WellFormedness.Check(system));
        var finder = new EffectsFinder(GroundFill.Of(system)!, cell => Values.Of(cell.Variable.Domain));
        return finder.Of(Grounder.Ground(new RuleInstance(rule, [])));
    }
}
