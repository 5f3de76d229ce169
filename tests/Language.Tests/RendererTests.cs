using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Language.Tests;

public sealed class RendererTests
{
    private static string Render(string text, int start, int length, string? hint = null) =>
        DiagnosticRenderer.Render(new Diagnostic("CC0012", Severity.Error, new SourceSpan(new SourceText("a.coh", text), start, length), "wrong", hint));

    [Fact]
    public void Shows_the_line_the_place_and_the_hint() =>
        Assert.Equal("a.coh:2:4: error CC0012: wrong\n  \tab cd\n  \t  ^~~\n  hint: right\n", Render("x\n\tab cd\r\ny", 5, 3, "right"));

    [Fact]
    public void Marks_the_end_of_a_file_and_the_first_line_of_a_long_place()
    {
        Assert.Equal("a.coh:1:3: error CC0012: wrong\n  ab\n    ^\n", Render("ab", 2, 0));
        Assert.Equal("a.coh:1:2: error CC0012: wrong\n  ab\n   ^\n", Render("ab\ncd", 1, 4));
    }

    [Fact]
    public void Clips_wide_lines_around_the_place()
    {
        var lines = Render(new string('a', 500) + "b" + new string('c', 500), 500, 300).Split('\n');
        Assert.Equal(162 + 2, lines[1].Length);
        Assert.Equal('b', lines[1][lines[2].IndexOf('^', StringComparison.Ordinal)]);
        Assert.True(lines[2].Length <= lines[1].Length);
        Assert.Equal('a', Render(new string('a', 500), 0, 1).Split('\n')[1][2]);
    }

    [Fact]
    public void A_diagnostic_without_a_place_is_its_message() =>
        Assert.Equal("warning CC0001: m\n", DiagnosticRenderer.Render(new Diagnostic("CC0001", Severity.Warning, null, "m")));
}
