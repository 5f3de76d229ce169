using CoherenceCheck.Explorer;
using CoherenceCheck.Language.Scenarios;

namespace CoherenceCheck.Cli.Checking;

/// <summary>Covers of scenarios in which every search stopped at a violation before it reached them: they are searched for, since a row that records a fault must not fail for want of them.</summary>
internal sealed class LateCovers(CheckPlan plan)
{
    private readonly Dictionary<Scenario, List<CellJob>> _searches = [];

    /// <summary>The searches of a scenario; none where the rows' own tell.</summary>
    public IReadOnlyList<CellJob> In(Scenario scenario) => _searches.GetValueOrDefault(scenario) ?? [];

    /// <summary>Whether an exploration reached a cover.</summary>
    public static bool Reached(CellJob job, string cover) => job.Result?.Covers.Any(result => result.Name == cover && result.Depth is not null) ?? false;

    /// <summary>Searches in one cell of each such scenario first, then in all others.</summary>
    /// <param name="runner">Runs searches.</param>
    /// <param name="timeout">The time limit of what is planned.</param>
    /// <param name="cancellation">The user's interruption.</param>
    public void Run(JobRunner runner, CancellationToken timeout, CancellationToken cancellation)
        => SearchRounds.Run(
            plan, runner,
            most =>
            {
                foreach (var cells in plan.Checks.GroupBy(check => check.Scenario, check => check.Cells))
                {
                    Plan(cells.Key, [.. cells.SelectMany(own => own).DistinctBy(cell => cell.Job)], most, timeout);
                }
            },
            cancellation);

    private void Plan(Scenario scenario, List<PlannedCell> cells, int most, CancellationToken timeout)
    {
        var isLate = cells.Count > 0 && cells.TrueForAll(cell => cell.Job.Result is { Verdict: Verdict.Violated, Violation: ViolationKind.Property })
            && scenario.Properties.Any(property => property.IsCover && !cells.Exists(cell => Reached(cell.Job, property.Name)) && !In(scenario).Any(job => Reached(job, property.Name)));
        if (!isLate)
        {
            return;
        }

        if (!_searches.TryGetValue(scenario, out var searches))
        {
            _searches.Add(scenario, searches = []);
        }

        searches.AddRange(cells.Skip(searches.Count).Take(most - searches.Count).Select(cell => plan.PlanWhole(cell, timeout)));
    }
}
