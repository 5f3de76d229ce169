using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Transitions;
using Cell = CoherenceCheck.Model.Cells.Cell;

namespace CoherenceCheck.Cli.Checking;

/// <summary>A cell with the exploration that decides it.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Model">The model of its own scenario and policy.</param>
/// <param name="Job">The exploration; of an equal system, which may be another model's.</param>
internal sealed record PlannedCell(Cell Cell, CompiledModel Model, CellJob Job);

/// <summary>A row with its cells and explorations.</summary>
internal sealed record PlannedCheck(Spec Spec, Scenario Scenario, string Property, ExpectationRow Row, ImmutableArray<PlannedCell> Cells, ImmutableArray<PlannedCell> NeedlessCells);

/// <summary>
/// All rows of all specs with their cells, and the explorations that decide them. Cells that bind to the same system share one
/// exploration; the cells of a scenario and policy share one compilation.
/// </summary>
internal sealed class CheckPlan
{
    private readonly List<PlannedCheck> _checks = [];
    private readonly List<CellJob> _jobs = [];
    private readonly Dictionary<(StructuralHash, string), CellJob> _jobsByHash = [];
    private readonly Dictionary<(Scenario, Policy), CompiledModel?> _models = [];
    private readonly Dictionary<(CompiledModel, string FrozenKey), StructuralHash> _hashes = [];
    private readonly ICollection<Diagnostic> _diagnostics;

    /// <summary>Expands and binds everything. A cell whose expansion is cut off by the time limit is left out, and <see cref="IsComplete"/> is false.</summary>
    public CheckPlan(IReadOnlyList<Spec> specs, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        _diagnostics = diagnostics;
        IsComplete = true;
        foreach (var spec in specs)
        {
            foreach (var scenario in spec.Scenarios)
            {
                foreach (var expectation in scenario.Expectations)
                {
                    try
                    {
                        Add(spec, scenario, expectation, cancellation);
                    }
                    catch (OperationCanceledException)
                    {
                        IsComplete = false;
                        return;
                    }
                }
            }
        }
    }

    public IReadOnlyList<PlannedCheck> Checks => _checks;

    public IReadOnlyList<CellJob> Jobs => _jobs;

    /// <summary>Whether all rows were expanded.</summary>
    public bool IsComplete { get; }

    /// <summary>How many models were compiled.</summary>
    public int CompiledCount => _models.Values.Count(model => model is { IsCompiled: true });

    private void Add(Spec spec, Scenario scenario, Expectation expectation, CancellationToken cancellation)
    {
        var errors = new List<Diagnostic>();
        var planned = CellPlan.Of(scenario, expectation, errors, cancellation);
        foreach (var error in errors)
        {
            _diagnostics.Add(error);
        }

        if (errors.Any(error => error.Severity == Severity.Error))
        {
            return;
        }

        foreach (var row in planned)
        {
            if (ModelOf(scenario, row.Row.Policy.Policy) is not { } model)
            {
                continue;
            }

            _checks.Add(new PlannedCheck(
                spec, scenario, expectation.Property, row.Row,
                [.. row.Cells.Select(cell => Plan(model, cell, expectation.Property, cancellation))],
                [.. row.NeedlessCells.Select(cell => Plan(model, cell, expectation.Property, cancellation))]));
        }
    }

    private CompiledModel? ModelOf(Scenario scenario, Policy policy)
    {
        if (!_models.TryGetValue((scenario, policy), out var compiled))
        {
            compiled = ScenarioModel.Build(scenario, policy, _diagnostics) is { } model ? new CompiledModel(model) : null;
            _models.Add((scenario, policy), compiled);
        }

        return compiled;
    }

    private PlannedCell Plan(CompiledModel model, Cell cell, string property, CancellationToken cancellation)
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
            job = new CellJob(model, frozen, property);
            _jobsByHash.Add((hash, property), job);
            _jobs.Add(job);
        }

        return new PlannedCell(cell, model, job);
    }
}
