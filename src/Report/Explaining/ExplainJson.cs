using System.Text.Json;
using CoherenceCheck.Attributes.Configurations;
using CoherenceCheck.Report.Minimizing;

namespace CoherenceCheck.Report.Explaining;

/// <summary>The result of <c>explain</c> as JSON, schema 1: an object for each scenario, policy and property.</summary>
public static class ExplainJson
{
    /// <summary>Writes all of it.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="result">What was found.</param>
    /// <param name="version">The program's version.</param>
    public static void Write(Stream output, ExplainResult result, string version) => JsonEnvelope.Write(
        output,
        version,
        result.Decider,
        result.Diagnostics,
        result.Spec,
        result.Interrupted,
        json =>
        {
            foreach (var scenario in result.Scenarios)
            {
                foreach (var policy in scenario.Policies)
                {
                    Write(json, scenario, policy);
                }
            }
        });

    private static void Write(Utf8JsonWriter json, ExplainedScenario scenario, Explanation explanation)
    {
        json.WriteStartObject();
        json.WriteString("scenario", scenario.Name);
        json.WriteString("policy", explanation.Policy);
        json.WriteString("property", explanation.Property);
        json.WriteNumber("configurations", explanation.Configurations);
        json.WriteNumber("classes", explanation.Classes);
        json.WriteNumber("violated", explanation.Violated);
        json.WriteNumber("undecided", explanation.Undecided);
        json.WriteString("violated_iff", explanation.ViolatedIff.ToString());
        json.WriteStartArray("terms");
        foreach (var term in explanation.Terms)
        {
            json.WriteStartObject();
            WriteWhen(json, term.Term);
            json.WriteNumber("configurations", term.Term.Where.Count);
            json.WriteString("registers", term.Cell.Registers);
            json.WriteString("readings", term.Cell.Readings);
            json.WriteNumber("steps", term.Steps);
            JsonReport.WriteTrace(json, term.Trace);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        JsonReport.WriteFindings(json, explanation.Vacuity);
        WriteStrings(json, "covers", explanation.Covers);
        WriteStrings(json, "relies_on", explanation.ReliesOn);
        WriteStrings(json, "promise", explanation.Promise);
        json.WriteString("nearest_miss", explanation.NearestMiss);
        WriteOperations(json, explanation);
        MinimizeReport.WriteRegions(json, "enough", explanation.Enough);
        json.WriteStartArray("readings");
        foreach (var reading in explanation.Readings)
        {
            json.WriteStartObject();
            json.WriteString("reading", reading.Reading);
            json.WriteString("value", reading.Value);
            json.WriteBoolean("default", reading.IsDefault);
            json.WriteString("verdict", reading.Verdict);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteStrings(json, "indifferent_readings", explanation.Indifferent);
        json.WriteStartArray("readings_on_request");
        foreach (var reading in scenario.NotAsked)
        {
            json.WriteStringValue(reading);
        }

        json.WriteEndArray();
        json.WriteStartArray("settled_readings");
        foreach (var settled in scenario.Settled)
        {
            json.WriteStartObject();
            json.WriteString("reading", settled.Reading);
            json.WriteString("value", settled.Value);
            json.WriteString("why", settled.Why);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteOperations(Utf8JsonWriter json, Explanation explanation)
    {
        json.WriteStartArray("operations");
        foreach (var operation in explanation.Operations)
        {
            json.WriteStartObject();
            json.WriteString("label", operation.Label);
            json.WriteString("operation", operation.Operation);
            if (operation.NotJudgedBy is { } property)
            {
                json.WriteString("not_judged_by", property);
            }

            json.WriteString("needless_iff", operation.NeedlessIff.ToString());
            if (operation.Refusal is { } refusal)
            {
                json.WriteString("refusal", refusal);
            }

            json.WriteNumber("holding", operation.Holding);
            json.WriteNumber("needless", operation.Needless);
            json.WriteNumber("undecided", operation.Undecided);
            json.WriteStartArray("terms");
            foreach (var term in operation.NeedlessIff.Terms)
            {
                json.WriteStartObject();
                WriteWhen(json, term);
                json.WriteNumber("configurations", term.Where.Count);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    internal static void WriteWhen(Utf8JsonWriter json, Term term)
    {
        json.WriteStartObject("when");
        foreach (var literal in term.Literals)
        {
            if (literal.Values is [var only])
            {
                json.WriteString(literal.Name, only);
                continue;
            }

            WriteStrings(json, literal.Name, literal.Values);
        }

        json.WriteEndObject();
    }

    internal static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
