using System.Text.RegularExpressions;

namespace CoherenceCheck.Cli.Tests;

/// <summary>A step of a workflow or of a composite action: its keys, and what its mappings hold.</summary>
internal sealed record ActionStep(IReadOnlyDictionary<string, string> Keys, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Maps)
{
    public string? Script => Keys.GetValueOrDefault("run");

    public string? Uses => Keys.GetValueOrDefault("uses");

    /// <summary>A mapping of the step such as <c>env</c>; empty where it has none.</summary>
    public IReadOnlyDictionary<string, string> Map(string key) => Maps.GetValueOrDefault(key) ?? new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>The part of YAML that action.yml and the workflow of docs/ci.md are written in: blocks by indentation, <c>|</c>, plain and quoted scalars.</summary>
internal sealed partial class ActionFile
{
    private readonly string _text;

    private ActionFile(string text) => _text = text;

    /// <summary>The steps, in order.</summary>
    public required IReadOnlyList<ActionStep> Steps { get; init; }

    /// <summary>The declared inputs with their defaults; a workflow has none.</summary>
    public required IReadOnlyDictionary<string, string> Inputs { get; init; }

    public static ActionFile Parse(string text)
    {
        var lines = text.Split('\n');
        var steps = new List<ActionStep>();
        var at = Array.FindIndex(lines, line => line.Trim() == "steps:") + 1;
        Assert.True(at > 0, "There are no steps.");
        while (at < lines.Length)
        {
            // A dash begins a step; in its place, the keys stand in one column.
            if (lines[at].TrimStart().StartsWith("- ", StringComparison.Ordinal))
            {
                var column = Indent(lines[at]) + 2;
                lines[at] = new string(' ', column) + lines[at].TrimStart()[2..];
                steps.Add(Step(lines, ref at, column));
            }
            else
            {
                Assert.True(IsBlank(lines[at]), $"This is no step: {lines[at]}");
                at++;
            }
        }

        var inputs = new Dictionary<string, string>(StringComparer.Ordinal);
        var section = Array.IndexOf(lines, "inputs:");
        for (var i = section + 1; section >= 0 && i < lines.Length && (IsBlank(lines[i]) || Indent(lines[i]) > 0); i++)
        {
            if (InputName().Match(lines[i]) is { Success: true } name)
            {
                inputs[name.Groups["name"].Value] = Scalar(lines.Skip(i + 1).TakeWhile(line => Indent(line) > 2).FirstOrDefault(line => line.Trim().StartsWith("default:", StringComparison.Ordinal))?.Split(':', 2)[1] ?? "");
            }
        }

        return new ActionFile(text) { Steps = steps, Inputs = inputs };
    }

    /// <summary>What is wrong with it; an action's inputs are its own, a workflow's those of the action that it uses.</summary>
    public IEnumerable<string> Faults(ActionFile? action = null)
    {
        foreach (var step in Steps)
        {
            if (step.Script is null == step.Uses is null)
            {
                yield return "a step neither runs nor uses anything, or both";
            }

            // Text of others must not become part of a script.
            if (step.Script?.Contains("${{", StringComparison.Ordinal) == true)
            {
                yield return $"an expression within a script: {step.Script}";
            }

            if (action is null && step.Script is not null && step.Keys.GetValueOrDefault("shell") != "bash")
            {
                yield return "a step of a composite action names no shell";
            }

            if (step.Uses is { } uses && !Pinned().IsMatch(uses))
            {
                yield return $"no version: {uses}";
            }

            if (action is not null && step.Uses?.Contains("/CoherenceCheck@", StringComparison.Ordinal) == true)
            {
                foreach (var input in step.Map("with").Keys.Where(input => !action.Inputs.ContainsKey(input)))
                {
                    yield return $"no such input: {input}";
                }
            }
        }

        var used = InputUse().Matches(_text).Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        foreach (var name in used.Where(name => !Inputs.ContainsKey(name)))
        {
            yield return $"not declared: {name}";
        }

        foreach (var name in Inputs.Keys.Where(name => !used.Contains(name)))
        {
            yield return $"not used: {name}";
        }
    }

    private static ActionStep Step(string[] lines, ref int at, int column)
    {
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        var maps = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        while (at < lines.Length && !IsBlank(lines[at]) && Indent(lines[at]) == column)
        {
            var pair = lines[at++].Trim().Split(':', 2);
            var from = at;
            while (at < lines.Length && (lines[at].Trim().Length == 0 || Indent(lines[at]) > column))
            {
                at++;
            }

            var block = lines[from..at];
            if (pair[1].Trim() == "|")
            {
                keys.Add(pair[0], string.Join('\n', block.Select(line => line.Length > column + 2 ? line[(column + 2)..] : "")).TrimEnd('\n') + "\n");
            }
            else if (pair[1].Trim().Length == 0)
            {
                maps.Add(pair[0], block.Where(line => !IsBlank(line)).Select(line => line.Trim().Split(':', 2)).ToDictionary(entry => entry[0], entry => Scalar(entry[1]), StringComparer.Ordinal));
            }
            else
            {
                keys.Add(pair[0], Scalar(pair[1]));
            }
        }

        return new ActionStep(keys, maps);
    }

    private static bool IsBlank(string line) => line.Trim() is "" or ['#', ..];

    private static int Indent(string line) => line.Length - line.TrimStart(' ').Length;

    private static string Scalar(string text) => text.Trim() is ['\'', .. var inner, '\''] ? inner : text.Trim();

    [GeneratedRegex(@"^  (?<name>[\w-]+):\s*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex InputName();

    [GeneratedRegex(@"\binputs\.(?<name>[\w-]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex InputUse();

    [GeneratedRegex(@"@(v\d+(\.\d+)*|[0-9a-f]{40})$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Pinned();
}
