using System.Text.RegularExpressions;

namespace CoherenceCheck.Cli.Tests;

/// <summary>Folders of specs with links in them: what a gate does not look at, it lets pass.</summary>
public sealed class FolderTests
{
    private static readonly string Good = Specs.Rows("kvm : holds");

    private static readonly string Bad = Specs.Rows("kvm without ic : holds");

    [Theory]
    [InlineData("check")]
    [InlineData("simulate")]
    [InlineData("diff")]
    public void A_folder_that_a_link_leads_to_is_looked_at(string command)
    {
        using var specs = new TemporaryFolder();
        using var elsewhere = new TemporaryFolder();
        specs.Write("good.coh", Good);
        elsewhere.Write("deep/bad.coh", Bad);
        Link(specs, "link", elsewhere.Path);
        if (command == "diff")
        {
            // The two hold the same specs, under the same names.
            using var other = new TemporaryFolder();
            other.Write("good.coh", Good);
            other.Write("link/deep/bad.coh", Bad);
            var same = Run.Of("diff", other.Path, specs.Path, "--quiet");
            Assert.Equal(0, same.Code);
            Assert.Contains("2 rows, no change", same.Output, StringComparison.Ordinal);
            return;
        }

        var run = Run.Of(command, specs.Path);
        Assert.Equal(1, run.Code);
        Assert.Contains(Path.Combine(specs.Path, "link", "deep", "bad.coh"), run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_in_a_circle_end_and_no_spec_is_checked_twice()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a/a.coh", Good);
        folder.Write("b/b.coh", Good);
        Link(folder, "a/up", folder.Path);
        Link(folder, "a/again", Path.Combine(folder.Path, "a"));
        Link(folder, "b/a", Path.Combine(folder.Path, "a"));
        Link(folder, "0", Path.Combine(folder.Path, "b"));
        var run = Run.Of("check", folder.Path, Path.Combine(folder.Path, "a"), Path.Combine(folder.Path, "a", "up", "b"), "--quiet");
        Assert.Equal(0, run.Code);
        Assert.Contains("2 rows: 2 as expected", run.Output, StringComparison.Ordinal);

        // By their own names, although the link 0 comes first.
        Assert.Equal(["a/a.coh", "b/b.coh"], Named(run, folder));
    }

    [Fact]
    public void A_link_to_a_spec_is_a_spec_of_its_own_folder()
    {
        using var folder = new TemporaryFolder();
        folder.Write("good/policy.coh", Specs.Policies);
        folder.Write("broken/policy.coh", Specs.Policies.Replace("ic iallu @ic ; ", "isb @ic ; ", StringComparison.Ordinal));
        folder.Write("good/spec.coh", "use \"policy.coh\"\n" + Good[Specs.Policies.Length..]);
        Link(folder, "broken/spec.coh", Path.Combine(folder.Path, "good", "spec.coh"));
        var run = Run.Of("check", folder.Path, "--quiet");
        Assert.Equal(1, run.Code);
        Assert.Contains("2 rows: 1 as expected, 1 not as expected", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gone.coh", "nothing.coh")]
    [InlineData("gone", "../no/such/folder")]
    [InlineData("round", "round")]
    public void A_link_that_leads_nowhere_is_an_error_that_names_it(string name, string target)
    {
        using var folder = new TemporaryFolder();
        folder.Write("good.coh", Good);
        Link(folder, name, target);
        foreach (var run in new[] { Run.Of("check", folder.Path), Run.Of("check", Path.Combine(folder.Path, name)), Run.Of("simulate", folder.Path) })
        {
            Assert.Equal((2, ""), (run.Code, run.Output));
            Assert.Contains("CC3001", run.Error, StringComparison.Ordinal);
            Assert.Contains($"{name}' is a link that leads nowhere", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_folder_whose_name_is_no_text_is_not_passed_over()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere names are text.");
        using var folder = new TemporaryFolder();
        folder.Write("good.coh", Good);
        folder.Write("bad.coh", Bad);
        var run = Shell.Of(folder.Path, $"mkdir $'d\\xff'; mv bad.coh $'d\\xff'; code=0; {Program.Command} check . --quiet || code=$?; rm -r $'d\\xff'; exit $code");
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains("CC3002", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_lock_of_an_editor_is_no_spec()
    {
        using var folder = new TemporaryFolder();
        folder.Write("good.coh", Good);
        Link(folder, ".#good.coh", "user@host.4711:1");
        Assert.Equal(0, Run.Of("check", folder.Path, "--quiet").Code);
    }

    [Fact]
    public void A_search_can_be_interrupted()
    {
        using var folder = new TemporaryFolder();
        folder.Write("good.coh", Good);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var run = Run.Of(cancelled.Token, "check", folder.Path);
        Assert.Equal(130, run.Code);
        Assert.Contains("interrupted", run.Error, StringComparison.Ordinal);
    }

    private static void Link(TemporaryFolder folder, string name, string target) => File.CreateSymbolicLink(Path.Combine(folder.Path, name), target);

    private static IEnumerable<string> Named(Run run, TemporaryFolder folder) => Regex.Matches(run.Output, "^" + Regex.Escape(folder.Path) + @"/(?<name>\S+)  two", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5))
        .Select(match => match.Groups["name"].Value);
}
