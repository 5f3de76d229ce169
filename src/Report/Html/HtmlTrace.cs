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

    /// <summary>The end first: what was judged, what completed before, and what was last seen of where it came from.</summary>
    private void WriteWhy()
    {
        foreach (var stale in trace.Steps)
        {
            if (stale.Judgement is not { } judged)
            {
                continue;
            }

            page.Open("div", "why").Line();
            page.Open("p").Open("b").Text("At the end ").Close();
            Reference(stale);
            page.Text($": {stale.Action}. ").Element("strong", string.Join("; ", stale.Notes.Select(note => note.Text))).Close().Line();
            if (judged.Since is { } since && trace.Steps[since.Step] is var ground)
            {
                Clause(
                    since.IsPublished ? "Published at " : "Complete since ",
                    ground,
                    since.IsPublished ? ["from here it must be seen"] : ground.Notes.OfType<Completed>().Select(note => note.Cannot));
            }

            if (judged.From is { } from && LastChange(from, stale) is { } filled)
            {
                Clause($"Last change of its {from.Panel} at ", filled, NotesOn(filled, from));
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

    private NarratedStep? LastChange(PanelPlace of, NarratedStep before) =>
        trace.Steps.LastOrDefault(step => step.IsNeeded && step.Number < before.Number && NotesOn(step, of).Any());

    private static IEnumerable<string> NotesOn(NarratedStep step, PanelPlace place) => step.Notes.Where(note => note.Place == place).Select(note => note.Text);

    private void WriteDiagram()
    {
        var columns = Enumerable.Range(0, trace.Columns.Length).Where(column => trace.Steps.Any(step => step.Column == column)).ToImmutableArray();
        var hasMemory = trace.Steps.Any(step => step.Number > 0 && step.Column is null);
        page.Open("div", "wide").Open("div", "grid").Open("svg", "arrows").Attribute("aria-hidden", "true").Close().Line();
        page.Open("table", "diagram").Line();
        WriteCaption();
        page.Open("thead").Line().Open("tr");
        Header("step", "n", 2);
        foreach (var name in columns.Select(column => trace.Columns[column]).Concat(hasMemory ? ["memory system"] : []))
        {
            Header(name, "cpu", 2);
        }

        foreach (var panel in trace.Panels)
        {
            Header(panel.Heading, "group", columns: panel.Columns.Length);
        }

        page.Close().Line().Open("tr");
        foreach (var column in trace.Panels.SelectMany(panel => panel.Columns))
        {
            Header(column.Name, "level");
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

        page.Text($" At the right what {string.Join(" and ", trace.Panels.Select(panel => panel.Subject).Distinct(StringComparer.Ordinal))} may show after each step.").Close().Line();
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
