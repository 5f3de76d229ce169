using System.Collections.Immutable;

namespace CoherenceCheck.Transitions;

/// <summary>An operator on one value.</summary>
public enum UnaryOp
{
    /// <summary>1 if the operand is 0, else 0.</summary>
    Not,
}

/// <summary>An operator on two values. Comparisons and logic give 0 or 1; any value but 0 counts as true.</summary>
public enum BinaryOp
{
    /// <summary>Sum (64 bits, wraps).</summary>
    Add,

    /// <summary>Difference (64 bits, wraps).</summary>
    Sub,

    /// <summary>Logical and; the right side is not looked at when the left is false.</summary>
    And,

    /// <summary>Logical or; the right side is not looked at when the left is true.</summary>
    Or,

    /// <summary>Equal.</summary>
    Eq,

    /// <summary>Not equal.</summary>
    Ne,

    /// <summary>Less.</summary>
    Lt,

    /// <summary>Less or equal.</summary>
    Le,

    /// <summary>Bitwise and: intersection of sets.</summary>
    BitAnd,

    /// <summary>Bitwise or: union of sets.</summary>
    BitOr,

    /// <summary>Left operand without the bits of the right: difference of sets.</summary>
    BitAndNot,

    /// <summary>Left operand shifted left; 0 if the right operand is below 0 or above 62.</summary>
    Shl,

    /// <summary>Left operand shifted right; 0 if the right operand is below 0 or above 62. The left operand must not be negative.</summary>
    Shr,
}

/// <summary>How a <see cref="Expr.Fold"/> joins the values of its body.</summary>
public enum FoldOp
{
    /// <summary>1 if the body is true for every element.</summary>
    All,

    /// <summary>1 if the body is true for some element.</summary>
    Any,

    /// <summary>Bitwise or of the body's values: a union of sets.</summary>
    Union,

    /// <summary>Sum of the body's values.</summary>
    Sum,
}

/// <summary>An expression over 64-bit integers: total (every expression has a value in every state) and without effects.</summary>
public abstract record Expr
{
    private Expr()
    {
    }

    /// <summary>A number.</summary>
    /// <param name="Value">Its value.</param>
    public sealed record Const(long Value) : Expr;

    /// <summary>The value of a variable's cell. Where an index is out of its sort (<em>none</em>, say), the value is the domain's smallest.</summary>
    /// <param name="Variable">The variable.</param>
    /// <param name="Index">One expression for each index sort.</param>
    public sealed record Read(Variable Variable, ImmutableArray<Expr> Index) : Expr;

    /// <summary>A parameter of the rule, a let, or the binder of an enclosing loop or fold.</summary>
    /// <param name="Name">Its name; inner names hide outer ones.</param>
    public sealed record Local(string Name) : Expr;

    /// <summary>An operator applied to one operand.</summary>
    /// <param name="Op">The operator.</param>
    /// <param name="Operand">The operand.</param>
    public sealed record Unary(UnaryOp Op, Expr Operand) : Expr;

    /// <summary>An operator applied to two operands.</summary>
    /// <param name="Op">The operator.</param>
    /// <param name="Left">The left operand.</param>
    /// <param name="Right">The right operand.</param>
    public sealed record Binary(BinaryOp Op, Expr Left, Expr Right) : Expr;

    /// <summary>One of two values; only the chosen branch is looked at.</summary>
    /// <param name="Condition">Chooses <paramref name="Then"/> if it is not 0.</param>
    /// <param name="Then">The value if the condition is true.</param>
    /// <param name="Else">The value if the condition is false.</param>
    public sealed record Conditional(Expr Condition, Expr Then, Expr Else) : Expr;

    /// <summary>The join of <paramref name="Body"/> over all elements of a sort.</summary>
    /// <param name="Op">How to join.</param>
    /// <param name="Binder">The name that stands for the element in the body.</param>
    /// <param name="Sort">The sort.</param>
    /// <param name="Body">The expression to join.</param>
    public sealed record Fold(FoldOp Op, string Binder, Sort Sort, Expr Body) : Expr;
}
