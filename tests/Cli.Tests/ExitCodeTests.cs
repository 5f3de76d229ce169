namespace CoherenceCheck.Cli.Tests;

/// <summary>docs/exit-codes.md, row by row.</summary>
public sealed class ExitCodeTests
{
    [Fact]
    public void Everything_as_expected_exits_0()
    {
        var run = Run.Check(Specs.Rows("kvm : holds", "kvm without ic : violated"));
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("2 rows: 2 as expected", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kvm : violated")]
    [InlineData("kvm without ic : holds")]
    [InlineData("kvm : holds needless ic")]
    public void A_wrong_expectation_exits_1_and_says_which(string row)
    {
        var run = Run.Check(Specs.Rows(row));
        Assert.Equal(1, run.Code);
        Assert.Contains("1 row: 0 as expected, 1 not as expected", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unstated_row_is_always_met() =>
        Assert.Equal(0, Run.Check(Specs.Rows("kvm : unstated", "kvm without ic : unstated")).Code);

    [Theory]
    [InlineData("CC3001", "no-such-file.coh")]
    [InlineData("CC3003", "docs")]
    public void A_path_that_is_no_spec_exits_2_and_names_it(string code, string path)
    {
        var run = Run.Of("check", path);
        Assert.Equal(2, run.Code);
        Assert.Contains(code, run.Error, StringComparison.Ordinal);
        Assert.Contains(path, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check")]
    [InlineData("chekc specs")]
    [InlineData("check specs --format yaml")]
    [InlineData("check specs --threads 0")]
    [InlineData("check specs --max-states -1")]
    [InlineData("check specs --timeout 0")]
    [InlineData("check specs --treads 2")]
    [InlineData("[suggest:-1] check")]
    [InlineData("[suggest:x] check")]
    [InlineData("[suggest:99999999999] check")]
    [InlineData("")]
    public void Wrong_usage_exits_2_without_a_stack_trace(string arguments)
    {
        var run = Run.Of(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.NotEqual("", run.Error);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_is_none_of_those_that_there_are_is_told_in_one_line() =>
        Assert.StartsWith("coherencecheck: --format takes text, json, junit, sarif, github, html, dot, mermaid, not 'yaml'\n", Run.Of("check", "specs", "--format", "yaml").Error, StringComparison.Ordinal);

    [Fact]
    public void A_working_folder_that_was_removed_is_named()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There it cannot be removed.");
        using var folder = new TemporaryFolder();
        var run = Shell.Of(folder.Path, $"mkdir gone; cd gone; rmdir ../gone; {Program.Command} check x.coh");
        Assert.Equal(2, run.Code);
        Assert.Contains("the working folder was removed", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_argument_that_begins_with_an_at_sign_is_no_file_of_arguments()
    {
        using var folder = new TemporaryFolder();
        var run = Run.Of("check", "@" + folder.Write("arguments", "specs/kvm/c03-fwb-erratum.coh"));
        Assert.Equal(2, run.Code);
        Assert.Contains($"CC3001: '@{folder.Path}/arguments' does not exist", run.Error, StringComparison.Ordinal);
        Assert.Contains("CC3001: '@' does not exist", Run.Of("check", "@").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_spec_error_exits_2_and_nothing_is_explored()
    {
        var run = Run.Check(Specs.Rows("kvm : holds", "kwm : holds"));
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains("did you mean", run.Error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void All_errors_of_all_files_are_reported_at_once()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.coh", "policy p { on nothing(v, p) { } }");
        folder.Write("b/b.coh", "scenario \"s\" { machine { pcpu } }");
        var run = Run.Of("check", folder.Path);
        Assert.Equal(2, run.Code);
        Assert.Contains("a.coh:1:", run.Error, StringComparison.Ordinal);
        Assert.Contains("b.coh:1:", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_an_expectation_exits_2()
    {
        var run = Run.Check(Specs.Policies);
        Assert.Equal(2, run.Code);
        Assert.Contains("CC3004", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--max-states", "10")]
    [InlineData("--timeout", "0.000001")]
    [InlineData("--max-memory", "1")]
    public void A_limit_gives_undecided_and_exits_3(string option, string value)
    {
        var run = Run.Check(Specs.Rows("kvm : holds"), option, value);
        Assert.Equal(3, run.Code);
        Assert.Contains("undecided", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("as expected  1 cell", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unmet_row_wins_over_an_undecided_one()
    {
        // The first row is wrong within a few states, the second needs more than the limit.
        var run = Run.Check(Specs.Rows("none : holds", "kvm : holds"), "--max-states", "300");
        Assert.Equal(1, run.Code);
        Assert.Contains("1 undecided", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_run_exits_130_and_prints_what_was_finished()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var run = Run.Of(cancelled.Token, "check", "specs/kvm/c05-switch-barrier.coh", "--quiet");
        Assert.Equal(130, run.Code);
        Assert.Contains("interrupted", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_internal_error_exits_70_and_says_that_no_verdict_counts()
    {
        Repository.StandAtTheRoot();
        using var error = new StringWriter();
        using var broken = new BrokenStream(new InvalidOperationException("broken"));
        var code = Entry.Run(["check", "specs/kvm/c03-fwb-erratum.coh", "--quiet"], new Terminal(broken, error, true, true), CancellationToken.None);
        Assert.Equal(70, code);
        Assert.Contains("INTERNAL ERROR", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_that_cannot_be_written_exits_2()
    {
        Repository.StandAtTheRoot();
        foreach (var failure in new Exception[] { new IOException("full"), new UnauthorizedAccessException("closed") })
        {
            using var error = new StringWriter();
            using var broken = new BrokenStream(failure);
            Assert.Equal(2, Entry.Run(["check", "specs/kvm/c03-fwb-erratum.coh", "--quiet"], new Terminal(broken, error, true, true), CancellationToken.None));
            Assert.Contains("the result cannot be written to standard output: " + failure.Message, error.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Commands_that_cannot_be_read_are_not_a_result_that_cannot_be_written()
    {
        Repository.StandAtTheRoot();
        using var error = new StringWriter();
        using var output = new MemoryStream();
        using var broken = new BrokenReader();
        Assert.Equal(2, Entry.Run(["explore", "specs/kvm/c03-fwb-erratum.coh"], new Terminal(output, error, true, true, broken), CancellationToken.None));
        Assert.Contains("CC3021: standard input cannot be read: torn", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("written", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check /proc/self/mem", "cannot read `/proc/self/mem`")]
    [InlineData("replay /proc/self/mem", "'/proc/self/mem' cannot be read as a result")]
    [InlineData("diff /proc/self/mem specs", "'/proc/self/mem' cannot be read as a result")]
    [InlineData("check specs/kvm/c03-fwb-erratum.coh --baseline /proc/self/mem", "'/proc/self/mem' cannot be read as a result")]
    [InlineData("attributes --rows /proc/self/mem", "'/proc/self/mem' cannot be read")]
    [InlineData("attributes --rows /dev/zero", "it has more than 256 MB")]
    public void What_cannot_be_read_is_named(string arguments, string said)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "These files are Linux's.");
        var run = Run.Of(arguments.Split(' '));
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_error_is_located_has_a_trace_and_exits_2()
    {
        var spec = Specs.Rows("counts : holds") + """

            policy counts {
              state loads : 0..1 = 0
              on vcpu_load(v, p) { loads = loads + 1 @count }
            }
            """;
        var run = Run.Check(spec);
        Assert.Equal(2, run.Code);
        Assert.Contains("CC2008", run.Error, StringComparison.Ordinal);
        Assert.Contains("loads = loads + 1", run.Error, StringComparison.Ordinal);
        Assert.Contains("vcpu_load: loads = loads + 1", run.Output, StringComparison.Ordinal);
    }

    /// <summary>A standard output that fails.</summary>
    private sealed class BrokenStream(Exception failure) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => throw failure;

        public override void Write(ReadOnlySpan<byte> buffer) => throw failure;
    }

    /// <summary>A standard input that fails.</summary>
    private sealed class BrokenReader : TextReader
    {
        public override string ReadLine() => throw new IOException("torn");
    }
}
