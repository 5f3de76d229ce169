using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests.Support;

/// <summary>Finds where the machine looks at the ghost: what is compared with it must not depend on it.</summary>
/// <remarks>A value depends on the ghost if it reads it, or a local name that does; an assignment also if it is made under a test that does.</remarks>
internal sealed class GhostReads
{
    private readonly List<string> _found = [];

    private GhostReads()
    {
    }

    /// <summary>Every guard, assignment to state, fill of state, model error, and end of a run that depends on the ghost.</summary>
    public static IReadOnlyList<string> Of(TransitionSystem system)
    {
        var reads = new GhostReads();
        foreach (var initial in system.InitialStates)
        {
            reads.Walk(initial.Body, $"initial state '{initial.Name}'", [], isTainted: false);
        }

        foreach (var rule in system.Rules)
        {
            reads.Check(rule.Guard, [], $"the guard of '{rule.Name}'");
            reads.Walk(rule.Body, $"rule '{rule.Name}'", [], isTainted: false);
        }

        foreach (var fill in system.Fills.Where(fill => fill.Target.Role == Role.State))
        {
            foreach (var part in (ImmutableArray<Expr>)[fill.When, fill.Value, .. fill.Index])
            {
                reads.Check(part, [], $"the fill '{fill.Name}'");
            }
        }

        reads.Check(system.Terminal, [], "the terminal states");
        if (system.Cut is { } cut)
        {
            reads.Check(cut, [], "the cut");
        }

        return reads._found;
    }

    private void Check(Expr e, ImmutableHashSet<string> tainted, string where)
    {
        if (Reads(e, tainted))
        {
            _found.Add($"{where} reads the ghost");
        }
    }

    private void Walk(ImmutableArray<Statement> block, string where, ImmutableHashSet<string> tainted, bool isTainted)
    {
        foreach (var statement in block)
        {
            switch (statement)
            {
                case Statement.Assign { Variable.Role: Role.State } a:
                    if (isTainted || Reads(a.Value, tainted) || a.Index.Any(i => Reads(i, tainted)))
                    {
                        _found.Add($"{where} gives {a.Variable.Name} a value that depends on the ghost");
                    }

                    break;
                case Statement.Let l:
                    tainted = isTainted || Reads(l.Value, tainted) ? tainted.Add(l.Name) : tainted.Remove(l.Name);
                    break;
                case Statement.If i:
                    var inside = isTainted || Reads(i.Condition, tainted);
                    Walk(i.Then, where, tainted, inside);
                    Walk(i.Else, where, tainted, inside);
                    break;
                case Statement.ForEach f:
                    Walk(f.Body, where, tainted.Remove(f.Binder), isTainted);
                    break;
                case Statement.Fail f when isTainted || Reads(f.Condition, tainted):
                    _found.Add($"{where} fails where the ghost says so");
                    break;
            }
        }
    }

    private static bool Reads(Expr e, ImmutableHashSet<string> tainted) => e switch
    {
        Expr.Read r => r.Variable.Role == Role.Ghost || r.Index.Any(i => Reads(i, tainted)),
        Expr.Local l => tainted.Contains(l.Name),
        Expr.Unary u => Reads(u.Operand, tainted),
        Expr.Binary b => Reads(b.Left, tainted) || Reads(b.Right, tainted),
        Expr.Conditional c => Reads(c.Condition, tainted) || Reads(c.Then, tainted) || Reads(c.Else, tainted),
        Expr.Fold f => Reads(f.Body, tainted.Remove(f.Binder)),
        Expr.Const => false,
        _ => throw new InvalidOperationException($"unexpected expression {e.GetType().Name}"),
    };
}
