using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests.Support;

/// <summary>Makes faults: changes a finished system, rule by rule and statement by statement.</summary>
internal static class Mutation
{
    /// <summary>Changes some rules; a system without such rules stays as it is.</summary>
    public static TransitionSystem Change(this TransitionSystem system, Func<Rule, bool> which, Func<Rule, Rule> change) =>
        system with { Rules = [.. system.Rules.Select(rule => which(rule) ? change(rule) : rule)] };

    public static TransitionSystem WithoutFill(this TransitionSystem system, string name) =>
        system with { Fills = [.. system.Fills.Where(fill => fill.Name != name)] };

    /// <summary>A rule that leaves some variables alone.</summary>
    public static Rule WithoutAssigning(this Rule rule, params string[] names) =>
        rule.Replacing(a => names.Contains(a.Variable.Name) ? [] : [a]);

    /// <summary>A rule with something else in place of its assignments.</summary>
    public static Rule Replacing(this Rule rule, Func<Statement.Assign, IEnumerable<Statement>> change) =>
        rule with { Body = Replace(rule.Body, change) };

    /// <summary>A rule whose guard reads something else.</summary>
    public static Rule Guarded(this Rule rule, Func<Expr.Read, Expr> change) => rule with { Guard = Map(rule.Guard, change) };

    /// <summary>Whether a rule is of an operation: a guest's, a handler's or a task's.</summary>
    public static bool Does(this Rule rule, string operation) =>
        rule.Label.Operation == operation || rule.Label.Operation.StartsWith(operation + ",", StringComparison.Ordinal)
        || rule.Label.Operation.StartsWith(operation + " ", StringComparison.Ordinal);

    public static Variable Find(this TransitionSystem system, string name) => system.Variables.First(v => v.Name == name);

    /// <summary>An expression with other things in place of what it reads.</summary>
    public static Expr Map(Expr e, Func<Expr.Read, Expr> change) => e switch
    {
        Expr.Read r => change(r with { Index = [.. r.Index.Select(i => Map(i, change))] }),
        Expr.Unary u => u with { Operand = Map(u.Operand, change) },
        Expr.Binary b => b with { Left = Map(b.Left, change), Right = Map(b.Right, change) },
        Expr.Conditional c => new Expr.Conditional(Map(c.Condition, change), Map(c.Then, change), Map(c.Else, change)),
        Expr.Fold f => f with { Body = Map(f.Body, change) },
        _ => e,
    };

    private static ImmutableArray<Statement> Replace(ImmutableArray<Statement> block, Func<Statement.Assign, IEnumerable<Statement>> change) =>
        [.. block.SelectMany(statement => statement switch
        {
            Statement.Assign a => change(a),
            Statement.If i => [i with { Then = Replace(i.Then, change), Else = Replace(i.Else, change) }],
            Statement.ForEach f => [f with { Body = Replace(f.Body, change) }],
            _ => [statement],
        })];
}
