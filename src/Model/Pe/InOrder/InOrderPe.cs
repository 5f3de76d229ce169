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
internal abstract class InOrderPe : PeModel
{
    private readonly Sorts _sorts;
    private readonly PartList _parts;
    private readonly PendingMaintenance _pending;
    private readonly Func<Expr, Expr> _guestBroadcastsIallu;
    private readonly Func<Expr, Expr> _forcesBroadcast;
    private readonly Func<Expr, Expr> _upgradesBarriers;

    /// <summary>Declares what is pending.</summary>
    /// <param name="surroundings">What it issues to.</param>
    /// <param name="parts">The parts.</param>
    protected InOrderPe(PeSurroundings surroundings, PartList parts)
    {
        var (shape, sorts, declarations, versions, power) = surroundings;
        (_sorts, _parts, Versions, Power) = (sorts, parts, versions, power);
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

    /// <inheritdoc/>
    /// <remarks>What can go no way, since nothing that could be reached is ever mapped, waits for ever.</remarks>
    public override IEnumerable<Choice> Execute(Access access) => Ways(access).DefaultIfEmpty(Choice.When(Ex.False));

    private IEnumerable<Choice> Ways(Access access)
    {
        var (operation, actor) = (access.Operation, access.Actor);
        return operation.Kind switch
        {
            OperationKind.Store => Store(access),
            OperationKind.Execute => Fetch(access),
            OperationKind.Load => Load(access),
            OperationKind.DataMemoryBarrier => [Choice.Always()],
            _ when KindTable.Of(operation.Kind) is { IsClean: true } kind => Clean(access, kind),
            OperationKind.InvalidateInstructionLine => InvalidateLine(access),
            OperationKind.InvalidateInstructionAll => [InvalidateAll(actor, operation.Scope)],
            OperationKind.InvalidateTranslations => InvalidateTranslations(access),
            OperationKind.DataSynchronizationBarrier => [Barrier(actor, operation.Scope, operation.Access)],

            // The host fetches no guest line, and what a guest wrote came into force at its exit.
            OperationKind.InstructionSynchronizationBarrier => [Choice.Always(actor.Vcpu is { } vcpu ? [.. Synchronise(vcpu, actor.Pcpu!)] : actor.Pcpu is { } p ? [.. _parts.OfMachine(part => part.OnSynchronisedOn(p))] : [])],
            _ => throw new InvalidOperationException($"No effect for {operation.Name}."),
        };
    }

    /// <summary>What is pending of it.</summary>
    protected PendingMaintenance PendingOf => _pending;

    /// <summary>Which pCPUs are offline.</summary>
    protected Power Power { get; }

    /// <summary>Which version is stored or delivered.</summary>
    protected VersionChoices Versions { get; }

    /// <summary>The sorts.</summary>
    protected Sorts Sorts => _sorts;

    /// <summary>The ways in which a store may go.</summary>
    protected abstract IEnumerable<Choice> Store(Access access);

    /// <summary>The same of a fetch.</summary>
    protected abstract IEnumerable<Choice> Fetch(Access access);

    /// <summary>The same of a load.</summary>
    protected abstract IEnumerable<Choice> Load(Access access);

    /// <summary>The same of a DC.</summary>
    protected abstract IEnumerable<Choice> Clean(Access access, KindRow kind);

    /// <summary>The same of an IC by address.</summary>
    protected abstract IEnumerable<Choice> InvalidateLine(Access access);

    /// <summary>The same of a TLBI.</summary>
    protected abstract IEnumerable<Choice> InvalidateTranslations(Access access);

    /// <summary>What bare metal does about an IC of everything.</summary>
    protected abstract IEnumerable<Statement> GhostInvalidatesAll(Expr vcpu, bool everywhere);

    /// <summary>What it does about a DSB that is complete.</summary>
    protected abstract IEnumerable<Statement> GhostBarrier(Expr vcpu, bool isWide);

    /// <summary>What is synchronised line by line.</summary>
    protected abstract IEnumerable<Statement> SynchronisesLines(Expr p, Expr? vcpu);

    public override IEnumerable<Statement> WriteSctlr(Expr vcpu, Expr mode) =>
        [.. _parts.OfMachine(part => part.OnWriteSctlr(vcpu, mode)), .. _parts.OfGhost(part => part.OnWriteSctlr(vcpu, mode))];

    public override IEnumerable<Statement> LeavesGuest(Expr p, Expr vcpu) =>
        [.. SynchronisesLines(p, null), .. EntersGuest(p, vcpu)];

    public override IEnumerable<Statement> EntersGuest(Expr p, Expr vcpu) => [.. _parts.OfMachine(part => part.OnSynchronisedOn(p)), .. _parts.OfMachine(part => part.OnSynchronised(vcpu))];

    public override IEnumerable<Statement> TakesInterrupt(Expr vcpu, Expr p) => Synchronise(vcpu, p);

    public override IEnumerable<PendingQueue> Pending => _pending.Queues;

    public override Expr IsDone(Expr pe) => _pending.IsDone(pe);

    public override void AddHardware(HardwareRules rules) => _pending.AddHardware(rules);

    /// <summary>IC of everything (Arm ARM D7.5.9.12): the local form reaches the whole domain at EL1 under HCR_EL2.FB, at EL2 never, unless the reading says so.</summary>
    private Choice InvalidateAll(Actor actor, OperationScope scope)
    {
        var broadcasts = actor.Regime == Regime.El2 ? _parts.Architecture.BroadcastsIallu : _guestBroadcastsIallu(actor.Vcpu!);
        var issue = Choice.Always(_pending.Obeys(OperationKind.InvalidateInstructionAll) ? [_pending.Issue(OperationKind.InvalidateInstructionAll, actor.Pe, null, target => Tagged(actor, target, Reach(actor, target, scope, broadcasts)))] : []);
        return actor.Vcpu is { } vcpu ? issue.Then(GhostInvalidatesAll(vcpu, scope == OperationScope.InnerShareable)) : issue;
    }

    /// <summary>Of the targets that an IC reaches those that it acts on, where their lines are tagged.</summary>
    protected virtual Expr Tagged(Actor actor, EffectTarget target, Expr reached) => reached;

    /// <summary>The targets that an operation reaches.</summary>
    protected Expr Reach(Actor actor, EffectTarget target, OperationScope scope, Expr broadcasts)
    {
        var own = actor.Pcpu is { } p ? target.OwnSet(p) : Ex.False;
        var all = Power.Reaches(target);
        return scope == OperationScope.InnerShareable ? all : Ex.If(broadcasts, all, own);
    }

    /// <summary>
    /// DSB (Arm ARM C6.2 DSB, B2.7.4.2): waits for what its domain covers of the maintenance issued on this PE: of IC and TLBI; by reading <c>dsb_domain</c> of DC, too, or
    /// for every DC whatever its domain. The LD and ST forms complete none. HCR_EL2.BSU widens a guest's.
    /// </summary>
    private Choice Barrier(Actor actor, OperationScope scope, BarrierAccess access)
    {
        var isWide = scope == OperationScope.InnerShareable;
        if (access != BarrierAccess.Full)
        {
            return Choice.Always(access == BarrierAccess.Stores && isWide ? [.. StoresComplete(actor)] : []);
        }

        var wide = _pending.IsDone(actor.Pe);
        var local = Ex.And(
            actor.Pcpu is { } p ? _pending.IsDoneOn(actor.Pe, p) : Ex.True,
            Ex.Or(Ex.Not(_parts.Architecture.LocalBarrierWaitsForCleans), _pending.IsCleaned(actor.Pe)));
        var waits = scope == OperationScope.InnerShareable ? wide
            : actor.Regime == Regime.El2 ? local
            : Ex.If(_upgradesBarriers(actor.Vcpu!), wide, local);
        Statement[] onPe = actor.Pcpu is { } own ? [.. _parts.OfMachine(part => part.OnBarrierOn(own))] : [];
        return Choice.When(waits, [.. onPe, .. isWide ? StoresComplete(actor) : [], .. actor.Vcpu is { } vcpu ? GhostBarrier(vcpu, isWide) : []]);
    }

    /// <summary>A DSB of the Inner Shareable domain completes the stores of its PE: walkers read them from there on.</summary>
    protected virtual IEnumerable<Statement> StoresComplete(Actor actor) => [];

    /// <summary>Whether HCR_EL2.FB makes a vCPU's local TLBIs reach the whole domain.</summary>
    protected Expr ForcesBroadcast(Actor actor) => actor.Regime == Regime.El2 ? Ex.False : _forcesBroadcast(actor.Vcpu!);

    /// <summary>A context synchronisation event that the guest takes itself, of the machine and of bare metal: its ISB, an exception to its own EL1 and the return from it.</summary>
    protected IEnumerable<Statement> Synchronise(Expr vcpu, Expr p) =>
    [
        .. SynchronisesLines(p, vcpu),
        .. _parts.OfMachine(part => part.OnSynchronisedOn(p)),
        .. _parts.OfMachine(part => part.OnSynchronised(vcpu)),
        .. _parts.OfGhost(part => part.OnSynchronised(vcpu)),
    ];
}
