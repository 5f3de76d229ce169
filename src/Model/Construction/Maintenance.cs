using System.Collections.Immutable;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Construction;

/// <summary>
/// Cache maintenance and barriers: issue, completion, and what the ghost makes of them (docs/model.md, The machine,
/// The ghost). Maintenance belongs to the PE that issued it.
/// </summary>
internal sealed class Maintenance(Variables v)
{
    /// <summary>DC by a line.</summary>
    public Choice Clean(Actor actor, OperationKind kind, Expr x)
    {
        var body = new List<Statement>();
        var needed = Ex.Not(Ex.Read(kind == OperationKind.CleanToPoU ? v.Frozen.Idc : v.Frozen.DcIsNop, x));
        body.Add(Ex.When(needed, Ex.Assign(PendingClean(kind), [actor.Pe, x], Ex.True)));
        if (actor.Vcpu is { } vcpu)
        {
            var coherent = Ex.Read(v.GhostCoherent, x);
            if (kind == OperationKind.CleanInvalidateToPoC && v.HasNonCacheableStores)
            {
                // What is dirty goes to the PoC; a clean copy that the PoC has left behind is dropped, so that fetches see the PoC, with IDC = 1 too.
                body.Add(Ex.Assign(v.GhostCleanPoU!, [vcpu, x], Ex.If(Ex.Read(v.GhostDirtied!, x), coherent, Ex.Read(v.GhostPoC, x))));
            }
            else
            {
                body.Add(Ex.When(Ex.Not(Ex.Read(v.Frozen.GhostIdc, x)), Ex.Assign(v.GhostCleanPoU!, [vcpu, x], coherent)));
            }

            if (kind == OperationKind.CleanInvalidateToPoC && v.GhostCopiesSince is { } copies)
            {
                body.Add(Ex.Assign(copies, [vcpu], Ex.BitAndNot(Ex.Read(copies, vcpu), Ex.Singleton(x))));
            }

            if (kind == OperationKind.CleanInvalidateToPoC && v.GhostDirtiedSince is { } dirtied)
            {
                body.Add(Ex.Assign(dirtied, [vcpu], Ex.BitAndNot(Ex.Read(dirtied, vcpu), Ex.Singleton(x))));
            }

            if (kind != OperationKind.CleanToPoU)
            {
                body.Add(Ex.Assign(v.GhostCleanPoC!, [vcpu, x], coherent));
            }
        }

        return Choice.Always([.. body]);
    }

    /// <summary>IC by a line: it reaches the whole Inner Shareable domain.</summary>
    public Choice InvalidateLine(Actor actor, Expr x)
    {
        var body = new List<Statement>
        {
            Ex.When(Ex.Not(Ex.Read(v.Frozen.IcIsNop, x)), Ex.Assign(v.PendingIcLine!, [actor.Pe, x], Ex.Const(v.Icache.FullMask))),
        };
        if (actor.Vcpu is { } vcpu)
        {
            body.Add(OpenInvalidate(vcpu, Ex.Local("w"), x, everywhere: true));
        }

        return Choice.Always([.. body]);
    }

    /// <summary>IC of everything: the local form reaches the whole domain at EL1 under HCR_EL2.FB, at EL2 never.</summary>
    public Choice InvalidateAll(Actor actor, OperationScope scope)
    {
        var all = Ex.Const(v.Icache.FullMask);
        var own = actor.Pcpu is { } p ? Ex.Singleton(v.IcacheOf(p)) : Ex.False;
        var broadcasts = Ex.Read(actor.Vcpu is null ? v.Frozen.BroadcastsIallu : v.Frozen.GuestBroadcastsIallu);
        var targets = scope == OperationScope.InnerShareable ? all : Ex.If(broadcasts, all, own);
        var body = new List<Statement>
        {
            Ex.When(
                Ex.Any("x", v.Line, Ex.Not(Ex.Read(v.Frozen.IcIsNop, Ex.Local("x")))),
                Ex.Assign(v.PendingIcAll!, [actor.Pe], Ex.BitOr(Ex.Read(v.PendingIcAll!, actor.Pe), targets))),
        };
        if (actor.Vcpu is { } vcpu)
        {
            body.Add(Ex.ForEach("x", v.Line, OpenInvalidate(vcpu, Ex.Local("w"), Ex.Local("x"), scope == OperationScope.InnerShareable)));
        }

        return Choice.Always([.. body]);
    }

