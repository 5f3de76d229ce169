using System.Globalization;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Report.Minimizing;

namespace CoherenceCheck.Report.Explaining;

/// <summary>The result of <c>explain</c> as text for people.</summary>
/// <param name="output">Where to.</param>
/// <param name="color">Whether to use colour.</param>
/// <param name="trace">How much of traces to show.</param>
public sealed class ExplainText(TextWriter output, bool color, TraceDetail trace)
{
    private readonly Paint _paint = new(color);

    /// <summary>Writes all of it.</summary>
    public void Write(ExplainResult result)
    {
        foreach (var scenario in result.Scenarios)
        {
            output.WriteLine($"{Printable.Of(result.Spec)}:{scenario.Line}  {_paint.Bold(Printable.Of(scenario.Name))}");
            output.WriteLine($"  open: {string.Join(", ", scenario.Open)}");
            foreach (var settled in scenario.Settled)
            {
                output.WriteLine($"  settled: {settled.Reading} = {settled.Value} ({settled.Why}); --open {settled.Reading} asks");
            }

            if (!scenario.NotAsked.IsEmpty)
            {
                output.WriteLine($"  on request: {string.Join(", ", scenario.NotAsked)} (--open NAME asks)");
            }

            foreach (var policy in scenario.Policies)
            {
                output.WriteLine();
                Write(policy);
            }

            output.WriteLine();
        }

        if (result.Interrupted)
        {
            output.WriteLine("interrupted: nothing is explained");
        }

        output.WriteLine(_paint.Dim($"attributes decided by {result.Decider}"));
    }

    private void Write(Explanation e)
    {
        output.WriteLine($"{_paint.Bold($"{e.Property}: {e.Policy}")}  {e.Verdict}");
        output.WriteLine(_paint.Dim($"  {Number(e.Configurations)} configurations in {Number(e.Classes)} {(e.Classes == 1 ? "class" : "classes")}: {Number(e.Configurations - e.Violated - e.Undecided)} hold, {Number(e.Violated)} are violated"
            + (e.Undecided > 0 ? $", {Number(e.Undecided)} are undecided: a limit was hit" : "")));
        output.WriteLine(_paint.Dim($"  covers {string.Join("; ", e.Covers)}"));
        foreach (var finding in e.Vacuity)
        {
            output.WriteLine($"  {finding}");
        }

        Section("the policy relies on", e.ReliesOn);
        if (e.NearestMiss is { } miss)
        {
            output.WriteLine($"  nearest miss: {miss}");
        }

        Section("what guests did for the promise that is broken", e.Promise);
        Section("operations", e.Findings.Select(pair => $"{string.Join(", ", pair.Operations.Select(operation => $"@{operation.Label} ({operation.Operation})"))}: {pair.Finding}"));
        Section("enough, with readings at their defaults", e.Enough.Select(region => $"{region.When}: {MinimizeReport.Sets(region)}"));
        if (!e.Readings.IsEmpty)
        {
            output.WriteLine("  readings, all others at their defaults");
            var width = e.Readings.Max(reading => reading.Reading.Length + reading.Value.Length + 3);
            foreach (var reading in e.Readings)
            {
                output.WriteLine($"    {$"{reading.Reading} = {reading.Value}".PadRight(width)} {(reading.IsDefault ? "(default)" : "         ")}  {reading.Verdict}");
            }
        }

        if (!e.Indifferent.IsEmpty)
        {
            output.WriteLine(_paint.Dim($"  no difference, one at a time: {string.Join(", ", e.Indifferent)}"));
        }

        foreach (var (term, i) in e.Terms.Select((term, i) => (term, i)))
        {
            output.WriteLine($"  {(e.Terms.Length > 1 ? $"violated ({i + 1})" : "violated")} {(term.Term.Literals.IsEmpty ? "always" : $"if {term.Term}")}  {_paint.Dim($"{Number(term.Term.Where.Count)} configurations, {term.Steps} steps")}");
            if (trace != TraceDetail.None)
            {
                output.WriteLine($"  {term.Cell.Registers}; readings: {(term.Cell.Readings.Length == 0 ? "defaults" : term.Cell.Readings)}");
                new TraceText(output, _paint, trace).Write(term.Trace);
            }
        }
    }

    private void Section(string title, IEnumerable<string> lines)
    {
        var all = lines.ToList();
        if (all.Count > 0)
        {
            output.WriteLine($"  {title}");
            all.ForEach(line => output.WriteLine($"    {line}"));
        }
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
