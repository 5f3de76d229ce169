namespace CoherenceCheck.Report;

/// <summary>Names from specs and file systems as they may be printed: what would move a terminal's cursor or begin a line of its own is spelled out.</summary>
internal static class Printable
{
    public static string Of(string text) => text.Any(char.IsControl)
        ? string.Concat(text.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString()))
        : text;
}
