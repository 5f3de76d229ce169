using System.Collections.Immutable;

namespace CoherenceCheck.Attributes.Z3;

/// <summary>All rules: their names, sentences and sources. The constraints stand where they are asserted.</summary>
internal static class RuleBook
{
    // Control bits.
    public static readonly AttributeRule HostRegime = new("control.host",
        "With {E2H, TGE} = {1, 1} the bits VM, DC, CD and ID of HCR_EL2 count as 0.", "D24 HCR_EL2; C8");
    public static readonly AttributeRule GuestRegime = new("control.guest",
        "Otherwise they count as they are.", "D24 HCR_EL2");
    public static readonly AttributeRule Stage1Control = new("control.stage1",
        "Stage 1 is on with SCTLR_EL1.M = 1 and no effective HCR_EL2.DC.", "D8.2.12.1 R_LBPTY");
    public static readonly AttributeRule Stage2Control = new("control.stage2",
        "Stage 2 is on with HCR_EL2.VM or HCR_EL2.DC in effect.", "D8.2.12.1 R_LBPTY");

    // MAIR_EL1.
    public static readonly AttributeRule MairDevice = new("mair.device",
        "0000dd00 is Device: nGnRnE, nGnRE, nGRE, GRE by dd.", "D24 MAIR_EL1, S1DecodeMemAttrs");
    public static readonly AttributeRule MairNormal = new("mair.normal",
        "Two nibbles that are not 0 are Normal, outer above inner: 0100 Non-cacheable, else Write-Back with bit 2 set and Write-Through with bit 2 clear.", "D24 MAIR_EL1, S1DecodeMemAttrs");
    public static readonly AttributeRule MairXsDevice = new("mair.xs.device",
        "0000dd01 is Device by dd with FEAT_XS.", "D24 MAIR_EL1, FEAT_XS");
    public static readonly AttributeRule MairXsNormal = new("mair.xs.normal",
        "0x40 is Non-cacheable and 0xA0 Write-Through with FEAT_XS.", "D24 MAIR_EL1, FEAT_XS");
    public static readonly AttributeRule MairTagged = new("mair.tagged",
        "0xF0 is Write-Back, Tagged, with FEAT_MTE2.", "D24 MAIR_EL1, FEAT_MTE2");

    // Stage 1.
    public static readonly AttributeRule OffDefaultCacheable = new("stage1.off.dc",
        "Stage 1 off with HCR_EL2.DC = 1: Normal Write-Back, Non-shareable.", "D8.2.12.1 R_WFZPW, S1DisabledOutput");
    public static readonly AttributeRule OffData = new("stage1.off.data",
        "Stage 1 off, a data access: Device-nGnRnE, Outer Shareable.", "D8.2.12.1 R_WFZPW, S1DisabledOutput");
    public static readonly AttributeRule OffFetchUncached = new("stage1.off.fetch.i0",
        "Stage 1 off, a fetch with SCTLR_EL1.I = 0: Normal Non-cacheable, Outer Shareable.", "D8.2.12.1 R_WFZPW, S1DisabledOutput");
    public static readonly AttributeRule OffFetchCached = new("stage1.off.fetch.i1",
        "Stage 1 off, a fetch with SCTLR_EL1.I = 1: Normal Write-Through, Outer Shareable.", "D8.2.12.1 R_WFZPW, S1DisabledOutput");
    public static readonly AttributeRule OnAttribute = new("stage1.on.attribute",
        "Stage 1 on: what MAIR_EL1 says, for Device memory, and for data with SCTLR_EL1.C = 1, and for fetches with SCTLR_EL1.I = 1.", "D7.5.5, S1DecodeMemAttrs");
    public static readonly AttributeRule OnUncached = new("stage1.on.uncached",
        "Stage 1 on: Normal memory is Non-cacheable for data with SCTLR_EL1.C = 0, and for fetches with SCTLR_EL1.I = 0.", "D7.5.5, S1TreatAsNormalNC");
    public static readonly AttributeRule OnShareability = new("stage1.on.shareability",
        "Stage 1 on: the descriptor's shareability.", "D8.6.7");
    public static readonly AttributeRule OnShareabilityEffective = new("stage1.on.shareability.osh",
        "Stage 1 on, a Device or Non-cacheable access, under s1_effective_sh = osh: Outer Shareable.", "D8.6.7 R_NSCNC");
    public static readonly AttributeRule FetchKeepsNormal = new("stage1.fetch.normal",
        "A data access, and a fetch from Normal memory, goes to stage 2 as it is.", "S1Translate");
    public static readonly AttributeRule FetchFromDevice = new("stage1.fetch.device",
        "A fetch from Device memory goes to stage 2 as Normal Non-cacheable.", "B2.10.2, K1.2.11, S1Translate");

