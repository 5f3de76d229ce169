using CoherenceCheck.Model.Tests.Support;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests;

/// <summary>Faults of the machine on bare metal, each found by the comparison with the reference, state by state.</summary>
public sealed class MachineFaultTests(ITestOutputHelper output)
{
    [Fact]
    public void A_fault_of_a_write_back_that_is_lost_is_caught_by_a_state_of_the_reference() =>
        Finds(system => system.Change(rule => rule.Name == "hw.write.back", rule => rule.WithoutAssigning("poc")));

    [Fact]
    public void A_fault_of_a_dc_cvau_that_cleans_nothing_is_caught_by_a_state_of_the_reference() =>
        Finds(system => system.Change(rule => rule.Name == "hw.pend.cvau", rule => rule.WithoutAssigning("F")));

    [Fact]
    public void A_fault_of_a_dc_cvac_that_stops_at_the_pou_is_caught_by_a_state_of_the_reference() =>
        Finds(system => system.Change(rule => rule.Name == "hw.pend.cvac", rule => rule.WithoutAssigning("poc", "ds")), StoreKind.Any);

    [Fact]
    public void A_fault_of_an_ic_that_misses_a_pcpu_is_caught_by_a_state_of_the_reference() =>
        Finds(system => system.Change(rule => rule.Name is "hw.pend.ivau" or "hw.pend.iall", rule => rule.Replacing(a => a.Variable.Name == "I"
            ? [Ex.When(Ex.Eq(a.Index[0], 0), a)]
            : [a])));

    [Fact]
    public void A_fault_of_an_ic_without_pipeline_is_caught_by_a_state_of_the_reference() =>
        Finds(system => system.Change(rule => rule.Name == "hw.pend.ivau", rule => rule.Replacing(a => a.Variable.Name == "I"
            ? [a, new Statement.Assign(system.Find("Q"), a.Index, Ex.False)]
            : [a])));

    [Fact]
    public void A_fault_of_attributes_that_switch_at_once_is_caught_by_a_state_of_the_reference() =>
        Finds(system => system.Change(rule => rule.Does("msr"), rule => rule.Replacing(a =>
            a.Variable.Name == "inforce" ? [a with { Value = Ex.Singleton(Ex.Local("mode")) }] : [a])));

    [Fact]
    public void A_fault_of_a_dsb_nsh_that_waits_for_nothing_local_is_caught_by_a_state_of_the_reference() =>
        Finds(system => system.Change(rule => rule.Label.Operation == "dsb nsh", rule => rule.Guarded(Nothing)));

    [Fact]
    public void A_fault_of_a_dsb_nsh_that_does_not_wait_for_dcs_is_caught_by_a_state_of_the_reference() =>
        Finds(system => system.Change(rule => rule.Label.Operation == "dsb nsh", rule => rule.Guarded(read => read.Variable.Name is "pend.cvau" or "pend.cvac" or "pend.civac" ? Ex.False : read)));

    [Fact]
    public void A_fault_of_a_dsb_that_does_not_wait_is_caught_by_a_state_of_the_reference() =>
        Finds(system => system.Change(rule => rule.Label.Operation == "dsb ish", rule => rule.Guarded(Nothing)));

    [Fact]
    public void A_fault_of_a_dirty_line_that_a_non_cacheable_store_cleans_is_caught_by_a_state_of_the_reference() =>
        Finds(system => system.Change(rule => rule.Name.EndsWith(".nc", StringComparison.Ordinal), rule => rule with
        {
            Body = [.. rule.Body, Ex.Assign(system.Find("ds"), [Ex.Const(0)], Ex.False)],
        }), StoreKind.Any);

    private static Expr Nothing(Expr.Read read) => read.Variable.Name.StartsWith("pend.", StringComparison.Ordinal) ? Ex.False : read;

    private void Finds(Func<TransitionSystem, TransitionSystem> change, StoreKind stores = StoreKind.Cacheable)
    {
        for (var seed = 1; seed <= 600; seed++)
        {
            var program = GuestProgram.Random(seed, stores, 11);
            if (MachineCheck.Run(program, change) is { Difference: { } difference })
            {
                output.WriteLine($"seed {seed}: {difference}\n{program}");
                Assert.Null(MachineCheck.Run(program, system => system)!.Value.Difference);
                return;
            }
        }

        Assert.Fail("no program shows the fault");
    }
}
