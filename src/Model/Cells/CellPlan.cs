using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Model.Cells;

/// <summary>A row with the cells that it speaks of.</summary>
/// <param name="Row">The row.</param>
/// <param name="Cells">Its legal cells, in the order of the axes.</param>
/// <param name="NeedlessCells">For a row that says <c>needless</c>: the same cells without that operation; else empty.</param>
public sealed record PlannedRow(ExpectationRow Row, ImmutableArray<Cell> Cells, ImmutableArray<Cell> NeedlessCells);

/// <summary>The cells of an expect block: every legal one is matched by a row, and no two rows that match it disagree.</summary>
public static class CellPlan
{
    /// <summary>The largest number of cells of one policy in an expect block.</summary>
    public const int MostCells = 20_000;

    /// <summary>Expands the cells of an expect block.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="expectation">One of its expect blocks.</param>
    /// <param name="diagnostics">Takes unmatched cells, contradictions, illegal combinations.</param>
    /// <param name="cancellation">Stops the expansion.</param>
    public static ImmutableArray<PlannedRow> Of(Scenario scenario, Expectation expectation, ICollection<Diagnostic> diagnostics, CancellationToken cancellation = default)
    {
        var rows = ImmutableArray.CreateBuilder<PlannedRow>();
        var planned = new Dictionary<ExpectationRow, PlannedRow>();
        foreach (var policy in expectation.Rows.GroupBy(row => row.Policy.Text, StringComparer.Ordinal))
        {
            foreach (var row in Expand(scenario, expectation, [.. policy], diagnostics, cancellation))
            {
                planned.Add(row.Row, row);
            }
        }

        foreach (var row in expectation.Rows)
        {
            if (planned.TryGetValue(row, out var found))
            {
                rows.Add(found);
            }
        }

        return rows.ToImmutable();
    }

    private static IEnumerable<PlannedRow> Expand(
        Scenario scenario, Expectation expectation, ImmutableArray<ExpectationRow> rows, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        var policy = rows[0].Policy;
        var cells = LegalCells(scenario, policy, rows[0].Span, diagnostics, cancellation);
        if (cells is null)
        {
            return [];
        }

        var matches = rows.ToDictionary(row => row, _ => ImmutableArray.CreateBuilder<Cell>());
        var unmatched = new List<Cell>();
        var contradictions = new HashSet<(ExpectationRow, ExpectationRow)>();
        foreach (var cell in cells)
        {
            cancellation.ThrowIfCancellationRequested();
            var matching = rows.Where(row => row.Conditions.All(cell.Configuration.Satisfies)).ToList();
            if (matching.Count == 0)
            {
                unmatched.Add(cell);
            }

            foreach (var row in matching)
            {
                matches[row].Add(cell);
                var other = matching[0];
                if ((other.Verdict != row.Verdict || other.Needless != row.Needless) && contradictions.Add((other, row)))
                {
                    diagnostics.Add(ModelDiagnostics.Contradiction.At(
                        row.Span,
                        $"'{row.Policy.Text}' is said to be {Verdict(other)} at line {other.Span.Line} and {Verdict(row)} here, for {cell.Registers}",
                        "make the conditions of the two rows exclude each other"));
                }
            }
        }

        if (unmatched.Count > 0)
        {
            diagnostics.Add(ModelDiagnostics.UnmatchedCell.At(
                expectation.Span,
                $"no row says what '{policy.Text}' does in {unmatched.Count} of {cells.Count} cells, the first: {unmatched[0].Registers}{Readings(unmatched[0])}",
                $"add a row for it, 'unstated' if nothing is claimed"));
        }

        foreach (var row in rows.Where(row => matches[row].Count == 0))
        {
            diagnostics.Add(ModelDiagnostics.EmptyRow.At(
                row.Span, "no legal cell satisfies the conditions of this row", "a row that can never fail claims nothing: correct its conditions, or remove it"));
        }

        return rows.Select(row => new PlannedRow(row, matches[row].ToImmutable(), Needless(scenario, row, matches[row])));
    }

    private static ImmutableArray<Cell> Needless(Scenario scenario, ExpectationRow row, IEnumerable<Cell> cells) => row.Needless is not { } label
        ? []
        : [.. cells.Select(cell => new Cell(scenario, cell.Policy, cell.Without.Add(label), cell.Values))];

    private static List<Cell>? LegalCells(
        Scenario scenario, EditedPolicy policy, SourceSpan span, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        var axes = Axes(scenario).ToList();
        var count = axes.Aggregate(1L, (product, axis) => Math.Min(product * axis.Axis.Values.Length, long.MaxValue / 1000));
        if (count > MostCells)
        {
            diagnostics.Add(ModelDiagnostics.TooManyCells.At(
                scenario.Machine.Span, $"'{policy.Text}' has {count} combinations of registers and readings; at most {MostCells} are expanded", "give some of them one value"));
            return null;
        }

        var cells = new List<Cell>();
        var reported = new HashSet<string>(StringComparer.Ordinal);
        for (var number = 0L; number < count; number++)
        {
            cancellation.ThrowIfCancellationRequested();
            var values = new AxisValue[axes.Count];
            var rest = number;
            for (var i = axes.Count - 1; i >= 0; i--)
            {
                var (owner, axis) = axes[i];
                values[i] = new AxisValue(owner, axis, axis.Values[(int)(rest % axis.Values.Length)]);
                rest /= axis.Values.Length;
            }

            var cell = new Cell(scenario, policy, policy.Without, [.. values]);
            if (cell.Configuration.Illegal() is not { } violated)
            {
                cells.Add(cell);
            }
            else if (!scenario.Machine.Legal && reported.Add(violated))
            {
                diagnostics.Add(ModelDiagnostics.IllegalRegisters.At(
                    span, $"{cell.Registers} is not a legal combination: {violated}", "say 'legal' in 'machine' to leave such combinations out"));
            }
        }

        if (cells.Count == 0 && (scenario.Machine.Legal || reported.Count == 0))
        {
            diagnostics.Add(ModelDiagnostics.NoLegalCell.At(scenario.Machine.Span, $"no combination of registers is legal for '{policy.Text}'", null));
        }

        return cells;
    }

    private static IEnumerable<(string? Owner, Axis Axis)> Axes(Scenario scenario) =>
        scenario.Machine.Axes.Select(axis => ((string?)null, axis))
            .Concat(scenario.Vms.SelectMany(vm => vm.Axes.Select(axis => ((string?)vm.Name, axis))))
            .Concat(scenario.Vcpus.SelectMany(vcpu => vcpu.Axes.Select(axis => ((string?)vcpu.Name, axis))));

    private static string Readings(Cell cell) => cell.Readings.Length == 0 ? "" : "; " + cell.Readings;

    private static string Verdict(ExpectationRow row) =>
        row.Verdict.ToString().ToLowerInvariant() + (row.Needless is { } label ? " needless " + label : "");
}
