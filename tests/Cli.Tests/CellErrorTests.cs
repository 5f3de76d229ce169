using CoherenceCheck.Cli.Checking;
using CoherenceCheck.Language.Diagnostics;

namespace CoherenceCheck.Cli.Tests;

/// <summary>Expectations that do not fit their cells: located errors, each with its code.</summary>
public sealed class CellErrorTests
{
    [Fact]
    public void A_cell_that_no_row_matches_is_an_error()
    {
        var run = Check("CTR_EL0.IDC in {0, 1} ; CTR_EL0.DIC = 0", "kvm when IDC = 0 : holds");
        Expect(run, "CC2001", "IDC = 1");
    }

    [Fact]
    public void Rows_that_contradict_each_other_are_an_error()
    {
        var run = Check("CTR_EL0.IDC in {0, 1} ; CTR_EL0.DIC = 0", "kvm : holds", "kvm when IDC = 0 : violated");
        Expect(run, "CC2002", "IDC = 0");
    }

    [Fact]
    public void A_row_that_no_cell_matches_is_an_error()
    {
        var run = Check("CTR_EL0.IDC = 0 ; CTR_EL0.DIC = 0", "kvm : holds", "kvm when IDC = 1 : violated");
        Expect(run, "CC2003", "no legal cell");
    }

    [Fact]
    public void An_illegal_combination_is_an_error_unless_the_machine_says_legal()
    {
        Expect(Check("CTR_EL0.IDC in {0, 1} ; CTR_EL0.DIC in {0, 1}", "kvm : holds"), "CC2004", "C1");
        Assert.Equal(0, Check("CTR_EL0.IDC in {0, 1} ; CTR_EL0.DIC in {0, 1} ; legal", "kvm : holds").Code);
    }

    [Fact]
    public void A_machine_of_which_no_combination_is_legal_is_an_error() =>
        Expect(Check("CTR_EL0.IDC = 0 ; CTR_EL0.DIC = 1 ; legal", "kvm : holds"), "CC2006", "no combination");

    [Fact]
    public void A_policy_that_behaves_in_too_many_ways_is_an_error()
    {
        var vcpus = string.Join('\n', Enumerable.Range(0, 6).Select(i => $"vcpu A{i} {{ SCTLR_EL1.M in any ; SCTLR_EL1.C in any ; SCTLR_EL1.I in any }} {{ exec x }}"));
        Expect(Run.Check(Many("page code = code RWX MemAttr any XN any", "frame code { x = old }", vcpus)), "CC2005", "different ways");
    }

    [Fact]
    public void More_combinations_than_can_be_counted_are_an_error()
    {
        var numbers = Enumerable.Range(0, 8).ToList();
        var pages = string.Join('\n', numbers.Select(i => $"page p{i} = f{i} RWX MemAttr any XN any"));
        var vcpus = string.Join('\n', Enumerable.Range(0, 6).Select(i => $"vcpu A{i} {{ SCTLR_EL1.M in any ; SCTLR_EL1.C in any ; SCTLR_EL1.I in any }} {{ exec x0 }}"));
        Expect(Run.Check(Many(pages, string.Join('\n', numbers.Select(i => $"frame f{i} {{ x{i} = old }}")), vcpus)), "CC2005", "combinations");
    }

    private static string Many(string pages, string frames, string vcpus) => Specs.Policies + $$"""

        scenario "many" {
          machine { pcpu P0 ; legal ; CLIDR_EL1.LoC in any ; CLIDR_EL1.LoUU in any }
          {{frames}}
          vm guest {
            {{pages}}
            {{vcpus}}
          }
          expect fresh_fetch { kvm : holds }
        }
        """;

    [Fact]
    public void A_loop_that_a_row_leaves_without_a_step_is_refused_where_it_stands()
    {
        var run = Run.Check(Specs.Rows("spins without only : holds") + "\npolicy spins { on vcpu_load(v, p) { forever { isb @only } } }");
        Expect(run, "CC0512", "the loop takes no step");
    }

    [Fact]
    public void A_folder_that_cannot_be_read_is_an_error_that_names_it()
    {
        var diagnostics = new List<Diagnostic>();
        SpecFiles.AddFolder("no/such/folder", [], diagnostics, CancellationToken.None);
        Assert.Equal("CC3002", Assert.Single(diagnostics).Code);
        Assert.Contains("no/such/folder", diagnostics[0].Message, StringComparison.Ordinal);
    }

    private static Run Check(string machine, params string[] rows) =>
        Run.Check(Specs.With("expect fresh_fetch {\n" + string.Join('\n', rows) + "\n}", machine: machine));

    private static void Expect(Run run, string code, string words)
    {
        Assert.Equal(2, run.Code);
        Assert.Equal("", run.Output);
        Assert.Matches(@"spec\.coh:\d+:\d+: error " + code, run.Error);
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
    }
}
