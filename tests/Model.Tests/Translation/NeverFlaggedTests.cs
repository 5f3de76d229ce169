using CoherenceCheck.Explorer;
using CoherenceCheck.Model.Tests.Reference.Translation;
using CoherenceCheck.Model.Tests.Support;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests.Translation;

/// <summary>
/// A machine with a PE for each vCPU and nobody who disturbs it is what it is compared with: none of the four promises is ever broken (translation.md 9). Whole state
/// spaces of guests that do what they like, and random programs. <c>COHERENCECHECK_SEEDS=first..last</c> looks at other programs than usual.
/// </summary>
public sealed class NeverFlaggedTests(ITestOutputHelper output)
{
    private const string One = "vcpu A on {P0} { SCTLR_EL1.M = 1 ; map b -> g0 asid 1 }";
    private const string Off = "vcpu A on {P0} { SCTLR_EL1.M = 0 ; map g0 -> g0 asid 1 }";
    private const string On = "vcpu A on {P0} { SCTLR_EL1.M = 1 ; map g0 -> g0 asid 1 }";
    private const string Other = "vcpu B on {P1} { SCTLR_EL1.M = 1 ; map g0 -> g0 asid 2 }";
    private const string Nc = "vcpu A on {P0} { SCTLR_EL1.M = 1 ; map g0 -> g0 asid 1 nc }";
    private const string BothNames = "vcpu A on {P0} { SCTLR_EL1.M = 1 ; map g0 -> g0 asid 1 ; map b -> g0 asid 1 nc }";
    private const string Shared = "map b -> g0 asid 1\nvcpu A on {P0} { SCTLR_EL1.M = 1 }";
    private const string Sharing = "vcpu B on {P1} { SCTLR_EL1.M = 1 }";

    [Theory]

    // Translations: remaps with each TLBI, its own and another's.
    [InlineData("private_translation", 2, 1, 1, Shared + " any { load remap vae1is dsb } at {b}", Sharing + " any { load store vaae1 dsb } at {b}")]
    [InlineData("private_translation", 2, 1, 1, Shared + " any { load remap vmalle1is dsb isb mmu } at {b}", Sharing + " any { load vmalle1 dsb } at {b}")]
    [InlineData("private_translation", 2, 1, 1, Shared + " any { load remap aside1 dsb } at {b}", Sharing + " any { load remap aside1is dsb } at {b}")]
    [InlineData("private_translation", 2, 1, 1, Shared + " any { load remap vale1 vaale1is dsb } at {b}", Sharing + " any { load remap vale1is dsb } at {b}")]
    [InlineData("private_translation", 2, 1, 1, On + " any { fetch load remap vae1 vmalle1 dsb isb mmu }", "")]

    // At pages that stand at their own address as well.
    [InlineData("private_translation", 2, 1, 1, One + " any { load vae1 vmalle1 dsb isb mmu }", "")]
    [InlineData("private_translation", 2, 1, 1, One + " any { load remap vmalle1 } at {b, g1}", "")]
    [InlineData("fresh_data", 2, 0, 0, One + " any { load store civac dsb }", "")]
    [InlineData("fresh_fetch", 2, 1, 0, One + " any { fetch store ivau dsb isb mmu } at {b, g0}", "")]

    // Data: DCs of each kind, the MMU off and on, IDC = 0, remaps, two names of a page.
    [InlineData("fresh_data", 1, 0, 0, Off + " any { load store civac cvac dsb isb mmu }", "")]
    [InlineData("fresh_data", 1, 1, 0, Off + " any { load store civac dsb isb mmu }", Other + " any { store cvac dsb }")]
    [InlineData("fresh_data", 1, 0, 0, Nc + " any { load store cvau cvac dsb }", Other + " any { load store civac dsb }")]
    [InlineData("fresh_data", 2, 0, 0, One + " any { load store remap vae1 dsb } at {b}", "")]
    [InlineData("fresh_data", 2, 0, 0, One + " any { load store remap civac dsb } at {b}", "")]
    [InlineData("fresh_data", 1, 1, 0, On + " any { load store remap civac vmalle1 dsb isb mmu }", "")]
    [InlineData("fresh_data", 1, 0, 0, BothNames + " any { load store civac cvac dsb }", "")]

