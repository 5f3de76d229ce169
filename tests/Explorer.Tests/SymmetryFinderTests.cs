using System.Collections.Immutable;
using CoherenceCheck.Explorer.Reductions;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Tests;

/// <summary>What makes two elements differ, and what does not: each in one small system.</summary>
public sealed class SymmetryFinderTests
{
    private static readonly Sort Cpu = new("cpu", ["A", "B"]);
    private static readonly Sort Line = new("line", ["X", "Y"]);
    private static readonly Variable Count = new("count", [Cpu], new Domain.Range(0, 3), Role.State);
    private static readonly Variable Set = new("set", [], new Domain.Subset(Cpu), Role.State);
    private static readonly Variable Owner = new("owner", [], new Domain.Element(Cpu), Role.State);
    private static readonly Variable Last = new("last", [], new Domain.Element(Cpu, OrNone: true), Role.State);
    private static readonly Variable Next = new("next", [Cpu], new Domain.Element(Cpu), Role.State);
    private static readonly Variable Number = new("number", [], new Domain.Range(0, 3), Role.State);
    private static readonly Variable Lines = new("lines", [Line], new Domain.Range(0, 1), Role.State);
    private static readonly Expr P = Ex.Local("p");

    /// <summary>A step of any CPU, with one thing more that tells A from B.</summary>
    public static TheoryData<string> Told => new(Refused.Keys.Order(StringComparer.Ordinal));

    /// <summary>A system in which A and B may be exchanged.</summary>
    public static TheoryData<string> Alike => new(Found.Keys.Order(StringComparer.Ordinal));

