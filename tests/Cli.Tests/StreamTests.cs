namespace CoherenceCheck.Cli.Tests;

/// <summary>Standard streams that are closed, and pipes at whose other end nobody is: a documented exit code, always, and an end.</summary>
public sealed class StreamTests
{
    private const string Good = "specs/kvm/c03-fwb-erratum.coh";

    private static readonly string[] Commands =
    [
        "check PIPE",
        "check USES",
        $"check {Good} --baseline PIPE",
        $"check {Good} --quiet --report json=PIPE",
        "show PIPE",
        "explain PIPE",
        "minimize PIPE",
        "simulate PIPE",
        $"simulate {Good} --save PIPE",
        "replay PIPE",
        "explore PIPE",
        $"diff {Good} PIPE --quiet",
        $"diff PIPE {Good}",
        "export PIPE --to tla",
        $"export {Good} --to promela --output PIPE",
        "attributes --rows PIPE",
    ];

    public static TheoryData<string> WaitingCommands => [.. Commands];

    public static TheoryData<string> WaitingCommandsWithATimeLimit => [.. Commands.Where(command => !command.StartsWith("show", StringComparison.Ordinal) && !command.StartsWith("attributes", StringComparison.Ordinal))];

    [Theory]
    [InlineData("2>&-", 2, 0)]
    [InlineData("1>&-", 2, 2)]
    [InlineData("0<&-", 2, 0)]
    [InlineData("1>&- 2>&-", 2, 2)]
    [InlineData("0<&- 1>&-", 2, 2)]
    [InlineData("0<&- 2>&-", 2, 0)]
    [InlineData("0<&- 1>&- 2>&-", 2, 2)]
    [InlineData("2</dev/null", 2, 0)]
    [InlineData("1</dev/null", 2, 2)]
    [InlineData("2>/dev/full", 2, 0)]
    [InlineData("1>/dev/full", 2, 2)]
    public void A_stream_that_is_closed_or_cannot_be_written_gives_a_documented_exit_code(string streams, int wrong, int right)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no descriptors.");
        using var folder = new TemporaryFolder();
        var bad = folder.Write("bad.coh", "scenario \"x\" {");
        var run = Shell.Of(Repository.Root, $"code=0; {Program.Command} check '{bad}' {streams} || code=$?; test $code = {wrong}; {Program.Command} check {Good} --quiet {streams}");
        Assert.Equal(right, run.Code);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        if (right == 2 && !streams.Contains("2>&-", StringComparison.Ordinal))
        {
            Assert.Contains("the result cannot be written to standard output", run.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("explore " + Good + " <&-", 0, "")]
    [InlineData("explore " + Good + " </tmp", 2, "CC3021")]
    [InlineData("check /dev/stdin <&-", 2, "it is not open")]
    [InlineData("check /dev/fd/3 3<&-", 2, "it is not open")]
    [InlineData("check " + Good + " --quiet --report json=/dev/fd/3 3>&-", 2, "CC3013")]
    [InlineData("check " + Good + " --quiet --report json=/dev/stdout >&-", 2, "CC3013")]
    [InlineData("check " + Good + " --quiet --report json=/dev/stderr 2>&-", 2, "")]
    public void What_was_not_given_is_not_taken_from_what_is_open_by_chance(string arguments, int code, string said)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Descriptors have names on Linux.");
        var run = Shell.Of(Repository.Root, $"{Program.Command} {arguments}");
        Assert.Equal(code, run.Code);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_that_has_seen_enough_changes_nothing()
    {
        var run = Shell.Of(Repository.Root, $"{Program.Command} check specs/kvm/c04-broadcast.coh --quiet --trace full | head -n 1; exit ${{PIPESTATUS[0]}}");
        Assert.Equal((0, ""), (run.Code, run.Error));
    }

    [Theory]
    [MemberData(nameof(WaitingCommands))]
    public void A_pipe_that_nobody_writes_or_reads_can_be_interrupted(string command)
    {
        using var pipe = new Pipe();
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var run = Run.Of(cancelled.Token, pipe.In(command));
        Assert.Equal((130, ""), (run.Code, run.Output));
    }

    [Theory]
    [MemberData(nameof(WaitingCommandsWithATimeLimit))]
    public void A_pipe_that_nobody_writes_or_reads_ends_with_the_time_limit(string command)
    {
        using var pipe = new Pipe();
        var run = Run.Of([.. pipe.In(command), "--timeout", "0.3"]);
        Assert.True(run is { Code: 3, Output: "" }, $"{run.Code}\n{run.Output}\n{run.Error}");
        Assert.Contains("CC3010", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public void A_signal_ends_a_wait_for_a_pipe(string signal, int code)
    {
        using var pipe = new Pipe();
        using var program = Program.Start("check", pipe.Path);

        // The last library that is loaded before the pipe is opened.
        program.WaitUntil(() => program.Loads("CoherenceCheck.Language.dll"), TimeSpan.FromSeconds(60));
        Thread.Sleep(1000);
        program.Signal(signal);
        var (run, _) = program.End();
        Assert.Equal(code, run.Code);
        Assert.Contains("had not been read to its end", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_that_is_opened_and_not_read_ends_the_time_limit_with_an_error()
    {
        using var pipe = new Pipe();
        var run = Shell.Of(Repository.Root, $"exec 9<>'{pipe.Path}'; {Program.Command} check specs/kvm/c04-broadcast.coh --quiet --report html='{pipe.Path}' --timeout 8 > /dev/null");
        Assert.Equal(2, run.Code);
        Assert.Contains("CC3013", run.Error, StringComparison.Ordinal);
        Assert.Contains("was not read", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public void A_signal_ends_the_wait_for_who_reads_standard_output(string signal, int code)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Whether a pipe is full is read from /proc.");
        using var pipe = new Pipe();

        // Standard error is a file: what the program says of it must not wait for standard output. The thread that writes waits in the kernel.
        var run = Shell.Of(Repository.Root, $$"""
            exec 9<>'{{pipe.Path}}'
            env --default-signal=INT,TERM {{Program.Command}} check specs/kvm/c04-broadcast.coh --quiet --format html >'{{pipe.Path}}' 2>'{{pipe.Path}}.err' & p=$!
            for i in {1..600}; do cat /proc/$p/task/*/wchan 2>/dev/null | grep -q pipe_write && break; sleep 0.1; done
            kill -{{signal}} $p
            code=0; wait $p || code=$?
            cat '{{pipe.Path}}.err' >&2
            exit $code
            """);
        Assert.Equal(code, run.Code);
        Assert.Contains("interrupted: standard output was not read", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_read_from_a_pipe_is_read_once_though_a_file_beside_it_changes()
    {
        using var pipe = new Pipe();
        var other = pipe.Folder.Write("other.coh", Specs.Policies);
        var writing = Task.Run(() => File.WriteAllText(pipe.Path, "use \"other.coh\"\n" + Specs.Rows("kvm : holds")[Specs.Policies.Length..]), TestContext.Current.CancellationToken);
        var diagnostics = new List<Language.Diagnostics.Diagnostic>();
        var touched = false;
        var specs = Cli.Commands.SpecSet.Load([pipe.Path], diagnostics, TestContext.Current.CancellationToken, afterRead: read =>
        {
            if (read == other && !touched)
            {
                touched = true;
                File.AppendAllText(other, "// more\n");
            }
        });
        Assert.True(touched);
        Assert.Empty(diagnostics);
        Assert.Single(Assert.Single(specs).Scenarios);
        Assert.True(writing.IsCompletedSuccessfully);
    }

    /// <summary>A pipe with a name, in a folder of its own.</summary>
    private sealed class Pipe : IDisposable
    {
        public Pipe()
        {
            Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no pipes with names.");
            Shell.Succeed(Folder.Path, "mkfifo pipe");
        }

        public TemporaryFolder Folder { get; } = new();

        public string Path => System.IO.Path.Combine(Folder.Path, "pipe");

        /// <summary>The words of a command, with the pipe in place of PIPE, and of USES a spec that uses it.</summary>
        public string[] In(string command) =>
            [.. command.Split(' ').Select(word => word == "USES" ? Folder.Write("uses.coh", "use \"pipe\"\n") : word.Replace("PIPE", Path, StringComparison.Ordinal))];

        public void Dispose() => Folder.Dispose();
    }
}
