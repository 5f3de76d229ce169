using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>What statements of the host do, without a body each. The code has gone on already.</summary>
internal sealed class HostStatements(World world)
{
    private readonly Shape _shape = world.Shape;
    private readonly Layout _layout = world.Layout;

    /// <summary>What comes of a statement; nothing while it waits.</summary>
    public IEnumerable<State> Execute(State s, int agent, HostInstruction i)
    {
        int Value(SpecExpr expression) => world.Evaluator.Evaluate(expression, i.Names, s, agent);
        var cpu = _shape.CpuOf(agent);
        switch (i.Statement)
        {
            case OperationStmt o:
                return Operate(s, agent, cpu, o, i);
            case Stage2Stmt t:
                StoreDescriptor(s, agent, cpu, t, i.Names);
                break;
            case SettleStmt t:
                world.GhostWalks.Settle(s, Value(t.Page));
                break;
            case GiveStmt t:
                var owners = t.Owner is null ? _shape.HostOwner : t.Owner.Type is SpecType.Set ? Value(t.Owner) : 1 << Value(t.Owner);
                world.GhostWalks.Give(s, world.Evaluator.Frame(t.Frame, i.Names, s, agent), owners);
                break;
            case CopyStmt t:
                var (from, to) = (world.Evaluator.Frame(t.From, i.Names, s, agent), world.Evaluator.Frame(t.To, i.Names, s, agent));
                if (world.HasLines && from >= 0 && to >= 0)
                {
                    world.Lines.StoreWriteBack(s, to, s[_layout.Coh.At(from)] != 0);
                }

                break;
            case BackStmt t:
                s[_layout.Back.At(Value(t.Page))] = (ushort)(Value(t.Frame) + 1);
                break;
            case PublishStmt t:
                Publish(s, t, i.Names, agent);
                break;
            case VttbrStmt t:
                var mmu = Value(t.Mmu);
                s[_layout.VttbrWritten.At(cpu)] = (ushort)(t.Vmid is null ? world.Vttbr(mmu) : 1 + (mmu * _shape.Vmids) + Value(t.Vmid));
                break;
            case CompleteStmt:
                Complete(s, agent);
                break;
            case AwaitStmt t:
                return Value(LabelledExpr.Without(t.Condition, _shape.Question.Without)!) != 0 ? [s] : [];
            case AssertStmt:
                break;
            case LetStmt t:
                s[_layout.Local.At(agent, i.Slot)] = (ushort)Value(t.Value);
                break;
            case LetInStmt t:
                return Walks.In(Value(t.Set)).Select(element => With(s.Clone(), _layout.Local.At(agent, i.Slot), element)).ToList();
            case AssignStmt t:
                var value = Value(t.Value);
                s[Cell(t.Place, s, agent, i.Names)] = (ushort)value;
                break;
            case ExchangeStmt t:
                var (place, put) = (Cell(t.Place, s, agent, i.Names), Value(t.Value));
                s[_layout.Local.At(agent, i.Slot)] = s[place];
                s[place] = (ushort)put;
                break;
            case CompareAndSwapStmt t:
                var (compared, expected, swapped) = (Cell(t.Place, s, agent, i.Names), Value(t.Expected), Value(t.Value));
                var isEqual = (short)s[compared] == expected;
                s[_layout.Local.At(agent, i.Slot)] = isEqual ? (ushort)1 : (ushort)0;
                s[compared] = isEqual ? (ushort)swapped : s[compared];
                break;
            case LifeStmt { Step: LifeStep.Pause or LifeStep.Resume } t:
                var v = Value(t.Vcpu);
                if (t.Step == LifeStep.Pause && world.IsLoaded(s, v))
                {
                    return [];
                }

                s[_layout.Runnable.At(v)] = t.Step == LifeStep.Resume ? (ushort)1 : (ushort)0;
                break;
            default:
                throw new NotSupportedException($"the reference's host does not have `{i.Statement!.Text}`");
        }

        return [s];
    }

