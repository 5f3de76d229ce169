using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;

namespace CoherenceCheck.Cli.Explaining;

/// <summary>What to explain.</summary>
/// <param name="Scenario">A part of the scenario's title, or <see langword="null"/> for all.</param>
/// <param name="Policy">The policy as rows name it, or <see langword="null"/> for all.</param>
/// <param name="Minimize">Whether to find out which sets of operations are enough on which hardware.</param>
internal sealed record ExplainFilter(string? Scenario, string? Policy, bool Minimize = false)
{
    /// <summary>The settled readings that are asked about, too.</summary>
    public ImmutableHashSet<string> Opened { get; init; } = [];

    /// <summary>The scenarios that are asked about.</summary>
    public IEnumerable<Scenario> ScenariosOf(Spec spec) =>
        spec.Scenarios.Where(scenario => Scenario is not { } text || scenario.Name.Contains(text, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a policy is one with a name, not a mutant, which is there for its verdict.</summary>
    public static bool IsNamed(EditedPolicy policy) => !policy.Text.Contains(' ', StringComparison.Ordinal);

    /// <summary>The filter with the policy's whole text, where a part of it was given that no other has; with a diagnostic where there is none, or more than one.</summary>
    public ExplainFilter In(Spec spec, List<Diagnostic> diagnostics)
    {
        var known = ScenariosOf(spec).SelectMany(scenario => scenario.Expectations).SelectMany(expectation => expectation.Rows)
            .Select(row => row.Policy.Text).Distinct(StringComparer.Ordinal).ToList();
        if (Policy is not { } text || known.Count == 0 || known.Contains(text))
        {
            return this;
        }

        var found = known.FindAll(policy => policy.Contains(text, StringComparison.OrdinalIgnoreCase));
        if (found is [var only] && text.Length > 0)
        {
            return this with { Policy = only };
        }

        var rest = found.Count > 1 ? found : known;
        diagnostics.Add(CliDiagnostics.NoMatch.Of(
            found.Count > 1 ? $"--policy '{text}' is a part of {found.Count} policies of '{spec.Path}'"
                : $"'{spec.Path}' has nothing that matches {(Scenario is { } scenario ? $"--scenario '{scenario}' and " : "")}--policy '{text}'",
            $"a policy is named as its rows do, or by a part that no other has: {string.Join(", ", rest.Select(policy => $"'{policy}'"))}"));
        return this;
    }
}
