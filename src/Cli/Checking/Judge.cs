using System.Collections.Immutable;
using CoherenceCheck.Explorer;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Questions;
using CoherenceCheck.Report;

namespace CoherenceCheck.Cli.Checking;

/// <summary>Turns what the explorations found into rows: verdicts, covers, statements that never ran.</summary>
/// <param name="options">What the user asked.</param>
/// <param name="plan">The explorations.</param>
/// <param name="reach">What must be reached.</param>
/// <param name="emptiness">What there is to say of rows that hold.</param>
/// <param name="late">Searches for covers that rows stopped before.</param>
/// <param name="specs">The specs that were checked.</param>
/// <param name="allSpecs">These and others between them, which have their numbers but no rows: then nothing is said of statements that never ran, for they may run there.</param>
/// <param name="asked">The scenarios of them that are asked about.</param>
/// <param name="diagnostics">Takes steps without a meaning.</param>
/// <param name="interrupted">Whether the user stopped it.</param>
internal sealed class Judge(CheckOptions options, CheckPlan plan, Reachability reach, Emptiness emptiness, LateCovers late, IReadOnlyList<Spec> specs, IReadOnlyList<Spec> allSpecs, AskedScenarios asked, List<Diagnostic> diagnostics, bool interrupted)
{
    private int _passed;

    private readonly ImmutableArray<RowResult>.Builder _rows = ImmutableArray.CreateBuilder<RowResult>();

    /// <summary>All rows in the order of the specs. After an interruption those whose cells were all finished.</summary>
    public ImmutableArray<RowResult> Rows()
    {
        foreach (var spec in allSpecs)
        {
            foreach (var scenario in spec.Scenarios)
            {
                if (!specs.Contains(spec) || !asked.Contains(scenario))
                {
                    _passed += scenario.Expectations.Sum(expectation => expectation.Rows.Length) + scenario.Properties.Count(property => property.IsCover);
                    continue;
                }

                foreach (var check in plan.Checks.Where(check => check.Scenario == scenario))
                {
                    AddRow(check);
                }

                AddCovers(spec, scenario);
                if (!interrupted && allSpecs.Count == specs.Count)
                {
                    foreach (var question in reach.OpenIn(scenario))
                    {
                        AddQuestion(spec, scenario, question);
                    }
                }
            }
        }

        if (!plan.IsComplete && !interrupted)
        {
            AddUnexpanded();
        }

        return _rows.ToImmutable();
    }

    private void AddQuestion(Spec spec, Scenario scenario, ReachQuestion question)
    {
        var isOpen = question.Verdict == RowVerdict.Undecided;
        var limits = isOpen ? LimitSummary.Of(spec, scenario, question.Undecided) : [];

        // A row belongs to the spec of its scenario; what it is about may be written in a file that the spec uses.
        var isElsewhere = question.Span.Path != spec.Path;
        ImmutableArray<string> place = isElsewhere ? [$"written at {question.Span.FileAndLine}"] : [];
        Add(Row(spec.Path, isElsewhere ? scenario.Span.Line : question.Span.Line, scenario, "*", [], 0, question.Property, "reached", question.Verdict, false) with
        {
            OnlyLimits = isOpen,
            Limits = limits,
            Notes = !isOpen ? [question.Note, .. place]
                : limits.IsEmpty ? ["undecided: a limit was hit before it was searched for", .. place]
                : [.. limits.Select(limit => limit.ToString()), .. place],
        });
    }

    /// <summary>The scenarios with the rules that never fired.</summary>
    public ImmutableArray<ScenarioResult> Scenarios() =>
    [
        .. specs.SelectMany(spec => spec.Scenarios.Where(scenario => plan.Checks.Any(check => check.Scenario == scenario))
            .Select(scenario => RuleCoverage.Of(plan, spec, scenario) with { Findings = NotJudgedIn(scenario) })),
    ];

    /// <summary>Operations of guests that a property of the scenario's rows does not judge.</summary>
    private static ImmutableArray<RowFinding> NotJudgedIn(Scenario scenario) =>
    [
        .. scenario.Expectations.SelectMany(expectation => NotJudged.InGuests(scenario, expectation.Property).GroupBy(own => own.Operations, own => own.Vcpu, StringComparer.Ordinal)
            .Select(group => CliDiagnostics.NotJudged.As(FindingKind.NotJudged, $"{group.Key} of {string.Join(", ", group)}: not judged by {expectation.Property}"))),
    ];

