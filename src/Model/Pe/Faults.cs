using CoherenceCheck.Language.Vocabulary;
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

    /// <summary>How maintenance of a guest traps; <see langword="null"/> where no handler asks for it.</summary>
    public abstract Trap? TrapOf(Operation operation);

    /// <summary>What is known of maintenance that has trapped.</summary>
    public abstract TrappedMaintenance Maintenance { get; }

    /// <summary>Maintenance of a vCPU traps on a pCPU: the host takes over, and the vCPU goes on behind it.</summary>
    /// <param name="hookEvent">The event.</param>
    /// <param name="p">The pCPU.</param>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="access">The instruction, its ASID named.</param>
    /// <param name="frame">The frame on which it acts by its address, where that counts.</param>
    public abstract IEnumerable<Statement> RaiseTrap(HookEvent hookEvent, Expr p, Expr vcpu, Access access, int? frame);
}

/// <summary>An operation of a guest that traps.</summary>
/// <param name="Event">The event that it raises.</param>
/// <param name="When">In which cells it does.</param>
internal sealed record Trap(HookEvent Event, Expr When);

/// <summary>Those of a host that is made later.</summary>
/// <param name="host">The host.</param>
internal sealed class LateFaults(Func<Faults> host) : Faults
{
    /// <inheritdoc/>
    public override bool AreHandled => host().AreHandled;

    /// <inheritdoc/>
    public override IEnumerable<Statement> Raise(Expr p, Expr vcpu, int page, string access, string kind) => host().Raise(p, vcpu, page, access, kind);

    /// <inheritdoc/>
    public override Trap? TrapOf(Operation operation) => host().TrapOf(operation);

    /// <inheritdoc/>
    public override TrappedMaintenance Maintenance => host().Maintenance;

    /// <inheritdoc/>
    public override IEnumerable<Statement> RaiseTrap(HookEvent hookEvent, Expr p, Expr vcpu, Access access, int? frame) => host().RaiseTrap(hookEvent, p, vcpu, access, frame);
}
