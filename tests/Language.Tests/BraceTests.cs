using System.Text;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Tests;

/// <summary>A brace that is forgotten, or too many, is one error, near its place: in every spec that is shipped, for every brace of it.</summary>
public sealed class BraceTests
{
    private static readonly string Shipped = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../specs"));

    public static TheoryData<string> Files { get; } =
        [.. Directory.GetFiles(Shipped, "*.coh", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Shipped, path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_forgotten_brace_is_one_error(string file)
    {
        var text = File.ReadAllText(Path.Combine(Shipped, file));
        Assert.All(Braces(text), brace => CheckOne(DiagnosticKinds.BraceNotClosed, file, text.Remove(brace, 1), brace));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_brace_too_many_is_one_error(string file)
    {
        var text = File.ReadAllText(Path.Combine(Shipped, file));
        Assert.All(Braces(text).Where(brace => EndsStatement(text, brace)), brace => CheckOne(DiagnosticKinds.BraceClosesNothing, file, text.Insert(brace, "}\n"), brace));
    }

    [Fact]
    public void Several_braces_at_one_place_are_one_error_that_names_them()
    {
        var said = Assert.Single(Specs.Load("policy p {\n  on vcpu_load(v, p) {\n    isb\npolicy q { }\n").Diagnostics);
        Assert.Equal("the `{` of `policy p` in line 1 and of `on vcpu_load` in line 2 are not closed before `policy`", said.Message);
    }

    [Fact]
    public void What_is_wrong_elsewhere_is_said_too()
    {
        var said = Specs.Load("policy p {\n  on vcpu_load(v, p) {\n    isb isb\n  }\npolicy q { on vcpu_load(v, p) { foo } }\n").Diagnostics;
        Assert.Equal(["CC0106", "CC0109", "CC0210"], said.Select(one => one.Code));
    }

    /// <summary>The places of closing braces, outside of strings and comments.</summary>
    private static IEnumerable<int> Braces(string text)
    {
        var line = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            line = text[i] == '\n' ? line.Clear() : line.Append(text[i]);
            var before = line.ToString();
            if (text[i] == '}' && !before.Contains("//", StringComparison.Ordinal) && before.Count(c => c == '"') % 2 == 0)
            {
                yield return i;
            }
        }
    }

    // Where one more would stand alone on its line: within a line it may cut a statement in two.
    private static bool EndsStatement(string text, int brace) => text[..brace].LastIndexOf('\n') is var start && text[(start + 1)..brace].All(c => c == ' ');

    private static void CheckOne(DiagnosticKind kind, string file, string text, int brace)
    {
        var errors = SpecLoader.Load(Path.Combine(Shipped, file), TestVocabulary.Value, path => path.EndsWith(file, StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(text) : File.ReadAllBytes(path)).Diagnostics;
        Assert.True(errors is [{ } only] && only.Code == kind.Code, $"line {text[..brace].Count(c => c == '\n') + 1}:\n{string.Concat(errors.Select(DiagnosticRenderer.Render))}");
    }
}
