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
}
