using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Pe;

/// <summary>Who handles what takes a pCPU from a guest to the host in the middle of an instruction.</summary>
internal abstract class Faults
{
    /// <summary>Whether the policy has handlers of stage-2 faults. Without them an access that faults is tried for ever: it waits.</summary>
    public abstract bool AreHandled { get; }

    /// <summary>A stage-2 fault of a vCPU on a pCPU: the instruction is not executed.</summary>
    /// <param name="p">The pCPU.</param>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="page">The page, by its number among all.</param>
    /// <param name="access">What the access was, one of <see cref="Language.Vocabulary.HookTable.Accesses"/>.</param>
    /// <param name="kind">Why it faults, one of <see cref="Language.Vocabulary.HookTable.FaultKinds"/>.</param>
    public abstract IEnumerable<Statement> Raise(Expr p, Expr vcpu, int page, string access, string kind);
}

/// <summary>Those of a host that is made later.</summary>
/// <param name="host">The host.</param>
internal sealed class LateFaults(Func<Faults> host) : Faults
{
    /// <inheritdoc/>
    public override bool AreHandled => host().AreHandled;

    /// <inheritdoc/>
    public override IEnumerable<Statement> Raise(Expr p, Expr vcpu, int page, string access, string kind) => host().Raise(p, vcpu, page, access, kind);
}
