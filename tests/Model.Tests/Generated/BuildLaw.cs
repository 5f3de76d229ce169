using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Explorer;
using CoherenceCheck.Generated;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Tests.Support;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests.Generated;

/// <summary>The law of building: what binds is built for every row, well-formed before and after its cells are bound, and compiled; or it is refused with a place. Its machine looks at no ghost.</summary>
/// <param name="Spec">The spec.</param>
internal sealed record BuildLaw(SpecTree Spec) : ILawCase<BuildLaw>
{
    public string Text => Spec.ToString();

    public Comparison Compare()
    {
        try
        {
            var loaded = Specs.TryLoad(Text);
            return loaded.Spec is { } spec ? Build(spec.Scenarios[0]) : Refused(loaded.Diagnostics);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            var broken = new Outcome.Broken(e);
            return new Comparison(Compared.Differ, broken.Kind, $"{broken}\n{e.StackTrace?.Split('\n')[0]}\n");
        }
    }

    public BuildLaw Shrink(string what) => new(Shrinker.Shrink(Spec, smaller => new BuildLaw(smaller).Compare() is { Result: Compared.Differ } comparison && comparison.What == what));

    private static Comparison Build(Scenario scenario)
    {
        var diagnostics = new List<Diagnostic>();
        var models = new Dictionary<Policy, ScenarioModel?>(ReferenceEqualityComparer.Instance);
        var plan = new CellPlan(new AttributeDecisions(new Enumerator()), (of, policy) =>
            models.TryGetValue(policy, out var known) ? known : models[policy] = ScenarioModel.Build(of, policy, diagnostics));
        var found = new List<string>();
        foreach (var row in scenario.Expectations.SelectMany(expectation => plan.Of(scenario, expectation, diagnostics, TestContext.Current.CancellationToken)))
        {
            var model = models[row.Row.Policy.Policy]!;
            foreach (var cell in row.Cells.Concat(row.NeedlessCells).Take(2))
            {
                found.AddRange(WellFormedness.Check(Binder.Bind(model.System, model.Freeze(cell).Values)).Select(problem => $"a bound cell is not well-formed: {problem}"));
            }
        }

        foreach (var (policy, built) in models)
        {
            if (built is not { } model)
            {
                continue;
            }

            CompiledSystem.Compile(model.System);
            found.AddRange(GhostReads.Of(model.System));

            // As `minimize` builds it.
            if (ScenarioModel.Build(scenario, policy, diagnostics, allSwitchable: true) is { } switchable)
            {
                found.AddRange(WellFormedness.Check(switchable.System).Select(problem => $"not well-formed: {problem}"));
                found.AddRange(GhostReads.Of(switchable.System));
            }
        }

        return found.Count > 0 ? new Comparison(Compared.Differ, "a system that must not be", string.Join('\n', found.Distinct(StringComparer.Ordinal)) + "\n")
            : diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error) ? Refused(diagnostics)
            : new Comparison(Compared.Equal, "", "");
    }

    private static Comparison Refused(IEnumerable<Diagnostic> diagnostics)
    {
        var refused = new Outcome.Refused([.. diagnostics.Where(diagnostic => diagnostic.Severity == Severity.Error)]);
        return refused.HasPlaces ? new Comparison(Compared.BothRefused, refused.Errors[0].Code, "") : new Comparison(Compared.Differ, "refused without a place", refused + "\n");
    }
}
