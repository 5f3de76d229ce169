using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Machine;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Pe.InOrder;

/// <summary>
/// The in-order PE: instructions execute in program order, maintenance is asynchronous until a DSB, fetches run ahead until a context synchronisation event
/// (docs/model.md, The machine). Machine and bare metal take each step together.
/// </summary>
internal sealed class InOrderPe : PeModel
{
    private readonly Sorts _sorts;
    private readonly PartList _parts;
    private readonly VersionChoices _versions;
    private readonly PendingMaintenance _pending;
    private readonly Func<Expr, Expr> _guestBroadcastsIallu;
    private readonly Func<Expr, Expr> _forcesBroadcast;
    private readonly Func<Expr, Expr> _upgradesBarriers;

    public InOrderPe(PeSurroundings surroundings)
    {
        (var shape, _sorts, var declarations, _parts, _versions) = surroundings;
        _pending = new PendingMaintenance(shape, _sorts, declarations, _parts.Effects);
        var facts = new CellFacts(shape.Scenario);
        Func<Expr, Expr> ByVcpu(string name, string field, Func<Func<string, Seen<bool>>, Seen<bool>> seen)
        {
            // One value, unless the hypervisor sets the field for some vCPU alone.
            if (shape.IsBareMetal || !shape.Scenario.Vcpus.Any(vcpu => CellFacts.SetsItself(vcpu, field)))
            {
                var one = Ex.Read(declarations.Frozen.Truth(name, seen(value => facts.FieldIs(field, value))));
                return _ => one;
            }

            var all = declarations.Frozen.Truths(name, _sorts.Vcpu, vcpu => seen(value => facts.HypervisorIs(shape.Scenario.Vcpus[vcpu], field, value, shape.IsBareMetal)));
            return vcpu => Ex.Read(all, vcpu);
        }

        _guestBroadcastsIallu = ByVcpu("iallu.guest_broadcast", "HCR_EL2.FB", has => Seen.Any([CellFacts.Reads("ic_iallu_scope", "broadcast"), has("1")]));
        _forcesBroadcast = ByVcpu("fb", "HCR_EL2.FB", has => has("1"));
        _upgradesBarriers = ByVcpu("bsu", "HCR_EL2.BSU", has => has("NE").Select(none => !none));
    }

    public override IEnumerable<Choice> Execute(Operation operation, Actor actor, Expr? x, Expr? value, bool proceeds) => operation.Kind switch
    {
        OperationKind.Store => Store(actor, x!, value),
        OperationKind.Execute => Fetch(actor.Vcpu!, actor.Pcpu!, x!, proceeds),
        OperationKind.Load or OperationKind.DataMemoryBarrier => [Choice.Always()],
        _ when KindTable.Of(operation.Kind) is { Cleans: not CleanPoint.None } kind => [Clean(actor, kind, x!)],
        OperationKind.InvalidateInstructionLine => [InvalidateLine(actor, x!)],
        OperationKind.InvalidateInstructionAll => [InvalidateAll(actor, operation.Scope)],
        OperationKind.InvalidateTranslations => [InvalidateTranslations(actor, operation.Scope)],
        OperationKind.DataSynchronizationBarrier => [Barrier(actor, operation.Scope, operation.Access)],

        // The host fetches no guest line, and what a guest wrote came into force at its exit.
        OperationKind.InstructionSynchronizationBarrier => [actor.Vcpu is { } vcpu ? Choice.Always([.. Synchronise(vcpu, actor.Pcpu!)]) : Choice.Always()],
        _ => throw new InvalidOperationException($"No effect for {operation.Name}."),
    };

    public override IEnumerable<Statement> WriteSctlr(Expr vcpu, Expr mode) =>
        [.. _parts.OfMachine(part => part.OnWriteSctlr(vcpu, mode)), .. _parts.OfGhost(part => part.OnWriteSctlr(vcpu, mode))];

    public override IEnumerable<Statement> LeavesGuest(Expr p, Expr vcpu) =>
        [Ex.ForEach("x", _sorts.Line, [.. _parts.OfMachine(part => part.OnSynchronise(p, Ex.Local("x")))]), .. EntersGuest(vcpu)];

    public override IEnumerable<Statement> EntersGuest(Expr vcpu) => _parts.OfMachine(part => part.OnSynchronised(vcpu));

    public override IEnumerable<Statement> TakesInterrupt(Expr vcpu, Expr p) => Synchronise(vcpu, p);

