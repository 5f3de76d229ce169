using CoherenceCheck.Explorer;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Tests.Support;

namespace CoherenceCheck.Model.Tests.Translation;

/// <summary>Readings about translations and data: each row of a spec comes out as it says, and what a value asks of a policy is missed where it is left out.</summary>
public sealed class TranslationReadingTests(ITestOutputHelper output)
{
    /// <summary>Who gives a page another frame or type takes the old leaf away first; permissions alone may change.</summary>
    [Theory]
    [InlineData("SCTLR_EL1.M = 1")]
    [InlineData("SCTLR_EL1.M = 0")]
    public void A_leaf_is_broken_before_another_is_made(string sctlr) => Check(
        $$"""
        policy p {
          proc change(g: page, f: frame) {
            clear g @clear ; dsb ishst @st
            with g.mmu { tlbi vmalls12e1is @tlbi ; dsb ish @dsb }
            map g, f, RWX @make ; dsb ishst
          }
        }
        scenario "another frame" {
          machine { pcpu P0 ; CTR_EL0.IDC = 1 ; reading bbm = flag }
          frame f0 { x = zero }
          frame f1 { y = one }
          vm guest { page g = f0 RWX wb ; vcpu A { {{sctlr}} } any { ldr str } }
          task host { call change(g, f1) }
          expect break_before_make {
            p                                             : holds
            p without clear                               : violated
            p without st                                  : violated
            p without tlbi                                : violated
            p without dsb                                 : violated
            p without clear with make: map g, g.frame, RWX nc  : violated
            p without clear with make: perm g, R-X        : holds
          }
        }
        """);

    /// <summary>Where either entry is used nothing is flagged; what else goes wrong is found as ever.</summary>
    [Fact]
    public void Nothing_is_flagged_where_either_entry_is_used() => Check(
        """
        policy p { proc change(g: page, f: frame) { map g, f, RWX ; dsb ishst } }
        scenario "another frame, without a break" {
          machine { pcpu P0 ; CTR_EL0.IDC = 1 ; reading bbm in {either, flag} }
          frame f0 { x = zero }
          frame f1 { y = one }
          vm guest { page g = f0 RWX wb ; vcpu A { SCTLR_EL1.M = 1 } any { ldr } }
          task host { call change(g, f1) ; settle g }
          expect break_before_make { p when bbm = either : holds vacuous ; p when bbm = flag : violated }
          expect private_translation { p : violated }
        }
        """);

    /// <summary>What a guest does to its own tables bare metal has, too; what another vCPU left under the same tags it has not.</summary>
    [Fact]
    public void A_guest_that_breaks_its_own_tables_is_not_the_hypervisors_fault() => Check(
        """
        policy kvm {
          state last[vm][pcpu] : vcpu? = none
          on switch_out(v, p) { dsb ish }
          on vcpu_load(v, p) { if last[v.vm][p] != v { tlbi vmalle1 @tlbi ; dsb nsh ; last[v.vm][p] = v } }
        }
        scenario "a guest without a break" {
          machine { pcpu P0 ; CTR_EL0.IDC = 1 ; reading bbm = flag }
          frame f0 { x = zero }
          frame f1 { y = one }
          vm guest {
            page g = f0 RWX wb ; page h = f1 RWX wb
            vcpu A { SCTLR_EL1.M = 1 ; map va -> g asid 1 } { ldr [va] ; map va -> h asid 1 ; dsb ish ; isb ; ldr [va] ; ldr [va] }
          }
          expect break_before_make { none : holds vacuous ; bare_metal : holds vacuous }
        }
        scenario "two vCPUs with one tag" {
          machine { pcpu P0 ; CTR_EL0.IDC = 1 ; reading bbm = flag }
          frame f0 { x = zero }
          frame f1 { y = one }
          vm guest {
            page g = f0 RWX wb ; page h = f1 RWX wb
            vcpu A { SCTLR_EL1.M = 1 ; map va -> g asid 1 } any { ldr }
            vcpu B { SCTLR_EL1.M = 1 ; map va -> h asid 1 } any { ldr }
          }
          expect break_before_make { kvm : holds ; kvm without tlbi : violated }
        }
        """);

