using System.Collections.Immutable;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Host;

/// <summary>What took a pCPU from the guest in the middle of an instruction, for the handlers that are told of it: forgotten when the guest is entered again.</summary>
internal sealed class Traps
{
    private readonly Variable? _page;
    private readonly Variable? _access;
    private readonly Variable? _kind;
    private readonly Variable? _field;
    private readonly Variable? _mode;
    private readonly Variable? _old;
    private readonly Variable? _new;
    private readonly Variable? _isOpen;
    private readonly Variable? _oldMmu;
    private readonly Variable? _newMmu;
    private readonly Variable? _isOpenSwitch;

    public Traps(Shape shape, Sorts sorts, Declarations declarations)
    {
        bool Has(HookEvent hookEvent) => shape.Aspect is not null && !shape.IsBareMetal && shape.Policy.Hooks.Any(hook => hook.Event == hookEvent);
        ImmutableArray<Sort> index = [sorts.Pcpu];
        Variable Of(string name, Domain domain) => declarations.State(Section.Control, name, index, domain);
        bool Asks(HookEvent hookEvent, int parameter) => shape.Policy.Hooks.Any(hook => hook.Event == hookEvent && hook.Parameters.Length > parameter);
        if (Has(HookEvent.Stage2Fault))
        {
            _page = Asks(HookEvent.Stage2Fault, 2) ? Of("fault.page", new Domain.Element(sorts.Page)) : null;
            _access = Asks(HookEvent.Stage2Fault, 3) ? Of("fault.access", new Domain.Element(new Sort("access", HookTable.Accesses))) : null;
            _kind = Asks(HookEvent.Stage2Fault, 4) ? Of("fault.kind", new Domain.Element(new Sort("kind", HookTable.FaultKinds))) : null;
        }

        if (Has(HookEvent.SysregWrite))
        {
            _field = Asks(HookEvent.SysregWrite, 2) ? Of("trap.field", new Domain.Element(new Sort("field", HookTable.SctlrFields))) : null;
            _mode = Of("trap.mode", new Domain.Element(sorts.Mode));
            _old = Asks(HookEvent.SysregWrite, 3) ? Of("trap.old", Sorts.Truth) : null;
            _new = Asks(HookEvent.SysregWrite, 4) ? Of("trap.new", Sorts.Truth) : null;

            // Where no vCPU ever writes the register there is nothing to perform.
            _isOpen = shape.ModeCount > 1 ? Of("trap.open", Sorts.Truth) : null;
        }

        if (shape.SwitchesMmu)
        {
            _newMmu = Of("trap.mmu", new Domain.Element(sorts.Mmu));
            _oldMmu = Asks(HookEvent.MmuSwitch, 2) ? Of("trap.mmu.old", new Domain.Element(sorts.Mmu)) : null;
            _isOpenSwitch = Of("trap.switch", Sorts.Truth);
        }
    }

    /// <summary>What is known, by pCPU.</summary>
    public IEnumerable<Variable> Known => new[] { _page, _access, _kind, _field, _mode, _old, _new, _isOpen, _oldMmu, _newMmu, _isOpenSwitch }.OfType<Variable>();

    /// <summary>A stage-2 fault.</summary>
    public IEnumerable<Statement> Fault(Expr p, int page, string access, string kind) =>
    [
        .. Set(_page, p, Ex.Const(page)),
        .. Set(_access, p, Ex.Const(HookTable.Accesses.IndexOf(access))),
        .. Set(_kind, p, Ex.Const(HookTable.FaultKinds.IndexOf(kind))),
    ];

    /// <summary>A write of SCTLR_EL1.</summary>
    public IEnumerable<Statement> Write(Expr p, Expr field, Expr mode, Expr old, Expr value) =>
        [.. Set(_field, p, field), .. Set(_mode, p, mode), .. Set(_old, p, old), .. Set(_new, p, value), .. Set(_isOpen, p, Ex.True)];

    /// <summary>The write is performed, unless it was already.</summary>
    public IEnumerable<Statement> Completes(Expr p, Func<Expr, IEnumerable<Statement>> write) => _isOpen is null ? [] :
    [
        Ex.When(
            Ex.Read(_isOpen, p),
            [
                .. write(Ex.Read(_mode!, p)),
                Ex.Assign(_isOpen, [p], Ex.False),
                .. Set(_mode, p, Ex.False),
            ]),
    ];

    /// <summary>A vCPU goes on under another stage-2 context.</summary>
    public IEnumerable<Statement> Switch(Expr p, Expr old, int mmu) => [.. Set(_oldMmu, p, old), .. Set(_newMmu, p, Ex.Const(mmu)), .. Set(_isOpenSwitch, p, Ex.True)];

    /// <summary>It is performed, unless it was already: what handlers are told of it stays until they have ended.</summary>
    public IEnumerable<Statement> CompletesSwitch(Expr p, Func<Expr, IEnumerable<Statement>> performs) =>
        [Ex.When(Ex.Read(_isOpenSwitch!, p), [.. performs(Ex.Read(_newMmu!, p)), Ex.Assign(_isOpenSwitch!, [p], Ex.False)])];

    /// <summary>The stage-2 context before a switch, or after it.</summary>
    public Expr Context(string name, Expr p) => Ex.Read((name == "old" ? _oldMmu : _newMmu)!, p);

    /// <summary>What stands for a parameter of a handler.</summary>
    public Expr Argument(string name, Expr p) => Ex.Read(
        name switch { "g" => _page, "access" => _access, "kind" => _kind, "field" => _field, "old" => _old, "new" => _new, _ => null }
        ?? throw new InvalidOperationException($"No handler is told of '{name}'."), p);

    private static IEnumerable<Statement> Set(Variable? variable, Expr p, Expr value) => variable is null ? [] : [Ex.Assign(variable, [p], value)];
}
