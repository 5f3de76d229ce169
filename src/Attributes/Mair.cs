namespace CoherenceCheck.Attributes;

/// <summary>Extensions that give MAIR_EL1 bytes a meaning which are reserved without them.</summary>
[Flags]
public enum MairExtensions
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>FEAT_XS: 0000dd01, 0x40 and 0xA0.</summary>
    Xs = 1,

    /// <summary>FEAT_MTE2: 0xF0.</summary>
    Mte2 = 2,
}

/// <summary>The bytes of MAIR_EL1.</summary>
public static class Mair
{
    /// <summary>The memory types that a byte may mean: one, or all for a reserved byte.</summary>
    /// <param name="attr">MAIR_EL1.Attr&lt;n&gt;: the outer nibble above the inner.</param>
    /// <param name="extensions">Extensions that are implemented.</param>
    /// <remarks>Arm ARM D24 MAIR_EL1, pseudocode S1DecodeMemAttrs; reserved bytes K1.2.19.</remarks>
    public static MemoryTypeSet Decode(byte attr, MairExtensions extensions = MairExtensions.None)
    {
        var (outer, inner) = (attr >> 4, attr & 0b1111);
        var xs = extensions.HasFlag(MairExtensions.Xs);
        return attr switch
        {
            _ when outer == 0 && ((inner & 0b11) == 0b00 || ((inner & 0b11) == 0b01 && xs)) => MemoryType.Of((MemoryClass)(inner >> 2)),
            0x40 when xs => MemoryType.Of(MemoryClass.NonCacheable),
            0xA0 when xs => MemoryType.Of(MemoryClass.WriteThrough),
            0xF0 when extensions.HasFlag(MairExtensions.Mte2) => MemoryType.Of(MemoryClass.WriteBack),
            _ when outer != 0 && inner != 0 => new MemoryType(Cacheability(inner), Cacheability(outer)),
            _ => MemoryTypeSet.All,
        };
    }

    /// <summary>Bit 3 is clear in the transient forms; Read- and Write-Allocate (bits 1, 0) and transience are hints.</summary>
    private static MemoryClass Cacheability(int nibble) => nibble switch
    {
        0b0100 => MemoryClass.NonCacheable,
        _ when (nibble & 0b0100) == 0 => MemoryClass.WriteThrough,
        _ => MemoryClass.WriteBack,
    };
}
