using CoherenceCheck.Explorer;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Tests.Support;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests;

/// <summary>Cells and their rows, tasks, and publication.</summary>
public sealed class CellTests
{
    [Theory]
    [InlineData("CTR_EL0.DIC in {0, 1} ; CTR_EL0.IDC = 1", "kvm when DIC = 0 : holds", "CC2001")]
    [InlineData("CTR_EL0.DIC in {0, 1} ; CTR_EL0.IDC = 1", "kvm : holds\n kvm when DIC = 0 : violated", "CC2002")]
    [InlineData("CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 1", "kvm when DIC = 0 : holds\n kvm when DIC = 1 : holds", "CC2003")]
    [InlineData("CTR_EL0.DIC = 1 ; CTR_EL0.IDC = 0", "kvm : holds", "CC2004")]
    [InlineData("CTR_EL0.DIC = 1 ; CTR_EL0.IDC = 0 ; legal", "kvm : holds", "CC2006")]
    public void Cells_that_are_not_well_told_are_reported(string machine, string rows, string code)
    {
        var scenario = Assert.Single(Specs.Load(Spec(machine, rows)).Scenarios);
        var diagnostics = new List<Diagnostic>();
        Specs.Plan([]).Of(scenario, scenario.Expectations[0], diagnostics, TestContext.Current.CancellationToken);
        Assert.Contains(diagnostics, diagnostic => diagnostic.Code == code && diagnostic.Span is not null);
    }

    [Theory]
    [InlineData("CTR_EL0.DIC in {0, 1} ; CTR_EL0.IDC in {0, 1} ; legal", "kvm : holds", 3)]
    [InlineData("CTR_EL0.DIC in {0, 1} ; CTR_EL0.IDC in {0, 1} ; legal", "kvm when DIC = 0 : holds\n kvm when DIC = 1 : holds", 3)]
    [InlineData("CTR_EL0.DIC = 0 ; CTR_EL0.IDC in {0, 1} ; reading dic_snoops_nc in any", "kvm : holds", 6)]
    [InlineData("CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0", "kvm : holds needless isb", 2)]
    public void Every_legal_combination_is_a_cell(string machine, string rows, int cells) =>
        Assert.Equal(cells, Specs.Cells(Spec(machine, rows)).Sum(cell => cell.Cell.Where.Count));

    [Theory]
    [InlineData("", "str new, [x] ; publish x", Verdict.Violated)]
    [InlineData("", "str new, [x] ; dc cvau, x ; dsb ish ; ic ivau, x ; dsb ish ; publish x", Verdict.Holds)]
    [InlineData("", "str new, [x] ; dc cvau, x ; ic ivau, x ; dsb ish ; publish x", Verdict.Violated)]
    [InlineData("", "str new, [x] ; dc cvau, x ; dsb ish ; ic ivau, x ; publish x", Verdict.Violated)]
    [InlineData("", "str new, [x] ; dc cvau, x ; dsb ish ; ic ivau, x ; dsb ish", Verdict.Holds)]
    [InlineData("", "str new, [x]", Verdict.Holds)]
    [InlineData(" on {P1}", "str new, [x] ; dc cvau, x ; dsb ish ; ic ivau, x ; dsb ish ; publish x", Verdict.Holds)]
    [InlineData(" on {P1}", "str new, [x] ; dc cvau, x ; dsb ish ; ic iallu ; dsb ish ; publish x", Verdict.Violated)]
    public void What_the_host_publishes_every_vcpu_must_see(string place, string body, Verdict verdict) =>
        Assert.Equal(verdict, Task(place, body).Explore().Verdict);

    [Fact]
    public void A_task_of_a_pcpu_runs_while_no_vcpu_is_loaded_there_and_one_of_its_own_always()
    {
        foreach (var (place, own) in new[] { (" on {P0}", false), ("", true) })
        {
            var cell = Task(place, "str new, [x]");
            var naive = new CoherenceCheck.Shared.NaiveSearch(cell.Bound, FrozenValues.None, null, null, deadlock: false, 100_000);
            var (current, counter) = (cell.Bound.Find("cur"), cell.Bound.Find("pc.vmm"));
            var interpreter = new Interpreter(cell.Bound, FrozenValues.None);
            var steps = naive.Reachable.Where(state => state[counter, 0] == 0)
                .Select(state => (Loaded: state[current, 0] < 1, Runs: interpreter.Successors(state).Any(s => s.Instance!.Rule.Label.Agent == "task"))).ToList();
            Assert.All(steps, step => Assert.Equal(own || !step.Loaded, step.Runs));
            Assert.Contains(steps, step => step.Loaded);
        }
    }

    private static CellCase Task(string place, string body) => Assert.Single(Specs.Cells(
        $$"""
        scenario "task" {
          machine { pcpu P0 ; pcpu P1 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 }
          frame code { x = old }
          vm guest { page code = code RWX wb ; vcpu A on {P0} { SCTLR_EL1.M = 1 } any { fetch isb } }
          task vmm{{place}} { {{body}} }
          expect fresh_fetch { none : unstated }
        }
        """));

    private static string Spec(string machine, string rows) => Specs.Kvm +
        $$"""
        scenario "cells" {
          machine { pcpu P0 ; {{machine}} }
          frame code { x = old }
          vm guest { page code = code RWX wb ; vcpu A { SCTLR_EL1.M = 1 } { exec x } }
          expect fresh_fetch {
            {{rows}}
          }
        }
        """;
}
