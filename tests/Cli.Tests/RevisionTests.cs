using System.Text.Json;

namespace CoherenceCheck.Cli.Tests;

/// <summary><c>--revision</c>: specs read by another issue of the manual, and the verdicts that flip between two of them.</summary>
public sealed class RevisionTests
{
    /// <summary>A guest that closes its DC by DSB NSH, under a host that closes nothing when it moves; <c>{0}</c> is what the machine says of readings.</summary>
    private static string Moved(string machine, string rows = "none when IDC = 0 : violated ; none when IDC = 1 : unstated") => $$"""
        scenario "moved" {
          machine { pcpu P0 ; pcpu P1 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC in {0, 1} ; {{machine}} }
          frame code { x = old }
          vm guest {
            page code = code RWX wb
            vcpu A { SCTLR_EL1.M = 1 } { str new, [x] ; dc cvau, x ; dsb nsh ; ic ivau, x ; dsb ish ; isb ; exec x }
          }
          bound vcpu_load <= 2
          expect fresh_fetch { {{rows}} }
        }
        """;

    [Fact]
    public void What_the_domain_of_a_DSB_limits_decides()
    {
        Assert.Equal(0, Run.Check(Moved("")).Code);
        Assert.Equal(0, Run.Check(Moved(""), "--revision", "arm_m_b").Code);
        var older = Run.Check(Moved(""), "--revision", "arm_m_a");
        Assert.Equal(1, older.Code);
        Assert.Matches("holds .*EXPECTED VIOLATED", older.Output);
    }

    [Theory]
    [InlineData("profile arm_m_a", 1)]
    [InlineData("reading dsb_domain = all", 1)]
    [InlineData("profile arm_m_b", 0)]
    [InlineData("profile arm_m_a ; reading dsb_domain = maintenance", 0)]
    public void What_a_spec_sets_itself_stays_under_any_revision(string machine, int code)
    {
        Assert.Equal(code, Run.Check(Moved(machine)).Code);
        Assert.Equal(code, Run.Check(Moved(machine), "--revision", "arm_m_a").Code);
        Assert.Equal(code, Run.Check(Moved(machine), "--revision", "arm_m_b").Code);
        var run = Diff(Moved(machine));
        Assert.Equal(0, run.Code);
        Assert.Contains(" stays as the spec sets it\n2 rows, no change\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Verdicts_that_flip_are_shown_with_the_readings_that_differ()
    {
        var run = Diff(Moved(""));
        Assert.Equal(1, run.Code);
        Assert.StartsWith(
            "arm_m_a (dsb_domain = all) -> arm_m_b (dsb_domain = maintenance)\nspec.coh:9  moved\n  fresh_fetch: none when IDC = 0  holds -> violated; expected violated\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("STALE", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("asks", run.Output, StringComparison.Ordinal);
        Assert.Equal(0, Diff(Moved(""), "--allow", "none").Code);
    }

    [Fact]
    public void A_revision_against_itself_changes_nothing()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("spec.coh", Moved("", "none : unstated"));
        Assert.Equal(0, Run.Of("diff", "--revision", "arm_m_a", "arm_m_a", path, "--quiet").Code);
    }

    /// <summary>Cells with different verdicts, of which the reading changes none.</summary>
    [Fact]
    public void A_mixed_row_that_no_reading_touches_is_no_change() =>
        Assert.EndsWith("1 rows, no change\n", Diff(Moved("", "none : unstated").Replace("dsb nsh", "dsb ish", StringComparison.Ordinal).Replace("; ic ivau, x", "", StringComparison.Ordinal)).Output, StringComparison.Ordinal);

    [Fact]
    public void The_flip_is_in_the_json_too()
    {
        using var json = JsonDocument.Parse(Diff(Moved(""), "--format", "json").Output);
        Assert.Equal("arm_m_a all, arm_m_b maintenance", string.Join(", ", json.RootElement.GetProperty("revisions").EnumerateArray()
            .Select(revision => $"{revision.GetProperty("name").GetString()} {revision.GetProperty("readings").GetProperty("dsb_domain").GetString()}")));
        Assert.Equal("holds -> violated; expected violated", Assert.Single(json.RootElement.GetProperty("changes").EnumerateArray()).GetProperty("change").GetString());
        Assert.Empty(json.RootElement.GetProperty("kept").EnumerateArray());
        using var kept = JsonDocument.Parse(Diff(Moved("reading dsb_domain in any", "none : unstated"), "--format", "json").Output);
        Assert.Equal("moved dsb_domain", string.Join(", ", kept.RootElement.GetProperty("kept").EnumerateArray().Select(one => $"{one.GetProperty("scenario").GetString()} {one.GetProperty("reading").GetString()}")));
    }

    [Fact]
    public void Show_tells_what_a_cell_is_under_a_revision()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("spec.coh", Moved(""));
        Assert.Contains("readings: dsb_domain = all", Run.Of("show", path, "--revision", "arm_m_a").Output, StringComparison.Ordinal);
        Assert.DoesNotContain("dsb_domain", Run.Of("show", path, "--revision", "arm_m_b").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Under_another_revision_something_else_is_asked_than_in_the_baseline()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("spec.coh", Moved("", "none : unstated"));
        var stored = Path.Combine(folder.Path, "base.json");
        Assert.Equal(0, Run.Of("check", path, "--quiet", "--report", "json=" + stored).Code);
        Assert.Equal(0, Run.Of("check", path, "--quiet", "--baseline", stored, "--revision", "arm_m_b").Code);
        var run = Run.Of("check", path, "--quiet", "--baseline", stored, "--revision", "arm_m_a");
        Assert.Equal(1, run.Code);
        Assert.Contains("dsb_domain", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--revision takes arm_m_a, arm_m_b", "check", "SPEC", "--revision", "arm_m_c")]
    [InlineData("--revision takes arm_m_a, arm_m_b", "diff", "--revision", "arm_m_a", "arm_m_c", "SPEC")]
    [InlineData("there is no HEAD", "diff", "--revision", "arm_m_a", "arm_m_b", "SPEC", "SPEC")]
    [InlineData("does not go with --allow-question", "diff", "--revision", "arm_m_a", "arm_m_b", "SPEC", "--allow-question", "moved")]
    [InlineData("HEAD is missing", "diff", "SPEC")]
    [InlineData("is a stored result, of one revision", "diff", "--revision", "arm_m_a", "arm_m_b", "RESULT")]
    [InlineData("does not exist", "diff", "--revision", "arm_m_a", "arm_m_b", "nothing")]
    public void What_cannot_be_compared_is_said(string words, params string[] args)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("spec.coh", Moved(""));
        var result = folder.Write("result.json", "{}");
        var run = Run.Of([.. args.Select(arg => arg == "SPEC" ? path : arg == "RESULT" ? result : arg)]);
        Assert.Equal(2, run.Code);
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public void A_warning_of_a_spec_is_said_once()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("spec.coh", Moved("", "none : unstated").Replace("  expect", "  property p: true\n  expect", StringComparison.Ordinal));
        Assert.Single(Run.Of("diff", "--revision", "arm_m_a", "arm_m_b", path, "--quiet").Error.Split('\n'), line => line.Contains("CC0510", StringComparison.Ordinal));
    }

    private static Run Diff(string spec, params string[] options)
    {
        using var folder = new TemporaryFolder();
        return Run.Of(["diff", "--revision", "arm_m_a", "arm_m_b", folder.Write("spec.coh", spec), "--quiet", .. options]);
    }
}
