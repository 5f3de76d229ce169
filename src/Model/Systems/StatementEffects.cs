using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Host;
using CoherenceCheck.Model.Host.Flows;
using CoherenceCheck.Model.Machine;
using CoherenceCheck.Model.Pe;
using CoherenceCheck.Model.Pe.InOrder;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Systems;

/// <summary>What a statement does in one step: for each way in which it may go a guard and a body.</summary>
internal sealed class StatementEffects(Shape shape, Sorts sorts, Translator translator, PartList parts, PeModel pe, VersionChoices versions, Func<Expr, Expr, Expr> inGuest, LifeEffects life, HostRules host)
{
    private readonly AddressEffects? _address = parts is AddressParts own ? new AddressEffects(shape, sorts, translator, own, pe) : null;

    private int _inStep;

    /// <summary>The ways in which a statement may go.</summary>
    public IReadOnlyList<Choice> Of(Stmt statement, Actor actor, FlowScope scope)
    {
        var ways = Alone(statement, actor, scope);
        Statement[] before = actor.Pcpu is { } p && scope.Mmu is { } mmu && parts is AddressParts addresses ? [.. addresses.Tlb.Ends(p, mmu)] : [];
        return before.Length == 0 ? ways : [.. ways.Select(way => way with { Body = [.. before, .. way.Body] })];
    }

    private IReadOnlyList<Choice> Alone(Stmt statement, Actor actor, FlowScope scope) => statement switch
    {
        OperationStmt op => [.. Operation(op, actor, scope)],
        AssignStmt s => [Choice.Always(translator.Assign(s.Place, translator.Kept(s.Value, scope), scope))],
        LetStmt s => [Choice.Always(translator.Assign(Place(s.Symbol), translator.Kept(s.Value, scope), scope))],
        LetInStmt s => [Pick(s, scope)],
        ExchangeStmt s => [Choice.Always(
            Ex.Let("old", translator.Read(s.Place, scope)),
            translator.Assign(s.Place, translator.Translate(s.Value, scope), scope),
            translator.Assign(Place(s.Symbol), Ex.Local("old"), scope))],
        CompareAndSwapStmt s => [Choice.Always(
            Ex.Let("same", Ex.Eq(translator.Read(s.Place, scope), translator.Translate(s.Expected, scope))),
            Ex.When(Ex.Local("same"), translator.Assign(s.Place, translator.Translate(s.Value, scope), scope)),
            translator.Assign(Place(s.Symbol), Ex.Local("same"), scope))],
        AwaitStmt s => [Choice.When(translator.Translate(s.Condition, scope))],
        AssertStmt s => [Choice.Always(Ex.When(Ex.Not(translator.Translate(s.Condition, scope)), parts.Assertions.Fails()))],
        PublishStmt s when _address is not null => [_address.Publish(s, scope, KeepsCaptured(s.Form))],
        VttbrStmt or CompleteStmt { Event: not HookEvent.SysregWrite } when scope.IsAtEl1 => throw new ModelRefusalException($"`{statement.Text}` at EL1, which EL2 alone can perform: write it outside of `el1`", statement.Span),
        Stage2Stmt or SettleStmt or GiveStmt or CopyStmt or BackStmt or DescriptorStmt or VttbrStmt => [_address!.Of(statement, actor with { Mmu = scope.Mmu }, scope)],
        CompleteStmt { Event: HookEvent.Maintenance or HookEvent.SetWay } s => [.. ((AddressPe)pe).Perform(s.Event, actor)],
        CompleteStmt { Event: HookEvent.MmuSwitch } => [Choice.Always([.. host.CompletesSwitch(actor.Pcpu!, actor.Loaded!)])],
        SwitchMmuStmt s => [Switch(s.Mmu, actor)],
        CompleteStmt => [Choice.Always([.. host.Completes(actor.Pcpu!, mode => parts.OfMachine(part => part.OnWriteSctlr(actor.Loaded!, mode)))])],
        PublishStmt s => [.. s.Lines.Select(line => Publish(line, s.Form)).Aggregate((IEnumerable<Choice>)[Choice.Always()], (all, next) => all.Select(c => c.Then(next)))],
        LifeStmt s => [life.Of(s, translator.Translate(s.Vcpu, scope))],
        KickStmt s => [Kick(translator.Translate(s.Vcpu, scope))],
        AtomicStmt s => Atomic(s, actor, scope),
        _ => throw new InvalidOperationException($"{statement.GetType().Name} takes no step."),
    };

