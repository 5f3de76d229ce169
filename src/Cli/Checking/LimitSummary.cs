using System.Collections.Immutable;
using CoherenceCheck.Explorer;
using CoherenceCheck.Report;

namespace CoherenceCheck.Cli.Checking;

/// <summary>What was seen of cells that a limit left undecided.</summary>
internal static class LimitSummary
{
    /// <summary>Sums up cells, limit by limit.</summary>
    /// <param name="spec">Their spec.</param>
    /// <param name="scenario">Their scenario.</param>
    /// <param name="undecided">The cells.</param>
    public static ImmutableArray<LimitResult> Of(Language.Scenarios.Spec spec, Language.Scenarios.Scenario scenario, IEnumerable<PlannedCell> undecided) =>
    [
        .. undecided.DistinctBy(cell => cell.Job)
            .GroupBy(cell => (Limit: LimitOf(cell.Job), Begun: cell.Job.Result is not null))
            .OrderByDescending(group => group.Key.Begun).ThenBy(group => group.Key.Limit, StringComparer.Ordinal)
            .Select(group => Of(spec, scenario, group.Key.Limit, group.Key.Begun, [.. group])),
    ];

    private static LimitResult Of(Language.Scenarios.Spec spec, Language.Scenarios.Scenario scenario, string limit, bool begun, List<PlannedCell> cells)
    {
        var results = cells.Select(cell => cell.Job.Result).OfType<Exploration>().ToList();
        var rules = RuleCoverage.Of(spec, scenario, cells.Select(cell => (cell.Model, cell.Job.Fired)));
        var reached = results.SelectMany(result => result.Covers.Where(cover => cover.Depth is not null)).Select(cover => cover.Name).ToHashSet(StringComparer.Ordinal);
        var covers = scenario.Properties.Where(property => property.IsCover).Select(property => property.Name).ToLookup(reached.Contains);
        return new LimitResult(
            limit,
            cells.Count,
            begun,
            results.Sum(result => result.States),
            results.Sum(result => result.Transitions),
            results.Select(result => result.Depth).DefaultIfEmpty(0).Min(),
            results.Sum(result => result.Waiting),
            rules.RuleCount - rules.NeverFired.Length - rules.NotLookedAt.Length,
            rules.RuleCount,
            [.. covers[true]],
            [.. covers[false]]);
    }

    private static string LimitOf(CellJob job) => job.Result switch
    {
        null => job.LacksMemory ? "--max-memory" : "--timeout",
        { StopReason: StopReason.MaxStates } => "--max-states",
        { StopReason: StopReason.MaxMemory } => "--max-memory",
        { StopReason: StopReason.Timeout } => "--timeout",
        _ => "an interruption",
    };
}
