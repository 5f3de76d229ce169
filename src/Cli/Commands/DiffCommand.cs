using System.CommandLine;
using CoherenceCheck.Attributes;
using CoherenceCheck.Cli.Checking;
using CoherenceCheck.Cli.Reporting;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Report;
using CoherenceCheck.Report.Comparison;

namespace CoherenceCheck.Cli.Commands;

/// <summary><c>diff BASE HEAD</c>: which rows changed between two results, or two folders of specs.</summary>
internal static class DiffCommand
{
    public static Command Create(Terminal terminal, CancellationToken cancellation)
    {
        var before = new Argument<string>("BASE") { Description = "A result of 'check --format json', a spec, or a folder of specs." };
        var after = new Argument<string?>("HEAD") { Description = "The same, later; nothing with --revision.", Arity = ArgumentArity.ZeroOrOne };
        var revisions = RevisionOption.CreatePair();
        var allow = new Option<string[]>("--allow") { HelpName = "NAME", Description = "A change that is meant: a scenario's title, a policy, or a row as it is printed; may be repeated." };
        var allowQuestion = new Option<string[]>("--allow-question") { HelpName = "TITLE", Description = "A scenario that is meant to ask less, or something else; may be repeated." };
        var format = new Option<string>("--format") { Description = "text (default) or json.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        var limits = new LimitOptions();
        var command = new Command("diff", "Says which verdicts changed, appeared or disappeared, and what is asked no longer or otherwise. Example: coherencecheck diff base.json specs")
        {
            before, after, revisions, allow, allowQuestion, format,
        };
        limits.AddTo(command);
        command.Validators.Add(result =>
        {
            var isByRevision = result.GetResult(revisions) is not null;
            if (isByRevision && result.GetResult(after) is { Tokens.Count: > 0 })
            {
                result.AddError("With --revision BASE alone is checked, under both: there is no HEAD.");
            }
            else if (isByRevision && result.GetResult(allowQuestion) is not null)
            {
                result.AddError("--revision asks the same of both: it does not go with --allow-question.");
            }
            else if (!isByRevision && result.GetResult(before) is { Tokens.Count: > 0 } && result.GetResult(after) is not { Tokens.Count: > 0 })
            {
                result.AddError("HEAD is missing: name what to compare with, or two revisions: --revision arm_m_a arm_m_b.");
            }
        });
        command.SetAction(parsed =>
        {
            var diagnostics = new List<Diagnostic>();
            var allowed = new AllowedChanges([.. parsed.GetValue(allow) ?? []], [.. parsed.GetValue(allowQuestion) ?? []]);
            var isJson = parsed.GetValue(format) == "json";
            var code = limits.Read(parsed, diagnostics) is not { } options ? ExitCodes.UsageOrSpecError
                : parsed.GetValue(revisions) is [var older, var newer]
                    ? RevisionDiff.Run(parsed.GetValue(before)!, RevisionRegistry.Find(older)!, RevisionRegistry.Find(newer)!, allowed, isJson, options, terminal, diagnostics, cancellation)
                    : Run(parsed.GetValue(before)!, parsed.GetValue(after)!, allowed, isJson, options, terminal, diagnostics, cancellation);
            terminal.Say(diagnostics);
            return code;
        });
        return command;
    }

    private static int Run(
        string before, string after, AllowedChanges allowed, bool json, CheckOptions options, Terminal terminal, List<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        var old = Load(before, after, options, terminal, diagnostics, cancellation);
        var now = old is null ? null : Load(after, before, options, terminal, diagnostics, cancellation);
        if (cancellation.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }

        if (old is null || now is null)
        {
            return ExitCodes.UsageOrSpecError;
        }

        return Report(old, now, allowed, json, null, terminal, diagnostics);
    }

    /// <summary>Compares two results, prints what changed, and says what the exit code is.</summary>
    internal static int Report(
        StoredResult old, StoredResult now, AllowedChanges allowed, bool json, ComparedRevisions? revisions, Terminal terminal, List<Diagnostic> diagnostics)
    {
        var comparison = ResultDiff.Of(old, now);
        SayWhatAllowsNothing(comparison, allowed, diagnostics);
        if (json)
        {
            DiffReport.WriteJson(terminal.OutputStream, comparison, allowed, CheckCommand.Version, revisions);
        }
        else
        {
            DiffReport.WriteText(terminal.Output, comparison, allowed, revisions);
        }

        return comparison.Rows.Any(change => change.Fails && !allowed.Allow(change)) || comparison.Questions.Any(change => change.Fails && !allowed.Allow(change)) ? ExitCodes.NotMet
            : old.Rows.Concat(now.Rows).Any(row => row.Verdict == "undecided") ? ExitCodes.Undecided
            : ExitCodes.AllMet;
    }

    private static void SayWhatAllowsNothing(ResultComparison comparison, AllowedChanges allowed, List<Diagnostic> diagnostics)
    {
        foreach (var name in allowed.Names.Where(name => !comparison.Rows.Any(change => AllowedChanges.IsOf(name, change))))
        {
            var hint = comparison.Questions.Any(change => change.Scenario == name) ? $"what the scenario asks changed: --allow-question '{name}' is for that" : null;
            diagnostics.Add(CliDiagnostics.NothingAllowed.Of($"--allow '{name}' allows nothing: no row of that name changed", hint));
        }

        foreach (var title in allowed.Questions.Where(title => !comparison.Questions.Any(change => change.Scenario == title)))
        {
            diagnostics.Add(CliDiagnostics.NothingAllowed.Of($"--allow-question '{title}' allows nothing: no scenario of that title asks less or something else"));
        }
    }

    /// <summary>The result of one side: read from a file, or of a run.</summary>
    private static StoredResult? Load(string path, string other, CheckOptions options, Terminal terminal, List<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        using var timeout = options.Timeout(cancellation);
        var result = ResultFiles.IsResult(path) ? ResultFiles.Read(path, diagnostics, timeout.Token)?.Below(other) : Check(path, options, terminal, diagnostics, cancellation);
        if (result is { Rows.IsEmpty: true })
        {
            diagnostics.Add(CliDiagnostics.NoExpectation.Of($"'{path}' holds no row", "a scenario states what it expects in 'expect PROPERTY { … }'"));
            return null;
        }

        return result;
    }

    private static StoredResult? Check(string path, CheckOptions options, Terminal terminal, List<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        using var timeout = options.Timeout(cancellation);
        return Check(path, said => SpecSet.Load([path], said, timeout.Token), options, terminal, diagnostics, cancellation);
    }

    /// <summary>The result of specs, with their paths below what the user named; <see langword="null"/>, with diagnostics, where there is none.</summary>
    internal static StoredResult? Check(
        string path, Func<List<Diagnostic>, List<Spec>> load, CheckOptions options, Terminal terminal, List<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        // What is said of both sides is said once.
        static (string, string?, string) Said(Diagnostic diagnostic) => (diagnostic.Code, diagnostic.Span?.ToString(), diagnostic.Message);
        var said = new List<Diagnostic>();
        var specs = load(said);
        CheckResult? result = null;
        if (!said.Any(diagnostic => diagnostic.Severity == Severity.Error))
        {
            using var progress = new ProgressPrinter(terminal.Error, options.Quiet, !terminal.IsErrorRedirected);
            result = new CheckRun(options, progress).Run(specs, said, cancellation);
        }

        diagnostics.AddRange(said.ExceptBy(diagnostics.Select(Said), Said));
        if (result is null || said.Any(diagnostic => diagnostic.Severity == Severity.Error) || result.Interrupted)
        {
            return null;
        }

        var root = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        return ResultFiles.Stored(result).WithPaths(spec => Path.GetRelativePath(root, spec).Replace('\\', '/'));
    }
}
