namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>Stage 1 of bare metal, gT, and the host's word, reach: translation.md 5.1 and 5.2.</summary>
internal sealed class GhostWalks(Shape shape, Layout layout)
{
    private const int Open = 1 << 15;

    /// <summary>5.1.1: a PE with its MMU on may walk at any time, loaded or not.</summary>
    public void Refill(State s)
    {
        for (var w = 0; w < shape.Vcpus; w++)
        {
            if (!Walks.In(s[layout.GhostSctlr.At(w)]).Any(sctlr => (sctlr & 1) != 0))
            {
                continue;
            }

            foreach (var asid in Walks.In(s[layout.GhostAsid.At(w)]))
            {
                for (var a = 0; a < shape.Vas; a++)
                {
                    var valid = s[layout.GhostS1.At(shape.Table(w, asid), a)] >> 1;
                    s[layout.GhostT.At(w, asid, a)] |= (ushort)valid;
                    for (var v = 0; v < shape.Vcpus; v++)
                    {
                        ref var since = ref s[layout.GhostTJ.At(v, w, asid, a)];
                        since |= (since & Open) != 0 ? (ushort)valid : (ushort)0;
                    }
                }
            }
        }
    }

    /// <summary>gTu[v][a]: the leaves that an access may use, each with the SCTLR_EL1 that it is used with.</summary>
    public IEnumerable<(int Sctlr, int D)> Usable(State s, int v, int a)
    {
        foreach (var sctlr in Walks.In(s[layout.GhostSctlr.At(v)]))
        {
            if ((sctlr & 1) == 0)
            {
                if (shape.Flat(shape.VmOfVcpu[v], a) is >= 0 and var flat)
                {
                    yield return (sctlr, flat);
                }

                continue;
            }

            foreach (var d in Walks.In(s[layout.GhostAsid.At(v)]).SelectMany(asid => Walks.In(s[layout.GhostT.At(v, asid, a)])))
            {
                yield return (sctlr, d);
            }
        }
    }

    /// <summary>The set of pages, by their local numbers, that gTu[v][a] can mean.</summary>
    public int Pages(State s, int v, int a) => Usable(s, v, a).Aggregate(0, (set, leaf) => set | (1 << (leaf.D / 2)));

    /// <summary>5.1.2: a store to a descriptor.</summary>
    public void Store(State s, int v, int table, int a, int d)
    {
        s[layout.GhostS1.At(table, a)] |= (ushort)(1 << (d + 1));
        s[layout.GhostPw.At(v, table, a)] = (ushort)(1 << (d + 1));
        for (var w = 0; w < shape.Vcpus; w++)
        {
            s[layout.GhostPw.At(w, table, a)] |= (ushort)(s[layout.GhostPw.At(w, table, a)] != 0 ? 1 << (d + 1) : 0);
        }
    }

    /// <summary>5.1.2: a DSB of v with stores, Inner Shareable or wider.</summary>
    public void EndStores(State s, int v)
    {
        for (var table = 0; table < shape.Tables; table++)
        {
            for (var a = 0; a < shape.Vas; a++)
            {
                ref var own = ref s[layout.GhostPw.At(v, table, a)];
                if (own == 0)
                {
                    continue;
                }

                s[layout.GhostS1.At(table, a)] &= own;
                own = 0;
                for (var w = 0; w < shape.Vcpus; w++)
                {
                    s[layout.GhostPw.At(w, table, a)] &= s[layout.GhostS1.At(table, a)];
                }
            }
        }
    }

    /// <summary>5.1.3: from the issue on, only what w fills anew is sure to stay.</summary>
    public void Invalidate(State s, int v, Tlbi tlbi, bool isBroadcast)
    {
        foreach (var w in Reached(v, isBroadcast))
        {
            for (var asid = 0; asid < shape.Asids.Length; asid++)
            {
                for (var a = 0; a < shape.Vas; a++)
                {
                    if (tlbi.RemovesStageOne(asid, a))
                    {
                        s[layout.GhostTJ.At(v, w, asid, a)] = Open;
                    }
                }
            }
        }
    }

    /// <summary>5.1.4: a full DSB of v completes its TLBIs.</summary>
    public void Complete(State s, int v, bool isInnerShareable)
    {
        foreach (var w in Reached(v, isInnerShareable))
        {
            for (var asid = 0; asid < shape.Asids.Length; asid++)
            {
                for (var a = 0; a < shape.Vas; a++)
                {
                    ref var since = ref s[layout.GhostTJ.At(v, w, asid, a)];
                    if ((since & Open) != 0)
                    {
                        s[layout.GhostT.At(w, asid, a)] &= since;
                        since = 0;
                    }
                }
            }
        }
    }

    /// <summary>5.2: <c>settle g</c>, in each context what its own table says.</summary>
    public void Settle(State s, int page)
    {
        foreach (var mmu in Enumerable.Range(0, shape.Mmus).Where(mmu => shape.VmOfMmu(mmu) == shape.VmOfPage[page]))
        {
            var current = s[layout.Cur2.At(mmu, shape.LocalOfPage[page])];
            s[layout.Reach.At(mmu, page)] = current == 0 ? (ushort)0 : (ushort)(1 << (current - 1));
        }
    }

    /// <summary>5.2: a new leaf counts from its store.</summary>
    public void Promise(State s, int mmu, int page, int leaf)
    {
        if (leaf >= 0)
        {
            s[layout.Reach.At(mmu, page)] |= (ushort)(1 << leaf);
        }
    }

    /// <summary>5.2: <c>give f to o</c>: every leaf of the frame leaves reach of the others.</summary>
    public void Give(State s, int frame, int owners)
    {
        s[layout.Owner.At(frame)] = (ushort)owners;
        for (var g = 0; g < shape.Pages; g++)
        {
            for (var leaf = 0; leaf < shape.Leaves.Length; leaf++)
            {
                if (shape.Leaves[leaf].Frame == frame && ((owners >> shape.VmOfPage[g]) & 1) == 0)
                {
                    for (var mmu = 0; mmu < shape.Mmus; mmu++)
                    {
                        s[layout.Reach.At(mmu, g)] &= (ushort)~(1 << leaf);
                    }
                }
            }
        }
    }

    /// <summary>The vCPUs that an operation of v reaches: one VM's are one Inner Shareable domain.</summary>
    public IEnumerable<int> Reached(int v, bool isBroadcast) =>
        Enumerable.Range(0, shape.Vcpus).Where(w => isBroadcast ? shape.VmOfVcpu[w] == shape.VmOfVcpu[v] : w == v);
}
