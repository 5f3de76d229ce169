namespace CoherenceCheck.Attributes;

/// <summary>What an access is.</summary>
public enum AccessKind
{
    /// <summary>A load or store.</summary>
    Data,

    /// <summary>An instruction fetch.</summary>
    Fetch,
}

/// <summary>Shareability, from the weakest to the strongest; a combination is the larger (Arm ARM D8.6.7).</summary>
public enum Shareability
{
    /// <summary>Non-shareable.</summary>
    NonShareable,

    /// <summary>Inner Shareable.</summary>
    InnerShareable,

    /// <summary>Outer Shareable.</summary>
    OuterShareable,
}

/// <summary>Memory attributes from the weakest to the strongest; a combination is the weaker (Arm ARM D8.6.5 R_TNHFM).</summary>
public enum MemoryClass
{
    /// <summary>Device-nGnRnE.</summary>
    DeviceNGnRnE,

    /// <summary>Device-nGnRE.</summary>
    DeviceNGnRE,

    /// <summary>Device-nGRE.</summary>
    DeviceNGRE,

    /// <summary>Device-GRE.</summary>
    DeviceGRE,

    /// <summary>Normal Non-cacheable.</summary>
    NonCacheable,

    /// <summary>Normal Write-Through.</summary>
    WriteThrough,

    /// <summary>Normal Write-Back.</summary>
    WriteBack,
}

/// <summary>A memory type: a Device type, or Normal with an inner and an outer cacheability.</summary>
/// <remarks>A Device type stands in both halves, so that the weaker of two types is the weaker of their halves. Allocation and
/// transient hints are left out: they change no value that an access may see.</remarks>
public readonly record struct MemoryType
{
    private static readonly string[] Names = ["nGnRnE", "nGnRE", "nGRE", "GRE", "NC", "WT", "WB"];

    /// <summary>Makes a type.</summary>
    /// <param name="inner">The Device type, or the inner cacheability.</param>
    /// <param name="outer">The same Device type, or the outer cacheability.</param>
    /// <exception cref="ArgumentException">One half is Device, and the other is not the same.</exception>
    public MemoryType(MemoryClass inner, MemoryClass outer)
    {
        if (inner != outer && (inner < MemoryClass.NonCacheable || outer < MemoryClass.NonCacheable))
        {
            throw new ArgumentException($"Memory is not {Names[(int)inner]} and {Names[(int)outer]} at once.", nameof(outer));
        }

        Inner = inner;
        Outer = outer;
    }

    /// <summary>The Device type, or the inner cacheability.</summary>
    public MemoryClass Inner { get; }

    /// <summary>The Device type, or the outer cacheability.</summary>
    public MemoryClass Outer { get; }

    /// <summary>Whether it is Device memory.</summary>
    public bool IsDevice => Inner < MemoryClass.NonCacheable;

    /// <summary>Whether it is Normal memory, Non-cacheable in both halves.</summary>
    public bool IsNonCacheable => Inner == MemoryClass.NonCacheable && Outer == MemoryClass.NonCacheable;

    /// <summary>The weaker of inner and outer: what coherence can rely on.</summary>
    public MemoryClass Weaker => Inner < Outer ? Inner : Outer;

    /// <summary>A Device type, or Normal memory that is inner and outer alike.</summary>
    public static MemoryType Of(MemoryClass both) => new(both, both);

    /// <summary>The weaker of two types, inner and outer apart; a Device type wins over Normal memory (D8.6.5 R_HMNDG, R_TNHFM).</summary>
    public MemoryType WeakerOf(MemoryType other)
    {
        if (IsDevice || other.IsDevice)
        {
            return Of(Weaker < other.Weaker ? Weaker : other.Weaker);
        }

        return new MemoryType(Inner < other.Inner ? Inner : other.Inner, Outer < other.Outer ? Outer : other.Outer);
    }

    /// <inheritdoc/>
    public override string ToString() => Inner == Outer ? Names[(int)Inner] : $"inner {Names[(int)Inner]} outer {Names[(int)Outer]}";
}
