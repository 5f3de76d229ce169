using System.CommandLine;
using CoherenceCheck.Cli.Checking;
using CoherenceCheck.Cli.Reporting;
using CoherenceCheck.Cli.Simulating;
using CoherenceCheck.Cli.Tracing;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Report;
using CoherenceCheck.Report.Simulation;

namespace CoherenceCheck.Cli.Commands;

/// <summary><c>simulate PATH</c>: random walks, for a first look at what is too large to check.</summary>
internal static class SimulateCommand
{
    public static Command Create(Terminal terminal, CancellationToken cancellation)
    {
        var path = new Argument<string>("PATH") { Description = "A spec file, or a folder of specs." };
        SpecSet.RefuseOptions(path);
        var seed = NumberOption.Of("--seed", "Makes every choice; by default 1.", int.MinValue, int.MaxValue, number => (int)number);
        seed.DefaultValueFactory = _ => 1;
        var runs = NumberOption.PositiveInt("--runs", "Walks; by default 1000.", 1000);
        var depth = NumberOption.PositiveInt("--depth", "The most steps of a walk; by default 200.", 200);
        var row = NumberOption.Row("--row", "Walks through the cells of one row, by the number in brackets, and shows its trace.");
        var format = new Option<string>("--format") { Description = "text (default) or json.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        var save = new Option<string?>("--save") { HelpName = "FILE", Description = "Writes what was found as JSON; 'replay FILE' follows its traces." };
        var coverage = new Option<bool>("--coverage") { Description = "Lists the rules that never fired." };
        var trace = TraceOption.Create();
        var limits = new LimitOptions(isSearch: false);
        var command = new Command("simulate", "Walks at random through the cells of a spec; not exhaustive. Example: coherencecheck simulate specs/kvm/c01-icache-isolation.coh --seed 7 --runs 2000")
        {
            path, seed, runs, depth, row, format, save, coverage, trace,
        };
        limits.AddTo(command);
        command.SetAction(parsed =>
        {
            var diagnostics = new List<Diagnostic>();
            var code = ExitCodes.UsageOrSpecError;
            if (limits.Read(parsed, diagnostics) is { } options)
            {
                var text = new TextOptions(terminal.UsesColor, TraceOption.Read(parsed, trace), parsed.GetValue(row), false, parsed.GetValue(coverage));
                var walks = new SimulationOptions(parsed.GetValue(seed), parsed.GetValue(runs), parsed.GetValue(depth));
                code = Run(parsed.GetValue(path)!, walks, parsed.GetValue(format) == "json", text, parsed.GetValue(save), options, terminal, diagnostics, cancellation);
            }

            terminal.Say(diagnostics);
            return code;
        });
        return command;
    }

    private static int Run(
        string path, SimulationOptions walks, bool json, TextOptions text, string? save, CheckOptions options, Terminal terminal, List<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        using var timeout = options.Timeout(cancellation);
        var inputs = new List<string>();
        if (RowSelection.Of(path, text.Row, options.Decider, diagnostics, timeout.Token, inputs) is not { } rows)
        {
            return RowSelection.CodeOfFailure(diagnostics, cancellation);
        }

        var refusals = new List<Diagnostic>();
        using var file = save is null ? null : ReportFile.Open(["json=" + save], inputs, refusals, timeout.Token).SingleOrDefault();
        if (refusals.Count > 0)
        {
            diagnostics.AddRange(refusals);
            return ExitCodes.UsageOrSpecError;
        }

        using var simulation = new Simulation(rows, walks);
        var result = simulation.Run(options.Decider.Description, diagnostics, timeout.Token, cancellation);
        if (json)
        {
            SimulationReport.WriteJson(terminal.OutputStream, result, CheckCommand.Version);
        }
        else
        {
            SimulationReport.WriteText(terminal.Output, result, text);
        }

        var failures = new List<Diagnostic>();
        file?.Write(stream => SimulationReport.WriteJson(stream, result, CheckCommand.Version), failures);
        diagnostics.AddRange(failures);
        return result.Interrupted || (failures.Count > 0 && cancellation.IsCancellationRequested) ? ExitCodes.Interrupted
            : failures.Count > 0 || result.Rows.Any(row => row.Row.Verdict == RowVerdict.ModelError) ? ExitCodes.UsageOrSpecError
            : result.Rows.Any(row => !row.Row.Met) ? ExitCodes.NotMet
            : result.Runs < walks.Runs ? ExitCodes.Undecided
            : ExitCodes.AllMet;
    }
}
