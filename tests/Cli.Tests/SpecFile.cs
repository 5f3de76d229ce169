using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace CoherenceCheck.Cli.Tests;

/// <summary>What the comments at the head of a spec below <c>tests/specs</c> say must come out of it.</summary>
/// <remarks>
/// <c>// command: check --max-states 4000</c> is run on the file; what follows it, up to the next, is expected of it: <c>// expect exit: 1</c>
/// (or <c>1 or 3</c>), <c>// expect code: CC0504 at line 12</c> (the line may be left out), <c>// expect output: text</c>, <c>// expect no output: text</c>. What stands before the first command
/// is expected of <c>check</c>, and a file that says nothing must pass it: exit code 0.
/// </remarks>
internal sealed partial record SpecFile(ImmutableArray<SpecCommand> Commands)
{
    /// <summary>Reads the comments at the head of a spec.</summary>
    /// <exception cref="FormatException">A comment looks like an expectation and is none.</exception>
    public static SpecFile Read(string text)
    {
        var commands = new List<SpecCommand>();
        foreach (var line in text.Split('\n').TakeWhile(line => line.StartsWith("//", StringComparison.Ordinal)).Select(line => line[2..].Trim()))
        {
            if (!Directive().IsMatch(line))
            {
                continue;
            }

            var (name, value) = line.Split(':', 2) is [var before, var after] ? (before, after.Trim()) : throw new FormatException($"'{line}' lacks a colon");
            if (name == "command" && value.Length > 0)
            {
                commands.Add(new SpecCommand([.. value.Split(' ', StringSplitOptions.RemoveEmptyEntries)]));
                continue;
            }

            if (commands.Count == 0)
            {
                commands.Add(SpecCommand.Check);
            }

            commands[^1] = (name, value) switch
            {
                ("expect exit", _) when Codes().IsMatch(value) => commands[^1] with { Exits = [.. value.Split(" or ").Select(code => int.Parse(code, CultureInfo.InvariantCulture))] },
                ("expect code", _) when Code().Match(value) is { Success: true } match => commands[^1] with
                {
                    Diagnostics = commands[^1].Diagnostics.Add((match.Groups["code"].Value, match.Groups["line"].Success ? int.Parse(match.Groups["line"].Value, CultureInfo.InvariantCulture) : null)),
                },
                ("expect output", { Length: > 0 }) => commands[^1] with { Outputs = commands[^1].Outputs.Add(value) },
                ("expect no output", { Length: > 0 }) => commands[^1] with { Absent = commands[^1].Absent.Add(value) },
                _ => throw new FormatException($"'{line}' is no expectation: there are 'command: …', 'expect exit: 1', 'expect code: CC0504 at line 12', 'expect output: …' and 'expect no output: …'"),
            };
        }

        return new SpecFile(commands.Count == 0 ? [SpecCommand.Check] : [.. commands]);
    }

    /// <summary>Runs the commands on a file; what is not as expected.</summary>
    public static IEnumerable<string> Failures(string path, string text) =>
        Read(text).Commands.SelectMany(command => command.Failures(path, Run.Of([command.Words[0], path, .. command.Words.Skip(1)])));

    [GeneratedRegex(@"^(command|expects?)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Directive();

    [GeneratedRegex(@"^\d+( or \d+)*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Codes();

    [GeneratedRegex(@"^(?<code>CC\d{4})( at line (?<line>\d+))?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Code();
}

/// <summary>A command, and what must come out of it.</summary>
internal sealed record SpecCommand(ImmutableArray<string> Words)
{
    public static SpecCommand Check { get; } = new(["check"]);

    /// <summary>The exit codes that it may have.</summary>
    public ImmutableArray<int> Exits { get; init; } = [0];

    /// <summary>The diagnostics that it must have, each with its line where that is said.</summary>
    public ImmutableArray<(string Code, int? Line)> Diagnostics { get; init; } = [];

    /// <summary>What it must print, on standard output or standard error.</summary>
    public ImmutableArray<string> Outputs { get; init; } = [];

    /// <summary>What it must not print.</summary>
    public ImmutableArray<string> Absent { get; init; } = [];

    public IEnumerable<string> Failures(string path, Run run)
    {
        var printed = run.Output + run.Error;
        if (!Exits.Contains(run.Code))
        {
            yield return $"{this}: exit code {run.Code}, not {string.Join(" or ", Exits)}\n{printed}";
        }

        if (printed.Contains("\n   at ", StringComparison.Ordinal))
        {
            yield return $"{this}: a stack trace\n{printed}";
        }

        foreach (var (code, line) in Diagnostics)
        {
            var place = line is null ? "" : Regex.Escape($"{path}:{line}:") + @"\d+: ";
            if (!Regex.IsMatch(printed, $@"(?m)^{place}{(line is null ? ".*" : "")}\b(error|warning) {code}: ", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10)))
            {
                yield return $"{this}: no {code}{(line is null ? "" : $" at line {line}")}\n{printed}";
            }
        }

        foreach (var output in Outputs.Where(output => !printed.Contains(output, StringComparison.Ordinal)))
        {
            yield return $"{this}: '{output}' is not printed\n{printed}";
        }

        foreach (var output in Absent.Where(output => printed.Contains(output, StringComparison.Ordinal)))
        {
            yield return $"{this}: '{output}' is printed\n{printed}";
        }
    }

    public override string ToString() => string.Join(' ', Words);
}