    /// <summary>An operation of an <c>any</c> guest on a line.</summary>
    public IEnumerable<Choice> OfAlphabet(Operation operation, Actor actor, Expr x) => pe.Execute(new Access(operation, actor, x, Value: null, Proceeds: false));

    /// <summary>An operation of an <c>any</c> guest through a virtual page, or without any.</summary>
    public IEnumerable<Choice> OfAlphabet(Operation operation, Actor actor, int? virtualPage) =>
        pe.Execute(new Access(operation, actor, null, Value: null, Proceeds: false) { VirtualPage = virtualPage });

    /// <summary>A store of an <c>any</c> guest to a descriptor.</summary>
    public Choice Remap(Vcpu vcpu, int va, Leaf1? leaf, Actor actor) => _address!.Descriptor(vcpu, va, leaf, vcpu.Asid, actor);

    /// <summary>A guest goes on under another stage-2 context: an ERET or an exception, which synchronises, and the host performs.</summary>
    public Choice Switch(int mmu, Actor actor) => Choice.Always(
        [.. pe.TakesInterrupt(actor.Vcpu!, actor.Pcpu!), .. shape.IsBareMetal ? [] : host.RaiseSwitch(actor.Pcpu!, actor.Vcpu!, mmu)]) with
    { Raises = shape.IsBareMetal ? null : HookEvent.MmuSwitch };

    /// <summary>What else is done where a PE takes a lock.</summary>
    public IEnumerable<Statement> Takes(Expr pe, HeldLock held) => parts.OfMachine(part => part.OnAcquire(pe, held));

    /// <summary>What else is done where it gives one back.</summary>
    public IEnumerable<Statement> Gives(Expr pe, HeldLock held) => parts.OfMachine(part => part.OnRelease(pe, held));

    /// <summary>Whether writes of SCTLR_EL1 trap.</summary>
    public bool TrapsWrites => host.TrapsWrites;

    /// <summary>A write of all of SCTLR_EL1.</summary>
    public IEnumerable<Statement> WriteMode(Expr vcpu, Expr p, Expr field, Expr mode, Expr old, Expr value) => host.TrapsWrites
        ? [.. parts.OfGhost(part => part.OnWriteSctlr(vcpu, mode)), .. host.RaiseWrite(p, vcpu, field, mode, old, value)]
        : pe.WriteSctlr(vcpu, mode);

    private IEnumerable<Choice> Operation(OperationStmt statement, Actor actor, FlowScope scope)
    {
        if (statement.Operation.Kind == OperationKind.WriteSystemRegister)
        {
            return [statement.Field == AddressSpace.AsidField ? _address!.WriteAsid(statement, actor.Vcpu!) : WriteField(statement, actor)];
        }

        if (_address is not null && statement.NamesNothing)
        {
            var form = statement.Operation.Name;
            throw new ModelRefusalException(statement.Operation.Target switch
            {
                // By the line that is nobody's loss; where translations matter it would do nothing.
                TranslationTarget.IntermediatePage => $"`{form}` that names no page of this scenario: write `{form}, g`",
                TranslationTarget.Asid => $"`{form}` that names no ASID: write `{form}, 1`",
                _ => $"`{form}` that names no address of this scenario: write one that a guest maps",
            }, statement.Span);
        }

        if (scope.IsAtEl1 && statement.Operation.Kind == OperationKind.InvalidateTranslations)
        {
            throw new ModelRefusalException($"`{statement.Operation.Name}` at EL1 reaches the host's own translations alone, which are not modelled: write it outside of `el1`", statement.Span);
        }

        var value = statement.Value is { } name ? versions.Named(shape.Values.IndexOf(name)) : null;
        var line = statement.Line is { } known ? Ex.Const(known) : null;
        return pe.Execute(_address is null
            ? new Access(statement.Operation, actor, line, value, Proceeds: true)
            : new Access(statement.Operation, actor with { Mmu = scope.Mmu, IsAtEl1 = scope.IsAtEl1 }, statement.Place is { } place ? _address.FrameOf(place, scope) : line, value, Proceeds: true)
            {
                VirtualPage = statement.VirtualPage,
                Page = statement.Place is { Type: SpecType.Element { Sort: ScenarioSort.Page } } page ? translator.Translate(page, scope) : null,
                Asid = statement.Asid,
                Span = statement.Span,
            });
    }

