using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Cli.Checking;

/// <summary>
/// The explorations of a run. Cells that bind to the same system share one; the cells of a scenario and policy share one compilation.
/// </summary>
internal sealed class JobBook(ICollection<Diagnostic> diagnostics, bool allSwitchable = false, ExplorationCache? known = null)
{
    private readonly List<CellJob> _jobs = [];
    private readonly Dictionary<(StructuralHash, string), CellJob> _jobsByHash = [];
    private readonly Dictionary<(Scenario, Policy, Watch?), CompiledModel?> _models = [];
    private readonly Dictionary<(CompiledModel, string FrozenKey), StructuralHash> _hashes = [];

    /// <summary>All explorations, in the order in which they were planned.</summary>
    public IReadOnlyList<CellJob> Jobs => _jobs;

    /// <summary>How many models were compiled.</summary>
    public int CompiledCount => _models.Values.Count(model => model is { IsCompiled: true });

    /// <summary>The model of a scenario and policy; <see langword="null"/>, with a diagnostic, where it is refused.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="watch">What it watches for beside, or <see langword="null"/>.</param>
    public CompiledModel? ModelOf(Scenario scenario, Policy policy, Watch? watch = null)
    {
        if (!_models.TryGetValue((scenario, policy, watch), out var compiled))
        {
            compiled = ScenarioModel.Build(scenario, policy, diagnostics, allSwitchable, watch) is { } model ? new CompiledModel(model) : null;
            _models.Add((scenario, policy, watch), compiled);
        }

        return compiled;
    }

    /// <summary>Keeps what was found for later runs.</summary>
    public void Remember(ExplorationCache cache)
    {
        foreach (var ((hash, property), job) in _jobsByHash)
        {
            cache.Add(hash, property, job);
        }
    }

    /// <summary>The exploration that decides a property in a cell.</summary>
    public PlannedCell Plan(CompiledModel model, Cell cell, string property, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var (frozen, key) = model.Model.Freeze(cell);
        if (!_hashes.TryGetValue((model, key), out var hash))
        {
            hash = StructuralHash.Of(Binder.Bind(model.Model.System, frozen));
            _hashes.Add((model, key), hash);
        }

        if (!_jobsByHash.TryGetValue((hash, property), out var job))
        {
            job = new CellJob(model, frozen, property, known?.Find(hash, property));
            _jobsByHash.Add((hash, property), job);
            _jobs.Add(job);
        }

        return new PlannedCell(cell, model, job);
    }
}
