using System.Collections.Immutable;
using System.Text.Json;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Report.Comparison;

/// <summary>What a user allows of a comparison.</summary>
/// <param name="Names">Scenarios, policies and rows whose rows may change.</param>
/// <param name="Questions">Titles of scenarios that may ask less, or something else.</param>
public sealed record AllowedChanges(ImmutableArray<string> Names, ImmutableArray<string> Questions)
{
    /// <summary>Nothing.</summary>
    public static AllowedChanges None { get; } = new([], []);

    /// <summary>Whether a name speaks of a row.</summary>
    public static bool IsOf(string name, RowChange change) => new[] { change.Before, change.After }.OfType<StoredRow>()
        .Any(row => name == row.Scenario || name == row.Policy || name == row.Name);

    /// <summary>Whether a row's change is allowed.</summary>
    public bool Allow(RowChange change) => Names.Any(name => IsOf(name, change));

    /// <summary>Whether a question's change is allowed.</summary>
    public bool Allow(QuestionChange change) => Questions.Contains(change.Scenario, StringComparer.Ordinal);
}

/// <summary>A comparison for people, and as JSON.</summary>
public static class DiffReport
{
    /// <summary>Writes it as text.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="comparison">What changed.</param>
    /// <param name="allowed">What the user allows.</param>
    /// <param name="revisions">The revisions of the manual that are compared, if that is what is.</param>
    public static void WriteText(TextWriter output, ResultComparison comparison, AllowedChanges allowed, ComparedRevisions? revisions = null)
    {
        foreach (var line in revisions?.Lines ?? [])
        {
            output.WriteLine(Printable.Of(line));
        }

        foreach (var change in comparison.Questions)
        {
            output.WriteLine($"{Printable.Of(change.Spec)}:{change.Line}  {Printable.Of(change.Scenario)}");
            foreach (var difference in change.Differences)
            {
                output.WriteLine($"  {Printable.Of(difference.ToString())}{(difference.Asked != Asked.More && allowed.Allow(change) ? "  (allowed)" : "")}");
            }
        }

        foreach (var change in comparison.Rows)
        {
            output.WriteLine($"{Printable.Of(change.Row.Spec)}:{change.Row.Line}  {Printable.Of(change.Row.Scenario)}");
            output.WriteLine($"  {Printable.Of(change.Row.Name)}  {Printable.Of(change.Description)}{(!change.Fails ? "  (asks more)" : allowed.Allow(change) ? "  (allowed)" : "")}");
            foreach (var step in change.NewTrace)
            {
                output.WriteLine($"  {Printable.Of(step)}");
            }
        }

        output.WriteLine(Summary(comparison, allowed));
    }

    private static string Summary(ResultComparison comparison, AllowedChanges allowed)
    {
        if (comparison.IsEmpty)
        {
            return $"{comparison.Compared} rows, no change";
        }

        var (questions, rows) = (comparison.Questions, comparison.Rows);
        var more = questions.Count(change => !change.Fails) + rows.Count(change => !change.Fails);
        var meant = questions.Count(change => change.Fails && allowed.Allow(change)) + rows.Count(change => change.Fails && allowed.Allow(change));
        return $"{comparison.Compared} rows, {(rows.IsEmpty ? "none" : rows.Length)} changed"
            + (questions.IsEmpty ? "" : $", and the question{(questions.Length == 1 ? "" : "s")} of {TextReport.Count(questions.Length, "scenario")}")
            + (more == 0 ? "" : $", {more} of them asking more")
            + (meant == 0 ? "" : $", {meant} of them allowed");
    }

    /// <summary>Writes it as JSON, schema 1.</summary>
    public static void WriteJson(Stream output, ResultComparison comparison, AllowedChanges allowed, string version, ComparedRevisions? revisions = null) => JsonEnvelope.Write(output, version, json =>
    {
        revisions?.Write(json);
        json.WriteStartArray("changes");
        foreach (var change in comparison.Rows)
        {
            json.WriteStartObject();
            json.WriteString("spec", change.Row.Spec);
            json.WriteNumber("line", change.Row.Line);
            json.WriteString("scenario", change.Row.Scenario);
            json.WriteString("row", change.Row.Name);
            json.WriteString("change", change.Description);
            json.WriteString("before", change.Before?.Verdict);
            json.WriteString("after", change.After?.Verdict);
            json.WriteBoolean("fails", change.Fails);
            json.WriteBoolean("allowed", allowed.Allow(change));
            json.WriteStartArray("trace");
            foreach (var step in change.NewTrace)
            {
                json.WriteStringValue(step.Trim());
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteQuestions(json, comparison.Questions, allowed);
    });

    private static void WriteQuestions(Utf8JsonWriter json, ImmutableArray<QuestionChange> questions, AllowedChanges allowed)
    {
        json.WriteStartArray("questions");
        foreach (var change in questions)
        {
            json.WriteStartObject();
            json.WriteString("spec", change.Spec);
            json.WriteNumber("line", change.Line);
            json.WriteString("scenario", change.Scenario);
            json.WriteBoolean("fails", change.Fails);
            json.WriteBoolean("allowed", allowed.Allow(change));
            json.WriteStartArray("differences");
            foreach (var difference in change.Differences)
            {
                json.WriteStartObject();
                json.WriteString("asks", difference.AskedName);
                json.WriteString("part", difference.Kind);
                json.WriteString("text", difference.Text);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