    private Choice WriteField(OperationStmt statement, Actor actor)
    {
        var vcpu = actor.Vcpu!;
        var number = (int)((Expr.Const)vcpu).Value;
        var bit = shape.VcpuModes[number].WrittenFields.IndexOf(statement.Field!, 0, StringComparer.Ordinal);
        var old = Ex.Read(parts.Regime.Written!, vcpu);
        var mode = statement.Value == "1" ? Ex.BitOr(old, Ex.Const(1L << bit)) : Ex.BitAndNot(old, Ex.Const(1L << bit));
        var field = Ex.Const(Math.Max(0, HookTable.SctlrFields.IndexOf(statement.Field!.Split('.')[1])));
        return Choice.Always([Ex.Let("mode", mode), .. WriteMode(vcpu, actor.Pcpu!, field, Ex.Local("mode"), Ex.BitAnd(Ex.Shr(old, Ex.Const(bit)), Ex.True), Ex.Const(statement.Value == "1"))]) with { Raises = TrapsWrites ? HookEvent.SysregWrite : null };
    }

    private Choice Pick(LetInStmt statement, FlowScope scope)
    {
        var choice = new Parameter("c" + versions.Suffix, translator.SortOf(((SpecType.Set)statement.Set.Type).Sort));
        return new Choice("", [choice], Ex.Contains(translator.Translate(statement.Set, scope), Ex.Param(choice)),
            [translator.Assign(Place(statement.Symbol), Ex.Param(choice), scope)]);
    }

    /// <summary>From here every vCPU must see what the line holds.</summary>
    private Choice Publish(int line, PublishForm form)
    {
        Expr x = Ex.Const(line), w = Ex.Local("w");
        var isAbsent = form == PublishForm.Absent;
        var keepsCaptured = KeepsCaptured(form)(w);
        return Choice.Always(
        [
            .. parts.OfGhost(part => part.OnPublish(x, isAbsent)),
            Ex.ForEach("w", sorts.Vcpu, [.. parts.OfGhost(part => part.OnPublishTo(w, x, isAbsent)), .. parts.OfGhost(part => part.OnPublishSince(w, x, keepsCaptured))]),
        ]);
    }

    /// <summary>Whether what a vCPU has captured stays until its own context synchronisation event.</summary>
    private Func<Expr, Expr> KeepsCaptured(PublishForm form) => w => form == PublishForm.Now ? Ex.False
        : shape.IsBareMetal ? shape.HasLifeCycle || shape.MayPause ? inGuest(w, w) : Ex.True
        : Ex.Any("p", sorts.Pcpu, inGuest(Ex.Local("p"), w));

    /// <summary>An interrupt of a vCPU, taken where it executes; until then the statement waits.</summary>
    private Choice Kick(Expr vcpu)
    {
        if (shape.IsBareMetal)
        {
            return Choice.When(inGuest(vcpu, vcpu), [.. pe.TakesInterrupt(vcpu, vcpu)]);
        }

        var p = new Parameter("on" + versions.Suffix, sorts.Pcpu);
        return new Choice("", [p], inGuest(Ex.Param(p), vcpu), [.. pe.TakesInterrupt(vcpu, Ex.Param(p))]);
    }

