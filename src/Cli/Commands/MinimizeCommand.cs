using System.CommandLine;
using CoherenceCheck.Cli.Checking;
using CoherenceCheck.Cli.Explaining;
using CoherenceCheck.Cli.Minimizing;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Report;
using CoherenceCheck.Report.Minimizing;

namespace CoherenceCheck.Cli.Commands;

/// <summary><c>minimize SPEC</c>: which labelled operations can be left out, alone and together.</summary>
internal static class MinimizeCommand
{
    public static Command Create(Terminal terminal, CancellationToken cancellation)
    {
        var spec = new Argument<string>("SPEC") { Description = "A spec file." };
        SpecSet.RefuseOptions(spec);
        var format = new Option<string>("--format") { Description = "text (default) or json.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        var scenario = new Option<string?>("--scenario") { HelpName = "TEXT", Description = "Only scenarios whose title contains this." };
        var policy = new Option<string?>("--policy") { HelpName = "POLICY", Description = "Only this policy, as its rows name it, or by a part of that which no other has; by default all that are named without edits." };
        var open = new Option<bool>("--open") { Description = "Over all legal configurations and readings, as explain, not only those of the scenario." };
        var limits = new LimitOptions();
        var command = new Command("minimize", "Finds the operations that a policy can leave out: alone, and all minimal sufficient sets. Example: coherencecheck minimize specs/kvm/c01-icache-isolation.coh --policy kvm")
        {
            spec, format, scenario, policy, open,
        };
        limits.AddTo(command);
        command.SetAction(parsed =>
        {
            var filter = new ExplainFilter(parsed.GetValue(scenario), parsed.GetValue(policy));
            var diagnostics = new List<Diagnostic>();
            if (limits.Read(parsed, diagnostics) is not { } options)
            {
                terminal.Say(diagnostics);
                return ExitCodes.UsageOrSpecError;
            }

            return Run(parsed.GetValue(spec)!, parsed.GetValue(format) == "json", filter, parsed.GetValue(open), options, terminal, cancellation);
        });
        return command;
    }

    private static int Run(string path, bool json, ExplainFilter filter, bool open, CheckOptions options, Terminal terminal, CancellationToken cancellation)
    {
        var diagnostics = new List<Diagnostic>();
        var result = new MinimizeResult(path, [], [], Interrupted: false, options.Decider.Description);
        using var timeout = options.Timeout(cancellation);
        if (SpecSet.LoadOne(path, diagnostics, timeout.Token) is { } spec && !HasError(diagnostics))
        {
            using var progress = new ProgressPrinter(terminal.Error, options.Quiet, !terminal.IsErrorRedirected);
            filter = filter.In(spec, diagnostics);
            result = HasError(diagnostics) ? result : new MinimizeRun(options, progress, filter, open).Run(spec, diagnostics, cancellation);
            if (diagnostics.Count == 0 && !result.Interrupted && result.Policies.IsEmpty)
            {
                diagnostics.Add(CliDiagnostics.NoMatch.Of("no policy that was named has a labelled operation", "label what is in question: 'ic iallu @ic'; see --scenario and --policy"));
            }
        }

        result = result with { Diagnostics = [.. diagnostics] };
        if (json)
        {
            MinimizeReport.WriteJson(terminal.OutputStream, result, CheckCommand.Version);
        }
        else if (!result.Policies.IsEmpty || result.Interrupted)
        {
            MinimizeReport.WriteText(terminal.Output, result);
        }

        terminal.Say(result.Diagnostics);
        return result.Interrupted ? ExitCodes.Interrupted
            : HasError(diagnostics) ? ExitCodes.UsageOrSpecError
            : diagnostics.Count > 0 || result.Policies.Any(policy => policy.Regions.Any(region => !region.IsComplete || region.Verdict == RowVerdict.Undecided)) ? ExitCodes.Undecided
            : ExitCodes.AllMet;
    }

    private static bool HasError(List<Diagnostic> diagnostics) => diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error);
}