    /// <summary>TLBI: it completes by DSB and changes no I-cache; translations are not modelled.</summary>
    public Choice InvalidateTranslations(Actor actor, OperationScope scope)
    {
        var all = Ex.Const(v.Pcpu.FullMask);
        var own = actor.Pcpu is { } p ? Ex.Singleton(p) : Ex.False;
        var local = actor.Vcpu is null ? own : Ex.If(Ex.Read(v.Frozen.ForcesBroadcast), all, own);
        var targets = scope == OperationScope.InnerShareable ? all : local;
        return Choice.Always(Ex.Assign(v.PendingTlbi!, [actor.Pe], Ex.BitOr(Ex.Read(v.PendingTlbi!, actor.Pe), targets)));
    }

    /// <summary>DSB: waits for what its domain covers of the maintenance issued on this PE. The LD and ST forms complete none.</summary>
    public Choice Barrier(Actor actor, OperationScope scope, BarrierAccess access)
    {
        if (access != BarrierAccess.Full)
        {
            return Choice.Always();
        }

        var wide = NothingPending(actor.Pe);
        var waits = scope == OperationScope.InnerShareable ? wide
            : actor.Vcpu is null ? NothingPendingLocally(actor)
            : Ex.If(Ex.Read(v.Frozen.UpgradesBarriers), wide, NothingPendingLocally(actor));
        return Choice.When(waits, actor.Vcpu is { } vcpu ? [.. GhostBarrier(vcpu, scope)] : []);
    }

    /// <summary>The guest's ISB: a context synchronisation event of the machine and of the ghost.</summary>
    public Choice Synchronise(Expr vcpu, Expr p)
    {
        var x = Ex.Local("x");
        var body = new List<Statement>
        {
            Ex.ForEach("x", v.Line, Ex.Assign(v.Pipeline, [p, x], Ex.False), Ex.Assign(v.GhostPipeline, [vcpu, x], Ex.False)),
        };
        body.AddRange(MachineSynchronises(vcpu));
        if (v.OwnInForce is not null)
        {
            body.Add(Ex.Assign(v.OwnInForce, [vcpu], Ex.Singleton(Ex.Read(v.Written!, vcpu))));
        }

        return Choice.Always([.. body]);
    }

    /// <summary>A context synchronisation event of the machine alone: what was written to SCTLR_EL1 comes into force.</summary>
    public IEnumerable<Statement> MachineSynchronises(Expr vcpu)
    {
        if (v.InForce is not null)
        {
            yield return Ex.Assign(v.InForce, [vcpu], Ex.Singleton(Ex.Read(v.Written!, vcpu)));
        }
    }

    /// <summary>MSR SCTLR_EL1: the new value may be in force from here, and is after the next context synchronisation event.</summary>
    public IEnumerable<Statement> WriteMode(Expr vcpu, Expr mode)
    {
        yield return Ex.Assign(v.Written!, [vcpu], mode);
        yield return Ex.Assign(v.InForce!, [vcpu], Ex.BitOr(Ex.Read(v.InForce!, vcpu), Ex.Singleton(mode)));
        yield return Ex.Assign(v.OwnInForce!, [vcpu], Ex.BitOr(Ex.Read(v.OwnInForce!, vcpu), Ex.Singleton(mode)));
    }

    /// <summary>The array of pending operations of a kind of DC.</summary>
    public Variable PendingClean(OperationKind kind) => kind switch
    {
        OperationKind.CleanToPoU => v.PendingCleanPoU!,
        OperationKind.CleanToPoC => v.PendingCleanPoC!,
        OperationKind.CleanInvalidateToPoC => v.PendingCleanInvalidate!,
        _ => throw new InvalidOperationException($"{kind} is no DC."),
    };

    private Statement OpenInvalidate(Expr vcpu, Expr w, Expr x, bool everywhere)
    {
        var reaches = everywhere ? Ex.True : Ex.Or(Ex.Read(v.Frozen.BroadcastsIallu), Ex.Eq(w, vcpu));
        return Ex.When(
            Ex.Not(Ex.Read(v.Frozen.GhostIcIsNop, x)),
            Ex.ForEach("w", v.Vcpu, Ex.When(reaches, Ex.Assign(v.GhostInvalidate!, [vcpu, w, x], Ex.False))));
    }

