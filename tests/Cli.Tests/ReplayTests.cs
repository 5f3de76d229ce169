namespace CoherenceCheck.Cli.Tests;

/// <summary><c>replay</c>: a trace is followed through the spec as it is now; where it no longer fits, the step and the reason are told.</summary>
public sealed class ReplayTests
{
    private static readonly string Spec = Specs.Rows("kvm without ic : violated", "kvm : holds");

    [Fact]
    public void A_trace_of_check_is_still_one()
    {
        using var stored = new Stored(Spec);
        var run = stored.Replay();
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("STALE", run.Output, StringComparison.Ordinal);
        Assert.Matches("the end depends on \\d+ of \\d+ steps", run.Output);
        Assert.Contains("still violated after", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_trace_of_a_shipped_spec_can_be_followed()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "result.json");
        Assert.Equal(0, Run.Of("check", "specs/kvm/c01-icache-isolation.coh", "--quiet", "--trace", "none", "--report", "json=" + file).Code);
        var run = Run.Of("replay", file, "--trace", "none");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.DoesNotContain("different", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("no longer", run.Output, StringComparison.Ordinal);
        Assert.Equal(25, run.Output.Split("still violated").Length - 1);
    }

    [Fact]
    public void The_trace_of_a_needless_operation_that_is_needed_is_still_one()
    {
        using var stored = new Stored(Specs.Rows("kvm : holds needless ic"));
        var run = stored.Replay();
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("still violated after", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_violation_where_a_model_error_was_is_no_agreement()
    {
        using var stored = new Stored(Spec);
        stored.EditResult("\"trace_verdict\": \"violated\"", "\"trace_verdict\": \"model error\"");
        Assert.Equal(1, stored.Replay().Code);
    }

    [Fact]
    public void Too_little_time_to_expand_the_rows_is_no_missing_row()
    {
        using var stored = new Stored(Spec);
        var run = stored.Replay("--timeout", "0.000001");
        Assert.Equal((3, ""), (run.Code, run.Output));
        Assert.Contains("CC3010", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_edit_elsewhere_leaves_the_trace_a_trace()
    {
        using var stored = new Stored(Spec);
        stored.Edit("scenario \"two vCPUs on one pCPU\"", "policy other { state x : 0..3 = 0 }\n\n\nscenario \"two vCPUs on one pCPU\"");
        Assert.Equal(0, stored.Replay().Code);
    }

    [Fact]
    public void A_step_that_is_not_enabled_is_told_with_the_condition_that_is_not_true()
    {
        using var stored = new Stored(Spec);
        stored.Edit("ic iallu @ic", "dmb ish ; ic iallu @ic");
        var run = stored.Replay();
        Assert.Equal(1, run.Code);
        Assert.Matches(@"step \d+, vcpu_load: dsb nsh: it is not enabled\n    not true: host\[P0\] = \d+ \(now host\[P0\] = \d+\); host\[P0\]: before vcpu_load: dmb ish\n", run.Output);
        Assert.Matches(@"the trace fits no longer: \d+ of \d+ steps could be taken", run.Output);
    }

    [Fact]
    public void A_step_that_the_spec_no_longer_has_is_told_with_what_can_be_done_there()
    {
        using var stored = new Stored(Spec);
        stored.Edit("dc cvau, x", "dc cvac, x");
        var run = stored.Replay();
        Assert.Equal(1, run.Code);
        Assert.Matches(@"step \d+, B: dc cvau, x: the spec has no such step now \('B\.1\.dc cvau, x\(P0\)'\)\n    what 'B' can do here: B: dc cvac, x\n", run.Output);
    }

    [Fact]
    public void A_step_that_does_something_else_now_is_told_and_the_trace_goes_on()
    {
        using var stored = new Stored(Spec);
        stored.Edit("str new, [x] ;", "str newer, [x] ;");
        var run = stored.Replay();
        Assert.Contains("different: step 0", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"step \d+, B: str new, \[x\]: the spec has no such step now", run.Output);
    }

    [Fact]
    public void A_trace_that_ends_well_now_exits_1()
    {
        using var stored = new Stored(Specs.With("expect small { kvm : violated }", "property small: last[guest.mmu][P0] != B"));
        Assert.Equal(0, stored.Replay().Code);
        stored.Edit("last[guest.mmu][P0] != B", "last[guest.mmu][P0] != B || B.pcpu == P0");
        var run = stored.Replay();
        Assert.Equal(1, run.Code);
        Assert.Contains("no longer violated after", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kvm without ic : violated", "kvm without nsh : violated", "there is no row 'fresh_fetch: kvm without ic'")]
    [InlineData("CTR_EL0.IDC = 0", "CTR_EL0.IDC = 1", "has no cell with DIC = 0, IDC = 0")]
    public void A_row_or_cell_that_is_gone_is_an_error(string old, string now, string said)
    {
        using var stored = new Stored(Spec);
        stored.Edit(old, now);
        var run = stored.Replay();
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains("CC3016", run.Error, StringComparison.Ordinal);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "it is no JSON")]
    [InlineData("{\"tool\":\"other\"}", "it is no result of coherencecheck")]
    [InlineData("{\"tool\":\"coherencecheck\",\"schema\":0}", "its schema is 0, not 1")]
    [InlineData("{\"tool\":\"coherencecheck\",\"schema\":1,\"results\":[]}", "holds no trace")]
    [InlineData("{\"tool\":\"coherencecheck\",\"schema\":1,\"results\":[3]}", "it is no result of 'check'")]
    public void A_broken_or_older_file_is_an_error(string text, string said)
    {
        using var folder = new TemporaryFolder();
        var run = Run.Of("replay", folder.Write("result.json", text));
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains("CC3014", run.Error, StringComparison.Ordinal);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_whose_traces_do_not_name_rules_is_of_an_older_version()
    {
        using var stored = new Stored(Spec);
        stored.EditResult("\"rule\":", "\"old rule\":");
        var run = stored.Replay();
        Assert.Equal(2, run.Code);
        Assert.Contains("it is of an older version", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_initial_state_or_property_that_is_gone_is_told()
    {
        using var stored = new Stored(Spec);
        stored.EditResult("\"rule\": \"initial\"", "\"rule\": \"it is to be stored\"");
        var run = stored.Replay();
        Assert.Equal(1, run.Code);
        Assert.Contains("step 0: there is no initial state 'it is to be stored'; there is 'initial'", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_that_has_no_trace_is_an_error_that_names_those_that_have()
    {
        using var stored = new Stored(Spec);
        var run = stored.Replay("--row", "2");
        Assert.Equal(2, run.Code);
        Assert.Contains("it has traces of rows 1", run.Error, StringComparison.Ordinal);
    }

    /// <summary>A spec and the result of checking it.</summary>
    private sealed class Stored : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly string _spec;
        private readonly string _result;

        public Stored(string spec)
        {
            _spec = _folder.Write("spec.coh", spec);
            _result = Path.Combine(_folder.Path, "result.json");
            Assert.InRange(Run.Of("check", _spec, "--quiet", "--report", "json=" + _result).Code, 0, 1);
        }

        public void Edit(string old, string now) => Edit(_spec, old, now);

        public void EditResult(string old, string now) => Edit(_result, old, now);

        public Run Replay(params string[] options) => Run.Of(["replay", _result, .. options]);

        public void Dispose() => _folder.Dispose();

        private static void Edit(string path, string old, string now)
        {
            var text = File.ReadAllText(path);
            Assert.Contains(old, text, StringComparison.Ordinal);
            File.WriteAllText(path, text.Replace(old, now, StringComparison.Ordinal));
        }
    }
}
