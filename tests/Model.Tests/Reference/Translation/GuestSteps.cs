using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>The steps of the guest that a pCPU executes: translation.md 2 and 4, and the ghost beside.</summary>
internal sealed class GuestSteps(World world, HostSteps host, Emit emit)
{
    private readonly Shape _shape = world.Shape;
    private readonly Layout _layout = world.Layout;
    private int _p;
    private int _v;
    private string _text = "";

    public void Steps(State s, int p)
    {
        (_p, _v) = (p, s[_layout.Loaded.At(p)] - 1);
        if (!_shape.IsBareMetal)
        {
            _text = "exits";
            foreach (var next in host.Exit(s.Clone(), p, world.Host.Exit))
            {
                Found(next);
            }
        }

        var code = world.Guests.Code[_v];
        if (_shape.Question.Scenario.Vcpus[_v].Program is null)
        {
            foreach (var letter in code)
            {
                Step(s, letter);
            }
        }
        else if (s[_layout.GuestPc.At(_v)] < code.Length)
        {
            Step(s, code[s[_layout.GuestPc.At(_v)]]);
        }
    }

    private void Step(State s, GuestInstruction i)
    {
        _text = i.Text;
        switch (i.Op)
        {
            case GuestOp.Load or GuestOp.Store or GuestOp.Execute or GuestOp.Clean or GuestOp.InvalidateLine:
                Access(s, i);
                break;
            case GuestOp.Dsb:
                Barrier(s, i);
                break;
            case GuestOp.WriteSctlr or GuestOp.ToggleMmu:
                WriteSctlr(s, i);
                break;
            case GuestOp.Await when world.Evaluator.Evaluate(((AwaitStmt)i.Statement!).Condition, Names.None, s, -1) == 0:
                break;
            case GuestOp.Choose:
                foreach (var target in i.Targets)
                {
                    var next = s.Clone();
                    next[_layout.GuestPc.At(_v)] = (ushort)target;
                    world.Advance(next, _v, 0);
                    Found(next);
                }

                break;
            default:
                var after = s.Clone();
                Do(after, i);
                Finish(after);
                break;
        }
    }

    private void Do(State s, GuestInstruction i)
    {
        var all = (ushort)((1 << _shape.Pcpus) - 1);
        var isBroadcast = i.Scope == OperationScope.InnerShareable;
        var reached = isBroadcast || world.Settings.ForcesBroadcast(_shape.Question.Scenario.Vcpus[_v]) ? all : (ushort)(1 << _p);
        switch (i.Op)
        {
            case GuestOp.Isb:
                world.Synchronise(s, _p);
                world.SynchroniseGhost(s, _v);
                break;
            case GuestOp.Tlbi:
                var tlbi = new Tlbi(i.Form, (s[_layout.Vttbr.At(_p)] - 1) % _shape.Vmids, i.Form is TlbiForm.Va or TlbiForm.AllOfAsid ? i.Asid : 0, Math.Max(0, i.Va), 0);
                s[_layout.PendT.At(_p, Array.IndexOf(world.Tlbis, tlbi))] |= reached;
                world.GhostWalks.Invalidate(s, _v, tlbi, isBroadcast);
                break;
            case GuestOp.InvalidateAll when world.HasFetches && _shape.Question.Hardware.IcActs:
                s[_layout.PendIc.At(_p, _shape.Frames)] |= reached;
                world.GhostFetches.Invalidate(s, _v, a: null, isBroadcast);
                break;
            case GuestOp.WriteAsid:
                s[_layout.Asid.At(_v)] = (ushort)i.Kind;
                s[_layout.AsidIn.At(_v)] |= (ushort)(1 << i.Kind);
                s[_layout.GhostAsid.At(_v)] |= (ushort)(1 << i.Kind);
                break;
            case GuestOp.Descriptor:
                world.Walks.StoreStageOne(s, _p, _shape.Table(_v, i.Asid), i.Va, i.Leaf);
                world.GhostWalks.Store(s, _v, _shape.Table(_v, i.Asid), i.Va, i.Leaf);
                break;
            case GuestOp.Publish:
                host.Publish(s, (PublishStmt)i.Statement!, Names.None, -1);
                break;
        }
    }