    // Stage 2.
    public static readonly AttributeRule Stage2Off = new("stage2.off",
        "Stage 2 off: what stage 1 gives.", "D8.2.12");
    public static readonly AttributeRule EncodingDevice = new("stage2.encoding.device",
        "FWB = 0, MemAttr 00dd: Device by dd.", "D8.6.5 D8-96, S2DecodeMemAttrs");
    public static readonly AttributeRule EncodingNormal = new("stage2.encoding.normal",
        "FWB = 0, MemAttr ooii with oo and ii of 01 Non-cacheable, 10 Write-Through, 11 Write-Back: Normal. 0100, 1000, 1100 are reserved and any of the others.", "D8.6.5 D8-97, D8-98; K1.2.19, S2ResMemAttr");
    public static readonly AttributeRule Weaker = new("stage2.weaker",
        "FWB = 0: the weaker of both, inner and outer apart: Device-nGnRnE, nGnRE, nGRE, GRE, Non-cacheable, Write-Through, Write-Back.", "D8.6.5 R_HMNDG, R_TNHFM, R_GQFSF, I_MCQKW");
    public static readonly AttributeRule FwbEncoding = new("stage2.fwb.encoding",
        "FWB = 1: MemAttr[2:0] counts, MemAttr[3] is RES0; 100 is reserved and any of the others.", "D8.6.6 R_ZNGNK; K1.2.19");
    public static readonly AttributeRule FwbReach = new("stage2.fwb.reach",
        "FWB = 1 reaches data accesses, and fetches as fwb_ifetch says: all, none, or all but those with stage 1 off and SCTLR_EL1.I = 0.", "D8.6.6, S2ApplyFWBMemAttrs; erratum 2701951");
    public static readonly AttributeRule FwbDevice = new("stage2.fwb.device",
        "FWB = 1, 000 to 011: Device by the last two bits, or the stricter Device type of stage 1.", "D8.6.6 R_VRJSW D8-100");
    public static readonly AttributeRule FwbNonCacheable = new("stage2.fwb.nc",
        "FWB = 1, 101: Non-cacheable, but Device where stage 1 is.", "D8.6.6 R_GSDKZ");
    public static readonly AttributeRule FwbWriteBack = new("stage2.fwb.wb",
        "FWB = 1, 110: Write-Back, whatever stage 1 is.", "D8.6.6 R_RHWZM D8-101");
    public static readonly AttributeRule FwbStage1 = new("stage2.fwb.stage1",
        "FWB = 1, 111: what stage 1 gives.", "D8.6.6 R_THYXB");
    public static readonly AttributeRule FwbMissed = new("stage2.fwb.missed",
        "FWB = 1, a fetch that it does not reach: what stage 1 gives, but Device where stage 2 says Device.", "D8.6.6; erratum 2701951; claims 2 and 14");
    public static readonly AttributeRule OverrideFetch = new("stage2.override.fetch",
        "Stage 2 on, a fetch from what is Device by then, or with HCR_EL2.ID = 1: Non-cacheable.", "D7.5.5, S2TreatAsNormalNC, S2Translate");
    public static readonly AttributeRule OverrideData = new("stage2.override.data",
        "Stage 2 on, a data access to Normal memory with HCR_EL2.CD = 1: Non-cacheable.", "D7.5.5, S2TreatAsNormalNC");
    public static readonly AttributeRule NoOverride = new("stage2.override.none",
        "Everything else stays.", "D7.5.5");
    public static readonly AttributeRule Fault = new("fault",
        "A fetch from what is Device at stage 1 or, before HCR_EL2.ID, after stage 2 takes a Permission fault under device_fetch = permission_fault; nothing else does.", "B2.10.2, K1.2.11, D8.4.4 I_PTMPK");
    public static readonly AttributeRule SharedUncached = new("shareability.uncached",
        "Device and Non-cacheable memory is Outer Shareable, by the final type.", "D8.6.7 R_NSCNC");
    public static readonly AttributeRule SharedStage1 = new("shareability.stage1",
        "Cacheable memory, stage 2 off: stage 1's shareability.", "D8.6.7");
    public static readonly AttributeRule SharedLarger = new("shareability.larger",
        "Cacheable memory, stage 2 on: the larger of both, whatever FWB is.", "D8.6.7 D8-103, I_CGGBV");

