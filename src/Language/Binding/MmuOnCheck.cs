using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Binding;

/// <summary>Finds programs that turn their MMU on and leave C and I at 0, although nobody said so: their accesses stay Non-cacheable, which is seldom meant.</summary>
/// <remarks>
/// C and I that a vCPU does not set are as M at first, and a write of M alone does not change them. Nothing is said where the vCPU sets C or I itself, where the
/// program writes one of them anywhere, and where no access follows.
/// </remarks>
internal static class MmuOnCheck
{
    private const string Mmu = "SCTLR_EL1.M";

    private static readonly string[] Caches = ["SCTLR_EL1.C", "SCTLR_EL1.I"];

    /// <summary>Reports the first such write of a program.</summary>
    public static void Run(ImmutableArray<Stmt> program, ImmutableArray<Axis> settings, string vcpu, DiagnosticBag diagnostics)
    {
        var beginsOff = settings.FirstOrDefault(axis => axis.Name == Mmu) is { Values: ["0"] };
        if (!beginsOff || settings.Any(axis => Caches.Contains(axis.Name)))
        {
            return;
        }

        var operations = new List<OperationStmt>();
        var hasLoop = false;
        Collect(program, operations, ref hasLoop);
        if (operations.Any(one => Caches.Contains(one.Field)))
        {
            return;
        }

        var first = operations.FindIndex(one => one is { Field: Mmu, Value: "1" });
        if (first >= 0 && operations.Skip(hasLoop ? 0 : first).Any(IsAccess))
        {
            diagnostics.ReportCachesStayOff(operations[first].Span, operations[first].Text, vcpu);
        }
    }

    private static bool IsAccess(OperationStmt one) => one.Operation.Kind is OperationKind.Execute or OperationKind.Load or OperationKind.Store;

    private static void Collect(ImmutableArray<Stmt> body, List<OperationStmt> operations, ref bool hasLoop)
    {
        foreach (var statement in body)
        {
            if (statement is OperationStmt operation)
            {
                operations.Add(operation);
            }

            hasLoop |= statement.MayRepeat;
            foreach (var inner in statement.Bodies)
            {
                Collect(inner, operations, ref hasLoop);
            }
        }
    }
}
