using System.Text.RegularExpressions;

namespace CoherenceCheck.Cli.Tests;

/// <summary>What documents say of the source is true: files that they name are there, what they quote of traces is said.</summary>
public sealed partial class HouseDocumentTests
{
    private static readonly string House = Path.Combine(Repository.Root, "docs", "internals-model.md");

    [Theory]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("docs/internals-model.md")]
    public void Files_that_a_document_names_are_there(string document)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, document));
        var named = Missing(text).ToList();
        Assert.True(named.Count == 0, $"{document} names what is not there: {string.Join(", ", named)}");
        Assert.True(Named(text).Count() > 5, document);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named() => Assert.Equal(["src/Model/Tlb.cs"], Missing("see `src/Model/Tlb.cs` and `src/Model`"));

    /// <summary>The way of <c>ic iallu</c> ends in sentences: those of the shipped specs' traces.</summary>
    [Fact]
    public void What_the_house_quotes_of_traces_is_said()
    {
        var traces = string.Concat(Directory.GetFiles(Path.Combine(Repository.Root, "tests", "Cli.Tests", "Golden")).Select(File.ReadAllText));
        var way = File.ReadAllText(House).Split("\n## ").Single(section => section.StartsWith("One operation", StringComparison.Ordinal));
        var quoted = Quoted().Matches(way).Select(match => match.Groups["sentence"].Value).ToList();
        Assert.Equal(3, quoted.Count);
        Assert.All(quoted, sentence => Assert.Contains(sentence, traces, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Named(string text) => Path_().Matches(text).Select(match => match.Groups["path"].Value);

    private static IEnumerable<string> Missing(string text) => Named(text).Distinct(StringComparer.Ordinal)
        .Where(path => !File.Exists(Path.Combine(Repository.Root, path)) && !Directory.Exists(Path.Combine(Repository.Root, path)));

    [GeneratedRegex(@"[`(](\.\./)?(?<path>(src|tests|docs|bench|specs)/[\w./-]+)[`)]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Path_();

    [GeneratedRegex("\"(?<sentence>[^\"\\n]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Quoted();
}
