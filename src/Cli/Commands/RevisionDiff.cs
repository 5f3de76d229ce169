using System.Collections.Immutable;
using CoherenceCheck.Cli.Checking;
using CoherenceCheck.Cli.Reporting;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model;
using CoherenceCheck.Report.Comparison;

namespace CoherenceCheck.Cli.Commands;

/// <summary><c>diff --revision BEFORE AFTER SPECS</c>: the same specs under two revisions of the manual.</summary>
internal static class RevisionDiff
{
    public static int Run(
        string path, RevisionInfo before, RevisionInfo after, AllowedChanges allowed, bool json, CheckOptions options, Terminal terminal, List<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        if (ResultFiles.IsResult(path))
        {
            diagnostics.Add(CliDiagnostics.NoSuchPath.Of($"'{path}' is a stored result, of one revision: it cannot be checked under another", "name a spec, or a folder of specs"));
            return ExitCodes.UsageOrSpecError;
        }

        using var timeout = options.Timeout(cancellation);
        var set = new List<ReadingOfSpec>();
        var root = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        var differing = before.Readings.Except(after.Readings).Select(reading => reading.Reading).ToHashSet(StringComparer.Ordinal);
        StoredResult? Under(RevisionInfo revision) => DiffCommand.Check(
            path,
            said =>
            {
                var specs = SpecSet.Load([path], said, timeout.Token, revision: revision);
                set.AddRange(specs.SelectMany(spec => Set(spec, Path.GetRelativePath(root, spec.Path).Replace('\\', '/'), differing)));
                return specs;
            },
            options,
            terminal,
            diagnostics,
            cancellation);
        StoredResult? CheckedUnder(RevisionInfo revision)
        {
            var result = Under(revision);
            for (var i = 0; i < diagnostics.Count; i++)
            {
                // Which cells there are depends on the revision, which no place in the spec names.
                if (result is null && diagnostics[i] is { Severity: Severity.Error } error && ModelDiagnostics.All.Any(kind => kind.Code == error.Code))
                {
                    diagnostics[i] = error with { Message = $"{error.Message} (read by {revision.Name})" };
                }
            }

            return result;
        }

        var old = CheckedUnder(before);
        var now = old is null ? null : CheckedUnder(after);
        if (cancellation.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }

        if (old is null || now is null)
        {
            return ExitCodes.UsageOrSpecError;
        }

        if (now.Rows.IsEmpty)
        {
            diagnostics.Add(CliDiagnostics.NoExpectation.Of($"'{path}' holds no row", "a scenario states what it expects in 'expect PROPERTY { … }'"));
            return ExitCodes.UsageOrSpecError;
        }

        // What is the same under both, though they differ in it, the spec sets. What is asked differs by the revision alone, which is said once.
        ImmutableArray<ReadingOfSpec> kept = [.. set.GroupBy(one => (one.Spec, one.Scenario, one.Reading, string.Join(' ', one.Values))).Where(group => group.Count() > 1).Select(group => group.First())];
        return DiffCommand.Report(old with { Questions = [] }, now with { Questions = [] }, allowed, json, new ComparedRevisions(before, after, kept), terminal, diagnostics);
    }

    private static IEnumerable<ReadingOfSpec> Set(Spec spec, string path, HashSet<string> readings) =>
        from scenario in spec.Scenarios
        where !scenario.Expectations.IsEmpty
        from axis in scenario.Machine.Axes
        where readings.Contains(axis.Name)
        select new ReadingOfSpec(path, scenario.Name, axis.Name, axis.Values);
}
