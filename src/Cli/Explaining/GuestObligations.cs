using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model;

namespace CoherenceCheck.Cli.Explaining;

/// <summary>The guest's side of the contract: what software owes, so that the architecture promises it fresh instructions.</summary>
/// <remarks>G1 to G5 of docs/model.md, Guest obligations; Arm ARM B2.7.4.2, D7.5.</remarks>
internal static class GuestObligations
{
    /// <summary>The obligation that an operation of a guest's program is part of.</summary>
    /// <param name="vcpu">Whose program it is; <see langword="null"/> for a task of the host, which owes the guest what it publishes.</param>
    /// <param name="operation">The operation.</param>
    public static string Of(Vcpu? vcpu, OperationStmt operation) => operation.Operation.Kind switch
    {
        _ when vcpu is null => "the host's part",
        OperationKind.CleanToPoC or OperationKind.CleanInvalidateToPoC => "G3 (code that will run with its MMU off is cleaned to the PoC)",
        OperationKind.InvalidateInstructionAll when operation.Operation.Scope == OperationScope.Local && WritesMmu(vcpu) =>
            "G2 (who turns its MMU on invalidates its own I-cache)",
        OperationKind.InvalidateInstructionAll when operation.Operation.Scope == OperationScope.Local =>
            "G5 (local maintenance reaches the PE where the vCPU then runs)",
        OperationKind.InvalidateTranslations => "G4 (TLB maintenance)",
        OperationKind.Store or OperationKind.Load or OperationKind.Execute or OperationKind.CleanToPoU or OperationKind.InvalidateInstructionLine
            or OperationKind.InvalidateInstructionAll or OperationKind.DataSynchronizationBarrier or OperationKind.DataMemoryBarrier
            or OperationKind.InstructionSynchronizationBarrier or OperationKind.WriteSystemRegister => "G1 (new code is cleaned, invalidated and synchronised)",
        var other => throw new InvalidOperationException($"No obligation is known for {other}."),
    };

    private static bool WritesMmu(Vcpu vcpu) => vcpu.TogglesMmu
        || (vcpu.Program is { } program && program.SelectMany(ScenarioModel.StatementsOf).OfType<OperationStmt>().Any(statement => statement.Operation.Kind == OperationKind.WriteSystemRegister));
}
