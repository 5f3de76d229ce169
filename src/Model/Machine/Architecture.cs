using CoherenceCheck.Model.Cells;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine;

/// <summary>Readings of the architecture that hold for machine and bare metal alike.</summary>
internal sealed class Architecture(FrozenDeclarations frozen)
{
    /// <summary>An IC takes effect everywhere at one instant (<c>ic_instant = global_drain</c>).</summary>
    public Expr OneInstant { get; } = Ex.Read(frozen.Truth("ic.one_instant", CellFacts.Reads("ic_instant", "global_drain")));

    /// <summary><c>ic iallu</c> reaches the whole domain (<c>ic_iallu_scope = broadcast</c>).</summary>
    public Expr BroadcastsIallu { get; } = Ex.Read(frozen.Truth("iallu.broadcast", CellFacts.Reads("ic_iallu_scope", "broadcast")));
}
