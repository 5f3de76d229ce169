using System.Collections.Immutable;

namespace CoherenceCheck.Transitions;

/// <summary>Rebuilds expressions and statements with <see cref="Ex"/>, so that constants fold; drops branches that cannot be taken.</summary>
internal class Rewriter
{
    /// <summary>Bounds of the names in scope.</summary>
    protected ImmutableDictionary<string, ValueRange> Locals { get; set; } = ImmutableDictionary<string, ValueRange>.Empty;

    public Expr Rewrite(Expr e, ImmutableArray<Parameter> parameters) => InScope(parameters, () => Rewrite(e));

    public ImmutableArray<Statement> Rewrite(ImmutableArray<Statement> body, ImmutableArray<Parameter> parameters) =>
        InScope(parameters, () => Block(body));

    public virtual Expr Rewrite(Expr e)
    {
        var result = e switch
        {
            Expr.Read r => Read(r),
            Expr.Unary u => Ex.Not(Rewrite(u.Operand)),
            Expr.Binary b => Ex.Binary(b.Op, Rewrite(b.Left), Rewrite(b.Right)),
            Expr.Conditional c => Conditional(c),
            Expr.Fold f => Fold(f),
            _ => e,
        };
        if (result is Expr.Const)
        {
            return result;
        }

        var range = ValueRange.Of(result, Locals);
        return range.Min == range.Max ? Ex.Const(range.Min) : result;
    }

    /// <summary>A fold or a loop goes over a sort.</summary>
    protected virtual void GoesOver(Sort sort)
    {
    }

    protected virtual Expr Read(Expr.Read read) => new Expr.Read(read.Variable, Rewrite(read.Index));

    protected ImmutableArray<Expr> Rewrite(ImmutableArray<Expr> list) => [.. list.Select(Rewrite)];

    private Expr Conditional(Expr.Conditional c)
    {
        var condition = Rewrite(c.Condition);
        return condition is Expr.Const k
            ? Rewrite(k.Value != 0 ? c.Then : c.Else)
            : Ex.If(condition, Rewrite(c.Then), Rewrite(c.Else));
    }

    private Expr Fold(Expr.Fold f)
    {
        var outer = Locals;
        GoesOver(f.Sort);
        Locals = outer.SetItem(f.Binder, ValueRange.Of(f.Sort));
        var body = Rewrite(f.Body);
        Locals = outer;
        return Ex.Fold(f.Op, f.Binder, f.Sort, body);
    }

    private ImmutableArray<Statement> Block(ImmutableArray<Statement> block)
    {
        var outer = Locals;
        var result = ImmutableArray.CreateBuilder<Statement>(block.Length);
        foreach (var statement in block)
        {
            Rewrite(statement, result);
        }

        Locals = outer;
        return result.ToImmutable();
    }

    private void Rewrite(Statement statement, ImmutableArray<Statement>.Builder result)
    {
        switch (statement)
        {
            case Statement.Assign a:
                result.Add(new Statement.Assign(a.Variable, Rewrite(a.Index), Rewrite(a.Value)));
                break;
            case Statement.Let l:
                var value = Rewrite(l.Value);
                result.Add(new Statement.Let(l.Name, value));
                Locals = Locals.SetItem(l.Name, ValueRange.Of(value, Locals));
                break;
            case Statement.If i:
                var condition = Rewrite(i.Condition);
                var then = condition is Expr.Const { Value: 0 } ? [] : Block(i.Then);
                var otherwise = condition is Expr.Const { Value: not 0 } ? [] : Block(i.Else);
                if (condition is not Expr.Const || HasLet(then) || HasLet(otherwise))
                {
                    // A block that names values keeps its scope.
                    if (!then.IsEmpty || !otherwise.IsEmpty)
                    {
                        result.Add(new Statement.If(condition, then, otherwise));
                    }
                }
                else
                {
                    result.AddRange(then);
                    result.AddRange(otherwise);
                }

                break;
            case Statement.ForEach f:
                var outer = Locals;
                GoesOver(f.Sort);
                Locals = outer.SetItem(f.Binder, ValueRange.Of(f.Sort));
                var body = Block(f.Body);
                Locals = outer;
                if (!body.IsEmpty)
                {
                    result.Add(new Statement.ForEach(f.Binder, f.Sort, body));
                }

                break;
            case Statement.Fail f:
                var error = Rewrite(f.Condition);
                if (error is not Expr.Const { Value: 0 })
                {
                    result.Add(new Statement.Fail(error, f.Message));
                }

                break;
            default:
                throw new InvalidOperationException($"unknown statement {statement.GetType().Name}");
        }
    }

    private static bool HasLet(ImmutableArray<Statement> block) => block.Any(s => s is Statement.Let);

    private T InScope<T>(ImmutableArray<Parameter> parameters, Func<T> action)
    {
        Locals = ImmutableDictionary<string, ValueRange>.Empty;
        foreach (var p in parameters)
        {
            Locals = Locals.SetItem(p.Name, ValueRange.Of(p.Sort));
        }

        return action();
    }
}
