using System.Collections.Immutable;
using CoherenceCheck.Language.Syntax;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Binding;

/// <summary>Walks and rewrites the statements of a syntax tree.</summary>
internal static class StatementTree
{
    /// <summary>The body of a hook or procedure; of other members nothing.</summary>
    public static ImmutableArray<StatementSyntax> BodyOf(PolicyMemberSyntax member) => member switch
    {
        HookSyntax hook => hook.Body,
        ProcedureSyntax procedure => procedure.Body,
        _ => [],
    };

    /// <summary>All labels in a body, in order.</summary>
    public static IEnumerable<NameSyntax> LabelsOf(ImmutableArray<StatementSyntax> body) => LabelsOf(body, withinSteps: true, withTests: true);

    /// <summary>The labels before whose statements control may stand: not those within a single step.</summary>
    public static IEnumerable<NameSyntax> PlacesOf(ImmutableArray<StatementSyntax> body) => LabelsOf(body, withinSteps: false, withTests: false);

    /// <summary>The labels of statements alone, not those of operands of their tests.</summary>
    public static IEnumerable<NameSyntax> StatementLabelsOf(ImmutableArray<StatementSyntax> body) => LabelsOf(body, withinSteps: true, withTests: false);

    /// <summary>All statements in a body, in order.</summary>
    public static IEnumerable<StatementSyntax> All(ImmutableArray<StatementSyntax> body) => All(body, withinSteps: true);

    /// <summary>Whether a body of the host maps, permits or clears a page.</summary>
    public static bool ChangesStageTwo(ImmutableArray<StatementSyntax> body) => All(body).Any(statement => statement is Stage2Syntax);

    /// <summary>Whether a member of a policy does, or answers a fault of stage 2.</summary>
    public static bool ChangesStageTwo(PolicyMemberSyntax member) => member is HookSyntax { Event.Text: var happens } && HookTable.Find(happens) is { Event: HookEvent.Stage2Fault }
        || ChangesStageTwo(BodyOf(member));

    private static IEnumerable<NameSyntax> LabelsOf(ImmutableArray<StatementSyntax> body, bool withinSteps, bool withTests) =>
        All(body, withinSteps).SelectMany(statement => LabelsOf(statement, withTests));

    private static IEnumerable<NameSyntax> LabelsOf(StatementSyntax statement, bool withTests)
    {
        if (statement.Label is { } label)
        {
            yield return label;
        }

        foreach (var operand in withTests ? TestTree.LabelsOf(TestTree.TestOf(statement)) : [])
        {
            yield return operand;
        }
    }

    private static IEnumerable<StatementSyntax> All(ImmutableArray<StatementSyntax> body, bool withinSteps)
    {
        // An explicit stack: nested iterators would cost the depth for each label.
        var pending = new Stack<StatementSyntax>(body.Reverse());
        while (pending.TryPop(out var statement))
        {
            yield return statement;
            foreach (var inner in withinSteps || statement is not AtomicSyntax ? statement.Bodies.Reverse() : [])
            {
                foreach (var next in inner.Reverse())
                {
                    pending.Push(next);
                }
            }
        }
    }

    /// <summary>The number of statements in a body, and how deep they are nested.</summary>
    public static (int Count, int Depth) Measure(ImmutableArray<StatementSyntax> body)
    {
        var (count, deepest) = (0, 0);
        var pending = new Stack<(ImmutableArray<StatementSyntax> Body, int Depth)>([(body, 1)]);
        while (pending.TryPop(out var next))
        {
            count += next.Body.Length;
            deepest = Math.Max(deepest, next.Depth);
            foreach (var inner in next.Body.SelectMany(statement => statement.Bodies))
            {
                pending.Push((inner, next.Depth + 1));
            }
        }

        return (count, deepest);
    }

    /// <summary>Applies an edit to the first body to which it applies; <see langword="null"/> where there is none.</summary>
    public static ImmutableArray<PolicyMemberSyntax>? Edit(
        ImmutableArray<PolicyMemberSyntax> members,
        Func<ImmutableArray<StatementSyntax>, ImmutableArray<StatementSyntax>?> edit)
    {
        for (var i = 0; i < members.Length; i++)
        {
            if (EditBody(BodyOf(members[i]), edit) is { } body)
            {
                PolicyMemberSyntax edited = members[i] switch
                {
                    HookSyntax hook => hook with { Body = body },
                    ProcedureSyntax procedure => procedure with { Body = body },
                    var other => other,
                };
                return members.SetItem(i, edited);
            }
        }

        return null;
    }

    /// <summary>Deletes statements by their labels, everywhere.</summary>
    public static ImmutableArray<PolicyMemberSyntax> Delete(ImmutableArray<PolicyMemberSyntax> members, IReadOnlySet<string> labels)
    {
        return [.. members.Select(member => member switch
        {
            HookSyntax hook => hook with { Body = Delete(hook.Body, labels), Condition = hook.Condition is { } test && TestTree.LabelsOf(test).Any(label => labels.Contains(label.Text)) ? TestTree.Left(test, labels) : hook.Condition },
            ProcedureSyntax procedure => procedure with { Body = Delete(procedure.Body, labels) },
            var other => other,
        })];
    }

    /// <summary>Deletes statements of a body by their labels.</summary>
    public static ImmutableArray<StatementSyntax> Delete(ImmutableArray<StatementSyntax> body, IReadOnlySet<string> labels) =>
    [
        .. body.Where(statement => statement.Label is not { } label || !labels.Contains(label.Text))
            .Select(statement => TestTree.Without(statement, labels)).Select(statement => statement.WithBodies([.. statement.Bodies.Select(inner => Delete(inner, labels))])),
    ];

    /// <summary>Applies an edit to a body, or to the first in it to which it applies; <see langword="null"/> where there is none.</summary>
    public static ImmutableArray<StatementSyntax>? EditBody(
        ImmutableArray<StatementSyntax> body,
        Func<ImmutableArray<StatementSyntax>, ImmutableArray<StatementSyntax>?> edit)
    {
        if (edit(body) is { } edited)
        {
            return edited;
        }

        for (var i = 0; i < body.Length; i++)
        {
            var bodies = body[i].Bodies;
            for (var j = 0; j < bodies.Length; j++)
            {
                if (EditBody(bodies[j], edit) is { } inner)
                {
                    return body.SetItem(i, body[i].WithBodies(bodies.SetItem(j, inner)));
                }
            }
        }

        return null;
    }
}
