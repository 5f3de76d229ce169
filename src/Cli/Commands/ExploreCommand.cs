using System.CommandLine;
using CoherenceCheck.Cli.Stepping;
using CoherenceCheck.Cli.Tracing;
using CoherenceCheck.Language.Diagnostics;

namespace CoherenceCheck.Cli.Commands;

/// <summary><c>explore SPEC</c>: a walk through a cell, chosen step by step.</summary>
internal static class ExploreCommand
{
    public static Command Create(Terminal terminal, CancellationToken cancellation)
    {
        var spec = new Argument<string>("SPEC") { Description = "A spec file." };
        SpecSet.RefuseOptions(spec);
        var row = NumberOption.Row("--row", "The row whose policy and property it is, by the number in brackets; by default the first.");
        var cell = NumberOption.PositiveInt("--cell", "The cell of the row, from 1 in the order of 'show'; by default the first.", 1);
        var limits = new LimitOptions(isSearch: false);
        var command = new Command("explore", "Walks through a cell step by step: what is enabled, choose, undo. Example: coherencecheck explore specs/kvm/c01-icache-isolation.coh --row 5")
        {
            spec, row, cell,
        };
        limits.AddTo(command);
        command.SetAction(parsed =>
        {
            var diagnostics = new List<Diagnostic>();
            var code = limits.Read(parsed, diagnostics) is { } options
                ? Run(parsed.GetValue(spec)!, parsed.GetValue(row), parsed.GetValue(cell), options, terminal, diagnostics, cancellation)
                : ExitCodes.UsageOrSpecError;
            terminal.Say(diagnostics);
            return code;
        });
        return command;
    }

    private static int Run(string path, int? row, int cell, Checking.CheckOptions options, Terminal terminal, List<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        using var timeout = options.Timeout(cancellation);
        var inputs = new List<string>();
        if (RowSelection.Of(path, row, options.Decider, diagnostics, timeout.Token, inputs) is not { } rows)
        {
            return RowSelection.CodeOfFailure(diagnostics, cancellation);
        }

        terminal.Say(diagnostics);
        diagnostics.Clear();
        var (number, check) = rows[0];
        if (RowSelection.CellOf(rows[0], cell, diagnostics) is not { } chosen)
        {
            return ExitCodes.UsageOrSpecError;
        }

        new Stepper(number, check, chosen, inputs, terminal).Run(diagnostics, timeout.Token);
        if (cancellation.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }

        if (timeout.IsCancellationRequested)
        {
            diagnostics.Add(CliDiagnostics.TimeLimit.Of("the time limit was hit: the walk is not ended", "raise --timeout"));
        }

        return diagnostics.Exists(diagnostic => diagnostic.Severity == Severity.Error) ? ExitCodes.UsageOrSpecError
            : timeout.IsCancellationRequested ? ExitCodes.Undecided
            : ExitCodes.AllMet;
    }
}
