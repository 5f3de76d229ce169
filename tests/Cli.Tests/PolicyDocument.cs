using System.Text.RegularExpressions;

namespace CoherenceCheck.Cli.Tests;

/// <summary>docs/ci.md: the files of a repository of policies, changes to it, and what is printed then.</summary>
/// <remarks>A block names its state behind its language: <c>```diff bad</c> makes it, <c>```console bad</c> is what it prints.</remarks>
internal static partial class PolicyDocument
{
    public const string Path = "docs/ci.md";

    /// <summary>The changes to the first commit.</summary>
    public static IReadOnlyList<string> Changes { get; } = [.. Diff().Matches(Repository.Read(Path)).Select(match => match.Groups["state"].Value)];

    /// <summary>Each file by its path: a line with its name alone stands before the block.</summary>
    public static IReadOnlyDictionary<string, string> Files { get; } =
        File().Matches(Repository.Read(Path)).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["body"].Value, StringComparer.Ordinal);

    /// <summary>The patch that makes a state from the first commit.</summary>
    public static string Patch(string state) => Diff().Matches(Repository.Read(Path)).Single(match => match.Groups["state"].Value == state).Groups["body"].Value;

    /// <summary>The commands of a state with what they print.</summary>
    public static string Console(string state) => ConsoleBlock(state).Match(Repository.Read(Path)).Groups["body"].Value;

    /// <summary>Writes what is printed now.</summary>
    public static void Update(string state, string body) =>
        System.IO.File.WriteAllText(
            System.IO.Path.Combine(Repository.Root, Path),
            ConsoleBlock(state).Replace(Repository.Read(Path), _ => body));

    private static Regex ConsoleBlock(string state) =>
        new($"(?<=```console {state}\\n)(?<body>.*?)(?=```)", RegexOptions.Singleline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));

    [GeneratedRegex("^`(?<name>[^`\\n]+)`:\\n\\n```\\w+\\n(?<body>.*?)```", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex File();

    [GeneratedRegex("```diff (?<state>\\w+)\\n(?<body>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Diff();
}
