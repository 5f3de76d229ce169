using System.Collections.Immutable;
using CoherenceCheck.Model.Narration;

namespace CoherenceCheck.Report.Html;

/// <summary>A row's trace: what was found, why it is stale, and the space-time diagram.</summary>
internal sealed class HtmlTrace(Markup page, RowResult row, NarratedTrace trace)
{
    private readonly string _id = HtmlReport.Trace(row);

    public void Write()
    {
        var needed = trace.Steps.Count(step => step.Number > 0 && step.IsNeeded);
        page.Open("section", "trace " + HtmlReport.Kinds([row]), _id).Open("details").Attribute("open", "open").Line();
        page.Open("summary").Open("h3").Text(TextReport.Describe(row)).Close()
            .Text(" ").Element("span", TextReport.VerdictName(row.Verdict), "verdict violates")
            .Text(" ").Element(row.Met ? "span" : "strong", row.Met ? TextReport.Claim(row) : $"expected {row.Expected}", row.Met ? "dim" : "bad")
            .Text(" ").Element("span", $"{TextReport.Count(row.Depth, "step")}, {needed} needed", "dim").Text(" ").Element("span", row.Scenario, "dim").Close().Line();
        WriteFacts();
        WriteWhy();
        WriteDiagram();
        page.Close(2).Line();
    }

    private void WriteFacts()
    {
        page.Open("dl", "facts").Line();
        Fact("spec", $"{row.Spec}:{row.Line}");
        Fact("scenario", row.Scenario);
        if (row.Cell is { } cell)
        {
            Fact("registers", cell.Registers);
            Fact("readings", cell.Readings.Length == 0 ? "defaults" : cell.Readings);
        }

        page.Close().Line();
        page.Open("p", "back").Link(HtmlReport.Cell(row), $"row {row.Number} among the verdicts").Close().Line();
    }

    private void Fact(string name, string value) => page.Open("div").Element("dt", name).Element("dd", value).Close().Line();

    /// <summary>The end first: what was stale, what completed before, and what was last seen of the I-cache that it came from.</summary>
    private void WriteWhy()
    {
        foreach (var stale in trace.Steps.Where(step => step.IsStale))
        {
            page.Open("div", "why").Line();
            page.Open("p").Open("b").Text("At the end ").Close();
            Reference(stale);
            page.Text($": {stale.Action}. ").Element("strong", string.Join("; ", stale.Notes)).Close().Line();
            if (stale.CompleteSince is { } since && trace.Steps[since] is var completed)
            {
                Clause("Complete since ", completed, completed.Notes.Where(note => note.StartsWith("complete:", StringComparison.Ordinal)).Select(note => note["complete:".Length..].Trim()));
            }

            if (LastOfCache(stale) is { } filled)
            {
                Clause("Last change of its I-cache at ", filled, CacheNotes(filled, stale));
            }

            page.Close().Line();
        }
    }

    private void Clause(string text, NarratedStep step, IEnumerable<string> notes)
    {
        page.Open("p").Open("b").Text(text).Close();
        Reference(step);
        page.Text($": {step.Action} \u2014 {string.Join("; ", notes)}").Close().Line();
    }

    private void Reference(NarratedStep step) => page.Link($"{_id}-step-{step.Number}", $"step {step.Number}");

    private NarratedStep? LastOfCache(NarratedStep stale) =>
        trace.Steps.LastOrDefault(step => step.IsNeeded && step.Number < stale.Number && CacheNotes(step, stale).Any());

    /// <summary>What a step says of the I-cache that a fetch looks into.</summary>
    private IEnumerable<string> CacheNotes(NarratedStep step, NarratedStep fetch) => fetch.Column is not { } column ? [] :
        fetch.Caches.Where(cache => cache.Name.Split('+').Contains(trace.Columns[column], StringComparer.Ordinal))
            .SelectMany(cache => step.Notes.Where(note => note.StartsWith($"{cache.Name} I-cache:", StringComparison.Ordinal)));

    private void WriteDiagram()
    {
        var columns = Enumerable.Range(0, trace.Columns.Length).Where(column => trace.Steps.Any(step => step.Column == column)).ToImmutableArray();
        var hasMemory = trace.Steps.Any(step => step.Number > 0 && step.Column is null);
        var caches = trace.Steps[0].Caches;
        page.Open("div", "wide").Open("div", "grid").Open("svg", "arrows").Attribute("aria-hidden", "true").Close().Line();
        page.Open("table", "diagram").Line();
        WriteCaption();
        page.Open("thead").Line().Open("tr");
        Header("step", "n", 2);
        foreach (var name in columns.Select(column => trace.Columns[column]).Concat(hasMemory ? ["memory system"] : []))
        {
            Header(name, "cpu", 2);
        }

        foreach (var line in trace.Lines)
        {
            Header($"{line} in memory", "group", columns: 3);
        }

        if (caches.Length > 0)
        {
            Header("I-caches", "group", columns: caches.Length);
        }

        page.Close().Line().Open("tr");
        foreach (var name in trace.Lines.SelectMany(_ => new[] { "coherent", "PoU", "PoC" }))
        {
            Header(name, "level");
        }

        foreach (var cache in caches)
        {
            Header(cache.Name, "level");
        }

        page.Close(2).Line().Open("tbody").Line();
        var steps = new HtmlStep(page, _id, trace, columns, hasMemory);
        foreach (var step in trace.Steps)
        {
            steps.Write(step);
        }

        page.Close(4).Line();
    }

    private void WriteCaption()
    {
        page.Open("caption").Text("vCPUs: ");
        var vcpus = HtmlStep.Vcpus(trace);
        foreach (var vcpu in vcpus)
        {
            page.Element("span", vcpu, $"key {HtmlStep.Colour(vcpus, vcpu)}");
        }

        page.Text(" At the right what memory and I-caches may show after each step.").Close().Line();
    }

    private void Header(string text, string style, int rows = 1, int columns = 1)
    {
        page.Open("th", style).Attribute("scope", columns > 1 ? "colgroup" : "col");
        if (rows > 1)
        {
            page.Attribute("rowspan", $"{rows}");
        }

        if (columns > 1)
        {
            page.Attribute("colspan", $"{columns}");
        }

        page.Text(text).Close();
    }
}
