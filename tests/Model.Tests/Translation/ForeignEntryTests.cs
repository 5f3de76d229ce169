using CoherenceCheck.Explorer;
using CoherenceCheck.Model.Tests.Reference.Translation;
using CoherenceCheck.Model.Tests.Support;
using CoherenceCheck.Model.Tests.Translation.Faults;

namespace CoherenceCheck.Model.Tests.Translation;

/// <summary>Entries that another context left under one tag, where nothing else is wrong: the program and the reference say the same.</summary>
public sealed class ForeignEntryTests
{
    private const string Two =
        """
        frame f0 { x = zero }
        frame f1 { y = one }
        vm guest {
          page g0 = none backing f0
          page g1 = f1 RWX wb
          vcpu A on {P0} { SCTLR_EL1.M = 1 ; map a -> g0 asid 1 } { await B at end ; ldr [a] }
          vcpu B on {P0} { SCTLR_EL1.M = 1 ; map a -> g1 asid 1 } { await host at end ; ldr [a] PROGRAM }
        }
        task host { pause A ; map g0, f0, RWX ; dsb ishst }
        """;

    private const string Flushing = "policy flushing { on vcpu_load(v, p) { tlbi vmalle1 ; dsb nsh ; isb } }";

    // The first vCPU is gone before its page is mapped: what it left is of stage 1 alone, and is joined when the other executes.
    [Theory]
    [InlineData("", "none", Verdict.Violated)]
    [InlineData("; map a -> g1", "none", Verdict.Violated)]
    [InlineData("", "flushing", Verdict.Holds)]
    [InlineData("; map a -> g1", "flushing", Verdict.Holds)]
    public void What_a_vcpu_left_of_stage_1_alone_is_joined_for_another(string program, string row, Verdict verdict) =>
        Agree(verdict, "private_translation", row, Two.Replace("PROGRAM", program, StringComparison.Ordinal), FaultCells.Two, Flushing);

    [Theory]
    [InlineData("isolation")]
    [InlineData("private_translation")]
    public void What_a_vm_with_more_pages_left_under_a_vmid_is_used(string property) => Agree(
        Verdict.Violated, property, "entry",
        """
        frame f0 { x = zero }
        frame f1 { y = one }
        frame f2 { z = two }
        vm one {
          page g0 = f0 RWX wb
          page g1 = f1 RWX wb
          vcpu A on {P0} { SCTLR_EL1.M = 1 ; map a -> g1 } { await B at end ; ldr [a] }
        }
        vm two {
          page h = f2 RWX wb
          vcpu B on {P0} { SCTLR_EL1.M = 1 ; map b -> h } { await host at end ; ldr [b] }
        }
        task host { pause A }
        """, FaultCells.Two + " ; vmids 1", "policy entry { on vcpu_load(v, p) { msr VTTBR_EL2, v.mmu, 1 ; isb } }");

    private static void Agree(Verdict verdict, string property, string row, string body, string machine, string policies)
    {
        var cell = FaultCells.Written(property, row, body, machine, policies);
        var expected = TranslationReference.Check(new Question(cell.Scenario, cell.Row.Policy.Policy, property, new HardwareChoice()));
        Assert.Equal(verdict, expected.Outcome == Outcome.Holds ? Verdict.Holds : Verdict.Violated);
        Assert.Equal(verdict, cell.Explore().Verdict);
    }
}