    private static Dictionary<string, TransitionSystem> Refused { get; } = new()
    {
        ["a guard with a constant"] = With(Any(Ex.Eq(P, 0), Tick(P))),
        ["a body with a constant"] = With(Any(Ex.True, Tick(Ex.Const(0)))),
        ["a rule without a twin"] = With(Step(Ex.True, Tick(P)), One(0)),
        ["a rule whose twin is only nearly one"] = With(One(0), Rule("b", [], Ex.Lt(Ex.Read(Count, Ex.Const(1)), Ex.Const(2)), Tick(Ex.Const(1)))),
        ["a property"] = Plain() with { Properties = [new Property("asked", PropertyKind.Invariant, Ex.Eq(Ex.Read(Count, Ex.Const(0)), 0))] },
        ["a cover"] = Plain() with { Properties = [new Property("asked", PropertyKind.Cover, Ex.Eq(Ex.Read(Count, Ex.Const(1)), 1))] },
        ["a terminal condition"] = Plain() with { Terminal = Ex.Eq(Ex.Read(Count, Ex.Const(0)), 3) },
        ["a cut"] = Plain() with { Cut = Ex.Eq(Ex.Read(Count, Ex.Const(0)), 3) },
        ["an initial state"] = Plain() with { InitialStates = [new InitialState("a", [Ex.Assign(Count, [Ex.Const(0)], Ex.Const(1))])] },
        ["an initial state that is a model error"] = Plain() with { InitialStates = [new InitialState("a", [Ex.Assign(Count, [Ex.Const(0)], Ex.Const(9))])] },
        ["the smallest value of an element"] = Plain(Owner),
        ["a fill"] = Plain(Set) with { Fills = [new Fill("fill", [], Set, [], Ex.Const(1), Ex.Any("c", Cpu, Ex.Lt(Ex.True, Ex.Read(Count, Ex.Local("c")))))] },
        ["elements that are compared by size"] = With([Last], None, Any(Ex.Lt(P, Ex.Read(Last)), Tick(P))),
        ["elements that are added"] = With([Number], [], Any(Ex.True, Ex.Assign(Number, Ex.Add(P, Ex.True)))),
        ["an element that is counted as true"] = With(Any(P, Tick(P))),
        ["an element that is negated"] = With(Any(Ex.Not(P), Tick(P))),
        ["an element that is stored as a number"] = With([Number], [], Any(Ex.True, Ex.Assign(Number, P))),
        ["an element that is compared with a number"] = With([Number], [], Any(Ex.Eq(P, Ex.Read(Number)), Tick(P))),
        ["an element as a number's condition"] = With([Number], [], Any(Ex.True, Ex.Assign(Number, Ex.If(P, Ex.True, Ex.False)))),
        ["elements that are joined bit by bit"] = With([Last], None, Any(Ex.True, Ex.Assign(Last, Ex.BitOr(P, Ex.Read(Last))))),
        ["elements of which a fold joins the bits"] = With([Next], EachItself, Any(Ex.True, Ex.Assign(Next, [P], Ex.Union("c", Cpu, Ex.Read(Next, Ex.Local("c")))))),
        ["an element whose bits are asked for"] = With([Last], None, Any(Ex.Contains(Ex.Read(Last), P), Tick(P))),
        ["a sum of elements"] = With([Next, Number], EachItself, Any(Ex.True, Ex.Assign(Number, Ex.Sum("c", Cpu, Ex.Read(Next, Ex.Local("c")))))),
        ["a loop whose last turn counts"] = With([Last], None, Step(Ex.True, Ex.ForEach("c", Cpu, Ex.Assign(Last, Ex.Local("c"))))),
        ["a loop whose turns read what others write"] = With([Number], [], Step(Ex.True, Ex.ForEach("c", Cpu, Ex.Assign(Number, Ex.Read(Count, Ex.Local("c"))), Ex.Assign(Count, [Ex.Local("c")], Ex.Read(Number))))),
        ["a loop that counts"] = With([Number], [], Step(Ex.True, Ex.ForEach("c", Cpu, Ex.When(Ex.Lt(Ex.Read(Number), Ex.True), Ex.Assign(Count, [Ex.Local("c")], Ex.True)), Ex.Assign(Number, Ex.True)))),
        ["a read beside the cells whose default is an element"] = With([Last, Next], [.. None, .. EachItself], Any(Ex.Eq(Ex.Read(Next, Ex.Read(Last)), P), Tick(P))),
        ["a set that is compared with a number"] = With([Set, Number], [], Any(Ex.Eq(Ex.Read(Set), Ex.Read(Number)), Tick(P))),
        ["a set that is compared by size"] = With([Set], [], Any(Ex.Lt(Ex.Read(Set), Ex.Const(2)), Tick(P))),
        ["a set with a constant mask"] = With([Set], [], Any(Ex.Eq(Ex.Read(Set), 1), Tick(P))),
        ["a set that is shifted"] = With([Set], [], Any(Ex.Shr(Ex.Read(Set), Ex.True), Tick(P))),
        ["a constant in a let"] = With(Rule("r", [Of(Cpu)], Ex.True, Ex.Let("one", Ex.Const(1)), Tick(Ex.Local("one")))),
        ["two sorts of which one is named"] = With([Lines], [], Any(Ex.True, Tick(P)), Rule("line", [], Ex.True, Ex.Assign(Lines, [Ex.Const(0)], Ex.True), Tick(Ex.Const(0)))),
    };

