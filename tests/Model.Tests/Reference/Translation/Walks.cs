namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>A way in which an access may go.</summary>
/// <param name="Sctlr">SCTLR_EL1 in force.</param>
/// <param name="D">The stage-1 leaf, or -1 for a stage-1 fault.</param>
/// <param name="S">1 + the stage-2 leaf; 0 for a translation fault at stage 2.</param>
internal readonly record struct Route(int Sctlr, int D, int S)
{
    /// <summary>The ASID, or the tag of M = 0.</summary>
    public int Tag { get; init; }
}

/// <summary>Tables, TLBs and what TLBIs do to them: translation.md 1 to 3 of the machine.</summary>
internal sealed class Walks(Shape shape, Layout layout)
{
    private readonly int[] _tlbOf = [.. Enumerable.Range(0, shape.Pcpus).Select(p => shape.IsBareMetal || shape.Question.Scenario.Machine.TlbGroups.IsEmpty ? p : shape.Question.Scenario.Machine.TlbGroups[p])];

    public bool IsShared => _tlbOf.Distinct().Count() < _tlbOf.Length;

    /// <summary>The elements of a set.</summary>
    public static IEnumerable<int> In(int set)
    {
        for (var i = 0; set >> i != 0; i++)
        {
            if (((set >> i) & 1) != 0)
            {
                yield return i;
            }
        }
    }

    /// <summary>The regimes of stage 1 that may be in force for a vCPU, as (SCTLR, tag, table).</summary>
    public IEnumerable<(int Sctlr, int Tag, int Table)> Regimes(State s, int v)
    {
        foreach (var sctlr in In(s[layout.SctlrIn.At(v)]))
        {
            if ((sctlr & 1) == 0)
            {
                yield return (sctlr, shape.FlatTag, -1);
                continue;
            }

            foreach (var asid in In(s[layout.AsidIn.At(v)]))
            {
                yield return (sctlr, asid, shape.Table(v, asid));
            }
        }
    }

    /// <summary>Whether guest translations are walked on a pCPU: a guest executes there, or by R18 one is loaded and VTTBR is its VM's.</summary>
    public bool IsWalking(State s, int p) => s[layout.Phase.At(p)] == Phases.Guest || (shape.Question.Hardware.FillsOutOfContext && s[layout.Loaded.At(p)] is not 0 and var loaded
        && s[layout.Vttbr.At(p)] is not 0 and var vttbr && shape.VmOfMmu((vttbr - 1) / shape.Vmids) == shape.VmOfVcpu[loaded - 1]);

    /// <summary>F1 and F2 for a pCPU that executes a guest. Whether anything changed.</summary>
    public bool Fill(State s, int p)
    {
        if (!IsWalking(s, p))
        {
            return false;
        }

        var v = s[layout.Loaded.At(p)] - 1;
        var vm = shape.VmOfVcpu[v];
        var (tlb, vttbr) = (_tlbOf[p], s[layout.Vttbr.At(p)] - 1);
        if (vttbr < 0)
        {
            return false;
        }

        var (mmu, vmid) = (vttbr / shape.Vmids, vttbr % shape.Vmids);
        var changed = false;
        foreach (var (_, tag, table) in Regimes(s, v))
        {
            for (var a = 0; a < shape.Vas; a++)
            {
                // F1: what a walk of stage 1 may read now. Invalid leaves are not cached (F3).
                var valid = table >= 0 ? s[layout.S1.At(table, a)] >> 1 : a < shape.VasOf[vm].Length && shape.Flat(vm, a) is >= 0 and var flat ? 1 << flat : 0;
                foreach (var d in In(valid))
                {
                    changed |= Join(s, layout.T.At(tlb, vmid, tag, a, d), 1);
                }
            }
        }

        foreach (var (_, tag, _) in Regimes(s, v))
        {
            for (var a = 0; a < shape.Vas; a++)
            {
                for (var d = 0; d < 2 * shape.LocalPages; d++)
                {
                    if (s[layout.T.At(tlb, vmid, tag, a, d)] != 0)
                    {
                        // F2, from the walk to the stage-2-only entry, and from there to the combined one.
                        changed |= Join(s, layout.T2.At(tlb, vmid, d / 2), s[layout.S2.At(mmu, d / 2)] & ~1);
                        changed |= Join(s, layout.T.At(tlb, vmid, tag, a, d), s[layout.T2.At(tlb, vmid, d / 2)]);
                    }
                }
            }
        }

        return changed;
    }

