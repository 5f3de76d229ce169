namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>What a ghost keeps of one page.</summary>
internal interface IPrivateGhostPage
{
    /// <summary>The line states that are possible.</summary>
    IEnumerable<PrivateLine> Lines { get; }

    IPrivateGhostPage Clone();

    /// <summary>Two pages with the same key have the same future.</summary>
    string Key();

    /// <summary>A store of n.</summary>
    /// <param name="n">The version.</param>
    /// <param name="writeBack">Whether a Write-Back leaf for this page may be used.</param>
    /// <param name="nonCacheable">Whether a Non-cacheable leaf for this page may be used.</param>
    /// <param name="elsewhere">Whether a leaf for another page may be used.</param>
    void Store(int n, bool writeBack, bool nonCacheable, bool elsewhere);

    /// <summary>A DC is issued.</summary>
    /// <param name="v">By which vCPU.</param>
    /// <param name="dc">Its kind.</param>
    /// <param name="elsewhere">Whether it may mean another page.</param>
    void Issue(int v, PrivateOp dc, bool elsewhere);

    /// <summary>All DCs of <paramref name="v"/> are complete.</summary>
    void Dsb(int v);

    /// <summary>Adds all that the hardware may do by itself.</summary>
    void Close(bool mayBeCached);
}

/// <summary>The page as the relation between line states and the set of DCs that have yet to act: exact always, and large.</summary>
internal sealed class PrivateRelation : IPrivateGhostPage
{
    private const int Kinds = 3;

    private HashSet<(PrivateLine Line, int Pending)> _states;

    public PrivateRelation(int version) => _states = [(PrivateLine.Initial(version), 0)];

    private PrivateRelation(HashSet<(PrivateLine, int)> states) => _states = states;

    public IEnumerable<PrivateLine> Lines => _states.Select(s => s.Line);

    public IPrivateGhostPage Clone() => new PrivateRelation([.. _states]);

    public string Key() => string.Join('/', _states.GroupBy(s => s.Pending).OrderBy(same => same.Key).Select(same => $"{same.Key}{PrivateLine.Key(same.Select(s => s.Line))}"));

    public void Store(int n, bool writeBack, bool nonCacheable, bool elsewhere) =>
        _states = [.. _states.SelectMany(s => s.Line.After(n, writeBack, nonCacheable, elsewhere).Select(line => (line, s.Pending)))];

    public void Issue(int v, PrivateOp dc, bool elsewhere)
    {
        var bit = 1 << ((v * Kinds) + (dc - PrivateOp.Cvau));
        var issued = _states.Select(s => (s.Line, s.Pending | bit));
        _states = [.. elsewhere ? _states.Concat(issued) : issued];
    }

    public void Dsb(int v) => _states.RemoveWhere(s => (s.Pending >> (v * Kinds) & ((1 << Kinds) - 1)) != 0);

    public void Close(bool mayBeCached)
    {
        var queue = new Queue<(PrivateLine Line, int Pending)>(_states);
        while (queue.TryDequeue(out var s))
        {
            var moved = s.Line.Moves(mayBeCached).Select(line => (line, s.Pending));
            var acted = Enumerable.Range(0, 32).Where(b => (s.Pending >> b & 1) != 0).Select(b => (s.Line.After(PrivateOp.Cvau + (b % Kinds)), s.Pending & ~(1 << b)));
            foreach (var next in moved.Concat(acted).Where(_states.Add))
            {
                queue.Enqueue(next);
            }
        }
    }
}
