using CoherenceCheck.Explorer;
using CoherenceCheck.Model.Tests.Support;
using static CoherenceCheck.Model.Tests.Translation.Faults.FaultCells;

namespace CoherenceCheck.Model.Tests.Translation.Faults;

/// <summary>Faults of accesses, data caches and I-caches where accesses go by address, each found by a verdict that turns over.</summary>
public sealed class AccessFaultTests
{
    private const string Publishing = "str new, [x] ; dc {0}, x ; dsb ish ; ic ivau, x ; dsb ish ; isb ; exec x";

    [Fact]
    public void A_fault_of_translation_faults_that_are_not_taken_is_caught_by_a_page_mapped_when_it_is_touched() => ExecuteNever("eager without ic").TurnsOver(Verdict.Violated, system => system.WithoutChoice(".fault2."));

    [Fact]
    public void A_fault_of_permission_faults_that_are_not_taken_is_caught_by_an_execute_never_page() => ExecuteNever("lazy without ic_grant").TurnsOver(Verdict.Violated, system => system.WithoutChoice(".denied."));

    [Fact]
    public void A_fault_of_stage_1_faults_that_are_not_taken_is_caught_by_a_guest_that_goes_on_behind_one() => Translating(
        """
        vcpu A { SCTLR_EL1.M = 1 ; map a -> g0 ; map b -> g1 } {
          unmap a ; dsb ishst ; tlbi vae1is, a ; dsb ish ; isb ; ldr [a]
          unmap b ; dsb ishst ; tlbi vae1, b ; dsb ish ; isb ; ldr [b]
        }
        """, "barrier").TurnsOver(Verdict.Violated, system => system.WithoutChoice(".fault1"));

    [Fact]
    public void A_fault_of_permissions_that_the_descriptor_has_is_caught_by_write_protection_without_tlbi() => Translating(
        "vcpu A { SCTLR_EL1.M = 1 } any { str }", tasks: "task log { perm g0, R-X ; dsb ishst ; settle g0 }", machine: "pcpu P0 ; CTR_EL0.DIC = 1 ; CTR_EL0.IDC = 1")
        .TurnsOver(Verdict.Violated, system => system.PermissionsByDescriptor());

    [Fact]
    public void A_fault_of_execute_never_that_blocks_no_fetch_is_caught_by_the_grant_of_execution() => ExecuteNever("lazy").TurnsOver(Verdict.Holds, system => system.ExecuteNeverIsNothing());

    [Fact]
    public void A_fault_of_a_pipeline_that_delivers_nothing_is_caught_by_a_page_without_ic() => ExecuteNever("eager without ic").TurnsOver(Verdict.Violated, system => system.WithoutChoice(".it"));

    [Fact]
    public void A_fault_of_a_non_cacheable_store_that_cleans_is_caught_by_a_copy_above_the_PoC() => Clobbered.TurnsOver(Verdict.Violated, system => system.NonCacheableStoreCleans());

    [Fact]
    public void A_fault_of_a_line_that_is_never_written_back_is_caught_by_a_copy_above_the_PoC() => Clobbered.TurnsOver(Verdict.Violated, system => system.WithoutHardware("write.back"));

    // The same of the machine: who looks may as well find what the store left where no copy was.
    [Theory]
    [InlineData("none", Verdict.Violated)]
    [InlineData("toggle", Verdict.Holds)]
    [InlineData("toggle with dc: dc cvac, g", Verdict.Violated)]
    public void A_fault_of_a_clean_copy_that_is_not_evicted_is_none(string row, Verdict verdict) => Toggle(row).Explored(
        system => system.WithoutHardware("evict"), (sound, faulty) => Assert.Equal((verdict, sound.Verdict, sound.Trace.Length), (sound.Verdict, faulty.Verdict, faulty.Trace.Length)));

    [Fact]
    public void A_fault_of_a_line_that_is_written_back_nowhere_is_caught_by_boot_parameters() =>
        Shipped("boot-parameters", "a secondary core reads its boot parameters", "fresh_data", "none").TurnsOver(Verdict.Holds, system => system.HardwareKeeping("write.back", "poc"));

    [Fact]
    public void A_fault_of_a_non_cacheable_store_that_finds_no_copy_is_caught_by_a_guest_that_turns_its_mmu_on() => Toggle("none").TurnsOver(Verdict.Violated, system => system.WithoutChoice(".nc.copy"));

    [Fact]
    public void A_fault_of_dc_civac_that_keeps_a_stale_copy_is_caught_by_the_trap_of_sctlr() => Toggle("toggle").TurnsOver(Verdict.Holds, system => system.HardwareKeeping("pend.civac", "coh"));

