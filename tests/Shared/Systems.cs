using CoherenceCheck.Transitions;

namespace CoherenceCheck.Shared;

/// <summary>Small systems that tests speak about.</summary>
public static class Systems
{
    /// <summary>Three elements.</summary>
    public static Sort Colours { get; } = new("colour", ["red", "green", "blue"]);

    /// <summary>A number.</summary>
    public static Variable Count { get; } = new("count", [], new Domain.Range(0, 3), Role.State);

    /// <summary>A set.</summary>
    public static Variable Seen { get; } = new("seen", [], new Domain.Subset(Colours), Role.State);

    /// <summary>An element, or none, that rules do not look at.</summary>
    public static Variable Last { get; } = new("last", [], new Domain.Element(Colours, OrNone: true), Role.Ghost);

    /// <summary>What is frozen.</summary>
    public static Variable Allowed { get; } = new("allowed", [Colours], new Domain.Range(0, 1), Role.Frozen);

    /// <summary>A set for each colour.</summary>
    public static Variable Marks { get; } = new("marks", [Colours], new Domain.Subset(Colours), Role.State);

    /// <summary>A counter that stops at 3.</summary>
    public static TransitionSystem Counter() => new(
        "counter",
        [],
        [Count],
        [new InitialState("zero", [])],
        [Step(Ex.Lt(Ex.Read(Count), Ex.Const(3)))],
        [],
        null,
        Ex.Eq(Ex.Read(Count), 3),
        [new Property("small", PropertyKind.Invariant, Ex.Le(Ex.Read(Count), Ex.Const(3))), new Property("two", PropertyKind.Cover, Ex.Eq(Ex.Read(Count), 2))]);

    /// <summary>The counter's rule with another guard.</summary>
    public static Rule Step(Expr guard) => new("step", [], guard, [Ex.Assign(Count, Ex.Add(Ex.Read(Count), Ex.Const(1)))], new RuleLabel("test", "count"));

    /// <summary>Colours that are seen if they are allowed; whoever sees red marks green for all that was seen.</summary>
    public static TransitionSystem Colouring()
    {
        var c = new Parameter("c", Colours);
        var m = new Parameter("m", Colours);
        return new TransitionSystem(
            "colouring",
            [Colours],
            [Allowed, Seen, Last, Marks],
            [new InitialState("nothing", [Ex.Assign(Last, Ex.None(Colours))])],
            [
                new Rule(
                    "see",
                    [c],
                    Ex.And(Ex.Read(Allowed, Ex.Param(c)), Ex.Not(Ex.Contains(Ex.Read(Seen), Ex.Param(c)))),
                    [Ex.Assign(Seen, Ex.BitOr(Ex.Read(Seen), Ex.Singleton(Ex.Param(c)))), Ex.Assign(Last, Ex.Param(c))],
                    new RuleLabel("guest", "sees", "colours.coh:3", "eyes")),
            ],
            [
                new Fill(
                    "mark",
                    [m],
                    Marks,
                    [Ex.Param(m)],
                    Ex.Const(2),
                    Ex.And(Ex.Contains(Ex.Read(Seen), Ex.Const(0)), Ex.Contains(Ex.Read(Seen), Ex.Param(m)))),
            ],
            null,
            Ex.True,
            [new Property("not all", PropertyKind.Invariant, Ex.Ne(Ex.Read(Seen), Ex.Const(7)))]);
    }

    /// <summary>Which colours are allowed.</summary>
    public static FrozenValues Allow(params long[] values) => new([KeyValuePair.Create(Allowed, values)]);
}
