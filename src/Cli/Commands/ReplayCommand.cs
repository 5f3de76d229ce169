using System.CommandLine;
using CoherenceCheck.Cli.Checking;
using CoherenceCheck.Cli.Replaying;
using CoherenceCheck.Cli.Reporting;
using CoherenceCheck.Cli.Tracing;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Report;
using CoherenceCheck.Report.Comparison;

namespace CoherenceCheck.Cli.Commands;

/// <summary><c>replay TRACE.json</c>: whether a trace is still one, step by step.</summary>
internal static class ReplayCommand
{
    public static Command Create(Terminal terminal, CancellationToken cancellation)
    {
        var file = new Argument<string>("TRACE") { Description = "A result of 'check --format json' or 'simulate --save'." };
        SpecSet.RefuseOptions(file);
        var row = NumberOption.Row("--row", "The trace of one row, by the number in brackets; by default all traces of the file.");
        var spec = new Option<string?>("--spec") { HelpName = "PATH", Description = "The spec, where it is not where the result says." };
        var trace = TraceOption.Create();
        var limits = new LimitOptions(isSearch: false);
        var command = new Command("replay", "Follows stored traces through their specs as they are now. Example: coherencecheck replay result.json --row 5")
        {
            file, row, spec, trace,
        };
        limits.AddTo(command);
        command.SetAction(parsed =>
        {
            var diagnostics = new List<Diagnostic>();
            var code = limits.Read(parsed, diagnostics) is { } options
                ? Run(parsed.GetValue(file)!, parsed.GetValue(row), parsed.GetValue(spec), TraceOption.Read(parsed, trace), options, terminal, diagnostics, cancellation)
                : ExitCodes.UsageOrSpecError;
            terminal.Say(diagnostics);
            return code;
        });
        return command;
    }

    private static int Run(
        string file, int? only, string? spec, TraceDetail detail, CheckOptions options, Terminal terminal, List<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        using var timeout = options.Timeout(cancellation);
        if (ResultFiles.ReadTraces(file, diagnostics, timeout.Token) is not { } all)
        {
            return ExitCodes.UsageOrSpecError;
        }

        var traces = all.Where(trace => only is null || trace.Number == only).ToList();
        if (traces.Count == 0)
        {
            diagnostics.Add(CliDiagnostics.BadResult.Of($"'{file}' holds no trace{(only is null ? "" : $" of row {only}")}", all.IsEmpty ? "only rows that are violated have one" : $"it has traces of rows {string.Join(", ", all.Select(trace => trace.Number))}"));
            return ExitCodes.UsageOrSpecError;
        }

        if (spec is not null && Directory.Exists(spec))
        {
            diagnostics.Add(CliDiagnostics.NoSuchPath.Of($"'{spec}' is a folder", "name one spec file in it"));
            return ExitCodes.UsageOrSpecError;
        }

        var code = ExitCodes.AllMet;
        foreach (var group in traces.GroupBy(trace => spec ?? trace.Row.Spec, StringComparer.Ordinal))
        {
            if (RowSelection.Of(group.Key, only: null, options.Decider, diagnostics, timeout.Token) is not { } rows)
            {
                return RowSelection.CodeOfFailure(diagnostics, cancellation);
            }

            foreach (var trace in group)
            {
                code = Worse(code, Follow(trace, [.. rows.Select(row => row.Check)], detail, terminal, diagnostics));
            }
        }

        return code;
    }

    private static int Worse(int one, int other) => one == ExitCodes.UsageOrSpecError || other == ExitCodes.UsageOrSpecError ? ExitCodes.UsageOrSpecError : Math.Max(one, other);

    private static int Follow(StoredTrace trace, List<PlannedCheck> checks, TraceDetail detail, Terminal terminal, List<Diagnostic> diagnostics)
    {
        var rows = checks.Where(check => check.Scenario.Name == trace.Row.Scenario && check.Property == trace.Property && check.Row.Policy.Text == trace.Row.Policy).ToList();
        var cells = rows.SelectMany(check => check.Cells.Concat(check.NeedlessCells)).ToList();
        var alike = cells.FindAll(cell => cell.Cell.Registers == trace.Registers && cell.Cell.Readings == trace.Readings);
        var cell = alike.Find(cell => cell.Cell.Without.SetEquals(trace.Without)) ?? alike.FirstOrDefault();
        if (cell is null)
        {
            diagnostics.Add(CliDiagnostics.NoSuchCell.Of(
                rows.Count == 0
                    ? $"{trace.Row.Spec}:{trace.Row.Line}: there is no row '{trace.Property}: {trace.Row.Policy}' in a scenario '{trace.Row.Scenario}' now"
                    : $"{trace.Row.Spec}:{trace.Row.Line}: '{trace.Property}: {trace.Row.Policy}' has no cell with {trace.Registers}{(trace.Readings.Length == 0 ? "" : "; " + trace.Readings)} now",
                rows.Count == 0 ? "the trace is of another spec, or the row was renamed" : $"it has {cells.Count}, the first: {cells[0].Cell.Registers}{(cells[0].Cell.Readings.Length == 0 ? "" : "; " + cells[0].Cell.Readings)}"));
            return ExitCodes.UsageOrSpecError;
        }

        var result = new Replay(trace, cell).Run();
        ReplayText.Write(terminal.Output, trace, result, cell.Cell.Without.ToHashSet(StringComparer.Ordinal), detail, terminal.UsesColor);
        return result.IsAsBefore ? ExitCodes.AllMet : ExitCodes.NotMet;
    }
}
