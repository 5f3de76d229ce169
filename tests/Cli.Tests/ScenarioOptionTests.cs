using System.Text.Json;

namespace CoherenceCheck.Cli.Tests;

/// <summary><c>check --scenario</c>: some scenarios of all, as they would be checked among the others.</summary>
public sealed class ScenarioOptionTests
{
    /// <summary>Three scenarios over one library, of which each uses another part; the cover of the last is never reached.</summary>
    private const string Three = """
        policy lib {
          on vcpu_load(v, p) {
            if v.SCTLR_EL1.M == 1 { ic iallu @on } else { ic iallu @off }
          }
        }
        policy dead { on vcpu_load(v, p) { if false { isb @never } } }
        scenario "MMU on" {
          machine { pcpu P0 ; CTR_EL0.DIC = 0 }
          frame code { x = old }
          vm guest { page code = code ; vcpu A { SCTLR_EL1.M = 1 } { exec x } }
          cover through: A at end
          expect fresh_fetch { lib : holds ; none : holds }
        }
        scenario "MMU off" {
          machine { pcpu P0 ; CTR_EL0.DIC = 0 }
          frame code { x = old }
          vm guest { page code = code ; vcpu A { SCTLR_EL1.M = 0 } { exec x } }
          expect fresh_fetch { lib : holds ; lib without off : holds }
        }
        scenario "dead code" {
          machine { pcpu P0 ; CTR_EL0.DIC = 0 }
          frame code { x = old }
          vm guest { page code = code ; vcpu A { SCTLR_EL1.M = 0 } { exec x } }
          cover nowhere: false
          expect fresh_fetch { dead : holds }
        }
        """;

    [Theory]
    [InlineData("MMU on", "1 2 3")]
    [InlineData("mmu OFF", "4 5")]
    [InlineData("MMU", "1 2 3 4 5")]
    [InlineData("dead", "6 7 8")]
    [InlineData("", "1 2 3 4 5 6 7 8")]
    public void Scenarios_are_named_by_a_part_of_their_titles_and_rows_keep_their_numbers(string text, string rows) =>
        Assert.Equal(rows, string.Join(' ', Rows(Run.Check(Three, "--scenario", text, "--format", "json")).Select(row => row.GetProperty("row").GetInt32())));

    /// <summary>The law: a row says what it says among all others.</summary>
    [Theory]
    [InlineData("specs/kvm/c04-broadcast.coh")]
    [InlineData("specs/kvm/vmm-text.coh")]
    [InlineData("specs/kvm/c03-fwb-erratum.coh")]
    public void Rows_are_those_of_the_whole_run(string spec)
    {
        var whole = Rows(Run.Of("check", spec, "--quiet", "--format", "json"));
        foreach (var scenario in whole.GroupBy(row => row.GetProperty("scenario").GetString()!))
        {
            var alone = Rows(Run.Of("check", spec, "--quiet", "--format", "json", "--scenario", scenario.Key));
            Assert.Equal(scenario.Select(row => row.GetRawText()), alone.Where(row => row.GetProperty("scenario").GetString() == scenario.Key).Select(row => row.GetRawText()));
        }
    }

    [Fact]
    public void What_fails_in_another_scenario_fails_none_of_those_asked_about()
    {
        Assert.Equal(1, Run.Check(Three).Code);
        var run = Run.Check(Three, "--scenario", "MMU on");
        Assert.Equal(0, run.Code);
        Assert.Contains("3 rows: 3 as expected", run.Output, StringComparison.Ordinal);

        // @off runs in the other scenario, or does not: nothing is said of it here.
        Assert.DoesNotContain("statement @", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_no_other_scenario_could_run_fails_still()
    {
        var run = Run.Check(Three, "--scenario", "dead code");
        Assert.Equal(1, run.Code);
        Assert.Matches(@"cover nowhere +not reached", run.Output);
        Assert.Matches(@"statement @never +not reached", run.Output);
    }

    [Fact]
    public void A_title_that_there_is_not_is_an_error_that_lists_them()
    {
        var run = Run.Check(Three, "--scenario", "MMU in between");
        Assert.Equal(2, run.Code);
        Assert.Contains("CC3012", run.Error, StringComparison.Ordinal);
        Assert.Contains("titles: 'MMU on', 'MMU off', 'dead code'", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4", 0, "")]
    [InlineData("1", 2, "there is no row 1: the run has rows 4 to 5")]
    public void A_row_is_shown_by_its_number(string row, int code, string error)
    {
        var run = Run.Check(Three, "--scenario", "MMU off", "--explain-row", row);
        Assert.Equal(code, run.Code);
        Assert.Contains(error, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_baseline_is_compared_in_the_scenarios_that_are_asked_about()
    {
        using var folder = new TemporaryFolder();
        var spec = folder.Write("spec.coh", Three);
        var stored = Path.Combine(folder.Path, "base.json");
        Run.Of("check", spec, "--quiet", "--report", "json=" + stored);
        var same = Run.Of("check", spec, "--quiet", "--scenario", "MMU", "--baseline", stored);
        Assert.Equal("0 ", $"{same.Code} {same.Error}");
        folder.Write("spec.coh", Three.Replace("else { ic iallu @off }", "else { isb @off }", StringComparison.Ordinal).Replace("lib : holds ; lib without", "lib : unstated ; lib without", StringComparison.Ordinal));
        Assert.Equal(0, Run.Of("check", spec, "--quiet", "--scenario", "MMU on", "--baseline", stored).Code);
        Assert.Equal(1, Run.Of("check", spec, "--quiet", "--scenario", "MMU off", "--baseline", stored).Code);
    }

    private static List<JsonElement> Rows(Run run) => [.. JsonDocument.Parse(run.Output).RootElement.GetProperty("results").EnumerateArray()];
}
