using System.Diagnostics;

namespace CoherenceCheck.Cli.Tests;

/// <summary>Completion: what the program suggests, and that bash takes the script.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("coherencecheck ch", "check")]
    [InlineData("coherencecheck init h", "hypervisor")]
    [InlineData("coherencecheck explain --min", "--minimize")]
    [InlineData("coherencecheck check --format s", "sarif")]
    public void The_program_suggests_what_fits(string line, string suggestion) =>
        Assert.Contains(suggestion, Run.Of($"[suggest:{line.Length}]", line).Output.Split('\n'));

    [Theory]
    [InlineData("bash", "complete -o default -F")]
    [InlineData("zsh", "compdef")]
    [InlineData("fish", "complete -c coherencecheck")]
    public void There_is_a_script_for_each_shell(string shell, string words)
    {
        var run = Run.Of("completion", shell);
        Assert.Equal(0, run.Code);
        Assert.Contains(words, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shell_that_is_not_known_is_refused() => Assert.Equal(2, Run.Of("completion", "tcsh").Code);

    [Fact]
    public void Bash_completes_with_the_script()
    {
        using var folder = new TemporaryFolder();
        folder.Write("script", Run.Of("completion", "bash").Output);

        // A program of that name that suggests what it was asked.
        folder.Write("coherencecheck", "#!/usr/bin/env bash\nprintf '%s\\n' \"$1\" \"$2\"\n");
        var commands = $"cd '{folder.Path}'; chmod +x coherencecheck; source ./script; COMP_WORDS=(./coherencecheck ch); COMP_LINE='./coherencecheck ch'; COMP_POINT=19; _coherencecheck; printf '%s|' \"${{COMPREPLY[@]}}\"";
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", commands]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        Assert.Equal("[suggest:19]|./coherencecheck ch|", bash.StandardOutput.ReadToEnd());
        bash.WaitForExit();
        Assert.Equal(0, bash.ExitCode);
    }
}
