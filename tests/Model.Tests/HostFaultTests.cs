using System.Globalization;
using CoherenceCheck.Explorer;
using CoherenceCheck.Model.Tests.Support;
using CoherenceCheck.Model.Tests.Translation.Faults;
using CoherenceCheck.Shared;
using CoherenceCheck.Transitions;
using static CoherenceCheck.Model.Tests.Translation.Faults.FaultCells;

namespace CoherenceCheck.Model.Tests;

/// <summary>Faults of handlers that are switched out, locks that sleep, tasks that move, pCPUs that come and go, and guests of several stage-2 contexts: each found by a verdict that turns over.</summary>
public sealed class HostFaultTests
{
    private static CellCase Preempted(string row) => Shipped("../kvm/preempted-handlers", "A trapped IC, preempted before its DSB", "fresh_fetch", row);

    private static CellCase Thread(string row) => Shipped("../kvm/preempted-handlers", "A thread of the host moves between its IC and its DSB", "fresh_fetch", row);

    private static CellCase Sleeping => Shipped("../../tests/specs/events/sleeping-lock", "A fault handler sleeps on a lock", "deadlock", "locks");

    private static CellCase Offline(string row) => Shipped("cpu-hotplug", "New code while a CPU is offline", "fresh_fetch", row);

    private static CellCase Remapped(string row) => Shipped("cpu-hotplug", "A mapping that changes while a CPU is offline", "private_translation", row);

    private static CellCase Contexts(string row) => Shipped("c07-last-ran-key", "C07 H1 two stage-2 contexts of one VM, I-cache", "fresh_fetch", row);

    [Fact]
    public void A_fault_of_a_handler_that_is_forgotten_when_it_is_switched_out_is_caught_by_its_IC() => Preempted("tocu").TurnsOver(
        Verdict.Holds,
        system => system.Change(rule => rule.Name.EndsWith(".sleeps", StringComparison.Ordinal), rule => rule.Replacing(a => a.Variable.Name == "asleep" ? [a with { Value = Ex.Const(0) }] : [a])));

    [Fact]
    public void A_fault_of_a_handler_that_begins_anew_behind_a_switch_is_caught_by_what_it_has_done() => Written(
        "assertions",
        "p",
        """
        frame f { x = old }
        vm guest { page c = f RWX wb ; vcpu A { SCTLR_EL1.M = 1 } { dc cvau, x } }
        """,
        "pcpu P0",
        "policy p { state n : 0..1 = 0\n on maintenance(v, p, op) { assert n == 0 ; n = 1 ; preempt } }").TurnsOver(
        Verdict.Holds,
        system => system.Change(rule => rule.Name.EndsWith(".sleeps", StringComparison.Ordinal), rule => rule.Replacing(a =>
            a.Variable.Name == "asleep" ? [a with { Value = Ex.Const(LocationOf(system, "assert n == 0")) }] : [a])));

    [Theory]
    [InlineData("op == ic")]
    [InlineData("q == p")]
    public void A_fault_of_a_handler_that_forgets_what_it_knows_is_caught_where_it_asks_behind_the_switch(string asks) => Written(
        "assertions",
        "p",
        """
        frame f { x = old }
        vm guest { page c = f RWX wb ; vcpu A on {P1} { SCTLR_EL1.M = 1 } { ic ivau, x } }
        """,
        "pcpu P0 ; pcpu P1",
        $"policy p {{ on maintenance(v, p, op) {{ let q = p ; preempt ; assert {asks} }} }}").TurnsOver(
        Verdict.Holds,
        system => system.Change(
            rule => rule.Name.EndsWith(".goes on", StringComparison.Ordinal),
            rule => rule.Replacing(a => a.Value is Expr.Read { Variable.Name: var name } && name.StartsWith("kept.", StringComparison.Ordinal) ? [] : [a])));

    [Fact]
    public void A_fault_of_maintenance_that_moves_with_its_thread_is_caught_without_the_barrier_at_the_switch() => Preempted("tocu without sw").TurnsOver(
        Verdict.Violated,
        system => system.Change(rule => rule.Name.EndsWith("9.dsb ish", StringComparison.Ordinal) || (rule.Label.Agent != "guest" && rule.Does("dsb ish")), WaitsForAll));

    [Fact]
    public void A_fault_of_a_vCPU_that_is_switched_out_without_the_handlers_is_caught_by_the_barrier_among_them() => Preempted("tocu").TurnsOver(
        Verdict.Holds,
        system => system.Change(rule => rule.Does("dsb ish") && rule.Name.StartsWith("host.4.", StringComparison.Ordinal), rule => rule with { Guard = Mutation.Map(rule.Guard, Nothing) }));

