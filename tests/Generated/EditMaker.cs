using System.Collections.Immutable;

namespace CoherenceCheck.Generated;

/// <summary>Chooses edits that a spec permits.</summary>
internal sealed class EditMaker(Random random, StatementMaker statements)
{
    /// <summary>One edit or more, each of what those before it made of the spec.</summary>
    public ImmutableArray<Edit> Make(SpecTree spec, int most)
    {
        var edits = ImmutableArray.CreateBuilder<Edit>();
        for (var count = random.Next(1, most + 1); count > 0 && Next(spec) is { } edit; count--)
        {
            edits.Add(edit);
            spec = edit.Apply(spec);
        }

        return edits.ToImmutable();
    }

    private Edit? Next(SpecTree spec)
    {
        // What something else names must stay where it is.
        bool IsFree(Statement statement) => statement.All.All(inner => inner.Label is null || !spec.Pinned.Contains(inner.Label));
        var movable = spec.PolicyBodies.Concat(spec.Programs).SelectMany(BodiesIn).Select(body => body.Where(IsFree).Select(statement => statement.Label).OfType<string>().ToList()).ToList();
        var operands = spec.Statements.SelectMany(statement => statement.OperandLabels);
        var settings = spec.Policies.SelectMany(policy => policy.Members).OfType<PolicyMember.Setting>().Select(setting => setting.Label).OfType<string>();
        var pairs = movable.Where(labels => labels.Count > 1).ToList();
        var replaceable = movable.SelectMany(labels => labels).Where(statements.Knows).ToList();
        var all = movable.SelectMany(labels => labels).Concat(operands).Concat(settings).ToList();
        switch (random.Next(4))
        {
            case 0 when pairs.Count > 0:
                var labels = Pick(pairs);
                var moved = Pick(labels);
                return new Edit.Move(moved, random.Next(2) == 0, Pick(labels.Where(label => label != moved).ToList()));
            case 1 when replaceable.Count > 0:
                var replaced = Pick(replaceable);
                return new Edit.Replace(replaced, statements.InPlaceOf(replaced));
            default:
                return all.Count == 0 ? null : new Edit.Without(Pick(all));
        }
    }

    private static IEnumerable<ImmutableArray<Statement>> BodiesIn(ImmutableArray<Statement> body) =>
        [body, .. body.SelectMany(statement => statement.Bodies).SelectMany(BodiesIn)];

    private T Pick<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];
}