    // Registers.
    public static readonly AttributeRule LevelDefault = new("register.level",
        "A cache level that is not set is the legal one nearest to its default: LoUU = LoUIS = 1, LoC = 2; with FEAT_S2FWB LoUU = LoUIS = 0 under fwb_implies_idc = yes.", "C3, C7; CLIDR_EL1, D8.6.6 I_RRDBK");
    public static readonly AttributeRule FeatureDefault = new("register.feature",
        "FEAT_S2FWB that is not set is as the machine's HCR_EL2.FWB, and the other way round.", "C4");
    public static readonly AttributeRule FwbEffective = new("register.fwb",
        "HCR_EL2.FWB is in effect with FEAT_S2FWB.", "D8.6.6, C4");
    public static readonly AttributeRule IdcEffective = new("register.idc",
        "IDC is in effect with CTR_EL0.IDC = 1, and under idc_effective = full with LoC = 0 or LoUU = LoUIS = 0.", "C2; B2.7.4.2");
    public static readonly AttributeRule Told = new("register.told",
        "A guest is told the machine's CTR_EL0 and CLIDR_EL1, changed by what its VM sets; with IDC = 0 a level of the PoU that the VM does not set is at least 1.", "Linux arch/arm64/kvm/sys_regs.c reset_clidr");
    public static readonly AttributeRule OfPe = new("register.pe",
        "A PE whose own CTR_EL0.DIC is set has that one: its I-cache is coherent, or not, whatever others are.", "CTR_EL0.DIC; Linux arch/arm64/kernel/cpufeature.c ftr_ctr (LOWER_SAFE)");
    public static readonly AttributeRule DicNeedsIdc = new("legal.C1", "DIC = 1 only with IDC = 1.", "C1; CTR_EL0.DIC");
    public static readonly AttributeRule FwbMeansNoClean = new("legal.C3", "FEAT_S2FWB only with LoUU = LoUIS = 0, under fwb_implies_idc = yes.", "C3; CLIDR_EL1, D8.6.6 I_RRDBK");
    public static readonly AttributeRule FwbNeedsFeature = new("legal.C4", "HCR_EL2.FWB = 1 only with FEAT_S2FWB.", "C4; D8.6.6");
    public static readonly AttributeRule LevelsInOrder = new("legal.C7", "LoUU, LoUIS, LoC do not fall.", "C7; D7.5.8");
    public static readonly AttributeRule CachesByPhysicalAddress = new("legal.C11", "CTR_EL0.L1Ip is VIPT or PIPT; 00 and 01 are reserved.", "C11; D24.2.42 CTR_EL0");
    public static readonly AttributeRule NoReserved = new("legal.C9", "No reserved MemAttr: x100 with FWB, 0100, 1000, 1100 without.", "C9; K1.2.19");
    public static readonly AttributeRule TopBitClear = new("legal.C10", "MemAttr[3] = 0 with FWB.", "C10; D8.6.6 R_ZNGNK");
    public static readonly AttributeRule CachesOwe = new("caches",
        "What caches owe: effective IDC; with DIC = 1 at_store snoops, and IC may be a NOP; with LoC = 0 nothing is to be cleaned to the PoC.", "C2, C12; D7.5.9.1, R_WNDVG");

