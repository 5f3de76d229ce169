using System.IO.Hashing;
using System.Text;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Explorer;
using CoherenceCheck.Explorer.Reductions;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Tests.Support;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests.House;

/// <summary>What a scenario comes to, in lines that tell every change of a system: its classes by their fingerprints, which of them have the same frozen values, and the structural hash of each bound system.</summary>
internal static class SystemRecord
{
    private const int Largest = 20_000;

    /// <summary>The lines of a scenario as it is: a line for each class of each policy of its rows.</summary>
    public static IEnumerable<string> Of(Scenario scenario)
    {
        foreach (var (edited, model, classes) in Policies(scenario, allSwitchable: false))
        {
            foreach (var (cell, number) in classes.CellsIn(classes.Legal).Select((cell, number) => (cell, number)))
            {
                var bound = Binder.Bind(model.System, model.Freeze(cell).Values);
                yield return $"{edited}: class {number}, {cell.Where.Count} of {cell.Where.Fingerprint:x16}: {StructuralHash.Of(bound)}";
            }
        }
    }

    /// <summary>
    /// States, transitions and depth of each class whose search is small, and states where symmetry and slicing are used: they stay the same where a change
    /// puts the same machine differently, and no less is found to be equal.
    /// </summary>
    public static IEnumerable<string> CountsOf(Scenario scenario)
    {
        // Deadlock is no property of a system.
        foreach (var (edited, model, classes) in Policies(scenario, allSwitchable: false).Where(row => row.Model.Scenario.Asked != "deadlock"))
        {
            var compiled = CompiledSystem.Compile(model.System);
            foreach (var cell in classes.CellsIn(classes.Legal))
            {
                var found = Find(Reduction.None);
                var counts = found.Verdict == Verdict.Undecided ? "large" : $"{found.Verdict} {found.States} {found.Transitions} {found.Depth}, reduced {Find(Reduction.Symmetry).States} {Find(Reduction.Slicing).States}";
                yield return $"{edited}: {cell.Where.Fingerprint:x16}: {counts}";

                Exploration Find(Reduction reductions) => Search.Run(
                    compiled, model.Freeze(cell).Values, SearchRequest.For(model.Scenario.Asked ?? "fresh_fetch") with { Limits = new SearchLimits(Largest), Reductions = reductions }, TestContext.Current.CancellationToken);
            }
        }
    }

    /// <summary>The lines of a scenario with everything open that it does not say, as <c>explain</c> and <c>minimize</c> ask: a line for each policy.</summary>
    public static IEnumerable<string> OfOpen(Scenario scenario)
    {
        foreach (var (edited, model, classes) in Policies(OpenScenario.WithProgramLabels(OpenScenario.Of(scenario)), allSwitchable: true))
        {
            var cells = classes.CellsIn(classes.Legal).ToList();
            var keys = cells.Select(cell => model.Freeze(cell).Key).ToList();
            var alike = keys.Select(key => keys.IndexOf(key));
            var hash = XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(string.Join(' ', cells.Zip(alike, (cell, first) => $"{cell.Where.Fingerprint:x16} {first}"))));
            yield return $"{edited}: {classes.Classes.Length} classes, {keys.Distinct(StringComparer.Ordinal).Count()} different: {hash:x32}; unbound {StructuralHash.Of(WithoutFrozen(model.System))}";
        }
    }

    /// <summary>The order in which frozen variables are declared is no part of any bound system.</summary>
    private static TransitionSystem WithoutFrozen(TransitionSystem system) => system with
    {
        Sorts = [.. system.Sorts.OrderBy(sort => sort.Name, StringComparer.Ordinal)],
        Variables = [.. system.Variables.Where(variable => variable.Role != Role.Frozen), .. system.Variables.Where(variable => variable.Role == Role.Frozen).OrderBy(variable => variable.Name, StringComparer.Ordinal)],
    };

    private static IEnumerable<(string Edited, ScenarioModel Model, CellClasses Classes)> Policies(Scenario scenario, bool allSwitchable)
    {
        var diagnostics = new List<Diagnostic>();
        if (!CellPlan.CanBeCounted(scenario, diagnostics))
        {
            yield break;
        }

        var models = new Dictionary<Policy, ScenarioModel?>(ReferenceEqualityComparer.Instance);
        var decisions = new AttributeDecisions(new Enumerator());
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (expectation, row) in scenario.Expectations.SelectMany(expectation => expectation.Rows.Select(row => (expectation, row))))
        {
            // Where accesses go by address, what is modelled hangs on the property, and tasks may call what is the policy's.
            var isByAddress = ScenarioModel.Asking(scenario, expectation.Property).Asked is not null;
            var asked = isByAddress ? ScenarioModel.Asking(row.Policy.In(scenario), expectation.Property) : scenario;
            if (isByAddress || !models.TryGetValue(row.Policy.Policy, out var model))
            {
                models[row.Policy.Policy] = model = ScenarioModel.Build(asked, row.Policy.Policy, diagnostics, allSwitchable);
            }

            foreach (var without in row.Needless.IsEmpty ? [row.Policy.Without] : new[] { row.Policy.Without, row.Policy.Without.Union(row.Needless) })
            {
                var edited = $"{(isByAddress ? expectation.Property + ": " : "")}{row.Policy.Text} less {string.Join(' ', without)}";
                if (model is not null && seen.Add(edited))
                {
                    yield return (edited, model, new CellClasses(model, row.Policy, without, decisions));
                }
            }
        }
    }
}
