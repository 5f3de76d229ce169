using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Cli.Checking;
using CoherenceCheck.Cli.Commands;
using CoherenceCheck.Language.Diagnostics;

namespace CoherenceCheck.Cli.Tracing;

/// <summary>The rows of specs with their cells, for commands that walk through cells one step at a time.</summary>
internal static class RowSelection
{
    /// <summary>The exit code where there are no rows.</summary>
    public static int CodeOfFailure(List<Diagnostic> diagnostics, CancellationToken cancellation) =>
        cancellation.IsCancellationRequested ? ExitCodes.Interrupted
        : diagnostics.Exists(diagnostic => diagnostic.Severity == Severity.Error) ? ExitCodes.UsageOrSpecError
        : ExitCodes.Undecided;

    /// <summary>A cell of a row by its number; <see langword="null"/>, with a diagnostic, where the row has fewer.</summary>
    public static PlannedCell? CellOf((int Number, PlannedCheck Check) row, int cell, List<Diagnostic> diagnostics)
    {
        if (cell > row.Check.Cells.Length)
        {
            diagnostics.Add(CliDiagnostics.NoSuchRow.Of($"row {row.Number} has {row.Check.Cells.Length} cells, not {cell}", "'show' lists them"));
            return null;
        }

        return row.Check.Cells[cell - 1];
    }

    /// <summary>Loads and plans.</summary>
    /// <param name="path">A spec file, or a folder of specs.</param>
    /// <param name="only">The number of the only row to take, or <see langword="null"/>.</param>
    /// <param name="decider">Who decides what attributes come to.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <param name="inputs">Takes the full paths of all files that were read.</param>
    /// <returns>The rows with their numbers; <see langword="null"/> where there is an error, or where it was stopped.</returns>
    public static List<(int Number, PlannedCheck Check)>? Of(string path, int? only, IAttributeDecider decider, List<Diagnostic> diagnostics, CancellationToken cancellation, ICollection<string>? inputs = null)
    {
        bool HasError() => diagnostics.Exists(diagnostic => diagnostic.Severity == Severity.Error);
        var specs = SpecSet.Load([path], diagnostics, cancellation, inputs);
        if (HasError())
        {
            return null;
        }

        var plan = new CheckPlan(specs, decider, diagnostics, cancellation);
        if (HasError())
        {
            return null;
        }

        if (!plan.IsComplete)
        {
            diagnostics.Add(CliDiagnostics.TimeLimit.Of("the time limit was hit before all rows were expanded", "raise --timeout, or name one spec"));
            return null;
        }

        var rows = RowNumbers.Of(plan.Checks, check => check.Scenario).ToList();
        if (rows.Count == 0)
        {
            diagnostics.Add(CliDiagnostics.NoExpectation.Of("there is no expectation in what was named", "a scenario states what it expects in 'expect PROPERTY { … }'"));
            return null;
        }

        if (only is { } number && !rows.Exists(row => row.Number == number))
        {
            diagnostics.Add(CliDiagnostics.NoSuchRow.Of($"there is no row {number}: the run has rows {rows[0].Number} to {rows[^1].Number}", "rows are the numbers in brackets that 'check' and 'show' print; a cover is no row to walk through"));
            return null;
        }

        return [.. rows.Where(row => only is null || row.Number == only)];
    }
}
