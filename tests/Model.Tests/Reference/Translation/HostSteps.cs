using CoherenceCheck.Language.Scenarios;

namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>The steps of the host: vCPUs are loaded, handlers and tasks run statement by statement.</summary>
internal sealed class HostSteps(World world, Emit emit)
{
    private readonly Shape _shape = world.Shape;
    private readonly Layout _layout = world.Layout;
    private readonly HostStatements _statements = new(world);
    private readonly bool _policyWritesVttbr = !world.Shape.IsBareMetal && world.Question.Policy.Statements().Any(statement => statement is VttbrStmt);

    /// <summary>Every vCPU that may be loaded on an idle pCPU.</summary>
    public void Loads(State s, int p)
    {
        // A task that has another VTTBR in force here is not interrupted by a load.
        for (var task = 0; task < _shape.Tasks; task++)
        {
            if (_shape.CpuOf(_shape.Pcpus + task) == p && s[_layout.VttbrWritten.At(p)] != 0)
            {
                return;
            }
        }

        foreach (var vcpu in _shape.Question.Scenario.Vcpus)
        {
            var v = vcpu.Number;
            if (!vcpu.Placement.Contains(p) || s[_layout.Runnable.At(v)] == 0 || IsLoaded(s, v))
            {
                continue;
            }

            var next = s.Clone();
            next[_layout.Loaded.At(p)] = (ushort)(v + 1);
            next[_layout.Phase.At(p)] = Phases.Host;
            if (!_policyWritesVttbr)
            {
                next[_layout.Vttbr.At(p)] = next[_layout.VttbrWritten.At(p)] = (ushort)world.Vttbr(_shape.MmuOfVm(vcpu.Vm));
            }

            next[_layout.Pc.At(p)] = (ushort)(s[_layout.Seen.At(v)] == 0 ? world.Host.FirstLoad : world.Host.Load);
            next[_layout.Seen.At(v)] = world.HasVcpuInit ? (ushort)1 : (ushort)0;
            foreach (var settled in Settle(next, p))
            {
                emit(settled, Failures.None, "P", p, $"loads vCPU {v}");
            }
        }
    }

    /// <summary>The guest on p is left, to where the code says: an exception entry is a context synchronisation event.</summary>
    public IEnumerable<State> Exit(State s, int p, int pc)
    {
        world.Synchronise(s, p);
        s[_layout.Phase.At(p)] = Phases.Host;
        s[_layout.Pc.At(p)] = (ushort)pc;
        return Settle(s, p);
    }

    /// <summary>The next statement of an agent.</summary>
    public void Step(State s, int agent, string who, int number)
    {
        var instruction = world.Host.Code[s[_layout.Pc.At(agent)]];
        foreach (var next in Perform(s.Clone(), agent, instruction).ToList())
        {
            foreach (var settled in Settle(next, agent))
            {
                emit(settled, Failures.None, who, number, instruction.Statement?.Text ?? instruction.Op.ToString());
            }
        }
    }

    /// <inheritdoc cref="HostStatements.Publish"/>
    public void Publish(State s, PublishStmt statement, Names names, int agent) => _statements.Publish(s, statement, names, agent);

    private bool IsLoaded(State s, int v) => world.IsLoaded(s, v);

