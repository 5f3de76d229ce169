using CoherenceCheck.Generated;

namespace CoherenceCheck.Model.Tests.Generated;

/// <summary>The law of labels, on generated specs: what a row edits is what the edited text says.</summary>
public sealed class EditLawTests(ITestOutputHelper output)
{
    [Fact]
    public void A_row_without_a_label_is_the_text_without_the_statement() => Try(1, edit => edit is Edit.Without);

    [Fact]
    public void A_row_with_another_statement_or_order_is_the_text_with_it() => Try(1, edit => edit is not Edit.Without);

    [Fact]
    public void Two_edits_of_a_row_apply_from_left_to_right() => Try(2, _ => true);

    private void Try(int edits, Func<Edit, bool> which)
    {
        var kinds = new SortedDictionary<string, int>(StringComparer.Ordinal);
        LawRun.Try(output, usually: 700, seed => EditLaw.Of(seed, edits) is { } law && law.Edits.All(which) ? law : null, law =>
        {
            foreach (var statement in law.Edited)
            {
                kinds[statement.Kind] = kinds.GetValueOrDefault(statement.Kind) + 1;
            }
        });
        output.WriteLine($"compared, by the statements that were edited: {string.Join(", ", kinds.Select(pair => $"{pair.Key} {pair.Value}"))}");
    }
}
