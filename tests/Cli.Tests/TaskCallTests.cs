namespace CoherenceCheck.Cli.Tests;

/// <summary>Tasks that call procedures of the rows' policies, from end to end.</summary>
public sealed class TaskCallTests
{
    private const string Spec = """
        policy p { lock l
          proc sync() holding l { ic ialluis @ic ; dsb ish ; atomic { isb @isb } } }
        policy q { proc sync() { dsb ish @dsb } }

        scenario "a task" {
          machine { pcpu P0 }
          frame code { x = old }
          vm guest { page code = code RX wb ; vcpu A { SCTLR_EL1.M = 1 } { exec x ; isb ; exec x } }
          task t { str new, [x] ; dc cvau, x ; dsb ish ; call sync() @call ; publish x }
          cover called: t past call
          expect fresh_fetch {
            p                  : holds
            p without ic       : violated
            p with ic: dsb ish : violated
            p without call     : violated
            q                  : violated
            none               : violated
            bare_metal         : violated
          }
          expect deadlock { p : holds }
        }
        """;

    [Fact]
    public void The_rows_policy_decides_what_the_task_does()
    {
        var run = Run.Check(Spec, "--strict");
        Assert.Equal(0, run.Code);
        Assert.Contains("9 rows: 9 as expected", run.Output, StringComparison.Ordinal);
        Assert.Contains("@ic `ic ialluis` is left out here", run.Output, StringComparison.Ordinal);
        Assert.Contains("@ic `dsb ish` stands next, in place of `ic ialluis`", run.Output, StringComparison.Ordinal);
        Assert.Contains("@call `call sync()` is left out here", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("statement @", run.Output, StringComparison.Ordinal);
        Assert.Empty(run.Error);
    }

    [Fact]
    public void What_no_task_reaches_is_said()
    {
        var run = Run.Check(Spec.Replace("dsb ish @dsb", "if false { dsb ish @dsb ; atomic { isb @in } }", StringComparison.Ordinal));
        Assert.Contains("statement @dsb", run.Output, StringComparison.Ordinal);
        Assert.Contains("statement @in", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("statement @ic", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_policy_is_explained_and_minimized_with_what_tasks_call()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("spec.coh", Spec);
        Assert.Contains("@ic (ic ialluis)", Run.Of("explain", path, "--policy", "p", "--quiet").Output, StringComparison.Ordinal);
        var minimized = Run.Of("minimize", path, "--policy", "p", "--quiet");
        Assert.Contains("3 labelled operations: @ic (ic ialluis), @isb (isb), @call", minimized.Output, StringComparison.Ordinal);
        Assert.Contains("can be left out alone: @isb", minimized.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_body_of_a_procedure_is_the_same_question()
    {
        using var folder = new TemporaryFolder();
        var spec = Spec.Replace("none               : violated", "p with call: { call sync() ; isb } : holds", StringComparison.Ordinal);
        Assert.Equal("9 rows, no change\n", Diff("ic ialluis @ic", "ic ialluis @ic ; isb"));
        Assert.Contains("task t: 'isb' is new", Diff("call sync() @call", "call sync() @call ; isb"), StringComparison.Ordinal);
        Assert.Contains("fresh_fetch: p  holds -> violated", Diff("ic ialluis @ic", "isb @ic"), StringComparison.Ordinal);

        string Diff(string before, string after)
        {
            folder.Write("base/spec.coh", spec);
            folder.Write("head/spec.coh", spec.Replace(before, after, StringComparison.Ordinal));
            return Run.Of("diff", Path.Combine(folder.Path, "base"), Path.Combine(folder.Path, "head"), "--quiet").Output;
        }
    }
}
