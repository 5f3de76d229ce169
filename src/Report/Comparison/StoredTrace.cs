using System.Collections.Immutable;
using System.Text.Json;

namespace CoherenceCheck.Report.Comparison;

/// <summary>A step of a stored trace.</summary>
/// <param name="Rule">The rule instance by its name; of step 0 the initial state's name.</param>
/// <param name="Action">What it did, in words.</param>
/// <param name="Changes">The cells that it changed, by name, with the values before and after, as text.</param>
public sealed record StoredStep(string Rule, string Action, ImmutableArray<(string Name, string Before, string After)> Changes);

/// <summary>A trace of a stored result, with what is needed to find its cell again.</summary>
/// <param name="Number">The number of the row, as commands name rows.</param>
/// <param name="Row">The row that it is of.</param>
/// <param name="Property">The property.</param>
/// <param name="Ends">What the trace ended in: <c>violated</c>, <c>model error</c>, or <c>undecided</c> for a walk that ended in neither.</param>
/// <param name="Registers">The registers of the cell, in words.</param>
/// <param name="Readings">Its readings, in words.</param>
/// <param name="Without">The labels that are switched off in it.</param>
/// <param name="Steps">The initial state, then every step.</param>
public sealed record StoredTrace(
    int Number, StoredRow Row, string Property, string Ends, string Registers, string Readings, ImmutableArray<string> Without, ImmutableArray<StoredStep> Steps)
{
    internal static StoredTrace? Parse(JsonElement element, StoredRow row)
    {
        var steps = StoredResult.Property(element, "trace").EnumerateArray().ToList();
        if (steps.Count == 0)
        {
            return null;
        }

        if (!steps[0].TryGetProperty("rule", out _) || !element.TryGetProperty("trace_verdict", out _))
        {
            throw new FormatException("it is of an older version: its traces do not say which rules they are made of");
        }

        return new StoredTrace(
            StoredResult.Property(element, "row").GetInt32(),
            row,
            Text(element, "property"),
            Text(element, "trace_verdict"),
            Text(element, "registers"),
            Text(element, "readings"),
            [.. StoredResult.Property(element, "without").EnumerateArray().Select(label => label.GetString() ?? "")],
            [.. steps.Select(step => new StoredStep(Text(step, "rule"), Text(step, "action"), [.. StoredResult.Property(step, "changes").EnumerateObject().Select(Change)]))]);
    }

    private static (string Name, string Before, string After) Change(JsonProperty change) =>
        change.Value.GetArrayLength() == 2
            ? (change.Name, change.Value[0].GetString() ?? "", change.Value[1].GetString() ?? "")
            : throw new FormatException($"the change of '{change.Name}' has not two values");

    private static string Text(JsonElement element, string name) =>
        StoredResult.Property(element, name).GetString() ?? throw new FormatException($"'{name}' is null");
}
