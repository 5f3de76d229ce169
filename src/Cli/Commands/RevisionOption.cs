using System.CommandLine;
using CoherenceCheck.Attributes;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Cli.Commands;

/// <summary><c>--revision NAME</c>: readings are as a revision of the manual has them, where a spec does not say.</summary>
internal static class RevisionOption
{
    private const string Name = "--revision";

    private static string[] Names => [.. RevisionRegistry.All.Select(revision => revision.Name)];

    /// <summary>The option of commands that look at specs once.</summary>
    public static Option<string?> Create()
    {
        var option = new Option<string?>(Name) { HelpName = string.Join('|', Names), Description = "Readings are as this revision of the manual has them, where a spec does not set them itself." };
        option.AcceptOnlyFromAmong(Names);
        return option;
    }

    /// <summary>The option of commands that compare two of them.</summary>
    public static Option<string[]> CreatePair()
    {
        var option = new Option<string[]>(Name)
        {
            HelpName = "BEFORE AFTER",
            Description = $"Checks BASE under two revisions of the manual ({string.Join(", ", Names)}), and compares: a reading that a spec sets itself stays as it is.",
            Arity = new ArgumentArity(2, 2),
            AllowMultipleArgumentsPerToken = true,
        };
        option.AcceptOnlyFromAmong(Names);
        return option;
    }

    /// <summary>Reads it.</summary>
    public static RevisionInfo? Read(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) is { } name ? RevisionRegistry.Find(name) : null;
}
