using System.Collections.Immutable;
using System.Text.Json;

namespace CoherenceCheck.Report.Comparison;

/// <summary>A row of a stored result.</summary>
/// <param name="Spec">The spec's path, as rows are matched by it.</param>
/// <param name="Line">The row's line.</param>
/// <param name="Scenario">The scenario's title.</param>
/// <param name="Name">The row: property, policy, conditions.</param>
/// <param name="Policy">The policy as the row names it.</param>
/// <param name="Expected">What it claims.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Cells">In how many cells there is each verdict, in words: <c>holds in 3, violated in 1</c>.</param>
/// <param name="Trace">The steps of its trace in words; empty for none.</param>
public sealed record StoredRow(
    string Spec, int Line, string Scenario, string Name, string Policy, string Expected, string Verdict, string Cells, ImmutableArray<string> Trace)
{
    /// <summary>What tells rows apart.</summary>
    public string Key => $"{Spec}\n{Scenario}\n{Name}";
}

/// <summary>A result of <c>check</c> that was written as JSON.</summary>
/// <param name="Rows">Its rows, in order.</param>
public sealed record StoredResult(ImmutableArray<StoredRow> Rows)
{
    /// <summary>Reads a result.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="FormatException">It is no JSON, or no result of <c>check</c> in schema 1; the message says which.</exception>
    public static StoredResult Parse(ReadOnlyMemory<byte> json) => Read(json, results => new StoredResult([.. results.Select(Row)]));

    /// <summary>Reads the traces of a result, of <c>check</c> or <c>simulate</c>, finished or not.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="FormatException">It is no JSON, no result in schema 1, or one whose traces cannot be followed; the message says which.</exception>
    public static ImmutableArray<StoredTrace> ParseTraces(ReadOnlyMemory<byte> json) =>
        Read(json, results => results.Select(row => StoredTrace.Parse(row, Row(row))).OfType<StoredTrace>().ToImmutableArray(), mayBeInterrupted: true);

    private static T Read<T>(ReadOnlyMemory<byte> json, Func<IEnumerable<JsonElement>, T> read, bool mayBeInterrupted = false)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("tool", out var tool) || tool.GetString() != "coherencecheck")
            {
                throw new FormatException("it is no result of coherencecheck");
            }

            if (!root.TryGetProperty("schema", out var schema) || !schema.TryGetInt32(out var number) || number != JsonEnvelope.Schema)
            {
                throw new FormatException($"its schema is {(root.TryGetProperty("schema", out var other) ? other.ToString() : "missing")}, not {JsonEnvelope.Schema}");
            }

            if (!mayBeInterrupted && root.TryGetProperty("interrupted", out var interrupted) && interrupted.GetBoolean())
            {
                throw new FormatException("the run was interrupted: rows are missing");
            }

            return read(root.GetProperty("results").EnumerateArray());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException(e is JsonException ? "it is no JSON: " + e.Message : "it is no result of 'check': " + e.Message, e);
        }
    }

    private static StoredRow Row(JsonElement row)
    {
        string Text(string name) => row.GetProperty(name).GetString() ?? throw new InvalidOperationException($"'{name}' is null.");
        var when = row.GetProperty("when").EnumerateObject().Select(condition => condition.Value.ValueKind == JsonValueKind.String
            ? $"{condition.Name} = {condition.Value.GetString()}"
            : $"{condition.Name} in {{{string.Join(", ", condition.Value.EnumerateArray().Select(value => value.GetString()))}}}").ToList();
        var policy = Text("policy");
        var name = policy == "*" ? Text("property") : $"{Text("property")}: {policy}{(when.Count == 0 ? "" : " when " + string.Join(", ", when))}";
        var cells = row.GetProperty("classes").EnumerateArray()
            .GroupBy(@class => @class.GetProperty("verdict").GetString(), StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Key} in {group.Sum(@class => @class.GetProperty("configurations").GetInt64())}");
        return new StoredRow(
            Text("spec"), row.GetProperty("line").GetInt32(), Text("scenario"), name, policy, Text("expected"), Text("verdict"), string.Join(", ", cells),
            [.. row.GetProperty("trace").EnumerateArray().Select(Step)]);
    }

    private static string Step(JsonElement step)
    {
        var note = step.GetProperty("note").GetString();
        return $"{step.GetProperty("step").GetInt32(),4}  {step.GetProperty("pcpu").GetString() ?? "-",-4} {step.GetProperty("action").GetString()}{(string.IsNullOrEmpty(note) ? "" : $"   [{note}]")}".TrimEnd();
    }
}
