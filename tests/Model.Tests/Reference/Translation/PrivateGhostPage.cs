namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>gH and gO of one page.</summary>
internal sealed class PrivateGhostPage(bool idc, int version, PrivateGhostPage.Rule rule = PrivateGhostPage.Rule.All)
{
    public enum Rule { All, AtDsb, NotActed, Relational }

    private HashSet<PrivateLine> _now = [PrivateLine.Uncached(version, 1 << version)];
    private readonly SortedDictionary<(int, PrivateOp), HashSet<PrivateLine>> _open = [];
    private readonly Dictionary<(int, PrivateOp), HashSet<PrivateLine>> _not = [];
    private HashSet<(PrivateLine, int)> _rel = [(PrivateLine.Uncached(version, 1 << version), 0)];

    private static int PBit(int v, PrivateOp k) => 1 << (v * 3 + (k - PrivateOp.Cvau));

    public int Count => rule == Rule.Relational ? _rel.Count : _now.Count;
    private IEnumerable<PrivateLine> Now => rule == Rule.Relational ? _rel.Select(x => x.Item1) : _now;

    public int Loads(bool nc) => Now.Aggregate(0, (all, x) => all | 1 << (nc ? x.M : x.C));

    public int PoU => Now.Aggregate(0, (all, x) => all | (idc ? 1 << x.C : x.F));

    public void Store(int n, bool wb, bool nc, bool other)
    {
        HashSet<PrivateLine> S(HashSet<PrivateLine> x) => [.. x.SelectMany(l => Stores(l))];
        IEnumerable<PrivateLine> Stores(PrivateLine l)
        {
            if (wb) yield return l.Store(n, false);
            if (nc) yield return l.Store(n, true);
            if (other) yield return l;
        }
        if (rule == Rule.Relational) { _rel = [.. _rel.SelectMany(x => Stores(x.Item1).Select(l => (l, x.Item2)))]; return; }
        _now = S(_now);
        foreach (var k in _open.Keys.ToList()) { _open[k] = S(_open[k]); _not[k] = S(_not[k]); }
    }

    public void Open(int v, PrivateOp dc)
    {
        if (rule == Rule.Relational) { _rel = [.. _rel.Select(x => (x.Item1, x.Item2 | PBit(v, dc)))]; return; }
        _open[(v, dc)] = [.. _now.Select(l => l.After(dc))];
        _not[(v, dc)] = [.. _now];
    }

    public void Dsb(int v)
    {
        if (rule == Rule.Relational) { _rel.RemoveWhere(x => (x.Item2 & (7 << (3 * v))) != 0); return; }
        foreach (var dc in new[] { PrivateOp.Cvau, PrivateOp.Cvac, PrivateOp.Civac })
        {
            if (_open.Remove((v, dc), out var o))
            {
                _not.Remove((v, dc));
                _now.IntersectWith(o);
            }
        }
        foreach (var o in _open.Values) o.IntersectWith(_now);
        foreach (var o in _not.Values) o.IntersectWith(_now);
    }

    public void Close(bool mayBeCached)
    {
        if (rule == Rule.Relational)
        {
            var q = new Queue<(PrivateLine, int)>(_rel);
            while (q.TryDequeue(out var x))
            {
                foreach (var y in x.Item1.Moves(mayBeCached).Select(l => (l, x.Item2)))
                    if (_rel.Add(y)) q.Enqueue(y);
                for (var b = 0; b < 6; b++)
                    if ((x.Item2 >> b & 1) != 0 && (x.Item1.After(PrivateOp.Cvau + b % 3), x.Item2 & ~(1 << b)) is var y && _rel.Add(y)) q.Enqueue(y);
            }
            return;
        }
        int before;
        do
        {
            before = Size();
            Natural(_now, mayBeCached);
            foreach (var s in _open.Values) Natural(s, mayBeCached);
            foreach (var s in _not.Values) Natural(s, mayBeCached);
            foreach (var (k, o) in _open)
            {
                o.UnionWith(_now.Where(l => rule != Rule.NotActed || _not[k].Contains(l)).Select(l => l.After(k.Item2)).ToList());
                if (rule == Rule.AtDsb) continue;
                Effect(_now, k, rule);
                foreach (var (k2, o2) in _open) if (k2 != k) Effect(o2, k, rule);
                foreach (var (k2, o2) in _not) if (k2 != k) Effect(o2, k, rule);
            }
        }
        while (Size() != before);
    }

    private void Effect(HashSet<PrivateLine> s, (int, PrivateOp) k, Rule r) => s.UnionWith(s.Where(l => r != Rule.NotActed || _not[k].Contains(l)).Select(l => l.After(k.Item2)).ToList());

    private int Size() => _now.Count + _open.Values.Sum(s => s.Count) + _not.Values.Sum(s => s.Count);

    private static void Natural(HashSet<PrivateLine> set, bool mayBeCached)
    {
        var q = new Queue<PrivateLine>(set);
        while (q.TryDequeue(out var x))
            foreach (var y in x.Moves(mayBeCached))
                if (set.Add(y)) q.Enqueue(y);
    }
}
