using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Report.Formats;

/// <summary>Something that a reader must act on: a row that is not as expected, or a diagnostic.</summary>
/// <param name="Rule">What kind of thing it is: the diagnostic's code, or <see cref="Findings.RowRule"/>.</param>
/// <param name="IsError">Whether it is an error; else a warning.</param>
/// <param name="Path">The file, or <see langword="null"/>.</param>
/// <param name="Line">The line, from 1; 0 for none.</param>
/// <param name="Column">The column, from 1; 0 for none.</param>
/// <param name="Message">What is wrong, in one line.</param>
/// <param name="Row">The row, or <see langword="null"/> for a diagnostic.</param>
internal sealed record Finding(string Rule, bool IsError, string? Path, int Line, int Column, string Message, RowResult? Row)
{
    public string Place => Path is null ? "" : $"{Path}:{Line}";
}

/// <summary>What formats for other programs report.</summary>
internal static class Findings
{
    /// <summary>The rule of a row that is not as expected.</summary>
    public const string RowRule = "expectation";

    /// <summary>Everything, rows first.</summary>
    public static IEnumerable<Finding> All(CheckResult result) =>
        result.Rows.SelectMany(row => row.Met ? Warnings(row) : [Of(row)]).Concat(result.Scenarios.SelectMany(Warnings)).Concat(result.Diagnostics.Select(Of)).Concat(Interruption(result));

    /// <summary>Why a row that holds as it claims says less than it seems to, unless it says that it does.</summary>
    public static IEnumerable<Finding> Warnings(RowResult row) => row.Verdict == RowVerdict.Holds
        ? row.Findings.Where(finding => !row.Expected.StartsWith("holds vacuous", StringComparison.Ordinal) || !(finding.IsVacuous || finding.Kind == FindingKind.NotJudged)).Select(finding => new Finding(finding.Code, IsError: false, row.Spec, row.Line, 0, $"{TextReport.Describe(row)}: {TextReport.VerdictText(row)}: {finding.Message}", row))
        : [];

    /// <summary>What of a scenario none of its properties judges.</summary>
    public static IEnumerable<Finding> Warnings(ScenarioResult scenario) =>
        scenario.Findings.Select(finding => new Finding(finding.Code, IsError: false, scenario.Spec, scenario.TitleLine, 0, $"scenario '{scenario.Name}': {finding.Message}", null));

    /// <summary>The diagnostics that are errors.</summary>
    public static IEnumerable<Finding> Errors(CheckResult result) => result.Diagnostics.Where(diagnostic => diagnostic.Severity == Severity.Error).Select(Of).Concat(Interruption(result));

    /// <summary>That rows are missing, where the run was interrupted.</summary>
    public static IEnumerable<Finding> Interruption(CheckResult result) =>
        result.Interrupted ? [new Finding("interrupted", true, null, 0, 0, "the run was interrupted: rows that were not finished are missing", null)] : [];

    /// <summary>A row.</summary>
    public static Finding Of(RowResult row) => new(
        RowRule,
        IsError: true,
        row.Spec,
        row.Line,
        0,
        $"{TextReport.Describe(row)}: {TextReport.VerdictWords(row)}, expected {row.Expected} (scenario '{row.Scenario}')"
            + (row.Cell is { } cell ? $"; {cell.Registers}; readings: {(cell.Readings.Length == 0 ? "defaults" : cell.Readings)}" : "")
            + string.Concat(row.AllNotes.Select(note => "; " + note)),
        row);

    /// <summary>A row's trace as text, after the place of the row.</summary>
    public static string TraceOf(RowResult row)
    {
        if (row.Trace is not { } trace)
        {
            return Printable.Of($"{row.Spec}:{row.Line}");
        }

        using var text = new StringWriter { NewLine = "\n" };
        text.WriteLine(Printable.Of($"{row.Spec}:{row.Line}"));
        new TraceText(text, new Paint(false)).Write(trace);
        return text.ToString();
    }

    private static Finding Of(Diagnostic diagnostic) => new(
        diagnostic.Code,
        diagnostic.Severity == Severity.Error,
        diagnostic.Span?.Path,
        diagnostic.Span?.Line ?? 0,
        diagnostic.Span?.Column ?? 0,
        diagnostic.Message + (diagnostic.Hint is { } hint ? $" ({hint})" : ""),
        null);
}
