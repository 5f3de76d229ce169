namespace CoherenceCheck.Model.Tests.Reference;

/// <summary>All states in which bare metal may be after a fixed sequence of instructions.</summary>
internal sealed class SubsetConstruction
{
    private readonly BareMetal _machine;
    private HashSet<MachineState> _states;

    public SubsetConstruction(BareMetal machine, IReadOnlyList<Sctlr> sctlr)
    {
        _machine = machine;
        _states = Closed([machine.Initial(sctlr)]);
    }

    public IReadOnlyCollection<MachineState> States => _states;

    /// <summary>The states after one more instruction; those in which it would wait for ever drop out.</summary>
    public void Step(Instruction instruction) => _states = Closed(_states.SelectMany(s => _machine.Execute(s, instruction)));

    public int Pipeline(int v, int x) => Union(s => s.Q(v, x));

    public int Icache(int v, int x) => Union(s => s.I(v, x));

    public int PoU(int x) => Union(s => _machine.AtPoU(s, x));

    public int PoC(int x) => Union(s => 1 << s.Poc(x));

    private int Union(Func<MachineState, int> part) => _states.Aggregate(0, (all, s) => all | part(s));

    private HashSet<MachineState> Closed(IEnumerable<MachineState> states)
    {
        var all = states.ToHashSet();
        var open = new Queue<MachineState>(all);
        while (open.TryDequeue(out var state))
        {
            foreach (var next in _machine.Moves(state).Where(all.Add))
            {
                open.Enqueue(next);
            }
        }

        return all;
    }
}
