using System.Collections.Immutable;
using System.Text.Json;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Questions;
using CoherenceCheck.Report.Explaining;

namespace CoherenceCheck.Report;

/// <summary>The result of <c>check</c> as JSON, schema 1: a contract that scripts depend on.</summary>
/// <remarks>Byte-identical from run to run; times and memory only where asked for.</remarks>
public static class JsonReport
{
    private const int FlushFrom = 1 << 20;

    /// <summary>Writes all of it.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="result">What was found.</param>
    /// <param name="version">The program's version.</param>
    /// <param name="peModel">The PE model.</param>
    /// <param name="statistics">Whether to add times and memory.</param>
    public static void Write(Stream output, CheckResult result, string version, string peModel, bool statistics) => JsonEnvelope.Write(
        output,
        version,
        result.Decider,
        result.Diagnostics,
        json =>
        {
            json.WriteString("pe", peModel);
            json.WriteString("ghost", ScenarioQuestion.Ghost);
            if (result.Interrupted)
            {
                json.WriteBoolean("interrupted", true);
            }
        },
        json =>
        {
            foreach (var row in result.Rows)
            {
                WriteRow(json, row);
            }
        },
        json =>
        {
            QuestionJson.Write(json, result.Questions);
            WriteScenarios(json, result.Scenarios);
            if (statistics)
            {
                WriteStatistics(json, result.Statistics);
            }
        });

