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
/// <param name="Met">Whether every cell is as claimed.</param>
/// <param name="Cells">In how many cells there is each verdict, and where, in words: <c>holds in 3 (IDC = 1), violated in 1 (IDC = 0)</c>.</param>
/// <param name="Trace">The steps of its trace in words; empty for none.</param>
public sealed record StoredRow(
    string Spec, int Line, string Scenario, string Name, string Policy, string Expected, string Verdict, bool Met, string Cells, ImmutableArray<string> Trace)
{
    /// <summary>What tells rows apart.</summary>
    public string Key => $"{Spec}\n{Scenario}\n{Name}";
}

/// <summary>A result of <c>check</c> that was written as JSON.</summary>
/// <param name="Rows">Its rows, in order.</param>
public sealed record StoredResult(ImmutableArray<StoredRow> Rows)
{
    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads a result.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="FormatException">It is no JSON, or no result of <c>check</c> in schema 1; the message says which.</exception>
    public static StoredResult Parse(ReadOnlyMemory<byte> json) => Read(json, results => new StoredResult([.. results.Select(RowAt)]), mayBeUnfinished: false);

    /// <summary>Reads the traces of a result, of <c>check</c> or <c>simulate</c>, finished or not.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="FormatException">It is no JSON, no result in schema 1, or one whose traces cannot be followed; the message says which.</exception>
    public static ImmutableArray<StoredTrace> ParseTraces(ReadOnlyMemory<byte> json) =>
        Read(json, results => results.Select((row, number) => StoredTrace.Parse(row, RowAt(row, number))).OfType<StoredTrace>().ToImmutableArray(), mayBeUnfinished: true);

    private static T Read<T>(ReadOnlyMemory<byte> json, Func<IEnumerable<JsonElement>, T> read, bool mayBeUnfinished)
    {
        try
        {
            using var document = JsonDocument.Parse(json.Span.StartsWith(Utf8Mark) ? json[Utf8Mark.Length..] : json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("tool", out var tool) || tool.GetString() != "coherencecheck")
            {
                throw new FormatException("it is no result of coherencecheck");
            }

            if (!root.TryGetProperty("schema", out var schema) || !schema.TryGetInt32(out var number) || number != JsonEnvelope.Schema)
            {
                throw new FormatException($"its schema is {(root.TryGetProperty("schema", out var other) ? other.ToString() : "missing")}, not {JsonEnvelope.Schema}");
            }

            if (!mayBeUnfinished)
            {
                MustBeWhole(root);
            }

            return read(Property(root, "results").EnumerateArray());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or OverflowException)
        {
            throw new FormatException(e is JsonException ? "it is no JSON: " + e.Message : "it is no result of 'check': " + e.Message, e);
        }
    }

    private static void MustBeWhole(JsonElement root)
    {
        if (root.TryGetProperty("simulation", out _))
        {
            throw new FormatException("it is of 'simulate', which decides nothing");
        }

        if (root.TryGetProperty("interrupted", out var interrupted) && interrupted.ValueKind == JsonValueKind.True)
        {
            throw new FormatException("the run was interrupted: rows are missing");
        }

        if (Property(root, "diagnostics").EnumerateArray().Any(diagnostic => Property(diagnostic, "severity").GetString() == "error"))
        {
            throw new FormatException("the run ended in an error: rows are missing");
        }
    }

    private static StoredRow RowAt(JsonElement row, int number)
    {
        try
        {
            return Row(row);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or OverflowException)
        {
            throw new InvalidOperationException($"result {number + 1}: {e.Message}", e);
        }
    }

    private static StoredRow Row(JsonElement row)
    {
        string Text(string name) => Property(row, name).GetString() ?? throw new InvalidOperationException($"'{name}' is null");
        var when = Property(row, "when").EnumerateObject().Select(condition => condition.Value.ValueKind == JsonValueKind.String
            ? $"{condition.Name} = {condition.Value.GetString()}"
            : $"{condition.Name} in {{{string.Join(", ", condition.Value.EnumerateArray().Select(value => value.GetString()))}}}").ToList();
        var policy = Text("policy");
        var name = policy == "*" ? Text("property") : $"{Text("property")}: {policy}{(when.Count == 0 ? "" : " when " + string.Join(", ", when))}";
        var regions = Property(row, "regions").EnumerateArray()
            .Select(region => (Verdict: Verdict(region), Count: Property(region, "configurations").GetInt64(), When: Property(region, "when").GetString()))
            .OrderBy(region => region.Verdict, StringComparer.Ordinal).ToList();
        var cells = regions.Select(region => $"{region.Verdict} in {region.Count}{(regions.Count == 1 ? "" : $" ({region.When})")}");
        return new StoredRow(
            Text("spec"), Property(row, "line").GetInt32(), Text("scenario"), name, policy, Text("expected"), Verdict(row), Property(row, "met").GetBoolean(), string.Join(", ", cells),
            [.. Property(row, "trace").EnumerateArray().Select(Step)]);
    }

    /// <summary>A property that must be there; the message of what is thrown names it.</summary>
    internal static JsonElement Property(JsonElement element, string name) => element.ValueKind != JsonValueKind.Object
        ? throw new InvalidOperationException($"an object with '{name}' is missing")
        : element.TryGetProperty(name, out var value) ? value : throw new InvalidOperationException($"'{name}' is missing");

    private static string Verdict(JsonElement element)
    {
        var verdict = Property(element, "verdict").GetString();
        return Enum.GetValues<RowVerdict>().Select(TextReport.VerdictName).Contains(verdict, StringComparer.Ordinal) ? verdict! : throw new InvalidOperationException($"'{verdict}' is no verdict");
    }

    private static string Step(JsonElement step)
    {
        var note = Property(step, "note").GetString();
        return $"{Property(step, "step").GetInt32(),4}  {Property(step, "pcpu").GetString() ?? "-",-4} {Property(step, "action").GetString()}{(string.IsNullOrEmpty(note) ? "" : $"   [{note}]")}".TrimEnd();
    }
}
