using System.Collections.Immutable;
using CoherenceCheck.Model.Questions;

namespace CoherenceCheck.Report.Comparison;

/// <summary>Compares what a scenario asks with what it asked, part by part.</summary>
public static class QuestionDiff
{
    /// <summary>What differs, in the order of the parts.</summary>
    public static ImmutableArray<QuestionDifference> Of(Question before, Question after)
    {
        var old = before.Parts.ToDictionary(part => (part.Kind, part.Of));
        var now = after.Parts.ToDictionary(part => (part.Kind, part.Of));
        return
        [
            .. old.Keys.Union(now.Keys).OrderBy(key => key.Kind, StringComparer.Ordinal).ThenBy(key => key.Of, StringComparer.Ordinal)
                .SelectMany(key => Of(old.GetValueOrDefault(key), now.GetValueOrDefault(key))),
        ];
    }

    /// <summary>The values of fields and readings that a question asked about, in the words of a later one: <c>CTR_EL0.DIC = 1</c>.</summary>
    public static ImmutableHashSet<string> ValuesAsked(Question before, Question after) =>
    [
        .. before.Parts.Where(IsOfCells).SelectMany(part => part.Says.Select(value => $"{part.Of} = {value}")),
        .. after.Parts.Where(IsOfCells).Where(part => part.Unset is not null && !before.Parts.Any(other => other.Of == part.Of && other.Kind == part.Kind))
            .Select(part => $"{part.Of} = {part.Unset}"),
    ];

    private static bool IsOfCells(QuestionPart part) => part.Kind is QuestionParts.Field or QuestionParts.Reading;

    private static IEnumerable<QuestionDifference> Of(QuestionPart? before, QuestionPart? after)
    {
        var part = (after ?? before)!;
        if (part.IsChoice && (before ?? Unset(after)) is { IsChoice: true } old && (after ?? Unset(before)) is { IsChoice: true } now)
        {
            return Choices(old, now);
        }

        return (before, after) switch
        {
            ({ } was, null) => [Gone(was)],
            (null, { } appeared) => [Appeared(appeared)],
            ({ } was, { } changed) when was.IsChoice != changed.IsChoice => [Differs(changed, $"{NameOf(part)} is another: {Words(was)} became {Words(changed)}")],
            ({ } was, { } changed) => Texts(was, changed),
            _ => [],
        };
    }

    /// <summary>What a part that is missing stands for, if that is known.</summary>
    private static QuestionPart? Unset(QuestionPart? other) => other?.Unset is { } unset ? other with { Says = [unset] } : null;

    private static IEnumerable<QuestionDifference> Choices(QuestionPart before, QuestionPart after)
    {
        var gone = before.Says.Except(after.Says, StringComparer.Ordinal).ToList();
        var added = after.Says.Except(before.Says, StringComparer.Ordinal).ToList();
        if (gone.Count > 0)
        {
            yield return new QuestionDifference(Asked.Less, after.Kind, after.Kind switch
            {
                QuestionParts.Alphabet => $"{after.Of} no longer executes {Quoted(gone)}",
                QuestionParts.Addresses => $"{after.Of} no longer names {string.Join(", ", gone)}",
                QuestionParts.Placement => $"{after.Of} no longer runs on {string.Join(", ", gone)}",
                _ => $"{Values(after.Of, gone)} is no longer asked",
            });
        }

        if (added.Count > 0)
        {
            yield return new QuestionDifference(Asked.More, after.Kind, after.Kind switch
            {
                QuestionParts.Alphabet => $"{after.Of} may execute {Quoted(added)}, too",
                QuestionParts.Addresses => $"{after.Of} may name {string.Join(", ", added)}, too",
                QuestionParts.Placement => $"{after.Of} may run on {string.Join(", ", added)}, too",
                _ => $"{Values(after.Of, added)} is asked, too",
            });
        }
    }

