using CoherenceCheck.Explorer;
using CoherenceCheck.Model.Tests.Support;
using static CoherenceCheck.Model.Tests.Translation.Faults.FaultCells;

namespace CoherenceCheck.Model.Tests.Translation.Faults;

/// <summary>Faults of TLBs and of what invalidates them, each found by a verdict that turns over.</summary>
public sealed class TlbFaultTests
{
    private const string Unmapping = "unmap a ; dsb ishst ; tlbi {0} ; dsb ish ; isb ; ldr [a]";

    private const string Hook = "policy hook { on vcpu_load(v, p) { tlbi vmalle1 @tlb ; dsb nsh ; isb } }";

    [Fact]
    public void A_fault_of_stage_1_walks_that_cache_nothing_is_caught_by_a_local_tlbi() =>
        Local("unmap b ; dsb ishst ; tlbi vae1, b ; dsb ish ; isb ; ldr [b]", Changes).TurnsOver(Verdict.Violated, system => system.WithoutWalks("walk1"));

    [Fact]
    public void A_fault_of_stage_2_walks_that_cache_nothing_is_caught_by_an_unmap_without_ipas2() =>
        Unmap("mmu without ipas2").TurnsOver(Verdict.Violated, system => system.WithoutWalks("walk2"));

    [Fact]
    public void A_fault_of_entries_that_are_not_combined_is_caught_by_an_unmap_without_vmall() =>
        Unmap("mmu without vmall").TurnsOver(Verdict.Violated, system => system.WithoutWalks("walk"));

    // A type of its own keeps what is invalid out of TLBs: the set has no place for it.
    [Fact]
    public void A_fault_of_caching_invalid_leaves_is_caught_by_the_domain_of_entries() =>
        Assert.Contains("T2[P0][guest][g] is given", Assert.IsType<string>(Unmap("mmu").Explore(system => system.CachingInvalidLeaves()).ModelError), StringComparison.Ordinal);

    [Fact]
    public void A_fault_of_entries_without_vmids_is_caught_by_two_vms_on_one_pcpu() => Vttbr("stage2").TurnsOver(Verdict.Holds, system => system.WithoutVmids());

    [Fact]
    public void A_fault_of_entries_without_asids_is_caught_by_two_vcpus_with_an_asid_each() => Translating(
        """
        vcpu A { SCTLR_EL1.M = 1 ; map a -> g0 asid 1 } any { ldr }
        vcpu B { SCTLR_EL1.M = 1 ; map a -> g1 asid 2 } { ldr [a] ; map a -> g0 asid 2 }
        """).TurnsOver(Verdict.Holds, system => system.WithoutAsids());

    [Theory]
    [InlineData("va", "vae1is, a")]
    [InlineData("vaa", "vaae1is, a")]
    [InlineData("asid", "aside1is, asid 1")]
    [InlineData("vmall", "vmalle1is")]
    public void A_fault_of_a_guest_s_tlbi_that_leaves_entries_is_caught_by_its_unmap(string form, string operand)
    {
        var cell = Changing(string.Format(null, Unmapping, operand));
        cell.TurnsOver(Verdict.Holds, system => system.Leaving(form, "T"));
        cell.TurnsOver(Verdict.Holds, system => system.Leaving(form, "T1"));
    }

    [Theory]
    [InlineData("vmall", "vmalle1")]
    [InlineData("s12", "vmalls12e1")]
    [InlineData("all", "alle1")]
    public void A_fault_of_a_host_s_tlbi_that_leaves_stage_1_is_caught_by_two_vcpus_of_one_asid(string form, string operand)
    {
        var cell = Translating(
            """
            vcpu A { SCTLR_EL1.M = 1 ; map a -> g0 asid 1 } any { ldr }
            vcpu B { SCTLR_EL1.M = 1 ; map a -> g1 asid 1 } { ldr [a] ; map a -> g1 }
            """, $"hook with tlb: tlbi {operand}", Changes, "pcpu P0 ; CTR_EL0.DIC = 1 ; CTR_EL0.IDC = 1", Hook);
        cell.TurnsOver(Verdict.Holds, system => system.Leaving(form, "T"));
        cell.TurnsOver(Verdict.Holds, system => system.Leaving(form, "T1"));
    }