    private static void WriteScenarios(Utf8JsonWriter json, ImmutableArray<ScenarioResult> scenarios)
    {
        if (scenarios.All(scenario => scenario.Findings.IsEmpty))
        {
            return;
        }

        json.WriteStartArray("not_judged");
        foreach (var scenario in scenarios.Where(scenario => !scenario.Findings.IsEmpty))
        {
            json.WriteStartObject();
            json.WriteString("spec", scenario.Spec);
            json.WriteString("scenario", scenario.Name);
            WriteFindings(json, scenario.Findings);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteStatistics(Utf8JsonWriter json, RunStatistics statistics)
    {
        json.WriteStartObject("statistics");
        json.WriteNumber("cells", statistics.Cells);
        json.WriteNumber("systems", statistics.Systems);
        json.WriteNumber("compiled", statistics.Compiled);
        json.WriteNumber("states", statistics.States);
        json.WriteNumber("transitions", statistics.Transitions);
        json.WriteNumber("seconds", Math.Round(statistics.Seconds, 3));
        json.WriteNumber("peak_bytes", statistics.PeakBytes);
        json.WriteStartObject("reductions");
        json.WriteNumber("symmetric_systems", statistics.Reductions.SymmetricSystems);
        json.WriteNumber("symmetric_states", statistics.Reductions.SymmetricStates);
        json.WriteNumber("represented_states", statistics.Reductions.RepresentedStates);
        json.WriteNumber("ordered_systems", statistics.Reductions.OrderedSystems);
        json.WriteNumber("passed_through", statistics.Reductions.PassedThrough);
        json.WriteNumber("sliced_systems", statistics.Reductions.SlicedSystems);
        json.WriteNumber("left_out", statistics.Reductions.LeftOut);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    internal static void WriteRow(Utf8JsonWriter json, RowResult row)
    {
        json.WriteStartObject();
        json.WriteNumber("row", row.Number);
        json.WriteString("spec", row.Spec);
        json.WriteNumber("line", row.Line);
        json.WriteString("scenario", row.Scenario);
        json.WriteString("policy", row.Policy);
        json.WriteStartObject("when");
        foreach (var condition in row.When)
        {
            var name = condition.Owner is { } owner ? $"{owner}.{condition.Name}" : condition.Name;
            if (condition.Values.Length == 1)
            {
                json.WriteString(name, condition.Values[0]);
                continue;
            }

            json.WriteStartArray(name);
            foreach (var value in condition.Values)
            {
                json.WriteStringValue(value);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        if (row.IsOtherwise)
        {
            json.WriteBoolean("otherwise", true);
        }

        json.WriteNumber("cells", row.Cells);
        json.WriteString("property", row.Property);
        json.WriteString("expected", row.Expected);
        json.WriteString("verdict", TextReport.VerdictName(row.Verdict));
        json.WriteBoolean("met", row.Met);
        json.WriteBoolean("mixed", row.IsMixed);
        json.WriteNumber("states", row.States);
        json.WriteNumber("transitions", row.Transitions);
        json.WriteNumber("depth", row.Depth);
        if (row.Cell is { } cell)
        {
            json.WriteString("registers", cell.Registers);
            json.WriteString("readings", cell.Readings);
            ExplainJson.WriteStrings(json, "without", cell.Without);
        }

        WriteClasses(json, row);
        json.WriteStartArray("regions");
        foreach (var region in row.Regions)
        {
            json.WriteStartObject();
            json.WriteString("verdict", TextReport.VerdictName(region.Verdict));
            json.WriteNumber("configurations", region.Configurations);
            json.WriteString("when", region.When);
            json.WriteString("fingerprint", $"{region.Fingerprint:x16}");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        ExplainJson.WriteStrings(json, "proposed", row.Proposed);
        QuestionJson.Write(json, row.Subject);
        WriteFindings(json, row.Findings);
        WriteLimits(json, row);
        ExplainJson.WriteStrings(json, "notes", row.AllNotes);
        if (row.TraceVerdict is { } end)
        {
            json.WriteString("trace_verdict", TextReport.VerdictName(end));
        }

        WriteTrace(json, row.Trace);
        json.WriteEndObject();
    }

    /// <summary>Why a verdict says less than it seems to; nothing where it does not.</summary>
    internal static void WriteFindings(Utf8JsonWriter json, ImmutableArray<RowFinding> findings)
    {
        if (findings.IsEmpty)
        {
            return;
        }

        json.WriteStartArray("findings");
        foreach (var finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("code", finding.Code);
            json.WriteString("kind", finding.Name);
            json.WriteString("message", finding.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteLimits(Utf8JsonWriter json, RowResult row)
    {
        if (row.Limits.IsEmpty)
        {
            return;
        }

        json.WriteStartArray("limits");
        foreach (var limit in row.Limits)
        {
            json.WriteStartObject();
            json.WriteString("limit", limit.Limit);
            json.WriteNumber("systems", limit.Systems);
            json.WriteBoolean("begun", limit.Begun);
            json.WriteNumber("states", limit.States);
            json.WriteNumber("transitions", limit.Transitions);
            json.WriteNumber("depth", limit.Depth);
            json.WriteNumber("waiting", limit.Waiting);
            json.WriteNumber("rules_fired", limit.RulesFired);
            json.WriteNumber("rules", limit.Rules);
            WriteNames("covers_reached", limit.CoversReached);
            WriteNames("covers_open", limit.CoversOpen);
            json.WriteEndObject();
        }

        json.WriteEndArray();

        void WriteNames(string property, ImmutableArray<string> names)
        {
            json.WriteStartArray(property);
            foreach (var name in names)
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
        }
    }

    internal static void WriteTrace(Utf8JsonWriter json, NarratedTrace? trace)
    {
        json.WriteStartArray("trace");
        if (trace is not null)
        {
            var order = CausalGraph.Of(trace);
            foreach (var step in trace.Steps)
            {
                WriteStep(json, step, trace, order);
                if (json.BytesPending > FlushFrom)
                {
                    // A long trace is not held as text as well.
                    json.Flush();
                }
            }
        }

        json.WriteEndArray();
    }

    private static void WriteClasses(Utf8JsonWriter json, RowResult row)
    {
        json.WriteStartArray("classes");
        foreach (var @class in row.Classes)
        {
            json.WriteStartObject();
            json.WriteString("when", @class.When);
            json.WriteNumber("configurations", @class.Configurations);
            json.WriteString("verdict", TextReport.VerdictName(@class.Verdict));
            json.WriteNumber("states", @class.States);
            json.WriteNumber("depth", @class.Depth);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteStep(Utf8JsonWriter json, NarratedStep step, NarratedTrace trace, CausalGraph order)
    {
        json.WriteStartObject();
        json.WriteNumber("step", step.Number);
        json.WriteString("agent", step.Agent.ToString().ToLowerInvariant());
        json.WriteString("pcpu", step.Column is { } column ? trace.Columns[column] : null);
        json.WriteString("vcpu", step.Vcpu);
        json.WriteString("action", step.Action);
        json.WriteString("source", step.Source);
        json.WriteString("rule", step.Rule);
        json.WriteStartObject("changes");
        foreach (var change in step.Changes)
        {
            json.WriteStartArray(change.Name);
            json.WriteStringValue(change.Before);
            json.WriteStringValue(change.After);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteString("note", string.Join("; ", step.Notes.Select(note => note.Text)));
        json.WriteBoolean("needed", step.IsNeeded);
        json.WriteStartArray("after");
        foreach (var earlier in step.Number == 0 ? [] : order.Before(step.Number))
        {
            json.WriteNumberValue(earlier);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