    private static QuestionDifference Gone(QuestionPart part) => part.Kind switch
    {
        QuestionParts.Field or QuestionParts.Reading => Differs(part, $"{NameOf(part)} is not set any more: it was {Words(part)}"),
        QuestionParts.Bound => Differs(part, $"{NameOf(part)} <= {Words(part)} is gone: what holds is another claim, what is violated an easier one"),
        QuestionParts.Addresses => new QuestionDifference(Asked.More, part.Kind, $"{part.Of} may name any address of its VM"),
        _ => new QuestionDifference(Asked.Less, part.Kind, $"{NameOf(part)} is gone{(part.Kind is QuestionParts.Cover or QuestionParts.Property ? $": {Words(part)}" : "")}"),
    };

    private static QuestionDifference Appeared(QuestionPart part) => part.Kind switch
    {
        QuestionParts.Cover or QuestionParts.Property => new QuestionDifference(Asked.More, part.Kind, $"{NameOf(part)} is new: {Words(part)}"),
        QuestionParts.Bound => new QuestionDifference(Asked.Less, part.Kind, $"{NameOf(part)} <= {Words(part)} is new"),
        QuestionParts.Addresses => new QuestionDifference(Asked.Less, part.Kind, $"{part.Of} names {string.Join(", ", part.Says)} alone"),
        QuestionParts.Field or QuestionParts.Reading => Differs(part, $"{NameOf(part)} is set now: {Words(part)}"),
        _ => Differs(part, $"{NameOf(part)} is new: {Words(part)}"),
    };

    /// <summary>Texts line by line; what became something else stands together.</summary>
    private static IEnumerable<QuestionDifference> Texts(QuestionPart before, QuestionPart after)
    {
        if (before.Says.SequenceEqual(after.Says, StringComparer.Ordinal))
        {
            yield break;
        }

        if (before.Kind is QuestionParts.Cover or QuestionParts.Property && before.Says is [var was] && after.Says is [var condition])
        {
            yield return Differs(after, $"{NameOf(after)}: condition changed from '{was}' to '{condition}'");
            yield break;
        }

        foreach (var (gone, added) in LineDiff.Of(before.Says, after.Says))
        {
            var (old, now) = (Quoted(gone), Quoted(added));
            yield return gone.IsEmpty ? Differs(after, $"{NameOf(after)}: {now} is new")
                : added.IsEmpty ? new QuestionDifference(Asked.Less, after.Kind, $"{NameOf(after)}: {old} is gone")
                : Differs(after, $"{NameOf(after)}: {old} became {now}");
        }
    }

    private static QuestionDifference Differs(QuestionPart part, string text) => new(Asked.Otherwise, part.Kind, text);

    private static string NameOf(QuestionPart part) => part.Kind switch
    {
        QuestionParts.Machine => "the machine",
        QuestionParts.Field => part.Of,
        QuestionParts.Reading => $"reading {part.Of}",
        QuestionParts.Program => $"guest {part.Of}",
        QuestionParts.Alphabet => $"the alphabet of {part.Of}",
        QuestionParts.Addresses => $"the addresses of {part.Of}",
        QuestionParts.Placement => $"the placement of {part.Of}",
        QuestionParts.Vcpu => $"vCPU {part.Of}",
        QuestionParts.Bound => $"bound {part.Of}",
        _ => part.Of.Length == 0 ? part.Kind : $"{part.Kind} {part.Of}",
    };

    private static string Words(QuestionPart part) => part.IsChoice && part.Says.Length > 1 ? $"in {{{string.Join(", ", part.Says)}}}"
        : part.Kind == QuestionParts.Bound ? string.Join(", ", part.Says)
        : Quoted(part.Says);

    private static string Values(string name, List<string> values) => values is [var one] ? $"{name} = {one}" : $"{name} in {{{string.Join(", ", values)}}}";

    private static string Quoted(IEnumerable<string> lines) => string.Join(", ", lines.Select(line => $"'{line.Trim()}'"));
}
