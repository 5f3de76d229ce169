namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>gH and gO of one page: line states that are possible now, and for each open DC those in which it has acted.</summary>
/// <remarks>
/// <para>What makes this equal to the private machine:</para>
/// <list type="number">
/// <item>F is part of a line's state. Natural moves, stores and effects go through gH and through every open gO alike.</item>
/// <item>An open DC may act at any time from its issue on: gH gains eff(gH), its own gO gains eff(gH), every other open gO
/// gains eff of itself. An effect depends on the copy and the two values alone, not on F; whatever it leads to, moves of the
/// hardware lead to with another F. So each state in which it has acted has a twin in which it has not, and effects may be taken from all states.</item>
/// <item>One gO for each vCPU and kind. A DSB of v intersects gH with every gO of v, as sets of whole line states, and then
/// every gO that is still open with gH.</item>
/// <item>A DC that may mean several pages guarantees nothing but may act on each: gO := gH, unless one is open already.</item>
/// </list>
/// <para>
/// Equal for ever (breadth first, two values) with IDC = 1, and with IDC = 0 as long as no CVAU or CVAC is open together with
/// a CIVAC. There the sets, which are projections, may be larger: <c>dc cvau; st 1; dc civac; st 0; st 1; dc cvau; dsb</c>,
/// Non-cacheable and with a Write-Back view that comes and goes, leaves F = {1}, here {0, 1}. Only the relation between line
/// states and pending DCs, <see cref="PrivateRelation"/>, is equal always.
/// </para>
/// </remarks>
internal sealed class PrivateGhostPage : IPrivateGhostPage
{
    private readonly PrivateGhostFault _fault;
    private readonly SortedDictionary<(int Vcpu, PrivateOp Dc), HashSet<PrivateLine>> _open = [];
    private HashSet<PrivateLine> _now;

    public PrivateGhostPage(int version, PrivateGhostFault fault)
    {
        _fault = fault;
        _now = [PrivateLine.Initial(version)];
    }

    private PrivateGhostPage(PrivateGhostPage other)
    {
        _fault = other._fault;
        _now = [.. other._now];
        foreach (var (key, lines) in other._open)
        {
            _open.Add(key, [.. lines]);
        }
    }

    public IEnumerable<PrivateLine> Lines => _now;

    public IPrivateGhostPage Clone() => new PrivateGhostPage(this);

    public string Key() => string.Join('/', _open.Select(o => $"{o.Key}{PrivateLine.Key(o.Value)}").Prepend(PrivateLine.Key(_now)));

    public void Store(int n, bool writeBack, bool nonCacheable, bool elsewhere)
    {
        _now = Stored(_now);
        foreach (var key in _open.Keys.ToList())
        {
            _open[key] = Stored(_open[key]);
        }

        HashSet<PrivateLine> Stored(HashSet<PrivateLine> lines) => [.. lines.SelectMany(x => x.After(n, writeBack, nonCacheable, elsewhere))];
    }

    public void Issue(int v, PrivateOp dc, bool elsewhere)
    {
        var key = (v, dc);
        if (_fault == PrivateGhostFault.OneDcForAllKinds)
        {
            _open.Keys.Where(k => k.Vcpu == v).ToList().ForEach(k => _open.Remove(k));
        }

        if (!elsewhere)
        {
            _open[key] = [.. _now.Select(x => x.After(dc))];
        }
        else if (_fault != PrivateGhostFault.DcOnSeveralPagesIsNothing)
        {
            _open.TryAdd(key, [.. _now]);
        }
    }

    public void Dsb(int v)
    {
        foreach (var (key, acted) in _open.Where(o => o.Key.Vcpu == v).ToList())
        {
            if (_fault is PrivateGhostFault.EffectsAtDsb or PrivateGhostFault.Assigns)
            {
                _now.UnionWith(acted);
            }

            _now.IntersectWith(acted);
            _open.Remove(key);
        }

        foreach (var acted in _open.Values.Where(_ => _fault != PrivateGhostFault.Assigns))
        {
            acted.IntersectWith(_now);
        }
    }

    public void Close(bool mayBeCached)
    {
        int before;
        do
        {
            before = Size();
            Move(_now, mayBeCached);
            foreach (var (key, acted) in _open)
            {
                Move(acted, mayBeCached);
                acted.UnionWith(_now.Select(x => x.After(key.Dc)));
                if (_fault == PrivateGhostFault.EffectsAtDsb)
                {
                    continue;
                }

                Act(_now, key.Dc);
                foreach (var other in _open.Values.Where(other => other != acted && _fault != PrivateGhostFault.EffectsInOwnSetOnly))
                {
                    Act(other, key.Dc);
                }
            }
        }
        while (Size() != before);
    }

    private int Size() => _now.Count + _open.Values.Sum(lines => lines.Count);

    private static void Act(HashSet<PrivateLine> lines, PrivateOp dc) => lines.UnionWith(lines.Select(x => x.After(dc)).ToList());

    private static void Move(HashSet<PrivateLine> lines, bool mayBeCached)
    {
        var queue = new Queue<PrivateLine>(lines);
        while (queue.TryDequeue(out var x))
        {
            foreach (var next in x.Moves(mayBeCached).Where(lines.Add))
            {
                queue.Enqueue(next);
            }
        }
    }
}
