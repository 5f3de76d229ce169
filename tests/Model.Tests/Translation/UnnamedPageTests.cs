using CoherenceCheck.Explorer;
using CoherenceCheck.Model.Tests.Reference.Translation;
using CoherenceCheck.Model.Tests.Support;

namespace CoherenceCheck.Model.Tests.Translation;

/// <summary>Walks and speculative fetches go by every virtual page that has a leaf, whether or not a program names it (translation.md F1).</summary>
public sealed class UnnamedPageTests
{
    /// <summary>What a fetch by the page of another address left in the I-cache is there when its frame is put behind the page that the program fetches from.</summary>
    [Theory]
    [InlineData("isb ; exec g0", "", true)]
    [InlineData("isb ; exec g0 ; ldr [g1]", "", true)]
    [InlineData("isb ; exec g0", "ic ialluis ; dsb ish ; ", false)]
    public void A_fetch_nobody_asked_for_leaves_its_line(string program, string invalidates, bool isStale)
    {
        var text = $$"""
            policy p {
              on s2_fault(v, p, g, access, kind) { if !g.mapped && g.backing != none { map g, g.backing, RWX ; dsb ishst } }
            }
            scenario "a page that nobody names" {
              machine { pcpu P0 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 1 ; ID_AA64MMFR2_EL1.FWB = 1 ; reading nc_fetch_point = poc_only }
              frame f0 { x0 = a }
              frame f1 { x1 = b }
              vm m { page g0 = none backing f0 ; page g1 = f1 RWX ; vcpu A { SCTLR_EL1.M = 1 } { {{program}} } }
              task host {
                clear g1 ; dsb ishst ; tlbi vmalls12e1is ; dsb ish ; settle g1
                str img, [f1] ; dc civac, f1 ; dsb ish ; {{invalidates}}g0.backing = f1 ; publish g0
              }
              expect fresh_fetch { p : unstated }
            }
            """;
        var cell = Assert.Single(Specs.Cells(text));
        var found = Search.Run(CompiledSystem.Compile(cell.Bound), Transitions.FrozenValues.None, SearchRequest.For(cell.Property), TestContext.Current.CancellationToken);
        Assert.Equal(isStale ? Verdict.Violated : Verdict.Holds, found.Verdict);
        var row = cell.Scenario.Expectations[0].Rows[0];
        var hardware = new HardwareChoice(Dic: false, Idc: true, Fwb: true) { XnBlocksAlloc = true, NcFetchesAtPoU = false };
        Assert.Equal(isStale ? Outcome.Violated : Outcome.Holds, TranslationReference.Check(new Question(row.Policy.In(cell.Scenario), row.Policy.Policy, cell.Property, hardware)).Outcome);
    }
}
