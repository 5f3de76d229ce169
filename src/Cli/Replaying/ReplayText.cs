using CoherenceCheck.Language.Text;
using CoherenceCheck.Report;
using CoherenceCheck.Report.Comparison;

namespace CoherenceCheck.Cli.Replaying;

/// <summary>A replay for people: the steps that could be taken, then what came of it.</summary>
internal static class ReplayText
{
    public static void Write(TextWriter output, StoredTrace trace, ReplayResult result, ISet<string> without, TraceDetail detail, bool color)
    {
        output.WriteLine(Printable.Of($"{trace.Row.Spec}:{trace.Row.Line}  {trace.Row.Name}  {trace.Row.Scenario}"));
        output.WriteLine(Printable.Of($"  {trace.Registers}; readings: {(trace.Readings.Length == 0 ? "defaults" : trace.Readings)}"));
        if (detail != TraceDetail.None && !result.Trace.Steps.IsEmpty)
        {
            TextReport.WriteTrace(output, result.Trace, detail, color);
        }

        if (!without.SetEquals(trace.Without))
        {
            output.WriteLine($"  different: what is left out; now {Labels(without)}, then {Printable.Of(Labels(trace.Without))}");
        }

        foreach (var difference in result.Differences)
        {
            output.WriteLine($"  different: {Printable.Of(difference)}");
        }

        foreach (var line in result.Failure)
        {
            output.WriteLine($"  {(line == result.Failure[0] ? "" : "  ")}{Printable.Of(line)}");
        }

        var steps = trace.Steps.Length - 1;
        output.WriteLine(result.IsAsBefore ? $"  {(result.IsViolated ? "still " + trace.Ends : "not violated, as it was not,")} after {steps} steps"
            : result.Failure.IsEmpty ? $"  {(result.IsViolated ? "now violated" : "no longer violated")} after {steps} steps"
            : $"  the trace fits no longer: {Math.Max(0, result.Trace.Steps.Length - 1)} of {steps} steps could be taken");
        output.WriteLine();
    }

    private static string Labels(IEnumerable<string> labels) => labels.Any() ? string.Join(", ", labels.Order(StringComparer.Ordinal).Select(label => "@" + label)) : "nothing";
}
