namespace CoherenceCheck.Model.Tests.Generated;

/// <summary>What must make no difference makes none, on generated specs.</summary>
public sealed class SearchLawTests(ITestOutputHelper output)
{
    [Fact]
    public void A_label_that_no_row_names_changes_nothing() => LawRun.Try(output, usually: 200, LabelLaw.Of);

    [Fact]
    public void Reductions_change_no_verdict_no_shortest_counterexample_and_no_cover() => LawRun.Try(output, usually: 250, ReductionLaw.Of);

    [Fact]
    public void Whoever_may_do_more_breaks_what_it_broke_before()
    {
        var violated = new SortedDictionary<string, int>(StringComparer.Ordinal);
        LawRun.Try(output, usually: 400, FreedomLaw.Of, law => violated[law.Freedom] = violated.GetValueOrDefault(law.Freedom) + (law.IsViolation ? 1 : 0));
        output.WriteLine($"violated before and after: {string.Join(", ", violated.Select(pair => $"{pair.Key} {pair.Value}"))}");
    }

    [Fact]
    public void CPUs_that_each_say_what_the_machine_says_are_the_same_machine() => LawRun.Try(output, usually: 200, OwnDicLaw.Of);
}
