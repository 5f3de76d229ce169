using CoherenceCheck.Explorer;
using CoherenceCheck.Model.Tests.Support;
using CoherenceCheck.Transitions;
using static CoherenceCheck.Model.Tests.Translation.Faults.FaultCells;

namespace CoherenceCheck.Model.Tests.Translation.Faults;

/// <summary>Faults of tags in I-caches (translation.md V6), each found by a verdict of C19 that turns over.</summary>
public sealed class TagFaultTests
{
    private static CellCase Apart => Shipped("c19-vpipt", "C19 a tag keeps VMs apart, not vCPUs", "fresh_fetch", "none_at_load");

    private static CellCase Reuse(string row) => Shipped("c19-vpipt", "C19 (i) a frame comes back, VPIPT", "fresh_fetch", row);

    private static CellCase Rollover(string row) => Shipped("c19-vpipt", "C19 (ii) a number that another VM had", "fresh_fetch", row);

    [Fact]
    public void A_fault_of_fetches_that_find_lines_of_any_VMID_is_caught_by_two_VMs() => Apart.TurnsOver(Verdict.Holds, system => system.ChangeFills(
        fill => fill.Name.StartsWith("fill.Q.", StringComparison.Ordinal),
        fill => fill with { Value = Mutation.Map(fill.Value, read => read.Variable.Name == "I" ? OfAny(read) : read) }));

    [Fact]
    public void A_fault_of_fills_under_one_VMID_for_all_is_caught_by_two_VMs() => Apart.TurnsOver(Verdict.Holds, system => system.ChangeFills(
        fill => fill.Target.Name == "I",
        fill => fill with { Index = fill.Index.SetItem(0, Ex.Const(fill.Target.Index[0].Size - 1)) }));

    [Fact]
    public void A_fault_of_a_guest_s_IC_that_acts_on_all_VMIDs_is_caught_by_a_number_that_another_VM_had() =>
        Rollover("rollover without ic").TurnsOver(Verdict.Violated, system => system.Change(rule => rule.Label.Agent == "guest", Everywhere));

    [Fact]
    public void A_fault_of_a_guest_s_IC_that_acts_on_no_VMID_is_caught_by_its_own_code() => Rollover("rollover").TurnsOver(Verdict.Holds, system => system.Change(
        rule => rule.Label.Agent == "guest",
        rule => rule.Replacing(a => IsIc(a.Variable) ? [a with { Value = Ex.False }] : [a])));

    [Fact]
    public void A_fault_of_a_kernel_s_IC_that_reaches_a_guest_s_lines_is_caught_by_a_frame_that_comes_back() =>
        Reuse("nvhe without unmap").TurnsOver(Verdict.Violated, system => system.Change(rule => rule.Label.Agent != "guest" && rule.Does("ic ialluis"), Everywhere));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_fault_of_an_IC_at_EL2_that_acts_on_one_VMID_is_caught_by_a_rollover(int vmid) => Rollover("rollover").TurnsOver(Verdict.Holds, system => system.Change(
        rule => rule.Label.Agent != "guest" && rule.Does("ic ialluis"),
        rule => rule.Replacing(a => IsIc(a.Variable) ? [a with { Value = Ex.Const(1L << vmid) }] : [a])));

    private static Expr OfAny(Expr.Read read) =>
        Enumerable.Range(0, read.Variable.Index[0].Size).Select(cache => (Expr)(read with { Index = read.Index.SetItem(0, Ex.Const(cache)) })).Aggregate((one, other) => Ex.BitOr(one, other));

    private static Rule Everywhere(Rule rule) => rule.Replacing(a => IsIc(a.Variable) ? [a with { Value = Ex.Const(a.Variable.Domain.Max) }] : [a]);

    private static bool IsIc(Variable variable) => variable.Name is "pend.ivau" or "pend.iall";
}
