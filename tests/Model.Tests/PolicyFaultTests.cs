using CoherenceCheck.Explorer;
using CoherenceCheck.Model.Tests.Support;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests;

/// <summary>Faults of the machine and the host, each found by a verdict that turns over.</summary>
public sealed class PolicyFaultTests
{
    private const string Sequence = "str new, [x] ; dc cvau, x ; dsb ish ; ic ivau, x ; dsb ish ; isb ; exec x";

    private const string LocalSequence = "exec x ; str new, [x] ; dc cvau, x ; dsb ish ; ic iallu ; dsb ish ; isb ; exec x";

    [Fact]
    public void A_fault_of_an_ic_that_misses_a_pcpu_is_caught_by_kvm() =>
        TurnsOver(Moving(Sequence), "kvm", Verdict.Holds, system => system.Change(rule => rule.Name == "hw.pend.ivau", rule =>
            rule.Replacing(a => a.Variable.Name == "I" ? [Ex.When(Ex.Eq(a.Index[0], 0), a)] : [a])));

    [Fact]
    public void A_fault_of_a_dsb_that_does_not_wait_is_caught_by_bare_metal() =>
        TurnsOver(Moving(Sequence), "bare_metal", Verdict.Holds, system => system.Change(rule => rule.Does("dsb ish"), rule => rule.Guarded(Nothing)));

    [Fact]
    public void A_fault_of_a_dsb_nsh_that_waits_for_nothing_local_is_caught_by_kvm() =>
        TurnsOver(Sharing, "kvm", Verdict.Holds, system => system.Change(rule => rule.Does("dsb nsh"), rule => rule.Guarded(Nothing)));

    [Fact]
    public void A_fault_of_an_isb_that_keeps_the_pipeline_is_caught_by_bare_metal() =>
        TurnsOver(Moving(Sequence), "bare_metal", Verdict.Holds, system => system.Change(rule => rule.Does("isb"), rule => rule.WithoutAssigning("Q")));

    [Fact]
    public void A_fault_of_an_isb_that_the_ghost_ignores_is_caught_by_unhooked_vcpus_that_share() =>
        TurnsOver(Sharing, "kvm without load", Verdict.Violated, system => system.Change(rule => rule.Does("isb"), rule => rule.WithoutAssigning("gQ")));

    [Fact]
    public void A_fault_of_an_exit_that_keeps_the_pipeline_is_caught_by_kvm() =>
        TurnsOver(Sharing, "kvm", Verdict.Holds, system => system.Change(rule => rule.Name is "host.exit" or "host.trap", rule => rule.WithoutAssigning("Q")));

    [Fact]
    public void A_fault_of_maintenance_that_belongs_to_the_vcpu_is_caught_without_the_switch_barrier() =>
        TurnsOver(Moving(Sequence), "kvm without sw", Verdict.Violated, system => system.Change(rule => rule.Label.Agent == "guest" && rule.Does("dsb"), rule =>
            rule.Guarded(read => read.Variable.Name.StartsWith("pend.", StringComparison.Ordinal)
                ? Ex.Union("owner", read.Variable.Index[0], read with { Index = read.Index.SetItem(0, Ex.Local("owner")) })
                : read)));

    [Fact]
    public void A_fault_of_a_vcpu_loaded_before_its_switch_out_ended_is_caught_by_kvm() =>
        TurnsOver(Moving(Sequence), "kvm", Verdict.Holds, system => system.Change(rule => rule.Name == "host.load", rule => rule.Guarded(read =>
            read.Variable.Name == "cur" && read.Index[0] is Expr.Local { Name: "r" }
                ? Ex.If(Ex.Eq(Ex.Read(system.Find("host"), read.Index.AsSpan()), 1), read, Ex.None(((Domain.Element)read.Variable.Domain).Sort))
                : read)));

    [Fact]
    public void A_fault_of_an_iallu_that_is_broadcast_without_fb_is_caught_by_kvm_without_fb() =>
        TurnsOver(Moving(LocalSequence), "kvm without fb", Verdict.Violated, system => system.Change(rule => rule.Label.Agent == "guest" && rule.Does("ic iallu"), rule =>
            rule.Replacing(a => a.Variable.Name == "pend.iall" ? [a with { Value = Ex.Const(a.Variable.Domain.Max) }] : [a])));

    [Fact]
    public void A_fault_of_a_dc_cvau_that_cleans_nothing_is_caught_by_bare_metal() =>
        TurnsOver(Moving(Sequence), "bare_metal", Verdict.Holds, system => system.Change(rule => rule.Name == "hw.pend.cvau", rule => rule.WithoutAssigning("F")));

    [Fact]
    public void A_fault_of_a_ghost_that_judges_an_ic_when_it_completes_is_caught_by_bare_metal() =>
        TurnsOver(AnyAlone, "bare_metal", Verdict.Holds, system => system.Change(rule => rule.Does("dsb ish"), rule => rule.Replacing(a =>
            a.Variable.Name == "gI" ? [a with { Value = Ex.False }] : [a])));

    [Fact]
    public void A_fault_of_a_ghost_whose_attributes_switch_at_once_is_caught_by_bare_metal() =>
        TurnsOver(AnyAlone, "bare_metal", Verdict.Holds, system => system.Change(rule => rule.Name.EndsWith(".any.mmu", StringComparison.Ordinal), rule => rule.Replacing(a =>
            a.Variable.Name == "inforce.own" ? [a with { Value = Ex.Singleton(Ex.Local("m")) }] : [a])));

    private static Expr Nothing(Expr.Read read) => read.Variable.Name.StartsWith("pend.", StringComparison.Ordinal) ? Ex.False : read;

    private static string Moving(string program) => Scenario("pcpu P0 ; pcpu P1", $$"""vcpu A { SCTLR_EL1.M = 1 } { {{program}} }""");

    private static string Sharing => Scenario("pcpu P0",
        $$"""
        vcpu A { SCTLR_EL1.M = 0 ; SCTLR_EL1.I = 0 } any { fetch isb }
        vcpu B { SCTLR_EL1.M = 1 } { {{Sequence}} }
        """);

    private static string AnyAlone => Scenario("pcpu P0",
        """
        vcpu A { SCTLR_EL1.M = 0 ; SCTLR_EL1.I = 0 } any { fetch cvau ivau iallu dsb isb mmu }
        vcpu B { SCTLR_EL1.M = 1 } any { store cvau dsb }
        """);

    private static string Scenario(string pcpus, string vcpus) =>
        $$"""
        scenario "fault" {
          machine { {{pcpus}} ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 ; reading nc_fetch_point = poc_only }
          frame code { x = old }
          vm guest {
            page code = code RWX wb
            {{vcpus}}
          }
          expect fresh_fetch { POLICY : unstated }
        }
        """;

    private static CellCase Cell(string scenario, string policy) =>
        Assert.Single(Specs.Cells(Specs.Kvm + scenario.Replace("POLICY", policy, StringComparison.Ordinal)));

    private static void TurnsOver(string scenario, string policy, Verdict verdict, Func<TransitionSystem, TransitionSystem> change)
    {
        var cell = Cell(scenario, policy);
        Assert.Empty(WellFormedness.Check(change(cell.Model.System)));
        Assert.Equal(verdict, cell.Explore().Verdict);
        var faulty = cell.Explore(change);
        Assert.Null(faulty.ModelError);
        Assert.Equal(verdict == Verdict.Holds ? Verdict.Violated : Verdict.Holds, faulty.Verdict);
    }
}
