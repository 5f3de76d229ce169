using System.Collections.Immutable;

namespace CoherenceCheck.Report.Comparison;

/// <summary>A row that is not the same in two results.</summary>
/// <param name="Before">The row in the first; <see langword="null"/> where it appeared.</param>
/// <param name="After">The row in the second; <see langword="null"/> where it disappeared.</param>
public sealed record RowChange(StoredRow? Before, StoredRow? After)
{
    /// <summary>The row, as it is now if it still is.</summary>
    public StoredRow Row => After ?? Before!;

    /// <summary>What happened, in words.</summary>
    public string Description => (Before, After) switch
    {
        (null, { } after) => $"appeared: {after.Verdict}{Cells(after)}, expected {after.Expected}",
        ({ } before, null) => $"disappeared: was {before.Verdict}{Cells(before)}, expected {before.Expected}",
        ({ } before, { } after) when before.Verdict != after.Verdict => $"{before.Verdict}{Cells(before)} -> {after.Verdict}{Cells(after)}{Expectation(before, after)}",
        ({ } before, { } after) when before.Cells == after.Cells && before.Met != after.Met => $"{after.Verdict} as before; {(after.Met ? "now" : "no longer")} as expected: {after.Expected}",
        ({ } before, { } after) when before.Cells != after.Cells => $"{after.Verdict}, and in other cells: {before.Cells} -> {after.Cells}{Expectation(before, after)}",
        ({ } before, { } after) => $"{after.Verdict} as before; the expectation changed: {before.Expected} -> {after.Expected}",
        _ => "",
    };

    /// <summary>The trace that is new: of a row that is violated now and was not, or was elsewhere.</summary>
    public ImmutableArray<string> NewTrace => After is { } after && (Before?.Verdict != after.Verdict || Before.Cells != after.Cells || Before.Met != after.Met) ? after.Trace : [];

    private static string Cells(StoredRow row) => row.Cells.Length == 0 || !row.Cells.Contains(',', StringComparison.Ordinal) ? "" : $" ({row.Cells})";

    private static string Expectation(StoredRow before, StoredRow after) => before.Expected == after.Expected ? $"; expected {after.Expected}" : $"; the expectation changed with it: {before.Expected} -> {after.Expected}";
}

/// <summary>Compares results row by row: by spec, scenario, property, policy and conditions.</summary>
public static class ResultDiff
{
    /// <summary>The rows that changed verdict, cells or expectation, that appeared or disappeared: in the order of the second result, then of the first.</summary>
    public static ImmutableArray<RowChange> Of(StoredResult before, StoredResult after)
    {
        var old = Keyed(before);
        var now = Keyed(after);
        return
        [
            .. now.Select(pair => new RowChange(old.GetValueOrDefault(pair.Key), pair.Value))
                .Where(change => change.Before is not { } was || was.Verdict != change.After!.Verdict || was.Cells != change.After.Cells || was.Met != change.After.Met || was.Expected != change.After.Expected),
            .. old.Where(pair => !now.ContainsKey(pair.Key)).Select(pair => new RowChange(pair.Value, null)),
        ];
    }

    /// <summary>Rows by what tells them apart; of equal ones the second has a number, and so on.</summary>
    private static Dictionary<string, StoredRow> Keyed(StoredResult result) => result.Rows.GroupBy(row => row.Key, StringComparer.Ordinal)
        .SelectMany(group => group.Select((row, i) => (Key: $"{group.Key}\n{i}", row))).ToDictionary(pair => pair.Key, pair => pair.row, StringComparer.Ordinal);
}
