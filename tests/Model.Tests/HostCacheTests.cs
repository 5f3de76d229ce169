using CoherenceCheck.Explorer;
using CoherenceCheck.Model.Tests.Support;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests;

/// <summary>What data caches do that the guest does not see coming: copies by the host's alias, stores by the host, and levels with nothing to clean.</summary>
public sealed class HostCacheTests
{
    private const string OwnMaintenance = "ic ivau, x ; dsb ish ; isb ; exec x";

    /// <summary>The linear map may leave a clean copy of any line, which a Non-cacheable store passes by; bare metal has no such alias where no vCPU is cacheable.</summary>
    [Theory]
    [InlineData("none", "poc_or_pou", Verdict.Violated)]
    [InlineData("none", "poc_only", Verdict.Holds)]
    [InlineData("bare_metal", "poc_or_pou", Verdict.Holds)]
    public void A_copy_of_the_hosts_alias_may_hide_a_non_cacheable_store(string policy, string reading, Verdict verdict) =>
        Assert.Equal(verdict, Cell($"CTR_EL0.IDC = 0 ; reading nc_fetch_point = {reading}", "SCTLR_EL1.M = 0", $"str new, [x] ; {OwnMaintenance}", policy).Explore().Verdict);

    /// <summary>
    /// A guest's DC that is open when the host stores promises nothing of the host's value: it is not stale to fetch it. The value that comes back was
    /// there before the DC, which therefore would have cleaned it away.
    /// </summary>
    [Theory]
    [InlineData("dc cvau, x ; dsb ish")]
    [InlineData("dc cvac, x ; dsb ish")]
    [InlineData("dc cvac, x ; dsb ish ; dc cvau, x ; dsb ish")]
    public void What_the_host_stores_while_a_dc_of_the_guest_is_open_may_be_fetched(string clean)
    {
        foreach (var sctlr in new[] { "SCTLR_EL1.M = 1", "SCTLR_EL1.M = 0" })
        {
            var cell = Cell("CTR_EL0.IDC = 0 ; reading nc_fetch_point = poc_only", sctlr, $"{clean} ; {OwnMaintenance}", "none", "task vmm { str new, [x] ; str old, [x] ; str new, [x] }");
            Assert.Equal(Verdict.Holds, cell.Explore().Verdict);
        }
    }

    /// <summary>With LoC = 0 there is nothing to clean to the PoC, but where the IDC bit alone counts DC CVAC still cleans to the PoU on its way.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void A_dc_to_the_poc_cleans_to_the_pou_where_that_is_needed_alone(int idc, bool isNeeded)
    {
        var cell = Cell($"CTR_EL0.IDC = {idc} ; CLIDR_EL1.LoC = 0 ; reading idc_effective = ctr_bit", "SCTLR_EL1.M = 1", $"str new, [x] ; dc cvac, x ; dsb ish ; {OwnMaintenance}", "none");
        Assert.Equal(Verdict.Holds, cell.Explore().Verdict);
        Assert.Equal(isNeeded, new Reachable(cell).Of("pend.cvac", 0).Contains(1));
    }

    /// <summary>An IC that is a NOP for lines of a VM that is told of DIC = 1 leaves them, whoever executes it; on bare metal each VM has the caches that it is told of.</summary>
    [Theory]
    [InlineData("nop", true)]
    [InlineData("executes", false)]
    public void An_ic_of_everything_leaves_lines_for_which_it_is_a_nop(string reading, bool stays)
    {
        var cell = Assert.Single(Specs.Cells(
            $$"""
            scenario "two VMs" {
              machine { pcpu P0 ; pcpu P1 ; CTR_EL0.DIC = 1 ; CTR_EL0.IDC = 1 ; reading dic_ic_nop = {{reading}} ; reading nc_fetch_point = poc_only }
              frame one { x = old }
              frame two { y = old }
              vm without { CTR_EL0.DIC = 0 ; page one = one RWX wb ; vcpu A { SCTLR_EL1.M = 1 } { ic ialluis ; dsb ish } }
              vm with { page two = two RWX wb ; vcpu B { SCTLR_EL1.M = 0 } { str new, [y] } }
              expect fresh_fetch { bare_metal : unstated }
            }
            """));
        var states = new Reachable(cell);
        long Only(string value) => 1L << ((Domain.Subset)cell.Bound.Find("I").Domain).Sort.Elements.IndexOf(value);

        // Cell 3 is B's own line in B's I-cache.
        Assert.Equal(stays, states.Of("I", 3).All(versions => (versions & Only("old")) != 0));
        Assert.Contains(states.Of("I", 3), versions => (versions & Only("new")) != 0);
        Assert.Contains(states.Of("pend.iall", 0), targets => targets == 3);
    }

    private static CellCase Cell(string machine, string sctlr, string guest, string policy, string task = "") => Assert.Single(Specs.Cells(
        $$"""
        scenario "caches" {
          machine { pcpu P0 ; CTR_EL0.DIC = 0 ; {{machine}} }
          frame code { x = old }
          vm guest { page code = code RWX wb ; vcpu A { {{sctlr}} } { {{guest}} } }
          {{task}}
          bound vcpu_load <= 2
          expect fresh_fetch { {{policy}} : unstated }
        }
        """));
}
