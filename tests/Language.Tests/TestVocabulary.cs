using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Tests;

/// <summary>A small vocabulary: the language knows no register by itself.</summary>
internal static class TestVocabulary
{
    public static ArchitectureVocabulary Value { get; } = new(
        [
            Field("CTR_EL0.DIC", FieldScope.Machine | FieldScope.Vm | FieldScope.Vcpu | FieldScope.Pcpu),
            Field("CTR_EL0.IDC", FieldScope.Machine | FieldScope.Vm),
            new FieldInfo("CLIDR_EL1.LoC", ["0", "1", "2", "3", "4", "5", "6", "7"], FieldScope.Machine | FieldScope.Vm, "D24", "A level."),
            Field("HCR_EL2.FB", FieldScope.Policy | FieldScope.Vcpu),
            new FieldInfo("HCR_EL2.BSU", ["NE", "IS", "OS", "SY"], FieldScope.Policy, "D24", "Barrier upgrade."),
            Field("HCR_EL2.FWB", FieldScope.Policy | FieldScope.Machine),
            Field("SCTLR_EL1.M", FieldScope.Vcpu | FieldScope.Reset),
            Field("SCTLR_EL1.C", FieldScope.Vcpu | FieldScope.Reset),
            Field("SCTLR_EL1.I", FieldScope.Vcpu | FieldScope.Reset),
            Field("FWB", FieldScope.Derived),
            Field("DIC", FieldScope.Derived),
            Field("IDC", FieldScope.Derived),
        ],
        [
            Reading("fwb_ifetch", "upgrades", "no_effect", "no_effect_when_m0_i0"),
            Reading("dic_snoops_nc", "no", "at_store", "coherent_fill"),
            new ReadingInfo("ghost", [new("lockstep", "Sets."), new("observing", "Stronger.", "to be done")], "docs/model.md", "Strength."),
        ],
        [new("in-order", "Program order."), new("window", "Out of order.", "to be done")])
    {
        Revisions =
        [
            new("old_manual", "Manual 1", [new("fwb_ifetch", "no_effect")]),
            new("new_manual", "Manual 2", [new("fwb_ifetch", "upgrades")]),
        ],
    };

    private static FieldInfo Field(string name, FieldScope scope) => new(name, ["0", "1"], scope, "D24", "A bit.");

    private static ReadingInfo Reading(string name, params string[] values) =>
        new(name, [.. values.Select(value => new ReadingValue(value, "One way."))], "D", "A question.");
}
