using System.Collections.Immutable;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Report.Html;

namespace CoherenceCheck.Report.Tests;

/// <summary>The HTML report of results made by hand.</summary>
public sealed class HtmlReportTests
{
    private static readonly NarratedTrace Trace = Traces.Of("x", ["P0", "P1", "idle"],
    [
        Step(0, StepAgent.Initial, null, "", coherent: "old"),
        Step(1, StepAgent.Host, 0, "load A", vcpu: "A", coherent: "old"),
        Step(2, StepAgent.Guest, 1, "B: str new, [x]", vcpu: "B", after: [1]),
        Step(3, StepAgent.Host, 0, "vcpu_load: isb", needed: false, after: [1]),
        Step(4, StepAgent.Guest, 1, "B: dsb ish", vcpu: "B", after: [2], notes: [new Completed(0, "on bare metal the PoU cannot show x = old")]),
        Step(5, StepAgent.Guest, 0, "B: exec x -> old", vcpu: "B", after: [1, 2, 3, 4], notes: [Traces.Stale("STALE: bare metal could deliver only new")]),
    ]);

    [Fact]
    public void A_trace_has_a_row_for_each_step_and_greys_what_the_violation_does_not_need()
    {
        var steps = Steps(Page(Row("s", Trace)));
        Assert.Equal(Trace.Steps.Select(step => $"row-7-step-{step.Number}"), steps.Select(step => step.Attribute("id")!.Value));
        Assert.Equal(Trace.Steps.Select(step => !step.IsNeeded), steps.Select(step => Has(step, "spare")));
        Assert.True(Has(steps[5], "stale"));
        Assert.Contains("STALE: bare metal could deliver only new", steps[5].Value, StringComparison.Ordinal);
        Assert.True(Has(steps[4], "done"));
    }

    [Fact]
    public void Each_step_stands_in_the_column_of_its_CPU_and_columns_without_steps_are_left_out()
    {
        var page = Page(Row("s", Trace));
        Assert.Equal(["P0", "P1"], page.Descendants("th").Where(head => Has(head, "cpu")).Select(head => head.Value));
        var steps = Steps(page);
        Assert.Contains("load A", steps[1].Elements("td").First().Value, StringComparison.Ordinal);
        Assert.Contains("str new", steps[2].Elements("td").ElementAt(1).Value, StringComparison.Ordinal);
        Assert.Equal("A", steps[1].Descendants("span").First(span => Has(span, "who")).Value);
    }

    [Fact]
    public void What_had_to_come_before_a_needed_step_is_said_among_the_needed_ones()
    {
        var before = Steps(Page(Row("s", Trace)))[5].Descendants("span").Single(span => Has(span, "before"));
        Assert.Equal(["#row-7-step-4"], before.Elements("a").Select(link => link.Attribute("href")!.Value));
    }

    [Fact]
    public void Contents_that_a_coherent_access_does_not_see_are_marked()
    {
        var steps = Steps(Page(Row("s", Trace)));
        Assert.Empty(Differing(steps[1]));
        Assert.Equal(["old", "new,old"], Differing(steps[2]));
    }