    /// <summary>What the scenarios ask that state an expectation.</summary>
    public ImmutableArray<ScenarioAsks> Questions() =>
    [
        .. specs.SelectMany(spec => spec.Scenarios.Where(scenario => !scenario.Expectations.IsEmpty && asked.Contains(scenario))
            .Select(scenario => new ScenarioAsks(spec.Path, scenario.Name, ScenarioQuestion.Of(scenario)))),
    ];

    private void AddRow(PlannedCheck check)
    {
        var cells = check.Cells;
        var all = cells.Concat(check.NeedlessCells).ToList();
        if (interrupted && all.Any(cell => cell.Job.Result is null or { StopReason: StopReason.Cancelled }))
        {
            return;
        }

        var verdicts = cells.Select(VerdictOf).ToList();
        var verdict = Together(verdicts);
        var expected = check.Row.Verdict switch
        {
            ExpectedVerdict.Holds => RowVerdict.Holds,
            ExpectedVerdict.Violated => RowVerdict.Violated,
            _ => (RowVerdict?)null,
        };
        var differs = expected is { } wanted ? cells.Where(cell => VerdictOf(cell) != wanted).ToList() : [];
        var needed = check.NeedlessCells.Where(cell => VerdictOf(cell) != RowVerdict.Holds).ToList();
        var unmet = differs.Concat(needed).ToList();
        var isIllegalWithout = check.Planned.IllegalWithout is not null;
        var limits = LimitSummary.Of(check.Spec, check.Scenario, all.Where(cell => VerdictOf(cell) == RowVerdict.Undecided));
        var notes = Notes(check, differs, needed, limits);
        var largest = cells.MaxBy(cell => cell.Job.Result?.States ?? 0);
        var shown = cells.FirstOrDefault(cell => VerdictOf(cell) == RowVerdict.ModelError)
            ?? Shortest(cells.Where(cell => VerdictOf(cell) == RowVerdict.Violated))
            ?? needed.FirstOrDefault(cell => VerdictOf(cell) == RowVerdict.ModelError)
            ?? Shortest(needed.Where(cell => VerdictOf(cell) == RowVerdict.Violated));
        var row = Row(
            check.Spec.Path, check.Row.Span.Line, check.Scenario, check.Row.Policy.Text, check.Row.Conditions, Configurations(cells),
            check.Property, Expected(check.Row), verdict, ((unmet.Count == 0 && !isIllegalWithout) || expected is null) && verdict != RowVerdict.ModelError);
        row = interrupted
            ? row with { Findings = [.. emptiness.Of(check).Where(finding => finding.Kind != FindingKind.NotKnown)] }
            : Claims.Judge(row, check.Row, emptiness.Of(check), options.IsStrict);
        Add(row with
        {
            IsOtherwise = check.Row.IsOtherwise,
            States = largest?.Job.Result?.States ?? 0,
            Transitions = largest?.Job.Result?.Transitions ?? 0,
            Depth = (shown ?? largest)?.Job.Result?.Depth ?? 0,
            Cell = (shown ?? unmet.FirstOrDefault()) is { } cell ? Describe(cell.Cell) : null,
            Trace = shown is null ? null : Narrate(check, shown),
            OnlyLimits = row.OnlyLimits || unmet.Count > 0 && !isIllegalWithout && unmet.All(cell => VerdictOf(cell) == RowVerdict.Undecided),
            TraceVerdict = shown is null ? null : VerdictOf(shown),
            Classes = Classes(check),
            Regions = Regions(check),
            Proposed = row.Met || expected is null ? [] : RowSplit.Of(check, VerdictOf),
            Subject = RowSubject.Of(check.Row.Policy.In(check.Scenario), check.Row, cells.Aggregate(check.Planned.Classes.Space.None, (all, cell) => all | cell.Cell.Where)),
            Limits = limits,
            Notes = notes.AddRange(row.Notes),
        });
        if (verdict == RowVerdict.ModelError)
        {
            ReportModelError(check, shown!);
        }
    }

    /// <summary>The result of a row that was walked through, not searched: what the row says, and what was found.</summary>
    internal static RowResult RowOf(int number, PlannedCheck check, RowVerdict verdict, bool met) => new()
    {
        Number = number,
        Spec = check.Spec.Path,
        Line = check.Row.Span.Line,
        Scenario = check.Scenario.Name,
        Policy = check.Row.Policy.Text,
        When = check.Row.Conditions,
        IsOtherwise = check.Row.IsOtherwise,
        Cells = Configurations(check.Cells),
        Property = check.Property,
        Expected = Expected(check.Row),
        Verdict = verdict,
        Met = met,
    };

