using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Reductions;

/// <summary>What an expression is made of.</summary>
internal static class Parts
{
    /// <summary>The expressions directly in it; the body of a fold is one.</summary>
    public static IEnumerable<Expr> Of(Expr e) => e switch
    {
        Expr.Const or Expr.Local => [],
        Expr.Read r => r.Index,
        Expr.Unary u => [u.Operand],
        Expr.Binary b => [b.Left, b.Right],
        Expr.Conditional c => [c.Condition, c.Then, c.Else],
        Expr.Fold f => [f.Body],
        _ => throw new InvalidOperationException($"unknown expression {e.GetType().Name}"),
    };
}
