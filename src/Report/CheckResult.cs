using System.Collections.Immutable;
using System.Globalization;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Questions;

namespace CoherenceCheck.Report;

/// <summary>The verdict on a row: that of its cells together.</summary>
public enum RowVerdict
{
    /// <summary>The property holds in every cell.</summary>
    Holds,

    /// <summary>It is violated in some cell.</summary>
    Violated,

    /// <summary>No cell is violated, and a limit was hit in some.</summary>
    Undecided,

    /// <summary>A cover, or a labelled statement, that was reached.</summary>
    Reached,

    /// <summary>A cover, or a labelled statement, that was not reached where it had to be.</summary>
    NotReached,

    /// <summary>A step of some cell has no meaning: a value out of its range, say.</summary>
    ModelError,
}

/// <summary>A cell in words: what the reader needs to set up the same machine.</summary>
/// <param name="Registers">What it sets or implies of registers: <c>DIC = 0, IDC = 1</c>.</param>
/// <param name="Readings">The readings that differ from their defaults; empty for none.</param>
/// <param name="Without">The labels that are switched off.</param>
public sealed record CellDescription(string Registers, string Readings, ImmutableArray<string> Without);

/// <summary>Cells that behave the same, so that one exploration decides them all.</summary>
/// <param name="When">What they have in common and no other cell of the row has, as a formula; <c>always</c> where it is all of them.</param>
/// <param name="Configurations">How many they are.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="States">States of the exploration.</param>
/// <param name="Depth">As <see cref="RowResult.Depth"/>.</param>
public sealed record ClassResult(string When, long Configurations, RowVerdict Verdict, long States, int Depth);

/// <summary>The cells of a row that have one verdict.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Configurations">How many they are.</param>
/// <param name="When">What they have in common and no other cell of the row has, as a formula.</param>
public sealed record VerdictRegion(RowVerdict Verdict, long Configurations, string When)
{
    /// <summary>The same number for the same cells, in whatever order the spec names fields and readings.</summary>
    public ulong Fingerprint { get; init; }
}

/// <summary>What was seen of the undecided cells of a row when a limit was hit.</summary>
/// <param name="Limit">The limit: <c>--max-states</c>, <c>--max-memory</c>, <c>--timeout</c>.</param>
/// <param name="Systems">How many systems these cells come to.</param>
/// <param name="Begun">Whether they were searched at all.</param>
/// <param name="States">States found, in all of them.</param>
/// <param name="Transitions">Transitions taken, in all of them.</param>
/// <param name="Depth">The steps within which all states of each were found.</param>
/// <param name="Waiting">States whose steps were not looked at, in all of them.</param>
/// <param name="RulesFired">How many rules fired in some of them.</param>
/// <param name="Rules">How many rules they have.</param>
/// <param name="CoversReached">The covers that some of them reached.</param>
/// <param name="CoversOpen">The others.</param>
public sealed record LimitResult(
    string Limit, int Systems, bool Begun, long States, long Transitions, int Depth, long Waiting, int RulesFired, int Rules,
    ImmutableArray<string> CoversReached, ImmutableArray<string> CoversOpen)
{
    /// <summary>It in one line.</summary>
    public override string ToString() => !Begun
        ? $"undecided: {Limit} was hit before the search began"
        : $"undecided: {Limit} was hit {(Systems == 1 ? "" : $"in {Systems} systems, ")}at {TextReport.Count(States, "state")} and {TextReport.Count(Transitions, "transition")}{(Systems == 1 ? "" : " in all")},"
            + $" all within {TextReport.Count(Depth, "step")} found{(Systems == 1 ? "" : " in each")}, {Waiting.ToString("N0", CultureInfo.InvariantCulture)} waiting; {RulesFired} of {Rules} rules fired"
            + (CoversReached.IsEmpty ? "" : $"; reached: {string.Join(", ", CoversReached)}")
            + (CoversOpen.IsEmpty ? "" : $"; not reached yet: {string.Join(", ", CoversOpen)}");
}

/// <summary>The result for one row.</summary>
public sealed record RowResult
{
    /// <summary>Its number in the run, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The spec's path as given.</summary>
    public required string Spec { get; init; }

