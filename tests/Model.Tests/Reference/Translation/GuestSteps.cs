using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>The steps of the guest that a pCPU executes: translation.md 2 and 4, and the ghost beside.</summary>
internal sealed partial class GuestSteps(World world, HostSteps host, Emit emit)
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
                s[_layout.PendIc.At(_p, world.IcacheTag(s, _p), _shape.Frames)] |= reached;
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

    private void Barrier(State s, GuestInstruction i)
    {
        var own = i.Scope == OperationScope.InnerShareable;
        var isWide = own || world.Settings.UpgradesBarriers(_shape.Question.Scenario.Vcpus[_v]);
        if (i.Access == BarrierAccess.Full && world.IsPending(s, _p, isWide))
        {
            return;
        }

        var next = s.Clone();
        if (i.Access == BarrierAccess.Full)
        {
            world.Walks.DropWalks(next, _p);
        }

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
