using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Systems;

namespace CoherenceCheck.Model.Questions;

/// <summary>Stores of new code that no DSB completes before something relies on them. The in-order PE makes stores at once, so no verdict can hang on that; hardware's can.</summary>
/// <remarks>Arm ARM B2.7.4.2: the DSB makes the store visible, where CTR_EL0.IDC makes its clean needless, too. Statements are looked at in the order in which they are written.</remarks>
public static class OpenStores
{
    /// <summary>The first store of each program and task, with what relies on it, in a text.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="without">The labels that are left out, or said to be needless.</param>
    public static IEnumerable<(string Owner, string Store, string Before)> In(Scenario scenario, IReadOnlySet<string> without)
    {
        var bodies = scenario.Vcpus.Where(vcpu => vcpu.Program is not null).Select(vcpu => (vcpu.Name, vcpu.Program!.Value))
            .Concat(scenario.Tasks.Select(task => (task.Name, task.Body)));
        foreach (var (owner, body) in bodies)
        {
            OperationStmt? open = null;
            foreach (var statement in Kept(body, without))
            {
                if (open is not null && ReliesOn(statement, open))
                {
                    yield return (owner, open.Text, statement.Text);
                    break;
                }

                open = statement switch
                {
                    OperationStmt { Operation.Kind: OperationKind.Store } store when IsCode(scenario, store) => store,
                    OperationStmt { Operation: { Kind: OperationKind.DataSynchronizationBarrier } dsb } when dsb.Access != BarrierAccess.Loads => null,
                    _ => open,
                };
            }
        }
    }

    private static IEnumerable<Stmt> Kept(ImmutableArray<Stmt> body, IReadOnlySet<string> without) => body
        .Where(statement => statement.Label is null || !without.Contains(statement.Label))
        .SelectMany(statement => Statements.Children(statement).SelectMany(inner => Kept(inner, without)).Prepend(statement));

    // Caches answer a clean after the store: it is ordered behind it without a barrier.
    private static bool ReliesOn(Stmt statement, OperationStmt store) => statement switch
    {
        OperationStmt { Operation.Kind: OperationKind.InvalidateInstructionLine or OperationKind.Execute } operation => operation.Line == store.Line,
        OperationStmt { Operation.Kind: OperationKind.InvalidateInstructionAll or OperationKind.InstructionSynchronizationBarrier } or KickStmt => true,
        PublishStmt publish => publish.Lines.Contains(store.Line!.Value),
        _ => false,
    };

    private static bool IsCode(Scenario scenario, OperationStmt store) =>
        scenario.Vms.SelectMany(vm => vm.Pages).Any(page => page.Executable && page.Frame.Lines.Any(line => line.Number == store.Line));
}