    /// <summary>A Non-cacheable load that may hit sees the clean copy that the host's alias left; bare metal has none where nobody looks at the page Write-Back.</summary>
    [Fact]
    public void A_non_cacheable_load_may_see_what_a_cache_holds() => Check(
        """
        scenario "loads with the MMU off" {
          machine { pcpu P0 ; CTR_EL0.IDC = 1 ; ID_AA64MMFR2_EL1.FWB in {0, 1} ; reading nc_data_hit in any ; legal }
          frame f { x = zero }
          vm guest { page g = f RWX wb ; vcpu A { SCTLR_EL1.M = 0 } any { ldr str } }
          expect fresh_data {
            none when nc_data_hit = poc                 : holds
            none when nc_data_hit = may_hit, FWB = 0    : violated
            none when nc_data_hit = may_hit, FWB = 1    : holds
            bare_metal                                  : holds
          }
        }
        scenario "a guest whose own views differ" {
          machine { pcpu P0 ; CTR_EL0.IDC = 1 ; ID_AA64MMFR2_EL1.FWB = 0 ; reading nc_data_hit in any }
          frame f { x = zero }
          vm guest { page g = f RWX wb ; vcpu A { SCTLR_EL1.M = 1 ; map g -> g nc } { str one, [g] ; ldr [g] } ; vcpu B { SCTLR_EL1.M = 1 ; map g -> g asid 1 } { ldr [g] } }
          expect fresh_data { none : holds ; bare_metal : holds }
        }
        """);

    /// <summary>An IC at the put is refilled by the vCPU that is still loaded; one at the load is not refilled by anybody else.</summary>
    [Fact]
    public void A_flush_at_the_put_is_refilled_out_of_context() => Check(
        """
        policy at_put { HCR_EL2.FB = 1 ; HCR_EL2.BSU = IS ; on switch_out(v, p) { dsb ish } on vcpu_put(v, p) { ic iallu ; dsb nsh ; isb } }
        policy at_load {
          HCR_EL2.FB = 1 ; HCR_EL2.BSU = IS
          state last[vm][pcpu] : vcpu? = none
          on switch_out(v, p) { dsb ish }
          on vcpu_load(v, p) { if last[v.vm][p] != v { ic iallu @ic ; dsb nsh ; isb ; last[v.vm][p] = v } }
        }
        scenario "an IC of the host" {
          machine { pcpu P0 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 1 ; reading out_of_context_fill in {no, yes} }
          frame code { x = old }
          vm guest {
            page code = code RWX wb
            vcpu A { SCTLR_EL1.M = 0 } any { fetch isb }
            vcpu B { SCTLR_EL1.M = 1 } { str new, [x] ; dc cvau, x ; dsb ish ; ic ivau, x ; dsb ish ; isb ; exec x }
          }
          expect fresh_fetch {
            at_put when out_of_context_fill = no    : holds
            at_put when out_of_context_fill = yes   : violated
            at_load                                 : holds
            at_load without ic                      : violated
            bare_metal                              : holds
          }
        }
        """);

    /// <summary>On one pCPU nobody walks while a handler unmaps, unless guest translations serve speculation: then the store is visible before the TLBI.</summary>
    [Fact]
    public void A_handler_is_walked_past_out_of_context() => Check(
        """
        policy p {
          on s2_fault(v, p, g, access) {
            if access == write {
              clear g ; dsb ishst @st ; tlbi vmalls12e1 @tlbi ; dsb nsh ; dsb ishst
              settle g
              map g, g.backing, RWX ; dsb ishst
            }
          }
        }
        scenario "a page that moves when it is written" {
          machine { pcpu P0 ; CTR_EL0.IDC = 1 ; reading out_of_context_fill in {no, yes} }
          frame f0 { x = zero }
          frame f1 { y = one }
          vm guest { page g = f0 R wb ; vcpu A { SCTLR_EL1.M in {0, 1} } any { ldr str } }
          task host { g.backing = f1 }
          expect private_translation {
            p                                             : holds
            p without tlbi                                : violated
            p without st when out_of_context_fill = no    : holds
            p without st when out_of_context_fill = yes   : violated
          }
        }
        """);

