using Microsoft.Z3;

namespace CoherenceCheck.Attributes.Z3;

/// <summary>A position on an ordered scale: bit k says that it is above position k. The lower of two is the conjunction, the higher the disjunction, bit by bit.</summary>
internal sealed record Scale(BoolExpr[] Above)
{
    /// <summary>A position that rules bind.</summary>
    /// <param name="rules">Takes what makes it a position.</param>
    /// <param name="name">Its name.</param>
    /// <param name="steps">The number of positions above the lowest.</param>
    /// <param name="shared">A scale with fewer steps whose positions it shares, or <see langword="null"/>.</param>
    public static Scale New(Constraints rules, string name, int steps, Scale? shared = null)
    {
        var above = new BoolExpr[steps];
        var first = shared?.Above.Length ?? 0;
        shared?.Above.CopyTo(above, 0);
        for (var step = first; step < steps; step++)
        {
            above[step] = rules.Symbol($"{name}>{step}");
            if (step > 0)
            {
                rules.Always(rules.Context.MkImplies(above[step], above[step - 1]));
            }
        }

        return new Scale(above);
    }

    /// <summary>A fixed position.</summary>
    public static Scale Fixed(Constraints rules, int position, int steps) => new([.. Enumerable.Range(0, steps).Select(step => rules.Fixed(position > step))]);

    /// <summary>Whether it is at least at a position above the lowest.</summary>
    public BoolExpr AtLeast(int position) => Above[position - 1];

    /// <summary>Whether it is at a position.</summary>
    public BoolExpr Is(Constraints rules, int position)
    {
        List<BoolExpr> parts = [];
        if (position > 0)
        {
            parts.Add(Above[position - 1]);
        }

        if (position < Above.Length)
        {
            parts.Add(rules.Not(Above[position]));
        }

        return rules.And([.. parts]);
    }

    public BoolExpr Same(Constraints rules, Scale other) => rules.And([.. Above.Zip(other.Above, rules.Same)]);

    public BoolExpr NotAbove(Constraints rules, Scale other) => rules.And([.. Above.Zip(other.Above, rules.Context.MkImplies)]);

    public Scale Lower(Constraints rules, Scale other) => new([.. Above.Zip(other.Above, (left, right) => rules.And(left, right))]);

    public Scale Higher(Constraints rules, Scale other) => new([.. Above.Zip(other.Above, (left, right) => rules.Or(left, right))]);
}

/// <summary>A memory type: inner and outer on the scale of <see cref="MemoryClass"/>.</summary>
internal sealed record TypeSymbols(Scale Inner, Scale Outer)
{
    private const int Steps = (int)MemoryClass.WriteBack;

    /// <summary>The types: four of Device, and Normal memory by inner and outer cacheability.</summary>
    public static IReadOnlyList<MemoryType> All { get; } =
    [
        .. from inner in Enum.GetValues<MemoryClass>()
           from outer in Enum.GetValues<MemoryClass>()
           where inner == outer || (inner >= MemoryClass.NonCacheable && outer >= MemoryClass.NonCacheable)
           select new MemoryType(inner, outer),
    ];

    /// <summary>A type that rules bind. Up to Non-cacheable both halves have the same symbols: a Device type stands in both.</summary>
    public static TypeSymbols New(Constraints rules, string name)
    {
        var shared = Scale.New(rules, name, (int)MemoryClass.NonCacheable);
        return new TypeSymbols(
            Scale.New(rules, name + ".inner", Steps, shared),
            Scale.New(rules, name + ".outer", Steps, shared));
    }

    /// <summary>A fixed type, inner and outer alike.</summary>
    public static TypeSymbols Fixed(Constraints rules, MemoryClass both)
    {
        var scale = Scale.Fixed(rules, (int)both, Steps);
        return new TypeSymbols(scale, scale);
    }

    public BoolExpr IsNormal => Inner.AtLeast((int)MemoryClass.NonCacheable);

    public BoolExpr IsDevice(Constraints rules) => rules.Not(IsNormal);

    public BoolExpr Is(Constraints rules, MemoryClass both) => Is(rules, new MemoryType(both, both));

    public BoolExpr Is(Constraints rules, MemoryType type) => rules.And(Inner.Is(rules, (int)type.Inner), Outer.Is(rules, (int)type.Outer));

    public BoolExpr Same(Constraints rules, TypeSymbols other) => rules.And(Inner.Same(rules, other.Inner), Outer.Same(rules, other.Outer));

    public BoolExpr IsWeakerOf(Constraints rules, TypeSymbols left, TypeSymbols right) =>
        Same(rules, new TypeSymbols(left.Inner.Lower(rules, right.Inner), left.Outer.Lower(rules, right.Outer)));

    /// <summary>The weaker of inner and outer.</summary>
    public Scale Weaker(Constraints rules) => Inner.Lower(rules, Outer);
}

/// <summary>Shareabilities as positions on a scale.</summary>
internal static class ShareabilitySymbols
{
    private const int Steps = (int)Shareability.OuterShareable;

    public static Scale New(Constraints rules, string name) => Scale.New(rules, name, Steps);

    public static Scale Fixed(Constraints rules, Shareability value) => Scale.Fixed(rules, (int)value, Steps);

    public static BoolExpr Is(this Scale scale, Constraints rules, Shareability value) => scale.Is(rules, (int)value);
}
