using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Construction;

/// <summary>
/// The refill: what may-sets gain by themselves after every step, in the machine (docs/model.md, The machine) and in the
/// ghost (docs/model.md, The ghost).
/// </summary>
/// <remarks>An open set of the ghost that holds every version constrains nothing, exactly like a closed one, so "closed" is
/// the full set. A version that is not in the set that an open set will be intersected with can be added to it without effect,
/// since it comes back to both or to neither: the last fills do so, which merges states and changes no verdict.</remarks>
internal sealed class Closure(Variables v, Func<Expr, Expr, Expr> inGuest)
{
    private readonly Parameter _p = new("p", v.Pcpu);
    private readonly Parameter _v = new("v", v.Vcpu);
    private readonly Parameter _w = new("w", v.Vcpu);
    private readonly Parameter _x = new("x", v.Line);

    public ImmutableArray<Fill> Fills()
    {
        var fills = ImmutableArray.CreateBuilder<Fill>();
        Expr p = Ex.Param(_p), vcpu = Ex.Param(_v), w = Ex.Param(_w), x = Ex.Param(_x);
        var runs = inGuest(p, vcpu);
        fills.Add(new Fill("fill.I", [_p, _v, _x], v.Cached, [v.IcacheOf(p), x], Fillable(vcpu, x), runs));
        fills.Add(new Fill("fill.Q", [_p, _v, _x], v.Pipeline, [p, x], Deliverable(p, vcpu, x), runs));

        if (v.Copies is { } copies)
        {
            fills.Add(Copied("fill.copies", copies, v.InForce!, v.Frozen.Machine));
        }

        if (v.GhostCopies is { } ghostCopies)
        {
            fills.Add(Copied("fill.gK", ghostCopies, v.OwnInForce!, v.Frozen.GhostMachine));
            if (v.GhostCopiesSince is { } since)
            {
                fills.Add(Copied("fill.gL", since, v.OwnInForce!, v.Frozen.GhostMachine, _v));
                fills.Add(new Fill("drop.gL", [_v], since, [vcpu], Ex.BitAndNot(Ex.Const(v.Line.FullMask), Ex.Read(ghostCopies)), Ex.True));
            }
        }

        fills.Add(new Fill("fill.gI", [_w, _x], v.GhostCached, [w, x], GhostSource(w, x, fill: true), Ex.True));
        if (v.GhostInvalidate is { } open)
        {
            fills.Add(new Fill("fill.gJ", [_v, _w, _x], open, [vcpu, w, x], GhostSource(w, x, fill: true), Ex.True));
        }

        fills.Add(new Fill(
            "fill.gQ", [_w, _x], v.GhostPipeline, [w, x],
            Ex.BitOr(
                Ex.BitAnd(Ex.Read(v.GhostCached, w, x), InForce(v.OwnInForce, w, m => Ex.Read(v.Frozen.GhostMachine.Executable, w, x, m))),
                GhostSource(w, x, fill: false)),
            Ex.True));

        if (v.GhostInvalidate is not null)
        {
            fills.Add(Unconstrained("drop.gJ", [_v, _w, _x], v.GhostInvalidate, [vcpu, w, x], Ex.Read(v.GhostCached, w, x)));
        }

        if (v.GhostCleanPoU is not null)
        {
            fills.Add(Unconstrained("drop.gD", [_v, _x], v.GhostCleanPoU, [vcpu, x], Ex.Read(v.GhostPoU, x)));
        }

        if (v.GhostCleanPoC is not null)
        {
            fills.Add(Unconstrained("drop.gE", [_v, _x], v.GhostCleanPoC, [vcpu, x], Ex.Read(v.GhostPoC, x)));
        }

        if (v.GhostDirtiedSince is { } dirtied)
        {
            fills.Add(new Fill("drop.gM", [_v, _x], dirtied, [vcpu], Ex.Singleton(x), Ex.Eq(Ex.Read(v.GhostDirtied!, x), 0)));
        }

        return fills.ToImmutable();
    }

    /// <summary>Whoever may look at a line Write-Back may leave a clean copy of it in a cache, from then on.</summary>
    private Fill Copied(string name, Variable copies, Variable inForce, FetchTables tables, params ImmutableArray<Parameter> index) => new(
        name, [.. index, _w, _x], copies, [.. index.Select(Ex.Param)], Ex.Singleton(Ex.Param(_x)),
        Ex.Any("m", v.Mode, Ex.And(
            Ex.Contains(Ex.Read(inForce, Ex.Param(_w)), Ex.Local("m")),
            Ex.Ne(Ex.Read(tables.Cacheable, Ex.Param(_w), Ex.Param(_x), Ex.Local("m")), 0))));

    /// <summary>The values that a fetch by the vCPU may allocate in an I-cache.</summary>
    private Expr Fillable(Expr vcpu, Expr x) => InForce(v.InForce, vcpu, m => Ex.BitOr(
        Ex.BitAnd(v.AtPoU(x), Ex.Read(v.Frozen.Machine.FillPoU, vcpu, x, m)),
        Ex.BitAnd(v.Only(Ex.Read(v.AtPoC, x)), Ex.Read(v.Frozen.Machine.FillPoC, vcpu, x, m))));

    /// <summary>The values that a fetch by the vCPU on the pCPU may deliver now.</summary>
    private Expr Deliverable(Expr p, Expr vcpu, Expr x) => InForce(v.InForce, vcpu, m => Ex.BitOr(
        Ex.BitAnd(Ex.Read(v.Cached, v.IcacheOf(p), x), Ex.Read(v.Frozen.Machine.Executable, vcpu, x, m)),
        Ex.BitAnd(v.AtPoU(x), Ex.Read(v.Frozen.Machine.DirectPoU, vcpu, x, m)),
        Ex.BitAnd(v.Only(Ex.Read(v.AtPoC, x)), Ex.Read(v.Frozen.Machine.DirectPoC, vcpu, x, m))));

    private Expr GhostSource(Expr w, Expr x, bool fill) => InForce(v.OwnInForce, w, m => Ex.BitOr(
        Ex.BitAnd(Ex.Read(v.GhostPoU, x), Ex.Read(fill ? v.Frozen.GhostMachine.FillPoU : v.Frozen.GhostMachine.DirectPoU, w, x, m)),
        Ex.BitAnd(Ex.Read(v.GhostPoC, x), Ex.Read(fill ? v.Frozen.GhostMachine.FillPoC : v.Frozen.GhostMachine.DirectPoC, w, x, m))));

    /// <summary>A union over the SCTLR_EL1 values that may be in force.</summary>
    private Expr InForce(Variable? inForce, Expr vcpu, Func<Expr, Expr> body) =>
        inForce is null
            ? body(Ex.False)
            : Ex.Union("m", v.Mode, Ex.If(Ex.Contains(Ex.Read(inForce, vcpu), Ex.Local("m")), body(Ex.Local("m")), Ex.False));

    private Fill Unconstrained(string name, ImmutableArray<Parameter> parameters, Variable target, ImmutableArray<Expr> index, Expr judged) =>
        new(name, parameters, target, index, Ex.BitAndNot(v.Full, judged), Ex.True);
}
