using System.Collections.Immutable;
using System.Text.Json;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Report.Explaining;

namespace CoherenceCheck.Report.Comparison;

/// <summary>A scenario that sets a reading itself: no revision changes it there.</summary>
/// <param name="Spec">The spec's path.</param>
/// <param name="Scenario">The scenario's title.</param>
/// <param name="Reading">The reading.</param>
/// <param name="Values">What it is set to.</param>
public sealed record ReadingOfSpec(string Spec, string Scenario, string Reading, ImmutableArray<string> Values);

/// <summary>Two revisions of the manual under which the same specs were checked.</summary>
/// <param name="Before">The one.</param>
/// <param name="After">The other.</param>
/// <param name="Kept">What specs set themselves of that in which the two differ.</param>
public sealed record ComparedRevisions(RevisionInfo Before, RevisionInfo After, ImmutableArray<ReadingOfSpec> Kept)
{
    /// <summary>It as lines of text.</summary>
    public IEnumerable<string> Lines => Kept
        .Select(kept => $"{kept.Spec}  {kept.Scenario}: {kept.Reading} {(kept.Values.Length == 1 ? "= " + kept.Values[0] : "in {" + string.Join(", ", kept.Values) + "}")} stays as the spec sets it")
        .Prepend($"{Before.Name} ({Before}) -> {After.Name} ({After})");

    /// <summary>It as properties of a JSON object.</summary>
    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray("revisions");
        foreach (var revision in new[] { Before, After })
        {
            json.WriteStartObject();
            json.WriteString("name", revision.Name);
            json.WriteString("source", revision.Source);
            json.WriteStartObject("readings");
            foreach (var reading in revision.Readings)
            {
                json.WriteString(reading.Reading, reading.Value);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("kept");
        foreach (var kept in Kept)
        {
            json.WriteStartObject();
            json.WriteString("spec", kept.Spec);
            json.WriteString("scenario", kept.Scenario);
            json.WriteString("reading", kept.Reading);
            ExplainJson.WriteStrings(json, "values", kept.Values);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
