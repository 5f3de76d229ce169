using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;

namespace CoherenceCheck.Model.Systems;

/// <summary>Walks over bound statements.</summary>
internal static class Statements
{
    /// <summary>All statements of a body, outer before inner, procedures at each call.</summary>
    public static IEnumerable<Stmt> Descend(IEnumerable<Stmt> body)
    {
        foreach (var statement in body)
        {
            yield return statement;
            foreach (var inner in Children(statement).SelectMany(within => Descend(within)))
            {
                yield return inner;
            }
        }
    }

    /// <summary>The same, each with its label and those of what it stands in.</summary>
    public static IEnumerable<(Stmt Statement, ImmutableArray<string> Labels)> WithLabels(IEnumerable<Stmt> body, ImmutableArray<string>? around = null)
    {
        foreach (var statement in body)
        {
            ImmutableArray<string> labels = statement.Label is { } label ? [.. around ?? [], label] : around ?? [];
            yield return (statement, labels);
            foreach (var inner in Children(statement).SelectMany(within => WithLabels(within, labels)))
            {
                yield return inner;
            }
        }
    }

    /// <summary>The statements that are executed whenever a body within a single step is, each with whether it is the policy's: what tasks call is.</summary>
    public static IEnumerable<(Stmt Statement, bool InPolicy)> AlwaysIn(IEnumerable<Stmt> body, bool inPolicy)
    {
        foreach (var statement in body)
        {
            yield return (statement, inPolicy);
            var inner = statement is CallStmt call ? AlwaysIn(call.Procedure.Body, inPolicy: true)
                : statement.RunsBodies ? statement.Bodies.SelectMany(within => AlwaysIn(within, inPolicy))
                : [];
            foreach (var always in inner)
            {
                yield return always;
            }
        }
    }

    /// <summary>The bodies that stand in a statement, and that of a procedure that it calls.</summary>
    public static ImmutableArray<ImmutableArray<Stmt>> Children(Stmt statement) => statement is CallStmt call ? [call.Procedure.Body] : statement.Bodies;
}