    /// <summary>The row's line, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>The scenario's title.</summary>
    public required string Scenario { get; init; }

    /// <summary>The policy as the row names it; <c>*</c> for a cover.</summary>
    public required string Policy { get; init; }

    /// <summary>The row's conditions.</summary>
    public required ImmutableArray<RowCondition> When { get; init; }

    /// <summary>Whether it speaks, in place of conditions, of the cells that no other row of its policy matches.</summary>
    public bool IsOtherwise { get; init; }

    /// <summary>How many legal cells it speaks of.</summary>
    public required long Cells { get; init; }

    /// <summary>These cells, put together where the model cannot tell them apart; empty for a cover.</summary>
    public ImmutableArray<ClassResult> Classes { get; init; } = [];

    /// <summary>Where among these cells each verdict is found; empty for a cover.</summary>
    public ImmutableArray<VerdictRegion> Regions { get; init; } = [];

    /// <summary>Whether it is violated in some of these cells and holds in others.</summary>
    public bool IsMixed => Regions.Any(region => region.Verdict == RowVerdict.Violated) && Regions.Any(region => region.Verdict == RowVerdict.Holds);

    /// <summary>Where it is not as claimed and its cells are not alike: rows that are as they say, to be written in its place; else empty.</summary>
    public ImmutableArray<string> Proposed { get; init; } = [];

    /// <summary>The property, cover or label.</summary>
    public required string Property { get; init; }

    /// <summary>What the row claims: <c>holds</c>, <c>violated</c>, <c>unstated</c>, <c>holds needless ic</c>, <c>reached</c>.</summary>
    public required string Expected { get; init; }

    /// <summary>The verdict.</summary>
    public required RowVerdict Verdict { get; init; }

    /// <summary>Whether every cell is as claimed.</summary>
    public required bool Met { get; init; }

    /// <summary>Whether the row is not met only because a limit was hit.</summary>
    public bool OnlyLimits { get; init; }

    /// <summary>States of the largest cell.</summary>
    public long States { get; init; }

    /// <summary>Transitions of that cell.</summary>
    public long Transitions { get; init; }

    /// <summary>Violated: steps of the shortest counterexample among its violated cells. Holds: steps to the farthest state of the largest cell.</summary>
    public int Depth { get; init; }

    /// <summary>The cell that the trace is of, or that is not as claimed.</summary>
    public CellDescription? Cell { get; init; }

    /// <summary>The shortest trace among the violated cells.</summary>
    public NarratedTrace? Trace { get; init; }

    /// <summary>What the trace ends in: a row that holds may have one of the cell that shows an operation to be needed.</summary>
    public RowVerdict? TraceVerdict { get; init; }

    /// <summary>What it speaks of beyond what its scenario asks; <see langword="null"/> for a cover, and where its cells were not expanded.</summary>
    public RowSubject? Subject { get; init; }

    /// <summary>Which limits left cells undecided, and what was seen of these; the notes say the same.</summary>
    public ImmutableArray<LimitResult> Limits { get; init; } = [];

    /// <summary>Why it says less than it seems to, where it holds.</summary>
    public ImmutableArray<RowFinding> Findings { get; init; } = [];

    /// <summary>What else a reader must know: why undecided, how many cells differ, a bound.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>The notes, with where a row that is not as claimed has which verdict before them, and the rows that would say so behind them.</summary>
    public IEnumerable<string> AllNotes =>
    [
        .. Findings.Select(finding => finding.ToString()),
        .. IsMixed && !Met ? [TextReport.WhereWords(this)] : Array.Empty<string>(),
        .. Notes,
        .. Proposed.Select(row => $"say instead: {row}"),
    ];
}

