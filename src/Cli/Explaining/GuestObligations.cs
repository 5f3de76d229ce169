using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Cli.Explaining;

/// <summary>The guest's side of the contract: what software owes, so that the architecture promises it fresh instructions.</summary>
/// <remarks>G1 to G5 of docs/model.md, Guest obligations; Arm ARM B2.7.4.2, D7.5.</remarks>
internal static class GuestObligations
{
    /// <summary>The obligation that an operation of a guest's program is part of.</summary>
    public static string Of(Vcpu vcpu, OperationStmt operation) => operation.Operation.Kind switch
    {
        OperationKind.CleanToPoC or OperationKind.CleanInvalidateToPoC => "G3 (code that will run with its MMU off is cleaned to the PoC)",
        OperationKind.InvalidateInstructionAll when operation.Operation.Scope == OperationScope.Local && WritesMmu(vcpu) =>
            "G2 (who turns its MMU on invalidates its own I-cache)",
        OperationKind.InvalidateInstructionAll when operation.Operation.Scope == OperationScope.Local =>
            "G5 (local maintenance reaches the PE where the vCPU then runs)",
        OperationKind.InvalidateTranslations => "G4 (TLB maintenance)",
        _ => "G1 (new code is cleaned, invalidated and synchronised)",
    };

    private static bool WritesMmu(Vcpu vcpu) => vcpu.TogglesMmu
        || (vcpu.Program is { } program && program.OfType<OperationStmt>().Any(statement => statement.Operation.Kind == OperationKind.WriteSystemRegister));
}
