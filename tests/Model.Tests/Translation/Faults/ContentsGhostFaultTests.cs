using CoherenceCheck.Explorer;
using CoherenceCheck.Model.Machine.Data;
using CoherenceCheck.Model.Tests.Support;
using static CoherenceCheck.Model.Tests.Translation.Faults.FaultCells;

namespace CoherenceCheck.Model.Tests.Translation.Faults;

/// <summary>Faults of bare metal's memory, I-caches and pipelines by the page, each found by a verdict that turns over, or by the comparison of its sets with the private machine.</summary>
public sealed class ContentsGhostFaultTests
{
    private const string Publishing = "str new, [x] ; dc cvau, x ; dsb ish ; ic ivau, x ; dsb ish ; isb ; exec x";

    [Fact]
    public void A_fault_of_a_dirty_line_that_is_not_written_back_is_caught_by_a_guest_that_turns_its_mmu_off() => Toggle("bare_metal", cleans: true).TurnsOver(
        Verdict.Holds, system => system.LinesBecoming(states => states.Any(state => state.Kind == LineKind.Dirty) ? state => state.Kind == LineKind.Dirty : _ => true));

    // A store that finds no copy leads where the eviction of the copy that it passed would: the sets are the same without it.
    [Fact]
    public void A_fault_of_a_clean_copy_that_is_not_evicted_is_none() => Toggle("bare_metal", cleans: true).Explored(
        system => system.LinesBecoming(states => states.Any(state => state.Kind == LineKind.Copy && state.Coherent != state.AtPoC) ? state => state.Kind != LineKind.Uncached : _ => true),
        (sound, faulty) => Assert.Equal((Verdict.Holds, sound.States, sound.Transitions), (faulty.Verdict, faulty.States, faulty.Transitions)));

    [Fact]
    public void A_fault_of_a_line_that_is_never_read_into_a_cache_is_caught_by_a_guest_that_turns_its_mmu_on() => Toggle("bare_metal", cleans: true).TurnsOver(
        Verdict.Holds, system => system.WithoutFills(fill => fill.Name.StartsWith("fill.gH.", StringComparison.Ordinal) && fill.Name.Contains(".copy", StringComparison.Ordinal)));

    [Fact]
    public void A_fault_of_a_copy_whether_anybody_looks_or_not_is_caught_by_a_guest_with_its_mmu_off() => Toggle("none").TurnsOver(Verdict.Violated, system => system.ChangeFills(
        fill => fill.Name.StartsWith("fill.gH.", StringComparison.Ordinal) && fill.Name.Contains(".copy", StringComparison.Ordinal), fill => fill with { When = Transitions.Ex.True }));

    [Fact]
    public void A_fault_of_a_store_that_leaves_a_clean_line_is_caught_by_a_guest_that_turns_its_mmu_off() => Toggle("bare_metal", cleans: true).TurnsOver(Verdict.Holds, system => system.LinesBecoming(
        states => states.Any(state => state.Kind == LineKind.Dirty) ? state => state.Kind != LineKind.Dirty : _ => true, Stores, inFills: false));

    [Fact]
    public void A_fault_of_a_non_cacheable_store_that_drops_a_copy_is_caught_by_a_guest_that_turns_its_mmu_off() => Toggle("bare_metal", cleans: true).TurnsOver(Verdict.Holds, system => system.LinesBecoming(
        states => states.Any(state => state.Kind == LineKind.Copy) && states.All(state => state.Kind != LineKind.Dirty) ? state => state.Kind != LineKind.Copy : _ => true, Stores, inFills: false));

    [Fact]
    public void A_fault_of_a_copy_that_shows_what_the_PoC_has_is_caught_by_a_guest_that_turns_its_mmu_off() =>
        Toggle("bare_metal", cleans: true).TurnsOver(Verdict.Holds, system => system.LinesBecoming(_ => state => state is not { Kind: LineKind.Copy, Coherent: true, AtPoC: false }));

    [Fact]
    public void A_fault_of_dc_cvac_that_drops_a_copy_is_caught_by_a_guest_that_cleans() =>
        Toggle("bare_metal", cleans: true).TurnsOver(Verdict.Holds, system => system.LinesBecoming(_ => state => state.Kind != LineKind.Copy, rule => rule.Does("dc cvac")));

    [Fact]
    public void A_fault_of_a_dc_judged_at_its_completion_is_caught_by_a_store_behind_it() => Toggle("bare_metal", cleans: true).TurnsOver(Verdict.Holds, system => system.CleansActAtTheirBarrier());

    [Fact]
    public void A_fault_of_a_dc_that_opens_nothing_is_caught_by_a_page_out_without_dc() => TwoOpenCleans.TurnsOver(Verdict.Violated, system => system.Keeping("dc", "gO"));

