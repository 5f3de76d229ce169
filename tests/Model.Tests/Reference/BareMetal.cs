namespace CoherenceCheck.Model.Tests.Reference;

/// <summary>
/// Bare metal, concretely: one private PE for each vCPU, every choice of the hardware a step of its own. Written from
/// the description of the machine (docs/model.md, The machine) alone; it shares nothing with the model.
/// </summary>
/// <param name="hardware">The hardware.</param>
/// <param name="pes">The number of PEs.</param>
/// <param name="lines">The number of lines.</param>
internal sealed class BareMetal(Hardware hardware, int pes, int lines)
{
    // What caches hold of a line: nothing, a copy that agrees with the PoC, a dirty copy, a clean copy that the PoC has left behind.
    private const byte None = 0, Dirty = 1, Stale = 2, Copy = 3;

    /// <summary>Line i holds version i; everything is clean and nothing pending.</summary>
    public MachineState Initial(IReadOnlyList<Sctlr> sctlr)
    {
        var s = new MachineState(pes, lines);
        for (var x = 0; x < lines; x++)
        {
            s.Coh(x) = (byte)x;
            s.Poc(x) = (byte)x;
            s.F(x) = Only(x);
        }

        for (var p = 0; p < pes; p++)
        {
            s.Written(p) = (byte)sctlr[p].Bit;
            s.InForce(p) = (byte)sctlr[p].Bit;
        }

        Refill(s);
        return s;
    }

    /// <summary>What an instruction leads to: nothing while it waits, several states where the hardware has a choice.</summary>
    public IEnumerable<MachineState> Execute(MachineState before, Instruction i)
    {
        var p = i.Vcpu;
        var s = before.Clone();
        switch (i.Op)
        {
            case Op.Str when Sctlr.In(before.InForce(p)).All(m => m.StoresCacheable):
                s.Coh(i.Line) = (byte)i.Value;
                s.Ds(i.Line) = Dirty;
                s.F(i.Line) = hardware.Idc ? Only(i.Value) : (byte)(s.F(i.Line) | Only(i.Value));
                Snoop(s, i.Line);
                break;
            case Op.Str:
                StoreNonCacheable(s, i.Line, i.Value);
                Snoop(s, i.Line);
                break;
            case Op.Cvau:
                s.PendingDc(p, i.Line) |= 1;
                break;
            case Op.Cvac:
                s.PendingDc(p, i.Line) |= 2;
                break;
            case Op.Civac:
                s.PendingDc(p, i.Line) |= 4;
                break;
            case Op.Ivau when !hardware.IcIsNop:
                s.PendingIvau(p, i.Line) = AllPes;
                break;
            case Op.Iallu when !hardware.IcIsNop:
                s.PendingIall(p) |= Only(p);
                break;
            case Op.Ialluis when !hardware.IcIsNop:
                s.PendingIall(p) |= AllPes;
                break;
            case Op.DsbIsh when IsPending(s, p, AllPes, clean: true):
            case Op.DsbNsh when IsPending(s, p, Only(p), clean: !hardware.NshLimitsDc):
                yield break;
            case Op.Isb:
                s.InForce(p) = s.Written(p);
                for (var x = 0; x < lines; x++)
                {
                    s.Q(p, x) = 0;
                }

                break;
            case Op.MsrM or Op.MsrC or Op.MsrI:
                var old = Sctlr.In(s.Written(p)).Single();
                var now = i.Op switch
                {
                    Op.MsrM => old with { M = i.Value != 0 },
                    Op.MsrC => old with { C = i.Value != 0 },
                    _ => old with { I = i.Value != 0 },
                };
                s.Written(p) = (byte)now.Bit;
                s.InForce(p) |= (byte)now.Bit;
                break;
        }

        Refill(s);
        yield return s;
    }

    /// <summary>What the hardware may do by itself.</summary>
    public IEnumerable<MachineState> Moves(MachineState before)
    {
        for (var x = 0; x < lines; x++)
        {
            for (var p = 0; p < pes; p++)
            {
                foreach (var kind in new byte[] { 1, 2, 4 })
                {
                    if ((before.PendingDc(p, x) & kind) != 0)
                    {
                        yield return After(before, s => Clean(s, p, x, kind));
                    }
                }

                foreach (var targets in Targets(before.PendingIvau(p, x)))
                {
                    yield return After(before, s =>
                    {
                        s.PendingIvau(p, x) &= (byte)~targets;
                        Invalidate(s, targets, x);
                    });
                }
            }

            if (before.Ds(x) == Dirty)
            {
                yield return After(before, s => (s.Poc(x), s.Ds(x)) = (s.Coh(x), Copy));
            }

            if (before.Ds(x) is Stale or Copy)
            {
                yield return After(before, s => (s.Coh(x), s.Ds(x), s.F(x)) = (s.Poc(x), None, (byte)(s.F(x) | Only(s.Poc(x)))));
            }

            // Whoever may look at the line Write-Back may read it into a data cache, by speculation too.
            if (before.Ds(x) == None && Enumerable.Range(0, pes).Any(p => Sctlr.In(before.InForce(p)).Any(m => m.StoresCacheable)))
            {
                yield return After(before, s => s.Ds(x) = Copy);
            }
        }

        for (var p = 0; p < pes; p++)
        {
            foreach (var targets in Targets(before.PendingIall(p)))
            {
                yield return After(before, s =>
                {
                    s.PendingIall(p) &= (byte)~targets;
                    for (var x = 0; x < lines; x++)
                    {
                        Invalidate(s, targets, x);
                    }
                });
            }
        }
    }