    private void Access(State s, GuestInstruction i)
    {
        var routes = world.Walks.Routes(s, _p, i.Va).Distinct().ToList();
        if (routes.Exists(route => route.D < 0))
        {
            // An exception to the guest's own EL1 and its ERET: context synchronisation events of both machines.
            var next = s.Clone();
            world.Synchronise(next, _p);
            world.SynchroniseGhost(next, _v);
            Finish(next, suffix: " (stage-1 fault)");
        }

        foreach (var (local, isPermission) in routes.Where(route => route.D >= 0 && !IsAllowed(route, i.Op)).Select(route => (route.D / 2, route.S > 0)).Distinct().ToList())
        {
            Fault(s, i.Op, _shape.PageOf(_shape.VmOfVcpu[_v], local), isPermission);
        }

        var allowed = routes.Where(route => route.D >= 0 && IsAllowed(route, i.Op)).ToList();
        switch (i.Op)
        {
            case GuestOp.Load when allowed.Count > 0:
                Finish(s.Clone(), allowed.Aggregate(Failures.None, (all, route) => all | JudgeLoad(s, i.Va, route)));
                break;
            case GuestOp.Execute when s[_layout.Q.At(_p, i.Va)] is not 0 and var captured:
                var failures = allowed.Aggregate(Failures.None, (all, route) => all | world.JudgeRoute(s, _v, i.Va, route));
                Finish(s.Clone(), failures | ((captured & 2) != 0 ? world.JudgeContents(s, _v, i.Va, isFetch: true) : Failures.None));
                break;
            case GuestOp.Store:
                allowed.ForEach(route => Store(s, i, route));
                break;
            case GuestOp.Clean or GuestOp.InvalidateLine:
                foreach (var frame in allowed.Select(route => _shape.Leaves[route.S - 1].Frame).Distinct())
                {
                    Maintain(s, i, frame);
                }

                break;
        }
    }

    private bool IsAllowed(Route route, GuestOp op) => route.S > 0 && op switch
    {
        GuestOp.Store => _shape.Leaves[route.S - 1].Writable,
        GuestOp.Execute => _shape.Leaves[route.S - 1].Executable,
        _ => true,
    };

    private void Fault(State s, GuestOp op, int page, bool isPermission)
    {
        if (_shape.IsBareMetal || page < 0)
        {
            return;
        }

        var next = s.Clone();
        next[_layout.Local.At(_p, HostCompiler.First)] = (ushort)page;
        next[_layout.Local.At(_p, HostCompiler.Second)] = op switch { GuestOp.Store => 1, GuestOp.Execute => 2, _ => 0 };
        next[_layout.Local.At(_p, HostCompiler.Third)] = isPermission ? (ushort)1 : (ushort)0;
        foreach (var exited in host.Exit(next, _p, world.Host.Fault))
        {
            Found(exited, suffix: isPermission ? " (stage-2 permission fault)" : " (stage-2 translation fault)");
        }
    }

    private Failures JudgeLoad(State s, int a, Route route)
    {
        var leaf = _shape.Leaves[route.S - 1];
        var cell = world.Settings.DataIsWriteBack(route.Sctlr, route.D, world.Combined(leaf)) ? _layout.Coh : _layout.Poc;
        var isTracked = world.HasLines && s[cell.At(leaf.Frame)] != 0;
        return world.JudgeRoute(s, _v, a, route) | (isTracked ? world.JudgeContents(s, _v, a, isFetch: false) : Failures.None);
    }

    private void Store(State s, GuestInstruction i, Route route)
    {
        var failures = world.JudgeRoute(s, _v, i.Va, route);
        if (!world.HasLines)
        {
            Finish(s.Clone(), failures);
            return;
        }

        var isNamed = i.Value is not null && world.IsTracked(s, i.Value);
        Store(s.Clone(), isNamed);
        if (i.Value is null && s[_layout.Armed.At(0)] != 0)
        {
            var next = s.Clone();
            next[_layout.Armed.At(0)] = 0;
            Store(next, isTracked: true);
        }

        void Store(State next, bool isTracked)
        {
            var leaf = _shape.Leaves[route.S - 1];
            world.GhostLines.Store(next, _v, i.Va, isTracked);
            if (isTracked)
            {
                next[_layout.Writer.At(0)] = (ushort)(1 << _shape.VmOfVcpu[_v]);
            }

            if (world.Settings.DataIsWriteBack(route.Sctlr, route.D, world.Combined(leaf)))
            {
                world.Lines.StoreWriteBack(next, leaf.Frame, isTracked);
                Finish(next, failures);
                return;
            }

            foreach (var stored in world.Lines.StoreNonCacheable(next, leaf.Frame, isTracked).ToList())
            {
                Finish(stored, failures);
            }
        }
    }

