using System.Text.RegularExpressions;

namespace CoherenceCheck.Model.Tests.Translation;

/// <summary>Mappings with names of their own in place of pages that are mapped elsewhere: then pages stand at their own address beside them, and an <c>any</c> guest may go by both.</summary>
internal sealed partial record RandomScenario
{
    /// <summary>The scenario of a seed, some of whose mappings lead from names that no page has.</summary>
    public static RandomScenario Named(int seed)
    {
        var basis = Of(seed);
        var random = new Random(seed * 31);
        string Head(string line) => line.StartsWith("    vcpu ", StringComparison.Ordinal) ? line[..line.IndexOf(" } ", StringComparison.Ordinal)] : line.StartsWith("    map ", StringComparison.Ordinal) ? line : "";
        var mapped = basis.Text.Split('\n').SelectMany(line => MappedPage().Matches(Head(line))).Select(match => match.Groups["page"].Value).Distinct().Where(_ => random.Next(3) > 0).ToHashSet();
        if (mapped.Count == 0)
        {
            return basis;
        }

        string Renamed(string text, Regex where, int percent) => where.Replace(text, match =>
            mapped.Contains(match.Groups["page"].Value) && random.Next(100) < percent ? match.Value.Replace("g" + match.Groups["page"].Value, "a" + match.Groups["page"].Value, StringComparison.Ordinal) : match.Value);

        string Line(string line)
        {
            if (!line.StartsWith("    ", StringComparison.Ordinal) || !line.Contains('g', StringComparison.Ordinal))
            {
                return line;
            }

            // Of a vCPU: its settings, then what it does. With the MMU off for good nothing is at a name.
            var isVcpu = line.StartsWith("    vcpu ", StringComparison.Ordinal);
            var split = isVcpu ? line.IndexOf(" } ", StringComparison.Ordinal) : line.Length;
            var (head, program) = (Renamed(line[..split], MappedPage(), 100), line[split..]);
            return isVcpu && !line.Contains("SCTLR_EL1.M = 0", StringComparison.Ordinal) ? head + Renamed(program, PageInProgram(), 60) : head + program;
        }

        return basis with { Text = string.Join('\n', basis.Text.Split('\n').Select(Line)) };
    }

    [GeneratedRegex(@"\bmap g(?<page>\d) ->", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MappedPage();

    // Not the page that a mapping leads to.
    [GeneratedRegex(@"(?<!-> )\bg(?<page>\d)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PageInProgram();
}
