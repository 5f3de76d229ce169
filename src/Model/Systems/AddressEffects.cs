using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Model.Host.Flows;
using CoherenceCheck.Model.Machine;
using CoherenceCheck.Model.Pe;
using CoherenceCheck.Model.Pe.InOrder;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Systems;

/// <summary>What statements about tables, frames and pages do in one step, where accesses go by address.</summary>
internal sealed class AddressEffects(Shape shape, Sorts sorts, Translator translator, AddressParts parts, PeModel pe)
{
    private AddressSpace Space => parts.Space;

    private Expr Invalid2 => Ex.Const(Space.Leaf2Sort.Size);

    private Expr NoFrame => Ex.Const(shape.Scenario.Frames.Length);

    /// <summary>The one way in which a statement goes.</summary>
    public Choice Of(Stmt statement, Actor actor, FlowScope scope) => Choice.Always(
    [
        .. statement switch
        {
            Stage2Stmt s => Stage2(s, actor, scope),
            SettleStmt s => ForPage(s.Page, scope, page => parts.OfGhost(part => part.OnSettle(page))),
            GiveStmt s => Give(s, scope),
            CopyStmt s => Copy(FrameOf(s.From, scope), FrameOf(s.To, scope)),
            BackStmt s => [parts.Stage2.Back(translator.Translate(s.Page, scope), FrameOf(s.Frame, scope))],
            DescriptorStmt s => Descriptor(s, actor),
            VttbrStmt s => parts.Vttbr.Write(actor.Pcpu ?? throw new ModelRefusalException("VTTBR_EL2 is written on a pCPU: give the task one, `on {P0}`", s.Span),
                translator.Translate(s.Mmu, scope), s.Vmid is null ? null : Vmid(s.Vmid, scope, s.Span)),
            _ => throw new InvalidOperationException($"{statement.GetType().Name} is not about addresses."),
        },
    ]);

    /// <summary>The frame of an operand of the host: a frame, or that to which a page's table leads now, or none.</summary>
    public Expr FrameOf(SpecExpr place, FlowScope scope)
    {
        var value = translator.Translate(place, scope);
        return place.Type is SpecType.Element { Sort: ScenarioSort.Page } ? ByPage(value, parts.Stage2.FrameBehind) : value;
    }

    /// <summary>From here on every vCPU must see what a page holds.</summary>
    public Choice Publish(PublishStmt statement, FlowScope scope, Func<Expr, Expr> keepsCaptured)
    {
        if (parts.Memory is not { } memory)
        {
            return Choice.Always();
        }

        IEnumerable<Statement> Of(int page) => parts.OfGhost(part => part.OnPublishPage(page, memory.Coherent(parts.Stage2.FrameBehind(page)), statement.Form, keepsCaptured));
        IEnumerable<Statement> OfFrame(Expr frame) => Pages.SelectMany(page => Ex.Eq(parts.Stage2.FrameBehind(page), frame) switch
        {
            Expr.Const { Value: 0 } => [],
            var isBehind => (Statement[])[Ex.When(isBehind, [.. Of(page)])],
        });
        return Choice.Always(
        [
            .. statement.Place is not { } place ? statement.Lines.SelectMany(line => OfFrame(Ex.Const(line)))
                : place.Type is SpecType.Element { Sort: ScenarioSort.Page } ? ForPage(place, scope, page => [Ex.When(Ex.Lt(parts.Stage2.FrameBehind(page), NoFrame), [.. Of(page)])])
                : OfFrame(translator.Translate(place, scope)),
        ]);
    }

    /// <summary>A guest's store to a stage-1 descriptor: a leaf, or none.</summary>
    public Choice Descriptor(Vcpu vcpu, int va, Leaf1? leaf, int asid, Actor actor)
    {
        if (Space.TableOf(vcpu, asid) is not (>= 0 and var table))
        {
            // No vCPU ever walks it.
            return Choice.Always();
        }

        var descriptor = Ex.Const(leaf is { } known ? Space.Leaves1.IndexOf(known) : Space.Leaf1Sort.Size);
        return Choice.Always(
            [.. parts.OfMachine(part => part.OnDescriptor1(actor.Pe, table, va, descriptor)), .. parts.OfGhost(part => part.OnDescriptor1(actor.Vcpu!, table, va, descriptor))]);
    }

    /// <summary>A guest changes to another of its tables.</summary>
    public Choice WriteAsid(OperationStmt statement, Expr vcpu)
    {
        var asid = Ex.Const(Space.Asids.IndexOf(AddressSpace.AsidOf(statement)));
        return Choice.Always([.. parts.OfMachine(part => part.OnWriteAsid(vcpu, asid)), .. parts.OfGhost(part => part.OnWriteAsid(vcpu, asid))]);
    }

    private IEnumerable<int> Pages => Enumerable.Range(0, Space.VmOfPage.Length);

    private IEnumerable<Statement> Descriptor(DescriptorStmt statement, Actor actor) => Descriptor(
        shape.Scenario.Vcpus[(int)((Expr.Const)actor.Vcpu!).Value], Space.IndexOf(statement.VirtualPage), statement.Page is null ? null : Space.LeafOf(statement), statement.Asid, actor).Body;