    [Fact]
    public void A_fault_of_a_lock_on_which_nobody_sleeps_is_caught_by_a_deadlock() =>
        Sleeping.TurnsOver(Verdict.Holds, system => system.Without(rule => rule.Name.Contains(".holding", StringComparison.Ordinal) && rule.Name.EndsWith(".sleeps", StringComparison.Ordinal)));

    [Fact]
    public void A_fault_of_a_sleeper_that_is_never_loaded_again_is_caught_by_a_deadlock() =>
        Sleeping.TurnsOver(Verdict.Holds, system => system.Without(rule => rule.Name.StartsWith("host.load.asleep", StringComparison.Ordinal)));

    [Fact]
    public void A_fault_of_a_lock_that_is_given_back_by_whoever_is_switched_out_is_caught_by_two_in_its_block() => Written(
        "assertions",
        "p",
        """
        frame f { x = old }
        vm guest { page c = f RWX wb ; vcpu A { SCTLR_EL1.M = 1 } { ic ivau, x }
          vcpu B { SCTLR_EL1.M = 1 } { ic ivau, x } }
        """,
        "pcpu P0",
        "policy p { lock l sleeps\n state n : 0..1 = 0\n on maintenance(v, p, op) holding l { assert n == 0 ; n = 1 ; preempt ; n = 0 } }").TurnsOver(
        Verdict.Holds,
        system => system.Change(rule => rule.Name.EndsWith("preempt.sleeps", StringComparison.Ordinal), rule => rule.Then(Ex.Assign(system.Find("lock.l"), [], Ex.False))));

    [Fact]
    public void A_fault_of_a_task_that_stays_where_it_is_is_caught_without_the_barrier_at_the_switch() =>
        Thread("threads without sw").TurnsOver(Verdict.Violated, system => system.Without(rule => rule.Name.EndsWith(".leaves", StringComparison.Ordinal)));

    [Fact]
    public void A_fault_of_a_task_that_is_switched_without_the_handlers_is_caught_by_the_barrier_among_them() => Thread("threads").TurnsOver(
        Verdict.Holds,
        system => system.Change(rule => rule.Name.StartsWith("switch.", StringComparison.Ordinal) && rule.Does("dsb ish"), rule => rule with { Guard = Mutation.Map(rule.Guard, Nothing) }));

    [Fact]
    public void A_fault_of_a_task_that_runs_before_its_switch_has_ended_is_caught_by_the_barrier_in_it() =>
        Thread("threads").TurnsOver(Verdict.Holds, system => system.Change(rule => rule.Name == "vmm.runs", rule => rule.Guarded(read => read.Variable.Name == "from.vmm" ? Ex.None(((Domain.Element)read.Variable.Domain).Sort) : read)));

    [Theory]
    [InlineData("fresh_fetch", "online without ic")]
    [InlineData("private_translation", "online without tlbi")]
    public void A_fault_of_a_broadcast_that_reaches_whoever_is_offline_is_caught_without_the_handler(string property, string row) => (property == "fresh_fetch" ? Offline(row) : Remapped(row)).TurnsOver(
        Verdict.Violated,
        system => system.Change(rule => rule.Name != "cpu.online", rule => rule.Replacing(a => a.Variable.Name == "off" ? [a] : [a with { Value = Mutation.Map(a.Value, NobodyIsOff) }])));

    [Theory]
    [InlineData("fresh_fetch")]
    [InlineData("private_translation")]
    public void A_fault_of_a_pCPU_that_comes_online_without_its_handlers_is_caught_by_what_it_holds(string property) => (property == "fresh_fetch" ? Offline("online") : Remapped("online")).TurnsOver(
        Verdict.Holds,
        system => system.Change(rule => rule.Name == "cpu.online", rule => rule.WithoutAssigning([.. system.Variables.Select(v => v.Name).Where(name => name != "off")])));

    [Fact]
    public void A_fault_of_a_pCPU_that_loses_all_when_it_goes_offline_is_caught_without_the_handler() =>
        Offline("online without ic").TurnsOver(Verdict.Violated, system => system.Change(rule => rule.Name == "cpu.offline", rule => rule.Then(Mutation.Empty(system.Find("I"), Ex.Param(rule.Parameters[0])))));