    private Expr NothingPending(Expr pe)
    {
        var x = Ex.Local("x");
        var perLine = new[] { v.PendingCleanPoU, v.PendingCleanPoC, v.PendingCleanInvalidate, v.PendingIcLine }
            .OfType<Variable>().Select(pending => Ex.Eq(Ex.Read(pending, pe, x), 0)).ToArray();
        var whole = new[] { v.PendingIcAll, v.PendingTlbi }
            .OfType<Variable>().Select(pending => Ex.Eq(Ex.Read(pending, pe), 0)).ToArray();
        return Ex.And(perLine.Length == 0 ? Ex.True : Ex.All("x", v.Line, Ex.And(perLine)), Ex.And(whole));
    }

    /// <summary>NSH: effects on the own I-cache and TLB only, and no DC.</summary>
    private Expr NothingPendingLocally(Actor actor)
    {
        if (actor.Pcpu is not { } p)
        {
            return Ex.True;
        }

        var cache = v.IcacheOf(p);
        return Ex.And(
            v.PendingIcLine is { } lines ? Ex.All("x", v.Line, Ex.Not(Ex.Contains(Ex.Read(lines, actor.Pe, Ex.Local("x")), cache))) : Ex.True,
            v.PendingIcAll is { } all ? Ex.Not(Ex.Contains(Ex.Read(all, actor.Pe), cache)) : Ex.True,
            v.PendingTlbi is { } tlbi ? Ex.Not(Ex.Contains(Ex.Read(tlbi, actor.Pe), p)) : Ex.True);
    }

    private IEnumerable<Statement> GhostBarrier(Expr vcpu, OperationScope scope)
    {
        Expr x = Ex.Local("x"), w = Ex.Local("w");
        var wide = scope == OperationScope.InnerShareable;
        var perLine = new List<Statement>();
        if (wide)
        {
            foreach (var (judged, open) in new[] { (v.GhostPoU, v.GhostCleanPoU), (v.GhostPoC, v.GhostCleanPoC) })
            {
                if (open is not null)
                {
                    perLine.Add(Ex.Assign(judged, [x], Ex.BitAnd(Ex.Read(judged, x), Ex.Read(open, vcpu, x))));
                    if (judged == v.GhostPoU && v.HasNonCacheableStores)
                    {
                        // The coherent value is always one that a fetch at the PoU may return.
                        perLine.Add(Ex.Assign(v.GhostCoherent, [x], Ex.BitAnd(Ex.Read(v.GhostCoherent, x), Ex.Read(open, vcpu, x))));
                    }

                    perLine.Add(Ex.Assign(open, [vcpu, x], v.Full));
                }
            }
        }

        if (v.GhostInvalidate is { } j)
        {
            var closes = wide ? Ex.True : Ex.Or(Ex.Read(v.Frozen.OneInstant), Ex.Eq(w, vcpu));
            perLine.Add(Ex.ForEach("w", v.Vcpu, Ex.When(
                closes,
                Ex.Assign(v.GhostCached, [w, x], Ex.BitAnd(Ex.Read(v.GhostCached, w, x), Ex.Read(j, vcpu, w, x))),
                Ex.Assign(j, [vcpu, w, x], v.Full))));
        }

        if (wide && v.GhostDirtiedSince is { } dirtied)
        {
            perLine.Add(Ex.When(Ex.Not(Ex.Contains(Ex.Read(dirtied, vcpu), x)), Ex.Assign(v.GhostDirtied!, [x], Ex.False)));
        }

        if (perLine.Count > 0)
        {
            yield return Ex.ForEach("x", v.Line, [.. perLine]);
        }

        if (wide && v.GhostDirtiedSince is { } sinceIssue)
        {
            yield return Ex.Assign(sinceIssue, [vcpu], Ex.Const(v.Line.FullMask));
        }

        if (wide && v.GhostCopiesSince is { } copies)
        {
            yield return Ex.Assign(v.GhostCopies!, [], Ex.BitAnd(Ex.Read(v.GhostCopies!), Ex.Read(copies, vcpu)));
            yield return Ex.Assign(copies, [vcpu], Ex.Const(v.Line.FullMask));
        }
    }
}
