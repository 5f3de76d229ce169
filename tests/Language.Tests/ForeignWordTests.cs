using System.Text.RegularExpressions;
using CoherenceCheck.Language.Syntax;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Tests;

/// <summary>Words that people bring along get a hint that can be followed.</summary>
public sealed partial class ForeignWordTests
{
    [Fact]
    public void No_word_of_the_language_is_foreign() =>
        Assert.DoesNotContain(ForeignWords.All, word => OperationTable.IsMnemonic(word) || Words.Statements.Contains(word));

    [Fact]
    public void Every_word_has_its_hint_wherever_it_stands() => Assert.All(ForeignWords.All, word =>
    {
        Assert.All(
            new[] { $"vcpu B {{ }} {{ {word} }}", $"vcpu B {{ }} {{ {word.ToUpperInvariant()} x0, [x1] }}" },
            text => Assert.Equal(ForeignWords.HintOf(word), Specs.Load(Specs.Kvm + "scenario \"s\" {\n" + Specs.Base.Replace("vcpu B { }", text + "\nvcpu C { }", StringComparison.Ordinal) + "}").Diagnostics[0].Hint));
    });

    /// <summary>What hints say to write is part of the language: only <c>kick</c> is a statement of its own.</summary>
    [Fact]
    public void What_a_hint_says_to_write_can_be_written() => Assert.All(ForeignWords.All, word =>
    {
        var operations = Quoted().Matches(ForeignWords.HintOf(word)!).SelectMany(match => match.Groups["code"].Value.Split(';', StringSplitOptions.TrimEntries))
            .Where(one => OperationTable.IsMnemonic(one.Split(' ')[0]));
        Assert.All(operations, operation =>
        {
            var place = operation.Contains("s12", StringComparison.Ordinal) ? $"}} task t {{ {operation} }}" : $"vcpu C {{ }} {{ {operation} }} }}";
            Assert.Empty(Specs.Load(Specs.Kvm + "scenario \"s\" {\n" + Specs.Base.TrimEnd()[..^1] + place + "}").Diagnostics);
        });
    });

    [GeneratedRegex("`(?<code>[^`]*)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Quoted();
}