    // What accesses mean for coherence.
    public static readonly AttributeRule ReservedIsAny = new("access.reserved",
        "A reserved MemAttr (x100 with FWB; 0100, 1000, 1100 without) counts as any other; what some of them allows may happen.", "C9; K1.2.19, S2ResMemAttr");
    public static readonly AttributeRule Executes = new("access.executes",
        "A fetch delivers where stage 2 lets it execute and it does not fault.", "D8.4.4 R_DYKWD, B2.10.2");
    public static readonly AttributeRule Fills = new("access.fills",
        "A line is read into the I-cache by what may execute, and under xn_blocks_alloc = no by speculation in spite of execute-never.", "D8.4.4 R_BFDZQ, D8.18.2 R_GXBMD");
    public static readonly AttributeRule Allocates = new("access.allocates",
        "What is read may stay in the I-cache, but under sctlr_i_alloc = icache not with SCTLR_EL1.I = 0 in effect.", "D7.5.5 note, D7.5.7");
    public static readonly AttributeRule Uncached = new("access.uncached",
        "An access is Non-cacheable where the weaker of inner and outer is, and where there is a PoC apart from the coherent caches: LoC is not 0.", "D7.5.1, D7.5.8");
    public static readonly AttributeRule ReadsPoU = new("access.pou",
        "A fetch reads at the PoU that is cacheable, or Non-cacheable under nc_fetch_point = poc_or_pou.", "D7.5.7, B2.11");
    public static readonly AttributeRule ReadsPoC = new("access.poc",
        "A fetch reads at the PoC that is Non-cacheable, or Write-Through with stage 1 off and SCTLR_EL1.I = 1 under mmuoff_wt_point = poc_or_pou.", "D7.5.7, D8.2.12.1 R_WFZPW, B2.11");
    public static readonly AttributeRule LineFills = new("access.line.fills",
        "With DIC = 0 whatever is read may stay; with DIC = 1 what Non-cacheable fetches read, and under dic_snoops_nc = coherent_fill nothing.", "D7.5.7, R_WNDVG, B2.3");
    public static readonly AttributeRule LineDelivers = new("access.line.delivers",
        "A fetch delivers from where it reads; with DIC = 1 from the PoU alone under dic_snoops_nc = coherent_fill.", "R_WNDVG, B2.3");
    public static readonly AttributeRule DataCached = new("access.data",
        "Data accesses are coherent that are not Non-cacheable or Device, and all with LoC = 0.", "D7.5.1, B2.7.4.2");

    /// <summary>All of them.</summary>
    public static ImmutableArray<AttributeRule> All { get; } =
    [
        HostRegime, GuestRegime, Stage1Control, Stage2Control,
        MairDevice, MairNormal, MairXsDevice, MairXsNormal, MairTagged,
        OffDefaultCacheable, OffData, OffFetchUncached, OffFetchCached, OnAttribute, OnUncached, OnShareability, OnShareabilityEffective, FetchKeepsNormal, FetchFromDevice,
        Stage2Off, EncodingDevice, EncodingNormal, Weaker, FwbEncoding, FwbReach, FwbDevice, FwbNonCacheable, FwbWriteBack, FwbStage1, FwbMissed,
        OverrideFetch, OverrideData, NoOverride, Fault, SharedUncached, SharedStage1, SharedLarger,
        LevelDefault, FeatureDefault, FwbEffective, IdcEffective, Told, OfPe, DicNeedsIdc, FwbMeansNoClean, FwbNeedsFeature, LevelsInOrder, CachesByPhysicalAddress, NoReserved, TopBitClear, CachesOwe,
        ReservedIsAny, Executes, Fills, Allocates, Uncached, ReadsPoU, ReadsPoC, LineFills, LineDelivers, DataCached,
    ];
}
