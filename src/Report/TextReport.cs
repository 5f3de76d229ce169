using System.Collections.Immutable;
using System.Globalization;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Report;

/// <summary>How much of traces a text report shows.</summary>
public enum TraceDetail
{
    /// <summary>No traces.</summary>
    None,

    /// <summary>The steps that the end depends on.</summary>
    Core,

    /// <summary>One line a step, with what changed.</summary>
    Changes,

    /// <summary>Every cell of every state that is not at its smallest value.</summary>
    Full,
}

/// <summary>Options of the text report.</summary>
/// <param name="Color">Whether to use colour.</param>
/// <param name="Trace">How much of traces to show.</param>
/// <param name="Row">The number of the only row to show, with a list of those that are not as expected where there are others; or <see langword="null"/>.</param>
/// <param name="Statistics">Whether to print times and memory.</param>
/// <param name="Coverage">Whether to list the rules that never fired.</param>
/// <param name="Classes">Whether to list the classes of cells that behave the same.</param>
public sealed record TextOptions(bool Color, TraceDetail Trace, int? Row, bool Statistics, bool Coverage, bool Classes = false);

/// <summary>The result of <c>check</c> as text for people: rows by scenario, a trace for each violated row, a summary.</summary>
public sealed class TextReport(TextWriter output, TextOptions options)
{
    private readonly Paint _paint = new(options.Color);

    /// <summary>Writes all of it.</summary>
    public void Write(CheckResult result)
    {
        var rows = options.Row is { } number ? [.. result.Rows.Where(row => row.Number == number)] : result.Rows;
        foreach (var scenario in rows.GroupBy(row => (row.Spec, row.Scenario)))
        {
            WriteScenario([.. scenario], result.Scenarios.FirstOrDefault(s => s.Spec == scenario.Key.Spec && s.Name == scenario.Key.Scenario));
        }

        // Nobody should see one row as expected and an exit code that says otherwise.
        if (options.Row is null || result.Interrupted || result.Rows.Any(row => !row.Met && row.Number != options.Row))
        {
            WriteSummary(result);
        }
    }

    /// <summary>Writes a trace alone.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="trace">The trace.</param>
    /// <param name="detail">How much of it.</param>
    /// <param name="color">Whether to use colour.</param>
    public static void WriteTrace(TextWriter output, Model.Narration.NarratedTrace trace, TraceDetail detail, bool color) =>
        new TraceText(output, new Paint(color), detail).Write(trace);

    private void WriteScenario(ImmutableArray<RowResult> rows, ScenarioResult? scenario)
    {
        output.WriteLine(scenario is null
            ? $"{Printable.Of(rows[0].Spec)}  {_paint.Bold(Printable.Of(rows[0].Scenario))}"
            : $"{Printable.Of(scenario.Spec)}  {_paint.Bold(Printable.Of(scenario.Name))}  (pe {scenario.PeModel}, ghost lockstep)");
        var texts = rows.Select(Describe).ToList();
        var width = Math.Min(60, texts.Max(text => text.Length));
        var verdictWidth = Math.Max(10, rows.Max(row => VerdictColumn(row).Length));
        for (var i = 0; i < rows.Length; i++)
        {
            output.WriteLine(Row(rows[i], texts[i], width, verdictWidth));
            foreach (var @class in options.Classes ? rows[i].Classes : [])
            {
                output.WriteLine($"        {VerdictName(@class.Verdict),-10}{_paint.Dim($" {Count(@class.Configurations, "cell")}, {Count(@class.States, "state")}, {Count(@class.Depth, "step")}")}  {Printable.Of(@class.When)}");
            }

            foreach (var note in rows[i].AllNotes)
            {
                output.WriteLine($"        {Printable.Of(note)}");
            }
        }

        foreach (var finding in scenario?.Findings ?? [])
        {
            output.WriteLine($"  {Printable.Of(finding.ToString())}");
        }

        if (scenario is { IsCovered: false })
        {
            output.WriteLine(_paint.Dim($"  coverage: {scenario.Coverage}"
                + (options.Coverage ? "; never:" : " (--coverage lists the others)")));
            if (options.Coverage)
            {
                foreach (var rule in scenario.Uncovered)
                {
                    output.WriteLine($"    {Printable.Of(rule)}");
                }
            }
        }

        output.WriteLine();
        if (options.Trace == TraceDetail.None)
        {
            return;
        }

        foreach (var row in rows.Where(row => row.Trace is not null))
        {
            new TraceText(output, _paint, options.Trace).Write(row);
        }
    }

