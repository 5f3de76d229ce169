using System.Diagnostics;
using System.Text;

namespace CoherenceCheck.Model.Tests.Generated;

/// <summary>What a comparison came to.</summary>
internal enum Compared
{
    /// <summary>Both sides come to the same.</summary>
    Equal,

    /// <summary>Both are refused.</summary>
    BothRefused,

    /// <summary>Nothing is known: a limit was hit.</summary>
    TooLarge,

    /// <summary>The law does not hold.</summary>
    Differ,
}

/// <summary>A comparison of what came of two specs.</summary>
/// <param name="Result">What it came to.</param>
/// <param name="What">What is different, without the particulars; or the code with which both are refused.</param>
/// <param name="Details">Both sides in words.</param>
internal sealed record Comparison(Compared Result, string What, string Details)
{
    public static Comparison TooLarge { get; } = new(Compared.TooLarge, "", "");

    /// <summary>Compares two outcomes.</summary>
    /// <param name="first">The one.</param>
    /// <param name="name">What to call it.</param>
    /// <param name="second">The other.</param>
    /// <param name="otherName">What to call that.</param>
    public static Comparison Of(Outcome first, string name, Outcome second, string otherName)
    {
        var details = $"{name}: {first}\n{otherName}: {second}\n";
        return (first, second) switch
        {
            (Outcome.Broken broken, _) => new Comparison(Compared.Differ, $"{name}: {broken.Kind}", details),
            (_, Outcome.Broken broken) => new Comparison(Compared.Differ, $"{otherName}: {broken.Kind}", details),
            (Outcome.TooLarge, _) or (_, Outcome.TooLarge) => TooLarge,
            (Outcome.Refused { HasPlaces: false }, _) or (_, Outcome.Refused { HasPlaces: false }) => new Comparison(Compared.Differ, "refused without a place", details),
            (Outcome.Refused refused, Outcome.Refused) => new Comparison(Compared.BothRefused, refused.Errors[0].Code, details),
            (Outcome.Refused refused, _) => new Comparison(Compared.Differ, $"only {name} is refused: {refused.Errors[0].Code}", details),
            (_, Outcome.Refused refused) => new Comparison(Compared.Differ, $"only {otherName} is refused: {refused.Errors[0].Code}", details),
            _ when first.Equals(second) => new Comparison(Compared.Equal, "", details),
            (Outcome.Explored one, Outcome.Explored other) => new Comparison(Compared.Differ, one.Verdicts == other.Verdicts ? "other sizes" : "other verdicts", details),
            _ => throw new InvalidOperationException($"unexpected outcomes: {details}"),
        };
    }
}

/// <summary>A case of a law: a spec and what is claimed of it.</summary>
internal interface ILawCase<TSelf>
    where TSelf : ILawCase<TSelf>
{
    /// <summary>Its text.</summary>
    string Text { get; }

    /// <summary>Whether the law holds.</summary>
    Comparison Compare();

    /// <summary>The smallest case that can be found in which the same is different.</summary>
    TSelf Shrink(string what);
}

/// <summary>Tries a law on many seeds, and says what it found.</summary>
internal static class LawRun
{
    // COHERENCECHECK_GENERATED = how many specs, COHERENCECHECK_SEED = the first seed: a million takes some hours.
    // COHERENCECHECK_SHOWN = how many faults of a kind are made smaller and shown.
    private static readonly int Shown = int.Parse(Environment.GetEnvironmentVariable("COHERENCECHECK_SHOWN") ?? "2");

    private static readonly int? Asked = Environment.GetEnvironmentVariable("COHERENCECHECK_GENERATED") is { } count ? int.Parse(count) : null;

    private static readonly int First = int.Parse(Environment.GetEnvironmentVariable("COHERENCECHECK_SEED") ?? "1");

    /// <summary>Tries a law.</summary>
    /// <param name="output">Where it says how much was compared.</param>
    /// <param name="usually">How many seeds, unless their number is asked for.</param>
    /// <param name="caseOf">The case of a seed, or <see langword="null"/> where there is none.</param>
    /// <param name="compared">Told about the cases in which the law holds and something was compared.</param>
    public static void Try<TCase>(ITestOutputHelper output, int usually, Func<int, TCase?> caseOf, Action<TCase>? compared = null)
        where TCase : class, ILawCase<TCase>
    {
        var count = Asked ?? usually;
        var counts = new SortedDictionary<Compared, int>();
        var faults = new SortedDictionary<string, List<(int Seed, TCase Case)>>(StringComparer.Ordinal);
        var refused = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var clock = Stopwatch.StartNew();
        var cases = 0;
        for (var seed = First; seed < First + count; seed++)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            if (caseOf(seed) is not { } found)
            {
                continue;
            }

            cases++;
            var comparison = found.Compare();
            counts[comparison.Result] = counts.GetValueOrDefault(comparison.Result) + 1;
            if (comparison.Result == Compared.Equal)
            {
                compared?.Invoke(found);
            }
            else if (comparison.Result == Compared.BothRefused)
            {
                refused[comparison.What] = refused.GetValueOrDefault(comparison.What) + 1;
            }
            else if (comparison.Result == Compared.Differ)
            {
                if (!faults.TryGetValue(comparison.What, out var known))
                {
                    faults.Add(comparison.What, known = []);
                }

                known.Add((seed, found));
            }
        }

        output.WriteLine($"seeds {First} to {First + count - 1}, {cases} cases: {string.Join(", ", counts.Select(pair => $"{pair.Value} {pair.Key}"))}; {clock.Elapsed.TotalSeconds:F0} s; refused: {string.Join(", ", refused.Select(pair => $"{pair.Key} {pair.Value}"))}");
        Assert.True(faults.Count == 0, Describe(faults));
        Assert.True(counts.GetValueOrDefault(Compared.Equal) > cases / 2, "hardly anything was compared");
    }

    private static string Describe<TCase>(SortedDictionary<string, List<(int Seed, TCase Case)>> faults)
        where TCase : class, ILawCase<TCase>
    {
        var text = new StringBuilder();
        foreach (var (what, cases) in faults)
        {
            text.AppendLine($"== {what}: {cases.Count} of the seeds, {string.Join(' ', cases.Take(12).Select(pair => pair.Seed))}");

            // Different causes may look alike.
            foreach (var (seed, found) in cases.OrderBy(pair => pair.Case.Text.Length).Take(Shown))
            {
                var smallest = found.Shrink(what);
                text.AppendLine($"seed {seed}, made smaller\n{smallest.Compare().Details}{smallest.Text}");
            }
        }

        return text.ToString();
    }
}
