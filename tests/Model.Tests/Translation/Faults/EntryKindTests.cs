using CoherenceCheck.Explorer;
using CoherenceCheck.Model.Tests.Support;
using CoherenceCheck.Transitions;
using static CoherenceCheck.Model.Tests.Translation.Faults.FaultCells;

namespace CoherenceCheck.Model.Tests.Translation.Faults;

/// <summary>What each kind of TLB entry is for: a machine that does not keep them lets an unmap pass that is wrong.</summary>
public sealed class EntryKindTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_combined_entries_an_unmap_without_vmall_wrongly_holds(bool isOn) =>
        Unmap("mmu without vmall", isOn).TurnsOver(Verdict.Violated, system => system.WithoutKeeping("T", "T0"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_entries_of_stage_2_alone_an_unmap_without_ipas2_wrongly_holds(bool isOn) =>
        Unmap("mmu without ipas2", isOn).TurnsOver(Verdict.Violated, system => system.WithoutKeeping("T2"));

    [Fact]
    public void Without_entries_of_stage_2_alone_no_dsb_is_needed_between_the_tlbis() =>
        Unmap("mmu without between").TurnsOver(Verdict.Violated, system => system.WithoutKeeping("T2"));

    // As the definition says: they cost little, and change no verdict that is known.
    [Theory]
    [InlineData("barrier", "unmap a ; dsb ishst ; tlbi vae1, a ; dsb ish ; isb ; ldr [a]", Verdict.Violated)]
    [InlineData("none", "unmap a ; dsb ishst ; tlbi vae1is, a ; dsb ish ; isb ; ldr [a]", Verdict.Violated)]
    [InlineData("barrier", "unmap a ; dsb ishst ; tlbi vae1is, a ; dsb ish ; isb ; ldr [a]", Verdict.Holds)]
    [InlineData("barrier", "map a -> g1 ; dsb ishst ; tlbi vmalle1is ; dsb ish ; isb ; ldr [a]", Verdict.Holds)]
    public void Without_entries_of_stage_1_alone_nothing_changes(string row, string program, Verdict verdict) => Translating(
        $$"""vcpu A { SCTLR_EL1.M = 1 ; map a -> g0 } { {{program}} }""", row, "task host { clear g1 ; dsb ishst ; tlbi ipas2e1is, g1 ; dsb ish ; tlbi vmalle1is ; dsb ish ; settle g1 }").Explored(
        system => system.WithoutKeeping("T1"), (sound, faulty) =>
        {
            Assert.Equal((verdict, verdict), (sound.Verdict, faulty.Verdict));
            Assert.True(faulty.States <= sound.States);
        });

    [Fact]
    public void Entries_of_stage_1_alone_are_there_where_both_stages_change_and_not_elsewhere()
    {
        static bool Has(CellCase cell) => cell.Model.System.Variables.Any(variable => variable.Name == "T1");
        Assert.True(Has(Translating("vcpu A { SCTLR_EL1.M = 1 ; map a -> g0 } { unmap a }", tasks: "task host { clear g1 }")));
        Assert.False(Has(Translating("vcpu A { SCTLR_EL1.M = 1 ; map a -> g0 } { unmap a }")));
        Assert.False(Has(Unmap("mmu")));
    }
}
