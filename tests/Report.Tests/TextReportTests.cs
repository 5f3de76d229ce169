using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Narration;

namespace CoherenceCheck.Report.Tests;

/// <summary>What people read: rows, traces, summaries.</summary>
public sealed class TextReportTests
{
    [Fact]
    public void A_row_says_whether_its_verdict_is_as_expected()
    {
        var text = Print(Row(1, RowVerdict.Holds, "holds", met: true), Row(2, RowVerdict.Violated, "holds", met: false));
        Assert.Contains("holds      as expected", text, StringComparison.Ordinal);
        Assert.Contains("violated   EXPECTED HOLDS", text, StringComparison.Ordinal);
        Assert.Contains("2 rows: 1 as expected, 1 not as expected", text, StringComparison.Ordinal);
        Assert.Contains("a.coh:2: fresh_fetch: kvm when DIC = 0, A.SCTLR_EL1.I in {0, 1}: violated, expected holds", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Colour_is_used_only_where_it_is_asked_for()
    {
        var row = Row(1, RowVerdict.Violated, "holds", met: false);
        Assert.DoesNotContain('\u001b', Print(row));
        Assert.Contains("\u001b[31;1mviolated", Print(new TextOptions(true, TraceDetail.None, null, false, false), row), StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_of_one_CPU_that_show_nothing_stand_on_one_line_and_unseen_hardware_is_left_out()
    {
        var text = Print(Violated(
            Step(0, StepAgent.Initial, null, ""),
            Step(1, StepAgent.Host, 0, "load A"),
            Step(2, StepAgent.Host, 0, "vcpu_load: ic iallu"),
            Step(3, StepAgent.Hardware, 0, "ic of all takes effect on P0"),
            Step(4, StepAgent.Host, 0, "vcpu_load: dsb nsh"),
            Step(5, StepAgent.Guest, 1, "B: dsb ish", notes: [new Completed(0, "x")]),
            Step(6, StepAgent.Guest, 1, "B: isb"),
            Step(7, StepAgent.Guest, 1, "B: exec x -> old", notes: [Traces.Stale("STALE: y")])));
        Assert.Contains("   1-4  load A; vcpu_load: ic iallu; dsb nsh", text, StringComparison.Ordinal);
        Assert.DoesNotContain("takes effect", text, StringComparison.Ordinal);
        Assert.Matches(@"\*    5 +B: dsb ish\n +complete: x\n     6 +B: isb\n!    7 +B: exec x -> old\n +STALE: y\n", text);
    }

    [Fact]
    public void The_full_trace_has_a_line_for_every_step_and_every_change()
    {
        var options = new TextOptions(false, TraceDetail.Full, null, false, false);
        var text = Print(options, Violated(
            Step(0, StepAgent.Initial, null, ""),
            Step(1, StepAgent.Hardware, 0, "ic of all takes effect on P0"),
            Step(2, StepAgent.Guest, 1, "B: exec x -> old", notes: [Traces.Stale("STALE")])));
        Assert.Contains("ic of all takes effect on P0", text, StringComparison.Ordinal);
        Assert.Contains("I[P0][x]: {old} -> {}", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_cannot_begin_a_line_or_move_the_cursor()
    {
        var text = Print(Row(1, RowVerdict.Violated, "holds", met: false) with { Spec = "a\n::error::b\u001b[2J.coh", Scenario = "s\nt", Policy = "k\nv" });
        Assert.DoesNotContain("\n::error", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
        Assert.Contains("\\u000a::error::b\\u001b[2J.coh", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_that_the_end_does_not_depend_on_are_marked_and_counted()
    {
        var text = Print(Violated(WithPassedSteps()));
        Assert.Contains("     1  load A\n.  2-3  vcpu_load: ic iallu; dsb nsh\n!    4 ", text, StringComparison.Ordinal);
        Assert.Contains("the end depends on 2 of 4 steps; the others (.) are passed", text, StringComparison.Ordinal);
        Assert.DoesNotContain("the end depends", Print(Violated(Step(0, StepAgent.Initial, null, ""), Step(1, StepAgent.Guest, 1, "B: exec x -> old", notes: [Traces.Stale("STALE")]))), StringComparison.Ordinal);
    }

    [Fact]
    public void The_core_of_a_trace_leaves_out_what_the_end_does_not_depend_on()
    {
        var text = Print(new TextOptions(false, TraceDetail.Core, null, false, false), Violated(WithPassedSteps()));
        Assert.DoesNotContain("ic iallu", text, StringComparison.Ordinal);
        Assert.Contains("load A", text, StringComparison.Ordinal);
        Assert.Contains("the others are left out", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_full_trace_names_the_steps_that_had_to_come_directly_before()
    {
        var text = Print(new TextOptions(false, TraceDetail.Full, null, false, false), Violated(WithPassedSteps()));
        Assert.Matches(@"!    4 .*\n +STALE\n +after 3\n", text);
    }

    private static ImmutableArray<NarratedStep> WithPassedSteps() =>
    [
        Step(0, StepAgent.Initial, null, ""),
        Step(1, StepAgent.Host, 0, "load A"),
        Step(2, StepAgent.Host, 0, "vcpu_load: ic iallu", after: [1], needed: false),
        Step(3, StepAgent.Host, 0, "vcpu_load: dsb nsh", after: [1, 2], needed: false),
        Step(4, StepAgent.Guest, 1, "B: exec x -> old", notes: [Traces.Stale("STALE")], after: [1, 3]),
    ];

    [Fact]
    public void Long_actions_are_wrapped_within_their_column()
    {
        var steps = Enumerable.Range(1, 9).Select(i => Step(i, StepAgent.Host, 0, $"vcpu_load: statement number {i}")).Prepend(Step(0, StepAgent.Initial, null, ""));
        var text = Print(Violated([.. steps, Step(10, StepAgent.Guest, 0, "B: exec x -> old", notes: [Traces.Stale("STALE")])]));
        Assert.All(text.Split('\n').Where(line => line.Contains("statement", StringComparison.Ordinal)), line => Assert.True(line.Length <= 52, line));
        Assert.Contains("statement number 9", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_memory_does_by_itself_stands_in_no_column()
    {
        var moved = Traces.Values("new", "new", "new", "old");
        var text = Print(Violated(
            Step(0, StepAgent.Initial, null, ""),
            Step(1, StepAgent.Guest, 0, "A: isb"),
            Step(2, StepAgent.Hardware, null, "x is written back to the PoC") with { Values = moved },
            Step(3, StepAgent.Guest, 0, "A: exec x -> old", notes: [Traces.Stale("STALE")]) with { Values = moved }));
        Assert.Matches(@"    2 +x is written back to the PoC +new / new / new\n", text);
    }

    private static string Print(params RowResult[] rows) => Print(new TextOptions(false, TraceDetail.Changes, null, false, false), rows);

    private static string Print(TextOptions options, params RowResult[] rows)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var scenario = new ScenarioResult("a.coh", "s", "in-order", [], 3, []);
        new TextReport(output, options).Write(new CheckResult([.. rows], [scenario], [], false, "enumerator", new RunStatistics(1, 1, 1, 1, 1, 1, 1)));
        return output.ToString();
    }

    private static RowResult Violated(params ImmutableArray<NarratedStep> steps) =>
        Row(1, RowVerdict.Violated, "violated", met: true) with { Trace = Traces.Of(steps), Depth = steps.Length - 1 };

    private static NarratedStep Step(int number, StepAgent agent, int? column, string action, ImmutableArray<Note>? notes = null, ImmutableArray<int>? after = null, bool needed = true) =>
        Traces.Step(number, agent, column, null, action, Traces.Values("old", "old", "old", "old"), notes ?? []) with
        {
            Changes = number == 0 ? [] : [new NarratedChange("I[P0][x]", "{old}", "{}")],
            Running = ["A", null],
            After = after ?? [],
            IsNeeded = needed,
        };

    private static RowResult Row(int number, RowVerdict verdict, string expected, bool met) => new()
    {
        Number = number,
        Spec = "a.coh",
        Line = number,
        Scenario = "s",
        Policy = "kvm",
        When = [new RowCondition("DIC", null, ["0"], default), new RowCondition("SCTLR_EL1.I", "A", ["0", "1"], default)],
        Cells = 1,
        Property = "fresh_fetch",
        Expected = expected,
        Verdict = verdict,
        Met = met,
        States = 10,
        Depth = 3,
    };
}
