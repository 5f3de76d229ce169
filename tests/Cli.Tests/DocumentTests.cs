using System.Text;
using System.Text.RegularExpressions;

namespace CoherenceCheck.Cli.Tests;

/// <summary>Every command in README.md and docs/ prints what stands beneath it. <c>UPDATE_GOLDEN=1</c> writes the outputs anew.</summary>
public sealed partial class DocumentTests
{
    public static TheoryData<string> Documents { get; } =
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Append(Path.Combine(Repository.Root, "README.md"))
            .Where(path => Block().IsMatch(File.ReadAllText(path)))
            .Select(path => Path.GetRelativePath(Repository.Root, path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_command_in_a_document_prints_what_the_document_says(string document)
    {
        var text = Repository.Read(document);
        var updated = Block().Replace(text, match => match.Groups["fence"].Value + "\n" + Rerun(match.Groups["body"].Value) + "```");
        if (Repository.Updates)
        {
            File.WriteAllText(Path.Combine(Repository.Root, document), updated);
            return;
        }

        Assert.Equal(text, updated);
    }

    [Fact]
    public void The_readme_fits_on_a_screen() => Assert.InRange(Repository.Read("README.md").Split('\n').Length, 20, 70);

    [Fact]
    public void The_readme_has_a_command_with_a_trace() =>
        Assert.Contains("STALE", Repository.Read("README.md"), StringComparison.Ordinal);

    /// <summary>The commands of a block with what they print now; an exit code that is not 0 stands in a comment behind the command.</summary>
    private static string Rerun(string body)
    {
        var result = new StringBuilder();
        foreach (var line in body.Split('\n').Where(line => line.StartsWith("$ ", StringComparison.Ordinal)))
        {
            var command = line.Split("  # ", 2)[0];
            var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal("./coherencecheck", words[1]);
            var run = Run.Of([.. words.Skip(2)]);
            result.Append(command).Append(run.Code == 0 ? "" : $"  # exit code {run.Code}").Append('\n').Append(run.Output).Append(run.Error);
        }

        return result.ToString();
    }

    // The commands run while the text is searched: the limit is theirs, too.
    [GeneratedRegex("(?<fence>```console)\\n(?<body>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 600_000)]
    private static partial Regex Block();
}
