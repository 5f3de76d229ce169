using System.Collections.Immutable;
using System.Text.Json;
using CoherenceCheck.Model.Questions;

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
    /// <summary>The property, cover or label that it is about.</summary>
    public required string Property { get; init; }

    /// <summary>Its conditions in an order that does not depend on the text's.</summary>
    public required string When { get; init; }

    /// <summary>Where there is each verdict, by the verdict's name.</summary>
    public required ImmutableArray<StoredRegion> Regions { get; init; }

    /// <summary>What it speaks of; <see langword="null"/> for a cover, and where its cells were not expanded.</summary>
    public RowSubject? Subject { get; init; }

    /// <summary>Why it says less than it seems to, by kind; nothing of results of earlier versions.</summary>
    public ImmutableArray<string> Findings { get; init; } = [];

    /// <summary>What tells rows apart.</summary>
    public string Key => $"{Spec}\n{Scenario}\n{Property}\n{Policy}\n{When}";

    /// <summary>What tells rows apart whose labels may be called otherwise; <see langword="null"/> where that is not known.</summary>
    public string? KeyWithoutLabels => Subject is null ? null : $"{Spec}\n{Scenario}\n{Property}\n{Policy.Split(' ')[0]}\n{Subject.PolicyDigest}\n{string.Join('\n', Subject.Statements)}\n{When}";
}

/// <summary>The cells of a stored row that have one verdict.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Configurations">How many they are.</param>
/// <param name="When">Where they are, in words that depend on the order of the spec.</param>
/// <param name="Fingerprint">The same for the same cells in any order.</param>
public sealed record StoredRegion(string Verdict, long Configurations, string When, string Fingerprint);

/// <summary>A result of <c>check</c> that was written as JSON.</summary>
/// <param name="Rows">Its rows, in order.</param>
/// <param name="Questions">What was asked: a question for each scenario that has a row.</param>
public sealed record StoredResult(ImmutableArray<StoredRow> Rows, ImmutableArray<ScenarioAsks> Questions)
{
    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads a result.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="FormatException">It is no JSON, or no result of <c>check</c> in schema 1; the message says which.</exception>
    public static StoredResult Parse(ReadOnlyMemory<byte> json) => Read(
        json,
        (root, results) =>
        {
            ImmutableArray<StoredRow> rows = [.. results.Select(RowAt)];
            return new StoredResult(rows, StoredQuestions.Parse(root, rows));
        },
        mayBeUnfinished: false);

    /// <summary>The result with other paths of its specs.</summary>
    /// <param name="pathOf">The path in place of another.</param>
    public StoredResult WithPaths(Func<string, string> pathOf) =>
        new([.. Rows.Select(row => row with { Spec = pathOf(row.Spec) })], [.. Questions.Select(question => question with { Spec = pathOf(question.Spec) })]);

    /// <summary>Reads the traces of a result, of <c>check</c> or <c>simulate</c>, finished or not.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="FormatException">It is no JSON, no result in schema 1, or one whose traces cannot be followed; the message says which.</exception>
    public static ImmutableArray<StoredTrace> ParseTraces(ReadOnlyMemory<byte> json) =>
        Read(json, (_, results) => results.Select((row, number) => StoredTrace.Parse(row, RowAt(row, number))).OfType<StoredTrace>().ToImmutableArray(), mayBeUnfinished: true);

    private static T Read<T>(ReadOnlyMemory<byte> json, Func<JsonElement, IEnumerable<JsonElement>, T> read, bool mayBeUnfinished)
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

            return read(root, Property(root, "results").EnumerateArray());
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
        var when = Property(row, "when").EnumerateObject().Select(condition => (condition.Name, Values: Values(condition.Value))).ToList();
        var policy = Text("policy");
        var isOtherwise = row.TryGetProperty("otherwise", out var otherwise) && otherwise.GetBoolean();
        var name = policy == "*" ? Text("property") : $"{Text("property")}: {policy}{(isOtherwise ? " otherwise" : when.Count == 0 ? "" : " when " + string.Join(", ", when.Select(Condition)))}";
        var regions = Property(row, "regions").EnumerateArray().Select(Region).OrderBy(region => region.Verdict, StringComparer.Ordinal).ToImmutableArray();
        var cells = regions.Select(region => $"{region.Verdict} in {region.Configurations}{(regions.Length == 1 ? "" : $" ({region.When})")}");
        return new StoredRow(
            Text("spec"), Property(row, "line").GetInt32(), Text("scenario"), name, policy, Text("expected"), Verdict(row), Property(row, "met").GetBoolean(), string.Join(", ", cells),
            [.. Property(row, "trace").EnumerateArray().Select(Step)])
        {
            Property = Text("property"),
            When = isOtherwise ? "otherwise" : string.Join(", ", when.Select(condition => Condition((condition.Name, [.. condition.Values.Order(StringComparer.Ordinal)]))).Order(StringComparer.Ordinal)),
            Regions = regions,
            Findings = row.TryGetProperty("findings", out var findings)
                ? [.. findings.EnumerateArray().Select(finding => Property(finding, "kind").GetString() ?? "").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]
                : [],
            Subject = row.TryGetProperty("policy_digest", out _)
                ? new RowSubject(Text("policy_digest"), StoredQuestions.Strings(Property(row, "statements")), StoredQuestions.Strings(Property(row, "never_asked")))
                : null,
        };
    }

    private static ImmutableArray<string> Values(JsonElement condition) =>
        condition.ValueKind == JsonValueKind.String ? [condition.GetString()!] : StoredQuestions.Strings(condition);

    private static string Condition((string Name, ImmutableArray<string> Values) condition) =>
        condition.Values is [var one] ? $"{condition.Name} = {one}" : $"{condition.Name} in {{{string.Join(", ", condition.Values)}}}";

    private static StoredRegion Region(JsonElement region) => new(
        Verdict(region),
        Property(region, "configurations").GetInt64(),
        Property(region, "when").GetString() ?? "",
        region.TryGetProperty("fingerprint", out var fingerprint) ? fingerprint.GetString() ?? "" : "");

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
