namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>Loads, stores, fetches and maintenance by VA: whatever needs a translation, and may fault.</summary>
internal sealed partial class GuestSteps
{
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
        var isWriteBack = world.Settings.DataIsWriteBack(route.Sctlr, route.D, world.Combined(leaf));
        var isTracked = world.HasLines && ((!isWriteBack && s[_layout.Poc.At(leaf.Frame)] != 0)
            || ((isWriteBack || _shape.Question.Hardware.NcDataMayHit) && s[_layout.Coh.At(leaf.Frame)] != 0));
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
            next[_layout.PendIc.At(_p, world.IcacheTag(s, _p), frame)] = (ushort)((1 << _shape.Pcpus) - 1);
            world.GhostFetches.Invalidate(next, _v, i.Va, isBroadcast: true);
        }

        Finish(next);
    }
}