    internal static CellDescription Describe(Model.Cells.Cell cell) => new(cell.Registers, cell.Readings, [.. cell.Without]);

    private void ReportModelError(PlannedCheck check, PlannedCell cell)
    {
        var result = cell.Job.Result!;
        var rule = result.Trace.LastOrDefault()?.Instance?.Rule;
        var step = rule is null ? "the initial state" : $"'{rule.Label.Operation}'{(rule.Label.Source is { } source ? $" ({source})" : "")}";
        diagnostics.Add(ModelDiagnostics.ForModelError(check.Row.Span, step, result.ModelError!));
    }

    /// <summary>The cell with the fewest steps to what it shows, of several the first: where some cells are undecided, of what was found.</summary>
    private static PlannedCell? Shortest(IEnumerable<PlannedCell> cells) => cells.MinBy(cell => cell.Job.Result!.Depth);

    private static NarratedTrace? Narrate(PlannedCheck check, PlannedCell cell)
    {
        var trace = cell.Job.Result!.Trace;
        return trace.IsEmpty ? null : cell.Model.Model.Narrate(
            cell.Cell,
            [.. trace.Select(step => (step.Instance, step.State))],
            cell.Job.Result.Violation == ViolationKind.Property ? check.Property : null);
    }

    private static ImmutableArray<string> Notes(PlannedCheck check, List<PlannedCell> differs, List<PlannedCell> needed, ImmutableArray<LimitResult> limits)
    {
        var notes = ImmutableArray.CreateBuilder<string>();
        // Of a row that is violated in some cells and holds in others its regions say where.
        var isMixed = check.Cells.Any(cell => VerdictOf(cell) == RowVerdict.Violated) && check.Cells.Any(cell => VerdictOf(cell) == RowVerdict.Holds);
        foreach (var group in differs.GroupBy(VerdictOf).Where(group => !isMixed || group.Key is not (RowVerdict.Violated or RowVerdict.Holds)))
        {
            var first = group.First().Cell;
            var readings = first.Readings.Length == 0 ? "" : "; " + first.Readings;
            notes.Add($"{TextReport.VerdictName(group.Key)} in {Configurations(group)} of {Configurations(check.Cells)} cells, the first: {first.Registers}{readings}");
        }

        if (needed.Count > 0)
        {
            notes.Add($"{string.Join(", ", check.Row.Needless.Select(label => "@" + label))} {(check.Row.Needless.Length == 1 ? "is" : "are")} not needless: without {(check.Row.Needless.Length == 1 ? "it" : "them")} {TextReport.VerdictName(VerdictOf(needed[0]))} for {needed[0].Cell.Registers}");
        }

        if (check.Planned.IllegalWithout is { } illegal)
        {
            notes.Add($"{string.Join(", ", check.Row.Needless.Select(label => "@" + label))} cannot be left out: without it {illegal.Registers} is not a legal combination");
        }

        notes.AddRange(limits.Select(limit => limit.ToString()));
        foreach (var bound in check.Scenario.Bounds)
        {
            notes.Add($"up to {bound.Most} times {ScenarioModel.NameOf(bound.Event)}");
        }

        return notes.ToImmutable();
    }

    private static long Configurations(IEnumerable<PlannedCell> cells) => cells.Sum(cell => cell.Cell.Where.Count);

    /// <summary>The cells by what decides them: where the model cannot tell them apart, one exploration does.</summary>
    private static ImmutableArray<ClassResult> Classes(PlannedCheck check)
    {
        var space = check.Planned.Classes.Space;
        var formulas = check.Planned.Classes.FormulasOver(check.Cells.Aggregate(space.None, (all, cell) => all | cell.Cell.Where));
        return
        [
            .. check.Cells.GroupBy(cell => cell.Job).Select(group =>
            {
                var where = group.Aggregate(space.None, (all, cell) => all | cell.Cell.Where);
                return new ClassResult(formulas.Of(where).ToString(), where.Count, VerdictOf(group.First()), group.Key.Result?.States ?? 0, group.Key.Result?.Depth ?? 0);
            }),
        ];
    }

    private static ImmutableArray<VerdictRegion> Regions(PlannedCheck check)
    {
        var space = check.Planned.Classes.Space;
        var formulas = check.Planned.Classes.FormulasOver(check.Cells.Aggregate(space.None, (all, cell) => all | cell.Cell.Where));
        return
        [
            .. check.Cells.GroupBy(VerdictOf).OrderBy(group => group.Key).Select(group =>
            {
                var where = group.Aggregate(space.None, (all, cell) => all | cell.Cell.Where);
                return new VerdictRegion(group.Key, where.Count, formulas.Of(where).ToString()) { Fingerprint = where.Fingerprint };
            }),
        ];
    }