    private static string VerdictColumn(RowResult row) =>
        row.IsMixed ? $"{VerdictName(row.Verdict)} in {CellsWith(row, row.Verdict)} of {Number(row.Cells)}" : VerdictText(row);

    private string Row(RowResult row, string text, int width, int verdictWidth)
    {
        var verdict = VerdictColumn(row).PadRight(verdictWidth);
        var claim = Claim(row);
        var painted = row.Met ? _paint.Good(verdict) : _paint.Bad(verdict);
        var counts = row.States == 0 ? "" : $"  {Count(row.Cells, "cell")}{(row.Classes.Length < row.Cells && row.Classes.Length > 0 ? $" in {Count(row.Classes.Length, "class", "es")}" : "")}, {row.States.ToString("N0", CultureInfo.InvariantCulture)} states, {Count(row.Depth, "step")}";
        return $"  [{row.Number,3}] {row.Line,4}  {text.PadRight(width)}  {painted} {(row.Met ? claim : _paint.Bad(claim))}{_paint.Dim(counts)}";
    }

    /// <summary>How the verdict stands to what the row claims.</summary>
    internal static string Claim(RowResult row) => !row.Met ? $"EXPECTED {row.Expected.ToUpperInvariant()}"
        : row.Expected == VerdictName(row.Verdict) || row.Expected == "holds vacuous" ? "as expected"
        : $"({row.Expected})";

    /// <summary>The row as its author wrote it.</summary>
    internal static string Describe(RowResult row)
    {
        var when = row.IsOtherwise ? " otherwise" : row.When.IsEmpty ? "" : " when " + Conditions(row);
        return Printable.Of(row.Policy == "*" ? row.Property : $"{row.Property}: {row.Policy}{when}");
    }

    /// <summary>The verdict; of a row that is violated in some cells and holds in others, in how many of them: <c>violated in 2 of 3 cells, holds in 1</c>.</summary>
    internal static string VerdictWords(RowResult row) => !row.IsMixed ? VerdictText(row) : string.Join(", ", row.Regions.Select(region => region.Verdict)
        .OrderBy(verdict => verdict != row.Verdict).ThenBy(verdict => verdict != RowVerdict.Violated)
        .Select((verdict, i) => $"{VerdictName(verdict)} in {CellsWith(row, verdict)}{(i == 0 ? $" of {Number(row.Cells)} cells" : "")}"));

    /// <summary>The same with where among the cells: <c>violated in 2 of 3 cells, where DIC = 0; holds in 1, where DIC = 1</c>.</summary>
    internal static string WhereWords(RowResult row) => string.Join("; ", row.Regions
        .OrderBy(region => region.Verdict != row.Verdict).ThenBy(region => region.Verdict != RowVerdict.Violated)
        .Select((region, i) => $"{VerdictName(region.Verdict)} in {Number(region.Configurations)}{(i == 0 ? $" of {Number(row.Cells)} cells" : "")}, where {region.When}"));

    private static string CellsWith(RowResult row, RowVerdict verdict) => Number(row.Regions.First(region => region.Verdict == verdict).Configurations);

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>The conditions of a row.</summary>
    internal static string Conditions(RowResult row) => Conditions(row.When);

