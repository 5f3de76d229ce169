namespace CoherenceCheck.Attributes;

/// <summary>What an access is.</summary>
public enum AccessKind
{
    /// <summary>A load or store.</summary>
    Data,

    /// <summary>An instruction fetch.</summary>
    Fetch,
}

/// <summary>Shareability, from the weakest to the strongest; the combination is the larger (D8.6.7).</summary>
public enum Shareability
{
    /// <summary>Non-shareable.</summary>
    NonShareable,

    /// <summary>Inner Shareable.</summary>
    InnerShareable,

    /// <summary>Outer Shareable.</summary>
    OuterShareable,
}

/// <summary>Memory attributes in the order in which combination takes the weaker (R_TNHFM).</summary>
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

/// <summary>The type of an access: a Device type, or Normal with an inner and an outer cacheability.</summary>
/// <param name="Inner">The Device type, or the inner cacheability.</param>
/// <param name="Outer">The same Device type, or the outer cacheability.</param>
public readonly record struct MemoryType(MemoryClass Inner, MemoryClass Outer)
{
    /// <summary>Inner and outer alike, or a Device type.</summary>
    public static MemoryType Of(MemoryClass both) => new(both, both);

    /// <summary>Whether it is Device memory.</summary>
    public bool IsDevice => Inner < MemoryClass.NonCacheable;

    /// <summary>Whether it is Normal, Non-cacheable at both.</summary>
    public bool IsNonCacheable => Inner == MemoryClass.NonCacheable && Outer == MemoryClass.NonCacheable;

    /// <summary>The weaker of inner and outer: what coherence can rely on.</summary>
    public MemoryClass Weaker => Inner < Outer ? Inner : Outer;
}
