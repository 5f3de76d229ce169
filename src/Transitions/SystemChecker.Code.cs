using System.Collections.Immutable;

namespace CoherenceCheck.Transitions;

/// <content>Expressions, statements and fills.</content>
internal sealed partial class SystemChecker
{
    private void CheckExpr(Expr e, Scope scope)
    {
        switch (e)
        {
            case Expr.Const:
                break;
            case Expr.Local l:
                if (!scope.Names.ContainsKey(l.Name))
                {
                    Problem($"'{l.Name}' is not declared here");
                }

                break;
            case Expr.Read r:
                CheckAccess(r.Variable, r.Index, scope);
                break;
            case Expr.Unary u:
                CheckExpr(u.Operand, scope);
                break;
            case Expr.Binary b:
                CheckExpr(b.Left, scope);
                CheckExpr(b.Right, scope);
                if (b.Op == BinaryOp.Shr && ValueRange.Of(b.Left, scope.Names) is { Max: < 0 })
                {
                    Problem("a negative number is shifted right");
                }

                break;
            case Expr.Conditional c:
                CheckExpr(c.Condition, scope);
                CheckExpr(c.Then, scope);
                CheckExpr(c.Else, scope);
                break;
            case Expr.Fold f:
                Declared(f.Sort);
                CheckExpr(f.Body, scope.With(f.Binder, ValueRange.Of(f.Sort)));
                break;
            default:
                Problem($"there is an unknown expression {e.GetType().Name}");
                break;
        }
    }

    private void CheckBlock(ImmutableArray<Statement> block, Scope scope)
    {
        foreach (var statement in block)
        {
            switch (statement)
            {
                case Statement.Assign a:
                    CheckAssign(a, scope);
                    break;
                case Statement.Let l:
                    CheckExpr(l.Value, scope);
                    scope = scope.With(l.Name, ValueRange.Of(l.Value, scope.Names));
                    break;
                case Statement.If i:
                    CheckExpr(i.Condition, scope);
                    CheckBlock(i.Then, scope);
                    CheckBlock(i.Else, scope);
                    break;
                case Statement.ForEach f:
                    Declared(f.Sort);
                    CheckBlock(f.Body, scope.With(f.Binder, ValueRange.Of(f.Sort)));
                    break;
                case Statement.Fail f:
                    CheckExpr(f.Condition, scope);
                    break;
                default:
                    Problem($"there is an unknown statement {statement.GetType().Name}");
                    break;
            }
        }
    }

    private void CheckAssign(Statement.Assign a, Scope scope)
    {
        CheckAccess(a.Variable, a.Index, scope);
        CheckExpr(a.Value, scope);
        if (a.Variable.Role == Role.Frozen)
        {
            Problem($"the frozen variable '{a.Variable.Name}' is assigned");
        }

        CheckConstants(a.Variable, a.Index, a.Value);
    }

    private void CheckConstants(Variable variable, ImmutableArray<Expr> index, Expr value)
    {
        if (value is Expr.Const c && !ValueRange.Of(variable.Domain).Contains(c.Value))
        {
            Problem($"{c.Value} is no value of '{variable.Name}'");
        }

        foreach (var (i, sort) in index.Zip(variable.Index))
        {
            if (i is Expr.Const k && !ValueRange.Of(sort).Contains(k.Value))
            {
                Problem($"{k.Value} is no index of '{variable.Name}' in '{sort.Name}'");
            }
        }
    }

    private void CheckFill(int number)
    {
        var fill = system.Fills[number];
        var scope = ScopeOf(fill.Parameters);
        CheckAccess(fill.Target, fill.Index, scope);
        CheckExpr(fill.Value, scope);
        CheckExpr(fill.When, scope);
        CheckConstants(fill.Target, fill.Index, fill.Value);
        if (fill.Target.Role == Role.Frozen)
        {
            Problem($"the frozen variable '{fill.Target.Name}' is filled");
        }

        if (fill.Target.Domain is not Domain.Subset)
        {
            Problem($"its target '{fill.Target.Name}' is no set");
        }

        var own = Canonical(new Expr.Read(fill.Target, fill.Index));
        var later = system.Fills.Skip(number + 1).Select(f => f.Target).Where(t => t != fill.Target).ToHashSet();
        foreach (var read in fill.Index.Append(fill.Value).Append(fill.When).SelectMany(e => Reads(e, bound: false)))
        {
            if (later.Contains(read.Read.Variable))
            {
                Problem($"it reads '{read.Read.Variable.Name}', which a later fill writes");
            }
            else if (read.Read.Variable == fill.Target && (read.IsBound || Canonical(read.Read) != own))
            {
                Problem($"it reads another cell of its target '{fill.Target.Name}'");
            }
        }
    }

    // All reads in an expression, and whether they use a name that a fold inside the expression binds.
    private static IEnumerable<(Expr.Read Read, bool IsBound)> Reads(Expr e, bool bound)
    {
        var inner = Parts.Of(e).SelectMany(part => Reads(part, bound || e is Expr.Fold));
        return e is Expr.Read r ? inner.Append((r, bound && r.Index.Any(HasLocal))) : inner;
    }

    private static bool HasLocal(Expr e) => e is Expr.Local || Parts.Of(e).Any(HasLocal);

    private static string Canonical(Expr e) => SystemPrinter.Print(e);
}