    private void Maintain(State s, GuestInstruction i, int frame)
    {
        var next = s.Clone();
        if (i.Op == GuestOp.Clean && world.Cleans(i.Kind))
        {
            next[_layout.PendDc.At(_p, frame)] |= (ushort)(1 << i.Kind);
            world.GhostLines.Clean(next, _v, i.Va, i.Kind);
        }
        else if (i.Op == GuestOp.InvalidateLine && world.HasFetches && _shape.Question.Hardware.IcActs)
        {
            next[_layout.PendIc.At(_p, frame)] = (ushort)((1 << _shape.Pcpus) - 1);
            world.GhostFetches.Invalidate(next, _v, i.Va, isBroadcast: true);
        }

        Finish(next);
    }

    private void Barrier(State s, GuestInstruction i)
    {
        var own = i.Scope == OperationScope.InnerShareable;
        var isWide = own || world.Settings.UpgradesBarriers(_shape.Question.Scenario.Vcpus[_v]);
        if (i.Access == BarrierAccess.Full && world.IsPending(s, _p, isWide))
        {
            return;
        }

        var next = s.Clone();
        if (i.Access != BarrierAccess.Loads && isWide)
        {
            world.Walks.EndStores(next, _p);
        }

        // Bare metal does not know HCR_EL2.BSU.
        if (i.Access != BarrierAccess.Loads && own)
        {
            world.GhostWalks.EndStores(next, _v);
        }

        if (i.Access == BarrierAccess.Full)
        {
            world.GhostWalks.Complete(next, _v, own);
            if (world.HasLines && (own || _shape.Question.Hardware.NshCompletesCleans))
            {
                world.GhostLines.Complete(next, _v);
            }

            if (world.HasFetches)
            {
                world.GhostFetches.Complete(next, _v, own);
            }
        }

        Finish(next);
    }

    private void WriteSctlr(State s, GuestInstruction i)
    {
        var old = s[_layout.Sctlr.At(_v)];
        var written = i.Op == GuestOp.ToggleMmu
            ? Settings.Toggled(_shape.Question.Scenario.Vcpus[_v], old)
            : (old & ~(1 << i.Kind)) | (Values.Number(i.Value!) << i.Kind);
        var next = s.Clone();

        // Bare metal performs it at once; it comes into force by the vCPU's own synchronisation, so between trap and completion both count.
        next[_layout.GhostSctlr.At(_v)] |= (ushort)(1 << written);
        if (_shape.IsBareMetal || !_shape.Question.Policy.Hooks.Any(hook => hook.Event == HookEvent.SysregWrite))
        {
            next[_layout.Sctlr.At(_v)] = (ushort)written;
            next[_layout.SctlrIn.At(_v)] |= (ushort)(1 << written);
            Finish(next);
            return;
        }

        var bit = i.Op == GuestOp.ToggleMmu ? 0 : i.Kind;
        next[_layout.Local.At(_p, HostCompiler.First)] = (ushort)bit;
        next[_layout.Local.At(_p, HostCompiler.Second)] = (ushort)((old >> bit) & 1);
        next[_layout.Local.At(_p, HostCompiler.Third)] = (ushort)((written >> bit) & 1);
        next[_layout.Local.At(_p, HostCompiler.Whole)] = (ushort)written;
        foreach (var exited in host.Exit(next, _p, world.Host.Trap))
        {
            Found(exited, suffix: " (trapped)");
        }
    }

    private void Finish(State next, Failures failures = Failures.None, string suffix = "")
    {
        world.Advance(next, _v, 1);
        Found(next, failures, suffix);
    }

    private void Found(State next, Failures failures = Failures.None, string suffix = "") => emit(next, failures, $"P{_p}: vCPU ", _v, _text + suffix);
}