    /// <summary>Performs the write that trapped to a pCPU, once.</summary>
    public void Complete(State s, int p)
    {
        if (s[_layout.Local.At(p, HostCompiler.Done)] != 0)
        {
            return;
        }

        var v = s[_layout.Loaded.At(p)] - 1;
        s[_layout.Local.At(p, HostCompiler.Done)] = 1;
        s[_layout.Sctlr.At(v)] = s[_layout.Local.At(p, HostCompiler.Whole)];
        s[_layout.SctlrIn.At(v)] = (ushort)(1 << s[_layout.Sctlr.At(v)]);
        world.Advance(s, v, 1);
    }

    /// <summary>5.2: from here the contents are the VM's, for every vCPU and every way to look.</summary>
    public void Publish(State s, PublishStmt statement, Names names, int agent)
    {
        if (!world.HasLines || statement.Form == PublishForm.Absent)
        {
            _ = world.HasLines ? throw new NotSupportedException(statement.Text) : 0;
            return;
        }

        var frames = statement.Lines.Select(_shape.FrameOfLine).ToList();
        var pages = new List<int>();
        if (statement.Place is { Type: SpecType.Element { Sort: ScenarioSort.Page } } page)
        {
            pages.Add(world.Evaluator.Evaluate(page, names, s, agent));
        }
        else if (statement.Place is { } frame)
        {
            frames.Add(world.Evaluator.Evaluate(frame, names, s, agent));
        }

        pages.AddRange(frames.SelectMany(f => PagesOf(s, f)));
        foreach (var g in pages.Distinct().Where(g => FrameOf(s, g) >= 0))
        {
            var isTracked = s[_layout.Coh.At(FrameOf(s, g))] != 0;
            world.GhostLines.Publish(s, g, isTracked);
            if (world.HasFetches)
            {
                world.GhostFetches.Publish(s, g, isTracked, v => statement.Form != PublishForm.Now && world.IsExecuting(s, v));
            }

            if (isTracked)
            {
                s[_layout.Writer.At(0)] = (ushort)(1 << _shape.VmOfPage[g]);
            }
        }
    }

    private IEnumerable<State> Operate(State s, int agent, int cpu, OperationStmt o, HostInstruction instruction)
    {
        var names = instruction.Names;
        var all = (ushort)((1 << _shape.Pcpus) - 1);

        // At EL2 HCR_EL2.FB and BSU do nothing; a task's own CPU holds nothing of any guest.
        var reached = o.Operation.Scope == OperationScope.InnerShareable ? all : cpu < _shape.Pcpus ? (ushort)(1 << cpu) : (ushort)0;
        switch (o.Operation.Kind)
        {
            case OperationKind.Store when world.HasLines && Frame() is >= 0 and var f:
                var isTracked = world.IsTracked(s, o.Value!);
                world.Lines.StoreWriteBack(s, f, isTracked);
                foreach (var g in PagesOf(s, f))
                {
                    world.GhostLines.StoreByHost(s, g, isTracked);
                }

                if (isTracked)
                {
                    s[_layout.Writer.At(0)] = (ushort)_shape.HostOwner;
                }

                break;
            case OperationKind.CleanToPoU or OperationKind.CleanToPoC or OperationKind.CleanInvalidateToPoC when world.Cleans(GuestCompiler.CleanKind(o.Operation.Kind)) && Frame() is >= 0 and var f:
                s[_layout.PendDc.At(cpu, f)] |= (ushort)(1 << GuestCompiler.CleanKind(o.Operation.Kind));
                break;
            case OperationKind.InvalidateInstructionLine or OperationKind.InvalidateInstructionAll when instruction.IsAtEl1 && _shape.TagsIcache:
                // V6: at EL1 it acts on the VMID in force, and the host's is none of a guest's.
                break;
            case OperationKind.InvalidateInstructionLine when world.HasFetches && _shape.Question.Hardware.IcActs && Frame() is >= 0 and var f:
                s[_layout.PendIc.At(cpu, _shape.IcacheTags, f)] = all;
                break;
            case OperationKind.InvalidateInstructionAll when world.HasFetches && _shape.Question.Hardware.IcActs:
                s[_layout.PendIc.At(cpu, _shape.IcacheTags, _shape.Frames)] |= reached;
                break;
            case OperationKind.InvalidateTranslations:
                return Invalidate(s, agent, cpu, o, names, reached);
            case OperationKind.DataSynchronizationBarrier:
                var isWide = o.Operation.Scope == OperationScope.InnerShareable;
                if (o.Operation.Access == BarrierAccess.Full && world.IsPending(s, cpu, isWide))
                {
                    return [];
                }

                if (o.Operation.Access == BarrierAccess.Full)
                {
                    world.Walks.DropWalks(s, cpu);
                }

                if (o.Operation.Access != BarrierAccess.Loads && isWide)
                {
                    world.Walks.EndStores(s, cpu);
                }

                break;
            case OperationKind.InstructionSynchronizationBarrier:
                s[_layout.Vttbr.At(cpu)] = s[_layout.VttbrWritten.At(cpu)];
                break;
        }

        return [s];

        int Frame() => o.Place is { } place ? world.Evaluator.Frame(place, names, s, agent) : _shape.FrameOfLine(o.Line!.Value);
    }