    [Fact]
    public void A_step_of_the_memory_itself_has_its_own_column()
    {
        var moved = Trace with { Steps = Trace.Steps.SetItem(3, Step(3, StepAgent.Hardware, null, "x is written back to the PoC", after: [1])) };
        var page = Page(Row("s", moved));
        Assert.Equal(["P0", "P1", "memory system"], page.Descendants("th").Where(head => Has(head, "cpu")).Select(head => head.Value));
        Assert.Contains("written back", Steps(page)[3].Elements("td").ElementAt(2).Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>")]
    [InlineData("\"quoted\" 'and' &amp; ]]> -->", "\"quoted\" 'and' &amp; ]]> -->")]
    [InlineData("bell\a nul\0 escape\u001b return\r", "bell\\u0007 nul\\u0000 escape\\u001b return\\u000d")]
    [InlineData("\u202eright to left~ alone \u0085", "\\u202eright to left\\ud800 alone \\u0085")]
    public void What_a_spec_says_is_text(string hostile, string shown)
    {
        // Half of a surrogate pair does not survive in an attribute of a test.
        hostile = hostile.Replace('~', '\ud800');
        var trace = Traces.Of(hostile, [hostile, "P1", "idle"], Trace.Steps.SetItem(1, Step(1, StepAgent.Host, 0, hostile, vcpu: hostile, coherent: hostile, notes: [new Said(hostile)])));
        var page = Page(Row(hostile, trace) with { Policy = hostile, Spec = hostile, Property = hostile, Notes = [hostile], Cell = new CellDescription(hostile, hostile, []) });
        Assert.Empty(page.Descendants("img"));
        Assert.Contains(page.Descendants("h3"), heading => heading.Value.StartsWith(shown, StringComparison.Ordinal));
        Assert.Equal(shown, Steps(page)[1].Descendants("code").Single().Value);
    }

    [Fact]
    public void Elements_that_are_not_void_have_end_tags()
    {
        var text = Print(Row("s", Trace));
        text = text[..text.IndexOf("<script>", StringComparison.Ordinal)];
        Assert.All(
            System.Text.RegularExpressions.Regex.Matches(text, @"<(?<tag>\w+)[^<>]*/>", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)),
            match => Assert.Equal("meta", match.Groups["tag"].Value));
    }

    [Fact]
    public void The_policy_allows_the_style_and_the_script_of_the_page_alone()
    {
        var page = Page(Row("s", Trace));
        var policy = page.Descendants("meta").Single(meta => meta.Attribute("http-equiv") is not null).Attribute("content")!.Value;
        var text = Print(Row("s", Trace));
        foreach (var tag in new[] { "style", "script" })
        {
            var from = text.IndexOf($"<{tag}>", StringComparison.Ordinal) + tag.Length + 2;
            var content = text[from..text.IndexOf($"</{tag}>", StringComparison.Ordinal)];
            var hash = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(content)));
            Assert.Contains($"{tag}-src 'sha256-{hash}'", policy, StringComparison.Ordinal);
        }

        Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
    }

    private static List<XElement> Steps(XElement page) => [.. page.Descendants("tr").Where(row => Has(row, "step"))];

    private static IEnumerable<string> Differing(XElement step) => step.Descendants("span").Where(span => Has(span, "differs")).Select(span => span.Value);

    private static bool Has(XElement element, string style) => (element.Attribute("class")?.Value.Split(' ') ?? []).Contains(style, StringComparer.Ordinal);

    private static XElement Page(params RowResult[] rows)
    {
        using var reader = XmlReader.Create(new StringReader(Print(rows)), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XElement.Load(reader);
    }

    private static string Print(params RowResult[] rows)
    {
        using var output = new MemoryStream();
        HtmlReport.Write(output, new CheckResult([.. rows], [new ScenarioResult("a.coh", "s", "in-order", [], 3, [])], [], false, "enumerator", new RunStatistics(1, 1, 1, 1, 1, 1, 1)), "1.0");
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static NarratedStep Step(
        int number, StepAgent agent, int? column, string action, string? vcpu = null, string coherent = "new", bool needed = true, ImmutableArray<int>? after = null, ImmutableArray<Note>? notes = null) =>
        Traces.Step(number, agent, column, vcpu, action, Traces.Values(coherent, coherent, "old", coherent == "new" ? "new,old" : "-"), notes ?? []) with
        {
            Source = "a.coh:3",
            Changes = [new NarratedChange("I[P0][x]", "{old}", "{}")],
            Running = [number > 0 ? "A" : null, number > 1 ? "B" : null, null],
            After = after ?? [],
            IsNeeded = needed,
        };

    private static RowResult Row(string scenario, NarratedTrace? trace) => new()
    {
        Number = 7,
        Spec = "a.coh",
        Line = 3,
        Scenario = scenario,
        Policy = "kvm",
        When = [new RowCondition("DIC", null, ["0"], default)],
        Cells = 2,
        Classes = [new ClassResult("IDC = 0", 1, RowVerdict.Violated, 10, 5), new ClassResult("IDC = 1", 1, RowVerdict.Holds, 10, 5)],
        Property = "fresh_fetch",
        Expected = "violated",
        Verdict = RowVerdict.Violated,
        Met = true,
        States = 10,
        Depth = 5,
        Trace = trace,
    };
}
