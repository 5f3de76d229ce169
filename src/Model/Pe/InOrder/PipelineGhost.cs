using CoherenceCheck.Model.Machine;
using CoherenceCheck.Model.Machine.ICache;
using CoherenceCheck.Model.Machine.Memory;
using CoherenceCheck.Model.Machine.Translation;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Pe.InOrder;

/// <summary>What a vCPU's fetch could have delivered on bare metal since its own last context synchronisation event (<c>gQ</c>): the promise that fetches are judged by.</summary>
internal sealed class PipelineGhost(Sorts sorts, Declarations declarations, MemoryGhost memory, IcacheGhost icache, Views views, Func<Expr, Expr?> isThere) : GhostPart
{
    private readonly Variable _captured = declarations.Ghost(Section.GhostFetches, "gQ", [sorts.Vcpu, sorts.Line], sorts.Versions);

    /// <summary>What a fetch of a line may deliver.</summary>
    public Expr Captured(Expr vcpu, Expr x) => Ex.Read(_captured, vcpu, x);

    /// <summary>What a fetch of a line may deliver in a state.</summary>
    public long CapturedIn(Valuation state, int vcpu, int line) => state[_captured, (vcpu * sorts.Line.Size) + line];

    public override IEnumerable<OrderedFill> Fills()
    {
        Parameter pw = new("w", sorts.Vcpu), px = new("x", sorts.Line);
        Expr w = Ex.Param(pw), x = Ex.Param(px);
        yield return new(Stratum.GhostCaptured, new Fill("fill.gQ", [pw, px], _captured, [w, x], Ex.BitOr(
            Ex.BitAnd(icache.Cached(w, x), views.Union(w, m => views.Tables.Executable(w, x, m))),
            views.Union(w, m => Ex.BitOr(
                Ex.BitAnd(memory.AtPoU(x), views.Tables.DirectPoU(w, w, x, m)),
                Ex.BitAnd(memory.AtPoC(x), views.Tables.DirectPoC(w, w, x, m))))), isThere(w) ?? Ex.True));
    }

    public override IEnumerable<Statement> OnSynchronise(Expr vcpu, Expr x) => [Ex.Assign(_captured, [vcpu, x], Ex.False)];

    public override IEnumerable<Statement> OnStopped(Expr vcpu, Expr x) => [Ex.Assign(_captured, [vcpu, x], Ex.False)];

    public override IEnumerable<Statement> OnPublishSince(Expr w, Expr x, Expr keepsCaptured) =>
        [Ex.Assign(_captured, [w, x], Ex.If(keepsCaptured, Ex.BitOr(Captured(w, x), memory.Coherent(x)), memory.Coherent(x)))];
}
