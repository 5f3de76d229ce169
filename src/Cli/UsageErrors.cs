using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using CoherenceCheck.Language.Diagnostics;

namespace CoherenceCheck.Cli;

/// <summary>Says what is wrong with a command line: in sentences, each thing once, and with a hint where one is near.</summary>
internal static partial class UsageErrors
{
    // What other tools call these commands.
    private static readonly Dictionary<string, string> Synonyms = new(StringComparer.Ordinal)
    {
        ["help"] = "--help",
        ["-v"] = "--version",
        ["version"] = "--version",
        ["verify"] = "check",
        ["run"] = "check",
        ["test"] = "check",
        ["lint"] = "check",
        ["new"] = "init",
        ["create"] = "init",
        ["print"] = "show",
        ["dump"] = "show",
        ["why"] = "explain",
        ["compare"] = "diff",
        ["step"] = "explore",
        ["reduce"] = "minimize",
    };

    /// <summary>The lines to print, the last of them a hint.</summary>
    public static IEnumerable<string> Of(ParseResult parsed, string[] args)
    {
        var command = parsed.CommandResult.Command;
        var wrong = parsed.UnmatchedTokens.FirstOrDefault();
        if (command.Subcommands.Count > 0)
        {
            return OfRoot(command, wrong ?? args[0]);
        }

        var unknown = parsed.Errors.Select(error => UnknownOption().Match(error.Message)).FirstOrDefault(match => match.Success)?.Groups["name"].Value
            ?? (wrong is ['-', ..] ? wrong : null);
        if (unknown is not null)
        {
            var near = Spelling.Closest(unknown, command.Options.Select(known => known.Name).Where(name => !args.Contains(name, StringComparer.Ordinal)));
            return [$"there is no option '{unknown}'", Hint(near, command)];
        }

        var messages = parsed.Errors.Select(Sentence).Distinct(StringComparer.Ordinal).ToList();
        var value = parsed.Errors.Select(error => Choice().Match(OneLine(error.Message))).FirstOrDefault(match => match.Success);
        return [.. messages, Hint(value is null ? null : Spelling.Closest(value.Groups["value"].Value, ChoicesOf(value)), command)];
    }

    private static string[] OfRoot(Command root, string wrong)
    {
        var commands = root.Subcommands.Select(known => known.Name).ToList();
        if (wrong.EndsWith(".coh", StringComparison.Ordinal) || Directory.Exists(wrong))
        {
            return [$"say what to do with '{wrong}'", $"hint: coherencecheck check {wrong}"];
        }

        var near = Synonyms.GetValueOrDefault(wrong) ?? (commands.Where(name => wrong.Length > 1 && name.StartsWith(wrong, StringComparison.Ordinal)).ToList() is [var only] ? only : null)
            ?? Spelling.Closest(wrong, commands.Concat(root.Options.Select(known => known.Name)));
        return
        [
            $"there is no {(wrong is ['-', ..] ? "option" : "command")} '{wrong}'",
            near is null ? $"hint: commands: {string.Join(", ", commands)}; see 'coherencecheck --help'" : $"hint: did you mean '{near}'?",
        ];
    }

    private static string Hint(string? near, Command command) => near is null ? $"hint: see 'coherencecheck {command.Name} --help'" : $"hint: did you mean '{near}'?";

    private static string Sentence(ParseError error)
    {
        var message = OneLine(error.Message);
        var choice = Choice().Match(message);
        return choice.Success && NameOf(error.SymbolResult) is { } name
            ? $"{name} takes {string.Join(", ", ChoicesOf(choice))}, not '{choice.Groups["value"].Value}'"
            : message;
    }

    private static string? NameOf(SymbolResult? result) => result switch
    {
        OptionResult option => option.Option.Name,
        ArgumentResult { Parent: OptionResult option } => option.Option.Name,
        ArgumentResult argument => argument.Argument.Name,
        _ => null,
    };

    // The library writes a list in lines.
    private static string OneLine(string message) =>
        message.ReplaceLineEndings("\n").Replace(":\n\t", ": ", StringComparison.Ordinal).Replace("\n\t", ", ", StringComparison.Ordinal);

    private static IEnumerable<string> ChoicesOf(Match choice) => choice.Groups["choices"].Value.Split(',').Select(one => one.Trim().Trim('\''));

    [GeneratedRegex("^Argument '(?<value>.*)' not recognized\\. Must be one of: (?<choices>.*)$", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex Choice();

    [GeneratedRegex("^There is no option '(?<name>.*)'\\.$", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex UnknownOption();
}
