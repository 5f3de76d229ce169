using System.Collections.Immutable;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Attributes;

/// <summary>The register fields that a spec may name.</summary>
public static class FieldRegistry
{
    private static readonly ImmutableArray<string> Bit = ["0", "1"];
    private static readonly ImmutableArray<string> Level = ["0", "1", "2", "3", "4", "5", "6", "7"];

    /// <summary>All fields.</summary>
    public static ImmutableArray<FieldInfo> All { get; } =
    [
        new("CTR_EL0.DIC", Bit, FieldScope.Machine | FieldScope.Vm, "D24.2.42 CTR_EL0", "No instruction invalidation to the PoU is needed for instruction-to-data coherence."),
        new("CTR_EL0.IDC", Bit, FieldScope.Machine | FieldScope.Vm, "D24.2.42 CTR_EL0", "No data clean to the PoU is needed for instruction-to-data coherence."),
        new("CLIDR_EL1.LoUU", Level, FieldScope.Machine | FieldScope.Vm, "CLIDR_EL1", "The level to clean to reach this PE's PoU; 0 means none."),
        new("CLIDR_EL1.LoUIS", Level, FieldScope.Machine | FieldScope.Vm, "CLIDR_EL1", "The same for the Inner Shareable domain."),
        new("CLIDR_EL1.LoC", Level, FieldScope.Machine | FieldScope.Vm, "CLIDR_EL1", "The level to clean to reach the PoC; 0 means that nothing need be cleaned."),
        new("ID_AA64MMFR2_EL1.FWB", Bit, FieldScope.Machine, "ID_AA64MMFR2_EL1", "FEAT_S2FWB is implemented; by default it is where HCR_EL2.FWB is set on the machine."),
        new("HCR_EL2.FWB", Bit, FieldScope.Machine | FieldScope.Policy, "HCR_EL2, D8.6.6", "Stage 2 forces Write-Back."),
        new("HCR_EL2.FB", Bit, FieldScope.Machine | FieldScope.Policy, "HCR_EL2", "Force broadcast: local maintenance at EL1 reaches the Inner Shareable domain."),
        new("HCR_EL2.BSU", ["NE", "IS", "OS", "SY"], FieldScope.Machine | FieldScope.Policy, "HCR_EL2", "Barrier shareability upgrade: the least domain of a guest's barriers (00, 01, 10, 11)."),
        new("HCR_EL2.DC", Bit, FieldScope.Machine | FieldScope.Policy, "HCR_EL2, D8.2.12.1 R_LBPTY", "Default cacheability: stage 1 is off, and all is Write-Back."),
        new("HCR_EL2.CD", Bit, FieldScope.Machine | FieldScope.Policy, "HCR_EL2, D7.5.5", "Stage 2 makes data accesses Non-cacheable."),
        new("HCR_EL2.ID", Bit, FieldScope.Machine | FieldScope.Policy, "HCR_EL2, D7.5.5", "Stage 2 makes instruction fetches Non-cacheable."),
        new("SCTLR_EL1.M", Bit, FieldScope.Vcpu, "SCTLR_EL1", "Stage 1 is on; 0 at reset."),
        new("SCTLR_EL1.C", Bit, FieldScope.Vcpu, "SCTLR_EL1, D7.5.5", "Data accesses may be cacheable; by default as M."),
        new("SCTLR_EL1.I", Bit, FieldScope.Vcpu, "SCTLR_EL1, D7.5.5", "Instruction fetches may be cacheable; by default as M."),
        new("DIC", Bit, FieldScope.Derived, "attributes C5", "The host's effective CTR_EL0.DIC."),
        new("IDC", Bit, FieldScope.Derived, "attributes C2, C3", "The host's effective IDC: the bit, or nothing to clean to the PoU."),
        new("FWB", Bit, FieldScope.Derived, "attributes C4", "HCR_EL2.FWB where FEAT_S2FWB is implemented."),
    ];
}
