using CoherenceCheck.Explorer;
using CoherenceCheck.Model.Tests.Support;
using static CoherenceCheck.Model.Tests.Translation.Faults.FaultCells;

namespace CoherenceCheck.Model.Tests.Translation.Faults;

/// <summary>Faults of bare metal's stage 1 and of what the host promises of stage 2, each found by a verdict that turns over.</summary>
public sealed class TranslationGhostFaultTests
{
    private const string Local = "unmap a ; dsb ishst ; tlbi vae1, a ; dsb ish ; isb ; ldr [a]";

    [Fact]
    public void A_fault_of_gT_that_a_tlbi_empties_at_its_issue_is_caught_by_an_access_before_the_dsb() =>
        Alone("unmap a ; dsb ishst ; tlbi vae1, a ; ldr [a] ; dsb ish").TurnsOver(Verdict.Holds, system => system.TlbisActAtIssue());

    [Fact]
    public void A_fault_of_gT_that_is_never_narrowed_is_caught_by_a_local_tlbi() => Moving(Local).TurnsOver(Verdict.Violated, system => system.Keeping("dsb", "gT"));

    [Fact]
    public void A_fault_of_gT_that_is_not_refilled_is_caught_by_any_access() => Alone("ldr [a] ; unmap a").TurnsOver(Verdict.Holds, system => system.WithoutRefill("gT"));

    [Fact]
    public void A_fault_of_gTJ_that_is_not_refilled_is_caught_by_guests_of_any_programs() => Any.TurnsOver(Verdict.Holds, system => system.WithoutRefill("gTJ"));

    [Fact]
    public void A_fault_of_a_tlbi_that_opens_nothing_is_caught_by_a_local_tlbi() => Moving(Local).TurnsOver(Verdict.Violated, system => system.Keeping("tlbi", "gTJ"));

    [Fact]
    public void A_fault_of_a_dsb_nsh_that_closes_for_all_is_caught_by_another_vcpu() =>
        Pair("unmap a ; dsb ishst ; tlbi vae1is, a ; dsb nsh ; isb", "bare_metal").TurnsOver(Verdict.Holds, system => system.LocalBarrierClosesAll());

    [Fact]
    public void A_fault_of_a_dsb_ish_that_closes_for_its_own_vcpu_is_caught_by_another_vcpu() => Pair("unmap a ; dsb ishst ; tlbi vae1is, a ; dsb ish", "none").TurnsOver(Verdict.Violated, system => system.WideBarrierClosesItsOwn());

    [Fact]
    public void A_fault_of_a_dsb_st_that_closes_is_caught_by_an_access_behind_it() =>
        Alone("unmap a ; dsb ishst ; tlbi vae1, a ; dsb ishst ; ldr [a] ; dsb ish").TurnsOver(Verdict.Holds, system => system.StoresOnlyBarrierClosesTlbis());

    [Fact]
    public void A_fault_of_a_tlbi_of_all_asids_is_caught_by_another_asid() => Alone(
        "ldr [a] ; msr TTBR0_EL1.ASID, 2 ; isb ; unmap a asid 1 ; dsb ishst ; tlbi vae1, a, asid 2 ; dsb ish ; msr TTBR0_EL1.ASID, 1 ; isb ; ldr [a]", "map a -> g0 asid 1 ; map a -> g1 asid 2")
        .TurnsOver(Verdict.Holds, system => system.TlbisOfAll(2));

    [Fact]
    public void A_fault_of_a_tlbi_of_all_addresses_is_caught_by_another_address() =>
        Alone("ldr [a] ; unmap b ; dsb ishst ; tlbi vae1, a ; dsb ish ; isb ; ldr [b]", "map a -> g0 ; map b -> g1").TurnsOver(Verdict.Holds, system => system.TlbisOfAll(3));

    [Fact]
    public void A_fault_of_a_local_tlbi_for_all_vcpus_is_caught_by_another_vcpu() => Pair("unmap a ; dsb ishst ; tlbi vae1, a ; dsb ish", "bare_metal").TurnsOver(Verdict.Holds, system => system.TlbisOfAll(1));

    [Fact]
    public void A_fault_of_a_broadcast_tlbi_for_its_own_vcpu_is_caught_by_another_vcpu() => Pair("unmap a ; dsb ishst ; tlbi vae1is, a ; dsb ish", "none").TurnsOver(Verdict.Violated, system => system.TlbisOfItsOwn());

    [Fact]
    public void A_fault_of_gS1_that_no_store_joins_is_caught_by_a_new_leaf() => Alone("map a -> g1 ; dsb ishst ; ldr [a]").TurnsOver(Verdict.Holds, system => system.DescriptorsLeaving("gS1"));

    [Fact]
    public void A_fault_of_gS1_that_no_dsb_narrows_is_caught_by_a_local_tlbi() => Moving(Local).TurnsOver(Verdict.Violated, system => system.Keeping("dsb", "gS1"));

