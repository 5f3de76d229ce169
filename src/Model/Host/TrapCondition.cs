using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Host.Flows;
using CoherenceCheck.Model.Pe;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Host;

/// <summary>
/// Which maintenance of guests the host traps: what the heads of its handlers (<c>if op == ic</c>) do not exclude. They stand for the trap bits of HCR_EL2, so only what is
/// settled once for a cell counts: <c>op</c>, and fields of registers. What else a head asks is asked in the handler, when the instruction has trapped.
/// </summary>
internal sealed class TrapCondition(Translator translator)
{
    /// <summary>In which cells an operation traps.</summary>
    public Expr Of(IEnumerable<Hook> hooks, Operation operation) => Ex.Or([.. hooks.Select(hook => hook.Condition is { } condition ? May(condition, hook, operation) : Ex.True)]);

    /// <summary>Whether a test may be true.</summary>
    private Expr May(SpecExpr test, Hook hook, Operation operation) => test switch
    {
        LabelledExpr labelled => May(labelled.Operand, hook, operation),
        NotExpr not => Ex.Not(Must(not.Operand, hook, operation)),
        BinaryExpr { Op: ExprOp.And } both => Ex.And(Ex.Or(Ex.Not(IsLeft(both.Left)), May(both.Left, hook, operation)), Ex.Or(Ex.Not(IsLeft(both.Right)), May(both.Right, hook, operation))),
        BinaryExpr { Op: ExprOp.Or } both => Ex.Or(Ex.And(IsLeft(both.Left), May(both.Left, hook, operation)), Ex.And(IsLeft(both.Right), May(both.Right, hook, operation))),
        _ => Known(test, hook, operation) ?? Ex.True,
    };

    /// <summary>Whether it is true whatever else there is.</summary>
    private Expr Must(SpecExpr test, Hook hook, Operation operation) => test switch
    {
        NotExpr not => Ex.Not(May(not.Operand, hook, operation)),
        BinaryExpr { Op: ExprOp.And } both => Ex.And(Must(both.Left, hook, operation), Must(both.Right, hook, operation)),
        BinaryExpr { Op: ExprOp.Or } both => Ex.Or(Must(both.Left, hook, operation), Must(both.Right, hook, operation)),
        _ => Known(test, hook, operation) ?? Ex.False,
    };

    /// <summary>A test of nothing but what is settled.</summary>
    private Expr? Known(SpecExpr test, Hook hook, Operation operation)
    {
        var op = hook.Parameters.Length > HookTable.Of(HookEvent.Maintenance).FewestParameters ? hook.Parameters[HookTable.Of(HookEvent.Maintenance).FewestParameters] : null;
        var parts = StatementNames.All(test).ToList();
        return parts.TrueForAll(part => part is LiteralExpr or FieldExpr { Target: null } or BinaryExpr or NotExpr or InExpr or SetExpr || (part is SymbolExpr symbol && symbol.Symbol == op))
            ? translator.Translate(test, op is null ? FlowScope.Empty : FlowScope.Empty.With(op, Ex.Const(Math.Max(0, HookTable.TrappedMaintenance.IndexOf(TrappedMaintenance.KindOf(operation) ?? "")))))
            : null;
    }

    /// <summary>Whether an operand, or something of it, is not left out.</summary>
    private Expr IsLeft(SpecExpr test) => test switch
    {
        LabelledExpr labelled => Ex.And(translator.IsSwitchable(labelled.Label) ? translator.Enabled(ImmutableArray.Create(labelled.Label)) : Ex.True, IsLeft(labelled.Operand)),
        BinaryExpr { Op: ExprOp.And or ExprOp.Or } both => Ex.Or(IsLeft(both.Left), IsLeft(both.Right)),
        _ => Ex.True,
    };
}
