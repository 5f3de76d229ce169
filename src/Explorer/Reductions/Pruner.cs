using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Reductions;

/// <summary>Leaves of a body what writes some variables, and what may be a model error.</summary>
/// <param name="kept">The variables.</param>
/// <param name="errors">Which assignments may be errors; <see langword="null"/> to drop failures, which is a fault.</param>
internal sealed class Pruner(IReadOnlySet<Variable> kept, ModelErrors? errors)
{
    /// <summary>Whether an assignment was dropped.</summary>
    public bool HasDropped { get; private set; }

    /// <summary>What is left of a block; backwards, since a name is kept if what follows uses it.</summary>
    /// <param name="block">The block.</param>
    /// <param name="uses">What is used after the block; what is left of it is added.</param>
    public ImmutableArray<Statement> Prune(ImmutableArray<Statement> block, Uses uses)
    {
        var left = new List<Statement>(block.Length);
        foreach (var statement in block.Reverse())
        {
            if (Prune(statement, uses) is { } one)
            {
                left.Add(one);
            }
        }

        left.Reverse();
        return [.. left];
    }

    private Statement? Prune(Statement statement, Uses uses)
    {
        switch (statement)
        {
            case Statement.Assign a when kept.Contains(a.Variable):
                uses.Add(a.Index);
                uses.Add(a.Value);
                return a;
            case Statement.Assign a:
                HasDropped = true;
                return errors?.May(a) == true ? Prune(Ex.Fail(ModelErrors.Condition(a), $"{a.Variable.Name} is given what is outside its domain"), uses) : null;
            case Statement.Fail f:
                if (errors is null)
                {
                    return null;
                }

                uses.Add(f.Condition);
                return f;
            case Statement.Let l:
                if (!uses.Names.Remove(l.Name))
                {
                    return null;
                }

                uses.Add(l.Value);
                return l;
            case Statement.If i:
                var (then, otherwise) = (Inner(i.Then, null, uses), Inner(i.Else, null, uses));
                if (then.IsEmpty && otherwise.IsEmpty)
                {
                    return null;
                }

                uses.Add(i.Condition);
                return i with { Then = then, Else = otherwise };
            case Statement.ForEach f:
                var body = Inner(f.Body, f.Binder, uses);
                return body.IsEmpty ? null : f with { Body = body };
            default:
                throw new InvalidOperationException($"unknown statement {statement.GetType().Name}");
        }
    }

    // Names of a block end with it.
    private ImmutableArray<Statement> Inner(ImmutableArray<Statement> block, string? binder, Uses uses)
    {
        var inner = new Uses(uses.Variables);
        var left = Prune(block, inner);
        inner.Names.ExceptWith(binder is null ? [] : [binder]);
        uses.Names.UnionWith(inner.Names);
        return left;
    }
}
