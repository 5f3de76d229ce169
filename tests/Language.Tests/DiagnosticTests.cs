using CoherenceCheck.Language.Diagnostics;

namespace CoherenceCheck.Language.Tests;

public sealed class DiagnosticTests
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var (code, text) in ErrorCases.All)
            {
                cases.Add(code, text);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_error_is_reported_where_it_stands_and_alone(string code, string text)
    {
        var annotated = AnnotatedText.Parse(text);
        var result = Specs.Load(annotated.Text);
        var expected = annotated.Spans.Select(span => (code, Marked(annotated.Text, span.Start, span.Length)));
        var actual = result.Diagnostics.Select(d => (d.Code, Marked(annotated.Text, d.Span!.Value.Start, d.Span.Value.Length)));
        Assert.True(expected.SequenceEqual(actual), $"expected {string.Join(", ", expected)}\n{string.Concat(result.Diagnostics.Select(DiagnosticRenderer.Render))}");
        Assert.Equal(result.Diagnostics.All(d => d.Severity == Severity.Warning), result.Spec is not null);
        Assert.All(result.Diagnostics, d => Assert.Equal(DiagnosticKinds.All.Single(kind => kind.Code == d.Code).Severity, d.Severity));
    }

    [Fact]
    public void Every_kind_has_a_case()
    {
        // These concern whole files; FileTests has them.
        string[] elsewhere = ["CC0001", "CC0002", "CC0003", "CC0008"];
        var missing = DiagnosticKinds.All.Select(kind => kind.Code).Except(ErrorCases.All.Select(c => c.Code)).Except(elsewhere);
        Assert.Empty(missing);
    }

    [Fact]
    public void Codes_are_in_order_and_unique()
    {
        var codes = DiagnosticKinds.All.Select(kind => kind.Code).ToArray();
        Assert.Equal(codes.Order(StringComparer.Ordinal).Distinct(), codes);
        Assert.All(codes, code => Assert.Matches("^CC[0-9]{4}$", code));
        var declared = typeof(DiagnosticKinds).GetFields(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)
            .Where(field => field.FieldType == typeof(DiagnosticKind))
            .Select(field => ((DiagnosticKind)field.GetValue(null)!).Code);
        Assert.Equal(codes, declared.Order(StringComparer.Ordinal));
    }

    // A position in words, so that a failure can be read.
    private static string Marked(string text, int start, int length) => $"{start}+{length} `{text.Substring(start, length)}`";
}
