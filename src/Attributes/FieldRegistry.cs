using System.Collections.Frozen;
using System.Collections.Immutable;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Attributes;

/// <summary>The one table of register fields that a spec may name.</summary>
public static class FieldRegistry
{
    /// <summary>All fields, in the order in which reports list them.</summary>
    public static ImmutableArray<FieldInfo> All { get; } =
    [
        Bit("CTR_EL0.DIC", FieldScope.Machine | FieldScope.Vm | FieldScope.Vcpu | FieldScope.Pcpu, "D24.2.42 CTR_EL0, R_WNDVG",
            "1: no instruction cache invalidation to the PoU is needed."),
        Bit("CTR_EL0.IDC", FieldScope.Machine | FieldScope.Vm, "D24.2.42 CTR_EL0",
            "1: no data cache clean to the PoU is needed."),
        Of("CTR_EL0.L1Ip", ["PIPT"], FieldScope.Machine, "D24.2.42 CTR_EL0, R_XLZJK",
            "How the L1 instruction cache is indexed and tagged; VIPT, where aliases matter, is not modelled yet."),
        Level("CLIDR_EL1.LoUU", "The level to which caches are cleaned to reach the PoU of one PE; 0: nothing to clean."),
        Level("CLIDR_EL1.LoUIS", "The level to which caches are cleaned to reach the PoU of the Inner Shareable domain; 0: nothing to clean."),
        Level("CLIDR_EL1.LoC", "The level to which caches are cleaned to reach the PoC; 0: nothing to clean."),
        Bit("ID_AA64MMFR2_EL1.FWB", FieldScope.Machine, "A2.2 FEAT_S2FWB",
            "1: FEAT_S2FWB is implemented; as HCR_EL2.FWB of the machine where it is not set."),
        Bit("HCR_EL2.FB", FieldScope.Policy | FieldScope.Machine | FieldScope.Vcpu, "D24 HCR_EL2.FB, D7.5.9.12",
            "1: local TLB and I-cache maintenance at EL1 is broadcast in the Inner Shareable domain."),
        Of("HCR_EL2.BSU", ["NE", "IS", "OS", "SY"], FieldScope.Policy | FieldScope.Machine | FieldScope.Vcpu, "D24 HCR_EL2.BSU",
            "The least shareability domain of barriers at EL1 and EL0: no effect, Inner Shareable, Outer Shareable, full system."),
        Bit("HCR_EL2.FWB", FieldScope.Policy | FieldScope.Machine, "D24 HCR_EL2.FWB, D8.6.6",
            "1: stage 2 forces memory attributes; as ID_AA64MMFR2_EL1.FWB where it is not set."),
        Bit("HCR_EL2.DC", FieldScope.Policy | FieldScope.Machine | FieldScope.Vcpu, "D24 HCR_EL2.DC, D8.2.12.1",
            "1: stage 1 is off and gives Normal Write-Back."),
        Bit("HCR_EL2.CD", FieldScope.Policy | FieldScope.Machine, "D24 HCR_EL2.CD, D7.5.5",
            "1: stage 2 makes data accesses to Normal memory Non-cacheable."),
        Bit("HCR_EL2.ID", FieldScope.Policy | FieldScope.Machine, "D24 HCR_EL2.ID, D7.5.5",
            "1: stage 2 makes instruction fetches Non-cacheable."),
        Bit("SCTLR_EL1.M", FieldScope.Vcpu | FieldScope.Reset, "D24 SCTLR_EL1.M", "1: stage 1 of the vCPU's translation is on; 0 at reset."),
        Bit("SCTLR_EL1.C", FieldScope.Vcpu | FieldScope.Reset, "D24 SCTLR_EL1.C, D7.5.5", "0: stage-1 data accesses to Normal memory are Non-cacheable; as M where it is not set."),
        Bit("SCTLR_EL1.I", FieldScope.Vcpu | FieldScope.Reset, "D24 SCTLR_EL1.I, D7.5.5", "0: stage-1 instruction fetches from Normal memory are Non-cacheable; as M where it is not set."),
        Bit("FWB", FieldScope.Derived, "D8.6.6", "HCR_EL2.FWB where FEAT_S2FWB is implemented."),
        Bit("DIC", FieldScope.Derived, "D24.2.42 CTR_EL0", "CTR_EL0.DIC of the machine."),
        Bit("IDC", FieldScope.Derived, "D24.2.42 CTR_EL0, CLIDR_EL1", "The effective IDC of the machine: what CTR_EL0.IDC and CLIDR_EL1 come to (reading idc_effective)."),
    ];

    private static readonly FrozenDictionary<string, string> Defaults = All
        .Where(field => (field.Scope & (FieldScope.Machine | FieldScope.Policy)) != FieldScope.Derived)
        .ToFrozenDictionary(field => field.Name, field => field.Values[0], StringComparer.Ordinal);

    /// <summary>The value of a field of the machine or hypervisor that nobody sets: its first.</summary>
    /// <exception cref="ArgumentException">There is no such field.</exception>
    internal static string DefaultOf(string field) =>
        Defaults.TryGetValue(field, out var value) ? value : throw new ArgumentException($"There is no field '{field}' of a machine.", nameof(field));

    /// <summary>The values of a field.</summary>
    /// <exception cref="InvalidOperationException">There is no such field.</exception>
    public static ImmutableArray<string> ValuesOf(string field) => All.First(known => known.Name == field).Values;

    private static FieldInfo Bit(string name, FieldScope scope, string source, string summary) => Of(name, ["0", "1"], scope, source, summary);

    private static FieldInfo Level(string name, string summary) =>
        Of(name, ["0", "1", "2", "3", "4", "5", "6", "7"], FieldScope.Machine | FieldScope.Vm, "D24 CLIDR_EL1, D7.5.8", summary);

    private static FieldInfo Of(string name, ImmutableArray<string> values, FieldScope scope, string source, string summary) =>
        new(name, values, scope, "Arm ARM " + source, summary);
}
