using System.Collections.Immutable;
using CoherenceCheck.Explorer.Reductions;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Tests;

/// <summary>Which instances an ample set must hold, on systems of a few steps: one that is left out turns the verdict over.</summary>
public sealed class AmpleSetTests
{
    private static readonly Sort Item = new("item", ["a", "b", "c"]);
    private static readonly Variable Pc = new("pc", [], new Domain.Range(0, 2), Role.State);
    private static readonly Variable Pending = new("pending", [], new Domain.Subset(Item), Role.State);
    private static readonly Variable Again = new("again", [], new Domain.Subset(Item), Role.State);
    private static readonly Variable Near = new("near", [], new Domain.Range(0, 1), Role.State);
    private static readonly Variable Middle = new("middle", [], new Domain.Range(0, 1), Role.State);
    private static readonly Variable Far = new("far", [], new Domain.Range(0, 1), Role.State);
    private static readonly Variable Own = new("own", [], new Domain.Range(0, 1), Role.State);
    private static readonly Variable Elsewhere = new("elsewhere", [], new Domain.Range(0, 1), Role.State);
    private static readonly Variable Seen = new("seen", [], new Domain.Range(0, 1), Role.Ghost);

    /// <summary>
    /// The process takes what is near; near is taken from the middle, and the middle from far. So the work on the middle does not touch what the process
    /// reads, but comes into its set by way of the work on what is near; and the work far away by way of that.
    /// </summary>
    [Fact]
    public void What_a_member_depends_on_is_a_member_however_far_from_the_first()
    {
        var system = System(
            Take(Near),
            Done("near", 0, Ex.Assign(Near, Ex.Read(Middle))),
            Done("middle", 1, Ex.Assign(Middle, Ex.Read(Far))),
            Done("far", 2, Ex.Assign(Far, Ex.Const(1))),
            Look(),
            Beside());
        var set = Assert.Single(SetsOf(system));
        Assert.Equal((Pc, 0L), (set.Control.Variable, set.Value));
        Assert.Equal(["take", "near", "middle", "far"], set.Instances.Select(number => system.Rules[number].Name));

        // Far, middle, near, take, look: in no other order is a 1 seen.
        var found = Find(system);
        Assert.Equal((Verdict.Violated, 5), (found.Verdict, found.Depth));
    }

    /// <summary>Work that leaves other work pending ends; work that comes back would go on for ever within the set, and all others would wait.</summary>
    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public void Work_that_makes_itself_pending_again_is_in_no_set(bool isBack, int sets)
    {
        Statement Leave(Variable pending) => Ex.Assign(pending, Ex.BitOr(Ex.Read(pending), Ex.Const(1)));
        Rule Moves(string name, Variable from, params ImmutableArray<Statement> body) => new(
            name, [], Ex.Contains(Ex.Read(from), Ex.Const(0)), [.. body, Ex.Assign(from, Ex.BitAndNot(Ex.Read(from), Ex.Const(1)))], new RuleLabel("hardware", name));
        var system = System(
            Take(Near),
            Moves("there", Pending, Ex.Assign(Near, Ex.Read(Middle)), Ex.Assign(Middle, Ex.Const(1))),
            Moves("back", Again, [Ex.Assign(Near, Ex.Read(Far)), .. isBack ? [Leave(Pending)] : ImmutableArray<Statement>.Empty]),
            Look(),
            Beside());
        Assert.Equal(sets, SetsOf(system).Length);
        Assert.Equal(Naive(system), Find(system).Verdict);
    }

    /// <summary>Each counter alone goes nowhere twice; but a step of each that gives the other back goes in a circle.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_step_that_writes_another_control_is_in_no_set(bool givesBack)
    {
        var turn = new Variable("turn", [], new Domain.Range(0, 1), Role.State);
        Rule Turns(string name, int pc, int of, Statement next) => new(
            name, [], Ex.And(Ex.Eq(Ex.Read(Pc), pc), Ex.Eq(Ex.Read(turn), of)), [Ex.Assign(Pc, Ex.Const(1 - pc)), next], new RuleLabel("process", name));
        Statement Give(int to) => givesBack ? Ex.Assign(turn, Ex.Const(to)) : Ex.Assign(Own, Ex.Const(to));
        var system = System(
            Turns("over", 0, 1, Give(0)),
            Turns("back", 1, 0, Give(1)),
            Beside(),
            new Rule("notice", [], Ex.Lt(Ex.False, Ex.Read(Elsewhere)), [Ex.Assign(Seen, Ex.Const(1))], new RuleLabel("process", "notice")));
        system = system with { Variables = system.Variables.Add(turn), InitialStates = [new InitialState("start", [Ex.Assign(turn, Ex.Const(1))])] };
        Assert.Equal(givesBack, SetsOf(system).IsEmpty);
        Assert.Equal(Verdict.Violated, Find(system).Verdict);
    }

    private static Verdict Naive(TransitionSystem system) =>
        new NaiveSearch(system, FrozenValues.None, "unseen", null, deadlock: false, 10_000).Violation == ViolationKind.None ? Verdict.Holds : Verdict.Violated;

    private static Rule Take(Variable from) => Step("take", 0, Ex.Assign(Own, Ex.Read(from)));

    private static Rule Look() => Step("look", 1, Ex.When(Ex.Read(Own), Ex.Assign(Seen, Ex.Const(1))));

    private static Rule Step(string name, int at, params ImmutableArray<Statement> body) =>
        new(name, [], Ex.Eq(Ex.Read(Pc), at), [.. body, Ex.Assign(Pc, Ex.Const(at + 1))], new RuleLabel("process", name));

    // Work that is pending from the start, and done once.
    private static Rule Done(string name, int item, params ImmutableArray<Statement> body) => new(
        name, [], Ex.Contains(Ex.Read(Pending), Ex.Const(item)),
        [.. body, Ex.Assign(Pending, Ex.BitAndNot(Ex.Read(Pending), Ex.Const(1L << item)))],
        new RuleLabel("hardware", name));

    // A step of somebody else that has nothing to do with the others.
    private static Rule Beside() =>
        new("beside", [], Ex.Lt(Ex.Read(Elsewhere), Ex.Const(1)), [Ex.Assign(Elsewhere, Ex.Const(1))], new RuleLabel("process", "beside"));

    private static TransitionSystem System(params ImmutableArray<Rule> rules) => new(
        "steps", [Item], [Pc, Pending, Again, Near, Middle, Far, Own, Elsewhere, Seen],
        [new InitialState("start", [Ex.Assign(Pending, Ex.Const(Item.FullMask)), Ex.Assign(Again, Ex.Const(1))])], rules, [], null, Ex.True,
        [new Property("unseen", PropertyKind.Invariant, Ex.Eq(Ex.Read(Seen), 0))]);

    private static ImmutableArray<AmpleSet> SetsOf(TransitionSystem system)
    {
        Assert.Empty(WellFormedness.Check(system));
        return AmpleSets.Of(system, instance => system.Rules.IndexOf(instance.Rule), ["unseen"]);
    }

    private static Exploration Find(TransitionSystem system) => Search.Run(
        CompiledSystem.Compile(system), FrozenValues.None, SearchRequest.For("unseen") with { Reductions = Reduction.PartialOrder }, TestContext.Current.CancellationToken);
}
