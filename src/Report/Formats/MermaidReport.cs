using System.Globalization;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Model.Narration;

namespace CoherenceCheck.Report.Formats;

/// <summary>The causal core of each trace as a sequence diagram of Mermaid, which GitHub and GitLab draw in comments.</summary>
/// <remarks>https://mermaid.js.org/syntax/sequenceDiagram.html. One trace is one diagram; several are a Markdown document, for a file
/// holds no more than one diagram.</remarks>
public static class MermaidReport
{
    private const string Memory = "memory";

    /// <summary>Writes a diagram for each row that has a trace.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="result">What was found.</param>
    /// <param name="only">The number of the only row to draw, or <see langword="null"/>.</param>
    public static void Write(TextWriter output, CheckResult result, int? only)
    {
        var rows = result.Rows.Where(row => row.Trace is not null && row.Number == (only ?? row.Number)).ToList();
        foreach (var row in rows)
        {
            if (rows.Count > 1)
            {
                output.WriteLine($"### {Printable.Of(row.Spec)}:{row.Line}");
                output.WriteLine();
                output.WriteLine("```mermaid");
            }

            Write(output, row, row.Trace!);
            if (rows.Count > 1)
            {
                output.WriteLine("```");
                output.WriteLine();
            }
        }

        if (rows.Count == 0)
        {
            output.WriteLine("%% no row has a trace");
        }
    }

    private static void Write(TextWriter output, RowResult row, NarratedTrace trace)
    {
        var core = trace.Steps.Where(step => step.Number > 0 && step.IsShown).ToList();
        output.WriteLine("sequenceDiagram");
        output.WriteLine($"  title {Text($"{TextReport.Describe(row)}: {TextReport.VerdictName(row.Verdict)}, {core.Count(step => step.IsNeeded)} of {row.Depth} steps")}");
        foreach (var column in core.Select(step => step.Column).OfType<int>().Distinct().Order())
        {
            output.WriteLine($"  participant {Name(column)} as {Text(trace.Columns[column])}");
        }

        output.WriteLine($"  participant {Memory} as {Text(string.Join(", ", trace.Panels.Where(panel => panel.IsSummary).Select(panel => panel.Heading)))}");
        foreach (var note in trace.Steps[0].Notes.Where(note => note.IsOfRow))
        {
            output.WriteLine($"  Note over {Memory}: {Text(note.Text)}");
        }

        foreach (var step in core)
        {
            WriteStep(output, trace, step);
        }
    }

    private static void WriteStep(TextWriter output, NarratedTrace trace, NarratedStep step)
    {
        var place = step.Column is { } column ? Name(column) : Memory;
        var text = Text($"{step.Number}  {step.Action}");
        var before = trace.Steps[step.Number - 1];
        var values = Enumerable.Range(0, trace.Panels.Length).Where(panel => trace.Panels[panel].IsSummary && !step.Values[panel].Equals(before.Values[panel]))
            .Select(panel => string.Join(", ", trace.Panels[panel].Columns.Zip(step.Values[panel].Firsts, (column, value) => $"{column.Name} {value}"))).ToList();
        output.WriteLine(values.Count > 0 && place != Memory ? $"  {place}->>{Memory}: {text}" : $"  Note over {place}: {text}");
        foreach (var value in values)
        {
            output.WriteLine($"  Note over {Memory}: {Text(value)}");
        }

        foreach (var note in step.Notes)
        {
            output.WriteLine($"  Note over {place}: {Text(note.Text)}");
        }
    }

    private static string Name(int column) => "c" + column.ToString(CultureInfo.InvariantCulture);

    /// <summary>Text without what Mermaid takes for itself: ends of statements, entities, markup.</summary>
    private static string Text(string text) => string.Concat(Printable.Of(text).Select(c => c switch
    {
        '#' or ';' or '<' or '>' or '`' or '"' or '%' or '{' or '}' or '\\' => $"#{(int)c};",
        _ => c.ToString(),
    }));
}
