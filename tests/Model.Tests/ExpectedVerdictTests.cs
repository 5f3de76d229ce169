using CoherenceCheck.Explorer;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Tests.Support;

namespace CoherenceCheck.Model.Tests;

/// <summary>
/// The verdicts of an implementation that shares no code with this one: the shipped specs state each of them, and
/// it is so. Cells of more than <see cref="Largest"/> states are left to <c>coherencecheck check specs/kvm</c>.
/// </summary>
public sealed class ExpectedVerdictTests(ITestOutputHelper output)
{
    private const long Largest = 150_000;

    private const string Any = "c01-any-guests.coh", Seed = "c01-icache-isolation.coh", Broadcast = "c04-broadcast.coh", Switch = "c05-switch-barrier.coh", Text = "vmm-text.coh";

    [Theory]
    [InlineData("pinned bare metal holds", Seed, "C01 pinned 1:1", "none", true)]
    [InlineData("no load hook", Seed, "C01 two pCPUs: A stays, B moves to it", "unhooked", false)]
    [InlineData("a load hook with TLBI only", Seed, "C01 two pCPUs: A stays, B moves to it", "kvm_2016", false)]
    [InlineData("KVM's fix, seed", Seed, "C01 two pCPUs: A stays, B moves to it", "kvm", true)]
    [InlineData("KVM's fix, seed, 1 pCPU", Seed, "C01 one pCPU: no migration at all", "kvm", true)]
    [InlineData("KVM's fix, any", Any, "any guests: 2 vCPUs, 1 pCPU", "kvm", true)]
    [InlineData("KVM's fix, any, 2 pCPUs", Any, "any guests: 2 vCPUs, 2 pCPUs", "kvm", true)]
    [InlineData("KVM's fix, any, 3 vCPUs", Any, "any guests: 3 vCPUs, 2 pCPUs", "kvm", true)]
    [InlineData("without dsb nsh", Any, "any guests: 2 vCPUs, 1 pCPU", "kvm without nsh", false)]
    [InlineData("last_ran never updated", Seed, "C01 two pCPUs: A stays, B moves to it", "kvm without keep", true)]
    [InlineData("last_ran updated only the first time", Seed, "C01 one pCPU: no migration at all", "first_time", false)]
    [InlineData("flush at put", Seed, "C01 one pCPU: no migration at all", "flush_at_put", true)]
    [InlineData("flush at put only if the MMU is off", Any, "any guests that turn their MMU on and off, 1 pCPU", "flush_at_put_if_off", false)]
    [InlineData("key: this vCPU changed pCPU", Seed, "C01 both vCPUs move", "moved", false)]
    [InlineData("all MMUs on", Any, "any guests with every MMU on", "unhooked", true)]
    [InlineData("DIC = 1 under 'no', with the flush", Seed, "C01 DIC", "kvm when dic_snoops_nc in {no, at_store}, dic_ic_nop = executes", true)]
    [InlineData("DIC = 1 under 'no', IC a NOP", Seed, "C01 DIC", "kvm when dic_snoops_nc in {no, at_store}, dic_ic_nop = nop", false)]
    [InlineData("DIC = 1 under 'no', without", Seed, "C01 DIC", "unhooked when dic_snoops_nc = no", false)]
    [InlineData("DIC = 1, at_store, without", Seed, "C01 DIC", "unhooked when dic_snoops_nc = at_store", false)]
    [InlineData("DIC = 1, coherent_fill", Seed, "C01 DIC", "unhooked when dic_snoops_nc = coherent_fill", true)]
    [InlineData("FWB upgrades", Seed, "C01 FEAT_S2FWB", "unhooked when FWB = 1, fwb_ifetch = upgrades", true)]
    [InlineData("FWB without effect", Seed, "C01 FEAT_S2FWB", "unhooked when FWB = 1, fwb_ifetch = no_effect", false)]
    [InlineData("I = 1 with pou", Seed, "C01 SCTLR_EL1.I = 1 while the MMU is off", "unhooked when mmuoff_wt_point = pou", true)]
    [InlineData("I = 1 with poc_or_pou", Seed, "C01 SCTLR_EL1.I = 1 while the MMU is off", "unhooked when mmuoff_wt_point = poc_or_pou, DIC = 0", false)]
    [InlineData("FB = 0 with one migrating vCPU", Broadcast, "C04 local maintenance, closed by dsb ish", "kvm without fb when DIC = 0", false)]
    [InlineData("no switch barrier", Switch, "C05 a maintenance sequence cut by a migration", "kvm without sw when DIC = 0", false)]
    [InlineData("no switch barrier, BSU = 0", Switch, "C05 a maintenance sequence cut by a migration", "kvm without sw without bsu when DIC = 0", false)]
    [InlineData("DMB in its place", Switch, "C05 a maintenance sequence cut by a migration", "kvm with sw: dmb ish when DIC = 0", false)]
    [InlineData("a DSB in the new pCPU's hook", Switch, "C05 a maintenance sequence cut by a migration", "barrier_at_arrival when DIC = 0", false)]
    [InlineData("BSU is redundant", Switch, "C05 a maintenance sequence cut by a migration", "kvm without bsu", true)]
    [InlineData("the hook's own ISB is needless", Seed, "C01 two pCPUs: A stays, B moves to it", "kvm without isb", true)]
    [InlineData("the guest's ISB left out", Seed, "C01 two pCPUs: A stays, B moves to it", "kvm_2016 without guest_isb", true)]
    [InlineData("VMM text, MMU on: CVAU", Text, "VMM writes text, MMU on", "kvm without clean when IDC = 0", false)]
    [InlineData("VMM text, MMU on, IDC: IC alone", Text, "VMM writes text, MMU on", "kvm without clean when IDC = 1", true)]
    [InlineData("VMM text, MMU on: IC", Text, "VMM writes text, MMU on", "kvm without inval when DIC = 0", false)]
    [InlineData("VMM text, MMU on, DIC: nothing", Text, "VMM writes text, MMU on", "kvm without clean without inval when DIC = 1", true)]
    [InlineData("VMM text, MMU off: CVAC", Text, "VMM writes text, MMU off", "kvm without clean", false)]
    [InlineData("VMM text, MMU off: IC", Text, "VMM writes text, MMU off", "kvm without inval", false)]
    [InlineData("VMM text, MMU off: a DSB between", Text, "VMM writes text, MMU off", "kvm without between", false)]
    public void A_line_of_the_table_is_stated_and_so(string line, string file, string title, string row, bool holds)
    {
        var wanted = holds ? ExpectedVerdict.Holds : ExpectedVerdict.Violated;
        var scenario = Specs.LoadFile(file).Scenarios.Single(s => s.Name == title);
        var cells = Specs.Cells(scenario).Where(cell => Written(cell.Row) == row && cell.Expected == wanted).ToList();
        Assert.True(cells.Count > 0, $"{line}: '{title}' has no row '{row} : {wanted}'");
        var compiled = CompiledSystem.Compile(cells[0].Model.System);
        var (states, larger) = (0L, 0);
        foreach (var cell in cells.DistinctBy(cell => cell.Model.Freeze(cell.Cell).Key))
        {
            var result = Search.Run(
                compiled, cell.Frozen, SearchRequest.For(cell.Property) with { Limits = new SearchLimits(Largest) }, TestContext.Current.CancellationToken);
            states += result.States;
            larger += result.Verdict == Verdict.Undecided ? 1 : 0;
            Assert.True(result.Verdict is Verdict.Undecided || result.Verdict == (holds ? Verdict.Holds : Verdict.Violated), $"{line}: {cell}: {result.Verdict}");
        }

        output.WriteLine($"{line}: {states} states{(larger > 0 ? $", {larger} cells too large" : "")}");
    }

    /// <summary>A row as it is written.</summary>
    private static string Written(ExpectationRow row) => row.Conditions.IsEmpty
        ? row.Policy.Text
        : $"{row.Policy.Text} when {string.Join(", ", row.Conditions.Select(c => c.Values.Length == 1 ? $"{c.Name} = {c.Values[0]}" : $"{c.Name} in {{{string.Join(", ", c.Values)}}}"))}";
}