    [Fact]
    public void A_fault_of_dc_civac_that_loses_what_is_dirty_is_caught_by_a_reset() => Reset("fresh_data", "reset", "FWB = 0").TurnsOver(Verdict.Holds, system => system.HardwareKeeping("pend.civac", "poc"));

    [Fact]
    public void A_fault_of_dc_cvac_that_drops_a_stale_copy_is_caught_by_a_trap_that_only_cleans() => Toggle("toggle with dc: dc cvac, g").TurnsOver(Verdict.Violated, system => system.CleanDropsStaleCopies());

    [Fact]
    public void A_fault_of_dc_cvac_that_cleans_nothing_is_caught_by_boot_parameters() =>
        Shipped("boot-parameters", "a secondary core reads its boot parameters", "fresh_data", "none").TurnsOver(Verdict.Holds, system => system.HardwareKeeping("pend.cvac", "poc"));

    [Theory]
    [InlineData("cvau")]
    [InlineData("cvac")]
    [InlineData("civac")]
    public void A_fault_of_a_dc_that_leaves_the_PoU_is_caught_by_a_guest_that_writes_code(string dc) =>
        Text(string.Format(null, Publishing, dc)).TurnsOver(Verdict.Holds, system => system.HardwareKeeping("pend." + dc, "F"));

    [Fact]
    public void A_fault_of_a_copy_of_what_the_PoC_holds_is_caught_by_a_page_out_without_dc() =>
        Shipped("c17-page-out", "C17, C28: page-out of a guest that runs with its MMU off", "fresh_data", "mmu without dc", "FWB = 0").TurnsOver(Verdict.Violated, system => system.CopiesReadThePoC());

    [Fact]
    public void A_fault_of_a_copy_that_reaches_the_PoC_is_caught_by_a_new_frame_that_is_not_cleaned() =>
        Shipped("c10-change-pte", "C10 a guest that runs with its MMU off", "isolation", "change_pte without copied", "FWB = 0").TurnsOver(Verdict.Violated, system => system.CopiesReachThePoC());

    [Theory]
    [InlineData("pend.cvau")]
    [InlineData("pend.ivau")]
    public void A_fault_of_maintenance_by_address_on_another_frame_is_caught_by_a_guest_that_writes_code(string pending) =>
        Text(string.Format(null, Publishing, "cvau")).TurnsOver(Verdict.Holds, system => system.MaintenanceOnAnotherFrame(pending));

    [Fact]
    public void A_fault_of_dc_civac_by_address_on_another_frame_is_caught_by_the_boot_protocol() => Written("fresh_data", "none",
        Guest("vcpu A { SCTLR_EL1.M = 0 } { str new, [x] ; dsb ish ; dc civac, x ; dsb ish ; msr SCTLR_EL1.C, 1 ; msr SCTLR_EL1.M, 1 ; isb ; ldr [x] }"), NoFwb)
        .TurnsOver(Verdict.Holds, system => system.MaintenanceOnAnotherFrame("pend.civac"));

    [Fact]
    public void A_fault_of_an_earlier_owner_s_lines_that_are_gone_is_caught_by_a_page_without_ic() => ExecuteNever("eager without ic").TurnsOver(Verdict.Violated, system => system.WithoutLinesOfEarlierOwners());

    [Fact]
    public void A_fault_of_an_ic_of_all_that_leaves_lines_is_caught_by_the_grant_of_execution() => ExecuteNever("lazy").TurnsOver(Verdict.Holds, system => system.HardwareKeeping("pend.iall", "I"));

    [Fact]
    public void A_fault_of_an_ic_by_frame_that_leaves_lines_is_caught_by_a_page_that_is_mapped() => ExecuteNever("eager").TurnsOver(Verdict.Holds, system => system.HardwareKeeping("pend.ivau", "I"));

    [Fact]
    public void A_fault_of_fetches_that_leave_no_lines_is_caught_by_a_reset_without_ic() => Reset("fresh_fetch", "reset without flush", "DIC = 0, IDC = 1, FWB = 1").TurnsOver(Verdict.Violated, system => system.WithoutWalks("fill.I"));

    /// <summary>A guest with its MMU off stores below the copy of its page, which is dirty and written back over the store.</summary>
    private static CellCase Clobbered => Written("fresh_data", "none",
        """
        frame f0 { x = zero }
        frame f1 { y = junk }
        vm guest { page g = f0 RWX wb ; vcpu A { SCTLR_EL1.M = 0 } { await host at end ; str new, [g] ; dsb ish ; ldr [g] } }
        task host { clear g ; dsb ishst ; tlbi vmalls12e1is ; dsb ish ; settle g ; copy f0 to f1 ; give f1 to guest ; map g, f1, RWX ; dsb ishst }
        """, NoFwb);
}
