using CoherenceCheck.Explorer;
using CoherenceCheck.Model.Tests.Support;

namespace CoherenceCheck.Model.Tests;

/// <summary>What <c>publish</c> promises besides the values that are seen at that moment: the line counts as clean, and all maintenance that is open is judged from there.</summary>
public sealed class PublishTests
{
    /// <summary>
    /// Of a line that is published nothing dirty remains, so a store that goes to the PoC stays there. A host that has not cleaned the line writes its
    /// own value over the guest's: that is stale. Without publication the guest was promised nothing.
    /// </summary>
    [Theory]
    [InlineData("str new, [x] ; publish x", Verdict.Violated)]
    [InlineData("str new, [x] ; dc cvau, x ; dsb ish ; publish x", Verdict.Violated)]
    [InlineData("str new, [x] ; dc cvac, x ; dsb ish ; publish x", Verdict.Holds)]
    [InlineData("str new, [x]", Verdict.Holds)]
    public void A_non_cacheable_store_after_publication_is_not_hidden_by_what_the_host_left_dirty(string host, Verdict verdict) =>
        Assert.Equal(verdict, Published(host, "SCTLR_EL1.M = 0", "str newer, [x] ; ic ivau, x ; dsb ish ; isb ; exec x").Explore().Verdict);

    /// <summary>Who executes at that moment may still have the old value in its pipeline; whoever is loaded later has not, and needs no ISB.</summary>
    [Theory]
    [InlineData("str new, [x] ; publish x", Verdict.Violated)]
    [InlineData("str new, [x] ; dc cvau, x ; dsb ish ; publish x", Verdict.Holds)]
    public void A_vcpu_that_is_loaded_after_publication_sees_it_without_an_isb(string host, Verdict verdict) =>
        Assert.Equal(verdict, Published(host, "SCTLR_EL1.M = 1", "exec x").Explore().Verdict);

    /// <summary>What is clean may still be cached and hide a store that goes to the PoC, unless the host says that no cache holds it.</summary>
    [Theory]
    [InlineData("str new, [x] ; dc cvac, x ; dsb ish ; publish x", Verdict.Holds)]
    [InlineData("str new, [x] ; dc cvac, x ; dsb ish ; publish x absent", Verdict.Violated)]
    public void Only_an_absent_line_cannot_hide_what_the_guest_stores_with_its_mmu_off(string host, Verdict verdict) => Assert.Equal(verdict, Published(
        host, "SCTLR_EL1.M = 0", "await vmm at end ; str newer, [x] ; dsb ish ; msr SCTLR_EL1.C, 1 ; msr SCTLR_EL1.I, 1 ; msr SCTLR_EL1.M, 1 ; isb ; ic iallu ; dsb nsh ; isb ; exec x").Explore().Verdict);

    // The task runs before the guest is loaded, or not before it has been put for good.
    private static CellCase Published(string host, string sctlr, string guest) => Assert.Single(Specs.Cells(
        $$"""
        scenario "published" {
          machine { pcpu P0 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 ; reading nc_fetch_point = poc_only }
          frame code { x = old }
          vm guest { page code = code RWX wb ; vcpu A { {{sctlr}} } { {{guest}} } }
          task vmm on {P0} { {{host}} }
          bound vcpu_load <= 1
          expect fresh_fetch { none : unstated }
        }
        """));
}
