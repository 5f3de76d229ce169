namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>
/// The part of the private machine that the order of the instructions fixes, without a choice of the hardware: what
/// walkers may read of the tables, and the values of SCTLR_EL1.M and TTBR that may be in force.
/// </summary>
/// <remarks>
/// A store to a descriptor may or may not be seen by a walk until its own vCPU has executed a DSB that orders stores.
/// Stores to one descriptor are coherent: where a store is visible to all, everything before it is gone.
/// </remarks>
internal sealed class PrivateContext
{
    private const int Nobody = -1;

    private readonly PrivateSetting _setting;
    private readonly List<(int Leaf, int Owner)>[] _descriptors;
    private readonly int[] _mmu;
    private readonly int[] _mmuInForce;
    private readonly int[] _ttbr;
    private readonly int[] _ttbrInForce;

    public PrivateContext(PrivateSetting setting)
    {
        _setting = setting;
        _descriptors = [.. setting.Leaves.SelectMany(leaves => leaves).Select(leaf => new List<(int, int)> { (leaf, Nobody) })];
        _mmu = [.. setting.MmuOn.Select(on => on ? 1 : 0)];
        _mmuInForce = [.. _mmu.Select(m => 1 << m)];
        _ttbr = new int[setting.Vcpus];
        _ttbrInForce = [.. _ttbr.Select(k => 1 << k)];
    }

    private PrivateContext(PrivateContext other)
    {
        _setting = other._setting;
        _descriptors = [.. other._descriptors.Select(stores => stores.ToList())];
        _mmu = [.. other._mmu];
        _mmuInForce = [.. other._mmuInForce];
        _ttbr = [.. other._ttbr];
        _ttbrInForce = [.. other._ttbrInForce];
    }

    public PrivateContext Clone() => new(this);

    /// <summary>Two contexts with the same key have the same future.</summary>
    public string Key() => string.Join('|', _descriptors.Select(stores => string.Join(' ', stores))) +
        $"|{string.Join(' ', _mmu)}|{string.Join(' ', _mmuInForce)}|{string.Join(' ', _ttbr)}|{string.Join(' ', _ttbrInForce)}";

    /// <summary>The leaves, 0 included, that a walk of table <paramref name="t"/> may read for <paramref name="a"/> now.</summary>
    public int Walk(int t, int a) => _descriptors[(t * _setting.Vas) + a].Aggregate(0, (all, s) => all | PrivateLeaf.Set(s.Leaf));

    /// <summary>Whether the MMU of <paramref name="v"/> may be on, or off.</summary>
    public bool MayBe(int v, bool on) => (_mmuInForce[v] >> (on ? 1 : 0) & 1) != 0;

    /// <summary>The regimes that a vCPU whose MMU may be on can have in force.</summary>
    public IEnumerable<PrivateRegime> Regimes(int v) => MayBe(v, on: true) ? _setting.Regimes[v].Where((_, k) => (_ttbrInForce[v] >> k & 1) != 0) : [];

    public void Execute(PrivateInstruction i)
    {
        var v = i.Vcpu;
        switch (i.Op)
        {
            case PrivateOp.Map or PrivateOp.Unmap:
                var stores = _descriptors[(i.Table * _setting.Vas) + i.Va];
                var leaf = i.Op == PrivateOp.Map ? i.Value : PrivateLeaf.Invalid;
                // An earlier store of the same leaf by the same vCPU is gone no later than this one.
                stores.Remove((leaf, v));
                stores.Add((leaf, v));
                break;
            case PrivateOp.DsbIsh or PrivateOp.DsbIshst:
                foreach (var open in _descriptors)
                {
                    if (open.FindLastIndex(s => s.Owner == v) is var last and >= 0)
                    {
                        open.RemoveRange(0, last);
                        open[0] = (open[0].Leaf, Nobody);
                    }
                }

                break;
            case PrivateOp.MmuOn or PrivateOp.MmuOff:
                _mmu[v] = i.Op == PrivateOp.MmuOn ? 1 : 0;
                _mmuInForce[v] |= 1 << _mmu[v];
                break;
            case PrivateOp.Ttbr:
                _ttbr[v] = i.Value;
                _ttbrInForce[v] |= 1 << i.Value;
                break;
            case PrivateOp.Isb:
                _mmuInForce[v] = 1 << _mmu[v];
                _ttbrInForce[v] = 1 << _ttbr[v];
                break;
        }
    }
}
