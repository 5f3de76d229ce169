using System.Globalization;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Export;

/// <summary>Writes expressions in a language that tells numbers and truth values apart. Everything but names and numbers stands in parentheses.</summary>
internal abstract class ExprWriter
{
    protected abstract string True { get; }

    protected abstract string False { get; }

    /// <summary>An expression's value as a number.</summary>
    public string Number(Expr e) => e switch
    {
        Expr.Const c => c.Value < 0 ? $"({c.Value.ToString(CultureInfo.InvariantCulture)})" : c.Value.ToString(CultureInfo.InvariantCulture),
        Expr.Read r => NameOf(r.Variable),
        Expr.Local l => l.Name,
        Expr.Conditional c => Conditional(Truth(c.Condition), Number(c.Then), Number(c.Else)),
        Expr.Binary { Op: not (BinaryOp.And or BinaryOp.Or or BinaryOp.Eq or BinaryOp.Ne or BinaryOp.Lt or BinaryOp.Le) } b => Arithmetic(b.Op, Number(b.Left), Number(b.Right)),
        _ => NumberOf(Truth(e)),
    };

    /// <summary>Whether an expression is not 0, as a truth value.</summary>
    public string Truth(Expr e) => e switch
    {
        Expr.Const c => c.Value != 0 ? True : False,
        Expr.Unary u => Not(Truth(u.Operand)),
        Expr.Binary { Op: BinaryOp.And or BinaryOp.Or } b => Chain(b.Op, Operands(b, b.Op).Select(Truth)),
        Expr.Binary { Op: BinaryOp.Eq or BinaryOp.Ne or BinaryOp.Lt or BinaryOp.Le } b => Compare(b.Op, Number(b.Left), Number(b.Right)),
        Expr.Conditional c => Conditional(Truth(c.Condition), Truth(c.Then), Truth(c.Else)),
        _ => Compare(BinaryOp.Ne, Number(e), "0"),
    };

    protected virtual string NameOf(Variable variable) => variable.Name;

    protected virtual string NumberOf(string truth) => Conditional(truth, "1", "0");

    protected abstract string Not(string truth);

    protected abstract string Conditional(string condition, string then, string otherwise);

    protected abstract string Chain(BinaryOp op, IEnumerable<string> operands);

    protected abstract string Compare(BinaryOp op, string left, string right);

    /// <summary>An operation on numbers, in a language that has the operators of C.</summary>
    protected virtual string Arithmetic(BinaryOp op, string left, string right) => op switch
    {
        BinaryOp.Add => $"({left} + {right})",
        BinaryOp.Sub => $"({left} - {right})",
        BinaryOp.BitAnd => $"({left} & {right})",
        BinaryOp.BitOr => $"({left} | {right})",
        BinaryOp.BitAndNot => $"({left} & ~{right})",
        BinaryOp.Shl => $"({left} << {right})",
        _ => $"({left} >> {right})",
    };

    private static IEnumerable<Expr> Operands(Expr e, BinaryOp op) =>
        e is Expr.Binary b && b.Op == op ? Operands(b.Left, op).Concat(Operands(b.Right, op)) : [e];
}
