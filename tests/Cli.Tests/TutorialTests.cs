using System.Text;
using System.Text.RegularExpressions;

namespace CoherenceCheck.Cli.Tests;

/// <summary>docs/tutorial.md, done from its first line to its last: files are written, changed, and every command prints what stands beneath it. <c>UPDATE_GOLDEN=1</c> writes that anew.</summary>
public sealed partial class TutorialTests
{
    private const string Tutorial = "docs/tutorial.md";

    [Fact]
    public void Every_step_prints_what_the_tutorial_says()
    {
        using var folder = new TemporaryFolder();
        var text = Repository.Read(Tutorial);
        var updated = Step().Replace(text, match => Do(folder, match));
        if (Repository.Updates)
        {
            File.WriteAllText(Path.Combine(Repository.Root, Tutorial), updated);
            return;
        }

        Assert.Equal(text, updated);
    }

    /// <summary>What a reader is to see: a claim that is wrong, one that is right, and an error with a hint.</summary>
    [Theory]
    [InlineData("EXPECTED HOLDS")]
    [InlineData("STALE")]
    [InlineData("rows: 6 as expected\n")]
    [InlineData("did you mean")]
    public void There_is_a_step_of_each_kind(string words) => Assert.Contains(words, Repository.Read(Tutorial), StringComparison.Ordinal);

    private static string Do(TemporaryFolder folder, Match step)
    {
        var body = step.Groups["body"].Value;
        if (step.Groups["name"].Success)
        {
            folder.Write(step.Groups["name"].Value, body);
            return step.Value;
        }

        if (step.Groups["kind"].Value == "diff")
        {
            folder.Write("step.patch", body);
            Shell.Succeed(folder.Path, "git apply step.patch");
            return step.Value;
        }

        var result = new StringBuilder("```console step\n");
        foreach (var line in body.Split('\n').Where(line => line.StartsWith("$ ", StringComparison.Ordinal)))
        {
            var command = line.Split("  # ", 2)[0];
            Assert.StartsWith("$ coherencecheck ", command, StringComparison.Ordinal);
            var run = Shell.Of(folder.Path, command.Replace("$ coherencecheck", Program.Command, StringComparison.Ordinal));
            result.Append(command).Append(run.Code == 0 ? "" : $"  # exit code {run.Code}").Append('\n').Append(run.Output).Append(run.Error);
        }

        return result.Append("```").ToString();
    }

    [GeneratedRegex("(`(?<name>[^`\\n]+)`:\\n\\n```coh\\n(?<body>.*?)```)|(```(?<kind>diff|console) step\\n(?<body>.*?)```)", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 600_000)]
    private static partial Regex Step();
}
