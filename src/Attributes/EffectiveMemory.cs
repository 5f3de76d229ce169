namespace CoherenceCheck.Attributes;

/// <summary>How stage 1, stage 2 and the control bits combine: the one function that says what an access is.</summary>
/// <remarks>Arm ARM D8.2.12.1 (stage 1 off), D7.5.5 (SCTLR.C and .I, HCR.CD and .ID), D8.6.5 and D8.6.6 (stage 2 without and with
/// FWB), D8.6.7 (shareability), K1.2.11 (fetches from Device memory), K1.2.19 (reserved encodings); pseudocode S1Translate and S2Translate.</remarks>
public static partial class EffectiveMemory
{
    private static readonly MemoryType NonCacheable = MemoryType.Of(MemoryClass.NonCacheable);

    /// <summary>The effective attributes of an access.</summary>
    public static EffectiveAttributes Of(AttributeInput input, ReadingSet readings) => new(
        from stage1 in StageOne(input)
        let shareability = StageOneShareability(input, stage1, readings)
        from result in Through(input, stage1, shareability, readings)
        select result);

    /// <summary>What stage 1 gives.</summary>
    private static MemoryTypeSet StageOne(AttributeInput input)
    {
        var isFetch = input.Access == AccessKind.Fetch;
        if (input.IsStage1On)
        {
            // D7.5.5, pseudocode S1TreatAsNormalNC: the enable bits reach Normal memory only.
            var isEnabled = isFetch ? input.SctlrI : input.SctlrC;
            return isEnabled
                ? input.Stage1
                : input.Stage1.Select(type => type.IsDevice ? type : NonCacheable).Aggregate(default(MemoryTypeSet), (set, type) => set.With(type));
        }

        // D8.2.12.1 R_WFZPW, pseudocode S1DisabledOutput.
        return MemoryType.Of((input.EffectiveDc, isFetch, input.SctlrI) switch
        {
            (true, _, _) => MemoryClass.WriteBack,
            (_, false, _) => MemoryClass.DeviceNGnRnE,
            (_, true, false) => MemoryClass.NonCacheable,
            (_, true, true) => MemoryClass.WriteThrough,
        });
    }

    /// <summary>R_WFZPW where stage 1 is off; else the descriptor's, or Outer Shareable where R_NSCNC is read so.</summary>
    private static Shareability StageOneShareability(AttributeInput input, MemoryType stage1, ReadingSet readings)
    {
        if (!input.IsStage1On)
        {
            return input.EffectiveDc ? Shareability.NonShareable : Shareability.OuterShareable;
        }

        var isUncached = stage1.IsDevice || stage1.IsNonCacheable;
        return isUncached && readings.S1EffectiveSh == S1EffectiveSh.Osh ? Shareability.OuterShareable : input.Stage1Shareability;
    }

    /// <summary>What stage 2 makes of it, and the overrides at the end.</summary>
    private static IEnumerable<AccessAttributes> Through(AttributeInput input, MemoryType stage1, Shareability shareability, ReadingSet readings)
    {
        var isFetch = input.Access == AccessKind.Fetch;
        var deviceFaults = isFetch && readings.DeviceFetch == DeviceFetch.PermissionFault;

        // K1.2.11: a fetch from stage-1 Device memory is one from Non-cacheable memory before stage 2 sees it, or faults.
        var faults = stage1.IsDevice && deviceFaults;
        var presented = Presented(input, stage1);
        if (!input.IsStage2On)
        {
            yield return Final(presented, shareability, faults);
            yield break;
        }

        var combined = Combined(input, presented, readings);
        var larger = shareability > input.Stage2Shareability ? shareability : input.Stage2Shareability;
        foreach (var type in combined)
        {
            // Pseudocode S2TreatAsNormalNC, D7.5.5: CD never reaches fetches, ID never data, and both win over FWB.
            var isOverridden = isFetch ? type.IsDevice || input.EffectiveId : !type.IsDevice && input.EffectiveCd;
            yield return Final(isOverridden ? NonCacheable : type, larger, faults || (type.IsDevice && deviceFaults));
        }
    }

    /// <summary>What stage 2 sees of a stage-1 type.</summary>
    private static MemoryType Presented(AttributeInput input, MemoryType stage1) =>
        input.Access == AccessKind.Fetch && stage1.IsDevice ? NonCacheable : stage1;

    private static IEnumerable<MemoryType> Combined(AttributeInput input, MemoryType presented, ReadingSet readings) => input switch
    {
        { Fwb: false } => Stage2Encoding.Combine(presented, input.MemAttr),
        _ when FwbReaches(input, readings) => Stage2Encoding.Force(presented, input.MemAttr),
        _ => Stage2Encoding.LeaveToStage1(presented, input.MemAttr),
    };

    /// <summary>Whether a reserved encoding plays a part: of MAIR_EL1 where stage 1 is on, of MemAttr where stage 2 reads it.</summary>
    public static bool UsesReservedEncoding(AttributeInput input) =>
        (input.IsStage1On && input.Stage1.Count > 1)
        || (input.IsStage2On && Stage2Encoding.IsReserved(input.MemAttr, input.Fwb));

    private static bool FwbReaches(AttributeInput input, ReadingSet readings) => input.Access == AccessKind.Data || readings.FwbIfetch switch
    {
        FwbIfetch.Upgrades => true,
        FwbIfetch.NoEffectWhenM0I0 => input.SctlrM || input.SctlrI || input.EffectiveDc,
        _ => false,
    };

    /// <summary>D8.6.7: by its final type, Device and Non-cacheable memory is Outer Shareable.</summary>
    private static AccessAttributes Final(MemoryType type, Shareability shareability, bool faults) =>
        new(type, type.IsDevice || type.IsNonCacheable ? Shareability.OuterShareable : shareability, faults);
}
