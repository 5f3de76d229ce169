using System.CommandLine;
using CoherenceCheck.Attributes;
using CoherenceCheck.Cli.Checking;
using CoherenceCheck.Cli.Explaining;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Report;
using CoherenceCheck.Report.Explaining;

namespace CoherenceCheck.Cli.Commands;

/// <summary><c>explain SPEC</c>: on what each verdict depends, over all legal configurations and readings.</summary>
internal static class ExplainCommand
{
    public static Command Create(Terminal terminal, CancellationToken cancellation)
    {
        var spec = new Argument<string>("SPEC") { Description = "A spec file." };
        SpecSet.RefuseOptions(spec);
        var format = new Option<string>("--format") { Description = "text (default), json, or markdown.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json", "markdown");
        var trace = TraceOption.Create();
        var scenario = new Option<string?>("--scenario") { HelpName = "TEXT", Description = "Only scenarios whose title contains this." };
        var policy = new Option<string?>("--policy") { HelpName = "POLICY", Description = "Only this policy, as its rows name it, or by a part of that which no other has." };
        var minimize = new Option<bool>("--minimize") { Description = "Also says which sets of operations are enough on which hardware, with readings at their defaults." };
        string[] settled = [.. ReadingRegistry.All.Where(reading => reading.Settled is not null || reading.IsOnRequest).Select(reading => reading.Info.Name)];
        var open = new Option<string[]>("--open") { HelpName = string.Join('|', settled), Description = "Also asks about a reading that counts as settled, or is asked about on request alone; may be repeated." };
        open.AcceptOnlyFromAmong(settled);
        var limits = new LimitOptions();
        var command = new Command("explain", "Says on what each verdict depends, over all legal configurations and readings. Example: coherencecheck explain specs/kvm/answers.coh --policy kvm")
        {
            spec, format, trace, scenario, policy, minimize, open,
        };
        limits.AddTo(command);
        command.SetAction(parsed =>
        {
            var detail = TraceOption.Read(parsed, trace);
            var filter = new ExplainFilter(parsed.GetValue(scenario), parsed.GetValue(policy), parsed.GetValue(minimize)) { Opened = [.. parsed.GetValue(open) ?? []] };
            var diagnostics = new List<Diagnostic>();
            if (limits.Read(parsed, diagnostics) is not { } options)
            {
                terminal.Say(diagnostics);
                return ExitCodes.UsageOrSpecError;
            }

            return Run(parsed.GetValue(spec)!, parsed.GetValue(format)!, detail, filter, options, terminal, cancellation);
        });
        return command;
    }

    private static int Run(string path, string format, TraceDetail trace, ExplainFilter filter, CheckOptions options, Terminal terminal, CancellationToken cancellation)
    {
        var diagnostics = new List<Diagnostic>();
        var result = new ExplainResult(path, "", [], [], Interrupted: false, options.Decider.Description);
        using var timeout = options.Timeout(cancellation);
        if (SpecSet.LoadOne(path, diagnostics, timeout.Token) is { } spec && !HasError(diagnostics))
        {
            using var progress = new ProgressPrinter(terminal.Error, options.Quiet, !terminal.IsErrorRedirected);
            filter = filter.In(spec, diagnostics);
            result = HasError(diagnostics) ? result : new ExplainRun(options, progress, filter).Run(spec, diagnostics, cancellation);
            if (diagnostics.Count == 0 && !result.Interrupted && result.Scenarios.All(scenario => scenario.Policies.IsEmpty))
            {
                diagnostics.Add(Nothing(spec, filter));
            }
        }

        result = result with { Diagnostics = [.. diagnostics] };
        Print(result, format, trace, terminal);
        return result.Interrupted ? ExitCodes.Interrupted
            : HasError(diagnostics) ? ExitCodes.UsageOrSpecError
            : diagnostics.Count > 0 || result.Scenarios.Any(scenario => scenario.Policies.Any(policy => !policy.IsComplete)) ? ExitCodes.Undecided
            : ExitCodes.AllMet;
    }

    private static bool HasError(List<Diagnostic> diagnostics) => diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error);

    private static Diagnostic Nothing(Spec spec, ExplainFilter filter) => filter is { Scenario: null, Policy: null }
        ? CliDiagnostics.NoExpectation.Of("there is no expectation in what was named", "a scenario names its policies in 'expect PROPERTY { … }'")
        : CliDiagnostics.NoMatch.Of(
            $"'{spec.Path}' has nothing that matches {string.Join(" and ", new[] { filter.Scenario is { } s ? $"--scenario '{s}'" : null, filter.Policy is { } p ? $"--policy '{p}'" : null }.Where(text => text is not null))}",
            "policies are named as rows do: " + string.Join(", ", spec.Scenarios.SelectMany(scenario => scenario.Expectations).SelectMany(e => e.Rows).Select(row => $"'{row.Policy.Text}'").Distinct(StringComparer.Ordinal).Take(8)));

    private static void Print(ExplainResult result, string format, TraceDetail trace, Terminal terminal)
    {
        if (format == "json")
        {
            ExplainJson.Write(terminal.OutputStream, result, CheckCommand.Version);
        }
        else if (!result.Scenarios.IsEmpty || result.Interrupted)
        {
            if (format == "markdown")
            {
                new ExplainMarkdown(terminal.Output).Write(result);
            }
            else
            {
                new ExplainText(terminal.Output, terminal.UsesColor, trace).Write(result);
            }
        }

        terminal.Say(result.Diagnostics);
    }
}