    private static Dictionary<string, TransitionSystem> Found { get; } = new()
    {
        ["a rule for any"] = Plain(),
        ["rules that come in pairs"] = With(One(0), One(1)),
        ["rules that come in pairs in another order"] = With(One(1), One(0)),
        ["guards that name the other"] = With(
            Rule("a", [], Ex.And(Ex.Lt(Ex.Read(Count, Ex.Const(0)), Ex.True), Ex.Lt(Ex.Read(Count, Ex.Const(1)), Ex.Const(2))), Tick(Ex.Const(0))),
            Rule("b", [], Ex.And(Ex.Lt(Ex.Read(Count, Ex.Const(0)), Ex.Const(2)), Ex.Lt(Ex.Read(Count, Ex.Const(1)), Ex.True)), Tick(Ex.Const(1)))),
        ["none"] = With([Last], None, Any(Ex.Eq(Ex.Read(Last), Ex.None(Cpu)), Ex.Assign(Last, P)), Any(Ex.Eq(Ex.Read(Last), P), Ex.Assign(Last, Ex.None(Cpu)))),
        ["two initial states"] = Plain(Owner) with { InitialStates = [new InitialState("a", []), new InitialState("b", [Ex.Assign(Owner, Ex.Const(1))])] },
        ["membership"] = With([Set], [], Any(Ex.Not(Ex.Contains(Ex.Read(Set), P)), Ex.Assign(Set, Ex.BitOr(Ex.Read(Set), Ex.Singleton(P))))),
        ["membership in constant masks"] = With(
            [Last], None,
            Rule("a", [Of(Cpu)], Ex.Contains(Ex.Const(1), P), Tick(P)), Rule("b", [Of(Cpu)], Ex.Contains(Ex.Const(2), P), Tick(P))),
        ["a full mask"] = With([Set], [], Any(Ex.Ne(Ex.Read(Set), 3), Ex.Assign(Set, Ex.Const(3)))),
        ["no element of a set"] = With([Set], [], Any(Ex.IsEmpty(Ex.Read(Set)), Tick(P))),
        ["fills that come in pairs"] = Plain(Set) with { Fills = [Marks(0), Marks(1)] },
        ["a chain of ifs in another order"] = With(
            [Last], None,
            Any(Ex.True, Ex.Assign(Last, P)),
            Rule("turn", [], Ex.True, Ex.IfElse(Ex.Eq(Ex.Read(Last), 0), [Tick(Ex.Const(1))], [Ex.When(Ex.Eq(Ex.Read(Last), 1), Tick(Ex.Const(0)))]))),
        ["a chain of values in another order"] = With(
            [Last], None,
            Any(Ex.True, Ex.Assign(Last, P)),
            Rule("turn", [], Ex.True, Ex.Assign(Last, Ex.If(Ex.Eq(Ex.Read(Last), 0), Ex.Const(1), Ex.If(Ex.Eq(Ex.Read(Last), 1), Ex.Const(0), Ex.None(Cpu)))))),
        ["a loop whose turns are their own"] = With(Step(Ex.True, Ex.ForEach("c", Cpu, Ex.Assign(Count, [Ex.Local("c")], Ex.False)))),
        ["folds"] = With(Step(Ex.Any("c", Cpu, Ex.Eq(Ex.Read(Count, Ex.Local("c")), 0)), Tick(P)), Step(Ex.Eq(Ex.Sum("c", Cpu, Ex.Read(Count, Ex.Local("c"))), 2), Tick(P))),
        ["a property that names both"] = Plain() with
        {
            Properties = [new Property("asked", PropertyKind.Invariant, Ex.Or(Ex.Eq(Ex.Read(Count, Ex.Const(0)), 0), Ex.Eq(Ex.Read(Count, Ex.Const(1)), 0)))],
        },
        ["a property that is not asked for"] = Plain() with { Properties = [new Property("other", PropertyKind.Invariant, Ex.Eq(Ex.Read(Count, Ex.Const(0)), 0))] },
        ["two sorts that change together"] = With([Lines], [], Both(0), Both(1)),
    };

    [Theory]
    [MemberData(nameof(Told))]
    public void What_tells_elements_apart_is_refused(string name) => Assert.Equal(1, Group(Refused[name]).Order);

    [Theory]
    [MemberData(nameof(Alike))]
    public void Elements_that_are_alike_are_found(string name)
    {
        var system = Found[name];
        var group = Group(system);
        Assert.Equal(2, group.Order);
        string[] exchanged = name == "two sorts that change together" ? ["cpu", "line"] : ["cpu"];
        Assert.Equal(
            system.Sorts.Where(sort => exchanged.Contains(sort.Name)).Aggregate(Renaming.Identity, (renaming, sort) => renaming.With(sort, Permutation.Swap(0, 1))),
            group.Renamings[0]);
    }

