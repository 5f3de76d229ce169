using System.Diagnostics;
using System.Text;
using CoherenceCheck.Generated;

namespace CoherenceCheck.Model.Tests.Generated;

/// <summary>The law of labels, on generated specs: what a row edits is what the edited text says.</summary>
public sealed class EditLawTests(ITestOutputHelper output)
{
    // COHERENCECHECK_GENERATED = how many specs, COHERENCECHECK_SEED = the first seed: a million takes some hours.
    private static readonly int Count = int.Parse(Environment.GetEnvironmentVariable("COHERENCECHECK_GENERATED") ?? "1500");

    private static readonly int First = int.Parse(Environment.GetEnvironmentVariable("COHERENCECHECK_SEED") ?? "1");

    [Fact]
    public void A_row_without_a_label_is_the_text_without_the_statement() => Check(1, edit => edit is Edit.Without);

    [Fact]
    public void A_row_with_another_statement_or_order_is_the_text_with_it() => Check(1, edit => edit is not Edit.Without);

    [Fact]
    public void Two_edits_of_a_row_apply_from_left_to_right() => Check(2, _ => true);

    private void Check(int edits, Func<Edit, bool> which)
    {
        var counts = new Dictionary<Compared, int>();
        var kinds = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var faults = new SortedDictionary<string, List<(int Seed, EditLaw Law, Comparison Comparison)>>(StringComparer.Ordinal);
        var clock = Stopwatch.StartNew();
        for (var seed = First; seed < First + Count; seed++)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            if (EditLaw.Of(seed, edits) is not { } law || law.Edits.Length < edits || !law.Edits.All(which))
            {
                continue;
            }

            var comparison = law.Compare();
            counts[comparison.Result] = counts.GetValueOrDefault(comparison.Result) + 1;
            if (comparison.Result == Compared.Equal)
            {
                foreach (var edited in law.Edits.SelectMany(edit => edit.Labels).SelectMany(label => law.Spec.Statements.Where(statement => statement.Label == label)))
                {
                    kinds[edited.Kind] = kinds.GetValueOrDefault(edited.Kind) + 1;
                }
            }

            if (comparison.Result == Compared.Differ)
            {
                if (!faults.TryGetValue(comparison.What, out var known))
                {
                    faults.Add(comparison.What, known = []);
                }

                known.Add((seed, law, comparison));
            }
        }

        output.WriteLine($"seeds {First} to {First + Count - 1}: {string.Join(", ", counts.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} {pair.Key}"))}, {clock.Elapsed.TotalSeconds:F0} s");
        output.WriteLine($"compared, by the statements that were edited: {string.Join(", ", kinds.Select(pair => $"{pair.Key} {pair.Value}"))}");
        Assert.True(faults.Count == 0, Describe(faults));
        Assert.True(counts.GetValueOrDefault(Compared.Equal) > Count / 20, "hardly anything was compared");
    }

    private static string Describe(SortedDictionary<string, List<(int Seed, EditLaw Law, Comparison Comparison)>> faults)
    {
        var text = new StringBuilder();
        foreach (var (what, cases) in faults)
        {
            text.AppendLine($"== {what}: {cases.Count} of the seeds, {string.Join(' ', cases.Take(12).Select(found => found.Seed))}");
            var smallest = cases.OrderBy(found => found.Law.Row.ToString().Length).First();
            var law = smallest.Law.Shrink(what);
            var comparison = law.Compare();
            text.AppendLine($"seed {smallest.Seed}, made smaller\nrow: {comparison.First}\ntext: {comparison.Second}\n{law.Row}");
        }

        return text.ToString();
    }
}
