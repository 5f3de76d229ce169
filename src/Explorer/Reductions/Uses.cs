using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Reductions;

/// <summary>Variables and names that expressions use.</summary>
/// <param name="variables">Variables are added here.</param>
internal sealed class Uses(HashSet<Variable> variables)
{
    /// <summary>Names that are used but not bound.</summary>
    public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

    /// <summary>Variables that are read.</summary>
    public HashSet<Variable> Variables => variables;

    public void Add(IEnumerable<Expr> list)
    {
        foreach (var e in list)
        {
            Add(e);
        }
    }

    public void Add(Expr e)
    {
        switch (e)
        {
            case Expr.Local l:
                Names.Add(l.Name);
                break;
            case Expr.Fold f:
                var body = new Uses(variables);
                body.Add(f.Body);
                body.Names.Remove(f.Binder);
                Names.UnionWith(body.Names);
                break;
            case Expr.Read r:
                variables.Add(r.Variable);
                Add(r.Index);
                break;
            default:
                Add(Parts.Of(e));
                break;
        }
    }
}