    [Fact]
    public void A_fault_of_gS1_that_a_dsb_narrows_to_what_others_stored_is_caught_by_two_stores_to_a_descriptor() => Translating(
        """
        map a -> g0
        vcpu A { SCTLR_EL1.M = 1 } { map a -> g1 ; dsb ishst ; tlbi vae1is, a ; dsb ish ; isb }
        vcpu B { SCTLR_EL1.M = 1 } { map a -> g0 nc ; await A at end ; ldr [a] }
        """, "bare_metal").TurnsOver(Verdict.Holds, system => system.BarriersSettleAll("gS1"));

    [Fact]
    public void A_fault_of_gS1_that_a_store_narrows_at_once_is_caught_by_guests_of_any_programs() => Any.TurnsOver(Verdict.Holds, system => system.DescriptorsVisibleAtOnce("gS1"));

    [Fact]
    public void A_fault_of_an_asid_in_force_at_once_is_caught_by_an_access_before_the_isb() =>
        Alone("msr TTBR0_EL1.ASID, 2 ; ldr [a] ; isb ; unmap a", "map a -> g0 asid 1 ; map a -> g1 asid 2").TurnsOver(Verdict.Holds, system => system.InForceAtOnce("ttbr.own"));

    [Fact]
    public void A_fault_of_an_asid_that_no_isb_leaves_is_caught_by_a_tlbi_for_it() =>
        Moving("msr TTBR0_EL1.ASID, 2 ; isb ; tlbi vae1, a, asid 1 ; dsb ish ; unmap a asid 1 ; dsb ish ; msr TTBR0_EL1.ASID, 1 ; isb ; ldr [a]", "map a -> g0 asid 1 ; map a -> g1 asid 2")
            .TurnsOver(Verdict.Violated, system => system.IsbKeeping("ttbr.own"));

    [Fact]
    public void A_fault_of_reach_that_settle_leaves_is_caught_by_an_unmap_without_tlbi() => Host("clear g0 ; dsb ishst ; settle g0").TurnsOver(Verdict.Violated, system => system.Keeping("settle", "reach"));

    [Fact]
    public void A_fault_of_reach_that_settle_empties_is_caught_by_a_page_that_stays_mapped() => Host("settle g0").TurnsOver(Verdict.Holds, system => system.SettleLeavesNothing());

    [Fact]
    public void A_fault_of_reach_that_no_map_joins_is_caught_by_a_page_out() => Unmap("mmu").TurnsOver(Verdict.Holds, system => system.Keeping("map", "reach"));

    [Fact]
    public void A_fault_of_reach_that_no_perm_joins_is_caught_by_dirty_logging() =>
        Shipped("c27-write-protect", "C27 write protection", "private_translation", "dirty_log").TurnsOver(Verdict.Holds, system => system.Keeping("perm", "reach"));

    [Fact]
    public void A_fault_of_an_owner_that_give_leaves_is_caught_by_a_frame_that_is_taken_away() =>
        Shipped("c24-vttbr-isb", "C07, C24: a TLBI behind a write of VTTBR_EL2", "isolation", "stage2 without isb").TurnsOver(Verdict.Violated, system => system.Keeping("give", "owner"));

    [Fact]
    public void A_fault_of_reach_that_give_leaves_is_caught_by_a_frame_that_is_taken_away() => Host("clear g0 ; dsb ishst ; give f0 to host").TurnsOver(Verdict.Violated, system => system.Keeping("give", "reach"));

    [Fact]
    public void A_fault_of_reach_that_give_takes_from_the_owner_is_caught_by_a_frame_that_stays() => Written("private_translation", "none",
        """
        frame f0 { x = zero }
        vm guest { page g = f0 RWX wb ; vcpu A { SCTLR_EL1.M = 1 } any { ldr } }
        task host { give f0 to guest }
        """).TurnsOver(Verdict.Holds, system => system.GiveTakesTheOwnersReach());

    private static CellCase Any => Shipped("c06-tlb", "C04 and C05: one vCPU that changes its tables and moves", "private_translation", "bare_metal");

    /// <summary>A guest alone.</summary>
    private static CellCase Alone(string program, string maps = "map a -> g0") => Translating($$"""vcpu A { SCTLR_EL1.M = 1 ; {{maps}} } { {{program}} }""", "bare_metal");

    /// <summary>A guest that moves between two pCPUs, of which a local TLBI reaches one.</summary>
    private static CellCase Moving(string program, string maps = "map a -> g0") => Translating($$"""vcpu A { SCTLR_EL1.M = 1 ; {{maps}} } { {{program}} }""", "barrier");

    /// <summary>Two vCPUs with a table: what one takes away the other uses afterwards.</summary>
    private static CellCase Pair(string program, string row) => Translating(
        $$"""
        map a -> g0
        vcpu A { SCTLR_EL1.M = 1 } { {{program}} }
        vcpu B on {P1} { SCTLR_EL1.M = 1 } { await A at end ; ldr [a] }
        """, row);

    private static CellCase Host(string program) => Translating("vcpu A { SCTLR_EL1.M = 1 } any { ldr }", tasks: $$"""task host { {{program}} }""");
}
