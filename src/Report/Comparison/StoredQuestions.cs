using System.Collections.Immutable;
using System.Text.Json;
using CoherenceCheck.Model.Questions;

namespace CoherenceCheck.Report.Comparison;

/// <summary>Reads what was asked from a stored result.</summary>
internal static class StoredQuestions
{
    /// <summary>The questions of a result.</summary>
    /// <exception cref="FormatException">There are none: an earlier version wrote it.</exception>
    /// <exception cref="InvalidOperationException">They are not as they are written; the message says where.</exception>
    public static ImmutableArray<ScenarioAsks> Parse(JsonElement root, IEnumerable<StoredRow> rows)
    {
        if (!root.TryGetProperty("questions", out var written))
        {
            throw new FormatException("it does not say what was asked, so nobody can tell whether the same is asked now: a version that did not store questions wrote it");
        }

        ImmutableArray<ScenarioAsks> questions = [.. written.EnumerateArray().Select((question, number) => At($"question {number + 1}", () => Question(question)))];
        foreach (var row in rows.Where(row => !questions.Any(question => question.Spec == row.Spec && question.Scenario == row.Scenario)))
        {
            throw new FormatException($"it does not say what the scenario '{row.Scenario}' of '{row.Spec}' asks");
        }

        return questions;
    }

    /// <summary>Strings of an array.</summary>
    public static ImmutableArray<string> Strings(JsonElement array) =>
        [.. array.EnumerateArray().Select(value => value.GetString() ?? throw new InvalidOperationException("a string is null"))];

    private static ScenarioAsks Question(JsonElement element)
    {
        ImmutableArray<QuestionPart> parts = [.. StoredResult.Property(element, "parts").EnumerateArray().Select((part, number) => At($"part {number + 1}", () => Part(part)))];
        if (parts.GroupBy(part => (part.Kind, part.Of)).FirstOrDefault(group => group.Count() > 1) is { Key: var twice })
        {
            throw new InvalidOperationException($"the part '{twice.Kind}' of '{twice.Of}' stands twice");
        }

        return new ScenarioAsks(Text(element, "spec"), Text(element, "scenario"), new Question(StoredResult.Property(element, "line").GetInt32(), parts));
    }

    private static QuestionPart Part(JsonElement element)
    {
        var isChoice = element.ValueKind == JsonValueKind.Object && element.TryGetProperty("in", out _);
        return new QuestionPart(
            Text(element, "part"),
            Text(element, "of"),
            isChoice,
            Strings(StoredResult.Property(element, isChoice ? "in" : "is")),
            element.TryGetProperty("unset", out var unset) ? unset.GetString() : null);
    }

    private static string Text(JsonElement element, string name) => StoredResult.Property(element, name).GetString() ?? throw new InvalidOperationException($"'{name}' is null");

    private static T At<T>(string place, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or OverflowException)
        {
            throw new InvalidOperationException($"{place}: {e.Message}", e);
        }
    }
}
