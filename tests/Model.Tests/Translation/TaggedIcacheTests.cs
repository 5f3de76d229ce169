using System.Globalization;
using CoherenceCheck.Explorer;
using CoherenceCheck.Explorer.Reductions;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Tests.Reference.Translation;
using CoherenceCheck.Model.Tests.Support;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests.Translation;

/// <summary>
/// Laws of I-caches whose lines are tagged by VMID (translation.md V6), on random scenarios. <c>COHERENCECHECK_SEEDS=first..last</c> looks at others than usual.
/// That the program and the reference agree is in <see cref="ProgramAgreesTests"/>.
/// </summary>
public sealed class TaggedIcacheTests(ITestOutputHelper output)
{
    private const long MostStates = 60_000;

    /// <summary>Where there is one VMID for good and the host's ICs are at EL2, a tag tells nothing apart: the same states at the same depths.</summary>
    [Fact]
    public void One_VMID_for_good_is_as_none()
    {
        var (compared, same) = (0, 0);
        foreach (var seed in Seeds(1, 60))
        {
            var (untagged, tagged) = Pair(RandomScenario.WithOneVmid(seed));
            foreach (var (plain, other) in Cells(untagged.Text).Zip(Cells(tagged.Text)))
            {
                // Bare metal has no tag at all: the text of its system is not even another.
                var (expected, found) = (Explore(plain), Explore(other));
                if (expected.Verdict == Verdict.Undecided || found.Verdict == Verdict.Undecided)
                {
                    continue;
                }

                compared++;
                Assert.True(expected.Verdict == found.Verdict, $"seed {seed}, {plain}: {expected.Verdict}, tagged {found.Verdict}\n{tagged.Text}");
                if (IsByAddress(plain))
                {
                    same++;
                    Assert.True((expected.States, expected.Depth) == (found.States, found.Depth), $"seed {seed}, {plain}: {expected.States} states, tagged {found.States}\n{tagged.Text}");
                }
            }
        }

        output.WriteLine($"{compared} cells compared, {same} by their counts");
        Assert.True(same >= 20);
    }

    /// <summary>A tag hides what another VMID left, and an IC that does not reach it leaves it: both verdicts turn over on random scenarios.</summary>
    [Fact]
    public void Tags_hide_and_keep()
    {
        var (hidden, kept) = (0, 0);
        foreach (var seed in Seeds(1, 40))
        {
            var (untagged, tagged) = Pair(RandomScenario.Tagged(seed));
            foreach (var (plain, other) in Cells(untagged.Text).Zip(Cells(tagged.Text)))
            {
                var (without, with) = (Explore(plain).Verdict, Explore(other).Verdict);
                hidden += without == Verdict.Violated && with == Verdict.Holds ? 1 : 0;
                kept += without == Verdict.Holds && with == Verdict.Violated ? 1 : 0;
            }
        }

        output.WriteLine($"{hidden} hold by tags, {kept} are violated by them");
        Assert.True(hidden > 0 && kept > 0, $"{hidden} hold by tags, {kept} are violated by them");
    }

    /// <summary>Each guest alone on its pCPU, nobody who disturbs it: its own ICs are enough.</summary>
    [Fact]
    public void Pinned_guests_are_never_flagged()
    {
        var undecided = 0;
        foreach (var seed in Seeds(1, 30))
        {
            var program = new PrivateGenerator(seed, asSpec: true).Program(12);
            program = program with { Setting = program.Setting with { Idc = true } };
            var property = seed % 2 == 0 ? "fresh_fetch" : "isolation";
            var text = PrivateSpec.InOrder(program).ToText("none", property, forcesWriteBack: true).Replace(" ; CTR_EL0.IDC", " ; icache tag vmid ; CTR_EL0.IDC", StringComparison.Ordinal);
            Assert.Contains("tag vmid", text, StringComparison.Ordinal);
            var result = Explore(Assert.Single(Specs.Cells(text)));
            Assert.True(result.Verdict != Verdict.Violated, $"seed {seed}, {property}\n{text}");
            undecided += result.Verdict == Verdict.Undecided ? 1 : 0;
        }

        output.WriteLine($"{undecided} undecided");
        Assert.True(undecided <= 10);
    }

    /// <summary>A reduction changes no verdict, and no length of a counterexample.</summary>
    [Fact]
    public void Reductions_change_nothing()
    {
        var compared = 0;
        foreach (var seed in Seeds(1, 24))
        {
            foreach (var cell in Cells(RandomScenario.Tagged(seed).Text))
            {
                var whole = Explore(cell);
                if (whole.Verdict == Verdict.Undecided)
                {
                    continue;
                }

                foreach (var reduction in new[] { Reduction.Symmetry, Reduction.PartialOrder, Reduction.Slicing, Reduction.All })
                {
                    var reduced = Explore(cell, reduction);
                    Assert.Null(reduced.ModelError);
                    Assert.True(
                        reduced.Verdict == whole.Verdict && (whole.Verdict != Verdict.Violated || reduced.Depth == whole.Depth),
                        $"seed {seed}, {cell}, {reduction}: {whole.Verdict} at {whole.Depth}, reduced {reduced.Verdict} at {reduced.Depth}");
                    compared++;
                }
            }
        }

        output.WriteLine($"{compared} compared");
        Assert.True(compared >= 40);
    }