    private const string TwoVms =
        """
          frame f0 { x0 = a }
          frame f1 { x1 = b }
          frame f2 { x2 = c }
          frame f3 { x3 = d }
          vm one { page g0 = f0 RWX wb ; page g1 = f1 RWX wb ; vcpu A { SCTLR_EL1.M = 1 ; map va -> g1 asid 1 } any { ldr } }
          vm two { page h0 = f2 RWX wb ; page h1 = f3 RWX wb ; vcpu B { SCTLR_EL1.M = 1 ; map vb -> h0 asid 1 } any { ldr } }
        """;

    /// <summary>C25: a walk that is under way when VTTBR_EL2 changes ends by the next guest's stage 2, unless a DSB has ended it before.</summary>
    [Fact]
    public void A_walk_that_is_under_way_ends_by_the_next_stage_2() => Check(
        $$"""
        policy kvm { on switch_out(v, p) { dsb ish @sw } }
        policy nvhe { on vcpu_load(v, p) { dsb nsh @end ; msr VTTBR_EL2, v.mmu ; isb } }
        policy tlbis {
          on switch_out(v, p) { dsb ish }
          on guest_exit(v, p) { dsb ish @end ; for m in mmu { with m { tlbi vmalle1 ; dsb ish } } }
        }
        scenario "C25 two guests on one pCPU" {
          machine { pcpu P0 ; CTR_EL0.IDC = 1 ; reading walks in {atomic, split} }
          {{TwoVms}}
          expect private_translation {
            none when walks = atomic                        : holds vacuous
            none when walks = split                         : violated
            kvm                                             : holds
            kvm with sw: dsb nsh                            : holds
            kvm with sw: dsb ishst when walks = atomic      : holds
            kvm with sw: dsb ishst when walks = split       : violated
            kvm with sw: isb when walks = atomic            : holds
            kvm with sw: isb when walks = split             : violated
            nvhe                                            : holds
            nvhe without end when walks = atomic            : holds
            nvhe without end when walks = split             : violated
            tlbis                                           : holds
            tlbis with end: dsb ishst when walks = atomic   : holds
            tlbis with end: dsb ishst when walks = split    : violated
          }
        }
        """);

    /// <summary>A TLBI and the DSB behind it are complete when walks by what was there before are: else every guest that moves would be let down.</summary>
    [Fact]
    public void A_tlbi_ends_walks_that_began_with_what_it_names() => Check(
        """
        policy kvm { HCR_EL2.FB = 1 @fb ; HCR_EL2.BSU = IS ; on switch_out(v, p) { dsb ish } }
        scenario "a guest that moves" {
          machine { pcpu P0 ; pcpu P1 ; CTR_EL0.IDC = 1 ; reading walks in {atomic, split} }
          frame f0 { x = a }
          frame f1 { y = b }
          vm guest {
            page g = f0 RWX wb ; page h = f1 RWX wb
            vcpu A { SCTLR_EL1.M = 1 ; map va -> g asid 1 } {
              ldr [va] ; unmap va asid 1 ; dsb ishst ; tlbi vae1, va, asid 1 ; dsb ish ; map va -> h asid 1 ; dsb ishst ; isb ; ldr [va]
            }
          }
          expect private_translation { kvm : holds ; kvm without fb : violated }
        }
        scenario "a broadcast while another vCPU walks" {
          machine { pcpu P0 ; pcpu P1 ; CTR_EL0.IDC = 1 ; reading walks in {atomic, split} }
          frame f0 { x = a }
          frame f1 { y = b }
          vm guest {
            page g = f0 RWX wb ; page h = f1 RWX wb ; map va -> g asid 1
            vcpu A on {P0} { SCTLR_EL1.M = 1 } any { ldr }
            vcpu B on {P1} { SCTLR_EL1.M = 1 } { ldr [va] ; unmap va asid 1 ; dsb ishst ; tlbi vae1is, va, asid 1 ; dsb ish ; map va -> h asid 1 ; dsb ishst ; ldr [va] }
          }
          expect private_translation { kvm : holds }
        }
        """);