    [Fact]
    public void A_fault_of_a_dc_that_makes_one_of_another_kind_be_forgotten_is_caught_by_a_page_out_without_dc() => TwoOpenCleans.TurnsOver(Verdict.Violated, system => system.OneOpenClean());

    [Fact]
    public void A_fault_of_gH_that_no_dsb_narrows_is_caught_by_a_page_out_without_dc() => TwoOpenCleans.TurnsOver(Verdict.Violated, system => system.Keeping("dsb", "gH"));

    [Fact]
    public void A_fault_of_gO_that_no_store_joins_is_caught_by_a_guest_that_cleans() => Toggle("bare_metal", cleans: true).TurnsOver(Verdict.Holds, system => system.Change(Stores, rule => rule.WithoutAssigning("gO")));

    [Fact]
    public void A_fault_of_gO_that_is_not_refilled_is_caught_by_a_guest_that_cleans() => Toggle("bare_metal", cleans: true).TurnsOver(Verdict.Holds, system => system.WithoutRefill("gO"));

    [Fact]
    public void A_fault_of_an_open_dc_that_adds_nothing_is_caught_by_two_vcpus_and_idc_0() => Shipped(
        "c08-execute-never", "execute-never until the first fetch: the window opens when execution is granted", "fresh_fetch", "lazy_2021", "IDC = 0")
        .TurnsOver(Verdict.Holds, system => system.Keeping("dc", "gO.open"));

    [Fact]
    public void A_fault_of_fetches_beside_the_line_is_caught_by_text_written_with_the_mmu_off() => Written("fresh_fetch", "none",
        """
        frame f0 { x = old }
        vm guest {
          page g0 = f0 RWX wb
          map g0 -> g0
          vcpu A { SCTLR_EL1.M = 0 ; SCTLR_EL1.C = 1 ; SCTLR_EL1.I = 1 } { str new, [x] ; msr SCTLR_EL1.M, 1 ; ic ivau, x ; dsb ish ; isb ; exec x }
        }
        """, NoIdc).TurnsOver(Verdict.Violated, system => system.FetchesBesideTheLine());

    [Fact]
    public void A_fault_of_icaches_by_frame_is_caught_by_a_frame_of_another_vm() =>
        Shipped("c36-frame-reuse", "C36 a frame passes from one VM to another", "isolation", "reuse without ic_map without ic_grant", "DIC = 0").TurnsOver(Verdict.Violated, system => system.IcachesByFrame());

    [Fact]
    public void A_fault_of_gI_that_an_ic_empties_at_its_issue_is_caught_by_guests_of_any_programs() => AnyText("exec str cvau ivau dsb isb").TurnsOver(Verdict.Holds, system => system.IcsActAtIssue());

    [Fact]
    public void A_fault_of_gI_that_is_not_refilled_is_caught_by_guests_of_any_programs() => AnyText("exec str cvau ivau dsb isb").TurnsOver(Verdict.Holds, system => system.WithoutRefill("gI"));

    [Fact]
    public void A_fault_of_gJ_that_is_not_refilled_is_caught_by_guests_of_any_programs() => AnyText("exec str cvau ivau dsb isb").TurnsOver(Verdict.Holds, system => system.WithoutRefill("gJ"));

    [Theory]
    [InlineData("dsb", "gI")]
    [InlineData("ic", "gJ")]
    [InlineData("isb", "gQ")]
    public void A_fault_of_a_set_that_nothing_narrows_is_caught_by_execute_never_without_ic(string operation, string set) => Shipped(
        "c08-execute-never", "execute-never until the first fetch: the window opens when execution is granted", "fresh_fetch", "lazy_2021 without ic", "IDC = 0")
        .TurnsOver(Verdict.Violated, system => system.Keeping(operation, set));

    [Fact]
    public void A_fault_of_gQ_that_is_not_refilled_is_caught_by_a_guest_that_writes_code() => Text(Publishing).TurnsOver(Verdict.Holds, system => system.WithoutRefill("gQ"));

    [Fact]
    public void A_fault_of_a_promise_of_memory_that_counts_for_nothing_is_caught_by_a_reset() =>
        Reset("fresh_data", "reset without unmap without flush", "FWB = 0").TurnsOver(Verdict.Violated, system => system.Keeping("publish", "gH"));

    [Fact]
    public void A_fault_of_a_promise_of_icaches_that_counts_for_nothing_is_caught_by_a_reset() =>
        Reset("fresh_fetch", "reset without flush", "DIC = 0, IDC = 1, FWB = 1").TurnsOver(Verdict.Violated, system => system.Keeping("publish", "gI"));

    [Fact]
    public void A_fault_of_a_writer_that_a_guest_s_store_leaves_is_caught_by_its_own_stale_version() => Written("isolation", "none",
        """
        frame f0 { x = zero }
        vm guest { page g = f0 RWX wb ; vcpu A { SCTLR_EL1.M = 0 } { str one, [x] ; str two, [x] ; msr SCTLR_EL1.C, 1 ; msr SCTLR_EL1.M, 1 ; isb ; ldr [x] } }
        """, NoFwb).TurnsOver(Verdict.Holds, system => system.WriterKept("str"));

