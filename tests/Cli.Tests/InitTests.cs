using CoherenceCheck.Cli.Commands;

namespace CoherenceCheck.Cli.Tests;

/// <summary><c>init</c>: what it writes is accepted, shows both verdicts, and takes the place of nothing.</summary>
public sealed class InitTests
{
    [Theory]
    [InlineData("hypervisor")]
    [InlineData("code")]
    public void A_skeleton_is_as_it_states_and_shows_both_verdicts(string kind)
    {
        using var folder = new TemporaryFolder();
        var spec = Path.Combine(folder.Path, "mine.coh");
        var init = Run.Of("init", kind, spec);
        Assert.Equal((0, ""), (init.Code, init.Error));
        Assert.Equal($"wrote {spec}\nnext: coherencecheck check {spec}\n", init.Output);
        var run = Run.Of("check", spec, "--quiet", "--trace", "none");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("  holds      as expected", run.Output, StringComparison.Ordinal);
        Assert.Contains("  violated   as expected", run.Output, StringComparison.Ordinal);
        Assert.Contains("  reached    as expected", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hypervisor", " without ic ")]
    [InlineData("code", "@inval")]
    public void A_skeleton_notices_what_is_left_out(string kind, string needed)
    {
        var text = InitCommand.Template(kind + ".coh");
        Assert.Contains(needed, text, StringComparison.Ordinal);
        var run = Run.Check(kind == "code" ? text.Replace("ic ivau, x @inval ; dsb ish", "", StringComparison.Ordinal).Replace("none without inval", "none without clean", StringComparison.Ordinal) : text.Replace("ic iallu @ic", "isb @ic", StringComparison.Ordinal));
        Assert.NotEqual(0, run.Code);
    }

    [Fact]
    public void A_spec_goes_into_a_folder_that_is_named()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(0, Run.Of("init", "code", folder.Path).Code);
        Assert.True(File.Exists(Path.Combine(folder.Path, "code.coh")));
    }

    [Fact]
    public void A_gate_is_that_of_the_page_with_a_spec_that_passes()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(0, Run.Of("init", "ci", folder.Path).Code);
        Assert.Equal(PolicyDocument.Files[".github/workflows/coherence.yml"], WithoutComments(File.ReadAllText(Path.Combine(folder.Path, ".github", "workflows", "coherence.yml"))));
        var gitLab = WithoutComments(File.ReadAllText(Path.Combine(folder.Path, ".gitlab-ci.yml")));
        Assert.StartsWith("coherence:\n", gitLab, StringComparison.Ordinal);
        Assert.Contains($"```yaml\n{gitLab}```", Repository.Read("docs/ci.md"), StringComparison.Ordinal);
        Assert.Equal(0, Run.Of("check", Path.Combine(folder.Path, "specs"), "--quiet").Code);
    }

    [Theory]
    [InlineData("hypervisor", "hypervisor.coh")]
    [InlineData("ci", ".gitlab-ci.yml")]
    public void Nothing_that_is_there_is_replaced_and_then_nothing_is_written(string kind, string existing)
    {
        using var folder = new TemporaryFolder();
        var mine = folder.Write(existing, "mine");
        var run = Run.Of("init", kind, folder.Path);
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains("CC3023", run.Error, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(mine));
        Assert.Single(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("init", "")]
    [InlineData("init kvm", "KIND takes hypervisor, code, ci, not 'kvm'")]
    [InlineData("init code README.md", "specs are files that end in .coh")]
    [InlineData("init code no/such/folder/x.coh", "its folder does not exist")]
    [InlineData("init ci no/such/folder", "is no folder")]
    [InlineData("init code --force", "there is no option '--force'")]
    public void What_cannot_be_written_is_refused(string arguments, string words)
    {
        var run = Run.Of(arguments.Split(' '));
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
    }

    private static string WithoutComments(string text) => string.Concat(text.Split('\n').SkipWhile(line => line.StartsWith('#')).Select(line => line + "\n"))[..^1];
}
