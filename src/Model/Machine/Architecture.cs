using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine;

/// <summary>Readings of the architecture that hold for machine and bare metal alike.</summary>
/// <param name="shape">What the scenario needs.</param>
/// <param name="facts">What cells come to.</param>
/// <param name="frozen">Takes what is frozen of it.</param>
internal sealed class Architecture(Shape shape, CellFacts facts, FrozenDeclarations frozen)
{
    /// <summary>An IC takes effect everywhere at one instant (<c>ic_instant = global_drain</c>).</summary>
    public Expr OneInstant { get; } = Ex.Read(frozen.Truth("ic.one_instant", CellFacts.Reads("ic_instant", "global_drain")));

    /// <summary><c>ic iallu</c> reaches the whole domain (<c>ic_iallu_scope = broadcast</c>).</summary>
    public Expr BroadcastsIallu { get; } = Ex.Read(frozen.Truth("iallu.broadcast", CellFacts.Reads("ic_iallu_scope", "broadcast")));

    /// <summary>A DSB NSH waits for the DCs of its PE, too (<c>dsb_domain = maintenance</c>); false where none of them has anything to do, and where there is no such pair.</summary>
    public Expr LocalBarrierWaitsForCleans { get; } =
        LocalBarrierCleans(shape, ofGuests: false, facts, frozen, "dsb.nsh.dc", line => shape.IsBareMetal ? shape.VmOfLine[line] : null);

    /// <summary>The same of bare metal: it completes what is open of them.</summary>
    public Expr LocalBarrierCompletesCleans { get; } =
        LocalBarrierCleans(shape, ofGuests: true, facts, frozen, "g.dsb.nsh.dc", line => shape.VmOfLine[line]);

    /// <remarks>Where IDC = 1 for all lines, cleans to the PoU do nothing, so the reading makes no difference: what it comes to is then the same, and so is the system.</remarks>
    private static Expr LocalBarrierCleans(Shape shape, bool ofGuests, CellFacts facts, FrozenDeclarations frozen, string name, Func<int, int?> toldTo)
    {
        if (shape.Standing(IsLocalBarrier, ofGuests) is not { } barrier || shape.Standing(operation => KindTable.Of(operation.Kind).Cleans != CleanPoint.None, ofGuests) is not { } clean)
        {
            return Ex.False;
        }

        var cleans = shape.CleansToPoC
            ? Seen.Always(true)
            : Seen.Any(Enumerable.Range(0, shape.Lines.Length).Select(line => facts.Caches(toldTo(line)).Select(flags => !flags.HasFlag(CacheFlags.Idc))));
        return Ex.Read(frozen.Truth(
            name,
            CellFacts.Reads("dsb_domain", "maintenance").With(cleans, (covers, any) => covers && any),
            counts: without => barrier(without) && clean(without)));
    }

    private static bool IsLocalBarrier(Operation operation) =>
        operation is { Kind: OperationKind.DataSynchronizationBarrier, Scope: OperationScope.Local, Access: BarrierAccess.Full };
}
