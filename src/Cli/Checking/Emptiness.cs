using System.Collections.Immutable;
using CoherenceCheck.Explorer;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model;
using CoherenceCheck.Model.Questions;
using CoherenceCheck.Report;

namespace CoherenceCheck.Cli.Checking;

/// <summary>
/// What there is to say of rows that hold: that nothing was promised, nothing judged, nothing reached, or that bare metal was allowed too much. The searches of the rows
/// tell most of it; what they leave open is searched for.
/// </summary>
internal sealed class Emptiness
{
    private readonly CheckPlan _plan;
    private readonly Dictionary<PlannedCheck, List<OpenQuestion>> _open = [];

    /// <summary>Looks at explorations that have run.</summary>
    public Emptiness(CheckPlan plan)
    {
        _plan = plan;
        foreach (var check in plan.Checks.Where(check => IsAsked(check) && Holds(check.Cells)))
        {
            _open.Add(check, [.. Questions(check)]);
        }
    }

    /// <summary>Searches for what the rows' own searches do not tell: in one cell of each row first, then in all others.</summary>
    public void Run(JobRunner runner, CancellationToken timeout, CancellationToken cancellation)
        => SearchRounds.Run(
            _plan, runner,
            most =>
            {
                foreach (var question in _open.Values.SelectMany(questions => questions))
                {
                    question.Plan((cell, watch) => _plan.PlanWatch(cell, watch, timeout), most);
                }
            },
            cancellation);

    /// <summary>What there is to say of a row.</summary>
    public ImmutableArray<RowFinding> Of(PlannedCheck check)
    {
        if (!_open.TryGetValue(check, out var questions))
        {
            return [];
        }

        var findings = questions.Select(question => question.Finding()).OfType<RowFinding>().ToList();
        findings.AddRange(NotJudged.Of(check.Scenario, check.Row, check.Property).Select(edit => CliDiagnostics.NotJudged.As(
            FindingKind.NotJudged, $"@{edit.Label} ({edit.Operations}) is not judged by {check.Property}: no verdict about it can hang on that")));
        findings.AddRange(OpenQuestion.OpenStores(check.Row.Policy.In(check.Scenario), check.Row.Policy.Without.Union(check.Row.Needless)));
        findings.AddRange(OpenQuestion.Widened(check.Cells));

        return [.. findings.DistinctBy(finding => (finding.Kind, finding.Message))];
    }

    private static bool IsAsked(PlannedCheck check) => PropertyTable.Find(check.Property) is { IsPromise: true };

    private static bool Holds(IEnumerable<PlannedCell> cells) => cells.Any() && cells.All(cell => cell.Job.Result is { Verdict: Verdict.Holds });

    private static IEnumerable<OpenQuestion> Questions(PlannedCheck check)
    {
        var cells = check.Cells.DistinctBy(cell => (cell.Job, cell.Model)).ToList();
        var mayFetch = false;
        var accesses = new List<OpenQuestion>();
        foreach (var occurrence in cells[0].Model.Model.Occurrences)
        {
            // What the row leaves out is missed by nobody. A rule that was not looked at may fire.
            var there = cells.Select(cell => (Cell: cell, Rules: occurrence.RulesWithout(cell.Cell.Without).ToList())).Where(pair => pair.Rules.Count > 0).ToList();
            if (there.Count == 0)
            {
                continue;
            }

            var happens = there.Any(pair => pair.Rules.Any(rule => pair.Cell.Job.Fired.GetValueOrDefault(rule) > 0));
            mayFetch |= occurrence.IsFetch;
            var question = new OpenQuestion(
                happens, occurrence.Watch, [.. there.Where(pair => pair.Rules.Any(rule => !pair.Cell.Job.Fired.ContainsKey(rule))).Select(pair => pair.Cell)],
                CliDiagnostics.NeverReached.As(FindingKind.NeverReached, $"{occurrence.Missing} ({Place(check, occurrence.Span)})"),
                CliDiagnostics.NotKnown.As(FindingKind.NotKnown, $"whether {occurrence.Missing} is not known: a limit was hit"));
            if (occurrence.IsFetch)
            {
                accesses.Add(question);
            }

            yield return question;
        }

        foreach (var access in cells[0].Model.Model.Retried)
        {
            var there = cells.Where(cell => !access.Labels.Any(cell.Cell.Without.Contains)).ToList();
            if (there.Exists(cell => access.Faults.Any(rule => cell.Job.Fired.GetValueOrDefault(rule) > 0)))
            {
                yield return new OpenQuestion(
                    there.Exists(cell => access.Passes.Any(rule => cell.Job.Fired.GetValueOrDefault(rule) > 0)), access.Watch,
                    [.. there.Where(cell => access.Passes.Any(rule => !cell.Job.Fired.ContainsKey(rule)))],
                    CliDiagnostics.Livelock.As(
                        FindingKind.Livelock,
                        $"{access.Vcpu}'s '{access.Text}' faults again and again: what the handler of s2_fault ({Place(check, access.Handler)}) does lets it through in none of the {there.Max(cell => cell.Job.Result!.States)} states that there are"),
                    unknown: null);
            }
        }

        if (!mayFetch)
        {
            yield return OpenQuestion.NobodyIsJudged(check.Property);
        }

        // Without a fetch there is nothing to promise, and that is said already. Whether there is one, the searches tell that are still to come.
        if (accesses.Count > 0)
        {
            yield return OpenQuestion.IsPromised(cells, check.Property, accesses);
        }
    }

    private static string Place(PlannedCheck check, SourceSpan span) => span.Path == check.Spec.Path ? $"line {span.Line}" : span.FileAndLine;
}