    private static Place Place(Symbol symbol) => new(null, [], symbol, symbol.Type);

    private List<Choice> Atomic(AtomicStmt statement, Actor actor, FlowScope scope)
    {
        _inStep = 0;
        var ways = Sequence(statement.Body, actor, scope);
        versions.Suffix = "";
        return ways;
    }

    /// <summary>Statements one after the other in one step.</summary>
    private List<Choice> Sequence(ImmutableArray<Stmt> body, Actor actor, FlowScope scope)
    {
        List<Choice> all = [Choice.Always()];
        foreach (var statement in body)
        {
            // Each operation of the step has choices of its own.
            versions.Suffix = $"{++_inStep}";
            var ways = Inner(statement, actor, ref scope);
            if (translator.Monitor.IsFor(statement.Label, actor.InPolicy))
            {
                ways = [.. ways.Select(way => way with { Body = [.. way.Body, translator.Monitor.Reached()] })];
            }

            if (statement.Label is { } label && translator.IsSwitchable(label))
            {
                // Left out, it has one way to go, and that does nothing.
                var on = translator.Enabled([label]);
                ways = [.. ways.Select((way, i) => way with
                {
                    Guard = Ex.If(on, way.Guard, i == 0 ? Ex.And([.. way.Parameters.Select(choice => Ex.Eq(Ex.Param(choice), 0))]) : Ex.False),
                    Body = [Ex.When(on, [.. way.Body])],
                })];
            }

            all = [.. all.SelectMany(first => ways.Select(first.Then))];
        }

        return all;
    }

    private Statement[] Way(IfStmt test, bool isTrue) => translator.Monitor.IsFor(new Watch.Way(test.Span, isTrue)) ? [translator.Monitor.Reached()] : [];

    private IReadOnlyList<Choice> Inner(Stmt statement, Actor actor, ref FlowScope scope)
    {
        switch (statement)
        {
            case BlockStmt block:
                return Sequence(block.Body, actor, scope);
            case AtomicStmt atomic:
                return Sequence(atomic.Body, actor, scope);
            case RepeatStmt repeat:
                return Sequence([.. Enumerable.Repeat(repeat.Body, repeat.Times).SelectMany(body => body)], actor, scope);
            case IfStmt test:
                var condition = translator.Translate(test.Condition, scope);
                var then = Sequence(test.Then, actor, scope);
                var otherwise = Sequence(test.Else, actor, scope);
                return [.. then.SelectMany(a => otherwise.Select(b => new Choice(
                    a.Suffix + b.Suffix, [.. a.Parameters, .. b.Parameters], Ex.If(condition, a.Guard, b.Guard),
                    [Ex.IfElse(condition, [.. Way(test, isTrue: true), .. a.Body], [.. Way(test, isTrue: false), .. b.Body])])))];
            case ForStmt loop:
                List<Choice> all = [Choice.Always()];
                for (var i = 0; i < translator.SortOf(loop.Sort).Size; i++)
                {
                    var inner = scope.With(loop.Symbol, Ex.Const(i));
                    var ways = Sequence(loop.Body, actor, inner);
                    if (loop.Set is { } set)
                    {
                        var member = Ex.Contains(translator.Translate(set, inner), Ex.Const(i));
                        ways = [.. ways.Select(way => way with { Body = [Ex.When(member, [.. way.Body])] })];
                    }

                    all = [.. all.SelectMany(first => ways.Select(first.Then))];
                }

                return all;
            case CallStmt call:
                var arguments = scope; // The parameters are named once for all calls, and so are the variables within.
                for (var i = 0; i < call.Arguments.Length; i++)
                {
                    arguments = arguments.With(call.Procedure.Parameters[i], translator.Translate(call.Arguments[i], scope));
                }

                return Sequence(call.Procedure.Body, actor with { InPolicy = true }, arguments);
            default:
                return Of(statement, actor, scope);
        }
    }
}
