using System.Collections.Immutable;
using System.Text.Json;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Report.Comparison;

/// <summary>A comparison for people, and as JSON.</summary>
public static class DiffReport
{
    /// <summary>Writes it as text.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="changes">The changes.</param>
    /// <param name="isAllowed">Whether a change is one that the user allows.</param>
    /// <param name="compared">How many rows the second result has.</param>
    public static void WriteText(TextWriter output, ImmutableArray<RowChange> changes, Func<RowChange, bool> isAllowed, int compared)
    {
        foreach (var change in changes)
        {
            output.WriteLine($"{Printable.Of(change.Row.Spec)}:{change.Row.Line}  {Printable.Of(change.Row.Scenario)}");
            output.WriteLine($"  {Printable.Of(change.Row.Name)}  {Printable.Of(change.Description)}{(isAllowed(change) ? "  (allowed)" : "")}");
            foreach (var step in change.NewTrace)
            {
                output.WriteLine($"  {Printable.Of(step)}");
            }
        }

        var refused = changes.Count(change => !isAllowed(change));
        output.WriteLine(changes.IsEmpty ? $"{compared} rows, no change" : $"{compared} rows, {changes.Length} changed{(refused < changes.Length ? $", {changes.Length - refused} of them allowed" : "")}");
    }

    /// <summary>Writes it as JSON, schema 1.</summary>
    public static void WriteJson(Stream output, ImmutableArray<RowChange> changes, Func<RowChange, bool> isAllowed, string version)
    {
        using var json = new Utf8JsonWriter(output, JsonEnvelope.Options);
        json.WriteStartObject();
        json.WriteNumber("schema", JsonEnvelope.Schema);
        json.WriteString("tool", "coherencecheck");
        json.WriteString("version", version);
        json.WriteStartArray("changes");
        foreach (var change in changes)
        {
            json.WriteStartObject();
            json.WriteString("spec", change.Row.Spec);
            json.WriteNumber("line", change.Row.Line);
            json.WriteString("scenario", change.Row.Scenario);
            json.WriteString("row", change.Row.Name);
            json.WriteString("change", change.Description);
            json.WriteString("before", change.Before?.Verdict);
            json.WriteString("after", change.After?.Verdict);
            json.WriteBoolean("allowed", isAllowed(change));
            json.WriteStartArray("trace");
            foreach (var step in change.NewTrace)
            {
                json.WriteStringValue(step.Trim());
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        output.WriteByte((byte)'\n');
    }
}