    /// <summary>T2: for the VMID in force, or the one that is written and not synchronised.</summary>
    private List<State> Invalidate(State s, int agent, int cpu, OperationStmt o, Names names, ushort reached)
    {
        var form = Tlbi.FormOf(o.Operation);
        var found = new List<State>();
        foreach (var vttbr in new[] { s[_layout.Vttbr.At(cpu)], s[_layout.VttbrWritten.At(cpu)] }.Distinct())
        {
            var next = s.Clone();
            found.Add(next);
            if (vttbr == 0 && form != TlbiForm.All)
            {
                // The host's own regime, which holds nothing of any guest.
                continue;
            }

            var vmid = form == TlbiForm.All ? 0 : (vttbr - 1) % _shape.Vmids;
            var tag = form is TlbiForm.Va or TlbiForm.AllOfAsid ? _shape.AsidIndex(o.Asid ?? 0) : 0;
            var va = form is TlbiForm.Va or TlbiForm.VaAllAsids ? _shape.LocalVa(o.VirtualPage!.Value) : 0;
            var page = form == TlbiForm.Ipa ? _shape.LocalOfPage[world.Evaluator.Evaluate(o.Place!, names, s, agent)] : 0;
            next[_layout.PendT.At(cpu, Array.IndexOf(world.Tlbis, new Tlbi(form, vmid, tag, va, page)))] |= reached;
        }

        return found;
    }

    private void StoreDescriptor(State s, int agent, int cpu, Stage2Stmt t, Names names)
    {
        var page = world.Evaluator.Evaluate(t.Page, names, s, agent);
        var mmu = t.Mmu is { } of ? world.Evaluator.Evaluate(of, names, s, agent) : _shape.MmuOfVm(_shape.VmOfPage[page]);
        var current = s[_layout.Cur2.At(mmu, _shape.LocalOfPage[page])];
        var leaf = -1;
        switch (t.Step)
        {
            case Stage2Step.Map when world.Evaluator.Frame(t.Frame!, names, s, agent) is >= 0 and var f:
                leaf = _shape.LeafNumber(new Leaf(f, t.Writable, t.Executable, t.Type));
                break;
            case Stage2Step.Permit when current != 0:
                leaf = _shape.LeafNumber(_shape.Leaves[current - 1] with { Writable = t.Writable, Executable = t.Executable });
                break;
            case Stage2Step.Map or Stage2Step.Permit:
                return;
        }

        world.Walks.StoreStageTwo(s, cpu, mmu, _shape.LocalOfPage[page], leaf);
        world.GhostWalks.Promise(s, mmu, page, leaf);
    }

    private int Cell(Place place, State s, int agent, Names names) => place.State is { } state
        ? world.Evaluator.Cell(state, place.Index, names, s, agent)
        : _layout.Local.At(agent, ((Binding.Slot)names[place.Symbol!]).Number);

    /// <summary>The frame that is a page's: that of its leaf, or the one that the host means to put there.</summary>
    private int FrameOf(State s, int page) => world.Evaluator.FrameOfPage(s, page) is >= 0 and var mapped ? mapped : s[_layout.Back.At(page)] - 1;

    private List<int> PagesOf(State s, int f) => [.. Enumerable.Range(0, _shape.Pages).Where(g => FrameOf(s, g) == f)];

    private static State With(State s, int cell, int value)
    {
        s[cell] = (ushort)value;
        return s;
    }
}