    private Expr ByPage(Expr page, Func<int, Expr> value)
    {
        if (page is Expr.Const { Value: var known })
        {
            return value((int)known);
        }

        var result = value(Space.VmOfPage.Length - 1);
        for (var i = Space.VmOfPage.Length - 2; i >= 0; i--)
        {
            result = Ex.If(Ex.Eq(page, i), value(i), result);
        }

        return result;
    }

    private IEnumerable<Statement> ForPage(SpecExpr page, FlowScope scope, Func<int, IEnumerable<Statement>> body)
    {
        var value = translator.Translate(page, scope);
        return value is Expr.Const { Value: var known }
            ? body((int)known)
            : Pages.Select(i => (i, Body: body(i).ToArray())).Where(pair => pair.Body.Length > 0).Select(pair => Ex.When(Ex.Eq(value, pair.i), pair.Body));
    }

    private IEnumerable<Statement> Stage2(Stage2Stmt statement, Actor actor, FlowScope scope)
    {
        if (shape.IsBareMetal || !Space.ChangesStage2)
        {
            return [];
        }

        return ForPage(statement.Page, scope, page =>
        {
            var vm = Space.VmOfPage[page];
            var mmus = Enumerable.Range(0, Space.Mmus.Length).Where(mmu => Space.Mmus[mmu].Vm == vm).ToList();
            var asked = statement.Mmu is { } named ? translator.Translate(named, scope) : Ex.Const(mmus[0]);
            return mmus.SelectMany(mmu =>
            {
                var descriptor = Descriptor(statement, page, parts.Stage2.Current(mmu, page), scope);
                Statement[] body = [.. parts.OfMachine(part => part.OnDescriptor2(actor.Pe, mmu, page, Ex.Local("descriptor"))), .. parts.OfGhost(part => part.OnDescriptor2(mmu, page, Ex.Local("descriptor")))];
                var stores = statement.Step == Stage2Step.Clear ? Ex.True : Ex.Lt(Ex.Local("descriptor"), Invalid2);
                var store = Ex.When(Ex.Eq(asked, mmu), Ex.Let("descriptor", descriptor), Ex.When(stores, body));
                return asked is Expr.Const { Value: var only } && only != mmu ? [] : new[] { store };
            });
        });
    }

    private Expr Descriptor(Stage2Stmt statement, int page, Expr current, FlowScope scope)
    {
        switch (statement.Step)
        {
            case Stage2Step.Map:
                return Sorts.Table(FrameOf(statement.Frame!, scope), frame => IndexOf(page, new Leaf2(frame, statement.Writable, statement.Executable, statement.Type)), shape.Scenario.Frames.Length + 1);
            case Stage2Step.Permit:
                return Sorts.Table(current, leaf => leaf < Space.Leaves2.Length ? IndexOf(page, Space.Leaves2[leaf] with { Writable = statement.Writable, Executable = statement.Executable }) : Space.Leaf2Sort.Size, Space.Descriptor2.Size);
            default:
                return Invalid2;
        }
    }

    private int IndexOf(int page, Leaf2 leaf) => Space.Leaves2.IndexOf(leaf) is >= 0 and var index && Space.LeavesOf(page).Contains(index) ? index : Space.Leaf2Sort.Size;

    private IEnumerable<Statement> Give(GiveStmt statement, FlowScope scope)
    {
        var owners = statement.Owner is not { } owner ? Ex.False
            : owner.Type is SpecType.Set ? translator.Translate(owner, scope)
            : Ex.Singleton(translator.Translate(owner, scope));
        var frame = FrameOf(statement.Frame, scope);
        return IsNone(frame) ? [] : frame is Expr.Const ? parts.OfGhost(part => part.OnGive(frame, owners)) : [Ex.When(Ex.Lt(frame, NoFrame), [.. parts.OfGhost(part => part.OnGive(frame, owners))])];
    }

    /// <summary>The host reads one frame and stores what it read to another: the version stays what it was.</summary>
    private IEnumerable<Statement> Copy(Expr from, Expr to) => parts.Memory is not { } memory || pe is not AddressPe own || IsNone(from) || IsNone(to) ? [] :
        [Ex.When(Ex.And(Ex.Lt(from, NoFrame), Ex.Lt(to, NoFrame)), Ex.Let("copied", memory.Coherent(from)), Ex.IfElse(Ex.True, [.. own.HostStores(to, Ex.Local("copied"))], []))];

    /// <summary>Whether it is known that there is no frame.</summary>
    private bool IsNone(Expr frame) => frame is Expr.Const { Value: var known } && known >= shape.Scenario.Frames.Length;

    private Expr Vmid(SpecExpr vmid, FlowScope scope, SourceSpan span)
    {
        var value = translator.Translate(vmid, scope);
        if (value is Expr.Const { Value: var number } && vmid.Type is SpecType.Int && number > sorts.Vmid.Size)
        {
            throw new ModelRefusalException($"VMID {number}, of {sorts.Vmid.Size} that there are: say `vmids {number}` in the machine", span);
        }

        return vmid.Type is SpecType.Int ? Ex.If(Ex.And(Ex.Lt(Ex.False, value), Ex.Le(value, Ex.Const(sorts.Vmid.Size))), Ex.Sub(value, Ex.True), Ex.None(sorts.Vmid)) : value;
    }
}