    /// <summary>A trace has a column for each VMID of each I-cache, says under which one a line entered it and left it, and points to the one where the fetch found it.</summary>
    [Fact]
    public void A_trace_names_the_VMID()
    {
        var cell = Faults.FaultCells.Shipped("c19-vpipt", "C19 (ii) a number that another VM had", "fresh_fetch", "rollover without ic");
        var trace = Explore(cell).Trace.Select(step => (step.Instance, step.State)).ToList();
        var narrated = cell.Model.Narrate(cell.Cell, trace, cell.Property);
        Assert.Equal(["P0 VMID 1", "P0 VMID 2"], Assert.Single(narrated.Panels, panel => panel.Name == "I-cache").Columns.Select(column => column.Name));
        var notes = narrated.Steps.SelectMany(step => step.Notes).ToList();
        Assert.Contains(notes, note => note is Filled && note.Text.StartsWith("P0 VMID 1 I-cache: x = old, filled from the PoU", StringComparison.Ordinal));
        Assert.Contains(narrated.Steps, step => step.Action == "ic ivau x takes effect on P0 VMID 2");
        var judged = Assert.Single(notes.OfType<Judged>());
        Assert.Equal(new PanelPlace("I-cache", 0), judged.From);
    }

    /// <summary>What EL2 alone can do, and what executes at EL1 while a guest's VTTBR_EL2 is in force, is refused where it stands.</summary>
    [Theory]
    [InlineData("on vcpu_load(v, p) { el1 { with v.mmu { ic iallu ; dsb nsh } } }", "`with` at EL1")]
    [InlineData("on vcpu_load(v, p) { with v.mmu { el1 { ic iallu } } }", "`el1` within `with`")]
    [InlineData("on vcpu_load(v, p) { el1 { msr VTTBR_EL2, v.mmu ; isb } }", "`msr VTTBR_EL2, v.mmu` at EL1")]
    [InlineData("on vcpu_load(v, p) { el1 { tlbi vmalle1 } }", "`tlbi vmalle1` at EL1")]
    [InlineData("on maintenance(v, p, op) { el1 { complete } }", "`complete` at EL1")]
    [InlineData("on vcpu_load(v, p) { el1 { call f(v.mmu) } } proc f(m: mmu) { with m { ic iallu } }", "`with` at EL1")]
    public void What_EL2_alone_can_do_is_refused_at_EL1(string handler, string says)
    {
        var text =
            $$"""
            policy p { {{handler}} }
            scenario "refused" {
              machine { pcpu P0 ; icache tag vmid ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 1 }
              frame f { x = old }
              vm guest { page g = f RWX wb ; vcpu A { SCTLR_EL1.M = 1 } { ic ivau, g ; dsb ish ; isb ; exec g } }
              expect fresh_fetch { p : unstated }
            }
            """;
        var refusal = Assert.Throws<InvalidOperationException>(() => Specs.Cells(text).ToList());
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>What a machine of many pCPUs and VMIDs comes to is more than a set may have: it is refused where that is said, not cut off.</summary>
    [Theory]
    [InlineData(8, 7, true)]
    [InlineData(8, 8, false)]
    public void Too_many_tags_are_refused(int pcpus, int vmids, bool fits)
    {
        var text =
            $$"""
            policy writes { on vcpu_load(v, p) { msr VTTBR_EL2, v.mmu, 1 ; isb } on switch_out(v, p) { dsb ish } }
            scenario "many" {
              machine { {{string.Join(" ; ", Enumerable.Range(0, pcpus).Select(p => $"pcpu P{p}"))}} ; vmids {{vmids}} ; icache tag vmid ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 1 }
              frame f { x = old }
              vm guest { page g = f RWX wb ; vcpu A { SCTLR_EL1.M = 1 } any { exec isb } }
              expect fresh_fetch { writes : unstated }
            }
            """;
        if (fits)
        {
            Assert.Single(Specs.Cells(text));
            return;
        }

        var refusal = Assert.Throws<InvalidOperationException>(() => Specs.Cells(text).ToList());
        Assert.Contains("8 I-caches tagged by 8 VMIDs", refusal.Message, StringComparison.Ordinal);
    }

    private static (RandomScenario Untagged, RandomScenario Tagged) Pair(RandomScenario random) => (random.WithTags(false), random.WithTags(true));

    private static IEnumerable<CellCase> Cells(string text) => Specs.Cells(Assert.Single(Specs.Load(text).Scenarios));

    private static bool IsByAddress(CellCase cell) => cell.Model.System.Variables.Any(variable => variable.Name == "S2");

    private static Exploration Explore(CellCase cell, Reduction reductions = Reduction.None) => Search.Run(
        CompiledSystem.Compile(cell.Model.System), cell.Frozen,
        SearchRequest.For(cell.Property) with { Limits = new SearchLimits(MostStates), Reductions = reductions, ReduceFrom = 0 }, TestContext.Current.CancellationToken);

    private static IEnumerable<int> Seeds(int first, int last)
    {
        var range = (Environment.GetEnvironmentVariable("COHERENCECHECK_SEEDS") ?? $"{first}..{last}").Split("..");
        return Enumerable.Range(int.Parse(range[0], CultureInfo.InvariantCulture), int.Parse(range[^1], CultureInfo.InvariantCulture) - int.Parse(range[0], CultureInfo.InvariantCulture) + 1);
    }
}
