namespace CoherenceCheck.Model.Tests.Generated;

/// <summary>What must make no difference makes none, on generated specs.</summary>
public sealed class SearchLawTests(ITestOutputHelper output)
{
    [Fact]
    public void A_label_that_no_row_names_changes_nothing() => LawRun.Try(output, usually: 200, LabelLaw.Of);

    [Fact]
    public void Reductions_change_no_verdict_no_shortest_counterexample_and_no_cover() => LawRun.Try(output, usually: 250, ReductionLaw.Of);
}
