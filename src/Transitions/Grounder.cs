using System.Collections.Immutable;

namespace CoherenceCheck.Transitions;

/// <summary>A rule instance, a fill instance or an initial state without parameters, loops and folds.</summary>
/// <param name="Guard">The condition.</param>
/// <param name="Body">Assignments, lets with unique names, conditionals and failures only.</param>
/// <param name="Lets">Bounds of the lets' values.</param>
public sealed record GroundStep(Expr Guard, ImmutableArray<Statement> Body, ImmutableDictionary<string, ValueRange> Lets);

/// <summary>Unrolls loops and folds and puts in arguments, so that what remains speaks of cells.</summary>
public sealed class Grounder
{
    private readonly ImmutableDictionary<string, ValueRange>.Builder _lets = ImmutableDictionary.CreateBuilder<string, ValueRange>();
    private ImmutableDictionary<string, Expr> _scope = ImmutableDictionary<string, Expr>.Empty;

    private Grounder()
    {
    }

    /// <summary>A rule with its parameters chosen.</summary>
    public static GroundStep Ground(RuleInstance instance) =>
        Ground(instance.Rule.Parameters, instance.Arguments, instance.Rule.Guard, instance.Rule.Body);

    /// <summary>A fill with its parameters chosen, as <c>target := target ∪ value</c>.</summary>
    public static GroundStep Ground(Fill fill, ImmutableArray<int> arguments) => Ground(
        fill.Parameters,
        arguments,
        fill.When,
        [new Statement.Assign(fill.Target, fill.Index, new Expr.Binary(BinaryOp.BitOr, new Expr.Read(fill.Target, fill.Index), fill.Value))]);

    /// <summary>An initial state.</summary>
    public static GroundStep Ground(InitialState initial) => Ground([], [], Ex.True, initial.Body);

    /// <summary>An expression over a state.</summary>
    public static Expr Ground(Expr e) => new Grounder().Expand(e);

    private static GroundStep Ground(
        ImmutableArray<Parameter> parameters, ImmutableArray<int> arguments, Expr guard, ImmutableArray<Statement> body)
    {
        var grounder = new Grounder();
        for (var i = 0; i < parameters.Length; i++)
        {
            grounder._scope = grounder._scope.SetItem(parameters[i].Name, Ex.Const(arguments[i]));
        }

        var expanded = grounder.Expand(guard);
        return expanded is Expr.Const { Value: 0 }
            ? new GroundStep(expanded, [], ImmutableDictionary<string, ValueRange>.Empty)
            : new GroundStep(expanded, grounder.Block(body), grounder._lets.ToImmutable());
    }

    private Expr Expand(Expr e)
    {
        var result = e switch
        {
            Expr.Local l => _scope.TryGetValue(l.Name, out var value) ? value : throw new InvalidOperationException($"'{l.Name}' has no value"),
            Expr.Read r => new Expr.Read(r.Variable, Expand(r.Index)),
            Expr.Unary u => Ex.Not(Expand(u.Operand)),
            Expr.Binary b => Binary(b),
            Expr.Conditional c => Conditional(c),
            Expr.Fold f => Fold(f),
            _ => e,
        };
        if (result is Expr.Const)
        {
            return result;
        }

        var range = ValueRange.Of(result, _lets);
        return range.Min == range.Max ? Ex.Const(range.Min) : result;
    }

    private ImmutableArray<Expr> Expand(ImmutableArray<Expr> list) => [.. list.Select(Expand)];

    private Expr Binary(Expr.Binary b)
    {
        var left = Expand(b.Left);
        return (b.Op, left) switch
        {
            (BinaryOp.And, Expr.Const { Value: 0 }) => Ex.False,
            (BinaryOp.Or, Expr.Const { Value: not 0 }) => Ex.True,
            _ => Ex.Binary(b.Op, left, Expand(b.Right)),
        };
    }

    private Expr Conditional(Expr.Conditional c)
    {
        var condition = Expand(c.Condition);
        return condition is Expr.Const k
            ? Expand(k.Value != 0 ? c.Then : c.Else)
            : Ex.If(condition, Expand(c.Then), Expand(c.Else));
    }

    private Expr Fold(Expr.Fold f)
    {
        var outer = _scope;
        var result = f.Op == FoldOp.All ? Ex.True : Ex.False;
        for (var i = 0; i < f.Sort.Size; i++)
        {
            _scope = outer.SetItem(f.Binder, Ex.Const(i));
            var element = Expand(f.Body);
            result = f.Op switch
            {
                FoldOp.All => Ex.And(result, element),
                FoldOp.Any => Ex.Or(result, element),
                FoldOp.Union => Ex.BitOr(result, element),
                _ => Ex.Add(result, element),
            };
        }

        _scope = outer;
        return result;
    }

    private ImmutableArray<Statement> Block(ImmutableArray<Statement> block)
    {
        var outer = _scope;
        var result = ImmutableArray.CreateBuilder<Statement>(block.Length);
        foreach (var statement in block)
        {
            Expand(statement, result);
        }

        _scope = outer;
        return result.ToImmutable();
    }

    private void Expand(Statement statement, ImmutableArray<Statement>.Builder result)
    {
        switch (statement)
        {
            case Statement.Assign a:
                result.Add(new Statement.Assign(a.Variable, Expand(a.Index), Expand(a.Value)));
                break;
            case Statement.Let l:
                var value = Expand(l.Value);
                if (value is not Expr.Const)
                {
                    var name = $"{l.Name}#{_lets.Count}";
                    _lets.Add(name, ValueRange.Of(value, _lets));
                    result.Add(new Statement.Let(name, value));
                    value = new Expr.Local(name);
                }

                _scope = _scope.SetItem(l.Name, value);
                break;
            case Statement.If i:
                var condition = Expand(i.Condition);
                if (condition is Expr.Const k)
                {
                    result.AddRange(Block(k.Value != 0 ? i.Then : i.Else));
                    break;
                }

                var (then, otherwise) = (Block(i.Then), Block(i.Else));
                if (!then.IsEmpty || !otherwise.IsEmpty)
                {
                    result.Add(new Statement.If(condition, then, otherwise));
                }

                break;
            case Statement.ForEach f:
                var outer = _scope;
                for (var element = 0; element < f.Sort.Size; element++)
                {
                    _scope = outer.SetItem(f.Binder, Ex.Const(element));
                    result.AddRange(Block(f.Body));
                }

                _scope = outer;
                break;
            case Statement.Fail f:
                var error = Expand(f.Condition);
                if (error is not Expr.Const { Value: 0 })
                {
                    result.Add(new Statement.Fail(error, f.Message));
                }

                break;
            default:
                throw new InvalidOperationException($"unknown statement {statement.GetType().Name}");
        }
    }
}
