namespace CoherenceCheck.Cli.Tests;

/// <summary>What a row leaves out is said in its trace, in every format; what is needless of programs is asked for.</summary>
public sealed class MissingTests
{
    private static readonly string Mutant = Specs.Rows("kvm without nsh : holds");

    private static readonly string Task = Specs.With("expect fresh_fetch { none : unstated ; none without clean : unstated }", "task vmm { str img, [x] ; dc cvau, x @clean ; dsb ish @d1 ; publish x @done }");

    [Theory]
    [InlineData("text", "changes", "@nsh `dsb nsh` is left out here: `ic of all` is still pending on P0")]
    [InlineData("text", "core", "@nsh `dsb nsh` is left out here: `ic of all` is still pending on P0")]
    [InlineData("json", "changes", "@nsh `dsb nsh` is left out here: `ic of all` is still pending on P0")]
    [InlineData("sarif", "changes", "@nsh `dsb nsh` is left out here: `ic of all` is still pending on P0")]
    [InlineData("html", "changes", "@nsh `dsb nsh` is left out here: `ic of all` is still pending on P0")]
    [InlineData("dot", "changes", "@nsh `dsb nsh` is left out here: `ic of all` is still pending on P0")]
    [InlineData("mermaid", "changes", "@nsh #96;dsb nsh#96; is left out here: #96;ic of all#96; is still pending on P0")]
    public void Every_format_says_what_is_left_out_where(string format, string trace, string says)
    {
        var run = Run.Check(Mutant, "--format", format, "--trace", trace);
        Assert.Contains(says, System.Net.WebUtility.HtmlDecode(run.Output.Replace("\\u0060", "`", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain("is left out here", Run.Check(Specs.Rows("none : holds"), "--format", format).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_statement_in_a_branch_that_is_not_taken_is_missed_nowhere()
    {
        var run = Run.Check(Specs.Rows("kvm without ic without never : unstated").Replace("dsb ish @sw", "if v != v { isb @never } else { isb }", StringComparison.Ordinal));
        Assert.DoesNotContain("@never", run.Output[run.Output.IndexOf("     #", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.Contains("@ever `isb`", Run.Check(Specs.Rows("kvm without ic without ever : unstated").Replace("dsb ish @sw", "if v != v { isb } else { isb @ever }", StringComparison.Ordinal)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_that_is_left_out_is_said_at_the_beginning() =>
        Assert.Contains("@fb `HCR_EL2.FB = 1` is left out: the field keeps its default", Run.Check(Specs.Rows("none : unstated", "kvm without fb without ic : unstated").Replace("HCR_EL2.FB = 1", "HCR_EL2.FB = 1 @fb", StringComparison.Ordinal)).Output, StringComparison.Ordinal);

    [Fact]
    public void Tasks_are_minimized_and_guests_whose_promise_is_their_own_work_are_not()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("2 labelled operations: @clean (dc cvau, x (vmm)), @d1 (dsb ish (vmm))", Run.Of("minimize", folder.Write("task.coh", Task), "--policy", "none", "--quiet").Output, StringComparison.Ordinal);
        var own = folder.Write("own.coh", Specs.Rows("kvm : holds").Replace("dc cvau, x ;", "dc cvau, x @own ;", StringComparison.Ordinal));
        Assert.DoesNotContain("@own", Run.Of("minimize", own, "--quiet").Output, StringComparison.Ordinal);
        var published = folder.Write("published.coh", Task.Replace("dc cvau, x ;", "dc cvau, x @own ; isb @never ;", StringComparison.Ordinal));
        var output = Run.Of("minimize", published, "--policy", "none", "--quiet").Output;
        Assert.Contains("@own", output, StringComparison.Ordinal);
        Assert.DoesNotContain("@never", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("minimize")]
    [InlineData("explain")]
    public void A_policy_is_named_by_a_part_that_no_other_has(string command)
    {
        using var folder = new TemporaryFolder();
        var spec = folder.Write("spec.coh", Specs.Rows("kvm : holds", "kvm without nsh : violated", "kvm without ic : violated"));
        Assert.Equal(Run.Of(command, spec, "--quiet", "--policy", "kvm without nsh").Output, Run.Of(command, spec, "--quiet", "--policy", "NSH").Output);
        var several = Run.Of(command, spec, "--quiet", "--policy", "without");
        Assert.Equal(2, several.Code);
        Assert.Contains("'kvm without nsh', 'kvm without ic'", several.Error, StringComparison.Ordinal);

        // A whole name is no part of another.
        Assert.Contains("kvm", Run.Of(command, spec, "--quiet", "--policy", "kvm").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_test_that_goes_one_way_is_said_only_where_everything_was_searched()
    {
        var spec = Specs.Rows("kvm : holds").Replace("dsb ish @sw", "if v != v { isb } ; dsb ish", StringComparison.Ordinal);
        Assert.Contains("CC0532", Run.Check(spec).Error, StringComparison.Ordinal);
        Assert.Equal(0, Run.Check(spec).Code);
        Assert.DoesNotContain("CC0532", Run.Check(spec, "--max-states", "20").Error, StringComparison.Ordinal);
        Assert.DoesNotContain("CC0532", Run.Check(Specs.Rows("kvm : holds")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_rest_of_the_cells_is_said_in_results()
    {
        const string Machine = "CTR_EL0.DIC in {0, 1} ; CTR_EL0.IDC = 1";
        var spec = Specs.With("expect fresh_fetch { kvm without sw when DIC = 1 : unstated ; kvm without sw otherwise : unstated }", machine: Machine);
        Assert.Contains("kvm without sw otherwise", Run.Check(spec).Output, StringComparison.Ordinal);
        Assert.Contains("\"otherwise\": true", Run.Check(spec, "--format", "json").Output, StringComparison.Ordinal);
        var none = Run.Check(spec.Replace("when DIC = 1", "when DIC in {0, 1}", StringComparison.Ordinal));
        Assert.Equal(2, none.Code);
        Assert.Contains("CC2003", none.Error, StringComparison.Ordinal);
    }
}