    /// <summary>Every way that an access of the guest on p by a may go: all entries that T may hold, and faults.</summary>
    public IEnumerable<Route> Routes(State s, int p, int a)
    {
        var v = s[layout.Loaded.At(p)] - 1;
        var vttbr = s[layout.Vttbr.At(p)] - 1;
        if (vttbr < 0)
        {
            yield break;
        }

        var (mmu, vmid) = (vttbr / shape.Vmids, vttbr % shape.Vmids);
        foreach (var (sctlr, tag, table) in Regimes(s, v))
        {
            if (table >= 0 && (s[layout.S1.At(table, a)] & 1) != 0)
            {
                yield return new Route(sctlr, -1, 0) { Tag = tag };
            }

            for (var d = 0; d < 2 * shape.LocalPages; d++)
            {
                var entries = s[layout.T.At(_tlbOf[p], vmid, tag, a, d)];
                if (entries == 0)
                {
                    continue;
                }

                if ((s[layout.S2.At(mmu, d / 2)] & 1) != 0)
                {
                    yield return new Route(sctlr, d, 0) { Tag = tag };
                }

                foreach (var leaf in In(entries >> 1))
                {
                    yield return new Route(sctlr, d, leaf + 1) { Tag = tag };
                }
            }
        }
    }

    /// <summary>A TLBI takes effect on a pCPU.</summary>
    public void TakeEffect(State s, int q, Tlbi tlbi)
    {
        var tlb = _tlbOf[q];
        for (var vmid = 0; vmid < shape.Vmids; vmid++)
        {
            if (!tlbi.Concerns(vmid))
            {
                continue;
            }

            for (var g = 0; g < shape.LocalPages; g++)
            {
                if (tlbi.RemovesStageTwo(g))
                {
                    s[layout.T2.At(tlb, vmid, g)] = 0;
                }
            }

            for (var tag = 0; tag <= shape.FlatTag; tag++)
            {
                for (var a = 0; a < shape.Vas; a++)
                {
                    for (var d = 0; d < 2 * shape.LocalPages; d++)
                    {
                        if (tlbi.RemovesStageOne(tag, a))
                        {
                            s[layout.T.At(tlb, vmid, tag, a, d)] = 0;
                        }
                    }
                }
            }
        }
    }

    /// <summary>A store to a stage-1 descriptor; d is -1 for none.</summary>
    public void StoreStageOne(State s, int cpu, int table, int a, int d)
    {
        s[layout.S1.At(table, a)] |= (ushort)(1 << (d + 1));
        s[layout.Pw1.At(cpu, table, a)] = (ushort)(1 << cpu);
        s[layout.Since1.At(cpu, table, a)] = 0;
        for (var by = 0; by < shape.Agents; by++)
        {
            s[layout.Since1.At(by, table, a)] |= (ushort)(s[layout.Pw1.At(by, table, a)] != 0 ? 1 << (d + 1) : 0);
        }
    }

    /// <summary>A store to a stage-2 descriptor; the leaf is -1 for none.</summary>
    public void StoreStageTwo(State s, int cpu, int mmu, int page, int leaf)
    {
        s[layout.Cur2.At(mmu, page)] = (ushort)(leaf + 1);
        s[layout.S2.At(mmu, page)] |= (ushort)(1 << (leaf + 1));
        s[layout.Pw2.At(cpu, mmu, page)] = (ushort)(1 << cpu);
        s[layout.Since2.At(cpu, mmu, page)] = 0;
        for (var by = 0; by < shape.Agents; by++)
        {
            s[layout.Since2.At(by, mmu, page)] |= (ushort)(s[layout.Pw2.At(by, mmu, page)] != 0 ? 1 << (leaf + 1) : 0);
        }
    }

    /// <summary>Rule W: a DSB of a CPU ends what it stored, and what locks handed to it: what stood before is read no more. Later stores of others stay open.</summary>
    public void EndStores(State s, int cpu)
    {
        End(layout.Pw1, layout.Since1, layout.S1, shape.Tables * shape.Vas);
        End(layout.Pw2, layout.Since2, layout.S2, shape.Mmus * shape.LocalPages);

        void End(Region pending, Region since, Region read, int descriptors)
        {
            for (var i = 0; i < descriptors; i++)
            {
                for (var by = 0; by < shape.Agents; by++)
                {
                    var own = (by * descriptors) + i;
                    if (((s[pending.At(own)] >> cpu) & 1) != 0)
                    {
                        s[read.At(i)] &= s[since.At(own)];
                        s[pending.At(own)] = s[since.At(own)] = 0;
                    }
                }

                for (var by = 0; by < shape.Agents; by++)
                {
                    s[since.At((by * descriptors) + i)] &= s[read.At(i)];
                }
            }
        }
    }

    /// <summary>Hands the stores of a CPU to a lock, or those of a lock to a CPU.</summary>
    public void HandOn(State s, int from, int to)
    {
        foreach (var region in new[] { layout.Pw1, layout.Pw2 })
        {
            for (var i = 0; i < region.Size; i++)
            {
                if (((s[region.At(i)] >> from) & 1) != 0)
                {
                    s[region.At(i)] |= (ushort)(1 << to);
                }
            }
        }
    }

    private static bool Join(State s, int cell, int more)
    {
        var before = s[cell];
        s[cell] |= (ushort)more;
        return s[cell] != before;
    }
}

/// <summary>What a pCPU does.</summary>
internal static class Phases
{
    public const ushort Idle = 0, Host = 1, Guest = 2;
}