    [Fact]
    public void A_fault_of_a_vCPU_that_runs_on_a_pCPU_that_is_coming_online_is_caught_by_the_handlers() => Offline("online").TurnsOver(
        Verdict.Holds,
        system => system.Change(rule => rule.Name == "host.load", rule => rule.Guarded(read => read.Variable.Name.StartsWith("cpu", StringComparison.Ordinal) ? Ex.Const(read.Variable.Domain.Min) : read)));

    [Fact]
    public void A_fault_of_a_guest_that_stays_under_its_context_is_caught_by_the_key_of_the_flush() =>
        Contexts("per_mmu").TurnsOver(Verdict.Violated, system => system.Without(rule => rule.Name.Contains(".any.under", StringComparison.Ordinal)));

    /// <summary>Only hardware takes away what is pending, one target after the other: a second IC leaves what the first sent to a pCPU that has gone offline since.</summary>
    [Theory]
    [InlineData("ic ivau, x ; ic ivau, x ; dsb ish", "")]
    [InlineData("ic iallu ; ic iallu ; dsb ish", "")]
    [InlineData("unmap y ; dsb ishst ; tlbi vae1is, y ; tlbi vae1is, y ; dsb ish", "map y -> c asid 1")]
    [InlineData("dc cvau, y ; ic ivau, y ; ic ivau, y ; dsb ish", "map y -> c asid 1")]
    public void What_was_issued_stays_pending_until_hardware_has_done_it(string program, string map)
    {
        var system = Assert.Single(Specs.Cells(
            $$"""
            policy p { HCR_EL2.FB = 1 ; on switch_out(v, p) { dsb ish } on cpu_up(p) { ic iallu ; tlbi alle1 ; dsb nsh } }
            scenario "twice" {
              machine { pcpu P0 ; pcpu P1 hotplug ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 }
              frame f { x = old }
              vm guest { page c = f RWX wb ; vcpu A on {P0} { SCTLR_EL1.M = 1 {{(map.Length > 0 ? "; " + map : "")}} } { {{program}} } }
              expect {{(program.Contains("tlbi", StringComparison.Ordinal) ? "private_translation" : "fresh_fetch")}} { p : unstated }
            }
            """)).Bound;
        Assert.Empty(Dropped(system));
        var forgets = system.Change(
            rule => rule.Label.Agent == "guest",
            rule => rule.Replacing(a => IsPending(a.Variable) && a.Value is Expr.Binary { Right: var reached } ? [a with { Value = reached }] : [a]));
        Assert.NotEmpty(Dropped(forgets));
    }

    private static IEnumerable<string> Dropped(TransitionSystem system)
    {
        var naive = new NaiveSearch(system, FrozenValues.None, null, null, deadlock: false, 20_000);
        Assert.False(naive.TooLarge);
        var interpreter = new Interpreter(system, FrozenValues.None);
        foreach (var state in naive.Reachable)
        {
            foreach (var successor in interpreter.Successors(state).Where(successor => successor.State is not null && !successor.Instance!.Rule.Name.StartsWith("hw.", StringComparison.Ordinal)))
            {
                foreach (var variable in system.Variables.Where(IsPending))
                {
                    if (Enumerable.Range(0, variable.CellCount).Any(cell => (state[variable, cell] & ~successor.State![variable, cell]) != 0))
                    {
                        yield return $"{successor.Instance!.Rule.Name}: {variable.Name}";
                    }
                }
            }
        }
    }

    private static bool IsPending(Variable variable) => variable.Name.StartsWith("pend.", StringComparison.Ordinal);

    private static int LocationOf(TransitionSystem system, string statement) =>
        int.Parse(system.Rules.First(rule => rule.Name.StartsWith("host.", StringComparison.Ordinal) && rule.Name.EndsWith(statement, StringComparison.Ordinal)).Name.Split('.')[1], CultureInfo.InvariantCulture);

    private static Rule WaitsForAll(Rule rule) => rule.Guarded(read => read.Variable.Name.StartsWith("pend.", StringComparison.Ordinal)
        ? Ex.Union("owner", read.Variable.Index[0], read with { Index = read.Index.SetItem(0, Ex.Local("owner")) })
        : read);

    private static Expr Nothing(Expr.Read read) => read.Variable.Name.StartsWith("pend.", StringComparison.Ordinal) ? Ex.False : read;

    private static Expr NobodyIsOff(Expr.Read read) => read.Variable.Name == "off" ? Ex.Const(0) : read;
}
