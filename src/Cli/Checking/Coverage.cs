using CoherenceCheck.Explorer;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Model;
using CoherenceCheck.Report;

namespace CoherenceCheck.Cli.Checking;

/// <summary>Which rules of a scenario fired in some cell.</summary>
internal static class RuleCoverage
{
    public static ScenarioResult Of(CheckPlan plan, Spec spec, Scenario scenario) => Of(spec, scenario, plan.Checks
        .Where(check => check.Scenario == scenario).SelectMany(check => check.Cells).Where(cell => cell.Job.Result is not null).Select(cell => (cell.Model, cell.Job.Fired)));

    /// <summary>The coverage of cells, each with how often the rules of its system fired, by their names.</summary>
    public static ScenarioResult Of(Spec spec, Scenario scenario, IEnumerable<(CompiledModel Model, IReadOnlyDictionary<string, long> Fired)> cells)
    {
        // Nothing where every search left the rule out: nobody looked whether it fires.
        var fired = new Dictionary<(string Rule, string? Source), long?>();
        foreach (var (model, counts) in cells)
        {
            foreach (var rule in model.Model.System.Rules)
            {
                var key = (model.Model.Describe(rule), rule.Label.Source);
                var known = fired.GetValueOrDefault(key);
                fired[key] = counts.TryGetValue(rule.Name, out var count) ? (known ?? 0) + count : known;
            }
        }

        return new ScenarioResult(
            spec.Path,
            scenario.Name,
            scenario.Machine.PeModel,
            [.. fired.Where(pair => pair.Value == 0).Select(pair => new RuleCount(pair.Key.Rule, pair.Key.Source, 0))],
            fired.Count,
            [.. fired.Where(pair => pair.Value is null).Select(pair => new RuleCount(pair.Key.Rule, pair.Key.Source, 0))])
        {
            TitleLine = scenario.Span.Line,
        };
    }
}