    public override IEnumerable<PendingQueue> Pending => _pending.Queues;

    public override void AddHardware(HardwareRules rules) => _pending.AddHardware(rules);

    /// <summary>A store. On bare metal it goes by the SCTLR_EL1 values that the program itself leaves in force, which must agree: that they do is the program's own rule (CC0504).</summary>
    private IEnumerable<Choice> Store(Actor actor, Expr x, Expr? value)
    {
        var vcpu = actor.Vcpu;
        var version = _versions.Stored(value);
        var n = version.Value;
        var (allowed, ghost) = (version.Allowed, _parts.OfGhost(part => part.OnCacheableStore(x, n)));
        var (cacheable, nonCacheable) = (Ex.True, Ex.False);
        if (vcpu is not null)
        {
            (cacheable, nonCacheable) = (_parts.MachineViews.MayBeCacheable(vcpu, x), _parts.MachineViews.MayBeNonCacheable(vcpu, x));
            var isCacheable = _parts.GhostViews.MayBeCacheable(vcpu, x);
            allowed = Ex.And(allowed, Ex.Not(Ex.And(isCacheable, _parts.GhostViews.MayBeNonCacheable(vcpu, x))));
            ghost = [Ex.IfElse(isCacheable, [.. ghost], [.. _parts.OfGhost(part => part.OnNonCacheableStore(x, n))])];
        }

        var store = new Store(vcpu, actor.Pcpu, x, n, allowed, cacheable, nonCacheable);
        IEnumerable<Choice> ways = [Choice.Always()];
        foreach (var part in _parts.Machine)
        {
            ways = [.. ways.SelectMany(first => part.OnStore(store).Select(first.Then))];
        }

        return ways.Select(way => way.Then([.. ghost, .. _parts.OfGhost(part => part.OnStored(x, n)), .. version.Used]) with
        {
            Parameters = version.Parameters,
            Version = version.Operand,
        });
    }

    /// <summary>A fetch delivers any value of the pipeline.</summary>
    private IEnumerable<Choice> Fetch(Expr vcpu, Expr p, Expr x, bool proceeds)
    {
        IEnumerable<Statement> Judge(Expr? version) => _parts.Judgements.SelectMany(judgement => judgement.OnFetch(vcpu, p, x, version));
        var captured = _parts.Pipeline.Captured(p, x);
        if (!_sorts.IsTracked)
        {
            var n = _versions.Any();
            yield return new Choice("", [n], Ex.Contains(captured, Ex.Param(n)), [.. Judge(Ex.Param(n))]) { Version = n };
            yield break;
        }

        yield return Choice.When(Ex.Ne(captured, 0), [.. Judge(null)]) with { Suffix = ".it", Version = 0 };
        if (proceeds)
        {
            yield return Choice.Always() with { Suffix = ".other", Version = 1 };
        }
    }

    /// <summary>DC by a line.</summary>
    private Choice Clean(Actor actor, KindRow kind, Expr x)
    {
        var issue = Choice.Always(_pending.Issue(kind.Kind, actor.Pe, x, target => target.All));
        return actor.Vcpu is not { } vcpu ? issue : issue.Then(
        [
            .. _parts.OfGhost(part => part.OnCleanToPoU(vcpu, x, kind.InvalidatesData)),
            .. _parts.OfGhost(part => kind.InvalidatesData ? part.OnInvalidate(vcpu, x) : []),
            .. _parts.OfGhost(part => kind.Cleans == CleanPoint.PoC ? part.OnCleanToPoC(vcpu, x) : []),
        ]);
    }

    /// <summary>IC by a line: it reaches the whole Inner Shareable domain.</summary>
    private Choice InvalidateLine(Actor actor, Expr x)
    {
        var issue = Choice.Always(_pending.Issue(OperationKind.InvalidateInstructionLine, actor.Pe, x, target => target.All));
        return actor.Vcpu is { } vcpu ? issue.Then(_parts.OfGhost(part => part.OnInvalidateInstructions(vcpu, x, everywhere: true))) : issue;
    }

