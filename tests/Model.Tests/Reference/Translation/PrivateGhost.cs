namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>The rules of the ghost for a private machine with a first stage, as sets, each by itself.</summary>
/// <remarks>
/// gpw[v] holds, of each descriptor that v has stored, the leaves that this store or a later one of anybody wrote. A DSB of v
/// leaves these; what another vCPU has stored since stays open.
/// </remarks>
internal sealed class PrivateGhost : IPrivateSets
{
    private readonly PrivateGhostFault _fault;
    private readonly PrivateSetting _setting;
    private readonly int[,] _walk;
    private readonly SortedDictionary<(int Vcpu, int Table, int Va), int> _stored = [];
    private readonly bool[] _mmu;
    private readonly SortedSet<bool>[] _mmuInForce;
    private readonly int[] _ttbr;
    private readonly SortedSet<int>[] _ttbrInForce;
    private readonly int[,,] _tlb;
    private readonly SortedDictionary<(int Issuer, int Vcpu, int Asid, int Va), int> _openTlbi = [];
    private readonly IPrivateGhostPage[] _pages;
    private readonly int[,] _icache;
    private readonly SortedDictionary<(int Issuer, int Vcpu, int Page), int> _openIc = [];
    private readonly int[,] _pipeline;

    /// <param name="setting">The machine.</param>
    /// <param name="fault">What is wrong.</param>
    /// <param name="isRelational">Whether pages are relations, which are exact always, or sets.</param>
    public PrivateGhost(PrivateSetting setting, PrivateGhostFault fault = PrivateGhostFault.None, bool isRelational = false)
    {
        (_setting, _fault) = (setting, fault);
        _walk = new int[setting.Tables, setting.Vas];
        for (var t = 0; t < setting.Tables; t++)
        {
            for (var a = 0; a < setting.Vas; a++)
            {
                _walk[t, a] = PrivateLeaf.Set(setting.Leaves[t][a]);
            }
        }

        _mmu = [.. setting.MmuOn];
        _mmuInForce = [.. _mmu.Select(m => new SortedSet<bool> { m })];
        _ttbr = new int[setting.Vcpus];
        _ttbrInForce = [.. _ttbr.Select(k => new SortedSet<int> { k })];
        _tlb = new int[setting.Vcpus, setting.Asids, setting.Vas];
        _pages = [.. Enumerable.Range(0, setting.Pages).Select(IPrivateGhostPage (g) => isRelational ? new PrivateRelation(g) : new PrivateGhostPage(g, fault))];
        _icache = new int[setting.Vcpus, setting.Pages];
        _pipeline = new int[setting.Vcpus, setting.Vas];
        Refill();
    }

    private PrivateGhost(PrivateGhost other)
    {
        (_setting, _fault) = (other._setting, other._fault);
        (_walk, _tlb) = ((int[,])other._walk.Clone(), (int[,,])other._tlb.Clone());
        (_icache, _pipeline) = ((int[,])other._icache.Clone(), (int[,])other._pipeline.Clone());
        (_stored, _openTlbi, _openIc) = (new(other._stored), new(other._openTlbi), new(other._openIc));
        (_mmu, _ttbr) = ([.. other._mmu], [.. other._ttbr]);
        _mmuInForce = [.. other._mmuInForce.Select(set => new SortedSet<bool>(set))];
        _ttbrInForce = [.. other._ttbrInForce.Select(set => new SortedSet<int>(set))];
        _pages = [.. other._pages.Select(page => page.Clone())];
    }

    public PrivateGhost Clone() => new(this);

    /// <summary>Two ghosts with the same key have the same future.</summary>
    public string Key() => string.Join('|',
        string.Join(' ', _walk.Cast<int>().Concat(_tlb.Cast<int>()).Concat(_icache.Cast<int>()).Concat(_pipeline.Cast<int>()).Concat(_ttbr)),
        string.Join(' ', _mmu), string.Join(' ', _mmuInForce.Select(set => string.Join(',', set))), string.Join(' ', _ttbrInForce.Select(set => string.Join(',', set))),
        string.Join(' ', _stored), string.Join(' ', _openTlbi), string.Join(' ', _openIc), string.Join('|', _pages.Select(page => page.Key())));

    public int Translations(int v, int a)
    {
        var leaves = _mmuInForce[v].Contains(false) && a < _setting.Pages ? PrivateLeaf.Set(PrivateLeaf.Of(a, nonCacheable: true)) : 0;
        return Regimes(v).Aggregate(leaves, (all, regime) => all | _tlb[v, regime.Asid, a]);
    }

