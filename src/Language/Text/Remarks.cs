namespace CoherenceCheck.Language.Text;

/// <summary>Comments that say what a file or scenario is about. The parser skips comments; these are read off the lines of the text.</summary>
internal static class Remarks
{
    private const string Mark = "//";

    /// <summary>The comment lines directly above the line that a declaration begins; empty where it does not begin its line.</summary>
    public static string Above(SourceSpan declaration)
    {
        var text = declaration.Text;
        var line = declaration.Line;
        var start = text.GetLineStart(line);
        if (!text.Content.AsSpan(start, declaration.Start - start).IsWhiteSpace())
        {
            return "";
        }

        var first = line;
        while (first > 1 && IsComment(text.GetLineText(first - 1)))
        {
            first--;
        }

        return Join(text, first, line);
    }

    /// <summary>The comment lines before anything else in a file; empty where no blank line follows them: then they belong to what does follow.</summary>
    public static string AtHead(SourceText text)
    {
        var first = 1;
        while (first <= text.LineCount && IsBlank(text.GetLineText(first)))
        {
            first++;
        }

        var end = first;
        while (end <= text.LineCount && IsComment(text.GetLineText(end)))
        {
            end++;
        }

        return end > text.LineCount || IsBlank(text.GetLineText(end)) ? Join(text, first, end) : "";
    }

    // A string ends on its line, so that a line which begins like a comment is one.
    private static bool IsComment(string line) => line.TrimStart().StartsWith(Mark, StringComparison.Ordinal);

    private static bool IsBlank(string line) => string.IsNullOrWhiteSpace(line);

    private static string Join(SourceText text, int first, int end) =>
        string.Join('\n', Enumerable.Range(first, end - first).Select(line => Strip(text.GetLineText(line))));

    private static string Strip(string line)
    {
        var remark = line.Trim()[Mark.Length..];
        return remark.StartsWith(' ') ? remark[1..] : remark;
    }
}
