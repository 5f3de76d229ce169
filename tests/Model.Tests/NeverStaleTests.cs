using CoherenceCheck.Explorer;
using CoherenceCheck.Model.Tests.Reference;
using CoherenceCheck.Model.Tests.Support;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests;

/// <summary>Bare metal against itself, and pinned 1:1 under a hypervisor, is never stale (docs/model.md, Stale): whole state spaces.</summary>
public sealed class NeverStaleTests(ITestOutputHelper output)
{
    private const string AllReadings =
        "CTR_EL0.DIC in {0, 1} ; CTR_EL0.IDC in {0, 1} ; legal ; reading dic_snoops_nc in any ; reading dic_ic_nop in any ; reading ic_instant in any ; reading dsb_domain in any";

    [Theory]
    [InlineData("A", "M = 1", "fetch load store dc ic barrier mmu tlbi", "in any")]
    [InlineData("A", "M = 0", "fetch load store dc ic barrier mmu tlbi", "in any")]
    [InlineData("B", "M = 0", "fetch store cvau ivau dsb isb", "= poc_only")]
    [InlineData("B", "M = 0", "fetch cvau iallu dsb isb mmu", "= poc_only")]
    [InlineData("B", "M = 0", "fetch ivau dsb isb", "in any")]
    public void Any_guests_are_not_stale_on_bare_metal(string last, string sctlr, string alphabet, string ncFetchPoint)
    {
        var b = last == "B" ? "vcpu B { SCTLR_EL1.M = 1 } any { fetch store cvau cvac ivau iallu dsb isb }" : "";
        Holds(
            $$"""
            scenario "any guests" {
              machine { pcpu P0 ; {{AllReadings}} ; reading nc_fetch_point {{ncFetchPoint}} }
              frame code { x = old }
              vm guest {
                page code = code RWX wb
                vcpu A { SCTLR_EL1.{{sctlr}} ; SCTLR_EL1.I = 0 } any { {{alphabet}} }
                {{b}}
              }
              expect fresh_fetch { bare_metal : holds }
            }
            """);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("kvm")]
    [InlineData("kvm without ic")]
    public void Any_guests_that_are_pinned_are_not_stale(string policy) => Holds(
        Specs.Kvm +
        $$"""
        scenario "pinned any guests" {
          machine { pcpu P0 ; pcpu P1 ; {{AllReadings}} ; reading nc_fetch_point = poc_only }
          frame code { x = old }
          vm guest {
            page code = code RWX wb
            vcpu A on {P0} { SCTLR_EL1.M = 0 ; SCTLR_EL1.I = 0 } any { fetch dsb isb mmu }
            vcpu B on {P1} { SCTLR_EL1.M = 1 } any { fetch store cvau ivau dsb isb }
          }
          expect fresh_fetch { {{policy}} : holds }
        }
        """);

    [Theory]
    [InlineData("bare_metal", 1000, 1)]
    [InlineData("none", 800, 0)]
    [InlineData("kvm", 400, 0)]
    public void Random_programs_are_not_stale(string policy, int programs, int stores)
    {
        var (states, undecided) = (0L, 0);
        for (var seed = 1; seed <= programs; seed++)
        {
            var program = GuestProgram.Random(seed, (StoreKind)stores, 11);
            var cell = Assert.Single(Specs.Cells(program.ToSpec(policy)));
            var result = Search.Run(
                CompiledSystem.Compile(cell.Bound), FrozenValues.None,
                SearchRequest.For("fresh_fetch") with { Limits = new SearchLimits(300_000) }, TestContext.Current.CancellationToken);
            Assert.True(result.Verdict != Verdict.Violated, $"seed {seed}, {policy}: stale\n{program}");
            states += result.States;
            undecided += result.Verdict == Verdict.Undecided ? 1 : 0;
        }

        output.WriteLine($"{programs} programs, {undecided} of them larger than the limit, {states} states");
        Assert.True(undecided < programs / 10);
    }

    private void Holds(string spec)
    {
        CompiledSystem? compiled = null;
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var (states, largest) = (0L, 0L);
        foreach (var cell in Specs.Cells(spec))
        {
            var (frozen, key) = cell.Model.Freeze(cell.Cell);
            if (!keys.Add(key))
            {
                continue;
            }

            compiled ??= CompiledSystem.Compile(cell.Model.System);
            var result = Search.Run(compiled, frozen, SearchRequest.For(cell.Property), TestContext.Current.CancellationToken);
            Assert.True(result.Verdict == Verdict.Holds, $"{cell}: {result.Verdict} after {result.Depth} steps");
            states += result.States;
            largest = Math.Max(largest, result.States);
        }

        output.WriteLine($"{keys.Count} different cells, {states} states, the largest has {largest}");
    }
}
