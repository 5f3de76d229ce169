using System.Collections.Immutable;

namespace CoherenceCheck.Transitions;

/// <summary>The sorts that a system speaks of, wherever it does.</summary>
internal static class SortUses
{
    /// <summary>All of them, by reference.</summary>
    public static HashSet<Sort> Of(TransitionSystem system)
    {
        var used = new HashSet<Sort>(ReferenceEqualityComparer.Instance);
        foreach (var variable in system.Variables)
        {
            used.UnionWith(variable.Index);
            used.UnionWith(Of(variable.Domain));
        }

        used.UnionWith(system.Rules.SelectMany(rule => rule.Parameters).Concat(system.Fills.SelectMany(fill => fill.Parameters)).Select(parameter => parameter.Sort));
        foreach (var block in system.Rules.Select(rule => rule.Body).Concat(system.InitialStates.Select(initial => initial.Body)))
        {
            Add(block, used);
        }

        IEnumerable<Expr> expressions =
        [
            .. system.Rules.Select(rule => rule.Guard),
            .. system.Fills.SelectMany(fill => fill.Index.Append(fill.Value).Append(fill.When)),
            system.Cut ?? Ex.False,
            system.Terminal,
            .. system.Properties.Select(property => property.Condition),
        ];
        foreach (var expression in expressions)
        {
            Add(expression, used);
        }

        return used;
    }

    /// <summary>That of a domain, if any.</summary>
    public static IEnumerable<Sort> Of(Domain domain) => domain switch
    {
        Domain.Element element => [element.Sort],
        Domain.Subset subset => [subset.Sort],
        _ => [],
    };

    private static void Add(ImmutableArray<Statement> block, HashSet<Sort> used)
    {
        foreach (var statement in block)
        {
            if (statement is Statement.ForEach loop)
            {
                used.Add(loop.Sort);
            }

            foreach (var expression in Parts.Of(statement))
            {
                Add(expression, used);
            }

            foreach (var inner in Parts.Blocks(statement))
            {
                Add(inner, used);
            }
        }
    }

    private static void Add(Expr expression, HashSet<Sort> used)
    {
        if (expression is Expr.Fold fold)
        {
            used.Add(fold.Sort);
        }

        foreach (var part in Parts.Of(expression))
        {
            Add(part, used);
        }
    }
}
