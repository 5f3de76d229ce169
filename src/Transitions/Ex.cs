using System.Collections.Immutable;

namespace CoherenceCheck.Transitions;

/// <summary>Short constructors for expressions and statements. They fold constants and drop what cannot matter, and never change a value.</summary>
public static class Ex
{
    /// <summary>The constant 1.</summary>
    public static Expr True { get; } = new Expr.Const(1);

    /// <summary>The constant 0.</summary>
    public static Expr False { get; } = new Expr.Const(0);

    /// <summary>A number.</summary>
    public static Expr Const(long value) => value switch
    {
        0 => False,
        1 => True,
        _ => new Expr.Const(value),
    };

    /// <summary>A truth value.</summary>
    public static Expr Const(bool value) => value ? True : False;

    /// <summary><em>none</em> of a domain that has it: the sort's size.</summary>
    public static Expr None(Sort sort) => Const(sort.Size);

    /// <summary>The value of a cell.</summary>
    public static Expr Read(Variable v, params ReadOnlySpan<Expr> index) => new Expr.Read(v, [.. index]);

    /// <summary>A let or a binder by its name.</summary>
    public static Expr Local(string name) => new Expr.Local(name);

    /// <summary>A parameter's value.</summary>
    public static Expr Param(Parameter p) => new Expr.Local(p.Name);

    /// <summary>Logical negation.</summary>
    public static Expr Not(Expr e) => e switch
    {
        Expr.Const c => Const(c.Value == 0),
        Expr.Unary { Op: UnaryOp.Not } u when IsTruth(u.Operand) => u.Operand,
        Expr.Binary { Op: BinaryOp.Eq } b => new Expr.Binary(BinaryOp.Ne, b.Left, b.Right),
        Expr.Binary { Op: BinaryOp.Ne } b => new Expr.Binary(BinaryOp.Eq, b.Left, b.Right),
        Expr.Binary { Op: BinaryOp.Lt } b => new Expr.Binary(BinaryOp.Le, b.Right, b.Left),
        Expr.Binary { Op: BinaryOp.Le } b => new Expr.Binary(BinaryOp.Lt, b.Right, b.Left),
        _ => new Expr.Unary(UnaryOp.Not, e),
    };

    /// <summary>Logical and of all operands, joined from the left; true for none.</summary>
    public static Expr And(params ReadOnlySpan<Expr> operands)
    {
        var result = True;
        foreach (var e in operands)
        {
            result = Binary(BinaryOp.And, result, e);
        }

        return result;
    }

    /// <summary>Logical or of all operands, joined from the left; false for none.</summary>
    public static Expr Or(params ReadOnlySpan<Expr> operands)
    {
        var result = False;
        foreach (var e in operands)
        {
            result = Binary(BinaryOp.Or, result, e);
        }

        return result;
    }

    /// <summary>The right side, or the left is false.</summary>
    public static Expr Implies(Expr left, Expr right) => Or(Not(left), right);

    /// <summary>Equal.</summary>
    public static Expr Eq(Expr left, Expr right) => Binary(BinaryOp.Eq, left, right);

    /// <summary>Equal to a number.</summary>
    public static Expr Eq(Expr left, long right) => Binary(BinaryOp.Eq, left, Const(right));

    /// <summary>Not equal.</summary>
    public static Expr Ne(Expr left, Expr right) => Binary(BinaryOp.Ne, left, right);

    /// <summary>Not equal to a number.</summary>
    public static Expr Ne(Expr left, long right) => Binary(BinaryOp.Ne, left, Const(right));

    /// <summary>Less.</summary>
    public static Expr Lt(Expr left, Expr right) => Binary(BinaryOp.Lt, left, right);

    /// <summary>Less or equal.</summary>
    public static Expr Le(Expr left, Expr right) => Binary(BinaryOp.Le, left, right);

    /// <summary>Sum.</summary>
    public static Expr Add(Expr left, Expr right) => Binary(BinaryOp.Add, left, right);

    /// <summary>Difference.</summary>
    public static Expr Sub(Expr left, Expr right) => Binary(BinaryOp.Sub, left, right);

    /// <summary>Intersection of sets.</summary>
    public static Expr BitAnd(Expr left, Expr right) => Binary(BinaryOp.BitAnd, left, right);

    /// <summary>Union of sets; the empty set for none.</summary>
    public static Expr BitOr(params ReadOnlySpan<Expr> operands)
    {
        var result = False;
        foreach (var e in operands)
        {
            result = Binary(BinaryOp.BitOr, result, e);
        }

        return result;
    }

    /// <summary>Difference of sets.</summary>
    public static Expr BitAndNot(Expr left, Expr right) => Binary(BinaryOp.BitAndNot, left, right);

    /// <summary>Shift left; 0 if the count is below 0 or above 62.</summary>
    public static Expr Shl(Expr left, Expr count) => Binary(BinaryOp.Shl, left, count);

    /// <summary>Shift right; 0 if the count is below 0 or above 62.</summary>
    public static Expr Shr(Expr left, Expr count) => Binary(BinaryOp.Shr, left, count);

    /// <summary>The set of one element.</summary>
    public static Expr Singleton(Expr element) => Shl(True, element);

    /// <summary>Whether a set has an element: 0 or 1; 0 for <em>none</em>.</summary>
    public static Expr Contains(Expr set, Expr element) => BitAnd(Shr(set, element), True);

    /// <summary>Whether a set is empty.</summary>
    public static Expr IsEmpty(Expr set) => Eq(set, False);

