using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using CoherenceCheck.Cli.Checking;
using CoherenceCheck.Cli.Files;
using CoherenceCheck.Cli.Reporting;
using CoherenceCheck.Cli.Tracing;
using CoherenceCheck.Export;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Cli.Commands;

/// <summary><c>export SPEC --to LANGUAGE</c>: the system of a cell as a model for another checker.</summary>
internal static class ExportCommand
{
    public static Command Create(Terminal terminal, CancellationToken cancellation)
    {
        var spec = new Argument<string>("SPEC") { Description = "A spec file." };
        SpecSet.RefuseOptions(spec);
        var to = new Option<string>("--to") { Required = true, Description = "promela (SPIN), murphi (rumur) or tla (TLC)." };
        to.AcceptOnlyFromAmong("promela", "murphi", "tla");
        var row = NumberOption.Row("--row", "The row whose policy and property it is, by the number in brackets; by default the first.");
        var cell = NumberOption.PositiveInt("--cell", "The cell of the row, from 1 in the order of 'show'; by default the first.", 1);
        var without = new Option<bool>("--no-property") { Description = "Leaves the property out: the other checker then visits every state, whatever the verdict." };
        var output = new Option<string?>("--output", "-o") { HelpName = "FILE", Description = "Writes to a file; for tla, FILE.tla and its FILE.cfg." };
        var limits = new LimitOptions(isSearch: false);
        var command = new Command("export", "Writes the system of a cell for another model checker: the same states and transitions. Example: coherencecheck export specs/kvm/c01-icache-isolation.coh --row 5 --to promela")
        {
            spec, to, row, cell, without, output,
        };
        limits.AddTo(command);
        command.SetAction(parsed =>
        {
            var diagnostics = new List<Diagnostic>();
            var code = ExitCodes.UsageOrSpecError;
            if (limits.Read(parsed, diagnostics) is { } options)
            {
                var target = parsed.GetValue(to) switch { "promela" => ExportTarget.Promela, "murphi" => ExportTarget.Murphi, _ => ExportTarget.Tla };
                var wanted = new Wanted(target, parsed.GetValue(row), parsed.GetValue(cell), !parsed.GetValue(without), parsed.GetValue(output));
                code = Run(parsed.GetValue(spec)!, wanted, options, terminal, diagnostics, cancellation);
            }

            terminal.Say(diagnostics);
            return code;
        });
        return command;
    }

    private static int Run(string path, Wanted wanted, CheckOptions options, Terminal terminal, List<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        var module = "exported";
        if (wanted is { Target: ExportTarget.Tla, File: { } file } && !IsModule(module = Path.GetFileNameWithoutExtension(file), file))
        {
            diagnostics.Add(CliDiagnostics.BadExport.Of($"'{file}' cannot be the file of a TLA+ module", "a module has the name of its file: letters, digits and underscores, then .tla"));
            return ExitCodes.UsageOrSpecError;
        }

        using var timeout = options.Timeout(cancellation);
        var inputs = new List<string>();
        if (RowSelection.Of(path, wanted.Row, options.Decider, diagnostics, timeout.Token, inputs) is not { } rows)
        {
            return RowSelection.CodeOfFailure(diagnostics, cancellation);
        }

        var (number, check) = rows[0];
        if (RowSelection.CellOf(rows[0], wanted.Cell, diagnostics) is not { } cell)
        {
            return ExitCodes.UsageOrSpecError;
        }

        var model = cell.Model.Model;
        var bound = Binder.Bind(model.System, model.Freeze(cell.Cell).Values);
        var deadlock = wanted.HasProperty && check.Property == CheckRun.Deadlock;
        var (flat, refusal) = Flattener.Of(bound, wanted.HasProperty && !deadlock ? check.Property : null, deadlock);
        if (flat is null)
        {
            diagnostics.Add(CliDiagnostics.ForNotExportable(check.Row.Span, number, wanted.Cell, refusal!));
            return ExitCodes.UsageOrSpecError;
        }

        var text = ExportText.Write(flat, wanted.Target, About(number, wanted, check, cell), module);
        if (wanted.File is null)
        {
            terminal.Output.Write(text);
            return ExitCodes.AllMet;
        }

        return Save(wanted, text, new FileClaims(inputs), diagnostics, timeout.Token) ? ExitCodes.AllMet : ExitCodes.UsageOrSpecError;
    }

    private static ImmutableArray<string> About(int number, Wanted wanted, PlannedCheck check, PlannedCell cell) =>
    [
        Printable.Of($"{check.Spec.Path}:{check.Row.Span.Line}  {check.Scenario.Name}"),
        $"row {number}, cell {wanted.Cell}: {check.Property}: {check.Row.Policy.Text}; stated: {check.Row.Verdict.ToString().ToLowerInvariant()}{(wanted.HasProperty ? "" : "; exported without the property")}",
        $"{cell.Cell.Registers}; readings: {(cell.Cell.Readings.Length == 0 ? "defaults" : cell.Cell.Readings)}",
        $"written by coherencecheck {CheckCommand.Version}, export --to {wanted.Target.ToString().ToLowerInvariant()}",
    ];

    private static bool Save(Wanted wanted, string text, FileClaims claims, List<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        try
        {
            claims.Write(wanted.File!);
            using var file = new ReportFile(wanted.File!, cancellation);
            file.Fill(stream => stream.Write(Encoding.UTF8.GetBytes(text)));
            if (wanted.Target == ExportTarget.Tla)
            {
                var path = Path.ChangeExtension(wanted.File!, ".cfg");
                claims.Write(path);
                using var configuration = new ReportFile(path, cancellation);
                configuration.Fill(stream => stream.Write(Encoding.UTF8.GetBytes(ExportText.ConfigurationOf(text))));
                configuration.PutInPlace();
            }

            file.PutInPlace();
            return true;
        }
        catch (Exception e) when (ReportFile.IsRefusal(e))
        {
            diagnostics.Add(CliDiagnostics.BadExport.Of($"'{wanted.File}' cannot be written: {WriteFailure.Reason(e)}"));
            return false;
        }
    }

    private static bool IsModule(string name, string file) =>
        file.EndsWith(".tla", StringComparison.Ordinal) && name.Any(char.IsAsciiLetter) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private sealed record Wanted(ExportTarget Target, int? Row, int Cell, bool HasProperty, string? File);
}
