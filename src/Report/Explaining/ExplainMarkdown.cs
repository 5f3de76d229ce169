using System.Globalization;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Report.Minimizing;

namespace CoherenceCheck.Report.Explaining;

/// <summary>The result of <c>explain</c> as a document: what a spec's author wrote above its scenarios, and what was found.</summary>
/// <param name="output">Where to.</param>
public sealed class ExplainMarkdown(TextWriter output)
{
    /// <summary>Writes all of it.</summary>
    public void Write(ExplainResult result)
    {
        output.WriteLine(Printable.Lines(result.Remark));
        output.WriteLine();
        output.WriteLine($"*Attributes decided by {result.Decider}. Generated from `{Printable.Of(result.Spec)}` by `coherencecheck explain {Printable.Of(result.Spec)} --minimize --format markdown`; every formula is over all legal register values and all readings that the model follows{Settled(result)}.*");
        foreach (var scenario in result.Scenarios)
        {
            output.WriteLine();
            output.WriteLine($"## {Printable.Of(scenario.Name)}");
            output.WriteLine();
            output.WriteLine(Printable.Lines(scenario.Remark));
            foreach (var policy in scenario.Policies)
            {
                Write(policy);
            }
        }
    }

    private static string Settled(ExplainResult result)
    {
        var settled = result.Scenarios.SelectMany(scenario => scenario.Settled).DistinctBy(reading => reading.Reading).ToList();
        var notAsked = result.Scenarios.SelectMany(scenario => scenario.NotAsked).Distinct(StringComparer.Ordinal).Select(reading => $"`{reading}`").ToList();
        return (settled.Count == 0 ? "" : $", but {string.Join(", ", settled.Select(reading => $"`{reading.Reading} = {reading.Value}`"))}, which counts as settled, where a question does not open it")
            + (notAsked.Count == 0 ? "" : $"; {string.Join(", ", notAsked)} are asked about on request alone and had their defaults");
    }

    private void Write(Explanation e)
    {
        output.WriteLine();
        output.WriteLine($"**`{e.Policy}`**: {e.Property} {Formula(e)}");
        output.WriteLine();
        output.WriteLine($"- {Number(e.Configurations)} configurations, {Number(e.Classes)} different {(e.Classes == 1 ? "system" : "systems")}; violated in {Number(e.Violated)}."
            + (e.Undecided > 0 ? $" Undecided in {Number(e.Undecided)}: a limit was hit." : ""));
        output.WriteLine($"- Covers {string.Join("; ", e.Covers)}.");
        foreach (var vacuity in e.Vacuity)
        {
            output.WriteLine($"- {vacuity}.");
        }

        foreach (var (operations, finding) in e.Findings)
        {
            output.WriteLine($"- {string.Join(", ", operations.Select(operation => $"`@{operation.Label}` (`{operation.Operation}`)"))}: {finding}.");
        }

        foreach (var line in e.ReliesOn)
        {
            output.WriteLine($"- *holds* relies on {line}.");
        }

        if (e.NearestMiss is { } miss)
        {
            output.WriteLine($"- Nearest miss: {miss}.");
        }

        foreach (var line in e.Promise)
        {
            output.WriteLine($"- The promise that is broken was earned by {line}.");
        }

        if (!e.Enough.IsEmpty)
        {
            output.WriteLine();
            output.WriteLine("| hardware, readings at their defaults | operations that are enough | can be left out alone |");
            output.WriteLine("|---|---|---|");
            foreach (var region in e.Enough)
            {
                output.WriteLine($"| {region.When} | {MinimizeReport.Sets(region)} | {string.Join(", ", region.DroppableAlone.Except(e.NotJudged, StringComparer.Ordinal).Select(label => "@" + label))} |");
            }
        }

        if (!e.Readings.IsEmpty)
        {
            output.WriteLine();
            output.WriteLine("| reading, all others at their defaults | verdict |");
            output.WriteLine("|---|---|");
            foreach (var reading in e.Readings)
            {
                output.WriteLine($"| `{reading.Reading} = {reading.Value}`{(reading.IsDefault ? " (default)" : "")} | {reading.Verdict} |");
            }
        }

        for (var i = 0; i < e.Terms.Length; i++)
        {
            WriteTerm(e, i);
        }
    }

    private void WriteTerm(Explanation e, int number)
    {
        var term = e.Terms[number];
        output.WriteLine();
        output.WriteLine("<details>");
        output.WriteLine($"<summary>The shortest trace{(e.Terms.Length > 1 ? $" for {Escaped(term.Term.ToString())}" : "")}: {term.Steps} steps</summary>");
        output.WriteLine();
        output.WriteLine("```");
        output.WriteLine($"{term.Cell.Registers}; readings: {(term.Cell.Readings.Length == 0 ? "defaults" : term.Cell.Readings)}");
        new TraceText(output, new Paint(false)).Write(term.Trace);
        output.WriteLine("```");
        output.WriteLine();
        output.WriteLine("</details>");
    }

    private static string Formula(Explanation e)
    {
        if (e.Terms.Length < 2)
        {
            return $"{e.Verdict}.";
        }

        var terms = string.Concat(e.Terms.Select(term => $"\n- {term.Term}"));
        return $"is violated {(e.Undecided > 0 ? "at least if" : "iff")} one of these is true:\n{terms}";
    }

    private static string Escaped(string text) => text.Replace("<", "&lt;", StringComparison.Ordinal);

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
