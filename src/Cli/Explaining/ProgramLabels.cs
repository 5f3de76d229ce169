using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model;
using CoherenceCheck.Model.Cells;

namespace CoherenceCheck.Cli.Explaining;

/// <summary>The labelled operations of programs and tasks that can be asked for, like those of a policy, whether they are needed.</summary>
/// <remarks>
/// Where a property compares with bare metal, a guest is promised what its own maintenance asks for: without it less is promised, and that it holds then
/// says nothing of need. So operations of guests' programs are asked for only where somebody publishes, which is a promise that does not hang on them;
/// an ISB there is the reader's half of it, and asked for only where the promise takes pipelines in (<c>publish … now</c>).
/// </remarks>
internal static class ProgramLabels
{
    /// <summary>Each label with its text and whose it is; what is left out already is not there.</summary>
    public static IEnumerable<(string Label, string Text)> Of(Scenario scenario, string property, EditedPolicy policy)
    {
        var isPromise = PropertyTable.Find(property) is { IsPromise: true };
        var bodies = scenario.Tasks.Select(task => (task.Name, task.Body, IsGuest: false)).ToList();
        var published = scenario.Tasks.SelectMany(task => task.Body).Concat(scenario.Vcpus.SelectMany(vcpu => vcpu.Program ?? [])).SelectMany(ScenarioModel.StatementsOf).OfType<PublishStmt>().ToList();
        var programs = scenario.Vcpus.Select(vcpu => (vcpu.Name, Body: vcpu.Program ?? [], IsGuest: true)).ToList();
        if (!isPromise || published.Count > 0)
        {
            bodies.AddRange(programs);
        }

        // What is promised from now on waits for nobody's synchronisation.
        var isReadersHalf = isPromise && published.TrueForAll(publish => publish.Form != PublishForm.Now);
        return bodies.SelectMany(body => Left(body.Body, policy.Without)
            .Where(statement => OperationsOf(statement) is { Count: > 0 } operations && operations.TrueForAll(operation => IsAskedFor(operation, body.IsGuest && isReadersHalf)))
            .SelectMany(statement => (IsLabelled(statement) ? [(statement.Label!, PolicyLabels.TextOf(statement))] : Enumerable.Empty<(string Label, string Text)>()).Concat(PolicyLabels.Operands(statement)))
            .Select(part => (part.Label, $"{part.Text} ({body.Name})")))
            .Where(part => !policy.Without.Contains(part.Label));
    }

    private static bool IsAskedFor(Stmt statement, bool isReader) => statement is not OperationStmt operation || operation.Operation.Kind switch
    {
        OperationKind.Store or OperationKind.Load or OperationKind.Execute or OperationKind.WriteSystemRegister => false,
        OperationKind.InstructionSynchronizationBarrier => !isReader,
        _ => true,
    };

    /// <summary>Operations, and interrupts of others.</summary>
    private static List<Stmt> OperationsOf(Stmt statement) => [.. ScenarioModel.StatementsOf(statement).Where(PolicyLabels.IsOperation)];

    /// <summary>Whether the author gave it a label.</summary>
    private static bool IsLabelled(Stmt statement) => statement.Label is { } label && !OpenScenario.IsGiven(label);

    /// <summary>The statements outside of what is left out.</summary>
    private static IEnumerable<Stmt> Left(ImmutableArray<Stmt> body, IReadOnlySet<string> without) => body
        .Where(statement => statement.Label is not { } label || !without.Contains(label))
        .SelectMany(statement => statement.Bodies.SelectMany(inner => Left(inner, without)).Prepend(statement));
}
