using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Systems;

namespace CoherenceCheck.Model.Questions;

/// <summary>Operations on which no verdict about a property can hang: a row that is about them alone says nothing.</summary>
public static class NotJudged
{
    /// <summary>The labels of a row's edits and claims that stand on nothing that its property judges, each with the operations.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="row">One of its rows.</param>
    /// <param name="property">The row's property.</param>
    public static ImmutableArray<(string Label, string Operations)> Of(Scenario scenario, ExpectationRow row, string property)
    {
        var touched = row.Policy.Touched.Select(statement => statement.Label!).Concat(row.Policy.Without).Concat(row.Needless);
        return [.. touched.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(label => (label, Operations: Operations(
                StatementsOf(row.Policy.In(scenario), row.Policy, label).Concat(row.Policy.Touched.Where(statement => statement.Label == label)), property, Translates(row.Policy.In(scenario), row.Policy, property))))
            .Where(pair => pair.Operations is not null).Select(pair => (pair.label, pair.Operations!))];
    }

    /// <summary>The operations of a label, where the property judges none of them and the label stands on nothing else that has an effect; else <see langword="null"/>.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="label">The label.</param>
    /// <param name="property">The property.</param>
    public static string? Of(Scenario scenario, EditedPolicy policy, string label, string property) =>
        Operations(StatementsOf(scenario, policy, label), property, Translates(scenario, policy, property));

    /// <summary>The agents of a scenario whose alphabet or program has operations that a property does not judge, each with these; barriers of memory aside, which every alphabet of barriers has.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="property">The property.</param>
    public static IEnumerable<(string Vcpu, string Operations)> InGuests(Scenario scenario, string property)
    {
        var rows = scenario.Expectations.Where(expectation => expectation.Property == property).SelectMany(expectation => expectation.Rows);
        var translates = rows.Any(row => Translates(row.Policy.In(scenario), row.Policy, property));
        foreach (var vcpu in scenario.Vcpus)
        {
            var operations = vcpu.Program is { } program ? Statements.Descend(program).OfType<OperationStmt>().Select(statement => statement.Operation) : vcpu.Alphabet;
            var names = operations.Where(operation => operation.Kind != OperationKind.DataMemoryBarrier && !IsJudged(operation, property, translates))
                .Select(operation => operation.Name).Distinct(StringComparer.Ordinal).ToList();
            if (names.Count > 0)
            {
                yield return (vcpu.Name, string.Join(", ", names));
            }
        }
    }

    /// <summary>Where translations change, a verdict about what is fetched hangs on TLBIs too, and on loads, which may bring a page in by their fault.</summary>
    private static bool IsJudged(Operation operation, string property, bool translates) =>
        translates || PropertyTable.Find(property)?.NotJudged.Contains(operation.Kind) != true;

    private static bool Translates(Scenario scenario, EditedPolicy policy, string property) => Aspect.Of(Aspect.Asking(scenario, property), policy.Policy) is { Translates: true };

    private static IEnumerable<Stmt> StatementsOf(Scenario scenario, EditedPolicy policy, string label) => policy.Policy.Statements()
        .Concat(scenario.Vcpus.SelectMany(vcpu => vcpu.Program ?? []).Concat(scenario.Tasks.SelectMany(task => task.Body)).SelectMany(statement => statement.WithInner()))
        .Where(statement => statement.Label == label);

    private static string? Operations(IEnumerable<Stmt> labelled, string property, bool translates)
    {
        var all = Statements.Descend([.. labelled]).ToList();
        var operations = all.OfType<OperationStmt>().ToList();
        return operations.Count > 0 && operations.TrueForAll(statement => !IsJudged(statement.Operation, property, translates)) && all.TrueForAll(statement => statement is OperationStmt or BlockStmt or RepeatStmt or AtomicStmt or CallStmt)
            ? string.Join(", ", operations.Select(statement => statement.Text).Distinct(StringComparer.Ordinal))
            : null;
    }
}
