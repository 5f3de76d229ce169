namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>
/// Bare metal with a first stage of translation, TLBs and data, concretely: one private PE for each vCPU, no host, no
/// second stage, every choice of the hardware a step of its own.
/// </summary>
/// <remarks>
/// Written from the description of the machine alone; it shares nothing with the model. TLBs and instruction caches are
/// may-sets that are filled eagerly: an entry more never takes a behaviour away, and only an invalidation removes one.
/// An access that no leaf can serve would fault; the order of the instructions says that it did not, so such a state is no more.
/// </remarks>
internal sealed partial class PrivateMachine(PrivateSetting setting)
{
    private const byte None = (byte)PrivateCopy.None, Clean = (byte)PrivateCopy.Clean, Dirty = (byte)PrivateCopy.Dirty;

    public PrivateState Initial(PrivateContext context)
    {
        var s = new PrivateState(setting);
        for (var g = 0; g < setting.Pages; g++)
        {
            (s.Coh(g), s.Poc(g)) = ((byte)g, (byte)g);
            NowAtPoU(s, g, Only(g));
        }

        Refill(context, s);
        return s;
    }

    /// <summary>The leaves that an access by <paramref name="a"/> may use: those in the TLB under an ASID in force, or the flat one.</summary>
    public int Usable(PrivateContext context, PrivateState s, int p, int a)
    {
        var leaves = context.MayBe(p, on: false) && a < setting.Pages ? PrivateLeaf.Set(PrivateLeaf.Of(a, nonCacheable: true)) : 0;
        foreach (var regime in context.Regimes(p))
        {
            leaves |= s.Tlb(p, regime.Asid, a);
        }

        return leaves;
    }

    /// <summary>What a fetch at the PoU may return.</summary>
    public int AtPoU(PrivateState s, int g) => setting.Idc ? Only(s.Coh(g)) : s.F(g);

    /// <summary>What an instruction leads to: nothing while it waits, several states where the hardware has a choice.</summary>
    /// <param name="context">The context after the instruction.</param>
    /// <param name="before">The state before it.</param>
    /// <param name="i">The instruction.</param>
    public IEnumerable<PrivateState> Execute(PrivateContext context, PrivateState before, PrivateInstruction i)
    {
        var p = i.Vcpu;
        switch (i.Op)
        {
            case PrivateOp.St:
                return PrivateLeaf.In(Usable(context, before, p, i.Va)).Select(leaf =>
                    After(context, before, s => Store(s, PrivateLeaf.Page(leaf), PrivateLeaf.IsNonCacheable(leaf), i.Value)));
            case PrivateOp.Cvau or PrivateOp.Cvac or PrivateOp.Civac:
                return Pages(context, before, i).Select(g => After(context, before, s => s.PendingDc(p, g) |= Only(i.Op - PrivateOp.Cvau)));
            case PrivateOp.Ivau:
                return Pages(context, before, i).Select(g => After(context, before, s => s.PendingIvau(p, g) = All));
            case PrivateOp.DsbIsh when IsPending(before, p, All, clean: true):
            case PrivateOp.DsbNsh when IsPending(before, p, Only(p), clean: setting.NshWaitsForDc):
                return [];
            default:
                return [After(context, before, s => Execute(s, i, i.IsBroadcast ? All : Only(p)))];
        }
    }

    /// <summary>What the hardware may do by itself.</summary>
    public IEnumerable<PrivateState> Moves(PrivateContext context, PrivateState before)
    {
        for (var g = 0; g < setting.Pages; g++)
        {
            var page = g;
            if (before.Copy(g) == Dirty)
            {
                yield return After(context, before, s => WriteBack(s, page));
            }

            if (before.Copy(g) == Clean)
            {
                yield return After(context, before, s => Evict(s, page));
            }

            // Whoever may look at the page Write-Back may read it into a data cache, by speculation too.
            if (before.Copy(g) == None && MayBeCached(context, before, g))
            {
                yield return After(context, before, s => s.Copy(page) = Clean);
            }
        }

        for (var p = 0; p < setting.Vcpus; p++)
        {
            foreach (var s in Maintenance(context, before, p))
            {
                yield return s;
            }
        }
    }

    private byte All => (byte)((1 << setting.Vcpus) - 1);

    private static byte Only(int bit) => (byte)(1 << bit);

