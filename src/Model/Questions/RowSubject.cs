using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using CoherenceCheck.Attributes.Configurations;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Systems;

namespace CoherenceCheck.Model.Questions;

/// <summary>What a row speaks of, beyond its scenario's question and its own text.</summary>
/// <param name="PolicyDigest">Equal for policies that do the same under the same name, whatever their labels are called.</param>
/// <param name="Statements">
/// The statements that a label of the row means: those of programs and tasks that it leaves out, and all that it claims to be needless.
/// </param>
/// <param name="NeverAsked">Values that the scenario gives to fields or readings and that none of the row's cells has: <c>CTR_EL0.DIC = 1</c>.</param>
public sealed record RowSubject(string PolicyDigest, ImmutableArray<string> Statements, ImmutableArray<string> NeverAsked)
{
    /// <summary>What a row speaks of.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="row">One of its rows.</param>
    /// <param name="cells">The row's cells.</param>
    public static RowSubject Of(Scenario scenario, ExpectationRow row, ConfigurationSet cells)
    {
        var text = new CanonicalText(scenario);
        var dimensions = cells.Space.Dimensions;
        return new RowSubject(
            Digest(PolicyLines(scenario, row, text)),
            [
                .. row.Policy.Without.SelectMany(label => InPrograms(scenario, label, text)).Select(statement => $"without {statement}").Order(StringComparer.Ordinal),
                .. row.Policy.Programs is null ? Enumerable.Empty<string>() : Programs(scenario, text).Order(StringComparer.Ordinal),
                .. row.Needless.Select(label => $"needless {InPrograms(scenario, label, text).FirstOrDefault() ?? InPolicy(row, label, text)}").Order(StringComparer.Ordinal),
            ],
            [
                .. dimensions.SelectMany((dimension, number) => dimension.Values
                    .Where((_, value) => (cells & cells.Space.Where(number, 1UL << value)).IsEmpty)
                    .Select(value => $"{dimension.Name} = {value}")).Order(StringComparer.Ordinal),
            ]);
    }

    private static IEnumerable<string> InPrograms(Scenario scenario, string label, CanonicalText text) => scenario.Vcpus
        .Select(vcpu => (vcpu.Name, Body: vcpu.Program ?? []))
        .Concat(scenario.Tasks.Select(task => (task.Name, task.Body)))
        .Select(agent => (agent.Name, agent.Body, Own: agent.Body.SelectMany(statement => statement.WithInner()).ToList()))
        .SelectMany(agent => agent.Own.Exists(statement => statement.Label == label) ? [$"{agent.Name}: {text.Numbered(agent.Body, label)}"] : agent.Own.SelectMany(statement => OperandsOf(statement, label, text)).Select(operand => $"{agent.Name}: {operand}"));

    /// <summary>All programs and tasks, of a row that edits some of them.</summary>
    private static IEnumerable<string> Programs(Scenario scenario, CanonicalText text) => scenario.Vcpus
        .Select(vcpu => (vcpu.Name, Body: vcpu.Program ?? []))
        .Concat(scenario.Tasks.Select(task => (task.Name, task.Body)))
        .Select(agent => $"edited {agent.Name}: {string.Join(" ; ", text.Lines(agent.Body.Select(CanonicalText.AsWritten)).Select(line => line.Trim()))}");

    private static string InPolicy(ExpectationRow row, string label, CanonicalText text) => row.Policy.Policy.Settings
        .Where(setting => setting.Label == label).Select(setting => $"'{setting.Field} = {setting.Value}'")
        .Concat(row.Policy.Policy.Hooks.Select(hook => hook.Body).Concat(row.Policy.Policy.Procedures.Select(procedure => procedure.Body)).SelectMany(body => Labelled(body, label)).Select(statement => $"'{text.InOneLine(statement)}'"))
        .Concat(row.Policy.Policy.Hooks.Select(hook => hook.Body).Concat(row.Policy.Policy.Procedures.Select(procedure => procedure.Body)).SelectMany(body => Operands(body, label, text)))
        .First();

    private static IEnumerable<string> Operands(ImmutableArray<Stmt> body, string label, CanonicalText text) => Systems.Statements.Descend(body)
        .SelectMany(statement => OperandsOf(statement, label, text));

    private static IEnumerable<string> OperandsOf(Stmt statement, string label, CanonicalText text) => statement.Test is { } test
        ? LabelledExpr.In(test).Where(operand => operand.Label == label).Select(operand => $"'{text.Of(operand.Operand)}' of '{text.Of(test)}'")
        : [];

    private static IEnumerable<Stmt> Labelled(ImmutableArray<Stmt> body, string label) => Systems.Statements.Descend(body).Where(statement => statement.Label == label);

    /// <summary>A policy as the row edits it: its name, settings, state and handlers.</summary>
    private static IEnumerable<string> PolicyLines(Scenario scenario, ExpectationRow row, CanonicalText text)
    {
        var policy = row.Policy.Policy;
        string Mark(Stmt statement) => statement.Label is not { } label ? ""
            : $"{(row.Policy.Without.Contains(label) ? "off " : "")}{(row.Needless.Contains(label, StringComparer.Ordinal) ? "needless " : "")}";
        foreach (var left in row.Policy.Without.Union(row.Needless).SelectMany(label => policy.Hooks.Select(hook => hook.Body).Append([.. ScenarioModel.CalledByTasks(scenario)]).SelectMany(body => Operands(body, label, text)).Select(operand => $"{(row.Policy.Without.Contains(label) ? "off" : "needless")} {operand}")).Order(StringComparer.Ordinal))
        {
            yield return left;
        }

        yield return row.Policy.Text.Split(' ')[0] + (policy.IsBareMetal ? " without a host" : "");
        foreach (var setting in Configuration.SettingsOf(row.Policy, row.Policy.Without).GroupBy(setting => setting.Field, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            yield return $"{setting.Key} = {setting.Last().Value}{(setting.Last().Label is { } label && row.Needless.Contains(label, StringComparer.Ordinal) ? " needless" : "")}";
        }

        foreach (var state in policy.States.OrderBy(state => state.Name, StringComparer.Ordinal))
        {
            yield return $"state {state.Name}[{string.Join(", ", state.Index)}] : {CanonicalText.Of(state.Type)} = {text.Of(state.Initial)}";
        }

        foreach (var held in policy.Locks.OrderBy(held => held.Name, StringComparer.Ordinal))
        {
            yield return $"lock {held.Name}[{string.Join(", ", held.Index)}]{(held.Sleeps ? " sleeps" : "")}";
        }

        foreach (var procedure in ScenarioModel.CallsOfTasks(scenario).Select(call => call.Procedure).DistinctBy(procedure => procedure.Name).OrderBy(procedure => procedure.Name, StringComparer.Ordinal))
        {
            yield return $"proc {procedure.Name}({string.Join(", ", procedure.Parameters.Select(parameter => parameter.Name))})";
            foreach (var line in text.Lines(procedure.Body, Mark, depth: 1))
            {
                yield return line;
            }
        }

        // Handlers of one event run in the order of the text; those of different events have none.
        foreach (var hook in policy.Hooks.OrderBy(hook => hook.Event))
        {
            yield return $"on {hook.Event}({string.Join(", ", hook.Parameters.Select(parameter => parameter.Name))})";
            foreach (var line in text.Lines(hook.Body, Mark, depth: 1))
            {
                yield return line;
            }
        }
    }

    private static string Digest(IEnumerable<string> lines) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))).AsSpan(0, 16));
}
