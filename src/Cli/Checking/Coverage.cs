using CoherenceCheck.Explorer;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Model;
using CoherenceCheck.Report;

namespace CoherenceCheck.Cli.Checking;

/// <summary>Which labelled statements ran, over all scenarios of a run.</summary>
internal sealed class StatementCoverage
{
    private readonly Dictionary<(string Label, string Source), Entry> _entries = [];

    public StatementCoverage(CheckPlan plan)
    {
        foreach (var check in plan.Checks)
        {
            foreach (var cell in check.Cells.Where(cell => cell.Job.Result is not null))
            {
                foreach (var rule in cell.Model.Model.System.Rules.Where(rule => rule.Label is { Switch: not null, Source: not null } && ScenarioModel.IsOn(rule, cell.Cell)))
                {
                    var key = (rule.Label.Switch!, rule.Label.Source!);
                    if (!_entries.TryGetValue(key, out var entry))
                    {
                        entry = new Entry(check.Scenario, cell.Model.Model.SpanOf(rule)!.Value);
                        _entries.Add(key, entry);
                    }

                    entry.IsLimited |= cell.Job.Result!.Verdict == Verdict.Undecided || !cell.Job.Fired.ContainsKey(rule.Name);
                    entry.Fired += cell.Job.Fired.GetValueOrDefault(rule.Name);
                }
            }
        }
    }

    /// <summary>The labelled statements that a scenario is the first to use, and that never ran anywhere, although no limit was hit.</summary>
    public IEnumerable<(string Label, SourceSpan Span)> Vacuous(Scenario scenario) =>
        _entries.Where(pair => pair.Value is { Fired: 0, IsLimited: false } && pair.Value.First == scenario).Select(pair => (pair.Key.Label, pair.Value.Span));

    private sealed class Entry(Scenario first, SourceSpan span)
    {
        public Scenario First { get; } = first;

        public SourceSpan Span { get; } = span;

        public long Fired { get; set; }

        public bool IsLimited { get; set; }
    }
}

/// <summary>Which rules of a scenario fired in some cell.</summary>
internal static class RuleCoverage
{
    // Of a rule that was left out nobody says that it never fired.
    private const long NotLookedAt = 1;

    public static ScenarioResult Of(CheckPlan plan, Spec spec, Scenario scenario) => Of(spec, scenario, plan.Checks
        .Where(check => check.Scenario == scenario).SelectMany(check => check.Cells).Where(cell => cell.Job.Result is not null).Select(cell => (cell.Model, cell.Job.Fired)));

    /// <summary>The coverage of cells, each with how often the rules of its system fired, by their names.</summary>
    public static ScenarioResult Of(Spec spec, Scenario scenario, IEnumerable<(CompiledModel Model, IReadOnlyDictionary<string, long> Fired)> cells)
    {
        var fired = new Dictionary<(string Rule, string? Source), long>();
        foreach (var (model, counts) in cells)
        {
            foreach (var rule in model.Model.System.Rules)
            {
                var key = (model.Model.Describe(rule), rule.Label.Source);
                fired[key] = fired.GetValueOrDefault(key) + counts.GetValueOrDefault(rule.Name, NotLookedAt);
            }
        }

        return new ScenarioResult(
            spec.Path,
            scenario.Name,
            scenario.Machine.PeModel,
            [.. fired.Where(pair => pair.Value == 0).Select(pair => new RuleCount(pair.Key.Rule, pair.Key.Source, 0))],
            fired.Count);
    }
}