    // Fetches: the pipeline, ICs, IDC = 0 and DIC = 1, the MMU, remaps.
    [InlineData("fresh_fetch", 1, 0, 0, On + " any { fetch store dc ivau dsb isb }", "")]
    [InlineData("fresh_fetch", 1, 0, 0, Off + " any { fetch store cvau ivau dsb isb mmu }", "")]
    [InlineData("fresh_fetch", 1, 0, 0, Off + " any { fetch store civac iallu dsb isb mmu }", "")]
    [InlineData("fresh_fetch", 1, 0, 0, Nc + " any { fetch store isb ivau dsb }", Other + " any { store civac dsb }")]
    [InlineData("fresh_fetch", 1, 0, 0, Nc + " any { fetch store isb ialluis dsb }", Other + " any { cvau dsb }")]
    [InlineData("fresh_fetch", 1, 1, 1, Off + " any { fetch store ivau civac dsb isb mmu }", "")]
    [InlineData("fresh_fetch", 1, 1, 0, Off + " any { fetch store ic civac dsb isb mmu }", "")]
    [InlineData("fresh_fetch", 2, 1, 0, One + " any { fetch store remap vae1 dsb isb } at {b}", "")]
    [InlineData("fresh_fetch", 2, 0, 0, One + " any { fetch store remap cvau ivau dsb isb } at {b}", "")]
    [InlineData("isolation", 2, 0, 0, One + " any { fetch load remap vae1 dsb isb } at {b}", "")]
    public void Any_guests_of_private_machines_are_never_flagged(string property, int pages, int idc, int dic, string first, string second) =>
        Holds(Alphabet("bare_metal", property, pages, idc, dic, fwb: 0, first, second), system => system);

    /// <summary>Under a hypervisor that does nothing a machine that forces Write-Back loses nothing that a private one keeps.</summary>
    [Theory]
    [InlineData("fresh_data", 1, Off + " any { load store mmu civac dsb isb }")]
    [InlineData("fresh_data", 2, One + " any { load store remap vae1 dsb } at {b}")]
    [InlineData("fresh_fetch", 1, Off + " any { fetch store mmu ivau dsb isb }")]
    [InlineData("private_translation", 2, One + " any { load remap vae1is vmalle1 dsb isb mmu } at {b}")]
    [InlineData("isolation", 2, One + " any { fetch load store remap vmalle1 dsb } at {b}")]
    public void Nor_are_those_of_pinned_ones_that_force_Write_Back(string property, int pages, string guest) =>
        Holds(Alphabet("none", property, pages, 1, 0, fwb: 1, guest, ""), system => system);

    /// <summary>A ghost that promises more than a private machine keeps accuses it.</summary>
    [Theory]
    [InlineData("a DC that acts before its DSB", "fresh_fetch", 0, Nc + " any { fetch store isb ivau dsb }", Other + " any { store cvau dsb }")]
    [InlineData("a walk after a TLBI", "private_translation", 1, Shared + " any { load remap vae1is dsb } at {b}", Sharing + " any { load } at {b}")]
    [InlineData("a copy that is evicted", "fresh_data", 1, Off + " any { load store civac dsb isb mmu }", "")]
    [InlineData("a fetch after an IC", "fresh_fetch", 1, On + " any { fetch store ivau dsb isb }", "")]
    public void A_ghost_that_promises_too_much_is_caught(string forgets, string property, int idc, string first, string second)
    {
        Func<Fill, bool> isForgotten = forgets switch
        {
            "a DC that acts before its DSB" => fill => fill.Target.Name == "gH" && fill.Name.Contains("Clean", StringComparison.Ordinal),
            "a walk after a TLBI" => fill => fill.Target.Name == "gTJ" && fill.Name.StartsWith("fill", StringComparison.Ordinal),
            "a copy that is evicted" => fill => fill.Target.Name == "gH",
            _ => fill => fill.Target.Name == "gJ" && fill.Name.StartsWith("fill", StringComparison.Ordinal),
        };
        var cell = Assert.Single(Specs.Cells(Alphabet("bare_metal", property, 2, idc, 0, fwb: 0, first, second)));
        var system = cell.Bound with { Fills = [.. cell.Bound.Fills.Where(fill => !isForgotten(fill))] };
        Assert.NotEqual(cell.Bound.Fills.Length, system.Fills.Length);
        var result = Search.Run(CompiledSystem.Compile(system), FrozenValues.None, SearchRequest.For(property) with { Limits = new SearchLimits(300_000) }, TestContext.Current.CancellationToken);
        Assert.Equal(Verdict.Violated, result.Verdict);
    }

