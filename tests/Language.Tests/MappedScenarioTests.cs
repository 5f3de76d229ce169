using CoherenceCheck.Language.Scenarios;

namespace CoherenceCheck.Language.Tests;

/// <summary>Machines, frames and pages of scenarios in which translations change.</summary>
public sealed class MappedScenarioTests
{
    [Theory]
    [InlineData("", "", null)]
    [InlineData("share tlb {P0, P1}", "0,0", null)]
    [InlineData("share tlb {P0} ; vmids 3", "0,1", 3)]
    [InlineData("share icache {P0, P1} ; vmids 8", "", 8)]
    public void Machines_share_tlbs_and_count_vmids(string members, string groups, int? vmids)
    {
        var machine = Specs.Bind("scenario \"s\" {\n" + Specs.Base.Replace("pcpu P1 }", $"pcpu P1 ; {members} }}") + "}").Scenarios.Single().Machine;
        Assert.Equal((groups, vmids), (string.Join(',', machine.TlbGroups), machine.Vmids));
        Assert.Equal(members.Contains("icache") ? [0, 0] : [0, 1], machine.IcacheGroups);
    }

    [Fact]
    public void Lines_have_held_something_before()
    {
        var lines = Specs.BindScenario("frame f { x2 = zero after secret ; y2 = zero\n after = old after after }").Frames[1].Lines;
        Assert.Equal([("zero", "secret"), ("zero", null), ("old", "after")], lines.Select(line => (line.Initial, line.Before)));
    }

    [Fact]
    public void A_page_may_have_no_frame_yet()
    {
        var pages = Specs.BindScenario("frame f { z = old }\nframe r { w = old }\nvm b { page q = none ; page r = none RW- ; page s = none backing f RX nc ; page t = f ; vcpu C { } { ldr [q] ; exec w ; exec s } }").Vms[1].Pages;
        Assert.Equal([(false, "none"), (false, "r"), (false, "f"), (true, "f")], pages.Select(page => (page.IsMapped, page.Frame.Name)));
        Assert.Same(Page.NoFrame, pages[0].Frame);
        Assert.Equal((false, true, PageType.NonCacheable), (pages[2].Writable, pages[2].Executable, pages[2].Type));
    }

    [Fact]
    public void Two_pages_may_be_on_one_frame()
    {
        var scenario = Specs.BindScenario("vm b { page q = code ; vcpu C { } { exec x } }\nvm c { page r = code ; page s = code ; vcpu D { } any { load } }");
        Assert.Equal(["code", "q", "r", "s"], scenario.Pages.Select(page => page.Name));
        Assert.Equal(1, ((OperationStmt)scenario.Vcpus[2].Program!.Value[0]).VirtualPage);
    }

    public static TheoryData<string> Cases => new()
    {
        // A frame passes from one VM to another.
        """
        scenario "frame reuse between VMs" {
          machine { pcpu P0 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC in {0, 1} ; legal }
          frame ram { x = first }
          vm one { page a = ram RWX wb ; vcpu A { SCTLR_EL1.M = 1 } { exec x } }
          vm two { page b = ram RWX wb ; vcpu B { SCTLR_EL1.M = 1 } { await vmm at end ; isb ; exec x } }
          task vmm { await A at end ; str second, [x] ; dc cvau, x ; dsb ish ; ic ivau, x @ic ; dsb ish ; publish x }
          expect fresh_fetch { none : holds ; none without ic : violated }
        }
        """,

        // TLBIs by a policy and by an `any` guest.
        """
        policy local { HCR_EL2.FB = 0 ; on vcpu_load(v, p) { tlbi vmalle1 @tlb ; dsb ish ; isb } }
        scenario "address space switch" {
          machine { pcpu P0 ; pcpu P1 ; CTR_EL0.DIC = 1 ; CTR_EL0.IDC = 1 }
          frame code { x = old }
          vm guest {
            page code = code RWX wb
            vcpu A { SCTLR_EL1.M = 1 } any { fetch store tlbi barrier }
            vcpu B { SCTLR_EL1.M = 1 } any { fetch store tlbi barrier remap }
          }
          expect private_translation { local without tlb : violated }
        }
        """,

        // Data that is read with the MMU off.
        """
        scenario "secondary reads its boot parameters" {
          machine { pcpu P0 ; pcpu P1 ; CTR_EL0.DIC in {0, 1} ; CTR_EL0.IDC in {0, 1} ; legal }
          frame ram { b = zero }
          vm cpu { page ram = ram RW wb ; vcpu S on {P1} { SCTLR_EL1.M = 0 } { await primary at end ; ldr [b] } }
          task primary on {P0} { str params, [b] ; dc cvac, b @clean ; dsb ish @done ; publish b }
          expect fresh_data { none : holds ; none without clean : violated ; none without done : violated }
        }
        """,

        // Faults that a policy answers.
        """
        policy once {
          HCR_EL2.FB = 1 ; HCR_EL2.BSU = IS
          state first : vcpu? = none
          on s2_fault(v, p) { if first == none { ic ialluis @ic ; dsb ish ; first = v } }
        }
        scenario "destination of a live migration" {
          machine { pcpu P0 ; pcpu P1 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC in {0, 1} ; legal }
          frame ram { x = reused }
          vm guest { page ram = none ; vcpu A { SCTLR_EL1.M = 1 } any { fetch isb } }
          task receive { str sent, [x] ; dc cvau, x ; dsb ish ; publish x }
          expect fresh_fetch { once : violated }
        }
        """,

        // Two tables of one ASID; a lock around a grant; VMIDs; a frame that changes owner.
        """
        policy lazy {
          lock mmu_lock[vm]
          on s2_fault(v, p, g, access, kind) holding mmu_lock[v.vm] {
            if kind == translation { dc civac, g.backing ; dsb ish ; ic ialluis @icx ; dsb ish ; map g, g.backing, RWX @grant }
            else if access == exec { perm g, R-X }
          }
        }
        policy allocator {
          state active[pcpu] : vmid? = none
          state next : 1..3 = 1
          on vcpu_load(v, p) { let o = xchg(active[p], none) ; if o == none { tlbi alle1is ; dsb ish } ; msr VTTBR_EL2, v.mmu, next ; isb }
        }
        scenario "all of it" {
          machine { pcpu P0 ; share tlb {P0} ; vmids 3 }
          frame ram { x = zero after secret }
          frame spare { z = zero }
          vm one { page a = none backing ram ; map va -> a asid 1 ; vcpu A { } { ldr [va] } ; vcpu B { map va -> a asid 1 nc } any { load tlbi remap } }
          vm two { mmu l1 l2 ; page b = spare RW- ; vcpu C { } { ldr [b] ; unmap b ; tlbi vae1is, b ; dsb ish } }
          task host {
            clear a ; dsb ishst ; tlbi ipas2e1is, a ; dsb ish
            with one { tlbi vmalle1is ; dsb ish }
            settle a ; copy ram to spare ; give ram to host ; give spare to {one, two}
            a.backing = spare ; perm b, R-X in l2
          }
          expect private_translation { lazy move grant before icx : unstated ; allocator : unstated }
          expect isolation { lazy : unstated }
        }
        """,
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Cases_can_be_said(string text) => Specs.Bind(text);
}
