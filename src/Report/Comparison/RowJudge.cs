using System.Collections.Immutable;
using CoherenceCheck.Model.Questions;

namespace CoherenceCheck.Report.Comparison;

/// <summary>Compares the rows of a scenario whose question may have changed.</summary>
/// <param name="differences">How the question changed.</param>
/// <param name="valuesAsked">The values of fields and readings that were asked before.</param>
/// <param name="samePolicies">Whether every policy of the scenario does what it did.</param>
internal sealed class RowJudge(ImmutableArray<QuestionDifference> differences, ImmutableHashSet<string> valuesAsked, bool samePolicies)
{
    /// <summary>The kinds of findings with which a row holds whatever the policy does.</summary>
    private static readonly string[] Vacuous = ["nothing_promised", "never_reached"];

    private readonly bool _otherCells = differences.Any(IsOfCells);

    private readonly bool _onlyMoreCells = differences.Where(IsOfCells).All(difference => difference.Asked == Asked.More);

    /// <summary>Whether guests may do, and be scheduled, as they could not before.</summary>
    private readonly bool _moreBehaviour = differences.Any(difference => difference is { Asked: Asked.More, Kind: QuestionParts.Alphabet or QuestionParts.Addresses or QuestionParts.Placement });

    /// <summary>What changed of a row, if anything did.</summary>
    public RowChange? Of(StoredRow? before, StoredRow? after) => (before, after) switch
    {
        // A row that is not met is no gain, whoever wrote it.
        (null, { } appeared) => new RowChange(null, appeared, $"appeared: {appeared.Verdict}{Cells(appeared)}, expected {appeared.Expected}", Fails: !appeared.Met),
        ({ } was, null) => new RowChange(was, null, $"disappeared: was {was.Verdict}{Cells(was)}, expected {was.Expected}"),
        ({ } was, { } now) => Words(was, now) is { } changed ? new RowChange(was, now, changed.Text, changed.Fails) : null,
        _ => null,
    };

    /// <summary>Whether two rows are the same in all that is compared: of rows of the same name these belong together.</summary>
    public static bool AreSame(StoredRow before, StoredRow after) =>
        before.Findings.SequenceEqual(after.Findings, StringComparer.Ordinal) && before.Verdict == after.Verdict && before.Met == after.Met && before.Expected == after.Expected && Regions(before).SequenceEqual(Regions(after)) && StatementsOf(before).SequenceEqual(StatementsOf(after), StringComparer.Ordinal);

    private (string Text, bool Fails)? Words(StoredRow before, StoredRow after)
    {
        if (before.Verdict != after.Verdict)
        {
            return ($"{before.Verdict}{Cells(before)} -> {after.Verdict}{Cells(after)}{Expectation(before, after)}", true);
        }

        if (after.Findings.Except(before.Findings, StringComparer.Ordinal).Intersect(Vacuous, StringComparer.Ordinal).ToList() is { Count: > 0 } vacuous && !after.Expected.StartsWith("holds vacuous", StringComparison.Ordinal))
        {
            return ($"{after.Verdict} as before, but vacuously now: {string.Join(", ", vacuous)}", true);
        }

        if (Mentions(before, after) is { } mentions)
        {
            return (mentions, true);
        }

        var sameCells = HasSameCells(before, after);
        if (sameCells && before.Met != after.Met)
        {
            return ($"{after.Verdict} as before; {(after.Met ? "now" : "no longer")} as expected: {after.Expected}", true);
        }

        if (!sameCells)
        {
            return ($"{after.Verdict}, and in other cells: {before.Cells} -> {after.Cells}{Expectation(before, after)}", true);
        }

        // Of labels that are called otherwise, as all else is equal.
        var sameClaim = before.Expected == after.Expected || (before.KeyWithoutLabels is { } key && key == after.KeyWithoutLabels && Claim(before) == Claim(after));
        if (!sameClaim)
        {
            return ClaimsMore(before, after)
                ? ($"{after.Verdict} as before, and more is claimed: {before.Expected} -> {after.Expected}", false)
                : ($"{after.Verdict} as before; the expectation changed: {before.Expected} -> {after.Expected}", true);
        }

        // A state in which nothing more can happen may have a step now.
        var isMonotone = after.Verdict is not ("violated" or "reached") && after.Property != "deadlock";
        return _moreBehaviour && !isMonotone && !samePolicies
            ? ($"{after.Verdict} as before, but guests may do more than before and policies changed with it: whether it still is without that is not known", true)
            : null;
    }

    /// <summary>What the row's own labels and cells ask less or otherwise, if anything.</summary>
    private string? Mentions(StoredRow before, StoredRow after)
    {
        if (before.Subject is null || after.Subject is null)
        {
            return null;
        }

        if (!before.Subject.Statements.SequenceEqual(after.Subject.Statements, StringComparer.Ordinal))
        {
            return $"asks something else: {Listed(before.Subject.Statements)} -> {Listed(after.Subject.Statements)}";
        }

        var never = after.Subject.NeverAsked.Except(before.Subject.NeverAsked, StringComparer.Ordinal).Where(valuesAsked.Contains).ToList();
        return never.Count == 0 ? null : $"asks less: {string.Join(", ", never)} is in none of its legal cells any more";
    }

    private bool HasSameCells(StoredRow before, StoredRow after)
    {
        if (!_otherCells)
        {
            return Regions(before).SequenceEqual(Regions(after));
        }

        // Where there is one verdict, and the same, it is the same in all cells that both ask about.
        return before.Regions.Length <= 1 && after.Regions.Length <= 1
            && (!_onlyMoreCells || before.Regions.Sum(region => region.Configurations) <= after.Regions.Sum(region => region.Configurations));
    }

    private static IEnumerable<(string Verdict, long Configurations, string Where)> Regions(StoredRow row) =>
        row.Regions.Select(region => (region.Verdict, region.Configurations, region.Fingerprint));

    private static IEnumerable<string> StatementsOf(StoredRow row) => row.Subject?.Statements ?? [];

    private static bool ClaimsMore(StoredRow before, StoredRow after) =>
        after.Met && (before.Expected == "unstated" || (before.Expected == "holds" && Claim(after) == "holds"));

    private static string Claim(StoredRow row) => row.Expected.Split(' ')[0];

    private static bool IsOfCells(QuestionDifference difference) => difference.Kind is QuestionParts.Field or QuestionParts.Reading;

    private static string Listed(ImmutableArray<string> statements) => statements.IsEmpty ? "nothing" : string.Join(", ", statements);

    private static string Cells(StoredRow row) => row.Regions.Length < 2 ? "" : $" ({row.Cells})";

    private static string Expectation(StoredRow before, StoredRow after) => before.Expected == after.Expected ? $"; expected {after.Expected}" : $"; the expectation changed with it: {before.Expected} -> {after.Expected}";
}
