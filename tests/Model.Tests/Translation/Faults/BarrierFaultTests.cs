using CoherenceCheck.Explorer;
using CoherenceCheck.Model.Tests.Support;
using static CoherenceCheck.Model.Tests.Translation.Faults.FaultCells;

namespace CoherenceCheck.Model.Tests.Translation.Faults;

/// <summary>Faults of what completes TLBIs and descriptors, and of what is in force, each found by a verdict that turns over.</summary>
public sealed class BarrierFaultTests
{
    private const string Moving = "vcpu A { SCTLR_EL1.M = 1 ; map a -> g0 } { unmap a ; dsb ishst ; tlbi vae1is, a ; dsb ish ; isb ; ldr [a] }";

    private const string Flushing = "policy flushing { on vcpu_load(v, p) { tlbi vmalle1 ; dsb nsh ; isb } }";

    [Fact]
    public void A_fault_of_a_dsb_nsh_that_waits_for_other_pcpus_is_caught_behind_a_broadcast() => Shipped("gvisor-tlbi-scope", "invalidate: a mapping is taken away", "isolation", "none with done: dsb nsh")
        .TurnsOver(Verdict.Violated, system => system.LocalBarrierWaitsForAll());

    [Fact]
    public void A_fault_of_a_dsb_nsh_that_waits_for_no_tlbi_is_caught_by_the_load_hook() =>
        Shipped("c06-tlb", "C06 two vCPUs whose tables differ", "private_translation", "kvm").TurnsOver(Verdict.Holds, system => system.BarrierWaitsForNothing("dsb nsh"));

    [Fact]
    public void A_fault_of_a_dsb_ish_that_waits_for_no_tlbi_is_caught_by_an_unmap() => Unmap("mmu").TurnsOver(Verdict.Holds, system => system.BarrierWaitsForNothing("dsb ish"));

    [Fact]
    public void A_fault_of_a_dsb_st_that_completes_tlbis_is_caught_in_place_of_the_last_dsb() =>
        Unmap("mmu with last: dsb ishst").TurnsOver(Verdict.Violated, system => system.StoresOnlyBarrierCompletesTlbis());

    [Fact]
    public void A_fault_of_a_tlbi_that_is_complete_at_once_is_caught_by_an_unmap_without_its_last_dsb() => Unmap("mmu without last").TurnsOver(Verdict.Violated, system => system.TlbisAtOnce());

    [Fact]
    public void A_fault_of_a_dsb_that_settles_no_stage_2_descriptor_is_caught_by_an_unmap() => Unmap("mmu").TurnsOver(Verdict.Holds, system => system.BarriersSettleNothing("S2"));

    [Fact]
    public void A_fault_of_a_dsb_that_settles_no_stage_1_descriptor_is_caught_by_a_guest_s_unmap() =>
        Translating("vcpu A { SCTLR_EL1.M = 1 ; map a -> g0 } { unmap a ; dsb ishst ; tlbi vae1, a ; dsb nsh ; isb ; ldr [a] }", "bare_metal")
            .TurnsOver(Verdict.Holds, system => system.BarriersSettleNothing("S1"));

    [Fact]
    public void A_fault_of_a_dsb_that_settles_what_others_stored_is_caught_by_two_tasks() => Translating(
        "vcpu A { SCTLR_EL1.M = 1 } any { ldr }",
        tasks: "task one { clear g0 }\ntask two { await one at end ; dsb ishst ; tlbi ipas2e1is, g0 ; dsb ish ; tlbi vmalle1is ; dsb ish ; settle g0 }")
        .TurnsOver(Verdict.Violated, system => system.BarriersSettleAll("S2"));

    [Fact]
    public void A_fault_of_a_dsb_that_settles_what_another_pcpu_stored_is_caught_by_a_guest_that_moves() =>
        Translating(Moving, "flushing", policies: Flushing).TurnsOver(Verdict.Violated, system => system.BarriersSettleAll("S1"));

