using Microsoft.Z3;

namespace CoherenceCheck.Attributes.Z3;

/// <summary>A symbol and its negation: what a check may assume.</summary>
internal readonly record struct Literal(BoolExpr Yes, BoolExpr No)
{
    /// <summary>A symbol.</summary>
    public static Literal Of(Constraints rules, BoolExpr symbol) => new(symbol, rules.Not(symbol));

    /// <summary>A new symbol for an expression.</summary>
    public static Literal Of(Constraints rules, string name, BoolExpr expression) => Of(rules, rules.Name(name, expression));

    /// <summary>The one that says that the symbol is so.</summary>
    public BoolExpr Is(bool value) => value ? Yes : No;
}
