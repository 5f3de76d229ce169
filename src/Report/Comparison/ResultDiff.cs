using System.Collections.Immutable;

namespace CoherenceCheck.Report.Comparison;

/// <summary>What changed between two results.</summary>
/// <param name="Questions">The scenarios that ask less, more or something else, in the order of the second result.</param>
/// <param name="Rows">The rows that changed: in the order of the second result, those that disappeared last.</param>
/// <param name="Compared">How many rows the second result has.</param>
public sealed record ResultComparison(ImmutableArray<QuestionChange> Questions, ImmutableArray<RowChange> Rows, int Compared)
{
    /// <summary>Whether nothing changed.</summary>
    public bool IsEmpty => Questions.IsEmpty && Rows.IsEmpty;

    /// <summary>Whether there is a change that a gate must not let pass unsaid.</summary>
    public bool Fails => Questions.Any(change => change.Fails) || Rows.Any(change => change.Fails);
}

/// <summary>Compares results: what the scenarios ask, part by part, and the answers, row by row.</summary>
/// <remarks>Rows are matched by spec, scenario, property, policy and conditions, and where the labels that they name may be called otherwise, by what
/// the policy does.</remarks>
public static class ResultDiff
{
    /// <summary>What changed from one result to another.</summary>
    public static ResultComparison Of(StoredResult before, StoredResult after)
    {
        var questions = Pairs(before.Questions, after.Questions, KeyOf, (old, now) => QuestionDiff.Of(old.Question, now.Question).IsEmpty)
            .Where(pair => pair is { Before: not null, After: not null })
            .Select(pair => (pair.Before, pair.After, Differences: QuestionDiff.Of(pair.Before!.Question, pair.After!.Question))).ToList();
        var rows = PairsOf(before.Rows, after.Rows);
        var judges = questions.GroupBy(pair => KeyOf(pair.After!)).ToDictionary(group => group.Key, group => new RowJudge(
            [.. group.SelectMany(pair => pair.Differences)],
            group.Aggregate(ImmutableHashSet.Create<string>(StringComparer.Ordinal), (all, pair) => all.Union(QuestionDiff.ValuesAsked(pair.Before!.Question, pair.After!.Question))),
            rows.Where(pair => pair is { Before: not null, After: not null } && (pair.After.Spec, pair.After.Scenario) == group.Key)
                .All(pair => pair.Before!.Subject?.PolicyDigest == pair.After!.Subject?.PolicyDigest)));
        var unasked = new RowJudge([], [], samePolicies: false);
        return new ResultComparison(
            [.. questions.Where(pair => !pair.Differences.IsEmpty).Select(pair => new QuestionChange(pair.After!.Spec, pair.After.Question.Line, pair.After.Scenario, pair.Differences))],
            [.. rows.Select(pair => judges.GetValueOrDefault(((pair.After ?? pair.Before)!.Spec, (pair.After ?? pair.Before)!.Scenario), unasked).Of(pair.Before, pair.After)).OfType<RowChange>()],
            after.Rows.Length);
    }

    private static (string Spec, string Scenario) KeyOf(ScenarioAsks question) => (question.Spec, question.Scenario);

    private static List<(StoredRow? Before, StoredRow? After)> PairsOf(ImmutableArray<StoredRow> before, ImmutableArray<StoredRow> after)
    {
        var named = Pairs(before, after, row => row.Key, RowJudge.AreSame).ToList();
        var open = named.Where(pair => pair.Before is null || pair.After is null).ToList();
        var renamed = Pairs(
            open.Select(pair => pair.Before).OfType<StoredRow>().Where(row => row.KeyWithoutLabels is not null),
            open.Select(pair => pair.After).OfType<StoredRow>().Where(row => row.KeyWithoutLabels is not null),
            row => row.KeyWithoutLabels!,
            RowJudge.AreSame).Where(pair => pair is { Before: not null, After: not null }).ToList();
        return
        [
            .. named.Where(pair => pair.After is not null).Select(pair => (pair.Before ?? renamed.Find(other => ReferenceEquals(other.After, pair.After)).Before, pair.After)),
            .. named.Where(pair => pair.After is null && !renamed.Exists(other => ReferenceEquals(other.Before, pair.Before))),
        ];
    }

    /// <summary>Puts together what has the same key, of several first those that are the same, then in order; in the order of the second, then what is left of the first.</summary>
    private static IEnumerable<(T? Before, T? After)> Pairs<T, TKey>(IEnumerable<T> before, IEnumerable<T> after, Func<T, TKey> keyOf, Func<T, T, bool> areSame)
        where T : class
        where TKey : notnull
    {
        var open = before.GroupBy(keyOf).ToDictionary(group => group.Key, group => group.ToList());
        var now = after.ToList();
        var partners = new T?[now.Count];
        foreach (var isExact in new[] { true, false })
        {
            for (var i = 0; i < now.Count; i++)
            {
                if (partners[i] is null && open.TryGetValue(keyOf(now[i]), out var group) && group.Find(one => !isExact || areSame(one, now[i])) is { } partner)
                {
                    partners[i] = partner;
                    group.RemoveAll(one => ReferenceEquals(one, partner));
                }
            }
        }

        return now.Select((one, i) => (partners[i], (T?)one)).Concat(open.Values.SelectMany(group => group).Select(one => ((T?)one, (T?)null)));
    }
}
