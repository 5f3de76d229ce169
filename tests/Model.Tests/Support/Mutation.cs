using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests.Support;

/// <summary>Makes faults: changes a finished system, rule by rule and statement by statement.</summary>
internal static class Mutation
{
    /// <summary>Changes some rules; a system without such rules stays as it is.</summary>
    public static TransitionSystem Change(this TransitionSystem system, Func<Rule, bool> which, Func<Rule, Rule> change) =>
        system with { Rules = [.. system.Rules.Select(rule => which(rule) ? change(rule) : rule)] };

    public static TransitionSystem WithoutFill(this TransitionSystem system, string name) => system.WithoutFills(fill => fill.Name == name);

    public static TransitionSystem WithoutFills(this TransitionSystem system, Func<Fill, bool> which) => system with { Fills = [.. system.Fills.Where(fill => !which(fill))] };

    /// <summary>A system without some rules.</summary>
    public static TransitionSystem Without(this TransitionSystem system, Func<Rule, bool> which) => system with { Rules = [.. system.Rules.Where(rule => !which(rule))] };

    /// <summary>Changes some fills.</summary>
    public static TransitionSystem ChangeFills(this TransitionSystem system, Func<Fill, bool> which, Func<Fill, Fill> change) =>
        system with { Fills = [.. system.Fills.Select(fill => which(fill) ? change(fill) : fill)] };

    /// <summary>A system in all of which, conditions and properties included, something else is read.</summary>
    public static TransitionSystem Reading(this TransitionSystem system, Func<Expr.Read, Expr> change) => system with
    {
        Rules = [.. system.Rules.Select(rule => rule with { Guard = Map(rule.Guard, change), Body = MapAll(rule.Body, change) })],
        Fills = [.. system.Fills.Select(fill => fill with { Index = [.. fill.Index.Select(i => Map(i, change))], Value = Map(fill.Value, change), When = Map(fill.When, change) })],
    };

    /// <summary>A system in which some variables are indexed otherwise, wherever they are read, assigned and filled.</summary>
    public static TransitionSystem Indexing(this TransitionSystem system, IReadOnlyCollection<string> names, Func<ImmutableArray<Expr>, ImmutableArray<Expr>> change)
    {
        var reads = system.Reading(read => names.Contains(read.Variable.Name) ? read with { Index = change(read.Index) } : read);
        return reads with
        {
            Rules = [.. reads.Rules.Select(rule => rule.Replacing(a => names.Contains(a.Variable.Name) ? [a with { Index = change(a.Index) }] : [a]))],
            Fills = [.. reads.Fills.Select(fill => names.Contains(fill.Target.Name) ? fill with { Index = change(fill.Index) } : fill)],
        };
    }

    /// <summary>A rule that does something else at its end.</summary>
    public static Rule Then(this Rule rule, params IEnumerable<Statement> statements) => rule with { Body = [.. rule.Body, .. statements] };

    /// <summary>Empties a variable; what is not named of its index stands for all.</summary>
    public static Statement Empty(Variable variable, params Expr[] known)
    {
        Expr[] index = [.. known, .. variable.Index.Skip(known.Length).Select((_, i) => Ex.Local($"all{i}"))];
        var body = Ex.Assign(variable, index, Ex.False);
        for (var i = variable.Index.Length - 1; i >= known.Length; i--)
        {
            body = Ex.ForEach($"all{i - known.Length}", variable.Index[i], body);
        }

        return body;
    }

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

    private static ImmutableArray<Statement> MapAll(ImmutableArray<Statement> block, Func<Expr.Read, Expr> change) =>
        [.. block.Select(statement => statement switch
        {
            Statement.Assign a => a with { Index = [.. a.Index.Select(i => Map(i, change))], Value = Map(a.Value, change) },
            Statement.Let l => l with { Value = Map(l.Value, change) },
            Statement.If i => i with { Condition = Map(i.Condition, change), Then = MapAll(i.Then, change), Else = MapAll(i.Else, change) },
            Statement.ForEach f => f with { Body = MapAll(f.Body, change) },
            Statement.Fail f => f with { Condition = Map(f.Condition, change) },
            _ => statement,
        })];

    private static ImmutableArray<Statement> Replace(ImmutableArray<Statement> block, Func<Statement.Assign, IEnumerable<Statement>> change) =>
        [.. block.SelectMany(statement => statement switch
        {
            Statement.Assign a => change(a),
            Statement.If i => [i with { Then = Replace(i.Then, change), Else = Replace(i.Else, change) }],
            Statement.ForEach f => [f with { Body = Replace(f.Body, change) }],
            _ => [statement],
        })];
}
