using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Machine.Translation;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Pe.InOrder;

/// <summary>
/// Maintenance of a guest that the host traps: the machine does nothing of it but the exit, and what handlers do. On bare metal it counts from the trap on: of all places between trap
/// and completion that one leaves most open (translation.md 5.4, Order of a trapped instruction).
/// </summary>
internal sealed partial class AddressPe
{
    /// <inheritdoc/>
    public override IEnumerable<Choice> Execute(Access access)
    {
        var own = access.Operation.IsBySetWay ? BySetWay(access) : base.Execute(access);
        if (access.Actor.Vcpu is null || faults.TrapOf(access.Operation) is not { } trap || trap.When is Expr.Const { Value: 0 })
        {
            return own;
        }

        var trapped = Trapped(access, trap.Event).Select(choice => choice with { Guard = Ex.And(trap.When, choice.Guard) });
        return trap.When is Expr.Const ? trapped.DefaultIfEmpty(Choice.When(Ex.False)) : [.. own.Select(choice => choice with { Guard = Ex.And(Ex.Not(trap.When), choice.Guard) }), .. trapped];
    }

    /// <summary>The ways in which a handler performs the instruction that has trapped: at EL2, on what its operand meant when it trapped.</summary>
    public IEnumerable<Choice> Perform(HookEvent hookEvent, Actor host)
    {
        var (p, traps) = (host.Pcpu!, faults.Maintenance);
        foreach (var (instruction, isIt, frame) in traps.Open(hookEvent, p))
        {
            var operation = instruction.Operation;
            IEnumerable<Choice> ways = operation.IsBySetWay ? BySetWay(new Access(operation, host, null, null, Proceeds: true))
                : operation.TakesLine && frame is null ? [Choice.Always()]
                : base.Execute(new Access(operation, host, frame, null, Proceeds: true) { VirtualPage = instruction.VirtualPage, Asid = instruction.Asid });
            foreach (var way in ways)
            {
                yield return way with
                {
                    Suffix = $".{operation.Name}{(instruction.VirtualPage is { } page ? $".{page}" : "")}{(instruction.Asid is { } asid ? $".{asid}" : "")}{way.Suffix}",
                    Guard = Ex.And(isIt, way.Guard),
                    Body = [.. way.Body, .. traps.Performs(p)],
                    Told = operation.Name,
                };
            }
        }

        yield return Choice.When(traps.IsPerformed(p)) with { Suffix = ".nothing", Told = "nothing is left to perform" };
    }

    private IEnumerable<Choice> Trapped(Access access, HookEvent hookEvent)
    {
        Expr p = access.Actor.Pcpu!, v = access.Actor.Vcpu!;
        var known = access with { Asid = access.Asid ?? _shape.Scenario.Vcpus[Number(v)].Asid };
        Choice Traps(int? frame) => Choice.Always([.. OnBareMetal(access), .. faults.RaiseTrap(hookEvent, p, v, known, frame)]) with { Suffix = ".trap", Raises = hookEvent, Told = "traps" };

        // Whoever performs it by its address has to find out where that leads; whoever does not is not told.
        if (!access.Operation.TakesLine || _parts.Memory is null || !faults.Maintenance.Performed.Contains(hookEvent))
        {
            return [Traps(null)];
        }

        return [.. ByFrame(access).Select(way => way.Choice.Then(Traps(way.Frame)) with { Raises = hookEvent, Told = $"traps, {way.Choice.Told}" }), .. Faults(access, "read")];
    }

    /// <summary>What bare metal does about maintenance of a guest.</summary>
    private IEnumerable<Statement> OnBareMetal(Access access)
    {
        var (operation, vcpu) = (access.Operation, access.Actor.Vcpu!);
        switch (operation.Kind)
        {
            case var kind when operation.IsBySetWay:
                return _shape.ReachesBySetWay(Number(vcpu)) ? _parts.OfGhost(part => part.OnCleanBySetWay(Number(vcpu), kind)) : [];
            case OperationKind.InvalidateInstructionLine:
                return _parts.OfGhost(part => part.OnGuestInvalidate(Number(vcpu), At(access).Va, everywhere: true));
            case OperationKind.InvalidateInstructionAll:
                return GhostInvalidatesAll(vcpu, operation.Scope == OperationScope.InnerShareable);
            case OperationKind.InvalidateTranslations:
                var (form, asid, va) = TargetOf(access);
                return IsUsed(form, asid, va) ? _parts.OfGhost(part => part.OnInvalidateTranslations(Number(vcpu), form, asid, va, operation.Scope == OperationScope.InnerShareable)) : [];
            case var kind:
                return _parts.OfGhost(part => part.OnGuestClean(Number(vcpu), At(access).Va, kind));
        }
    }

    /// <summary>
    /// DC by set/way (Arm ARM D7.5.9.5): it acts on the caches of its own PE alone, and which caches hold a line is not followed. So it is sure to reach a line only where no other PE
    /// could hold it: with one PE in all, and on bare metal where its vCPU is the only one of its VM and nobody else stores to its frames.
    /// </summary>
    private IEnumerable<Choice> BySetWay(Access access)
    {
        var (kind, actor) = (access.Operation.Kind, access.Actor);
        var frames = _parts.Memory is null ? []
            : _shape.IsBareMetal ? _shape.ReachesBySetWay(Number(actor.Vcpu!)) ? _shape.Scenario.Vms[_shape.Scenario.Vcpus[Number(actor.Vcpu!)].Vm].Pages.Select(page => _shape.Scenario.Frames.IndexOf(page.Frame)).Where(frame => frame >= 0).Distinct() : []
            : Sorts.Pe.Size == 1 ? Enumerable.Range(0, _shape.Scenario.Frames.Length) : [];
        return [Choice.Always([.. frames.Select(frame => Issue(actor, kind, Ex.Const(frame))), .. actor.Vcpu is null ? [] : OnBareMetal(access)])];
    }
}
