using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Report.Comparison;

namespace CoherenceCheck.Cli.Checking;

/// <summary>The scenarios that a check is asked about, by a part of their titles; the others have their numbers, and nothing else.</summary>
/// <param name="Text">The part, or <see langword="null"/> for all scenarios.</param>
internal sealed record AskedScenarios(string? Text)
{
    /// <summary>All of them.</summary>
    public static AskedScenarios All { get; } = new((string?)null);

    /// <summary>Whether a scenario is among them.</summary>
    public bool Contains(Scenario scenario) => Contains(scenario.Name);

    /// <summary>Whether a title is that of one of them.</summary>
    public bool Contains(string title) => Text is null || title.Contains(Text, StringComparison.OrdinalIgnoreCase);

    /// <summary>What of a stored result is about them.</summary>
    public StoredResult Of(StoredResult stored) =>
        new([.. stored.Rows.Where(row => Contains(row.Scenario))], [.. stored.Questions.Where(question => Contains(question.Scenario))]);

    /// <summary>
    /// The labelled statements of policies that may run in scenarios which are not asked about: that they run in none of those that are says nothing of them.
    /// </summary>
    /// <param name="specs">All specs.</param>
    public ImmutableHashSet<(string Label, string Source)> Elsewhere(IEnumerable<Spec> specs) =>
    [
        .. specs.SelectMany(spec => spec.Scenarios).Where(scenario => !Contains(scenario))
            .SelectMany(scenario => scenario.Expectations).SelectMany(expectation => expectation.Rows).Select(row => row.Policy.Policy).Distinct()
            .SelectMany(LabelledStatement.Of).Select(statement => (statement.Label, statement.Span.ToString())),
    ];

    /// <summary>Reports that there is none of them.</summary>
    public void ReportNoMatch(IReadOnlyList<Spec> specs, ICollection<Diagnostic> diagnostics)
    {
        var titles = specs.SelectMany(spec => spec.Scenarios).Select(scenario => scenario.Name).ToList();
        if (Text is not null && titles.Count > 0 && !titles.Exists(Contains))
        {
            diagnostics.Add(CliDiagnostics.NoMatch.Of(
                $"no scenario has '{Text}' in its title",
                $"titles: {string.Join(", ", titles.Take(8).Select(title => $"'{title}'"))}{(titles.Count > 8 ? $" and {titles.Count - 8} others" : "")}"));
        }
    }
}