    /// <summary>Performs one instruction; nothing while it waits. The state may be used up.</summary>
    private IEnumerable<State> Perform(State s, int agent, HostInstruction i)
    {
        ref var pc = ref s[_layout.Pc.At(agent)];
        switch (i.Op)
        {
            case HostOp.Statement:
                pc++;
                return _statements.Execute(s, agent, i);
            case HostOp.Test:
                pc = world.Evaluator.Evaluate(i.Test!, i.Names, s, agent) != 0 ? (ushort)(pc + 1) : (ushort)i.Target;
                return [s];
            case HostOp.Choose:
                return i.Targets.Select(target => At(s.Clone(), agent, target));
            case HostOp.Acquire:
                var free = world.Evaluator.LockNumber(i.Lock!, i.Names, s, agent);
                if (s[_layout.Lock.At(free)] != 0)
                {
                    return [];
                }

                pc++;
                s[_layout.Lock.At(free)] = (ushort)(agent + 1);
                world.Walks.HandOn(s, _shape.Agents + free, _shape.CpuOf(agent));
                return [s];
            case HostOp.Release:
                var held = world.Evaluator.LockNumber(i.Lock!, i.Names, s, agent);
                pc++;
                s[_layout.Lock.At(held)] = 0;
                world.Walks.HandOn(s, _shape.CpuOf(agent), _shape.Agents + held);
                return [s];
            case HostOp.EnterMmu:
                pc++;
                s[_layout.Local.At(agent, i.Slot)] = s[_layout.VttbrWritten.At(_shape.CpuOf(agent))];
                s[_layout.VttbrWritten.At(_shape.CpuOf(agent))] = (ushort)world.Vttbr(world.Evaluator.Evaluate(i.Mmu!, i.Names, s, agent));
                return [s];
            case HostOp.LeaveMmu:
                pc++;
                s[_layout.VttbrWritten.At(_shape.CpuOf(agent))] = s[_layout.Local.At(agent, i.Slot)];
                return [s];
            case HostOp.Synchronise:
                pc++;
                s[_layout.Vttbr.At(_shape.CpuOf(agent))] = s[_layout.VttbrWritten.At(_shape.CpuOf(agent))];
                return [s];
            case HostOp.Atomic:
                pc++;
                return Atomically(s, agent, i.Target);
            case HostOp.End:
                return [];
            default:
                throw new InvalidOperationException($"{i.Op} is no step");
        }
    }

    private List<State> Atomically(State s, int agent, int end)
    {
        var (done, pending) = (new List<State>(), new Stack<State>([s]));
        while (pending.TryPop(out var state))
        {
            var pc = state[_layout.Pc.At(agent)];
            if (pc >= end)
            {
                done.Add(state);
                continue;
            }

            var i = world.Host.Code[pc];
            foreach (var next in i.Op is HostOp.Jump or HostOp.Forget ? [Silent(state, agent, i)] : Perform(state, agent, i).ToList())
            {
                pending.Push(next);
            }
        }

        return done;
    }

    private State Silent(State s, int agent, HostInstruction i)
    {
        if (i.Op == HostOp.Jump)
        {
            return At(s, agent, i.Target);
        }

        for (var slot = i.Slot; slot < world.Host.Locals; slot++)
        {
            s[_layout.Local.At(agent, slot)] = 0;
        }

        return At(s, agent, s[_layout.Pc.At(agent)] + 1);
    }

    /// <summary>Goes on to where the next step begins.</summary>
    private IEnumerable<State> Settle(State s, int agent)
    {
        while (true)
        {
            var i = world.Host.Code[s[_layout.Pc.At(agent)]];
            switch (i.Op)
            {
                case HostOp.Jump or HostOp.Forget:
                    s = Silent(s, agent, i);
                    break;
                case HostOp.Perform:
                    _statements.Complete(s, agent);
                    s = At(s, agent, s[_layout.Pc.At(agent)] + 1);
                    break;
                case HostOp.Fork:
                    return i.Targets.SelectMany(target => Settle(At(s.Clone(), agent, target), agent)).ToList();
                case HostOp.Enter:
                    s[_layout.Phase.At(agent)] = Phases.Guest;
                    world.Synchronise(s, agent);
                    return [Forget(s, agent)];
                case HostOp.Leave:
                    s[_layout.Phase.At(agent)] = Phases.Idle;
                    s[_layout.Loaded.At(agent)] = 0;
                    if (!_policyWritesVttbr)
                    {
                        s[_layout.Vttbr.At(agent)] = s[_layout.VttbrWritten.At(agent)] = 0;
                    }

                    return [Forget(s, agent)];
                default:
                    return [s];
            }
        }
    }

    private State Forget(State s, int agent)
    {
        for (var slot = 0; slot < world.Host.Locals; slot++)
        {
            s[_layout.Local.At(agent, slot)] = 0;
        }

        return At(s, agent, 0);
    }

    private State At(State s, int agent, int pc)
    {
        s[_layout.Pc.At(agent)] = (ushort)pc;
        return s;
    }
}
