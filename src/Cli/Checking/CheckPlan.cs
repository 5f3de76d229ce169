using System.Collections.Immutable;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model;
using CoherenceCheck.Model.Cells;

namespace CoherenceCheck.Cli.Checking;

/// <summary>A cell with the exploration that decides it.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Model">The model of its own scenario and policy.</param>
/// <param name="Job">The exploration; of an equal system, which may be another model's.</param>
internal sealed record PlannedCell(Cell Cell, CompiledModel Model, CellJob Job);

/// <summary>A row with its cells and explorations.</summary>
internal sealed record PlannedCheck(Spec Spec, Scenario Scenario, string Property, PlannedRow Planned, ImmutableArray<PlannedCell> Cells, ImmutableArray<PlannedCell> NeedlessCells)
{
    public ExpectationRow Row => Planned.Row;
}

/// <summary>All rows of all specs with their cells, and the explorations that decide them.</summary>
internal sealed class CheckPlan
{
    private readonly List<PlannedCheck> _checks = [];
    private readonly JobBook _book;
    private readonly CellPlan _cells;
    private readonly ICollection<Diagnostic> _diagnostics;

    /// <summary>Expands and binds everything. A cell whose expansion is cut off by the time limit is left out, and <see cref="IsComplete"/> is false.</summary>
    public CheckPlan(IReadOnlyList<Spec> specs, IAttributeDecider decider, ICollection<Diagnostic> diagnostics, CancellationToken cancellation, ExplorationCache? known = null, AskedScenarios? asked = null)
    {
        _diagnostics = diagnostics;
        _book = new JobBook(diagnostics, known: known);
        _cells = new CellPlan(new AttributeDecisions(decider), (scenario, policy) => _book.ModelOf(scenario, policy)?.Model);
        IsComplete = true;
        foreach (var spec in specs)
        {
            foreach (var scenario in spec.Scenarios.Where((asked ?? AskedScenarios.All).Contains))
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

    public IReadOnlyList<CellJob> Jobs => _book.Jobs;

    /// <summary>Whether all rows were expanded.</summary>
    public bool IsComplete { get; }

    /// <summary>How many models were compiled.</summary>
    public int CompiledCount => _book.CompiledCount;

    /// <summary>The search that tells whether control gets somewhere in a cell; <see langword="null"/> where that cannot be built.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public CellJob? PlanWatch(PlannedCell cell, Watch watch, CancellationToken cancellation) =>
        _book.ModelOf(cell.Model.Model.Scenario, cell.Cell.Policy.Policy, watch) is { } model ? _book.Plan(model, cell.Cell, Watch.Property, cancellation).Job : null;

    /// <summary>The search of a cell that no violation of its row's property ends.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public CellJob PlanWhole(PlannedCell cell, CancellationToken cancellation) => _book.Plan(cell.Model, cell.Cell, ScenarioModel.WholeProperty, cancellation).Job;

    /// <summary>Keeps what was found for later runs.</summary>
    public void Remember(ExplorationCache cache) => _book.Remember(cache);

    private void Add(Spec spec, Scenario scenario, Expectation expectation, CancellationToken cancellation)
    {
        var errors = new List<Diagnostic>();
        var planned = _cells.Of(scenario, expectation, errors, cancellation);
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
            var model = _book.ModelOf(ScenarioModel.Asking(row.Row.Policy.In(scenario), expectation.Property), row.Row.Policy.Policy)!;
            _checks.Add(new PlannedCheck(
                spec, scenario, expectation.Property, row,
                [.. row.Cells.Select(cell => _book.Plan(model, cell, expectation.Property, cancellation))],
                [.. row.NeedlessCells.Select(cell => _book.Plan(model, cell, expectation.Property, cancellation))]));
        }
    }
}
