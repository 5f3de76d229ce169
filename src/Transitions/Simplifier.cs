using System.Collections.Immutable;

namespace CoherenceCheck.Transitions;

/// <summary>Folds constants, drops branches that cannot be taken, and rules and fills that can do nothing. The meaning stays the same.</summary>
public static class Simplifier
{
    /// <summary>An expression of the same value in every state; names stand for any value.</summary>
    public static Expr Simplify(Expr e) => new Rewriter().Rewrite(e);

    /// <summary>An expression of the same value in every state in which some reads have values that are known.</summary>
    /// <param name="e">The expression.</param>
    /// <param name="known">The value of a read; <see langword="null"/> where it is not known.</param>
    public static Expr Simplify(Expr e, Func<Expr.Read, long?> known) => new Knowing(known).Rewrite(e);

    /// <summary>A system with the same states and transitions; rules that are never enabled and fills that never apply are dropped.</summary>
    public static TransitionSystem Simplify(TransitionSystem system) => Apply(system, new Rewriter());

    internal static TransitionSystem Apply(TransitionSystem system, Rewriter rewriter)
    {
        var rules = system.Rules.Select(r => r with
        {
            Guard = rewriter.Rewrite(r.Guard, r.Parameters),
            Body = rewriter.Rewrite(r.Body, r.Parameters),
        });
        var fills = system.Fills.Select(f => f with
        {
            Index = [.. f.Index.Select(i => rewriter.Rewrite(i, f.Parameters))],
            Value = rewriter.Rewrite(f.Value, f.Parameters),
            When = rewriter.Rewrite(f.When, f.Parameters),
        });
        var cut = system.Cut is null ? null : rewriter.Rewrite(system.Cut, []);
        return system with
        {
            InitialStates = [.. system.InitialStates.Select(i => i with { Body = rewriter.Rewrite(i.Body, []) })],
            Rules = [.. rules.Where(r => r.Guard is not Expr.Const { Value: 0 })],
            Fills = [.. fills.Where(f => f.When is not Expr.Const { Value: 0 })],
            Cut = cut is Expr.Const { Value: 0 } ? null : cut,
            Terminal = rewriter.Rewrite(system.Terminal, []),
            Properties = [.. system.Properties.Select(p => p with { Condition = rewriter.Rewrite(p.Condition, []) })],
        };
    }

    private sealed class Knowing(Func<Expr.Read, long?> known) : Rewriter
    {
        protected override Expr Read(Expr.Read read) => known(read) is { } value ? Ex.Const(value) : base.Read(read);
    }
}
