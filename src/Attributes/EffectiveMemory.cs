using System.Collections.Immutable;

namespace CoherenceCheck.Attributes;

/// <summary>How stage 1, stage 2 and the control bits combine: the one function that says what an access is.</summary>
/// <remarks>Arm ARM D8.2.12.1 (stage 1 off), D7.5.5 (SCTLR.C and .I, HCR.CD and .ID), D8.6.5 and D8.6.6 (stage 2 without and with
/// FWB), D8.6.7 (shareability), K1.2.11 (fetches from Device memory); the pseudocode's S1Translate and S2Translate.</remarks>
public static class EffectiveMemory
{
    /// <summary>The effective attributes of an access.</summary>
    public static EffectiveAttributes Of(AttributeInput input, ReadingSet readings)
    {
        var fetch = input.Access == AccessKind.Fetch;
        var (stage1, shareability) = StageOne(input);

        // A fetch from stage-1 Device memory is one as from Non-cacheable memory before stage 2, or faults.
        var faults = fetch && stage1.IsDevice && readings.Is("device_fetch", "permission_fault");
        if (fetch && stage1.IsDevice)
        {
            stage1 = MemoryType.Of(MemoryClass.NonCacheable);
        }

        var stage2On = input.HcrVm || input.HcrDc;
        if (!stage2On)
        {
            return new EffectiveAttributes([stage1], Final(stage1, shareability), faults);
        }

        var upgraded = input.Fwb && AppliesTo(input, readings);
        ImmutableArray<MemoryType> types = upgraded ? ForcedWriteBack(stage1, input.MemAttr & 7)
            : input.Fwb ? WithoutUpgrade(stage1, input.MemAttr & 7)
            : Combine(stage1, input.MemAttr);
        faults |= fetch && types[0].IsDevice && readings.Is("device_fetch", "permission_fault");
        types = [.. types.Select(type => Override(type, input)).Distinct()];
        if (upgraded && stage1 is { Inner: <= MemoryClass.NonCacheable, Outer: <= MemoryClass.NonCacheable } && !types[0].IsDevice && !types[0].IsNonCacheable
            && input is { SctlrM: true, HcrDc: false } && readings.Is("s1_effective_sh", "descriptor"))
        {
            shareability = input.Stage1Shareability;
        }

        var combined = (Shareability)Math.Max((int)shareability, (int)input.Stage2Shareability);
        return new EffectiveAttributes(types, Final(types[0], combined), faults);
    }

    /// <summary>D8.2.12.1 R_WFZPW where stage 1 is off, D7.5.5 where it is on.</summary>
    private static (MemoryType Type, Shareability Shareability) StageOne(AttributeInput input)
    {
        if (input.HcrDc)
        {
            return (MemoryType.Of(MemoryClass.WriteBack), Shareability.NonShareable);
        }

        var fetch = input.Access == AccessKind.Fetch;
        if (!input.SctlrM)
        {
            var type = !fetch ? MemoryClass.DeviceNGnRnE : input.SctlrI ? MemoryClass.WriteThrough : MemoryClass.NonCacheable;
            return (MemoryType.Of(type), Shareability.OuterShareable);
        }

        var cached = fetch ? input.SctlrI : input.SctlrC;
        var stage1 = !input.Stage1.IsDevice && !cached ? MemoryType.Of(MemoryClass.NonCacheable) : input.Stage1;
        return (stage1, Final(stage1, input.Stage1Shareability));
    }

    private static bool AppliesTo(AttributeInput input, ReadingSet readings) => input.Access == AccessKind.Data || readings["fwb_ifetch"] switch
    {
        "upgrades" => true,
        "no_effect_when_m0_i0" => input.HcrDc || input.SctlrM || input.SctlrI,
        _ => false,
    };

    /// <summary>D8.6.5: the weaker wins, inner and outer apart; Device wins over Normal, the stricter Device over the other.</summary>
    private static ImmutableArray<MemoryType> Combine(MemoryType stage1, int memAttr)
    {
        var (outer, inner) = (memAttr >> 2, memAttr & 3);
        if (outer != 0 && inner == 0)
        {
            // Reserved: any allocated encoding (K1.2.19).
            return [.. Stage1.Allocated.Select(stage2 => Weaker(stage1, stage2)).Distinct()];
        }

        var decoded = outer == 0
            ? MemoryType.Of((MemoryClass)inner)
            : new MemoryType(MemoryClass.NonCacheable + inner - 1, MemoryClass.NonCacheable + outer - 1);
        return [Weaker(stage1, decoded)];
    }

    private static MemoryType Weaker(MemoryType a, MemoryType b) => a.IsDevice || b.IsDevice
        ? MemoryType.Of((MemoryClass)Math.Min((int)(a.IsDevice ? a.Inner : MemoryClass.WriteBack), (int)(b.IsDevice ? b.Inner : MemoryClass.WriteBack)))
        : new MemoryType((MemoryClass)Math.Min((int)a.Inner, (int)b.Inner), (MemoryClass)Math.Min((int)a.Outer, (int)b.Outer));

    /// <summary>D8.6.6, tables D8-100 and D8-101.</summary>
    private static ImmutableArray<MemoryType> ForcedWriteBack(MemoryType stage1, int memAttr) => memAttr switch
    {
        < 4 => [Weaker(stage1, MemoryType.Of((MemoryClass)memAttr))],
        4 => [.. Stage1.Allocated],
        5 => [stage1.IsDevice ? stage1 : MemoryType.Of(MemoryClass.NonCacheable)],
        6 => [MemoryType.Of(MemoryClass.WriteBack)],
        _ => [stage1],
    };

    /// <summary>FWB = 1 and a fetch that it does not reach: its stage-1 attribute, or Device where stage 2 says Device.</summary>
    private static ImmutableArray<MemoryType> WithoutUpgrade(MemoryType stage1, int memAttr) =>
        memAttr < 4 ? [Weaker(stage1, MemoryType.Of((MemoryClass)memAttr))] : [stage1];

    /// <summary>The overrides that come last (S2TreatAsNormalNC): CD never reaches fetches, ID never data.</summary>
    private static MemoryType Override(MemoryType type, AttributeInput input)
    {
        var nonCacheable = input.Access == AccessKind.Fetch ? type.IsDevice || input.HcrId : !type.IsDevice && input.HcrCd;
        return nonCacheable ? MemoryType.Of(MemoryClass.NonCacheable) : type;
    }

    /// <summary>Device and Non-cacheable memory is always Outer Shareable.</summary>
    private static Shareability Final(MemoryType type, Shareability shareability) =>
        type.IsDevice || type.IsNonCacheable ? Shareability.OuterShareable : shareability;
}
