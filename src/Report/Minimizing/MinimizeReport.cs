using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using CoherenceCheck.Attributes.Configurations;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Report.Explaining;

namespace CoherenceCheck.Report.Minimizing;

/// <summary>The result of <c>minimize</c>, as text for people and as JSON.</summary>
public static class MinimizeReport
{
    /// <summary>Writes it as text.</summary>
    public static void WriteText(TextWriter output, MinimizeResult result)
    {
        foreach (var policy in result.Policies)
        {
            output.WriteLine(Printable.Of($"{result.Spec}:{policy.Line}  {policy.Scenario}"));
            output.WriteLine($"{policy.Property}: {policy.Policy}  {Count(policy.Operations.Length, "labelled operation")}: {string.Join(", ", policy.Operations.Select(operation => $"@{operation.Label} ({operation.Text})"))}");
            if (!policy.NotJudged.IsEmpty)
            {
                output.WriteLine($"  not judged by {policy.Property}: {Labels(policy.NotJudged)}");
            }

            foreach (var region in policy.Regions)
            {
                output.WriteLine($"  {region.When}  ({Count(region.Configurations, "configuration")})");
                output.WriteLine($"    with all of them: {TextReport.VerdictName(region.Verdict)}");
                output.WriteLine($"    can be left out alone: {(Judged(policy, region) is { IsEmpty: false } labels ? Labels(labels) : "none")}");
                output.WriteLine($"    enough: {Sets(region)}{(region.IsComplete ? "" : "; undecided for others: a limit was hit")}");
            }

            output.WriteLine();
        }

        output.WriteLine(result.Interrupted ? "interrupted: nothing is minimized" : $"attributes decided by {result.Decider}");
    }

    /// <summary>Writes it as JSON, schema 1.</summary>
    public static void WriteJson(Stream output, MinimizeResult result, string version) => JsonEnvelope.Write(
        output,
        version,
        result.Decider,
        result.Diagnostics,
        result.Spec,
        result.Interrupted,
        json =>
        {
            foreach (var policy in result.Policies)
            {
                WriteJson(json, policy);
            }
        });

    private static void WriteJson(Utf8JsonWriter json, Minimization policy)
    {
        json.WriteStartObject();
        json.WriteString("scenario", policy.Scenario);
        json.WriteString("policy", policy.Policy);
        json.WriteString("property", policy.Property);
        json.WriteNumber("configurations", policy.Configurations);
        json.WriteStartObject("operations");
        foreach (var (label, text) in policy.Operations)
        {
            json.WriteString(label, text);
        }

        json.WriteEndObject();
        ExplainJson.WriteStrings(json, "not_judged", policy.NotJudged);
        WriteRegions(json, "cells", policy.Regions);
        json.WriteEndObject();
    }

    internal static void WriteRegions(Utf8JsonWriter json, string name, ImmutableArray<MinimalRegion> regions)
    {
        json.WriteStartArray(name);
        foreach (var region in regions)
        {
            json.WriteStartObject();
            json.WriteString("when", region.When.ToString());
            WriteTerms(json, region.When);
            json.WriteNumber("configurations", region.Configurations);
            json.WriteString("verdict", TextReport.VerdictName(region.Verdict));
            json.WriteBoolean("complete", region.IsComplete);
            ExplainJson.WriteStrings(json, "droppable_alone", region.DroppableAlone);
            json.WriteStartArray("minimal_sets");
            foreach (var set in region.MinimalSets)
            {
                json.WriteStartArray();
                foreach (var label in set)
                {
                    json.WriteStringValue(label);
                }

                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    internal static void WriteTerms(Utf8JsonWriter json, Formula formula)
    {
        json.WriteStartArray("terms");
        foreach (var term in formula.Terms)
        {
            json.WriteStartObject();
            ExplainJson.WriteWhen(json, term);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    internal static string Sets(MinimalRegion region) => region.MinimalSets.IsEmpty ? "no set of them"
        : string.Join("; or ", region.MinimalSets.Select(set => set.IsEmpty ? "nothing" : Labels(set)));

    private static string Labels(ImmutableArray<string> labels) => string.Join(", ", labels.Select(label => "@" + label));

    /// <summary>What can be left out alone, of what the property judges at all.</summary>
    private static ImmutableArray<string> Judged(Minimization policy, MinimalRegion region) => [.. region.DroppableAlone.Except(policy.NotJudged, StringComparer.Ordinal)];

    private static string Count(long number, string noun) => $"{number.ToString("N0", CultureInfo.InvariantCulture)} {noun}{(number == 1 ? "" : "s")}";
}
