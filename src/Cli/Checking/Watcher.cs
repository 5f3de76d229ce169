using CoherenceCheck.Cli.Commands;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Report;

namespace CoherenceCheck.Cli.Checking;

/// <summary>Checks again whenever a file is saved: the specs that use it, and of them only the systems that differ from all that were explored.</summary>
/// <remarks>Files are looked at a few times a second: that works on every file system, and editors that replace a file when they save it need no care.</remarks>
internal sealed class Watcher(IReadOnlyList<string> paths, CheckOptions options, TextOptions text, Terminal terminal)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);
    private readonly ExplorationCache _known = new();
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private SpecSnapshot? _snapshot;
    private HashSet<string> _found = new(StringComparer.Ordinal);

    /// <summary>Runs until it is interrupted.</summary>
    public void Run(CancellationToken cancellation)
    {
        Check(_ => true, cancellation);
        while (!cancellation.WaitHandle.WaitOne(Period))
        {
            var changed = _snapshot!.Changed;
            var found = Find(cancellation);
            if (changed.Count > 0 || !found.SetEquals(_found))
            {
                var before = (Snapshot: _snapshot, Found: _found);
                Check(spec => !before.Found.Contains(spec) || before.Snapshot.Concerns(spec, changed), cancellation);
            }
        }
    }

    private void Check(Func<string, bool> isAffected, CancellationToken cancellation)
    {
        var diagnostics = new List<Diagnostic>();
        _snapshot = new SpecSnapshot(_snapshot, cancellation);
        _found = Find(cancellation);
        var specs = SpecSet.Load(paths, _snapshot, diagnostics, cancellation, options.Revision);
        options.Scenarios.ReportNoMatch(specs, diagnostics);
        _open.UnionWith(_found.Where(isAffected));
        List<Spec> affected = [.. specs.Where(spec => _open.Contains(spec.Path))];
        if (diagnostics.Exists(diagnostic => diagnostic.Severity == Severity.Error))
        {
            // What is affected is checked when the error is gone.
            affected.Clear();
        }
        else
        {
            _open.Clear();
        }

        if (affected.Count > 0)
        {
            using var progress = new ProgressPrinter(terminal.Error, options.Quiet, !terminal.IsErrorRedirected);
            var result = new CheckRun(options, progress, _known).Run(affected, diagnostics, cancellation, specs);
            if (!result.Rows.IsEmpty)
            {
                new TextReport(terminal.Output, text).Write(result);
            }
        }

        terminal.Output.Flush();
        terminal.Say(diagnostics);
        terminal.Error.WriteLine($"coherencecheck: {affected.Count} of {_found.Count} specs checked; watching, Ctrl-C ends");
    }

    private HashSet<string> Find(CancellationToken cancellation) => [.. SpecFiles.Find(paths, [], cancellation)];
}
