using System.Collections.Immutable;

namespace CoherenceCheck.Attributes;

/// <summary>What stage 2 makes of a stage-1 type, by the descriptor's MemAttr.</summary>
internal static class Stage2Encoding
{
    private static readonly MemoryType NonCacheable = MemoryType.Of(MemoryClass.NonCacheable);

    private static readonly MemoryType WriteBack = MemoryType.Of(MemoryClass.WriteBack);

    /// <summary>HCR_EL2.FWB = 0, MemAttr[3:0]: the weaker of both (D8.6.5, tables D8-96 to D8-98). The upper half is outer, the lower inner; no entry where reserved.</summary>
    private static readonly ImmutableArray<MemoryType?> Plain =
    [
        MemoryType.Of(MemoryClass.DeviceNGnRnE),
        MemoryType.Of(MemoryClass.DeviceNGnRE),
        MemoryType.Of(MemoryClass.DeviceNGRE),
        MemoryType.Of(MemoryClass.DeviceGRE),
        null,
        new MemoryType(inner: MemoryClass.NonCacheable, outer: MemoryClass.NonCacheable),
        new MemoryType(inner: MemoryClass.WriteThrough, outer: MemoryClass.NonCacheable),
        new MemoryType(inner: MemoryClass.WriteBack, outer: MemoryClass.NonCacheable),
        null,
        new MemoryType(inner: MemoryClass.NonCacheable, outer: MemoryClass.WriteThrough),
        new MemoryType(inner: MemoryClass.WriteThrough, outer: MemoryClass.WriteThrough),
        new MemoryType(inner: MemoryClass.WriteBack, outer: MemoryClass.WriteThrough),
        null,
        new MemoryType(inner: MemoryClass.NonCacheable, outer: MemoryClass.WriteBack),
        new MemoryType(inner: MemoryClass.WriteThrough, outer: MemoryClass.WriteBack),
        new MemoryType(inner: MemoryClass.WriteBack, outer: MemoryClass.WriteBack),
    ];

    /// <summary>HCR_EL2.FWB = 1, MemAttr[2:0] (D8.6.6, tables D8-100 and D8-101; R_VRJSW, R_GSDKZ, R_RHWZM, R_THYXB, R_TBQKG); no entry where reserved.</summary>
    private static readonly ImmutableArray<Func<MemoryType, MemoryType>?> Forced =
    [
        stage1 => stage1.WeakerOf(MemoryType.Of(MemoryClass.DeviceNGnRnE)),
        stage1 => stage1.WeakerOf(MemoryType.Of(MemoryClass.DeviceNGnRE)),
        stage1 => stage1.WeakerOf(MemoryType.Of(MemoryClass.DeviceNGRE)),
        stage1 => stage1.WeakerOf(MemoryType.Of(MemoryClass.DeviceGRE)),
        null,
        stage1 => stage1.IsDevice ? stage1 : NonCacheable,
        _ => WriteBack,
        stage1 => stage1,
    ];

    /// <summary>Whether an encoding is reserved. MemAttr[3] counts without FWB only: with it, it is RES0 and ignored (R_ZNGNK).</summary>
    public static bool IsReserved(int memAttr, bool fwb) => fwb ? Forced[memAttr & 0b111] is null : Plain[memAttr] is null;

    /// <summary>Without FWB: the types that result, several for a reserved encoding.</summary>
    public static IEnumerable<MemoryType> Combine(MemoryType stage1, int memAttr) =>
        (Plain[memAttr] is { } stage2 ? MemoryTypeSet.Of(stage2) : MemoryTypeSet.All).Select(stage1.WeakerOf);

    /// <summary>With FWB: the types that result, several for a reserved encoding.</summary>
    public static IEnumerable<MemoryType> Force(MemoryType stage1, int memAttr) =>
        Allocated(memAttr).Select(encoding => Forced[encoding]!(stage1));

    /// <summary>With FWB, for a fetch that it does not reach: the stage-1 type, or Device where stage 2 says Device.</summary>
    /// <remarks>Nobody who holds that FWB does not reach fetches says what is used in its place; the MemAttr of FWB = 1 has no meaning in the other table.</remarks>
    public static IEnumerable<MemoryType> LeaveToStage1(MemoryType stage1, int memAttr) =>
        Allocated(memAttr).Select(encoding => encoding <= 0b011 ? Forced[encoding]!(stage1) : stage1);

    private static IEnumerable<int> Allocated(int memAttr) => Forced[memAttr & 0b111] is null
        ? Enumerable.Range(0, Forced.Length).Where(encoding => Forced[encoding] is not null)
        : [memAttr & 0b111];
}
