using System.Collections.Immutable;
using System.Text;

namespace CoherenceCheck.Language.Tests;

/// <summary>A source text in which <c>⟦…⟧</c> marks the expected spans: brackets are part of the language.</summary>
internal sealed record AnnotatedText(string Text, ImmutableArray<(int Start, int Length)> Spans)
{
    public static AnnotatedText Parse(string annotated)
    {
        var text = new StringBuilder();
        var spans = ImmutableArray.CreateBuilder<(int, int)>();
        var open = new Stack<int>();
        foreach (var c in annotated)
        {
            switch (c)
            {
                case '⟦':
                    open.Push(text.Length);
                    break;
                case '⟧':
                    var start = open.Pop();
                    spans.Add((start, text.Length - start));
                    break;
                default:
                    text.Append(c);
                    break;
            }
        }

        Assert.Empty(open);
        return new AnnotatedText(text.ToString(), [.. spans.Order()]);
    }
}