    private void Execute(PrivateState s, PrivateInstruction i, byte targets)
    {
        var p = i.Vcpu;
        switch (i.Op)
        {
            case PrivateOp.TlbiVae1 or PrivateOp.TlbiVae1Is:
                s.PendingVae1(p, i.Value, i.Va) |= targets;
                break;
            case PrivateOp.TlbiAside1 or PrivateOp.TlbiAside1Is:
                s.PendingAside1(p, i.Value) |= targets;
                break;
            case PrivateOp.TlbiVmalle1 or PrivateOp.TlbiVmalle1Is:
                s.PendingVmalle1(p) |= targets;
                break;
            case PrivateOp.Iallu or PrivateOp.Ialluis:
                s.PendingIall(p) |= targets;
                break;
            case PrivateOp.Isb:
                for (var a = 0; a < setting.Vas; a++)
                {
                    s.Q(p, a) = 0;
                }

                break;
        }
    }

    private IEnumerable<int> Pages(PrivateContext context, PrivateState before, PrivateInstruction i) =>
        PrivateLeaf.In(Usable(context, before, i.Vcpu, i.Va)).Select(PrivateLeaf.Page).Distinct();

    private PrivateState After(PrivateContext context, PrivateState before, Action<PrivateState> change)
    {
        var s = before.Clone();
        change(s);
        Refill(context, s);
        return s;
    }

    private void Store(PrivateState s, int g, bool nonCacheable, int n)
    {
        if (!nonCacheable)
        {
            (s.Coh(g), s.Copy(g)) = ((byte)n, Dirty);
            NowAtPoU(s, g, s.F(g) | Only(n));
            return;
        }

        // A clean copy is left behind with what the PoU has; a dirty one is written back over the new value one day.
        s.Poc(g) = (byte)n;
        switch (s.Copy(g))
        {
            case None:
                s.Coh(g) = (byte)n;
                NowAtPoU(s, g, Only(n));
                break;
            case Dirty:
                NowAtPoU(s, g, s.F(g) | Only(n));
                break;
        }
    }

    private static void WriteBack(PrivateState s, int g) => (s.Poc(g), s.Copy(g)) = (s.Coh(g), Clean);

    private void Evict(PrivateState s, int g)
    {
        (s.Coh(g), s.Copy(g)) = (s.Poc(g), None);
        NowAtPoU(s, g, s.F(g) | Only(s.Poc(g)));
    }

    private void NowAtPoU(PrivateState s, int g, int values) => s.F(g) = (byte)(setting.Idc ? 0 : values);

    private bool MayBeCached(PrivateContext context, PrivateState s, int g)
    {
        var leaf = PrivateLeaf.Set(PrivateLeaf.Of(g, nonCacheable: false));
        for (var p = 0; p < setting.Vcpus; p++)
        {
            for (var a = 0; a < setting.Vas; a++)
            {
                if ((Usable(context, s, p, a) & leaf) != 0)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private void Refill(PrivateContext context, PrivateState s)
    {
        Span<int> usable = stackalloc int[setting.Vas];
        for (var p = 0; p < setting.Vcpus; p++)
        {
            foreach (var regime in context.Regimes(p))
            {
                for (var a = 0; a < setting.Vas; a++)
                {
                    s.Tlb(p, regime.Asid, a) |= (byte)PrivateLeaf.Valid(context.Walk(regime.Table, a));
                }
            }

            for (var a = 0; a < setting.Vas; a++)
            {
                usable[a] = Usable(context, s, p, a);
                foreach (var leaf in PrivateLeaf.In(usable[a]))
                {
                    var g = PrivateLeaf.Page(leaf);
                    s.I(p, g) |= (byte)(PrivateLeaf.IsNonCacheable(leaf) ? Only(s.Poc(g)) : setting.Dic ? 0 : AtPoU(s, g));
                }
            }

            for (var a = 0; a < setting.Vas; a++)
            {
                foreach (var leaf in PrivateLeaf.In(usable[a]))
                {
                    var g = PrivateLeaf.Page(leaf);
                    s.Q(p, a) |= (byte)(s.I(p, g) | (PrivateLeaf.IsNonCacheable(leaf) ? Only(s.Poc(g)) : AtPoU(s, g)));
                }
            }
        }
    }
}
