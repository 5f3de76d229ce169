namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>A step: where it leads, what it violates, and words for a trace.</summary>
internal readonly record struct Successor(State State, Failures Failures, string Agent, int Number, string What);

/// <summary>All steps of a state.</summary>
internal sealed class Successors
{
    private readonly World _world;
    private readonly HostSteps _host;
    private readonly GuestSteps _guests;
    private readonly List<Successor> _found = [];

    public Successors(World world)
    {
        _world = world;
        _host = new HostSteps(world, Emit);
        _guests = new GuestSteps(world, _host, Emit);
    }

    /// <summary>The list is that of the next call, too.</summary>
    public List<Successor> Of(State s)
    {
        _found.Clear();
        var shape = _world.Shape;
        var layout = _world.Layout;
        for (var p = 0; p < shape.Pcpus; p++)
        {
            switch (s[layout.Phase.At(p)])
            {
                case Phases.Idle when !shape.IsBareMetal:
                    _host.Loads(s, p);
                    break;
                case Phases.Host:
                    _host.Step(s, p, "host on P", p);
                    break;
                case Phases.Guest:
                    _guests.Steps(s, p);
                    break;
            }
        }

        for (var task = 0; task < shape.Tasks; task++)
        {
            var agent = shape.Pcpus + task;

            // On a pCPU it runs only while nothing is loaded there.
            if (shape.CpuOf(agent) == agent || s[layout.Phase.At(shape.CpuOf(agent))] == Phases.Idle)
            {
                _host.Step(s, agent, "task ", task);
            }
        }

        Hardware(s);
        return _found;
    }

    private void Hardware(State s)
    {
        var (shape, layout) = (_world.Shape, _world.Layout);
        for (var cpu = 0; cpu < shape.Agents; cpu++)
        {
            for (var k = 0; k < _world.Tlbis.Length; k++)
            {
                foreach (var q in Walks.In(s[layout.PendT.At(cpu, k)]))
                {
                    var next = s.Clone();
                    next[layout.PendT.At(cpu, k)] &= (ushort)~(1 << q);
                    _world.Walks.TakeEffect(next, q, _world.Tlbis[k]);
                    Emit(next, Failures.None, "hardware: TLBI of CPU", cpu, $"takes effect on P{q}");
                }
            }

            for (var f = 0; f <= shape.Frames; f++)
            {
                for (var tag = 0; tag <= shape.IcacheTags; tag++)
                {
                    foreach (var q in Walks.In(s[layout.PendIc.At(cpu, tag, f)]))
                    {
                        var next = s.Clone();
                        next[layout.PendIc.At(cpu, tag, f)] &= (ushort)~(1 << q);
                        _world.InvalidateIcache(next, q, tag, f);
                        Emit(next, Failures.None, "hardware: IC of CPU", cpu, $"takes effect on P{q}");
                    }
                }

                foreach (var kind in f < shape.Frames ? Walks.In(s[layout.PendDc.At(cpu, f)]) : [])
                {
                    var next = s.Clone();
                    next[layout.PendDc.At(cpu, f)] &= (ushort)~(1 << kind);
                    _world.Lines.Clean(next, f, kind);
                    Emit(next, Failures.None, "hardware: DC of CPU", cpu, "takes effect");
                }
            }
        }

        for (var f = 0; f < shape.Frames; f++)
        {
            if (s[layout.Ds.At(f)] is Lines.Dirty or Lines.Stale)
            {
                var next = s.Clone();
                var isDirty = s[layout.Ds.At(f)] == Lines.Dirty;
                if (isDirty)
                {
                    _world.Lines.WriteBack(next, f);
                }
                else
                {
                    _world.Lines.Evict(next, f);
                }

                Emit(next, Failures.None, "hardware: frame ", f, isDirty ? "written back" : "evicted");
            }
        }
    }

    private void Emit(State next, Failures failures, string agent, int number, string what)
    {
        _world.Close(next);
        _found.Add(new Successor(next, failures, agent, number, what));
    }
}

/// <summary>Takes a step that was found.</summary>
internal delegate void Emit(State next, Failures failures, string agent, int number, string what);