    /// <summary>Conditions as rows write them.</summary>
    public static string Conditions(ImmutableArray<RowCondition> conditions) => string.Join(", ", conditions.Select(condition =>
        (condition.Owner is { } owner ? owner + "." : "") + condition.Name
        + (condition.Values.Length == 1 ? " = " + condition.Values[0] : " in {" + string.Join(", ", condition.Values) + "}")));

    /// <summary>A verdict as reports spell it.</summary>
    public static string VerdictName(RowVerdict verdict) => verdict switch
    {
        RowVerdict.Holds => "holds",
        RowVerdict.Violated => "violated",
        RowVerdict.Undecided => "undecided",
        RowVerdict.Reached => "reached",
        RowVerdict.NotReached => "not reached",
        _ => "model error",
    };

    /// <summary>The verdict, with what makes it say less than it seems to.</summary>
    public static string VerdictText(RowResult row) => row.Findings.IsEmpty ? VerdictName(row.Verdict)
        : $"{VerdictName(row.Verdict)} ({string.Join(", ", row.Findings.Select(finding => finding.Word).Distinct(StringComparer.Ordinal))})";

    /// <summary>A number of things.</summary>
    internal static string Count(long number, string noun, string plural = "s") => $"{number.ToString("N0", CultureInfo.InvariantCulture)} {noun}{(number == 1 ? "" : plural)}";

    private void WriteSummary(CheckResult result)
    {
        var met = result.Rows.Count(row => row.Met);
        var errors = result.Diagnostics.Count(diagnostic => diagnostic.Severity == Severity.Error);
        var parts = new List<string> { $"{Count(result.Rows.Length, "row")}: {met} as expected" };
        var undecided = result.Rows.Count(row => row is { Met: false, Verdict: RowVerdict.Undecided });
        var unmet = result.Rows.Length - met - undecided;
        if (unmet > 0)
        {
            parts.Add(_paint.Bad($"{unmet} not as expected"));
        }

        var vacuous = result.Rows.Count(row => row.Findings.Any(finding => finding.IsVacuous));
        if (vacuous > 0)
        {
            parts.Add($"{vacuous} vacuous");
        }

        if (undecided > 0)
        {
            parts.Add($"{undecided} undecided");
        }

        if (errors > 0)
        {
            parts.Add(_paint.Bad(Count(errors, "error")));
        }

        if (result.Interrupted)
        {
            parts.Add("interrupted: what was finished is above");
        }

        output.WriteLine(string.Join(", ", parts));
        foreach (var row in result.Rows.Where(row => !row.Met))
        {
            output.WriteLine($"  {Printable.Of(row.Spec)}:{row.Line}: {Describe(row)}: {VerdictWords(row)}, expected {row.Expected}");
        }

        output.WriteLine(_paint.Dim($"attributes decided by {Printable.Of(result.Decider)}"));
        if (options.Statistics)
        {
            var s = result.Statistics;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{s.Cells} cells, {s.Systems} different systems, {s.Compiled} compiled; {s.States:N0} states, {s.Transitions:N0} transitions; {s.Seconds:F1} s, {s.PeakBytes / 1048576.0:F0} MB"));
            var saved = s.Reductions;
            if (saved.SymmetricSystems > 0)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"symmetry: {saved.SymmetricStates:N0} states of {saved.SymmetricSystems} {(saved.SymmetricSystems == 1 ? "system" : "systems")} stand for {saved.RepresentedStates:N0}"));
            }

            if (saved.OrderedSystems > 0)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"partial order: {saved.PassedThrough:N0} times a state of {saved.OrderedSystems} {(saved.OrderedSystems == 1 ? "system" : "systems")} was passed through, and not stored"));
            }

            if (saved.SlicedSystems > 0)
            {
                output.WriteLine($"slicing: {saved.LeftOut} variables or cells of {saved.SlicedSystems} {(saved.SlicedSystems == 1 ? "system" : "systems")} left out");
            }
        }
    }
}
