using CoherenceCheck.Model.Machine;
using CoherenceCheck.Model.Machine.ICache;
using CoherenceCheck.Model.Machine.Memory;
using CoherenceCheck.Model.Machine.Translation;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Pe.InOrder;

/// <summary>What a fetch by the context that runs on a pCPU could have delivered since the last context synchronisation event. That event alone empties it, never an IC (Arm ARM B2.7.4.2).</summary>
internal sealed class PipelinePart(
    Sorts sorts, Declarations declarations, MemoryPart memory, IcachePart icache, Views views, Func<Expr, Expr, Expr> inGuest) : MachinePart
{
    private readonly Variable _captured = declarations.State(Section.Machine, "Q", [sorts.Pcpu, sorts.Line], sorts.Versions);

    /// <summary>What a fetch of a line may deliver.</summary>
    public Expr Captured(Expr p, Expr x) => Ex.Read(_captured, p, x);

    public override IEnumerable<OrderedFill> Fills()
    {
        Parameter p = new("p", sorts.Pcpu), v = new("v", sorts.Vcpu), x = new("x", sorts.Line);
        yield return new(Stratum.Captured, new Fill(
            "fill.Q", [p, v, x], _captured, [Ex.Param(p), Ex.Param(x)], Deliverable(Ex.Param(p), Ex.Param(v), Ex.Param(x)), inGuest(Ex.Param(p), Ex.Param(v))));
    }

    public override IEnumerable<Statement> OnSynchronise(Expr p, Expr x) => [Ex.Assign(_captured, [p, x], Ex.False)];

    /// <summary>The values that a fetch by the vCPU on the pCPU may deliver now.</summary>
    private Expr Deliverable(Expr p, Expr vcpu, Expr x) => views.Union(vcpu, m => Ex.BitOr(
        Ex.BitAnd(icache.Cached(p, x), views.Tables.Executable(vcpu, x, m)),
        Ex.BitAnd(memory.AtPoU(x), views.Tables.DirectPoU(p, vcpu, x, m)),
        Ex.BitAnd(memory.AtPoC(x), views.Tables.DirectPoC(p, vcpu, x, m))));
}
