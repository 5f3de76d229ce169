using System.Globalization;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Report.Simulation;

/// <summary>A simulation for people, and as JSON that <c>replay</c> reads.</summary>
public static class SimulationReport
{
    /// <summary>Writes it as text: rows, coverage, and the traces of what is not as expected.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="result">What was found.</param>
    /// <param name="text">How: the row chosen has its trace shown in any case.</param>
    public static void WriteText(TextWriter output, SimulationResult result, TextOptions text)
    {
        var paint = new Paint(text.Color);
        foreach (var scenario in result.Rows.GroupBy(row => (row.Row.Spec, row.Row.Scenario)))
        {
            output.WriteLine($"{Printable.Of(scenario.Key.Spec)}  {paint.Bold(Printable.Of(scenario.Key.Scenario))}");
            var width = Math.Min(60, scenario.Max(row => TextReport.Describe(row.Row).Length));
            foreach (var row in scenario)
            {
                WriteRow(output, row, width, paint);
            }

            WriteCoverage(output, result.Scenarios.First(known => known.Spec == scenario.Key.Spec && known.Name == scenario.Key.Scenario), text, paint);
            output.WriteLine();
        }

        foreach (var row in result.Rows.Where(row => row.Row.Trace is not null && text.Trace != TraceDetail.None && (!row.Row.Met || text.Row is not null)))
        {
            new TraceText(output, paint, text.Trace).Write(row.Row);
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"seed {result.Seed}: {result.Runs:N0} walks of up to {result.Depth:N0} steps through {result.Systems:N0} systems, {result.Steps:N0} steps, {result.States:N0} different states, {result.Stuck:N0} walks stopped where nothing was enabled"));
        output.WriteLine(paint.Dim($"not exhaustive: a violation that no walk found may exist; 'check' decides{(result.Interrupted ? "; interrupted" : "")}"));
    }

    /// <summary>Writes it as JSON, schema 1: as the result of <c>check</c>, with what the walks were.</summary>
    public static void WriteJson(Stream output, SimulationResult result, string version) => JsonEnvelope.Write(
        output,
        version,
        result.Decider,
        result.Diagnostics,
        json =>
        {
            json.WriteStartObject("simulation");
            json.WriteNumber("seed", result.Seed);
            json.WriteNumber("runs", result.Runs);
            json.WriteNumber("depth", result.Depth);
            json.WriteNumber("steps", result.Steps);
            json.WriteNumber("states", result.States);
            json.WriteNumber("stuck", result.Stuck);
            json.WriteEndObject();
            if (result.Interrupted)
            {
                json.WriteBoolean("interrupted", true);
            }
        },
        json =>
        {
            foreach (var row in result.Rows)
            {
                JsonReport.WriteRow(json, row.Row);
            }
        });

    private static void WriteRow(TextWriter output, SimulatedRow row, int width, Paint paint)
    {
        var found = row.Violations == 0 ? $"not violated in {row.Runs:N0} walks" : string.Create(CultureInfo.InvariantCulture,
            $"{TextReport.VerdictName(row.Row.Verdict)} in {row.Violations:N0} of {row.Runs:N0} walks, in {row.Row.Depth} steps in walk {row.FirstRun}");
        var claim = row.Violations == 0 && row.Row.Met ? "" : "  " + TextReport.Claim(row.Row);
        output.WriteLine($"  [{row.Row.Number,3}] {row.Row.Line,4}  {TextReport.Describe(row.Row).PadRight(width)}  {(row.Row.Met ? found + claim : paint.Bad(found + claim))}");
        foreach (var note in row.Row.Notes)
        {
            output.WriteLine($"        {Printable.Of(note)}");
        }
    }

    private static void WriteCoverage(TextWriter output, ScenarioResult scenario, TextOptions text, Paint paint)
    {
        output.WriteLine(paint.Dim($"  coverage: {scenario.Coverage}{(scenario.IsCovered ? "" : text.Coverage ? "; never:" : " (--coverage lists the others)")}"));
        foreach (var rule in text.Coverage ? scenario.Uncovered : [])
        {
            output.WriteLine($"    {Printable.Of(rule)}");
        }
    }
}
