using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Language.Diagnostics;

internal sealed partial class DiagnosticBag
{
    public void ReportUnreadableFile(SourceSpan span, string path, string reason) =>
        Report(DiagnosticKinds.UnreadableFile, span, $"cannot read {Quote(path)}: {reason}");

    public void ReportFileTooLarge(SourceSpan span, string path, int most) =>
        Report(DiagnosticKinds.FileTooLarge, span, $"{Quote(path)} is larger than {most} bytes");

    public void ReportNotUtf8(SourceSpan span, string path) =>
        Report(DiagnosticKinds.NotUtf8, span, $"{Quote(path)} is not UTF-8 text");

    public void ReportUnexpectedCharacter(SourceSpan span, string text) =>
        Report(DiagnosticKinds.UnexpectedCharacter, span, text.Length == 1 && (char.IsControl(text[0]) || char.IsWhiteSpace(text[0]))
            ? $"unexpected character U+{(int)text[0]:X4}"
            : $"unexpected {Quote(new string([.. text.Take(20).Select(c => char.IsControl(c) ? '\uFFFD' : c)]))}");

    public void ReportUnterminatedString(SourceSpan span) =>
        Report(DiagnosticKinds.UnterminatedString, span, "the string does not end on this line", "close it with \"");

    public void ReportNumberTooLarge(SourceSpan span, string text, int most) =>
        Report(DiagnosticKinds.NumberTooLarge, span, $"{Quote(text)} is not a number from 0 to {most}");

    public void ReportNameTooLong(SourceSpan span, int most) =>
        Report(DiagnosticKinds.NameTooLong, span, $"a name has at most {most} characters");

    public void ReportExpectedToken(SourceSpan span, string expected, string found, string? hint = null) =>
        Report(DiagnosticKinds.ExpectedToken, span, $"expected {expected}, found {Found(found)}", hint);

    public void ReportForeignComment(SourceSpan span) =>
        Report(DiagnosticKinds.UnexpectedCharacter, span, $"{Quote(span.Text.Content.Substring(span.Start, span.Length))} begins no comment", "comments begin with `//` and end with the line");

    public void ReportForeignNumber(SourceSpan span) =>
        Report(DiagnosticKinds.NumberTooLarge, span, $"{Quote(span.Text.Content.Substring(span.Start, span.Length))} is not a number", "write it without `#`");

    public void ReportBraceNotClosed(SourceSpan span, IEnumerable<string> blocks, string? found, bool byIndentation)
    {
        var open = blocks.ToList();
        var which = open.Count == 1 ? $"the `{{` of {open[0]} is not closed" : $"the `{{` of {string.Join(" and of ", open)} are not closed";
        Report(
            DiagnosticKinds.BraceNotClosed,
            span,
            found is null ? which : $"{which} before {Quote(found)}",
            found is null ? "add `}`"
                : byIndentation ? $"by its indentation {Quote(found)} stands outside: put `}}` before it"
                : $"{Quote(found)} cannot stand in it: put `}}` before it");
    }

    public void ReportBraceClosesNothing(SourceSpan span, string? closed, string? outside) =>
        Report(
            DiagnosticKinds.BraceClosesNothing,
            span,
            "a `}` too many",
            closed is null ? "nothing is open here" : outside is null ? $"{closed} is closed already" : $"with it {closed} is closed, and {Quote(outside)} stands outside");

    public void ReportEqualsForComparison(SourceSpan span) =>
        Report(DiagnosticKinds.EqualsConfused, span, "`=` gives a value; what compares is `==`", "write `==`");

    public void ReportComparisonForEquals(SourceSpan span) =>
        Report(DiagnosticKinds.EqualsConfused, span, "`==` compares; what gives a value is `=`", "write `=`");

    public void ReportNestingTooDeep(SourceSpan span, int most) =>
        Report(DiagnosticKinds.NestingTooDeep, span, $"nesting is deeper than {most}");

    public void ReportExpectedMember(SourceSpan span, string place, string expected, string found, string? hint = null) =>
        Report(DiagnosticKinds.ExpectedMember, span, $"expected {expected} in {place}, found {Found(found)}", hint);

    public void ReportExpectedStatement(SourceSpan span, string found, string? hint = null) =>
        Report(DiagnosticKinds.ExpectedStatement, span, $"expected a statement, found {Found(found)}", hint);

    public void ReportExpectedExpression(SourceSpan span, string found) =>
        Report(DiagnosticKinds.ExpectedExpression, span, $"expected an expression, found {Found(found)}");

    public void ReportExpectedEnd(SourceSpan span, string found, string? hint = null) =>
        Report(DiagnosticKinds.ExpectedEnd, span, $"expected `;` or the end of the line, found {Found(found)}", hint);

    public void ReportInvalidPermissions(SourceSpan span, string text) =>
        Report(DiagnosticKinds.InvalidPermissions, span, $"{Quote(text)} are not permissions", "write R, RW, RX or RWX (or R--, RW-, R-X)");

    private static string Found(string text) => text.Length == 0 ? "the end of the file" : Quote(text);
}
