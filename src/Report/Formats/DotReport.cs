using CoherenceCheck.Language.Text;
using CoherenceCheck.Model.Narration;

namespace CoherenceCheck.Report.Formats;

/// <summary>The causal core of each trace as a graph in the DOT language: a colour for each CPU, an edge where a step had to come before another.</summary>
/// <remarks>https://graphviz.org/doc/info/lang.html. One file may hold several graphs; the tools of Graphviz draw them one after the other.</remarks>
public static class DotReport
{
    private const int Colors = 9;

    /// <summary>Writes a graph for each row that has a trace.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="result">What was found.</param>
    /// <param name="only">The number of the only row to draw, or <see langword="null"/>.</param>
    public static void Write(TextWriter output, CheckResult result, int? only)
    {
        var drawn = 0;
        foreach (var row in result.Rows.Where(row => row.Trace is not null && row.Number == (only ?? row.Number)))
        {
            Write(output, row, row.Trace!);
            drawn++;
        }

        if (drawn == 0)
        {
            output.WriteLine("// no row has a trace");
        }
    }

    private static void Write(TextWriter output, RowResult row, NarratedTrace trace)
    {
        var core = CausalGraph.CoreOf(trace);
        output.WriteLine($"digraph {Quote($"row {row.Number}")} {{");
        output.WriteLine($"  label={Quote($"{Printable.Of(row.Spec)}:{row.Line}\n{TextReport.Describe(row)}: {TextReport.VerdictName(row.Verdict)}\n{core.Steps.Count(step => trace.Steps[step].IsNeeded)} of {row.Depth} steps{string.Concat(trace.Steps[0].Notes.Where(note => note.IsOfRow).Select(note => "\n" + note.Text))}")}; labelloc=t;");
        output.WriteLine("  node [shape=box, style=\"rounded,filled\", colorscheme=pastel19, fontname=\"monospace\"]; rankdir=TB;");
        foreach (var step in core.Steps)
        {
            WriteNode(output, trace.Steps[step], trace);
        }

        foreach (var step in core.Steps)
        {
            foreach (var earlier in core.Before(step))
            {
                output.WriteLine($"  {earlier} -> {step};");
            }
        }

        output.WriteLine("}");
    }

    /// <summary>Steps of one CPU have one colour and stand below each other.</summary>
    private static void WriteNode(TextWriter output, NarratedStep step, NarratedTrace trace)
    {
        var color = step.Judgement is not null ? ", color=\"/red\", penwidth=3" : step.CompletesMaintenance ? ", color=\"/orange\", penwidth=3" : "";
        var isMarked = step.Judgement is not null || step.CompletesMaintenance;
        var notes = string.Concat(step.Notes.Where(note => isMarked || note.IsOfRow).Select(note => "\n" + note.Text));
        var place = step.Column is { } column ? trace.Columns[column] : "memory";
        output.WriteLine($"  {step.Number} [label={Quote($"{place}  {step.Number}  {step.Action}{notes}")}, group={Quote(place)}, fillcolor={((step.Column ?? 8) % Colors) + 1}{color}];");
    }

    /// <summary>A quoted ID: <c>\n</c> for a new line; a backslash of the text stays one.</summary>
    private static string Quote(string text) => "\"" + Printable.Lines(text)
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal) + "\"";
}
