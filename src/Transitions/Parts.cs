using System.Collections.Immutable;

namespace CoherenceCheck.Transitions;

/// <summary>What expressions and statements are made of, for whoever walks through all of it and treats few kinds apart.</summary>
/// <remarks>In the order of evaluation. Scopes are the caller's: the body of a fold or a loop is a part like any other, and its binder is not looked at.</remarks>
public static class Parts
{
    /// <summary>The expressions directly in an expression; the body of a fold is one.</summary>
    public static ImmutableArray<Expr> Of(Expr e) => e switch
    {
        Expr.Const or Expr.Local => [],
        Expr.Read r => r.Index,
        Expr.Unary u => [u.Operand],
        Expr.Binary b => [b.Left, b.Right],
        Expr.Conditional c => [c.Condition, c.Then, c.Else],
        Expr.Fold f => [f.Body],
        _ => throw new InvalidOperationException($"unknown expression {e.GetType().Name}"),
    };

    /// <summary>The expressions directly in a statement: none that is in a block of it.</summary>
    public static ImmutableArray<Expr> Of(Statement statement) => statement switch
    {
        Statement.Assign a => [.. a.Index, a.Value],
        Statement.Let l => [l.Value],
        Statement.If i => [i.Condition],
        Statement.ForEach => [],
        Statement.Fail f => [f.Condition],
        _ => throw new InvalidOperationException($"unknown statement {statement.GetType().Name}"),
    };

    /// <summary>The blocks directly in a statement: both branches of a conditional, the body of a loop.</summary>
    public static ImmutableArray<ImmutableArray<Statement>> Blocks(Statement statement) => statement switch
    {
        Statement.Assign or Statement.Let or Statement.Fail => [],
        Statement.If i => [i.Then, i.Else],
        Statement.ForEach f => [f.Body],
        _ => throw new InvalidOperationException($"unknown statement {statement.GetType().Name}"),
    };
}
