using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Language.Tests;

/// <summary>Text of others as it may be shown.</summary>
public sealed class PrintableTests
{
    [Theory]
    [InlineData("plain ~", "plain ~", "plain ~")]
    [InlineData("größer \U0001F600 …", "größer \U0001F600 …", "größer \U0001F600 …")]
    [InlineData("a\nb\tc\r", "a\\u000ab\\u0009c\\u000d", "a\nb\tc\\u000d")]
    [InlineData("\u001b[2J\u007f\u0085\u009b", "\\u001b[2J\\u007f\\u0085\\u009b", "\\u001b[2J\\u007f\\u0085\\u009b")]
    [InlineData("\u202ex\u2066\u2028\u2029\u200b\ufeff\ufffe", "\\u202ex\\u2066\\u2028\\u2029\\u200b\\ufeff\\ufffe", "\\u202ex\\u2066\\u2028\\u2029\\u200b\\ufeff\\ufffe")]
    [InlineData("tag \U000E0041", "tag \\U000e0041", "tag \\U000e0041")]
    public void What_cannot_be_seen_is_spelled_out(string text, string line, string lines)
    {
        Assert.Equal(line, Printable.Of(text));
        Assert.Equal(lines, Printable.Lines(text));
    }

    [Fact]
    public void Half_of_a_surrogate_pair_is_spelled_out() => Assert.Equal("a\\ud800b\\udc00", Printable.Of("a" + '\ud800' + "b" + '\udc00'));

    [Fact]
    public void A_marked_line_keeps_its_columns()
    {
        var text = new SourceText("a\u001b.coh", "\u202e\U000E0041\tbad\u200b");
        var rendered = DiagnosticRenderer.Render(new Diagnostic("CC0000", Severity.Error, new SourceSpan(text, 4, 3), "no '\u202e'", "not\nhere"));
        Assert.Equal("a\\u001b.coh:1:5: error CC0000: no '\\u202e'\n  \ufffd\ufffd\ufffd\tbad\ufffd\n     \t^~~\n  hint: not\\u000ahere\n", rendered);
    }
}
