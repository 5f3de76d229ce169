using CoherenceCheck.Explorer;
using CoherenceCheck.Model.Tests.Support;

namespace CoherenceCheck.Model.Tests;

/// <summary>Promises that do not wait for the reader's own synchronisation, and who gives it one.</summary>
public sealed class KickTests
{
    private const string Written = "str new, [x] ; dc cvau, x ; dsb ish ; ic ivau, x ; dsb ish ; ";

    /// <summary>What was captured before the maintenance is delivered until a context synchronisation event; an interrupt is one, an IC is none.</summary>
    [Theory]
    [InlineData(Written + "publish x now", Verdict.Violated)]
    [InlineData(Written + "kick A ; publish x now", Verdict.Holds)]
    [InlineData("kick A ; " + Written + "publish x now", Verdict.Violated)]
    [InlineData(Written + "publish x now ; kick A", Verdict.Violated)]
    [InlineData(Written + "publish x", Verdict.Holds)]
    [InlineData("str new, [x] ; dc cvau, x ; dsb ish ; kick A ; publish x now", Verdict.Violated)]
    public void A_fetch_that_begins_after_publish_now_sees_it_where_the_reader_was_interrupted(string task, Verdict verdict)
    {
        Assert.Equal(verdict, Spec("none", task, "exec x ; exec x").Explore().Verdict);
        Assert.Equal(verdict, Spec("bare_metal", task, "exec x ; exec x").Explore().Verdict);
    }

    /// <summary>The reader's own ISB does it as well, if it comes between the maintenance and the promise.</summary>
    [Theory]
    [InlineData("exec x ; await vmm at end ; isb ; publish x now ; exec x", Verdict.Holds)]
    [InlineData("exec x ; await vmm at end ; publish x now ; exec x", Verdict.Violated)]
    [InlineData("exec x ; isb ; await vmm at end ; publish x now ; exec x", Verdict.Violated)]
    public void A_program_says_from_where_it_relies_on_what_it_reads(string program, Verdict verdict) =>
        Assert.Equal(verdict, Spec("none", Written, program).Explore().Verdict);

    /// <summary>An interrupt is taken where the vCPU executes: a task on its pCPU runs only while it does not, and waits for ever.</summary>
    [Theory]
    [InlineData(" on {P0}", Verdict.Holds)]
    [InlineData("", Verdict.Violated)]
    public void A_kick_waits_until_the_vcpu_executes(string place, Verdict verdict) => Assert.Equal(verdict, Assert.Single(Specs.Cells(
        $$"""
        scenario "kicked" {
          machine { pcpu P0 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 }
          frame code { x = old }
          vm guest { page code = code RWX wb ; vcpu A { SCTLR_EL1.M = 1 } { isb } }
          task vmm{{place}} { kick A }
          property waits: !(vmm at end)
          expect waits { none : unstated }
        }
        """)).Explore().Verdict);

    /// <summary>SCTLR_EL1 that was written is in force after an interrupt, for bare metal as well.</summary>
    [Theory]
    [InlineData("kick A", Verdict.Violated)]
    [InlineData("await A at end", Verdict.Holds)]
    public void An_interrupt_synchronises_the_reader_as_its_own_isb_does(string between, Verdict verdict)
    {
        // Earned by A alone: its IC is complete, and only a context synchronisation event empties its pipeline.
        var cell = Assert.Single(Specs.Cells(
            $$"""
            scenario "kicked" {
              machine { pcpu P0 ; pcpu P1 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 }
              frame code { x = old }
              vm guest {
                page code = code RWX wb
                vcpu A on {P0} { SCTLR_EL1.M = 1 } { {{Written}} await vmm at end ; exec x }
                vcpu B on {P0} { SCTLR_EL1.M = 0 ; SCTLR_EL1.I = 0 } any { fetch isb }
              }
              task vmm { await A at end || true ; {{(between.StartsWith("await", StringComparison.Ordinal) ? "dsb ish" : between)}} }
              expect fresh_fetch { none : unstated }
            }
            """));
        Assert.Equal(verdict, cell.Explore().Verdict);
    }

    private static CellCase Spec(string policy, string task, string program) => Assert.Single(Specs.Cells(
        $$"""
        scenario "published" {
          machine { pcpu P0 ; pcpu P1 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 }
          frame code { x = old }
          vm guest { page code = code RWX wb ; vcpu A on {P0} { SCTLR_EL1.M = 1 } { {{program}} } }
          task vmm on {P1} { {{task}} }
          expect fresh_fetch { {{policy}} : unstated }
        }
        """));
}
