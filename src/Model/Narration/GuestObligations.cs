using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Model.Narration;

/// <summary>The guest's side of the contract: what software owes, so that the architecture promises it fresh instructions.</summary>
/// <remarks>G1 to G5 of docs/model.md, Guest obligations; Arm ARM B2.7.4.2, D7.5.</remarks>
public static class GuestObligations
{
    /// <summary>The obligation that an operation of a guest's program is part of, in words.</summary>
    /// <param name="vcpu">Whose program it is; <see langword="null"/> for a task of the host, which owes the guest what it publishes.</param>
    /// <param name="operation">The operation.</param>
    public static string Of(Vcpu? vcpu, Stmt operation) => vcpu is null ? "the host's part" : ObligationOf(operation) switch
    {
        Obligation.NewCode => "G1 (new code is cleaned, invalidated and synchronised)",
        Obligation.LocalMaintenance when !WritesMmu(vcpu) => "G5 (local maintenance reaches the PE where the vCPU then runs)",
        Obligation.LocalMaintenance or Obligation.MmuOn => "G2 (who turns its MMU on invalidates its own I-cache)",
        Obligation.MmuOff => "G3 (code that will run with its MMU off is cleaned to the PoC)",
        Obligation.Translations => "G4 (TLB maintenance)",
        var other => throw new InvalidOperationException($"No words for obligation {other}."),
    };

    private static Obligation ObligationOf(Stmt operation) => operation switch
    {
        OperationStmt statement => statement.Operation.Obligation,

        // It synchronises another, who is to execute what is new.
        KickStmt => Obligation.NewCode,
        _ => throw new InvalidOperationException($"No obligation of {operation.Text}."),
    };

    private static bool WritesMmu(Vcpu vcpu) => vcpu.TogglesMmu
        || (vcpu.Program is { } program && program.SelectMany(ScenarioModel.StatementsOf).OfType<OperationStmt>().Any(statement => statement.Operation.Kind == OperationKind.WriteSystemRegister));
}