    /// <summary>One of two values.</summary>
    public static Expr If(Expr condition, Expr then, Expr otherwise) =>
        condition is Expr.Const c ? (c.Value != 0 ? then : otherwise) : new Expr.Conditional(condition, then, otherwise);

    /// <summary>Whether the body is true for every element.</summary>
    public static Expr All(string binder, Sort sort, Expr body) => Fold(FoldOp.All, binder, sort, body);

    /// <summary>Whether the body is true for some element.</summary>
    public static Expr Any(string binder, Sort sort, Expr body) => Fold(FoldOp.Any, binder, sort, body);

    /// <summary>The union of the body's sets.</summary>
    public static Expr Union(string binder, Sort sort, Expr body) => Fold(FoldOp.Union, binder, sort, body);

    /// <summary>The sum of the body's values.</summary>
    public static Expr Sum(string binder, Sort sort, Expr body) => Fold(FoldOp.Sum, binder, sort, body);

    /// <summary>The join of the body's values over a sort.</summary>
    public static Expr Fold(FoldOp op, string binder, Sort sort, Expr body)
    {
        if (body is not Expr.Const c)
        {
            return new Expr.Fold(op, binder, sort, body);
        }

        return op switch
        {
            FoldOp.All or FoldOp.Any => Const(c.Value != 0),
            FoldOp.Union => body,
            _ => Const(unchecked(c.Value * sort.Size)),
        };
    }

    /// <summary>An operator applied to two operands.</summary>
    public static Expr Binary(BinaryOp op, Expr left, Expr right)
    {
        if (left is Expr.Const l && right is Expr.Const r)
        {
            return Const(Arithmetic.Apply(op, l.Value, r.Value));
        }

        var leftValue = (left as Expr.Const)?.Value;
        var rightValue = (right as Expr.Const)?.Value;
        switch (op)
        {
            case BinaryOp.And when leftValue == 0 || rightValue == 0:
                return False;
            case BinaryOp.And when leftValue is not null:
                return Truth(right);
            case BinaryOp.And when rightValue is not null:
                return Truth(left);
            case BinaryOp.Or when leftValue is not null and not 0 || rightValue is not null and not 0:
                return True;
            case BinaryOp.Or when leftValue == 0:
                return Truth(right);
            case BinaryOp.Or when rightValue == 0:
                return Truth(left);
            case BinaryOp.Add or BinaryOp.BitOr when leftValue == 0:
                return right;
            case BinaryOp.Add or BinaryOp.BitOr or BinaryOp.Sub or BinaryOp.BitAndNot or BinaryOp.Shl or BinaryOp.Shr when rightValue == 0:
                return left;
            case BinaryOp.BitAnd or BinaryOp.BitAndNot or BinaryOp.Shl or BinaryOp.Shr when leftValue == 0:
                return False;
            case BinaryOp.BitAnd when rightValue == 0:
                return False;
            default:
                return new Expr.Binary(op, left, right);
        }
    }

    /// <summary>Gives a scalar variable a value.</summary>
    public static Statement Assign(Variable v, Expr value) => new Statement.Assign(v, [], value);

    /// <summary>Gives a cell a value.</summary>
    public static Statement Assign(Variable v, ReadOnlySpan<Expr> index, Expr value) => new Statement.Assign(v, [.. index], value);

    /// <summary>Names a value for the statements that follow.</summary>
    public static Statement Let(string name, Expr value) => new Statement.Let(name, value);

    /// <summary>A block that runs if the condition is true.</summary>
    public static Statement When(Expr condition, params ReadOnlySpan<Statement> then) => new Statement.If(condition, [.. then], []);

    /// <summary>One of two blocks.</summary>
    public static Statement IfElse(Expr condition, ImmutableArray<Statement> then, ImmutableArray<Statement> otherwise) =>
        new Statement.If(condition, then, otherwise);

    /// <summary>A block for each element of a sort.</summary>
    public static Statement ForEach(string binder, Sort sort, params ReadOnlySpan<Statement> body) => new Statement.ForEach(binder, sort, [.. body]);

    /// <summary>A model error if the condition is true.</summary>
    public static Statement Fail(Expr condition, string message) => new Statement.Fail(condition, message);

    /// <summary>Whether an expression can only be 0 or 1, as far as its shape tells.</summary>
    public static bool IsTruth(Expr e) => e switch
    {
        Expr.Const c => c.Value is 0 or 1,
        Expr.Read r => r.Variable.Domain is { Min: >= 0, Max: <= 1 },
        Expr.Unary => true,
        Expr.Binary { Op: BinaryOp.And or BinaryOp.Or or BinaryOp.Eq or BinaryOp.Ne or BinaryOp.Lt or BinaryOp.Le } => true,
        Expr.Binary { Op: BinaryOp.BitAnd } b => IsZeroOrOne(b.Left) || IsZeroOrOne(b.Right) || (IsTruth(b.Left) && IsTruth(b.Right)),
        Expr.Binary { Op: BinaryOp.BitOr } b => IsTruth(b.Left) && IsTruth(b.Right),
        Expr.Conditional c => IsTruth(c.Then) && IsTruth(c.Else),
        Expr.Fold { Op: FoldOp.All or FoldOp.Any } => true,
        Expr.Fold { Op: FoldOp.Union } f => IsTruth(f.Body),
        _ => false,
    };

    private static bool IsZeroOrOne(Expr e) => e is Expr.Const { Value: 0 or 1 };

    private static Expr Truth(Expr e) => IsTruth(e) ? e : new Expr.Binary(BinaryOp.Ne, e, False);
}
