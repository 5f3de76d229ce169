namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <content>What maintenance does when it takes effect, and what a DSB waits for.</content>
internal sealed partial class PrivateMachine
{
    /// <summary>Everything that a pending DC, IC or TLBI of <paramref name="p"/> may do, on one PE at a time.</summary>
    private IEnumerable<PrivateState> Maintenance(PrivateContext context, PrivateState before, int p)
    {
        for (var page = 0; page < setting.Pages; page++)
        {
            var g = page;
            for (var kind = 0; kind < 3; kind++)
            {
                var op = PrivateOp.Cvau + kind;
                if ((before.PendingDc(p, g) >> kind & 1) != 0)
                {
                    yield return After(context, before, s => CleanLine(s, p, g, op));
                }
            }
        }

        for (var target = 0; target < setting.Vcpus; target++)
        {
            var (q, bit) = (target, Only(target));
            for (var page = 0; page < setting.Pages; page++)
            {
                var g = page;
                if ((before.PendingIvau(p, g) & bit) != 0)
                {
                    yield return After(context, before, s => (s.PendingIvau(p, g), s.I(q, g)) = ((byte)(s.PendingIvau(p, g) & ~bit), 0));
                }
            }

            if ((before.PendingIall(p) & bit) != 0)
            {
                yield return After(context, before, s =>
                {
                    s.PendingIall(p) &= (byte)~bit;
                    for (var g = 0; g < setting.Pages; g++)
                    {
                        s.I(q, g) = 0;
                    }
                });
            }

            if ((before.PendingVmalle1(p) & bit) != 0)
            {
                yield return After(context, before, s =>
                {
                    s.PendingVmalle1(p) &= (byte)~bit;
                    for (var asid = 0; asid < setting.Asids; asid++)
                    {
                        ForgetAsid(s, q, asid);
                    }
                });
            }

            for (var number = 0; number < setting.Asids; number++)
            {
                var asid = number;
                if ((before.PendingAside1(p, asid) & bit) != 0)
                {
                    yield return After(context, before, s =>
                    {
                        s.PendingAside1(p, asid) &= (byte)~bit;
                        ForgetAsid(s, q, asid);
                    });
                }

                for (var va = 0; va < setting.Vas; va++)
                {
                    var a = va;
                    if ((before.PendingVae1(p, asid, a) & bit) != 0)
                    {
                        yield return After(context, before, s =>
                            (s.PendingVae1(p, asid, a), s.Tlb(q, asid, a)) = ((byte)(s.PendingVae1(p, asid, a) & ~bit), 0));
                    }
                }
            }
        }
    }

    private void ForgetAsid(PrivateState s, int p, int asid)
    {
        for (var a = 0; a < setting.Vas; a++)
        {
            s.Tlb(p, asid, a) = 0;
        }
    }

    private void CleanLine(PrivateState s, int p, int g, PrivateOp kind)
    {
        s.PendingDc(p, g) &= (byte)~Only(kind - PrivateOp.Cvau);
        NowAtPoU(s, g, s.Copy(g) == Clean ? Only(s.Coh(g)) | Only(s.Poc(g)) : Only(s.Coh(g)));
        if (kind != PrivateOp.Cvau && s.Copy(g) == Dirty)
        {
            WriteBack(s, g);
        }

        if (kind == PrivateOp.Civac)
        {
            (s.Coh(g), s.Copy(g)) = (s.Poc(g), None);
            NowAtPoU(s, g, Only(s.Poc(g)));
        }
    }

    private bool IsPending(PrivateState s, int p, int targets, bool clean)
    {
        var pending = s.PendingIall(p) | s.PendingVmalle1(p);
        for (var g = 0; g < setting.Pages; g++)
        {
            pending |= s.PendingIvau(p, g) | (clean && s.PendingDc(p, g) != 0 ? targets : 0);
        }

        for (var asid = 0; asid < setting.Asids; asid++)
        {
            pending |= s.PendingAside1(p, asid);
            for (var a = 0; a < setting.Vas; a++)
            {
                pending |= s.PendingVae1(p, asid, a);
            }
        }

        return (pending & targets) != 0;
    }
}
