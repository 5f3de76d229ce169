using System.Collections.Immutable;
using System.Text;

namespace CoherenceCheck.Export;

/// <summary>The languages to write.</summary>
public enum ExportTarget
{
    /// <summary>Promela, for SPIN.</summary>
    Promela,

    /// <summary>Murphi, in the dialect of rumur.</summary>
    Murphi,

    /// <summary>TLA+, for TLC.</summary>
    Tla,
}

/// <summary>Writes flat systems in the languages of other model checkers.</summary>
public static class ExportText
{
    /// <summary>The text of a system; the same for the same system.</summary>
    /// <param name="system">The system.</param>
    /// <param name="target">The language.</param>
    /// <param name="about">Lines that say where it comes from.</param>
    /// <param name="module">The name of the TLA+ module; it must be that of its file.</param>
    public static string Write(FlatSystem system, ExportTarget target, ImmutableArray<string> about, string module = "exported") => target switch
    {
        ExportTarget.Promela => new PromelaExport(system).Write(about),
        ExportTarget.Murphi => new MurphiExport(system).Write(about),
        _ => new TlaExport(system).Write(about, module),
    };

    /// <summary>TLC's configuration, which stands behind the end of a TLA+ module.</summary>
    public static string ConfigurationOf(string module) => module[(module.LastIndexOf("====\n", StringComparison.Ordinal) + 5)..];

    /// <summary>A name as it may stand in a comment or a string of any target.</summary>
    internal static string Plain(string text) => text.ReplaceLineEndings(" ").Replace("*/", "* /", StringComparison.Ordinal).Replace("/*", "/ *", StringComparison.Ordinal)
        .Replace('"', '\'').Replace('\\', '/');

    internal static string Describe(FlatRule rule) => Plain(
        $"{rule.Name}: {rule.Label.Agent}: {rule.Label.Operation}{(rule.Label.Source is null ? "" : ", " + rule.Label.Source)}");

    internal static StringBuilder Line(this StringBuilder text, int indent, string line) => text.Append(' ', indent * 2).Append(line).Append('\n');

    internal static StringBuilder Line(this StringBuilder text, string line = "") => text.Append(line).Append('\n');
}
