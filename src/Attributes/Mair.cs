using System.Collections.Immutable;

namespace CoherenceCheck.Attributes;

/// <summary>What stage 1 gives: one type, or, for a reserved MAIR byte, any allocated one (K1.2.19).</summary>
public static class Stage1
{
    /// <summary>Every type that an allocated encoding can mean.</summary>
    internal static ImmutableArray<MemoryType> Allocated { get; } =
    [
        MemoryType.Of(MemoryClass.DeviceNGnRnE), MemoryType.Of(MemoryClass.DeviceNGnRE), MemoryType.Of(MemoryClass.DeviceNGRE), MemoryType.Of(MemoryClass.DeviceGRE),
        .. from outer in Cacheabilities() from inner in Cacheabilities() select new MemoryType(inner, outer),
    ];

    /// <summary>The type of a MAIR_EL1.Attr byte (D8.2.12, S1DecodeMemAttrs); FEAT_XS and FEAT_MTE2 give no type of their own here.</summary>
    /// <param name="attr">The byte.</param>
    /// <returns>The types that it may mean: one, or all allocated ones for a reserved byte.</returns>
    public static ImmutableArray<MemoryType> Decode(byte attr)
    {
        var (outer, inner) = (attr >> 4, attr & 15);
        if (outer == 0)
        {
            // 0000dd00; with dd01 the XS forms, which change no type.
            return (inner & 3) == 0 ? [MemoryType.Of((MemoryClass)(inner >> 2))] : Allocated;
        }

        if (attr is 0x40)
        {
            return [MemoryType.Of(MemoryClass.NonCacheable)];
        }

        if (attr is 0xA0)
        {
            return [MemoryType.Of(MemoryClass.WriteThrough)];
        }

        if (attr is 0xF0)
        {
            return [MemoryType.Of(MemoryClass.WriteBack)];
        }

        return inner == 0 ? Allocated : [new MemoryType(Nibble(inner), Nibble(outer))];
    }

    /// <summary>0100 NC; 00RW and 10RW Write-Through; 01RW and 11RW Write-Back.</summary>
    private static MemoryClass Nibble(int nibble) => nibble switch
    {
        4 => MemoryClass.NonCacheable,
        < 4 or (>= 8 and < 12) => MemoryClass.WriteThrough,
        _ => MemoryClass.WriteBack,
    };

    private static IEnumerable<MemoryClass> Cacheabilities() => [MemoryClass.NonCacheable, MemoryClass.WriteThrough, MemoryClass.WriteBack];
}
