using System.Text.Json;

namespace CoherenceCheck.Cli.Tests;

/// <summary><c>diff</c> and <c>check --baseline</c>: a verdict that changes is seen, whatever the spec expects of it.</summary>
public sealed class DiffTests
{
    private static readonly string Good = Specs.Rows("kvm : holds", "kvm without ic : violated");

    [Fact]
    public void Nothing_changed_between_equal_folders()
    {
        using var folder = new Folders(Good, Good);
        var run = folder.Diff();
        Assert.Equal(0, run.Code);
        Assert.Equal("2 rows, no change\n", run.Output);
    }

    [Fact]
    public void A_policy_that_is_broken_together_with_its_expectation_is_seen()
    {
        // Both sides are green.
        using var folder = new Folders(Good, Good.Replace("dsb nsh @nsh", "dmb ish @nsh", StringComparison.Ordinal).Replace("kvm : holds", "kvm : violated", StringComparison.Ordinal));
        Assert.Equal(0, Run.Of("check", folder.Head, "--quiet").Code);
        var run = folder.Diff();
        Assert.Equal(1, run.Code);
        Assert.Contains("fresh_fetch: kvm  holds -> violated; the expectation changed with it: holds -> violated", run.Output, StringComparison.Ordinal);
        Assert.Contains("STALE", run.Output, StringComparison.Ordinal);
        Assert.Contains("spec.coh:", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Cells_that_exchange_their_verdicts_are_a_change()
    {
        var spec = Specs.With("expect fresh_fetch { kvm : unstated }", machine: "CTR_EL0.DIC = 0 ; CTR_EL0.IDC in {0, 1}")
            .Replace("if last[v.mmu][p] != v {", "if CTR_EL0.IDC == 0 && last[v.mmu][p] != v {", StringComparison.Ordinal);
        using var folder = new Folders(spec, spec.Replace("IDC == 0", "IDC == 1", StringComparison.Ordinal));
        var run = folder.Diff();
        Assert.Equal(1, run.Code);
        Assert.Contains("violated, and in other cells: holds in 1 (IDC = 0), violated in 1 (IDC = 1) -> holds in 1 (IDC = 1), violated in 1 (IDC = 0)", run.Output, StringComparison.Ordinal);
        Assert.Contains("STALE", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_needless_operation_that_is_needed_now_is_a_change()
    {
        var spec = Specs.Rows("kvm : holds needless ic").Replace("ic iallu @ic ; dsb nsh @nsh", "ic iallu @ic ; dsb nsh @nsh ; ic iallu @ic2 ; dsb nsh @nsh2", StringComparison.Ordinal);
        using var folder = new Folders(spec, spec.Replace(" ; ic iallu @ic2 ; dsb nsh @nsh2", "", StringComparison.Ordinal));
        var run = folder.Diff();
        Assert.Equal(1, run.Code);
        Assert.Contains("holds as before; no longer as expected: holds needless ic", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_undecided_on_both_sides_is_no_agreement()
    {
        using var folder = new Folders(Good, Good);
        Assert.Equal(3, folder.Diff("--max-states", "5").Code);
    }

    [Fact]
    public void A_result_and_the_folder_that_it_is_of_are_matched()
    {
        using var folder = new Folders(Good, Good);
        var file = Path.Combine(folder.Base, "result.data");
        Assert.Equal(0, Run.Of("check", folder.Base, "--quiet", "--report", "json=" + file).Code);
        var run = Run.Of("diff", file, folder.Base, "--quiet");
        Assert.Equal((0, "2 rows, no change\n"), (run.Code, run.Output));
    }

    [Theory]
    [InlineData("\"diagnostics\": []", "\"diagnostics\": [{\"severity\":\"error\"}]", "the run ended in an error")]
    [InlineData("\"pe\":", "\"simulation\": {}, \"pe\":", "it is of 'simulate'")]
    [InlineData("\"verdict\": \"holds\"", "\"verdict\": \"banana\"", "it is no result of 'check': result 1: 'banana' is no verdict")]
    [InlineData("\"regions\":", "\"religions\":", "it is no result of 'check': result 1: 'regions' is missing")]
    [InlineData("\"configurations\": 1", "\"configurations\": 99999999999999999999", "it is no result of 'check': result 1: ")]
    public void A_result_that_is_not_whole_or_was_edited_is_refused(string right, string wrong, string said)
    {
        using var folder = new Folders(Good, Good);
        var file = Path.Combine(folder.Base, "result.json");
        Assert.Equal(0, Run.Of("check", folder.Base, "--quiet", "--report", "json=" + file).Code);
        var text = File.ReadAllText(file);
        Assert.Contains(right, text, StringComparison.Ordinal);
        File.WriteAllText(file, text.Replace(right, wrong, StringComparison.Ordinal));
        var run = Run.Of("diff", file, folder.Head, "--quiet");
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains("CC3014", run.Error, StringComparison.Ordinal);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_that_is_allowed_by_name_passes_and_one_that_did_not_happen_is_told()
    {
        using var folder = new Folders(Good, Good.Replace("kvm without ic : violated", "kvm without nsh : violated", StringComparison.Ordinal));
        var run = folder.Diff();
        Assert.Equal(1, run.Code);
        Assert.Contains("appeared: violated", run.Output, StringComparison.Ordinal);
        Assert.Contains("disappeared: was violated", run.Output, StringComparison.Ordinal);
        Assert.Equal(1, folder.Diff("--allow", "kvm without nsh").Code);
        Assert.Equal(0, folder.Diff("--allow", "kvm without nsh", "--allow", "kvm without ic").Code);
        Assert.Contains("CC3015", folder.Diff("--allow", "nobody").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Cells_that_change_within_a_row_are_seen()
    {
        static string With(string machine) => Specs.With("expect fresh_fetch { kvm without ic : unstated }", machine: machine);
        using var folder = new Folders(
            With("CTR_EL0.DIC = 1 ; CTR_EL0.IDC = 1 ; reading dic_snoops_nc in {no, coherent_fill}"),
            With("CTR_EL0.DIC = 1 ; CTR_EL0.IDC = 1 ; reading dic_snoops_nc in {no, at_store}"));
        var run = folder.Diff();
        Assert.Equal(1, run.Code);
        Assert.Contains("in other cells: holds in 1", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stored_result_is_compared_as_a_folder_is()
    {
        using var folder = new Folders(Good, Good.Replace("ic iallu @ic", "dmb ish @ic", StringComparison.Ordinal));
        var stored = System.IO.Path.Combine(folder.Path, "base.json");
        Assert.Equal(0, Run.Of("check", folder.Base, "--quiet", "--report", $"json={stored}").Code);
        Assert.Equal(0, Run.Of("check", folder.Base, "--quiet", "--baseline", stored).Code);
        var same = Run.Of("diff", stored, stored, "--format", "json");
        Assert.Equal(0, same.Code);
        Assert.Empty(JsonDocument.Parse(same.Output).RootElement.GetProperty("changes").EnumerateArray());

        File.Copy(System.IO.Path.Combine(folder.Head, "spec.coh"), System.IO.Path.Combine(folder.Base, "spec.coh"), overwrite: true);
        var changed = Run.Of("check", folder.Base, "--quiet", "--baseline", stored);
        Assert.Equal(1, changed.Code);
        Assert.Contains("since the baseline:", changed.Error, StringComparison.Ordinal);
        Assert.Contains("kvm  holds -> violated", changed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_green_change_of_a_verdict_fails_against_the_baseline()
    {
        using var folder = new Folders(Good, Good.Replace("kvm : holds\n", "", StringComparison.Ordinal));
        var stored = System.IO.Path.Combine(folder.Path, "base.json");
        Run.Of("check", folder.Base, "--quiet", "--report", $"json={stored}");
        File.Copy(System.IO.Path.Combine(folder.Head, "spec.coh"), System.IO.Path.Combine(folder.Base, "spec.coh"), overwrite: true);
        Assert.Equal(1, Run.Of("check", folder.Base, "--quiet", "--baseline", stored).Code);
    }

    [Theory]
    [InlineData("", "no JSON")]
    [InlineData("{", "no JSON")]
    [InlineData("[]", "no result of coherencecheck")]
    [InlineData("{\"tool\":\"other\",\"schema\":1}", "no result of coherencecheck")]
    [InlineData("{\"tool\":\"coherencecheck\",\"schema\":0,\"results\":[]}", "schema is 0")]
    [InlineData("{\"tool\":\"coherencecheck\",\"schema\":1}", "no result of 'check'")]
    [InlineData("{\"tool\":\"coherencecheck\",\"schema\":1,\"results\":[{\"spec\":null}]}", "no result of 'check'")]
    [InlineData("{\"tool\":\"coherencecheck\",\"schema\":1,\"interrupted\":true,\"results\":[]}", "interrupted")]
    public void A_broken_or_older_result_is_an_error(string content, string words)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("base.json", content);
        foreach (var run in new[] { Run.Of("diff", path, "specs/kvm/c04-broadcast.coh", "--quiet"), Run.Of("check", "specs/kvm/c04-broadcast.coh", "--quiet", "--baseline", path) })
        {
            Assert.Equal(2, run.Code);
            Assert.Contains("CC3014", run.Error, StringComparison.Ordinal);
            Assert.Contains(words, run.Error, StringComparison.Ordinal);
            Assert.Equal("", run.Output);
        }
    }

    [Fact]
    public void A_side_that_is_missing_or_wrong_is_an_error()
    {
        using var folder = new Folders(Good, Specs.Rows("kvn : holds"));
        Assert.Equal(2, folder.Diff().Code);
        Assert.Contains("CC0202", folder.Diff().Error, StringComparison.Ordinal);
        Assert.Equal(2, Run.Of("diff", "no/such.json", folder.Base).Code);
        Assert.Equal(2, Run.Of("diff", "no/such/folder", folder.Base).Code);
    }

    private sealed class Folders : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public Folders(string before, string after)
        {
            _folder.Write("base/spec.coh", before);
            _folder.Write("head/spec.coh", after);
        }

        public string Path => _folder.Path;

        public string Base => System.IO.Path.Combine(Path, "base");

        public string Head => System.IO.Path.Combine(Path, "head");

        public Run Diff(params string[] options) => Run.Of(["diff", Base, Head, "--quiet", .. options]);

        public void Dispose() => _folder.Dispose();
    }
}