    [Theory]
    [MemberData(nameof(Told))]
    [MemberData(nameof(Alike))]
    public void Small_systems_are_reduced_to_their_orbits(string name)
    {
        var system = Refused.TryGetValue(name, out var told) ? told : Found[name];
        var property = system.Properties.FirstOrDefault(p => p is { Name: "asked", Kind: PropertyKind.Invariant })?.Name;
        var cover = system.Properties.FirstOrDefault(p => p is { Name: "asked", Kind: PropertyKind.Cover })?.Name;
        var naive = new NaiveSearch(system, FrozenValues.None, property, cover, deadlock: true, 10_000);
        var request = new SearchRequest(property, cover is null ? [] : [cover], CheckDeadlock: true, new SearchLimits())
        {
            Reductions = Reduction.Symmetry,
            CountSaved = true,
        };
        var found = Search.Run(CompiledSystem.Compile(system), FrozenValues.None, request, TestContext.Current.CancellationToken);
        Assert.Equal((naive.Violation, naive.Depth, naive.CoverDepth), (found.Violation, found.Depth, found.Covers.FirstOrDefault()?.Depth));
        Assert.Equal(naive.States, found.Reduced.StatesWithoutSymmetry ?? found.States);
        Assert.True(Group(system).Order == 1 ? found.States == naive.States : found.States <= naive.States);
    }

    [Fact]
    public void A_sort_of_four_has_all_its_renamings()
    {
        var sort = new Sort("s", ["a", "b", "c", "d"]);
        var v = new Variable("v", [sort], new Domain.Range(0, 1), Role.State);
        var rule = new Rule("r", [new Parameter("p", sort)], Ex.True, [Ex.Assign(v, [P], Ex.True)], new RuleLabel("test", "step"));
        var system = new TransitionSystem("four", [sort], [v], [new InitialState("zero", [])], [rule], [], null, Ex.True, []);
        var group = Group(system);
        Assert.Equal((24, true), (group.Order, group.IsWhole));
        var request = SearchRequest.For(null) with { Reductions = Reduction.Symmetry, CountSaved = true };
        var found = Search.Run(CompiledSystem.Compile(system), FrozenValues.None, request, TestContext.Current.CancellationToken);
        Assert.Equal((5, 16), (found.States, found.Reduced.StatesWithoutSymmetry));
    }

    private static ImmutableArray<Statement> None => [Ex.Assign(Last, Ex.None(Cpu))];

    private static ImmutableArray<Statement> EachItself => [Ex.Assign(Next, [Ex.Const(0)], Ex.Const(0)), Ex.Assign(Next, [Ex.Const(1)], Ex.Const(1))];

    private static SymmetryGroup Group(TransitionSystem system) => SymmetryGroup.Of(system, ["asked"]);

    private static Parameter Of(Sort sort) => new("p", sort);

    private static Statement Tick(Expr cpu) => Ex.When(Ex.Lt(Ex.Read(Count, cpu), Ex.Const(3)), Ex.Assign(Count, [cpu], Ex.Add(Ex.Read(Count, cpu), Ex.True)));

    private static Rule Rule(string name, ImmutableArray<Parameter> parameters, Expr guard, params ImmutableArray<Statement> body) =>
        new(name, parameters, guard, body, new RuleLabel("test", name));

    private static Rule Any(Expr guard, params ImmutableArray<Statement> body) => Rule($"any {guard}", [Of(Cpu)], guard, body);

    private static Rule Step(Expr guard, params ImmutableArray<Statement> body) => Rule($"step {guard}", [Of(Cpu)], guard, body);

    private static Rule One(int cpu) => Rule($"one {cpu}", [], Ex.Lt(Ex.Read(Count, Ex.Const(cpu)), Ex.Const(3)), Tick(Ex.Const(cpu)));

    // CPU A has line X, B has Y.
    private static Rule Both(int one) => Rule($"both {one}", [], Ex.Not(Ex.Read(Lines, Ex.Const(one))), Ex.Assign(Lines, [Ex.Const(one)], Ex.True), Tick(Ex.Const(one)));

    private static Fill Marks(int cpu) => new($"marks {cpu}", [], Set, [], Ex.Singleton(Ex.Const(cpu)), Ex.Eq(Ex.Read(Count, Ex.Const(cpu)), 2));

    private static TransitionSystem Plain(params ImmutableArray<Variable> more) => With(more, [], Any(Ex.True, Tick(P)));

    private static TransitionSystem With(params ImmutableArray<Rule> rules) => With([], [], rules);

    private static TransitionSystem With(ImmutableArray<Variable> more, ImmutableArray<Statement> initial, params ImmutableArray<Rule> rules) => new(
        "twins", [Cpu, Line], [Count, .. more], [new InitialState("start", initial)], rules, [], null, Ex.True, []);
}
