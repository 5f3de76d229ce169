using System.Globalization;
using System.Text;

namespace CoherenceCheck.Language.Text;

/// <summary>Text that others wrote, in specs, names of files, arguments and stored results, as it may be shown: what cannot be seen is spelled out.</summary>
/// <remarks>Control characters move a terminal's cursor or begin a line of their own. The controls of text direction (Unicode Standard Annex 9)
/// and the rest of what has no shape let a title pretend to be another (Boucher and Anderson, "Trojan Source", 2021).</remarks>
public static class Printable
{
    /// <summary>A text as part of a line: line ends, too, are spelled out, as <c>\u000a</c>.</summary>
    public static string Of(string text) => IsPlain(text) ? text : Spell(text, keepLines: false);

    /// <summary>A text of several lines: line feeds and tabs stay.</summary>
    public static string Lines(string text) => IsPlain(text) ? text : Spell(text, keepLines: true);

    /// <summary>Whether a character may be shown as it is.</summary>
    public static bool IsShown(Rune rune) => !IsNoncharacter(rune.Value)
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    /// <summary>A text of as many UTF-16 units: each that cannot be shown is replaced, and tabs stay, so that columns are where they were.</summary>
    internal static string InPlace(ReadOnlySpan<char> text)
    {
        var builder = new StringBuilder(text.Length);
        while (Rune.DecodeFromUtf16(text, out var rune, out var length) is var status && length > 0)
        {
            var isKept = status == System.Buffers.OperationStatus.Done && (rune.Value == '\t' || IsShown(rune));
            _ = isKept ? builder.Append(text[..length]) : builder.Append('\uFFFD', length);
            text = text[length..];
        }

        return builder.ToString();
    }

    private static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static bool IsNoncharacter(int value) => (value & 0xFFFE) == 0xFFFE || value is >= 0xFDD0 and <= 0xFDEF;

    private static string Spell(string text, bool keepLines)
    {
        var builder = new StringBuilder(text.Length);
        var rest = text.AsSpan();
        while (Rune.DecodeFromUtf16(rest, out var rune, out var length) is var status && length > 0)
        {
            if (status == System.Buffers.OperationStatus.Done && (IsShown(rune) || (keepLines && rune.Value is '\n' or '\t')))
            {
                builder.Append(rest[..length]);
            }
            else
            {
                // Half of a surrogate pair is spelled as what it is.
                var value = status == System.Buffers.OperationStatus.Done ? rune.Value : rest[0];
                builder.Append(CultureInfo.InvariantCulture, $"{(value > 0xFFFF ? "\\U" : "\\u")}{value.ToString(value > 0xFFFF ? "x8" : "x4", CultureInfo.InvariantCulture)}");
            }

            rest = rest[length..];
        }

        return builder.ToString();
    }
}
