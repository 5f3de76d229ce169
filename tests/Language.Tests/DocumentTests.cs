using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Tests;

/// <summary>The reference says what is true: its examples bind, its tables are those of the code. UPDATE_GOLDEN=1 rewrites the tables.</summary>
public sealed partial class DocumentTests
{
    private static readonly string Document = Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../docs/language.md");

    public static TheoryData<string, string> Examples
    {
        get
        {
            var examples = new TheoryData<string, string>();
            foreach (Match match in Fence().Matches(File.ReadAllText(Document)))
            {
                examples.Add(match.Groups["info"].Value, match.Groups["text"].Value);
            }

            return examples;
        }
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_is_what_it_says(string info, string text)
    {
        switch (info.Split(' '))
        {
            case ["coh"]:
                Specs.Bind(text);
                break;
            case ["coh-scenario"]:
                Specs.BindScenario(text);
                break;
            case ["coh-error", var code]:
                Assert.Equal(code, Assert.Single(Specs.Load(text).Diagnostics).Code);
                break;
            default:
                Assert.Fail($"unknown fence {info}");
                break;
        }
    }

    [Fact]
    public void There_are_examples_of_each_kind() =>
        Assert.Equal(["coh", "coh-error", "coh-scenario"], Examples.Select(row => row.Data.Item1.Split(' ')[0]).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void The_table_of_diagnostics_is_that_of_the_code() => CheckTable(
        "diagnostics",
        "| code | | |\n|---|---|---|\n" + string.Concat(DiagnosticKinds.All.Select(kind => $"| {kind.Code} | {(kind.Severity == Severity.Error ? "error" : "warning")} | {kind.Title} |\n")));

    [Fact]
    public void The_table_of_operations_is_that_of_the_code() => CheckTable(
        "operations",
        "| operation | operands | where | source | |\n|---|---|---|---|---|\n" + string.Concat(OperationTable.All.Select(operation =>
            $"| `{operation.Name}` | {Operands(operation)} | {Places(operation)} | {operation.Source} | {(operation.Refusal is null ? "" : $"refused: {operation.Refusal}")} |\n")));

    [Fact]
    public void The_words_of_alphabets_are_those_of_the_code()
    {
        var text = File.ReadAllText(Document);
        Assert.All(OperationTable.Letters, word => Assert.Contains($"`{word}`", text, StringComparison.Ordinal));
    }

    private static string Operands(Operation operation) => operation.Operands switch
    {
        OperandShape.None => "",
        OperandShape.Line => "`x`",
        OperandShape.Address => "`[x]`",
        OperandShape.ValueAndAddress => "`new, [x]`",
        OperandShape.FieldAndValue => string.Join(", ", OperationTable.WritableFields.Add(OperationTable.AsidField).Select(field => $"`{field}`")) + " and a value",
        _ => operation.Target switch
        {
            TranslationTarget.VirtualPage => "nothing, or `va`, or `va, asid 1`",
            TranslationTarget.AnyAsid => "nothing, or `va`",
            TranslationTarget.Asid => "nothing, or `asid 1`",
            TranslationTarget.IntermediatePage => "nothing, or a page",
            _ => "any name, ignored; optional",
        },
    };

    private static string Places(Operation operation) => string.Join(", ", new[]
    {
        (OperationPlace.Guest, "guests"), (OperationPlace.Policy, "policies"), (OperationPlace.Task, "tasks"),
    }.Where(place => operation.Place.HasFlag(place.Item1)).Select(place => place.Item2));

    private static void CheckTable(string name, string table)
    {
        var text = File.ReadAllText(Document);
        var expected = $"<!-- {name} -->\n{table}<!-- end -->";
        var actual = Regex.Match(text, $"<!-- {name} -->\n(.*?)<!-- end -->", RegexOptions.Singleline, TimeSpan.FromSeconds(10)).Value;
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1" && actual != expected)
        {
            File.WriteAllText(Document, text.Replace(actual, expected, StringComparison.Ordinal));
            return;
        }

        Assert.Equal(expected, actual);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex("^```(?<info>coh[^\n]*)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Fence();
}
