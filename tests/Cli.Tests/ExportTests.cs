namespace CoherenceCheck.Cli.Tests;

/// <summary><c>export</c>: what it writes and what it refuses. Whether others count the same is tested in Export.Tests.</summary>
public sealed class ExportTests
{
    private const string Spec = "specs/kvm/c01-icache-isolation.coh";

    [Theory]
    [InlineData("promela", "active proctype system() {", "assert(false)")]
    [InlineData("murphi", "startstate \"initial 1\"", "invariant \"fresh_fetch\"")]
    [InlineData("tla", "---- MODULE exported ----", "INVARIANT Property")]
    public void The_text_says_where_it_comes_from_and_is_the_same_every_time(string target, string line, string property)
    {
        var run = Run.Of("export", Spec, "--row", "22", "--cell", "2", "--to", target);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains(line, run.Output, StringComparison.Ordinal);
        Assert.Contains(property, run.Output, StringComparison.Ordinal);
        Assert.Contains("row 22, cell 2: fresh_fetch: unhooked; stated: violated", run.Output, StringComparison.Ordinal);
        Assert.Contains("DIC = 0, IDC = 1", run.Output, StringComparison.Ordinal);
        Assert.Equal(run, Run.Of("export", Spec, "--row", "22", "--cell", "2", "--to", target));
        Assert.DoesNotContain(property, Run.Of("export", Spec, "--row", "22", "--to", target, "--no-property").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_holds_what_is_printed_and_tlc_finds_its_configuration_beside_it()
    {
        using var folder = new TemporaryFolder();
        string PathOf(string name) => System.IO.Path.Combine(folder.Path, name);
        Assert.Equal(new Run(0, "", ""), Run.Of("export", Spec, "--to", "promela", "-o", PathOf("a.pml")));
        Assert.Equal(Run.Of("export", Spec, "--to", "promela").Output, File.ReadAllText(PathOf("a.pml")));
        Assert.Equal(new Run(0, "", ""), Run.Of("export", Spec, "--to", "tla", "--output", PathOf("Cell_1.tla")));
        Assert.StartsWith("---- MODULE Cell_1 ----\n", File.ReadAllText(PathOf("Cell_1.tla")), StringComparison.Ordinal);
        Assert.Equal("INIT Init\nNEXT Next\nCHECK_DEADLOCK FALSE\nINVARIANT Property\n", File.ReadAllText(PathOf("Cell_1.cfg")));
    }

    [Theory]
    [InlineData("CC3001", "no-such-spec.coh", "--to", "tla")]
    [InlineData("CC3005", Spec, "--to", "tla", "--row", "777")]
    [InlineData("CC3005", Spec, "--to", "tla", "--cell", "777")]
    [InlineData("CC3019", Spec, "--to", "tla", "-o", "not-a-module.tla")]
    [InlineData("CC3019", Spec, "--to", "tla", "-o", "module.txt")]
    [InlineData("CC3019", Spec, "--to", "murphi", "-o", "/no/such/folder/x.m")]
    [InlineData("--to", Spec)]
    [InlineData("alloy", Spec, "--to", "alloy")]
    public void What_cannot_be_exported_exits_2_and_is_told(string told, params string[] arguments)
    {
        var run = Run.Of(["export", .. arguments]);
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains(told, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_rule_in_the_document_is_what_the_command_beside_it_writes()
    {
        var parts = Repository.Read("docs/export.md").Split("```\n");
        var command = parts[1].TrimEnd().Split(' ');
        Assert.Equal("./coherencecheck", command[0]);
        Assert.Contains(parts[3], Run.Of(command[1..]).Output, StringComparison.Ordinal);
    }
}
