using System.Text;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Language.Diagnostics;

/// <summary>Shows diagnostics as text: the message, the source line with the place marked, and a hint.</summary>
public static class DiagnosticRenderer
{
    private const int WidestLine = 160;
    private const string Clipped = "…";

    /// <summary>A diagnostic as lines of text, each with its end.</summary>
    public static string Render(Diagnostic diagnostic)
    {
        var severity = diagnostic.Severity == Severity.Error ? "error" : "warning";
        var builder = new StringBuilder();
        if (diagnostic.Span is { } span)
        {
            builder.Append(Printable.Of(span.ToString())).Append(": ");
        }

        builder.Append(severity).Append(' ').Append(diagnostic.Code).Append(": ").Append(Printable.Of(diagnostic.Message)).Append('\n');
        if (diagnostic.Span is { } place && place.Text.Content.Length > 0)
        {
            AppendSource(builder, place);
        }

        if (diagnostic.Hint is not null)
        {
            builder.Append("  hint: ").Append(Printable.Of(diagnostic.Hint)).Append('\n');
        }

        return builder.ToString();
    }

    private static void AppendSource(StringBuilder builder, SourceSpan span)
    {
        var line = span.Text.GetLineText(span.Line);
        var start = Math.Min(span.Column - 1, line.Length);
        var length = Math.Max(1, Math.Min(span.Length, line.Length - start));
        var first = 0;
        var last = line.Length;
        if (line.Length > WidestLine)
        {
            first = Math.Clamp(start - (WidestLine / 2), 0, line.Length - WidestLine);
            last = first + WidestLine;
            length = Math.Min(length, Math.Max(1, last - start));
        }

        // Half a surrogate pair at either end would not be text.
        first += first < line.Length && char.IsLowSurrogate(line[first]) ? 1 : 0;
        last -= last > first && char.IsHighSurrogate(line[last - 1]) ? 1 : 0;
        var before = first > 0 ? Clipped : "";
        builder.Append("  ").Append(before).Append(Printable.InPlace(line.AsSpan(first, last - first))).Append(last < line.Length ? Clipped : "").Append('\n');
        builder.Append("  ").Append(' ', before.Length);
        for (var i = first; i < start; i++)
        {
            // A tab as wide as the one above it.
            builder.Append(line[i] == '\t' ? '\t' : ' ');
        }

        builder.Append('^').Append('~', length - 1).Append('\n');
    }
}
