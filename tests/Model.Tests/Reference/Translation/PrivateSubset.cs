namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>All states in which a private machine may be after a fixed sequence of instructions.</summary>
internal sealed class PrivateSubset : IPrivateSets
{
    private readonly PrivateMachine _machine;
    private readonly PrivateContext _context;
    private readonly int _most;
    private HashSet<PrivateState> _states;

    public PrivateSubset(PrivateSetting setting, int most = int.MaxValue)
    {
        _machine = new PrivateMachine(setting);
        _context = new PrivateContext(setting);
        _most = most;
        _states = Closed([_machine.Initial(_context)]);
    }

    private PrivateSubset(PrivateSubset other)
    {
        (_machine, _context, _most, _states) = (other._machine, other._context.Clone(), other._most, other._states);
        (IsTooLarge, HidesFault) = (other.IsTooLarge, other.HidesFault);
    }

    public IReadOnlyCollection<PrivateState> States => _states;

    public PrivateSubset Clone() => new(this);

    /// <summary>Two of one setting with the same key have the same future, but for collisions of 64 bits.</summary>
    public string Key() => $"{_context.Key()}|{HidesFault}|{_states.Count}|{_states.Aggregate(0UL, (sum, s) => sum + s.Fingerprint())}";

    /// <summary>Whether there were more states than allowed; the sets mean nothing then.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>Whether an access could have faulted in some state: that it did not tells of TLBIs that have not acted yet, and no ghost looks at it.</summary>
    public bool HidesFault { get; private set; }

    /// <summary>The states after one more instruction; those in which it would wait for ever, or fault, drop out.</summary>
    public void Step(PrivateInstruction i)
    {
        HidesFault |= i.IsAccess && i.Op is not (PrivateOp.Ld or PrivateOp.Exec) && _states.Any(s => _machine.Usable(_context, s, i.Vcpu, i.Va) == 0);
        _context.Execute(i);
        _states = Closed(_states.SelectMany(s => _machine.Execute(_context, s, i)));
    }

    public int Translations(int v, int a) => Union(s => _machine.Usable(_context, s, v, a));

    int? IPrivateSets.Tlb(int v, int asid, int a) => Tlb(v, asid, a);

    public int Tlb(int v, int asid, int a) => Union(s => s.Tlb(v, asid, a));

    int? IPrivateSets.Loads(int g, bool nonCacheable) => Loads(g, nonCacheable);

    public int Loads(int g, bool nonCacheable) => Union(s => 1 << (nonCacheable ? s.Poc(g) : s.Coh(g)));

    /// <summary>The versions that a load of <paramref name="v"/> by <paramref name="a"/> may deliver, whichever leaf it uses.</summary>
    public int LoadsBy(int v, int a) => Union(s => PrivateLeaf.In(_machine.Usable(_context, s, v, a))
        .Aggregate(0, (all, leaf) => all | 1 << (PrivateLeaf.IsNonCacheable(leaf) ? s.Poc(PrivateLeaf.Page(leaf)) : s.Coh(PrivateLeaf.Page(leaf)))));

    int? IPrivateSets.Fetches(int v, int a) => Fetches(v, a);

    public int Fetches(int v, int a) => Union(s => s.Q(v, a));

    int? IPrivateSets.Icache(int v, int g) => Icache(v, g);

    public int Icache(int v, int g) => Union(s => s.I(v, g));

    int? IPrivateSets.PoU(int g) => PoU(g);

    public int PoU(int g) => Union(s => _machine.AtPoU(s, g));

    private int Union(Func<PrivateState, int> part)
    {
        var all = 0;
        foreach (var s in _states)
        {
            all |= part(s);
        }

        return all;
    }

    private HashSet<PrivateState> Closed(IEnumerable<PrivateState> states)
    {
        var all = states.ToHashSet();
        var open = new Queue<PrivateState>(all);
        while (open.TryDequeue(out var state))
        {
            foreach (var next in _machine.Moves(_context, state))
            {
                if (all.Add(next))
                {
                    open.Enqueue(next);
                }
            }

            if (all.Count > _most)
            {
                IsTooLarge = true;
                break;
            }
        }

        return all;
    }
}
