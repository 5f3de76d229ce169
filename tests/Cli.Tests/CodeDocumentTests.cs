using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace CoherenceCheck.Cli.Tests;

/// <summary>docs/code.md: what it shows of specs stands in them, its table is what <c>check</c> says, and its mistakes are answered as it says. <c>UPDATE_GOLDEN=1</c> writes the table anew.</summary>
public sealed partial class CodeDocumentTests
{
    private const string Document = "docs/code.md";
    private const string Jit = "specs/code/jit.coh";
    private static readonly string[] Labels = ["clean", "between", "ic", "done", "isb"];
    private static readonly string[] Hardware = ["DIC = 0, IDC = 0", "DIC = 0, IDC = 1", "DIC = 1, IDC = 1"];

    public static TheoryData<string, string> Mistakes { get; } = [.. Mistake().Matches(Repository.Read(Document)).Select(match => (match.Groups["answer"].Value, match.Groups["text"].Value))];

    [Fact]
    public void What_is_shown_of_a_spec_stands_in_it()
    {
        var shown = Quote().Matches(Repository.Read(Document));
        Assert.Equal(Regex.Count(Repository.Read(Document), "```coh\n", RegexOptions.None, TimeSpan.FromSeconds(5)), shown.Count);
        Assert.All(shown, quote => Assert.Contains(quote.Groups["text"].Value, Repository.Read(quote.Groups["file"].Value), StringComparison.Ordinal));
    }

    [Fact]
    public void Every_case_is_listed()
    {
        var text = Repository.Read(Document);
        Assert.All(Directory.GetFiles(Path.Combine(Repository.Root, "specs", "code"), "*.coh"), path => Assert.Contains($"`specs/code/{Path.GetFileName(path)}`", text, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_answered_as_the_document_says(string answer, string text)
    {
        var spec = Thread().Replace(Repository.Read(Jit), "    " + text.TrimEnd());
        spec = spec[..spec.IndexOf("  cover", StringComparison.Ordinal)] + "  expect fresh_fetch { bare_metal : holds }\n}\n";
        var run = Run.Check(spec, "--trace", "none");
        if (answer is "holds" or "violated")
        {
            Assert.Contains($"bare_metal  {answer} ", run.Output, StringComparison.Ordinal);
            Assert.Equal("", run.Error);
            Assert.Equal(answer == "holds" ? 0 : 1, run.Code);
            return;
        }

        Assert.Contains(answer, run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void There_are_mistakes_of_each_kind() =>
        Assert.Equal(["CC0210", "CC0505", "CC3030", "CC3031", "CC3033", "holds", "violated"], Mistakes.Select(row => row.Data.Item1).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    [Fact]
    public void The_table_of_operations_is_what_check_says()
    {
        var rows = string.Concat(Labels.SelectMany(label => Hardware.Select(hardware => $"bare_metal without {label} when {hardware} : unstated\n")));
        var text = Repository.Read(Jit);
        var start = text.IndexOf("  expect", StringComparison.Ordinal);
        var run = Run.Check($"{text[..start]}  expect fresh_fetch {{\n{rows}}}\n}}\n", "--format", "json");
        Assert.Equal((0, ""), (run.Code, run.Error));
        var verdicts = JsonDocument.Parse(run.Output).RootElement.GetProperty("results").EnumerateArray()
            .Where(row => row.GetProperty("property").GetString() == "fresh_fetch").Select(Word).ToList();
        Assert.Equal(Labels.Length * Hardware.Length, verdicts.Count);
        var program = text[..start];
        var table = new StringBuilder($"| without | {string.Join(" | ", Hardware)} |\n|---|---|---|---|\n");
        foreach (var (label, own) in Labels.Zip(verdicts.Chunk(Hardware.Length)))
        {
            var operation = Regex.Match(program, $@"(?<operation>[a-z][a-z ,]*) @{label}\b", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)).Groups["operation"].Value.Trim();
            table.Append($"| `{operation}` @{label} | {string.Join(" | ", own)} |\n");
        }

        var document = Repository.Read(Document);
        var updated = Table().Replace(document, $"<!-- dic-idc -->\n{table}<!-- end -->");
        if (Repository.Updates)
        {
            File.WriteAllText(Path.Combine(Repository.Root, Document), updated);
            return;
        }

        Assert.Equal(document, updated);
    }

    private static string Word(JsonElement row) => row.GetProperty("verdict").GetString() == "violated" ? "old code"
        : row.GetRawText().Contains("not_judged", StringComparison.Ordinal) ? "not judged"
        : "needless";

    [GeneratedRegex("^`(?<file>specs/[^`\\n]+)`:\\n\\n```coh\\n(?<text>.*?)```", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Quote();

    [GeneratedRegex("```coh-thread (?<answer>\\w+)\\n(?<text>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Mistake();

    [GeneratedRegex("^    vcpu T .*?^    \\}", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Thread();

    [GeneratedRegex("<!-- dic-idc -->\\n.*?<!-- end -->", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Table();
}
