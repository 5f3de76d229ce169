namespace CoherenceCheck.Attributes;

/// <content>The same steps, told.</content>
public static partial class EffectiveMemory
{
    /// <summary>How the effective attributes of an access come about, step by step; the last result is that of <see cref="Of"/>.</summary>
    public static IReadOnlyList<AttributeStep> Explain(AttributeInput input, ReadingSet readings)
    {
        var isFetch = input.Access == AccessKind.Fetch;
        var stage1 = StageOne(input);
        var steps = new List<AttributeStep> { new(StageOneRule(input, isFetch), StageOneResult(input, stage1, readings), StageOneSource(input)) };
        if (isFetch && stage1.Any(type => type.IsDevice))
        {
            steps.Add(new AttributeStep(
                $"a fetch from Device memory (device_fetch = {readings["device_fetch"]})",
                readings.DeviceFetch == DeviceFetch.PermissionFault ? "a Permission fault; speculative fetches as from NC" : "as from NC",
                "B2.10.2, K1.2.11"));
        }

        var result = Of(input, readings);
        if (!input.IsStage2On)
        {
            steps.Add(input.HcrVm || input.HcrDc
                ? new AttributeStep("stage 2 is off: {E2H, TGE} = {1, 1} makes VM, DC, CD and ID 0", result.ToString(), "D24 HCR_EL2")
                : new AttributeStep("stage 2 is off: HCR_EL2.VM = 0, DC = 0", result.ToString(), "D8.2.12.1 R_LBPTY"));
            return steps;
        }

        var (rule, source) = StageTwoRule(input, readings);
        var combined = stage1.SelectMany(type => Combined(input, Presented(input, type), readings)).Distinct();
        steps.Add(new AttributeStep(rule, string.Join(" or ", combined), source));
        if (isFetch ? input.EffectiveId : input.EffectiveCd)
        {
            steps.Add(new AttributeStep(isFetch ? "HCR_EL2.ID = 1 makes fetches Non-cacheable" : "HCR_EL2.CD = 1 makes Normal data accesses Non-cacheable", string.Join(" or ", result.Permitted.Select(p => p.Type).Distinct()), "D7.5.5, S2TreatAsNormalNC"));
        }
        else if (isFetch && combined.Any(type => type.IsDevice))
        {
            steps.Add(new AttributeStep("a fetch that stage 2 makes Device is one from Non-cacheable memory, or faults", string.Join(" or ", result.Permitted.Select(p => p.Type).Distinct()), "K1.2.11, S2TreatAsNormalNC"));
        }

        steps.Add(new AttributeStep("shareability: the larger; Device and Non-cacheable are Outer Shareable", result.ToString(), "D8.6.7 R_NSCNC"));
        return steps;
    }

    private static string StageOneRule(AttributeInput input, bool isFetch)
    {
        if (!input.IsStage1On)
        {
            return input.EffectiveDc ? "stage 1 is off: HCR_EL2.DC = 1"
                : isFetch ? $"stage 1 is off: SCTLR_EL1.M = 0, a fetch with I = {(input.SctlrI ? 1 : 0)}"
                : "stage 1 is off: SCTLR_EL1.M = 0, a data access";
        }

        var name = isFetch ? "I" : "C";
        return (isFetch ? input.SctlrI : input.SctlrC)
            ? $"stage 1 is on, SCTLR_EL1.{name} = 1: the MAIR_EL1 attribute"
            : $"stage 1 is on, SCTLR_EL1.{name} = 0: Normal memory is Non-cacheable";
    }

    private static string StageOneSource(AttributeInput input) => input.IsStage1On ? "D7.5.5, S1DecodeMemAttrs" : "D8.2.12.1 R_WFZPW";

    private static string StageOneResult(AttributeInput input, MemoryTypeSet stage1, ReadingSet readings) =>
        string.Join(" or ", stage1.Select(type => Final(type, StageOneShareability(input, type, readings), faults: false)));

    private static (string Rule, string Source) StageTwoRule(AttributeInput input, ReadingSet readings)
    {
        var encoding = Convert.ToString(input.MemAttr, 2).PadLeft(4, '0');
        if (!input.Fwb)
        {
            return ($"stage 2, MemAttr = {encoding}: the weaker of both{(Stage2Encoding.IsReserved(input.MemAttr, fwb: false) ? "; reserved: as any allocated encoding" : "")}", "D8.6.5 R_TNHFM, R_GQFSF");
        }

        if (!FwbReaches(input, readings))
        {
            return ($"stage 2 with FWB = 1 does not reach this fetch (fwb_ifetch = {readings["fwb_ifetch"]}): the stage-1 attribute", "D8.6.6; erratum 2701951");
        }

        return ($"stage 2 with FWB = 1, MemAttr[2:0] = {encoding[1..]}{(Stage2Encoding.IsReserved(input.MemAttr, fwb: true) ? ": reserved, as any allocated encoding" : "")}", "D8.6.6 R_VRJSW, R_GSDKZ");
    }
}
