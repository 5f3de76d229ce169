using System.Collections.Immutable;
using CoherenceCheck.Attributes.Configurations;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;

namespace CoherenceCheck.Model.Cells;

/// <summary>A row with the cells that it speaks of.</summary>
/// <param name="Row">The row.</param>
/// <param name="Cells">Its legal cells, one a class of configurations, in the order of the axes.</param>
/// <param name="Classes">The classes that the cells are of.</param>
/// <param name="NeedlessCells">For a row that says <c>needless</c>: the same configurations without those operations; else empty.</param>
/// <param name="IllegalWithout">For such a row the first of its configurations that are not legal without them, so that they are not needless there.</param>
public sealed record PlannedRow(ExpectationRow Row, ImmutableArray<Cell> Cells, CellClasses Classes, ImmutableArray<Cell> NeedlessCells, Cell? IllegalWithout);

/// <summary>The cells of an expect block: every legal configuration is matched by a row, and no two rows that match it disagree.</summary>
/// <param name="decisions">Who decides what attributes come to.</param>
/// <param name="modelOf">The model of a scenario and policy, or <see langword="null"/> where it was refused.</param>
public sealed class CellPlan(AttributeDecisions decisions, Func<Scenario, Policy, ScenarioModel?> modelOf)
{
    private readonly Dictionary<(ScenarioModel, string Policy, string Without), CellClasses> _classes = [];

    /// <summary>Expands the cells of an expect block.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="expectation">One of its expect blocks.</param>
    /// <param name="diagnostics">Takes unmatched cells, contradictions, illegal combinations.</param>
    /// <param name="cancellation">Stops the expansion.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public ImmutableArray<PlannedRow> Of(Scenario scenario, Expectation expectation, ICollection<Diagnostic> diagnostics, CancellationToken cancellation = default)
    {
        if (!CanBeCounted(scenario, diagnostics))
        {
            return [];
        }

        var planned = new Dictionary<ExpectationRow, PlannedRow>();
        foreach (var policy in expectation.Rows.GroupBy(row => row.Policy.Text, StringComparer.Ordinal))
        {
            foreach (var row in Expand(scenario, expectation, [.. policy], diagnostics, cancellation))
            {
                planned.Add(row.Row, row);
            }
        }

        return [.. expectation.Rows.Where(planned.ContainsKey).Select(row => planned[row])];
    }

    /// <summary>The classes of a scenario under a policy.</summary>
    /// <param name="model">The model of the two.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="without">Labels that are switched off.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public CellClasses ClassesOf(ScenarioModel model, EditedPolicy policy, ImmutableSortedSet<string> without, CancellationToken cancellation = default)
    {
        var key = (model, policy.Text, string.Join(' ', without));
        if (!_classes.TryGetValue(key, out var classes))
        {
            classes = new CellClasses(model, policy, without, decisions, cancellation);
            _classes.Add(key, classes);
        }

        return classes;
    }

    private IEnumerable<PlannedRow> Expand(
        Scenario scenario, Expectation expectation, ImmutableArray<ExpectationRow> rows, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        var policy = rows[0].Policy;
        if (modelOf(ScenarioModel.Asking(policy.In(scenario), expectation.Property), policy.Policy) is not { } model)
        {
            return [];
        }

        var classes = ClassesOf(model, policy, policy.Without, cancellation);
        if (!CanBeUsed(scenario, rows[0], classes, diagnostics))
        {
            return [];
        }

        var matches = rows.ToDictionary(row => row, row => row.Conditions.Aggregate(classes.Legal, (set, condition) => set & classes.Where(condition)));
        if (rows.FirstOrDefault(row => row.IsOtherwise) is { } otherwise)
        {
            matches[otherwise] = rows.Where(row => row != otherwise).Aggregate(classes.Legal, (set, row) => set - matches[row]);
        }

        FindContradictions(rows, matches, classes, diagnostics);
        var unmatched = matches.Values.Aggregate(classes.Legal, (set, match) => set - match);
        if (!unmatched.IsEmpty)
        {
            var first = classes.CellOf(unmatched);
            diagnostics.Add(ModelDiagnostics.UnmatchedCell.At(
                expectation.Span,
                $"no row says what '{policy.Text}' does in {unmatched.Count} of {classes.Legal.Count} cells, the first: {first.Registers}{Readings(first)}",
                $"add a row for it, 'unstated' if nothing is claimed"));
        }

        foreach (var row in rows.Where(row => matches[row].IsEmpty))
        {
            diagnostics.Add(ModelDiagnostics.EmptyRow.At(
                row.Span,
                row.IsOtherwise ? "the other rows of this policy match all legal cells" : "no legal cell satisfies the conditions of this row",
                row.IsOtherwise ? "a row that can never fail claims nothing: remove it" : "a row that can never fail claims nothing: correct its conditions, or remove it"));
        }

        return [.. rows.Select(row => Plan(model, row, matches[row], classes, diagnostics, cancellation))];
    }

