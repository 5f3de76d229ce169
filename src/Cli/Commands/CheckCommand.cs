using System.CommandLine;
using System.Reflection;
using CoherenceCheck.Attributes;
using CoherenceCheck.Cli.Checking;
using CoherenceCheck.Cli.Reporting;
using CoherenceCheck.Language;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Report;
using CoherenceCheck.Report.Comparison;

namespace CoherenceCheck.Cli.Commands;

/// <summary><c>check PATH…</c>: every expectation of every spec.</summary>
internal static class CheckCommand
{
    public static Command Create(Terminal terminal, CancellationToken cancellation)
    {
        var paths = new Argument<string[]>("PATH") { Description = "Spec files, or folders with *.coh below them.", Arity = ArgumentArity.OneOrMore };
        SpecSet.RefuseOptions(paths);
        var format = new Option<string>("--format") { Description = "text (default), json, junit, sarif, github (annotations), html (a page with diagrams), dot or mermaid (what traces depend on).", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong(CheckReports.Formats);
        var reports = new Option<string[]>("--report") { HelpName = "FORMAT=FILE", Description = "Also writes the result to a file; may be repeated." };
        var trace = TraceOption.Create();
        var row = NumberOption.Row("--explain-row", "Shows one row, by the number in brackets; of the others only lists those that are not as expected.");
        var coverage = new Option<bool>("--coverage") { Description = "Lists the rules that never fired." };
        var classes = new Option<bool>("--classes") { Description = "Lists the classes of cells that behave the same." };
        var baseline = new Option<string?>("--baseline") { HelpName = "FILE", Description = "Compares with a stored result (--report json=FILE): a change of a verdict or of what is asked is not as expected, unless more is asked." };
        var strict = new Option<bool>("--strict") { Description = "A row that holds because nothing was promised, or something was never reached, is not as expected unless it says `holds vacuous`." };
        var watch = new Option<bool>("--watch") { Description = "Checks again what a saved change affects, until Ctrl-C." };
        var scenario = new Option<string?>("--scenario") { HelpName = "TEXT", Description = "Only scenarios whose title contains this; rows keep their numbers." };
        var revision = RevisionOption.Create();
        var limits = new LimitOptions();
        var command = new Command("check", "Checks every expectation of every spec. Example: coherencecheck check specs/kvm")
        {
            paths, format, reports, trace, row, coverage, classes, baseline, strict, watch, scenario, revision,
        };
        limits.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(watch) && (result.GetValue(reports) is { Length: > 0 } || result.GetValue(baseline) is not null || result.GetValue(format) is not (null or "text")))
            {
                result.AddError("--watch prints text; it goes with none of --format, --report and --baseline.");
            }
        });
        command.SetAction(parsed =>
        {
            var diagnostics = new List<Diagnostic>();
            if (limits.Read(parsed, diagnostics) is not { } options)
            {
                terminal.Say(diagnostics);
                return ExitCodes.UsageOrSpecError;
            }

            options = options with { IsStrict = parsed.GetValue(strict), Revision = RevisionOption.Read(parsed, revision), Scenarios = new AskedScenarios(parsed.GetValue(scenario)) };
            var text = new TextOptions(
                terminal.UsesColor,
                TraceOption.Read(parsed, trace),
                parsed.GetValue(row),
                parsed.GetValue(limits.Stats),
                parsed.GetValue(coverage),
                parsed.GetValue(classes));
            if (parsed.GetValue(watch))
            {
                new Watcher(parsed.GetValue(paths)!, options, text, terminal).Run(cancellation);
                return ExitCodes.Interrupted;
            }

            using var timeout = options.Timeout(cancellation);
            var stored = parsed.GetValue(baseline) is { } path ? ResultFiles.Read(path, diagnostics, timeout.Token) : null;
            var said = new List<Diagnostic>();
            var inputs = parsed.GetValue(baseline) is { } read ? new List<string> { read } : [];
            var specs = SpecSet.Load(parsed.GetValue(paths)!, said, timeout.Token, inputs, revision: options.Revision);
            var files = ReportFile.Open(parsed.GetValue(reports) ?? [], inputs, diagnostics, timeout.Token);
            try
            {
                if (diagnostics.Count > 0)
                {
                    terminal.Say([.. said, .. diagnostics]);
                    return ExitCodes.UsageOrSpecError;
                }

                var result = Run(specs, said, text, options, terminal, cancellation);
                var failures = new List<Diagnostic>();
                try
                {
                    CheckReports.Write(parsed.GetValue(format)!, terminal.OutputStream, result, text);
                }
                finally
                {
                    // Standard output that cannot be written keeps no report from being written.
                    files.ForEach(file => file.Write(result, text, failures));
                }

                terminal.Say([.. result.Diagnostics, .. failures]);
                if (failures.Count > 0 && cancellation.IsCancellationRequested)
                {
                    return ExitCodes.Interrupted;
                }

                var code = Code(result with { Diagnostics = [.. result.Diagnostics, .. failures] });
                var isComparable = code is ExitCodes.AllMet or ExitCodes.NotMet or ExitCodes.Undecided;
                return isComparable && stored is not null && Differs(options.Scenarios.Of(stored), result, terminal) ? ExitCodes.NotMet : code;
            }
            finally
            {
                files.ForEach(file => file.Dispose());
            }
        });
        return command;
    }

    private static CheckResult Run(List<Spec> specs, List<Diagnostic> diagnostics, TextOptions text, CheckOptions options, Terminal terminal, CancellationToken cancellation)
    {
        if (diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error))
        {
            return new CheckResult([], [], [.. diagnostics], false, options.Decider.Description, new RunStatistics(0, 0, 0, 0, 0, 0, 0));
        }

        options.Scenarios.ReportNoMatch(specs, diagnostics);
        using var progress = new ProgressPrinter(terminal.Error, options.Quiet, !terminal.IsErrorRedirected);
        var result = new CheckRun(options, progress).Run(specs, diagnostics, cancellation);
        if (result.Rows.IsEmpty && !result.Interrupted && !diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error))
        {
            diagnostics.Add(CliDiagnostics.NoExpectation.Of("there is no expectation in what was named", "a scenario states what it expects in 'expect PROPERTY { … }'"));
        }

        if (text.Row is { } number && !result.Rows.IsEmpty && !result.Rows.Any(row => row.Number == number))
        {
            diagnostics.Add(CliDiagnostics.NoSuchRow.Of($"there is no row {number}: the run has rows {result.Rows[0].Number} to {result.Rows[^1].Number}"));
        }

        return result with { Diagnostics = [.. diagnostics] };
    }

    /// <summary>Says on standard error what changed since a stored result; standard output is the result's.</summary>
    private static bool Differs(StoredResult stored, CheckResult result, Terminal terminal)
    {
        // A spec is the same however its path was written.
        static StoredResult Located(StoredResult one) => one.WithPaths(spec => Path.GetRelativePath(Environment.CurrentDirectory, Path.GetFullPath(spec)));
        var comparison = ResultDiff.Of(Located(stored), Located(ResultFiles.Stored(result)));
        if (!comparison.IsEmpty)
        {
            terminal.Error.WriteLine("since the baseline:");
            DiffReport.WriteText(terminal.Error, comparison, AllowedChanges.None);
        }

        return comparison.Fails;
    }

    private static int Code(CheckResult result)
    {
        if (result.Interrupted)
        {
            return ExitCodes.Interrupted;
        }

        if (result.Diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error))
        {
            return ExitCodes.UsageOrSpecError;
        }

        if (result.Rows.Any(row => row is { Met: false, OnlyLimits: false }))
        {
            return ExitCodes.NotMet;
        }

        return result.Rows.Any(row => !row.Met) ? ExitCodes.Undecided : ExitCodes.AllMet;
    }

    internal static string Version { get; } =
        typeof(CheckCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