    int? IPrivateSets.Tlb(int v, int asid, int a) => Tlb(v, asid, a);

    public int Tlb(int v, int asid, int a) => _tlb[v, asid, a];

    int? IPrivateSets.Loads(int g, bool nonCacheable) => Loads(g, nonCacheable);

    public int Loads(int g, bool nonCacheable) => Union(g, x => 1 << (nonCacheable ? x.M : x.C));

    int? IPrivateSets.PoU(int g) => PoU(g);

    public int PoU(int g) => Union(g, x => _setting.Idc ? 1 << x.C : x.F);

    int? IPrivateSets.Icache(int v, int g) => Icache(v, g);

    public int Icache(int v, int g) => _icache[v, g];

    int? IPrivateSets.Fetches(int v, int a) => Fetches(v, a);

    public int Fetches(int v, int a) => _pipeline[v, a];

    public void Step(PrivateInstruction i)
    {
        var v = i.Vcpu;
        var leaves = i.IsAccess ? Translations(v, i.Va) : 0;
        switch (i.Op)
        {
            case PrivateOp.St:
                foreach (var g in Pages(leaves))
                {
                    var elsewhere = PrivateLeaf.Pages(leaves) != 1 << g;
                    _pages[g].Store(i.Value, Has(leaves, g, nonCacheable: false), Has(leaves, g, nonCacheable: true), elsewhere);
                }

                break;
            case PrivateOp.Map or PrivateOp.Unmap:
                Describe(v, i.Table, i.Va, PrivateLeaf.Set(i.Op == PrivateOp.Map ? i.Value : PrivateLeaf.Invalid));
                break;
            case PrivateOp.Cvau or PrivateOp.Cvac or PrivateOp.Civac:
                foreach (var g in Pages(leaves))
                {
                    _pages[g].Issue(v, i.Op, elsewhere: PrivateLeaf.Pages(leaves) != 1 << g);
                }

                break;
            case PrivateOp.Ivau or PrivateOp.Iallu or PrivateOp.Ialluis:
                var pages = i.Op == PrivateOp.Ivau ? Pages(leaves).ToList() : [.. Enumerable.Range(0, _setting.Pages)];
                if (i.Op != PrivateOp.Ivau || pages.Count == 1)
                {
                    foreach (var g in pages)
                    {
                        foreach (var w in Targets(i))
                        {
                            _openIc[(v, w, g)] = 0;
                        }
                    }
                }

                break;
            case PrivateOp.TlbiVae1 or PrivateOp.TlbiVae1Is or PrivateOp.TlbiAside1 or PrivateOp.TlbiAside1Is or PrivateOp.TlbiVmalle1 or PrivateOp.TlbiVmalle1Is:
                OpenTlbi(i);
                break;
            case PrivateOp.DsbIsh:
                Settle(v);
                Complete(v, Vcpus);
                foreach (var page in _pages)
                {
                    page.Dsb(v);
                }

                break;
            case PrivateOp.DsbIshst:
                Settle(v);
                break;
            case PrivateOp.DsbNsh:
                Complete(v, [v]);
                if (_setting.NshWaitsForDc)
                {
                    foreach (var page in _pages)
                    {
                        page.Dsb(v);
                    }
                }

                break;
            case PrivateOp.Isb:
                _mmuInForce[v] = [_mmu[v]];
                _ttbrInForce[v] = [_ttbr[v]];
                for (var a = 0; a < _setting.Vas; a++)
                {
                    _pipeline[v, a] = 0;
                }

                break;
            case PrivateOp.MmuOn or PrivateOp.MmuOff:
                _mmu[v] = i.Op == PrivateOp.MmuOn;
                _mmuInForce[v].Add(_mmu[v]);
                break;
            case PrivateOp.Ttbr:
                _ttbr[v] = i.Value;
                _ttbrInForce[v].Add(i.Value);
                break;
        }

        Refill();
    }

    private int Union(int g, Func<PrivateLine, int> part) => _pages[g].Lines.Aggregate(0, (all, x) => all | part(x));

    private IEnumerable<int> Vcpus => Enumerable.Range(0, _setting.Vcpus);

    private IEnumerable<int> Targets(PrivateInstruction i) => i.IsBroadcast ? Vcpus : [i.Vcpu];

    private IEnumerable<PrivateRegime> Regimes(int v) => _mmuInForce[v].Contains(true) ? _ttbrInForce[v].Select(k => _setting.Regimes[v][k]) : [];

    private static IEnumerable<int> Pages(int leaves) => PrivateLeaf.In(leaves).Select(PrivateLeaf.Page).Distinct();