    [Fact]
    public void A_fault_of_stage_2_descriptors_that_are_visible_at_once_is_caught_by_an_unmap_without_its_first_dsb() =>
        Unmap("mmu without st").TurnsOver(Verdict.Violated, system => system.DescriptorsVisibleAtOnce("S2"));

    [Fact]
    public void A_fault_of_stage_1_descriptors_that_are_visible_at_once_is_caught_by_a_guest_that_moves() =>
        Translating(Moving, "flushing", policies: Flushing).TurnsOver(Verdict.Violated, system => system.DescriptorsVisibleAtOnce("S1"));

    [Fact]
    public void A_fault_of_vttbr_in_force_at_once_is_caught_without_isb() => Vttbr("stage2 without isb").TurnsOver(Verdict.Violated, system => system.VttbrInForceAtOnce());

    [Fact]
    public void A_fault_of_an_isb_that_leaves_vttbr_pending_is_caught_by_the_handler_of_loads() => Vttbr("stage2").TurnsOver(Verdict.Holds, system => system.IsbKeeping("vttbr.mmu", "vttbr.vmid"));

    [Fact]
    public void A_fault_of_an_entry_that_leaves_vttbr_pending_is_caught_by_a_handler_without_isb() => Written("private_translation", "entry",
        """
        frame f0 { x = zero }
        vm guest { page g = f0 RWX wb ; vcpu A on {P0} { SCTLR_EL1.M = 1 } any { ldr } }
        task host on {P1} { clear g ; dsb ishst ; settle g }
        """, policies: "policy entry { on vcpu_load(v, p) { msr VTTBR_EL2, v.mmu } }").TurnsOver(Verdict.Violated, system => system.EntryKeeping("vttbr.mmu", "vttbr.vmid"));

    [Fact]
    public void A_fault_of_an_isb_that_leaves_an_asid_pending_is_caught_by_a_guest_that_changes_tables() => Translating(
        "vcpu A { SCTLR_EL1.M = 1 ; map a -> g0 asid 1 ; map a -> g1 asid 2 } { msr TTBR0_EL1.ASID, 2 ; ldr [a] ; isb ; ldr [a] }", "bare_metal")
        .TurnsOver(Verdict.Holds, system => system.IsbKeeping("ttbr.inforce"));

    [Fact]
    public void A_fault_of_an_isb_that_leaves_sctlr_pending_is_caught_by_a_guest_that_turns_its_mmu_on() =>
        Translating("vcpu A { SCTLR_EL1.M = 0 ; map g0 -> g1 } { msr SCTLR_EL1.M, 1 ; isb ; ldr [g0] ; unmap g0 }", "bare_metal").TurnsOver(Verdict.Holds, system => system.IsbKeeping("inforce"));

    // What the write has in force at once is a shorter way to what is stale.
    [Fact]
    public void A_fault_of_sctlr_in_force_from_the_isb_alone_is_caught_by_a_longer_trace() => Toggle("none").Explored(
        system => system.WritesInForceFromTheIsb("inforce"), (sound, faulty) => Assert.Equal((4, 5), (sound.Trace.Length - 1, faulty.Trace.Length - 1)));

    [Fact]
    public void A_fault_of_an_isb_that_keeps_the_pipeline_is_caught_by_a_guest_that_writes_code() =>
        Text("str new, [x] ; dc cvau, x ; dsb ish ; ic ivau, x ; dsb ish ; isb ; exec x").TurnsOver(Verdict.Holds, system => system.IsbKeeping("Q"));

    [Fact]
    public void A_fault_of_an_exit_that_keeps_the_pipeline_is_caught_by_a_reset() =>
        Reset("fresh_fetch", "reset", "DIC = 1, IDC = 1, FWB = 1").TurnsOver(Verdict.Holds, system => system.EntryKeeping("Q"));
}
