using System.Text.Json;
using System.Text.RegularExpressions;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Syntax;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Tests;

/// <summary>The grammar for editors knows every word of the language.</summary>
public sealed partial class GrammarTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private static string Root { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../.."));

    /// <summary>Words that the parser asks for by name, words with a meaning of their own, events, operations, alphabets, fields of pages.</summary>
    public static TheoryData<string> LanguageWords() =>
    [
        .. Directory.GetFiles(Path.Combine(Root, "src", "Language", "Syntax"), "Parser*.cs")
            .SelectMany(path => AskedFor().Matches(File.ReadAllText(path)).Select(match => match.Groups["word"].Value))
            .Concat(Words.Statements).Concat(Words.Expressions)
            .Concat(OperationTable.All.Select(operation => operation.Name))
            .Concat(OperationTable.Letters)
            .Concat(HookTable.All.Select(row => row.Name))
            .Concat(PageFields.Names)
            .Concat(["holds", "violated", "unstated", "bare_metal", "RWX", "SCTLR_EL1.M", "ID_AA64MMFR2_EL1.FWB", "@ic", "// remark", "\"title\"", "0110"])
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(LanguageWords))]
    public void A_word_of_the_language_has_a_colour(string word) => Assert.True(IsKnown(Patterns(Grammar()), word), word);

    [Fact]
    public void A_word_that_the_grammar_lacks_is_found_out()
    {
        var without = Grammar().Replace("repeat|", "", StringComparison.Ordinal);
        Assert.False(IsKnown(Patterns(without), "repeat"));
        Assert.False(IsKnown(Patterns(Grammar()), "no_word_of_the_language"));
    }

    [Fact]
    public void The_extension_names_files_that_exist()
    {
        var folder = Path.Combine(Root, "editors", "vscode");
        var contributes = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "package.json"))).RootElement.GetProperty("contributes");
        Assert.True(File.Exists(Path.Combine(folder, contributes.GetProperty("grammars")[0].GetProperty("path").GetString()!)));
        Assert.True(File.Exists(Path.Combine(folder, contributes.GetProperty("languages")[0].GetProperty("configuration").GetString()!)));
        Assert.Equal(contributes.GetProperty("grammars")[0].GetProperty("scopeName").GetString(), JsonDocument.Parse(Grammar()).RootElement.GetProperty("scopeName").GetString());
    }

    private static string Grammar() => File.ReadAllText(Path.Combine(Root, "editors", "vscode", "syntaxes", "coh.tmLanguage.json"));

    private static List<Regex> Patterns(string grammar) =>
        [.. JsonDocument.Parse(grammar).RootElement.GetProperty("patterns").EnumerateArray().Select(pattern => new Regex(pattern.GetProperty("match").GetString()!, RegexOptions.None, Limit))];

    private static bool IsKnown(List<Regex> patterns, string word) => patterns.Exists(pattern => pattern.Match(word) is { Success: true, Index: 0 } match && match.Length == word.Length);

    [GeneratedRegex("(?:TryTakeWord|IsWord|TakeWord|ExpectWord)\\((?:next, )?\"(?<word>[a-z_]+)\"", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex AskedFor();
}
