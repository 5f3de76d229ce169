using System.Text.Json;

namespace CoherenceCheck.Cli.Tests;

/// <summary>The contract of standard output: the same bytes from run to run, JSON as documented, no colour where nobody looks.</summary>
public sealed class OutputTests
{
    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public void Output_is_the_same_for_every_run_and_number_of_threads(string format)
    {
        var one = Run.Of("check", "specs/kvm/c04-broadcast.coh", "--format", format, "--quiet", "--threads", "1");
        var two = Run.Of("check", "specs/kvm/c04-broadcast.coh", "--format", format, "--quiet", "--threads", "2");
        Assert.Equal(0, one.Code);
        Assert.Equal(one.Output, two.Output);

        // More than there are cores are not taken: they would wait for each other.
        Assert.Equal(one.Output, Run.Of("check", "specs/kvm/c04-broadcast.coh", "--format", format, "--quiet", "--threads", "1000000").Output);
    }

    [Fact]
    public void Piped_text_has_no_colour() =>
        Assert.DoesNotContain('\u001b', Run.Check(Specs.Rows("kvm without ic : violated")).Output);

    [Fact]
    public void Json_has_the_documented_members()
    {
        var run = Run.Check(Specs.Rows("kvm : holds", "kvm without ic when DIC = 0, IDC in {0, 1} : violated"), "--format", "json");
        using var json = JsonDocument.Parse(run.Output);
        var root = json.RootElement;
        Assert.Equal(1, root.GetProperty("schema").GetInt32());
        Assert.Equal("coherencecheck", root.GetProperty("tool").GetString());
        Assert.Equal("in-order", root.GetProperty("pe").GetString());
        var row = root.GetProperty("results")[1];
        Assert.Equal("spec.coh", row.GetProperty("spec").GetString());
        Assert.Equal("two vCPUs on one pCPU", row.GetProperty("scenario").GetString());
        Assert.Equal("kvm without ic", row.GetProperty("policy").GetString());
        Assert.Equal("0", row.GetProperty("when").GetProperty("DIC").GetString());
        Assert.Equal(["0", "1"], row.GetProperty("when").GetProperty("IDC").EnumerateArray().Select(value => value.GetString()!));
        Assert.Equal(1, row.GetProperty("cells").GetInt32());
        Assert.Equal("fresh_fetch", row.GetProperty("property").GetString());
        Assert.Equal("violated", row.GetProperty("expected").GetString());
        Assert.Equal("violated", row.GetProperty("verdict").GetString());
        Assert.True(row.GetProperty("met").GetBoolean());
        var trace = row.GetProperty("trace").EnumerateArray().ToList();
        Assert.Equal(row.GetProperty("depth").GetInt32() + 1, trace.Count);
        var last = trace[^1];
        Assert.Equal("guest", last.GetProperty("agent").GetString());
        Assert.Equal("P0", last.GetProperty("pcpu").GetString());
        Assert.Equal("B", last.GetProperty("vcpu").GetString());
        Assert.Equal(["0", "1"], last.GetProperty("changes").GetProperty("stale").EnumerateArray().Select(value => value.GetString()!));
        Assert.Contains("STALE", last.GetProperty("note").GetString(), StringComparison.Ordinal);
        Assert.Empty(root.GetProperty("results")[0].GetProperty("trace").EnumerateArray());
        Assert.Empty(root.GetProperty("diagnostics").EnumerateArray());
    }

    [Fact]
    public void Json_of_a_spec_error_has_the_diagnostic_and_no_result()
    {
        var run = Run.Check(Specs.Rows("kwm : holds"), "--format", "json");
        Assert.Equal(2, run.Code);
        using var json = JsonDocument.Parse(run.Output);
        Assert.Empty(json.RootElement.GetProperty("results").EnumerateArray());
        var diagnostic = Assert.Single(json.RootElement.GetProperty("diagnostics").EnumerateArray());
        Assert.Equal(("error", "spec.coh"), (diagnostic.GetProperty("severity").GetString(), diagnostic.GetProperty("file").GetString()));
        Assert.True(diagnostic.GetProperty("line").GetInt32() > 1);
    }

    [Fact]
    public void Times_and_memory_are_only_printed_on_request()
    {
        var spec = Specs.Rows("kvm : holds");
        Assert.DoesNotContain("MB", Run.Check(spec).Output, StringComparison.Ordinal);
        Assert.Contains("MB", Run.Check(spec, "--stats").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void One_row_is_shown_alone_and_a_missing_one_is_an_error()
    {
        var spec = Specs.Rows("kvm : holds", "kvm without ic : violated");
        var one = Run.Check(spec, "--explain-row", "2");
        Assert.DoesNotContain("[  1]", one.Output, StringComparison.Ordinal);
        Assert.Contains("STALE", one.Output, StringComparison.Ordinal);
        Assert.Equal(2, Run.Check(spec, "--explain-row", "3").Code);
    }

    [Theory]
    [InlineData(1, "kvm without ic : holds", "fresh_fetch: kvm without ic: violated, expected holds", "2 rows: 1 as expected, 1 not as expected")]
    [InlineData(3, "kvm : holds", "fresh_fetch: kvm: undecided, expected holds", "2 rows: 1 as expected, 1 undecided")]
    public void Beside_one_row_those_that_are_not_as_expected_are_listed(int code, string other, string said, string summary)
    {
        var run = Run.Check(Specs.Rows("none : violated", other), "--explain-row", "1", "--max-states", code == 3 ? "300" : "100000");
        Assert.Equal(code, run.Code);
        Assert.Contains("[  1]", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("[  2]", run.Output, StringComparison.Ordinal);
        Assert.Contains(said, run.Output, StringComparison.Ordinal);
        Assert.Contains(summary, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void One_row_of_a_run_in_which_all_are_as_expected_stands_alone() =>
        Assert.DoesNotContain("rows:", Run.Check(Specs.Rows("none : violated", "kvm : holds"), "--explain-row", "1").Output, StringComparison.Ordinal);

    [Fact]
    public void The_full_trace_shows_every_cell_that_changed() =>
        Assert.Contains("gQ[B][x]:", Run.Check(Specs.Rows("kvm without ic : violated"), "--trace", "full").Output, StringComparison.Ordinal);

    [Fact]
    public void Show_prints_cells_and_a_bound_system()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("spec.coh", Specs.Rows("kvm : holds"));
        var run = Run.Of("show", path, "--system", "--row", "1");
        Assert.Equal(0, run.Code);
        Assert.Contains("DIC = 0, IDC = 0", run.Output, StringComparison.Ordinal);
        Assert.Contains("fill.gQ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Cells_that_come_to_the_same_system_are_explored_once()
    {
        // I = 1 with the MMU off reads at the PoU, whatever a Non-cacheable fetch would do.
        var run = Run.Check(
            Specs.With("expect fresh_fetch { kvm : holds }", machine: "CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 ; reading mmuoff_wt_point in any ; reading dic_ic_nop in any"),
            "--stats");
        Assert.Contains("4 cells in 1 class", run.Output, StringComparison.Ordinal);
    }
}