    [Theory]
    [InlineData("mmu", "vmall", "T")]
    [InlineData("mmu", "ipa", "T2")]
    [InlineData("mmu with tlbis: { tlbi vmalls12e1is ; dsb ish }", "s12", "T")]
    [InlineData("mmu with tlbis: { tlbi vmalls12e1is ; dsb ish }", "s12", "T2")]
    [InlineData("mmu with tlbis: { tlbi alle1is ; dsb ish }", "all", "T")]
    [InlineData("mmu with tlbis: { tlbi alle1is ; dsb ish }", "all", "T2")]
    public void A_fault_of_a_host_s_tlbi_that_leaves_entries_is_caught_by_its_unmap(string row, string form, string entries)
    {
        Unmap(row).TurnsOver(Verdict.Holds, system => system.Leaving(form, entries));
        Unmap(row, isOn: false).TurnsOver(Verdict.Holds, system => system.Leaving(form, entries == "T" ? "T0" : entries));
    }

    [Fact]
    public void A_fault_of_vmalle1_that_removes_stage_2_is_caught_by_an_unmap_without_ipas2() =>
        Unmap("mmu without ipas2").TurnsOver(Verdict.Violated, system => system.RemovingToo("vmall", "T2", "r", "i"));

    [Fact]
    public void A_fault_of_ipas2e1_that_removes_combined_entries_is_caught_by_an_unmap_without_vmall()
    {
        Unmap("mmu without vmall").TurnsOver(Verdict.Violated, system => system.RemovingToo("ipa", "T", "r", "i"));
        Unmap("mmu without vmall", isOn: false).TurnsOver(Verdict.Violated, system => system.RemovingToo("ipa", "T0", "r", "i"));
    }

    [Fact]
    public void A_fault_of_ipas2e1_that_removes_all_pages_is_caught_by_one_of_another_page() => Translating(
        "vcpu A { SCTLR_EL1.M = 1 } any { ldr }",
        tasks: "task host { clear g1 ; dsb ishst ; tlbi ipas2e1is, g0 ; dsb ish ; tlbi vmalle1is ; dsb ish ; settle g1 }")
        .TurnsOver(Verdict.Violated, system => system.RemovingToo("ipa", "T2", "r", "i"));

    [Theory]
    [InlineData("va", "vae1is, g0")]
    [InlineData("vaa", "vaae1is, g0")]
    [InlineData("asid", "aside1is, asid 0")]
    public void A_fault_of_a_guest_s_tlbi_that_removes_stage_2_is_caught_by_an_unmap_without_ipas2(string form, string operand) => Translating(
        $$"""vcpu A { SCTLR_EL1.M = 1 } { await host at end ; tlbi {{operand}} ; dsb ish ; isb ; ldr [g0] }""",
        tasks: "task host { clear g0 ; dsb ishst ; tlbi vmalle1is ; dsb ish ; settle g0 }", machine: "pcpu P0 ; CTR_EL0.DIC = 1 ; CTR_EL0.IDC = 1")
        .TurnsOver(Verdict.Violated, system => system.RemovingToo(form, "T2", "r", "i"));

    [Theory]
    [InlineData("va", "vae1is, a", new[] { "r", "i", "s" })]
    [InlineData("vaa", "vaae1is, a", new[] { "r", "i" })]
    public void A_fault_of_a_tlbi_by_address_that_removes_all_is_caught_by_one_of_another_address(string form, string operand, string[] place) =>
        Local($"ldr [a] ; unmap b ; dsb ishst ; tlbi vae1, b ; dsb ish ; isb ; tlbi {operand} ; dsb ish ; isb ; ldr [b]").TurnsOver(Verdict.Violated, system => system.RemovingToo(form, "T", place));

