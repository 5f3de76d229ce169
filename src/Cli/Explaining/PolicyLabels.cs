using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model;

namespace CoherenceCheck.Cli.Explaining;

/// <summary>The labelled parts of a policy, and of the programs and tasks that run under it.</summary>
internal static class PolicyLabels
{
    /// <summary>What can be left out of a policy: labelled settings, and labelled statements that are or contain an operation; each label with its text.</summary>
    public static IEnumerable<(string Label, string Text)> Removable(EditedPolicy policy, Scenario scenario, string property) =>
        Settings(policy).Concat(Statements(policy, scenario, _ => true)).Where(part => !policy.Without.Contains(part.Label))
            .Concat(ProgramLabels.Of(scenario, property, policy)).DistinctBy(part => part.Label);

    /// <summary>The labelled operations and settings alone; of a block, whose operations have no labels of their own, the block.</summary>
    public static IEnumerable<(string Label, string Text)> Operations(EditedPolicy policy, Scenario scenario, string property) =>
        Settings(policy).Concat(Statements(policy, scenario, statement => statement is OperationStmt || ScenarioModel.StatementsOf(statement).OfType<OperationStmt>().Any(operation => operation.Label is null)))
            .Where(part => !policy.Without.Contains(part.Label)).Concat(ProgramLabels.Of(scenario, property, policy)).DistinctBy(part => part.Label);

    private static IEnumerable<(string Label, string Text)> Settings(EditedPolicy policy) =>
        policy.Policy.Settings.Where(setting => setting.Label is not null).Select(setting => (setting.Label!, $"{setting.Field} = {setting.Value}"));

    private static IEnumerable<(string Label, string Text)> Statements(EditedPolicy policy, Scenario scenario, Func<Stmt, bool> isWanted)
    {
        var all = policy.Policy.Hooks.SelectMany(hook => hook.Body).Concat(ScenarioModel.CalledByTasks(scenario)).SelectMany(ScenarioModel.StatementsOf).ToList();

        // What stands within a statement that is left out already is left out with it.
        var gone = all.Where(statement => statement.Label is { } label && policy.Without.Contains(label)).SelectMany(ScenarioModel.StatementsOf)
            .ToHashSet<Stmt>(ReferenceEqualityComparer.Instance);
        return all.Where(statement => !gone.Contains(statement)).SelectMany(statement =>
            (statement.Label is not null && HasOperation(statement) && isWanted(statement) ? [(statement.Label!, TextOf(statement))] : Enumerable.Empty<(string, string)>())
            .Concat(Operands(statement)));
    }

    private static bool HasOperation(Stmt statement) => ScenarioModel.StatementsOf(statement).Any(IsOperation);

    /// <summary>The labelled operands of a test on which operations hang, or somebody's waiting.</summary>
    public static IEnumerable<(string Label, string Text)> Operands(Stmt statement) => statement.Test is { } test && (statement is not IfStmt || HasOperation(statement))
        ? LabelledExpr.In(test).Select(operand => (operand.Label, operand.Text))
        : [];

    /// <summary>The text of a statement that is or contains operations.</summary>
    public static string TextOf(Stmt statement) => statement switch
    {
        OperationStmt operation => operation.Text,
        IfStmt branch => branch.Text,
        _ => string.Join("; ", ScenarioModel.StatementsOf(statement).Where(IsOperation).Select(operation => operation.Text)),
    };

    /// <summary>Whether a statement does something to the machine: an operation, or an interrupt of a vCPU.</summary>
    public static bool IsOperation(Stmt statement) => statement is OperationStmt or KickStmt;
}