    /// <summary>A DSB completes the host's own stores, and those that a lock has handed to it (rule W).</summary>
    [Fact]
    public void A_lock_hands_on_stores_that_are_open() => Check(
        """
        policy p {
          lock l ; lock other ; lock of[vm]
          proc one(g: page) holding l { clear g }
          proc one_of(g: page) holding of[g.vm] { clear g }
          proc done(g: page) { dsb ishst ; with g.mmu { tlbi vmalls12e1is ; dsb ish } ; settle g }
          proc two(g: page) holding l { call done(g) }
          proc two_of(g: page) holding of[g.vm] { call done(g) }
          proc alone(g: page) { call done(g) }
          proc another(g: page) holding other { call done(g) }
          proc between(g: page) { holding l { isb } ; holding other { isb } }
        }
        scenario "one clears, the other completes" {
          machine { pcpu P0 ; CTR_EL0.IDC = 1 }
          frame f0 { x = zero }
          vm guest { page g = f0 RWX wb ; vcpu A { SCTLR_EL1.M = 1 } any { ldr } }
          task a { call one(g) @one ; call between(g) @pass }
          task b { await a at end ; call two(g) @two }
          expect private_translation {
            p                                                      : holds
            p with one: call one_of(g) with two: call two_of(g)    : holds
            p with two: call alone(g)                              : violated
            p without pass with two: call another(g)               : violated
            p with two: call another(g)                            : holds   // by the way of whoever had both
            p with two: call two_of(g)                             : violated
          }
        }
        """);

    /// <summary><c>with</c> puts a context in force under a number of its own: where VMIDs are used again there may be none.</summary>
    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void With_needs_a_vmid_for_each_context(int vmids, bool isRefused)
    {
        var scenario = Specs.Load(
            $$"""
            policy p { on vcpu_load(v, p) { msr VTTBR_EL2, v.mmu, 1 ; isb } }
            scenario "two VMs" {
              machine { pcpu P0 ; vmids {{vmids}} ; CTR_EL0.IDC = 1 }
              {{TwoVms}}
              task host { with two { tlbi vmalls12e1is ; dsb ish } }
              expect private_translation { p : unstated }
            }
            """).Scenarios.Single();
        var diagnostics = new List<Language.Diagnostics.Diagnostic>();
        var model = ScenarioModel.Build(ScenarioModel.Asking(scenario, "private_translation"), scenario.Expectations[0].Rows[0].Policy.Policy, diagnostics);
        Assert.Equal(isRefused, model is null);
        Assert.Equal(isRefused, diagnostics.Exists(one => one.Message.Contains("1 VMIDs serve 2 stage-2 contexts", StringComparison.Ordinal)));
    }

    private void Check(string text)
    {
        foreach (var scenario in Specs.Load(text).Scenarios)
        {
            foreach (var row in Specs.Cells(scenario).GroupBy(cell => cell.Planned))
            {
                var found = row.Select(cell => cell.Explore(maxStates: 300_000)).ToList();
                Assert.DoesNotContain(found, one => one.Verdict == Verdict.Undecided);
                var isViolated = found.Exists(one => one.Verdict == Verdict.Violated);
                output.WriteLine($"{scenario.Name}: {row.First().Property}, {row.First()}: {(isViolated ? "violated" : "holds")}, {found.Max(one => one.States)} states");
                var expected = row.First().Row.Verdict;
                Assert.True((expected == ExpectedVerdict.Violated) == isViolated, $"{scenario.Name}: {row.First()}");
            }
        }
    }
}