    [Theory]
    [InlineData("va", "vae1is, a, asid 1")]
    [InlineData("asid", "aside1is, asid 1")]
    public void A_fault_of_a_tlbi_by_asid_that_removes_all_is_caught_by_one_of_another_asid(string form, string operand) => Translating(
        $$"""
        vcpu A { SCTLR_EL1.M = 1 ; map a -> g1 asid 2 ; map a -> g0 asid 1 } {
          unmap a asid 2 ; dsb ishst ; tlbi vae1, a, asid 2 ; dsb ish ; isb ; tlbi {{operand}} ; dsb ish ; isb ; ldr [a] ; msr TTBR0_EL1.ASID, 1 ; isb
        }
        """, "barrier").TurnsOver(Verdict.Violated, system => system.RemovingToo(form, "T", "r", "i"));

    [Fact]
    public void A_fault_of_a_tlbi_for_all_vmids_is_caught_by_one_of_another_vm() =>
        Vttbr("stage2 without isb").TurnsOver(Verdict.Violated, system => system.RemovingToo("s12", "T", "r").RemovingToo("s12", "T2", "r"));

    [Fact]
    public void A_fault_of_is_forms_that_stay_on_their_pcpu_is_caught_by_write_protection() => Shipped("c27-write-protect", "C27 write protection", "private_translation", "dirty_log")
        .TurnsOver(Verdict.Holds, system => system.BroadcastsReachTheOwnPcpu());

    [Fact]
    public void A_fault_of_local_forms_that_are_broadcast_is_caught_by_a_local_unmap() =>
        Unmap("mmu with tlbis: { tlbi vmalls12e1 ; dsb ish }").TurnsOver(Verdict.Violated, system => system.LocalFormsReachAll());

    [Fact]
    public void A_fault_of_a_forced_broadcast_that_stays_local_is_caught_by_a_vcpu_that_moves() =>
        Shipped("c06-tlb", "C04 and C05: one vCPU that changes its tables and moves", "private_translation", "kvm").TurnsOver(Verdict.Holds, system => system.WithoutForcedBroadcast());

    [Fact]
    public void A_fault_of_a_tlbi_for_the_vmid_that_was_written_is_caught_without_isb() => Vttbr("stage2 without isb").TurnsOver(Verdict.Violated, system => system.TlbisFor(isWritten: true));

    [Fact]
    public void A_fault_of_a_tlbi_for_the_vmid_in_force_alone_is_caught_by_a_write_before_it() => Written("private_translation", "entry",
        """
        frame f0 { x = zero }
        frame f1 { y = one }
        vm guest { page g = f0 RWX wb ; vcpu A on {P0} { SCTLR_EL1.M = 1 } any { ldr } }
        vm other { page h = f1 RWX wb ; vcpu B on {P0} { SCTLR_EL1.M = 1 } any { ldr } }
        task host on {P1} { msr VTTBR_EL2, guest ; isb ; clear g ; dsb ishst ; msr VTTBR_EL2, other ; tlbi vmalls12e1is ; dsb ish ; settle g }
        """, policies: "policy entry { on vcpu_load(v, p) { msr VTTBR_EL2, v.mmu } }").TurnsOver(Verdict.Violated, system => system.TlbisFor(isWritten: false));

    /// <summary>What makes stage 2 change, without a word about it.</summary>
    private static string Changes => "task host { perm g1, R-X ; dsb ishst }";

    /// <summary>A guest with an address of each page, under a host that changes stage 2.</summary>
    private static CellCase Changing(string program) =>
        Translating($$"""vcpu A { SCTLR_EL1.M = 1 ; map a -> g0 asid 1 } { {{program}} }""", tasks: Changes, machine: "pcpu P0 ; CTR_EL0.DIC = 1 ; CTR_EL0.IDC = 1");

    /// <summary>One that moves between two pCPUs.</summary>
    private static CellCase Local(string program, string tasks = "") => Translating($$"""vcpu A { SCTLR_EL1.M = 1 ; map a -> g0 ; map b -> g1 } { {{program}} }""", "barrier", tasks);
}
