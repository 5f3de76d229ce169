using System.Globalization;
using System.Text;

namespace CoherenceCheck.Report.Html;

/// <summary>Text of specs as a page may show it: what cannot be seen, or would turn the text around it, is made visible.</summary>
/// <remarks>Neither XML nor HTML has a place for control characters. The controls of text direction (Unicode TR 9) are legal, and
/// would let a title pretend to be another (Boucher and Anderson, "Trojan Source", 2021).</remarks>
internal static class VisibleText
{
    public static string Of(string text)
    {
        var isPlain = true;
        foreach (var c in text)
        {
            isPlain &= c is '\n' or '\t' or (>= ' ' and < '\x7f');
        }

        return isPlain ? text : string.Concat(text.EnumerateRunes().Select(Of));
    }

    private static string Of(Rune rune) => rune.Value switch
    {
        '\n' or '\t' => rune.ToString(),
        < ' ' => ((char)(0x2400 + rune.Value)).ToString(),
        0x7F => "\u2421",
        _ when (rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF => "\uFFFD",
        _ when Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => $"<U+{rune.Value:X4}>",
        _ => rune.ToString(),
    };
}