    private static void FindContradictions(
        ImmutableArray<ExpectationRow> rows, Dictionary<ExpectationRow, ConfigurationSet> matches, CellClasses classes, ICollection<Diagnostic> diagnostics)
    {
        for (var later = 1; later < rows.Length; later++)
        {
            for (var earlier = 0; earlier < later; earlier++)
            {
                var (first, second) = (rows[earlier], rows[later]);
                var both = matches[first] & matches[second];
                if (!both.IsEmpty && (first.Verdict != second.Verdict || !first.Needless.SequenceEqual(second.Needless, StringComparer.Ordinal)))
                {
                    diagnostics.Add(ModelDiagnostics.Contradiction.At(
                        second.Span,
                        $"line {first.Span.Line} says '{Verdict(first)}' of '{second.Policy.Text}' and this row says '{Verdict(second)}', for {classes.CellOf(both).Registers}",
                        "make the conditions of the two rows exclude each other"));
                }
            }
        }
    }

    /// <summary>Whether configurations can be counted at all; a diagnostic if not.</summary>
    public static bool CanBeCounted(Scenario scenario, ICollection<Diagnostic> diagnostics)
    {
        var isCountable = ConfigurationSpace.SizeOf(ScenarioSpace.DimensionsOf(scenario)) <= ConfigurationSpace.MostConfigurations;
        if (!isCountable)
        {
            diagnostics.Add(ModelDiagnostics.TooManyCells.At(
                scenario.Machine.Span, $"there are more than {ConfigurationSpace.MostConfigurations} combinations of registers and readings", "give some of them one value"));
        }

        return isCountable;
    }

    /// <summary>Whether there are classes to look at; diagnostics for what is illegal, empty, or too much.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="row">A row that names the policy.</param>
    /// <param name="classes">The classes of the two.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    public static bool CanBeUsed(Scenario scenario, ExpectationRow row, CellClasses classes, ICollection<Diagnostic> diagnostics)
    {
        var isRefused = false;
        if (!scenario.Machine.Legal)
        {
            foreach (var (violated, cell) in classes.Illegal())
            {
                isRefused = true;
                diagnostics.Add(ModelDiagnostics.IllegalRegisters.At(
                    row.Span, $"{cell.Registers} is not a legal combination: {violated}", "say 'legal' in 'machine' to leave such combinations out"));
            }
        }

        if (classes.AreTooMany)
        {
            diagnostics.Add(TooMany(scenario, row.Policy.Text));
            return false;
        }

        if (classes.Legal.IsEmpty && !isRefused)
        {
            diagnostics.Add(ModelDiagnostics.NoLegalCell.At(scenario.Machine.Span, $"no combination of registers is legal for '{row.Policy.Text}'", null));
        }

        return !classes.Legal.IsEmpty;
    }

    /// <summary>Whether labels of a policy can be left out without touching a program or task; a diagnostic if one has the same label.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="row">A row that names the policy.</param>
    /// <param name="labels">The labels.</param>
    /// <param name="diagnostics">Takes the labels that do not.</param>
    public static bool CanBeLeftOut(Scenario scenario, ExpectationRow row, IEnumerable<string> labels, ICollection<Diagnostic> diagnostics)
    {
        var programs = scenario.Vcpus.SelectMany(vcpu => vcpu.Program ?? []).Concat(scenario.Tasks.SelectMany(task => task.Body)).SelectMany(statement => statement.WithInner())
            .SelectMany(LabelsOf).ToHashSet(StringComparer.Ordinal);
        var own = row.Policy.Policy.Hooks.SelectMany(hook => hook.Body).Concat(ScenarioModel.CalledByTasks(scenario)).SelectMany(ScenarioModel.StatementsOf).SelectMany(LabelsOf)
            .Concat(row.Policy.Policy.Settings.Select(setting => setting.Label)).ToHashSet(StringComparer.Ordinal);
        var shared = labels.Where(label => programs.Contains(label) && own.Contains(label)).ToList();
        foreach (var label in shared)
        {
            diagnostics.Add(ModelDiagnostics.AmbiguousLabel.At(
                row.Span, $"@{label} is a label of '{row.Policy.Text}' and of a program or task: what happens without one of them cannot be asked", "give one of them another label"));
        }

        return shared.Count == 0;
    }

    private static IEnumerable<string?> LabelsOf(Stmt statement) => [statement.Label, .. statement.Test is { } test ? LabelledExpr.In(test).Select(operand => operand.Label) : []];

    private PlannedRow Plan(ScenarioModel model, ExpectationRow row, ConfigurationSet where, CellClasses classes, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        ImmutableArray<Cell> cells = [.. classes.CellsIn(where)];
        if (row.Needless.IsEmpty)
        {
            return new PlannedRow(row, cells, classes, [], null);
        }

        var without = ClassesOf(model, row.Policy, row.Policy.Without.Union(row.Needless), cancellation);
        if (without.AreTooMany)
        {
            diagnostics.Add(TooMany(model.Scenario, $"{row.Policy.Text} without {string.Join(", ", row.Needless)}"));
        }

        var illegal = where - without.Legal;
        return new PlannedRow(row, cells, classes, [.. without.CellsIn(where)], illegal.IsEmpty ? null : without.CellOf(illegal));
    }

    private static Diagnostic TooMany(Scenario scenario, string policy) => ModelDiagnostics.TooManyCells.At(
        scenario.Machine.Span, $"'{policy}' behaves in more than {CellClasses.Most} different ways over its registers and readings", "give some of them one value");

    private static string Readings(Cell cell) => cell.Readings.Length == 0 ? "" : "; " + cell.Readings;

    private static string Verdict(ExpectationRow row) =>
        row.Verdict.ToString().ToLowerInvariant() + (row.Needless.IsEmpty ? "" : " needless " + string.Join(", ", row.Needless));
}
