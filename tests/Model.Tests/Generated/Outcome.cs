using System.Text.RegularExpressions;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Explorer;
using CoherenceCheck.Explorer.Reductions;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Tests.Support;

namespace CoherenceCheck.Model.Tests.Generated;

/// <summary>What came of a spec: why it was refused, or what its cells come to.</summary>
internal abstract partial record Outcome
{
    private Outcome()
    {
    }

    /// <summary>The spec, or its model, was refused.</summary>
    /// <param name="Errors">The diagnostics.</param>
    public sealed record Refused(IReadOnlyList<Diagnostic> Errors) : Outcome
    {
        public bool IsTooLarge => Errors.Any(error => error.Code == "CC0601");

        public bool HasPlaces => Errors.All(error => error.Span is not null && error.Code.Length > 0);

        public override string ToString() => "refused: " + string.Join(" | ", Errors.Select(error => error.ToString()));
    }

    /// <summary>A search of some cell hit its limit, or there are too many cells: nothing is known.</summary>
    public sealed record TooLarge : Outcome;

    /// <summary>An exception.</summary>
    /// <param name="Exception">The exception.</param>
    public sealed partial record Broken(Exception Exception) : Outcome
    {
        /// <summary>The type and message without the names and numbers in it: the same for the same fault.</summary>
        public string Kind => $"{Exception.GetType().Name}: {Particulars().Replace(Exception.Message.Split('\n', ';')[0], "…")}";

        public override string ToString() => $"{Exception.GetType().Name}: {Exception.Message.Split('\n')[0]}";

        [GeneratedRegex(@"'[^']*'|\d+", RegexOptions.None, 1000)]
        private static partial Regex Particulars();
    }

    /// <summary>How many configurations came to which result. It does not matter how cells stand for them.</summary>
    /// <param name="Results">The results in order.</param>
    public sealed record Explored(IReadOnlyList<(string Result, long Configurations)> Results) : Outcome
    {
        /// <summary>What was found, without how large it was.</summary>
        public string Verdicts => string.Join(' ', Results.GroupBy(result => result.Result.Split(',')[0], StringComparer.Ordinal)
            .Select(group => $"{group.Sum(result => result.Configurations)} x {group.Key}").Order(StringComparer.Ordinal));

        public bool Equals(Explored? other) => other is not null && Results.SequenceEqual(other.Results);

        public override int GetHashCode() => Results.Count;

        public override string ToString() => string.Join("; ", Results.Select(result => $"{result.Configurations} x {result.Result}"));
    }

    private const int Largest = 20_000;

    private const int MostCells = 6;

    /// <summary>Searches the cells of the one row of a spec.</summary>
    public static Outcome Of(string text, Func<Exploration, string> describe, Reduction reductions = Reduction.None, bool asksCovers = false)
    {
        try
        {
            var loaded = Specs.TryLoad(text);
            return loaded.Spec is null
                ? new Refused([.. loaded.Diagnostics.Where(diagnostic => diagnostic.Severity == Severity.Error)])
                : Search(loaded.Spec.Scenarios[0], describe, reductions, asksCovers);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new Broken(e);
        }
    }

    /// <summary>Verdict, states, transitions and depth.</summary>
    public static string Sizes(Exploration result) =>
        $"{result.Verdict} {result.Violation}, {result.States} states, {result.Transitions} transitions, depth {result.Depth}";

    private static Outcome Search(Scenario scenario, Func<Exploration, string> describe, Reduction reductions, bool asksCovers)
    {
        var diagnostics = new List<Diagnostic>();
        var models = new Dictionary<Policy, ScenarioModel>();
        var plan = new CellPlan(new AttributeDecisions(new Enumerator()), (scenario, policy) =>
            models.TryGetValue(policy, out var known) ? known : ScenarioModel.Build(scenario, policy, diagnostics) is { } built ? models[policy] = built : null);
        var expectation = scenario.Expectations[0];
        var rows = plan.Of(scenario, expectation, diagnostics, TestContext.Current.CancellationToken);
        if (diagnostics.Where(diagnostic => diagnostic.Severity == Severity.Error).ToList() is { Count: > 0 } errors)
        {
            return new Refused(errors);
        }

        var results = new List<(string Result, long Configurations)>();
        var row = Assert.Single(rows);
        if (row.Cells.Length > MostCells)
        {
            return new TooLarge();
        }

        var model = models[row.Row.Policy.Policy];
        var compiled = CompiledSystem.Compile(model.System);
        foreach (var cell in row.Cells)
        {
            var request = new SearchRequest(
                expectation.Property == "deadlock" ? null : expectation.Property,
                asksCovers ? model.Covers : [],
                expectation.Property == "deadlock",
                new SearchLimits(Largest))
            { Reductions = reductions };
            var result = Explorer.Search.Run(compiled, model.Freeze(cell).Values, request, TestContext.Current.CancellationToken);
            if (result.Verdict == Verdict.Undecided)
            {
                return new TooLarge();
            }

            results.Add((describe(result), cell.Where.Count));
        }

        return new Explored([.. results.GroupBy(result => result.Result, StringComparer.Ordinal).Select(group => (group.Key, group.Sum(result => result.Configurations))).OrderBy(result => result.Key, StringComparer.Ordinal)]);
    }
}