    private static bool Has(int leaves, int g, bool nonCacheable) => (leaves >> PrivateLeaf.Of(g, nonCacheable) & 1) != 0;

    private void OpenTlbi(PrivateInstruction i)
    {
        foreach (var w in Targets(i))
        {
            for (var asid = 0; asid < _setting.Asids; asid++)
            {
                for (var a = 0; a < _setting.Vas; a++)
                {
                    if ((i.Op is PrivateOp.TlbiVmalle1 or PrivateOp.TlbiVmalle1Is || asid == i.Value)
                        && (i.Op is not (PrivateOp.TlbiVae1 or PrivateOp.TlbiVae1Is) || a == i.Va))
                    {
                        _openTlbi[(i.Vcpu, w, asid, a)] = 0;
                        _tlb[w, asid, a] = _fault == PrivateGhostFault.TlbiAtIssue ? 0 : _tlb[w, asid, a];
                    }
                }
            }
        }
    }

    private void Describe(int v, int t, int a, int leaf)
    {
        _walk[t, a] |= leaf;
        foreach (var key in _stored.Keys.Where(k => (k.Table, k.Va) == (t, a)).ToList())
        {
            _stored[key] = _fault == PrivateGhostFault.DescriptorsSettleForAll ? leaf : _stored[key] | leaf;
        }

        _stored[(v, t, a)] = leaf;
    }

    /// <summary>A DSB that orders stores: the descriptors that <paramref name="v"/> has stored are visible to all.</summary>
    private void Settle(int v)
    {
        foreach (var (key, since) in _stored.Where(s => s.Key.Vcpu == v).ToList())
        {
            _walk[key.Table, key.Va] = since;
            _stored.Remove(key);
            foreach (var other in _stored.Keys.Where(k => (k.Table, k.Va) == (key.Table, key.Va)).ToList())
            {
                _stored[other] &= since;
            }
        }
    }

    /// <summary>A DSB that completes what <paramref name="v"/> has open towards some vCPUs.</summary>
    private void Complete(int v, IEnumerable<int> towards)
    {
        foreach (var w in towards)
        {
            foreach (var (key, since) in _openTlbi.Where(o => o.Key.Issuer == v && o.Key.Vcpu == w).ToList())
            {
                _tlb[w, key.Asid, key.Va] &= Since(since);
                _openTlbi.Remove(key);
            }

            foreach (var (key, since) in _openIc.Where(o => o.Key.Issuer == v && o.Key.Vcpu == w).ToList())
            {
                _icache[w, key.Page] &= Since(since);
                _openIc.Remove(key);
            }
        }
    }

    private int Since(int filled) => _fault == PrivateGhostFault.FillsAtDsb ? 0 : filled;

    private void Refill()
    {
        foreach (var w in Vcpus)
        {
            foreach (var regime in Regimes(w))
            {
                for (var a = 0; a < _setting.Vas; a++)
                {
                    var seen = PrivateLeaf.Valid(_walk[regime.Table, a]);
                    _tlb[w, regime.Asid, a] |= seen;
                    foreach (var key in _openTlbi.Keys.Where(k => k.Vcpu == w && k.Asid == regime.Asid && k.Va == a).ToList())
                    {
                        _openTlbi[key] |= seen;
                    }
                }
            }
        }

        for (var g = 0; g < _setting.Pages; g++)
        {
            _pages[g].Close(_fault == PrivateGhostFault.CopiesAlways || Vcpus.Any(w => Enumerable.Range(0, _setting.Vas).Any(a => Has(Translations(w, a), g, nonCacheable: false))));
        }

        foreach (var w in Vcpus)
        {
            for (var a = 0; a < _setting.Vas; a++)
            {
                foreach (var leaf in PrivateLeaf.In(Translations(w, a)))
                {
                    var g = PrivateLeaf.Page(leaf);
                    var filled = PrivateLeaf.IsNonCacheable(leaf) ? Loads(g, nonCacheable: true) : _setting.Dic ? 0 : PoU(g);
                    _icache[w, g] |= filled;
                    foreach (var key in _openIc.Keys.Where(k => k.Vcpu == w && k.Page == g).ToList())
                    {
                        _openIc[key] |= filled;
                    }
                }
            }

            for (var a = 0; a < _setting.Vas; a++)
            {
                foreach (var leaf in PrivateLeaf.In(Translations(w, a)))
                {
                    var g = PrivateLeaf.Page(leaf);
                    _pipeline[w, a] |= _icache[w, g] | (PrivateLeaf.IsNonCacheable(leaf) ? Loads(g, nonCacheable: true) : PoU(g));
                }
            }
        }
    }
}
