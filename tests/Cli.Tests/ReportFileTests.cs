using CoherenceCheck.Cli.Reporting;
using CoherenceCheck.Language.Diagnostics;

namespace CoherenceCheck.Cli.Tests;

/// <summary>Where results go: whole files or none, and pipes as they are.</summary>
public sealed class ReportFileTests
{
    [Fact]
    public void What_cannot_be_written_to_its_end_leaves_the_old_file_alone()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("report", "old");
        var diagnostics = new List<Diagnostic>();
        using (var file = new ReportFile(path, CancellationToken.None))
        {
            file.Write(
                stream =>
                {
                    stream.Write(new byte[100_000]);
                    throw new IOException("full");
                },
                diagnostics);
        }

        Assert.Equal("CC3013", Assert.Single(diagnostics).Code);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void The_new_file_is_whole_and_as_accessible_as_the_old_one()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("report", "an old one that is longer");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        }

        var diagnostics = new List<Diagnostic>();
        using (var file = new ReportFile(path, CancellationToken.None))
        {
            Assert.Equal("an old one that is longer", File.ReadAllText(path));
            file.Write(stream => stream.Write("new"u8), diagnostics);
        }

        Assert.Empty(diagnostics);
        Assert.Equal("new", File.ReadAllText(path));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(path));
        }
    }

    [Fact]
    public void A_pipe_is_written_to_and_stays_a_pipe()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Pipes are told from files on Linux.");
        using var folder = new TemporaryFolder();
        var run = Shell.Succeed(folder.Path, $"""
            mkfifo pipe
            cat pipe > got &
            cd '{Repository.Root}' && {Program.Command} check specs/kvm/c04-broadcast.coh --quiet --report github='{folder.Path}/pipe' > /dev/null
            wait
            test -p '{folder.Path}/pipe' && cat '{folder.Path}/got'
            """);
        Assert.StartsWith("::notice", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_that_nobody_reads_can_be_interrupted()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Pipes are told from files on Linux.");
        using var folder = new TemporaryFolder();
        Shell.Succeed(folder.Path, "mkfifo pipe");
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => new ReportFile(Path.Combine(folder.Path, "pipe"), cancelled.Token));
    }

    [Theory]
    [InlineData("tla", "m.tla", "m.cfg")]
    [InlineData("promela", "m.pml", "m.pml")]
    public void An_export_replaces_all_of_its_files_or_none(string language, string name, string last)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write(name, "old");
        string[] export = ["export", "specs/kvm/c01-icache-isolation.coh", "--to", language, "--output", path];

        // A folder stands where one of its files is to go.
        var blocked = Path.Combine(folder.Path, last + (last == name ? ".partial" : ""));
        Directory.CreateDirectory(blocked);
        var refused = Run.Of(export);
        Assert.Equal(2, refused.Code);
        Assert.Contains("CC3019", refused.Error, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(path));
        Directory.Delete(blocked);
        Assert.Equal(0, Run.Of(export).Code);
        Assert.NotEqual("old", File.ReadAllText(path));
        Assert.Empty(Directory.GetFiles(folder.Path, "*.partial"));
    }

    [Theory]
    [InlineData("hard")]
    [InlineData("symbolic")]
    [InlineData("folder")]
    [InlineData("spelling")]
    [InlineData("not there yet")]
    [InlineData("partial")]
    public void Two_reports_to_one_file_are_refused(string way)
    {
        using var folder = new TemporaryFolder();
        var one = Path.Combine(folder.Path, "one");
        Shell.Succeed(folder.Path, way switch
        {
            "hard" => "touch one; ln one two",
            "symbolic" => "touch one; ln -s one two",
            "folder" => "ln -s . again",
            "not there yet" => "ln -s one two",
            _ => "mkdir sub",
        });
        var two = Path.Combine(folder.Path, way switch { "folder" => "again/one", "spelling" => "sub/.././one", "partial" => "one.partial", _ => "two" });
        foreach (var (first, second) in new[] { (one, two), (two, one) })
        {
            var run = Run.Of("check", "specs/kvm/c04-broadcast.coh", "--quiet", "--report", $"json={first}", "--report", $"junit={second}");
            Assert.Equal((2, ""), (run.Code, run.Output));
            Assert.Contains("CC3013", run.Error, StringComparison.Ordinal);
            Assert.Contains("another result goes to", run.Error, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFiles(folder.Path, "*.partial"));
        }
    }

    [Theory]
    [InlineData("check main.coh --report json=main.coh")]
    [InlineData("check main.coh --report json=./used.coh")]
    [InlineData("check . --report json=used.coh")]
    [InlineData("check main.coh --report json=link")]
    [InlineData("check main.coh --report json=hard")]
    [InlineData("check link --report json=main.coh")]
    [InlineData("check main.coh --report json=again/main.coh")]
    [InlineData("check main.coh --baseline base.json --report json=base.json")]
    [InlineData("check beside --report json=beside.partial")]
    [InlineData("check x.partial --report json=x")]
    [InlineData("simulate main.coh --save used.coh")]
    [InlineData("export main.coh --to promela --output used.coh")]
    [InlineData("export model.tla --to tla --output model.tla")]
    [InlineData("export model.cfg --to tla --output model.tla")]
    public void What_the_run_reads_is_not_written_over(string arguments)
    {
        using var folder = new TemporaryFolder();
        var used = folder.Write("used.coh", Specs.Policies);
        var main = folder.Write("main.coh", "use \"used.coh\"\n" + Specs.Rows("kvm : holds")[Specs.Policies.Length..]);
        Shell.Succeed(folder.Path, "ln -s main.coh link; ln main.coh hard; ln -s . again; for f in beside.partial x.partial model.cfg; do cp main.coh $f; done; ln -s beside.partial beside; [ -e model.tla ] || cp main.coh model.tla");
        folder.Write("base.json", Run.Of("check", main, "--quiet", "--format", "json").Output);
        if (arguments.Contains("model.cfg", StringComparison.Ordinal))
        {
            File.Delete(Path.Combine(folder.Path, "model.tla"));
        }

        var before = Contents(folder);
        var run = Shell.Of(folder.Path, $"{Program.Command} {arguments}");
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains(arguments.StartsWith("export", StringComparison.Ordinal) ? "CC3019" : "CC3013", run.Error, StringComparison.Ordinal);
        Assert.Contains("the run reads", run.Error, StringComparison.Ordinal);
        Assert.Equal(before, Contents(folder));
    }

    [Fact]
    public void A_report_that_grows_beyond_the_limit_of_a_file_is_an_error_and_the_old_one_stays()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no such limit.");
        using var folder = new TemporaryFolder();
        var report = folder.Write("report", "old");
        var run = Shell.Of(Repository.Root, $"ulimit -f 8; DOTNET_EnableWriteXorExecute=0 {Program.Command} check specs/kvm/c04-broadcast.coh --quiet --trace none --report html='{report}'");
        Assert.Equal(2, run.Code);
        Assert.Contains("CC3013", run.Error, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(report));
        Assert.Empty(Directory.GetFiles(folder.Path, "*.partial"));
    }

    [Fact]
    public void A_walk_is_not_written_over_its_spec()
    {
        using var folder = new TemporaryFolder();
        var spec = folder.Write("spec.coh", Specs.Rows("kvm : holds"));
        var run = Run.With($"1\nw {spec}\n1\n", "explore", spec);
        Assert.Equal(0, run.Code);
        Assert.Contains("the run reads this file", run.Error, StringComparison.Ordinal);
        Assert.Equal(Specs.Rows("kvm : holds"), File.ReadAllText(spec));
    }

    [Fact]
    public void A_report_to_the_file_that_standard_output_goes_to_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Files are told from others on Linux.");
        using var folder = new TemporaryFolder();
        var run = Shell.Of(Repository.Root, $"{Program.Command} check specs/kvm/c04-broadcast.coh --quiet --report json='{folder.Path}/out' > '{folder.Path}/out'");
        Assert.Equal(2, run.Code);
        Assert.Contains("another result goes to this file", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_that_stands_where_a_report_is_begun_leads_nowhere()
    {
        using var folder = new TemporaryFolder();
        var other = folder.Write("other", "not ours");
        File.CreateSymbolicLink(Path.Combine(folder.Path, "report.partial"), other);
        Assert.Equal(0, Run.Of("check", "specs/kvm/c03-fwb-erratum.coh", "--quiet", "--report", $"json={folder.Path}/report").Code);
        Assert.Equal("not ours", File.ReadAllText(other));
        Assert.StartsWith("{", File.ReadAllText(Path.Combine(folder.Path, "report")), StringComparison.Ordinal);
    }

    private static List<string> Contents(TemporaryFolder folder) =>
        [.. Directory.GetFileSystemEntries(folder.Path).Order(StringComparer.Ordinal).Select(path => $"{path} {new FileInfo(path).LinkTarget} {(File.Exists(path) ? File.ReadAllText(path) : "")}")];
}