/// <summary>A scenario's heading.</summary>
/// <param name="Spec">The spec's path.</param>
/// <param name="Name">The scenario's title.</param>
/// <param name="PeModel">The PE model.</param>
/// <param name="NeverFired">Rules that fired in no cell, as text.</param>
/// <param name="RuleCount">The number of rules over all its systems.</param>
/// <param name="NotLookedAt">Rules that every search left out, since nothing that was asked hangs on them: whether they fire is not known.</param>
public sealed record ScenarioResult(
    string Spec, string Name, string PeModel, ImmutableArray<RuleCount> NeverFired, int RuleCount, ImmutableArray<RuleCount> NotLookedAt)
{
    /// <summary>Where its title stands.</summary>
    public int TitleLine { get; init; }

    /// <summary>What of it none of its properties judges.</summary>
    public ImmutableArray<RowFinding> Findings { get; init; } = [];

    /// <summary>Whether every rule fired.</summary>
    public bool IsCovered => NeverFired.IsEmpty && NotLookedAt.IsEmpty;

    /// <summary>How many rules fired, in words.</summary>
    public string Coverage => $"{RuleCount - NeverFired.Length - NotLookedAt.Length} of {RuleCount} rules fired"
        + (NotLookedAt.IsEmpty ? "" : $", {NotLookedAt.Length} not looked at: no verdict hangs on them");

    /// <summary>The rules that did not, each as a line.</summary>
    public IEnumerable<string> Uncovered => NeverFired.Select(rule => Line(rule, "")).Concat(NotLookedAt.Select(rule => Line(rule, "not looked at: ")));

    private static string Line(RuleCount rule, string before) => $"{before}{rule.Rule}{(rule.Source is { } source ? $"   {source}" : "")}";
}

/// <summary>How often a rule fired over all cells of a scenario.</summary>
/// <param name="Rule">The rule in words.</param>
/// <param name="Source">Where it is written, or <see langword="null"/>.</param>
/// <param name="Fired">How often.</param>
public sealed record RuleCount(string Rule, string? Source, long Fired);

/// <summary>What a run of <c>check</c> found.</summary>
/// <param name="Rows">All rows, in the order of specs, scenarios, lines.</param>
/// <param name="Scenarios">The scenarios, in order.</param>
/// <param name="Diagnostics">Errors and warnings.</param>
/// <param name="Interrupted">Whether the user stopped it.</param>
/// <param name="Decider">Who decided what attributes come to, with its version.</param>
/// <param name="Statistics">Times and memory, for <c>--stats</c>.</param>
public sealed record CheckResult(
    ImmutableArray<RowResult> Rows,
    ImmutableArray<ScenarioResult> Scenarios,
    ImmutableArray<Diagnostic> Diagnostics,
    bool Interrupted,
    string Decider,
    RunStatistics Statistics)
{
    /// <summary>What the scenarios that state an expectation ask, in order.</summary>
    public ImmutableArray<ScenarioAsks> Questions { get; init; } = [];
}

/// <summary>What a scenario asks.</summary>
/// <param name="Spec">The spec's path.</param>
/// <param name="Scenario">The scenario's title.</param>
/// <param name="Question">Its question.</param>
public sealed record ScenarioAsks(string Spec, string Scenario, Question Question);

/// <summary>Times and memory of a run.</summary>
/// <param name="Cells">Cells of all rows.</param>
/// <param name="Systems">Different bound systems, each explored once.</param>
/// <param name="Compiled">Systems compiled.</param>
/// <param name="States">States found over all explorations.</param>
/// <param name="Transitions">Transitions over all explorations.</param>
/// <param name="Seconds">Wall time.</param>
/// <param name="PeakBytes">The process's peak memory.</param>
public sealed record RunStatistics(long Cells, int Systems, int Compiled, long States, long Transitions, double Seconds, long PeakBytes)
{
    /// <summary>What reductions saved.</summary>
    public ReductionStatistics Reductions { get; init; } = new(0, 0, 0, 0, 0, 0, 0);
}

/// <summary>What reductions saved in a run.</summary>
/// <param name="SymmetricSystems">Systems with equal elements that were exchanged.</param>
/// <param name="SymmetricStates">States stored of these systems.</param>
/// <param name="RepresentedStates">States that they stand for.</param>
/// <param name="OrderedSystems">Systems in which some steps were enough somewhere.</param>
/// <param name="PassedThrough">How often a state was passed through, and not stored.</param>
/// <param name="SlicedSystems">Systems of which something was left out.</param>
/// <param name="LeftOut">Variables that were left out of them, and cells whose values were forgotten somewhere.</param>
public sealed record ReductionStatistics(int SymmetricSystems, long SymmetricStates, long RepresentedStates, int OrderedSystems, long PassedThrough, int SlicedSystems, int LeftOut);
