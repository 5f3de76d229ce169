using Microsoft.Z3;

namespace CoherenceCheck.Attributes.Z3;

/// <summary>Takes rules as constraints on symbols of a solver. The caller holds the lock of the context.</summary>
/// <param name="context">Where the symbols are.</param>
/// <param name="solver">What the rules are asserted in.</param>
/// <param name="fault">Changes a rule on its way, for tests that seed a fault; <see langword="null"/> for none.</param>
internal sealed class Constraints(Context context, Solver solver, RuleFault? fault)
{
    private int _symbols;

    public Context Context { get; } = context;

    public BoolExpr True { get; } = context.MkTrue();

    public BoolExpr False { get; } = context.MkFalse();

    /// <summary>A symbol, free until rules bind it. Its number makes its name unique in the solver.</summary>
    public BoolExpr Symbol(string name) => Context.MkBoolConst($"{name}!{_symbols++}");

    /// <summary>A fixed bit.</summary>
    public BoolExpr Fixed(bool value) => value ? True : False;

    public BoolExpr Not(BoolExpr of) => Context.MkNot(of);

    public BoolExpr And(params BoolExpr[] of) => of.Length == 1 ? of[0] : Context.MkAnd(of);

    public BoolExpr Or(params BoolExpr[] of) => of.Length == 1 ? of[0] : Context.MkOr(of);

    public BoolExpr Same(BoolExpr left, BoolExpr right) => Context.MkIff(left, right);

    /// <summary>Asserts a rule: what holds where.</summary>
    public void Rule(AttributeRule rule, BoolExpr where, BoolExpr what)
    {
        if (fault is null || !string.Equals(fault.Rule, rule.Id, StringComparison.Ordinal))
        {
            solver.Assert(Context.MkImplies(where, what));
        }
        else if (fault.Change(this, where, what) is { } changed)
        {
            solver.Assert(changed);
        }
    }

    /// <summary>Asserts what holds everywhere by a rule.</summary>
    public void Rule(AttributeRule rule, BoolExpr what) => Rule(rule, True, what);

    /// <summary>A new symbol that is what a rule says.</summary>
    public BoolExpr Define(AttributeRule rule, string name, BoolExpr what)
    {
        var symbol = Symbol(name);
        Rule(rule, Same(symbol, what));
        return symbol;
    }

    /// <summary>A new symbol for an expression, which is no rule.</summary>
    public BoolExpr Name(string name, BoolExpr what)
    {
        var symbol = Symbol(name);
        solver.Assert(Same(symbol, what));
        return symbol;
    }

    /// <summary>Asserts what symbols are by construction, which is no rule.</summary>
    public void Always(BoolExpr what) => solver.Assert(what);

    /// <summary>Asserts that exactly one of some symbols holds.</summary>
    public void ExactlyOne(IReadOnlyList<BoolExpr> of)
    {
        solver.Assert(Or([.. of]));
        for (var i = 0; i < of.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                solver.Assert(Or(Not(of[i]), Not(of[j])));
            }
        }
    }
}

/// <summary>A rule that a test gets wrong.</summary>
/// <param name="Rule">Its name.</param>
/// <param name="Change">Makes of where it holds, and what holds there, what is asserted in its place; <see langword="null"/> drops it.</param>
internal sealed record RuleFault(string Rule, Func<Constraints, BoolExpr, BoolExpr, BoolExpr?> Change);
