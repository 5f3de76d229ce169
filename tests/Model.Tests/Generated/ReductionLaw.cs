using System.Collections.Immutable;
using CoherenceCheck.Explorer;
using CoherenceCheck.Explorer.Reductions;
using CoherenceCheck.Generated;

namespace CoherenceCheck.Model.Tests.Generated;

/// <summary>Reductions change no verdict, no length of a counterexample, and no cover.</summary>
/// <param name="Spec">The spec, with one block of one row.</param>
/// <param name="Reductions">The reductions, used from the first state on.</param>
/// <param name="AsksCovers">Whether covers are searched, too.</param>
internal sealed record ReductionLaw(SpecTree Spec, Reduction Reductions, bool AsksCovers) : ILawCase<ReductionLaw>
{
    private static readonly Reduction[] All = [Reduction.Symmetry, Reduction.PartialOrder, Reduction.Slicing, Reduction.All];

    public string Text => $"// {Reductions}\n{Spec}";

    public static ReductionLaw Of(int seed)
    {
        var spec = SpecMaker.MakeSpec(seed);
        ImmutableArray<string> properties = [.. spec.Automatic, .. spec.Expects.Select(expect => expect.Property)];
        return new ReductionLaw(spec.Asking(properties[seed % properties.Length], spec.Subject), All[seed / 8 % All.Length], seed % 3 == 0);
    }

    public Comparison Compare()
    {
        var whole = Outcome.Of(Spec.ToString(), Describe, asksCovers: AsksCovers);
        return whole is Outcome.TooLarge
            ? Comparison.TooLarge
            : Comparison.Of(whole, "the whole", Outcome.Of(Spec.ToString(), Describe, Reductions, AsksCovers), "the reduced");
    }

    public ReductionLaw Shrink(string what) => this with
    {
        Spec = Shrinker.Shrink(Spec, smaller => (this with { Spec = smaller }).Compare() is { Result: Compared.Differ } comparison && comparison.What == what),
    };

    // With a violation the search ends where it is found: covers beyond are not looked for.
    private static string Describe(Exploration result) => result.Verdict == Verdict.Violated
        ? $"{result.Verdict} {result.Violation}, depth {result.Depth}"
        : $"{result.Verdict}, {string.Join(", ", result.Covers.Select(cover => $"{cover.Name} at {cover.Depth?.ToString() ?? "none"}"))}";
}

/// <summary>Labels that no row names change nothing.</summary>
/// <param name="Spec">The spec, with one block of one row.</param>
internal sealed record LabelLaw(SpecTree Spec) : ILawCase<LabelLaw>
{
    public string Text => Spec.ToString();

    public static LabelLaw? Of(int seed)
    {
        var spec = SpecMaker.MakeSpec(seed);

        // Beside `B at end` a label `end` of B means something: CC0213 says so.
        var isAmbiguous = spec.Statements.Any(statement => statement.Label == "end") && spec.ToString().Contains("at end", StringComparison.Ordinal);
        return !isAmbiguous && spec.Statements.Any(statement => statement.Label is { } label && !spec.Pinned.Contains(label)) ? new LabelLaw(spec.Asking(spec.Automatic[seed % spec.Automatic.Length], spec.Subject)) : null;
    }

    public Comparison Compare()
    {
        var labelled = Outcome.Of(Spec.ToString(), Outcome.Sizes);
        return labelled is Outcome.TooLarge
            ? Comparison.TooLarge
            : Comparison.Of(labelled, "with labels", Outcome.Of(Spec.MapPolicies(Strip).MapPrograms(Strip).ToString(), Outcome.Sizes), "without");
    }

    public LabelLaw Shrink(string what) => new(Shrinker.Shrink(Spec, smaller => new LabelLaw(smaller).Compare() is { Result: Compared.Differ } comparison && comparison.What == what));

    private ImmutableArray<Statement> Strip(ImmutableArray<Statement> body) =>
        [.. body.Select(statement => statement.Label is { } label && !Spec.Pinned.Contains(label) ? statement with { Label = null } : statement)];
}
