using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Pe;

/// <summary>Maintenance of a guest that has trapped: which it was, for the handlers that are told of it or perform it. Nothing of it is left when they have ended.</summary>
/// <remarks>The instruction itself does nothing (HCR_EL2.TPC, TPU, TOCU, TICAB, TTLB, TSW): only what handlers do reaches the machine, at EL2.</remarks>
internal sealed class TrappedMaintenance
{
    private readonly Variable? _kind;
    private readonly Variable? _instruction;
    private readonly Variable? _frame;
    private readonly ImmutableArray<TrappedInstruction> _instructions = [];

    public TrappedMaintenance(Shape shape, Sorts sorts, Declarations declarations)
    {
        if (shape.Aspect is not { } aspect || shape.IsBareMetal)
        {
            return;
        }

        ImmutableArray<Sort> index = [sorts.Pcpu];
        var hooks = shape.Policy.Hooks.Where(hook => hook.Event is HookEvent.Maintenance or HookEvent.SetWay).ToList();
        if (hooks.Any(hook => hook.Event == HookEvent.Maintenance && hook.Parameters.Length > HookTable.Of(hook.Event).FewestParameters))
        {
            _kind = declarations.State(Section.Control, "trap.op", index, new Domain.Element(new Sort("op", HookTable.TrappedMaintenance)));
        }

        Performed = [.. hooks.Where(hook => Statements.Descend(hook.Body).Any(statement => statement is CompleteStmt)).Select(hook => hook.Event).Distinct()];
        _instructions = [.. Instructions(shape.Scenario).Where(instruction => Performed.Contains(instruction.Operation.IsBySetWay ? HookEvent.SetWay : HookEvent.Maintenance)).Distinct()];
        if (_instructions.IsEmpty)
        {
            return;
        }

        _instruction = declarations.State(Section.Control, "trap.instruction", index, new Domain.Element(new Sort("trapped", ["-", .. _instructions.Select(NameOf)])));
        if (aspect.HasData && _instructions.Any(instruction => instruction.Operation.TakesLine))
        {
            _frame = declarations.State(Section.Control, "trap.frame", index, new Domain.Element(sorts.Frame));
        }
    }

    /// <summary>The events of which some handler performs the instruction, <c>complete</c>.</summary>
    public ImmutableArray<HookEvent> Performed { get; } = [];

    /// <summary>What is known, by pCPU.</summary>
    public IEnumerable<Variable> Known => new[] { _kind, _instruction, _frame }.OfType<Variable>();

    /// <summary>What an operation is to <c>op</c>; <see langword="null"/> for none of them.</summary>
    public static string? KindOf(Operation operation) => operation.Kind switch
    {
        _ when operation.IsBySetWay => null,
        _ when KindTable.Of(operation.Kind).IsClean => "dc",
        OperationKind.InvalidateInstructionLine or OperationKind.InvalidateInstructionAll => "ic",
        OperationKind.InvalidateTranslations => "tlbi",
        _ => null,
    };

    /// <summary>An instruction has trapped.</summary>
    /// <param name="p">The pCPU.</param>
    /// <param name="access">The instruction.</param>
    /// <param name="frame">The frame on which it acts by its address, where that counts.</param>
    public IEnumerable<Statement> Traps(Expr p, Access access, int? frame)
    {
        if (_kind is not null && KindOf(access.Operation) is { } kind)
        {
            yield return Ex.Assign(_kind, [p], Ex.Const(HookTable.TrappedMaintenance.IndexOf(kind)));
        }

        if (_instruction is not null && _instructions.IndexOf(Of(access)) is >= 0 and var number)
        {
            yield return Ex.Assign(_instruction, [p], Ex.Const(number + 1));
        }

        if (_frame is not null && frame is { } known)
        {
            yield return Ex.Assign(_frame, [p], Ex.Const(known));
        }
    }

    /// <summary>What handlers are told as <c>op</c>.</summary>
    public Expr Kind(Expr p) => Ex.Read(_kind ?? throw new InvalidOperationException("No handler is told of `op`."), p);

    /// <summary>The instructions of an event that may be performed, each with when it is the one that has trapped, and the frame on which it acts.</summary>
    public IEnumerable<(TrappedInstruction Instruction, Expr IsIt, Expr? Frame)> Open(HookEvent hookEvent, Expr p) => _instructions
        .Select((instruction, number) => (instruction, Ex.Eq(Ex.Read(_instruction!, p), number + 1), _frame is { } frame && instruction.Operation.TakesLine ? Ex.Read(frame, p) : null))
        .Where(open => open.instruction.Operation.IsBySetWay == (hookEvent == HookEvent.SetWay));

    /// <summary>Whether nothing is left to be performed.</summary>
    public Expr IsPerformed(Expr p) => _instruction is null ? Ex.True : Ex.Eq(Ex.Read(_instruction, p), 0);

    /// <summary>The instruction is performed, or was left alone: nothing is known of it any longer.</summary>
    public IEnumerable<Statement> Forgets(Expr p) => new[] { _kind, _instruction, _frame }.OfType<Variable>().Select(variable => Ex.Assign(variable, [p], Ex.False));

    /// <summary>It has been performed.</summary>
    public IEnumerable<Statement> Performs(Expr p) => new[] { _instruction, _frame }.OfType<Variable>().Select(variable => Ex.Assign(variable, [p], Ex.False));

    private static TrappedInstruction Of(Access access) => new(
        access.Operation,
        access.Operation.Kind == OperationKind.InvalidateTranslations ? access.VirtualPage : null,
        access.Operation.Target is TranslationTarget.VirtualPage or TranslationTarget.Asid ? access.Asid : null);

    /// <summary>The maintenance that guests execute.</summary>
    private static IEnumerable<TrappedInstruction> Instructions(Scenario scenario)
    {
        foreach (var vcpu in scenario.Vcpus)
        {
            foreach (var statement in Statements.Descend(vcpu.Program ?? []).OfType<OperationStmt>().Where(statement => IsTrapped(statement.Operation)))
            {
                yield return Of(new Access(statement.Operation, new Actor(null, Ex.False, null), null, null, true) { VirtualPage = statement.VirtualPage, Asid = statement.Asid ?? vcpu.Asid });
            }

            foreach (var operation in vcpu.Alphabet.Where(IsTrapped))
            {
                IEnumerable<int?> pages = operation.Target is TranslationTarget.VirtualPage or TranslationTarget.AnyAsid
                    ? scenario.VirtualPages.Where(page => page.Vm == vcpu.Vm && vcpu.MayName(page.Number)).Select(page => (int?)page.Number)
                    : [null];
                foreach (var page in pages)
                {
                    yield return Of(new Access(operation, new Actor(null, Ex.False, null), null, null, true) { VirtualPage = page, Asid = vcpu.Asid });
                }
            }
        }
    }

    private static bool IsTrapped(Operation operation) => operation.IsBySetWay || KindOf(operation) is not null;

    private static string NameOf(TrappedInstruction instruction) =>
        $"{instruction.Operation.Name}{(instruction.VirtualPage is { } page ? $" {page}" : "")}{(instruction.Asid is { } asid ? $" asid {asid}" : "")}";
}

/// <summary>Maintenance as far as performing it needs it.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="VirtualPage">Of a TLBI by address, the virtual page by its number in the scenario.</param>
/// <param name="Asid">Of a TLBI of one ASID, the ASID.</param>
internal sealed record TrappedInstruction(Operation Operation, int? VirtualPage, int? Asid);
