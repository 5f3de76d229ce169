namespace CoherenceCheck.Cli.Tests;

/// <summary>A model must not pass by doing nothing: covers and labelled statements that are not reached fail the run.</summary>
public sealed class CoverageTests
{
    [Fact]
    public void A_cover_that_is_reached_is_a_row_that_is_met()
    {
        var run = Run.Check(Specs.With("expect fresh_fetch { kvm : holds }", "cover maintained: B at end"));
        Assert.Equal(0, run.Code);
        Assert.Matches(@"cover maintained\s+reached\s+as expected", run.Output);
    }

    [Fact]
    public void A_cover_that_is_not_reached_fails_and_names_the_cell()
    {
        var run = Run.Check(Specs.With("expect fresh_fetch { stuck : holds }", "cover maintained: B at end")
            + "\npolicy stuck { on vcpu_load(v, p) { await false } }");
        Assert.Equal(1, run.Code);
        Assert.Contains("not reached under 'stuck'", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_labelled_statement_that_never_runs_fails()
    {
        var run = Run.Check(Specs.With("expect fresh_fetch { lazy : holds }")
            + "\npolicy lazy { on vcpu_load(v, p) { ic iallu ; dsb nsh ; if false { isb @never } } }");
        Assert.Equal(1, run.Code);
        Assert.Contains("statement @never", run.Output, StringComparison.Ordinal);
        Assert.Contains("not reached", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_that_never_fired_are_counted_and_listed_on_request()
    {
        var spec = Specs.With("expect fresh_fetch { lazy : holds }") + "\npolicy lazy { on vcpu_load(v, p) { ic iallu ; dsb nsh ; if false { isb } } }";
        Assert.Contains("rules fired (--coverage lists the others)", Run.Check(spec).Output, StringComparison.Ordinal);
        Assert.Contains("vcpu_load: isb", Run.Check(spec, "--coverage").Output, StringComparison.Ordinal);
    }
}
