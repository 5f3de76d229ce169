using System.Collections.Immutable;
using CoherenceCheck.Attributes.Configurations;
using CoherenceCheck.Cli.Checking;
using CoherenceCheck.Explorer;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model;
using CoherenceCheck.Model.Cells;

namespace CoherenceCheck.Cli.Explaining;

/// <summary>Explorations that say in which configurations a property is violated.</summary>
/// <param name="asked">The configurations that were asked about and are legal; those that no exploration decides are undecided.</param>
/// <param name="cells">The cells that stand for them.</param>
/// <param name="refusal">Why there is no such text, and so no verdict; <see langword="null"/> where there is.</param>
internal sealed class VerdictSets(ConfigurationSet asked, ImmutableArray<PlannedCell> cells, Diagnostic? refusal = null)
{
    /// <summary>Why there is no such text, and so no verdict; <see langword="null"/> where there is.</summary>
    public Diagnostic? Refusal => refusal;

    public ImmutableArray<PlannedCell> Cells => cells;

    public ConfigurationSet Holds => Where(Verdict.Holds);

    public ConfigurationSet Violated => Where(Verdict.Violated);

    public ConfigurationSet Undecided => refusal is null ? asked - Holds - Violated : asked.Space.None;

    private ConfigurationSet Where(Verdict verdict) => cells
        .Where(cell => cell.Job.Result?.Verdict == verdict)
        .Aggregate(asked.Space.None, (all, cell) => all | cell.Cell.Where);
}

/// <summary>A policy and a property in a scenario, with the explorations that tell on what the verdict depends.</summary>
internal sealed class PolicyQuestion
{
    private readonly CompiledModel _model;
    private readonly CellPlan _plan;
    private readonly JobBook _book;
    private readonly CancellationToken _cancellation;
    private readonly Dictionary<string, VerdictSets> _withoutGuest = new(StringComparer.Ordinal);

    public PolicyQuestion(Scenario scenario, EditedPolicy policy, string property, CompiledModel model, CellPlan plan, JobBook book, CancellationToken cancellation)
    {
        (Scenario, Policy, Property) = (scenario, policy, property);
        (_model, _plan, _book, _cancellation) = (model, plan, book, cancellation);
        Classes = plan.ClassesOf(model.Model, policy, policy.Without, cancellation);
        Verdicts = Plan([], Classes.Legal);
    }

    public Scenario Scenario { get; }

    public EditedPolicy Policy { get; }

    public string Property { get; }

    public ScenarioModel Model => _model.Model;

    public CellClasses Classes { get; }

    /// <summary>The verdicts on the policy as it is.</summary>
    public VerdictSets Verdicts { get; }

    /// <summary>The verdicts without each labelled operation.</summary>
    public Dictionary<string, VerdictSets> Without { get; } = new(StringComparer.Ordinal);

    /// <summary>Plans to leave out some labels at once, in some configurations; nothing where what is left is no text that could be written.</summary>
    public VerdictSets Plan(IEnumerable<string> labels, ConfigurationSet where)
    {
        var without = Policy.Without.Union(labels);
        if (Deletion.Refusal(Policy.Policy, Scenario, without) is { } refusal)
        {
            return new VerdictSets(where, [], refusal);
        }

        var classes = _plan.ClassesOf(Model, Policy, without, _cancellation);
        return new VerdictSets(where & classes.Legal, [.. classes.CellsIn(where).Select(cell => _book.Plan(_model, cell, Property, _cancellation))]);
    }

    /// <summary>Reports a step without a meaning: there is no verdict then.</summary>
    public void ReportModelError(ICollection<Diagnostic> diagnostics)
    {
        if (Verdicts.Cells.FirstOrDefault(cell => cell.Job.Result?.Violation == ViolationKind.ModelError)?.Job.Result is { } result)
        {
            diagnostics.Add(ModelDiagnostics.ForModelError(Policy.Policy.Span, result.Trace.LastOrDefault()?.Instance?.Rule.Label.Operation ?? "the initial state", result.ModelError!));
        }
    }

    /// <summary>Plans to leave out each operation of a guest's program, where that tells what a verdict relies on.</summary>
    public void PlanGuests()
    {
        if (PropertyTable.Find(Property) is not { IsPromise: true })
        {
            return;
        }

        // Where it holds, with readings at their defaults; and in the first configuration where it is violated.
        var where = Verdicts.Holds & Classes.DefaultReadings;
        if (FirstViolated() is { } violated)
        {
            where |= violated.Cell.Where;
        }

        foreach (var (_, _, operation) in OpenScenario.LabelledOperations(Scenario).Where(pair => !Policy.Without.Contains(pair.Operation.Label!)))
        {
            _withoutGuest[operation.Label!] = Plan([operation.Label!], where);
        }
    }

    /// <summary>The verdicts without an operation of a guest's program; <see langword="null"/> where that was not asked.</summary>
    public VerdictSets? WithoutGuest(string label) => _withoutGuest.GetValueOrDefault(label);

    /// <summary>The first violated cell: with readings at their defaults, if there is one.</summary>
    public PlannedCell? FirstViolated() => Verdicts.Cells.Where(cell => cell.Job.Result?.Verdict == Verdict.Violated)
        .OrderBy(cell => (cell.Cell.Where & Classes.DefaultReadings).IsEmpty).FirstOrDefault();
}
