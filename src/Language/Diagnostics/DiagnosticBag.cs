using System.Collections.Immutable;
using System.Runtime.InteropServices;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Language.Diagnostics;

/// <summary>Collects diagnostics; all their texts stand in its parts, one method each.</summary>
/// <remarks>Keeps at most 100 a file, so that a hopeless file costs neither time nor patience, and each only once: edited policies are bound again and again.</remarks>
internal sealed partial class DiagnosticBag
{
    private const int MostInFile = 100;

    private readonly List<Diagnostic> _diagnostics = [];
    private readonly HashSet<(string Code, SourceSpan Span)> _seen = [];
    private readonly Dictionary<SourceText, int> _counts = [];
    private readonly Dictionary<SourceText, (SourceSpan Span, Severity Severity)> _dropped = [];

    /// <summary>The number of errors reported so far, dropped ones included.</summary>
    public int ErrorCount { get; private set; }

    /// <summary>All diagnostics by file, line, column, and code.</summary>
    public ImmutableArray<Diagnostic> ToSorted()
    {
        var endings = _dropped.Values.Select(dropped => new Diagnostic(
            DiagnosticKinds.TooManyDiagnostics.Code,
            dropped.Severity,
            dropped.Span,
            $"more than {MostInFile} diagnostics; the others are not shown",
            "correct the first ones and try again"));
        return
        [
            .. _diagnostics.Concat(endings)
                .OrderBy(d => d.Span?.Path, StringComparer.Ordinal)
                .ThenBy(d => d.Span?.Start)
                .ThenBy(d => d.Code, StringComparer.Ordinal)
                .ThenBy(d => d.Span?.Length),
        ];
    }

    private void Report(DiagnosticKind kind, SourceSpan span, string message, string? hint = null)
    {
        if (kind.Severity == Severity.Error)
        {
            ErrorCount++;
        }

        if (!_seen.Add((kind.Code, span)))
        {
            return;
        }

        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, span.Text, out _);
        if (count < MostInFile)
        {
            count++;
            _diagnostics.Add(new Diagnostic(kind.Code, kind.Severity, span, message, hint));
            return;
        }

        // No longer needed to tell repetitions apart: nothing more is kept of this file.
        _seen.Remove((kind.Code, span));
        var known = _dropped.TryGetValue(span.Text, out var first);
        _dropped[span.Text] = (known ? first.Span : span, known && first.Severity == Severity.Error ? Severity.Error : kind.Severity);
    }

    private void ReportUnknown(DiagnosticKind kind, SourceSpan span, string message, string name, IEnumerable<string> candidates, string? otherwise = null)
    {
        var full = _counts.TryGetValue(span.Text, out var count) && count >= MostInFile;
        var closest = full ? null : Spelling.Closest(name, candidates);
        Report(kind, span, message, closest is null ? otherwise : $"did you mean {Quote(closest)}?");
    }

    private static string Quote(string text)
    {
        const int Most = 60;
        return text.Length <= Most ? $"`{text}`" : $"`{text.AsSpan(0, Most)}…`";
    }

    private static string List(IEnumerable<string> names) => string.Join(", ", names.Take(20));

    private static string First(SourceSpan first) => $"first at {first}";
}