    [Fact]
    public void A_fault_of_a_writer_that_a_promise_leaves_is_caught_by_a_stale_version_that_was_given() => Written("isolation", "none",
        """
        frame f0 { x = zero }
        vm guest { page g = f0 RWX wb ; vcpu A { SCTLR_EL1.M = 0 } { await vmm at end ; str new, [x] ; msr SCTLR_EL1.C, 1 ; msr SCTLR_EL1.M, 1 ; isb ; ldr [x] } }
        task vmm { str image, [x] ; dc civac, x ; dsb ish ; publish x absent }
        """, NoFwb).TurnsOver(Verdict.Holds, system => system.WriterKept("publish"));

    [Fact]
    public void A_fault_of_sctlr_in_force_at_once_is_caught_by_a_guest_that_turns_its_mmu_on() => Toggle("bare_metal").TurnsOver(Verdict.Holds, system => system.InForceAtOnce("inforce.own"));

    [Fact]
    public void A_fault_of_sctlr_that_no_isb_leaves_is_caught_by_a_store_that_is_lost() => Written("fresh_data", "none",
        """
        frame f0 { x = zero }
        frame f1 { y = junk }
        vm guest {
          page g = f0 RWX wb
          vcpu A { SCTLR_EL1.M = 0 ; SCTLR_EL1.C = 1 ; SCTLR_EL1.I = 1 } { msr SCTLR_EL1.M, 1 ; isb ; str new, [g] ; dsb ish ; await host at end ; ldr [g] }
        }
        task host { copy f0 to f1 ; clear g ; dsb ishst ; tlbi vmalls12e1is ; dsb ish ; settle g ; give f1 to guest ; map g, f1, RWX ; dsb ishst }
        """, NoFwb).TurnsOver(Verdict.Violated, system => system.IsbKeeping("inforce.own"));

    // Bare metal has no way by the flat leaf then; what it stores and loads by it is Non-cacheable.
    [Fact]
    public void A_fault_of_a_flat_leaf_with_the_mmu_on_is_caught_by_a_guest_that_turned_it_on() => Toggle("none").TurnsOver(Verdict.Violated, system => system.FlatWithTheMmuOn());

    [Fact]
    public void A_fault_of_a_trapped_write_that_counts_when_it_is_performed_is_caught_by_a_vcpu_that_stores_meanwhile() => Written("fresh_data", "toggle",
        """
        frame f0 { x = zero }
        vm guest {
          page g = f0 RWX wb
          vcpu A { SCTLR_EL1.M = 0 ; SCTLR_EL1.C = 1 ; SCTLR_EL1.I = 1 } { msr SCTLR_EL1.M, 1 ; isb ; ldr [x] }
          vcpu B { SCTLR_EL1.M = 0 } { str new, [x] }
        }
        """, "pcpu P0 ; pcpu P1 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 1 ; ID_AA64MMFR2_EL1.FWB = 1 ; HCR_EL2.FWB = 0",
        "policy toggle { on sysreg_write(v, p) { for g in page { dc civac, g } ; dsb ish } }").TurnsOver(Verdict.Holds, system => system.TrappedWritesCountWhenPerformed());

    /// <summary>A guest cleans and invalidates its line, and cleans it once more, behind one DSB, under a host that pages it out without DC.</summary>
    private static CellCase TwoOpenCleans => Written("fresh_data", "mmu",
        """
        frame f0 { x = old }
        frame f1 { y = junk }
        vm guest {
          page g = f0 RWX wb
          vcpu A { SCTLR_EL1.M = 1 ; SCTLR_EL1.C = 1 ; SCTLR_EL1.I = 1 } {
            msr SCTLR_EL1.M, 0 ; isb ; str new, [g] ; dc civac, g ; dc cvac, g ; dsb ish ; msr SCTLR_EL1.M, 1 ; isb ; ldr [g]
          }
        }
        task pageout { call page_out(g, f0, f1) }
        """, NoFwb,
        """
        policy mmu {
          lock mmu_lock
          proc page_out(g: page, from: frame, to: frame) holding mmu_lock {
            clear g ; dsb ishst
            with g.mmu { tlbi ipas2e1is, g ; dsb ish ; tlbi vmalle1is ; dsb ish }
            settle g
            copy from to to
            give from to host ; give to to g.vm
            g.backing = to
          }
          on s2_fault(v, p, g, access) holding mmu_lock {
            if !g.mapped { dc civac, g.backing ; dsb ish ; map g, g.backing, RWX ; dsb ishst }
          }
        }
        """);

    private static bool Stores(Transitions.Rule rule) => rule.Label.Agent == "guest" && rule.Name.Contains("str ", StringComparison.Ordinal);
}