    [Theory]
    [InlineData("bare_metal", 120)]
    [InlineData("none", 30)]
    public void Random_programs_of_private_machines_are_never_flagged(string policy, int programs)
    {
        var range = (Environment.GetEnvironmentVariable("COHERENCECHECK_SEEDS") ?? $"1..{programs}").Split("..");
        var (first, last) = (int.Parse(range[0]), int.Parse(range[^1]));
        var (states, undecided) = (0L, 0);
        for (var seed = first; seed <= last; seed++)
        {
            // A hypervisor's own alias of memory is no private machine's, unless Write-Back is forced (specs/translation/c15-mmu-toggle.coh).
            var forces = policy == "none";
            var program = new PrivateGenerator(seed, asSpec: true).Program(12);
            program = forces ? program with { Setting = program.Setting with { Idc = true } } : program;
            var property = RandomScenario.Properties[seed % RandomScenario.Properties.Length];
            var text = PrivateSpec.InOrder(program).ToText(policy, property, forces);
            var cell = Assert.Single(Specs.Cells(text));
            var result = Search.Run(
                CompiledSystem.Compile(cell.Bound), FrozenValues.None, SearchRequest.For(property) with { Limits = new SearchLimits(60_000) }, TestContext.Current.CancellationToken);
            Assert.True(result.Verdict != Verdict.Violated, $"seed {seed}, {policy}, {property}: {result.Violation} {result.ModelError}\n{program}\n{text}");
            states += result.States;
            undecided += result.Verdict == Verdict.Undecided ? 1 : 0;
        }

        output.WriteLine($"seeds {first}..{last}: {undecided} programs larger than the limit, {states} states");
        Assert.True(undecided * 5 <= last - first + 1);
    }

    private static string Alphabet(string policy, string property, int pages, int idc, int dic, int fwb, string first, string second) =>
        $$"""
        scenario "private machine" {
          machine { pcpu P0 ; {{(second.Length > 0 ? "pcpu P1 ; " : "")}}CTR_EL0.IDC = {{idc}} ; CTR_EL0.DIC = {{dic}} ; ID_AA64MMFR2_EL1.FWB = {{fwb}} ; reading nc_fetch_point = poc_only }
          {{string.Join("\n  ", Enumerable.Range(0, pages).Select(g => $"frame f{g} {{ x{g} = n{g} }}"))}}
          vm guest {
            {{string.Join(" ; ", Enumerable.Range(0, pages).Select(g => $"page g{g} = f{g} RWX"))}}
            {{first}}
            {{second}}
          }
          expect {{property}} { {{policy}} : holds }
        }
        """;

    private void Holds(string text, Func<TransitionSystem, TransitionSystem> change)
    {
        var cell = Assert.Single(Specs.Cells(text));
        var result = Search.Run(
            CompiledSystem.Compile(change(cell.Bound)), FrozenValues.None, SearchRequest.For(cell.Property) with { Limits = new SearchLimits(400_000) }, TestContext.Current.CancellationToken);
        output.WriteLine($"{result.States} states");
        Assert.True(result.Verdict == Verdict.Holds, $"{result.Verdict} after {result.Depth} steps, {result.States} states\n{text}");
    }
}