    private void AddCovers(Spec spec, Scenario scenario)
    {
        var cells = plan.Checks.Where(check => check.Scenario == scenario).SelectMany(check => check.Cells).DistinctBy(cell => cell.Job).ToList();
        if (cells.Count == 0 || (interrupted && cells.Any(cell => cell.Job.Result is null or { StopReason: StopReason.Cancelled })))
        {
            return;
        }

        foreach (var cover in scenario.Properties.Where(property => property.IsCover))
        {
            bool Reached(PlannedCell cell) => LateCovers.Reached(cell.Job, cover.Name);
            var searches = late.In(scenario);

            // A search that ended early says nothing of what it did not reach; one that saw everything must have reached it.
            var complete = cells.Where(cell => VerdictOf(cell) == RowVerdict.Holds).ToList();
            var missing = complete.FirstOrDefault(cell => !Reached(cell));
            var open = cells.Where(cell => VerdictOf(cell) == RowVerdict.Undecided && !Reached(cell)).ToList();
            var verdict = missing is not null ? RowVerdict.NotReached
                : open.Count > 0 ? RowVerdict.Undecided
                : complete.Count > 0 || cells.Any(Reached) || searches.Any(job => LateCovers.Reached(job, cover.Name)) ? RowVerdict.Reached
                : searches.Any(job => job.Result is null or { Verdict: Verdict.Undecided }) ? RowVerdict.Undecided
                : RowVerdict.NotReached;
            var limits = LimitSummary.Of(spec, scenario, open);
            Add(Row(spec.Path, cover.Span.Line, scenario, "*", [], Configurations(plan.Checks.Where(check => check.Scenario == scenario).SelectMany(check => check.Cells)), $"cover {cover.Name}", "reached", verdict, verdict == RowVerdict.Reached) with
            {
                OnlyLimits = verdict == RowVerdict.Undecided,
                Limits = limits,
                Notes = missing is null ? [.. limits.Select(limit => limit.ToString())] : [$"not reached under '{missing.Cell.Policy.Text}' for {missing.Cell.Registers}"],
            });
        }
    }

    private void AddUnexpanded()
    {
        foreach (var spec in specs)
        {
            foreach (var scenario in spec.Scenarios.Where(asked.Contains))
            {
                foreach (var expectation in scenario.Expectations)
                {
                    foreach (var row in expectation.Rows.Where(row => !plan.Checks.Any(check => check.Row == row)))
                    {
                        // Of rows that claim nothing, too, covers and labels have not been looked at.
                        Add(Row(spec.Path, row.Span.Line, scenario, row.Policy.Text, row.Conditions, 0, expectation.Property, Expected(row), RowVerdict.Undecided, met: false) with
                        {
                            IsOtherwise = row.IsOtherwise,
                            OnlyLimits = true,
                            Notes = ["undecided: the time limit was hit before its cells were expanded"],
                        });
                    }
                }
            }
        }
    }

    private static RowVerdict VerdictOf(PlannedCell cell) => cell.Job.Result switch
    {
        null => RowVerdict.Undecided,
        { Violation: ViolationKind.ModelError } => RowVerdict.ModelError,
        { Verdict: Verdict.Violated } => RowVerdict.Violated,
        { Verdict: Verdict.Holds } => RowVerdict.Holds,
        _ => RowVerdict.Undecided,
    };

    private static RowVerdict Together(List<RowVerdict> verdicts) =>
        new[] { RowVerdict.ModelError, RowVerdict.Violated, RowVerdict.Undecided }.Where(verdicts.Contains).FirstOrDefault(RowVerdict.Holds);

    private static string Expected(ExpectationRow row) =>
        row.Verdict.ToString().ToLowerInvariant() + (row.IsVacuous ? " vacuous" : "") + (row.Needless.IsEmpty ? "" : " needless " + string.Join(", ", row.Needless));

    private void Add(RowResult row) => _rows.Add(row);

    private RowResult Row(
        string spec, int line, Scenario scenario, string policy, ImmutableArray<RowCondition> when, long cells,
        string property, string expected, RowVerdict verdict, bool met) => new()
        {
            Number = _passed + _rows.Count + 1,
            Spec = spec,
            Line = line,
            Scenario = scenario.Name,
            Policy = policy,
            When = when,
            Cells = cells,
            Property = property,
            Expected = expected,
            Verdict = verdict,
            Met = met,
        };
}