    /// <summary>IC of everything (Arm ARM D7.5.9.12): the local form reaches the whole domain at EL1 under HCR_EL2.FB, at EL2 never, unless the reading says so.</summary>
    private Choice InvalidateAll(Actor actor, OperationScope scope)
    {
        var broadcasts = actor.Regime == Regime.El2 ? _parts.Architecture.BroadcastsIallu : _guestBroadcastsIallu(actor.Vcpu!);
        var issue = Choice.Always(_pending.Issue(OperationKind.InvalidateInstructionAll, actor.Pe, null, target => Reach(actor, target, scope, broadcasts)));
        return actor.Vcpu is not { } vcpu ? issue : issue.Then([Ex.ForEach("x", _sorts.Line,
            [.. _parts.OfGhost(part => part.OnInvalidateInstructions(vcpu, Ex.Local("x"), scope == OperationScope.InnerShareable))])]);
    }

    /// <summary>TLBI: the local form reaches the whole domain at EL1 under HCR_EL2.FB.</summary>
    private Choice InvalidateTranslations(Actor actor, OperationScope scope) => Choice.Always(_pending.Issue(
        OperationKind.InvalidateTranslations, actor.Pe, null, target => Reach(actor, target, scope, actor.Regime == Regime.El2 ? Ex.False : _forcesBroadcast(actor.Vcpu!))));

    private static Expr Reach(Actor actor, EffectTarget target, OperationScope scope, Expr broadcasts)
    {
        var own = actor.Pcpu is { } p ? Ex.Singleton(target.Own(p)) : Ex.False;
        return scope == OperationScope.InnerShareable ? target.All : Ex.If(broadcasts, target.All, own);
    }

    /// <summary>
    /// DSB (Arm ARM C6.2 DSB, B2.7.4.2): waits for what its domain covers of the maintenance issued on this PE: of IC and TLBI; by reading <c>dsb_domain</c> of DC, too, or
    /// for every DC whatever its domain. The LD and ST forms complete none. HCR_EL2.BSU widens a guest's.
    /// </summary>
    private Choice Barrier(Actor actor, OperationScope scope, BarrierAccess access)
    {
        if (access != BarrierAccess.Full)
        {
            return Choice.Always();
        }

        var wide = _pending.IsDone(actor.Pe);
        var local = Ex.And(
            actor.Pcpu is { } p ? _pending.IsDoneOn(actor.Pe, p) : Ex.True,
            Ex.Or(Ex.Not(_parts.Architecture.LocalBarrierWaitsForCleans), _pending.IsCleaned(actor.Pe)));
        var waits = scope == OperationScope.InnerShareable ? wide
            : actor.Regime == Regime.El2 ? local
            : Ex.If(_upgradesBarriers(actor.Vcpu!), wide, local);
        return Choice.When(waits, actor.Vcpu is { } vcpu ? [.. GhostBarrier(vcpu, scope == OperationScope.InnerShareable)] : []);
    }

    /// <summary>On bare metal nobody widens a barrier.</summary>
    private IEnumerable<Statement> GhostBarrier(Expr vcpu, bool isWide)
    {
        var x = Ex.Local("x");
        var covers = isWide ? Ex.True : _parts.Architecture.LocalBarrierCompletesCleans;
        IEnumerable<Statement> Cleans(IEnumerable<Statement> answers) => covers is Expr.Const { Value: var known }
            ? known != 0 ? answers : []
            : answers.ToArray() is { Length: > 0 } some ? [Ex.When(covers, some)] : [];
        Statement[] perLine = [.. _parts.OfGhost(part => [.. Cleans(part.OnCleansComplete(vcpu, x)), .. part.OnInvalidationsComplete(vcpu, x, isWide)])];
        return [.. perLine.Length > 0 ? [Ex.ForEach("x", _sorts.Line, perLine)] : Array.Empty<Statement>(), .. Cleans(_parts.OfGhost(part => part.OnAllCleansComplete(vcpu)))];
    }

    /// <summary>A context synchronisation event that the guest takes itself, of the machine and of bare metal: its ISB, an exception to its own EL1 and the return from it.</summary>
    private IEnumerable<Statement> Synchronise(Expr vcpu, Expr p)
    {
        var x = Ex.Local("x");
        return
        [
            Ex.ForEach("x", _sorts.Line, [.. _parts.OfMachine(part => part.OnSynchronise(p, x)), .. _parts.OfGhost(part => part.OnSynchronise(vcpu, x))]),
            .. _parts.OfMachine(part => part.OnSynchronised(vcpu)),
            .. _parts.OfGhost(part => part.OnSynchronised(vcpu)),
        ];
    }
}