    /// <summary>How a line's coherent value and the PoC differ, as the model has it: 0 equal, 1 dirty, 2 stale.</summary>
    public static int Difference(MachineState s, int x) => s.Ds(x) == Copy ? 0 : s.Ds(x);

    /// <summary>What a fetch at the PoU may return.</summary>
    public int AtPoU(MachineState s, int x) => hardware.Idc ? Only(s.Coh(x)) : s.F(x);

    private byte AllPes => (byte)((1 << pes) - 1);

    private static byte Only(int version) => (byte)(1 << version);

    private MachineState After(MachineState before, Action<MachineState> change)
    {
        var s = before.Clone();
        change(s);
        Refill(s);
        return s;
    }

    private IEnumerable<int> Targets(int pending)
    {
        if (hardware.OneInstant)
        {
            return pending == 0 ? [] : [pending];
        }

        return Enumerable.Range(0, pes).Select(p => 1 << p).Where(p => (pending & p) != 0);
    }

    private void Invalidate(MachineState s, int targets, int x)
    {
        for (var p = 0; p < pes; p++)
        {
            if ((targets >> p & 1) != 0)
            {
                s.I(p, x) = 0;
            }
        }
    }

    private static void Clean(MachineState s, int p, int x, byte kind)
    {
        s.PendingDc(p, x) &= (byte)~kind;
        s.F(x) = s.Ds(x) == Stale ? (byte)(Only(s.Coh(x)) | Only(s.Poc(x))) : Only(s.Coh(x));
        if (kind == 1)
        {
            return;
        }

        if (s.Ds(x) == Dirty)
        {
            (s.Poc(x), s.Ds(x)) = (s.Coh(x), Copy);
        }

        if (kind == 4)
        {
            (s.Coh(x), s.Ds(x), s.F(x)) = (s.Poc(x), None, Only(s.Poc(x)));
        }
    }

    private static void StoreNonCacheable(MachineState s, int x, int n)
    {
        s.Poc(x) = (byte)n;
        switch (s.Ds(x))
        {
            case Dirty:
                s.F(x) |= Only(n);
                break;
            case Copy:
                s.Ds(x) = Stale;
                break;
            case None:
                s.Coh(x) = (byte)n;
                s.F(x) = Only(n);
                break;
        }
    }

    private void Snoop(MachineState s, int x)
    {
        if (hardware.Dic && hardware.Snoops == Snoops.AtStore)
        {
            Invalidate(s, AllPes, x);
        }
    }

    private bool IsPending(MachineState s, int p, int targets, bool clean)
    {
        var pending = (s.PendingIall(p) & targets) != 0;
        for (var x = 0; x < lines; x++)
        {
            pending |= (s.PendingIvau(p, x) & targets) != 0 || (clean && s.PendingDc(p, x) != 0);
        }

        return pending;
    }

    private void Refill(MachineState s)
    {
        for (var p = 0; p < pes; p++)
        {
            for (var x = 0; x < lines; x++)
            {
                int fill = 0, direct = 0;
                foreach (var m in Sctlr.In(s.InForce(p)))
                {
                    // Write-Back; Write-Through with the MMU off and I = 1; else Non-cacheable.
                    var nonCacheable = !m.I;
                    var reads = nonCacheable
                        ? Only(s.Poc(x)) | (hardware.NcAtEither ? AtPoU(s, x) : 0)
                        : AtPoU(s, x) | (!m.M && hardware.WtAtEither ? Only(s.Poc(x)) : 0);
                    if (!hardware.Dic)
                    {
                        fill |= reads;
                        direct |= reads;
                    }
                    else if (hardware.Snoops == Snoops.CoherentFill)
                    {
                        direct |= AtPoU(s, x);
                    }
                    else
                    {
                        fill |= nonCacheable ? reads : 0;
                        direct |= reads;
                    }
                }

                s.I(p, x) |= (byte)fill;
                s.Q(p, x) |= (byte)(s.I(p, x) | direct);
            }
        }
    }
}
