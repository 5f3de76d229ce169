using CoherenceCheck.Explorer;
using CoherenceCheck.Explorer.Reductions;
using CoherenceCheck.Generated;

namespace CoherenceCheck.Model.Tests.Generated;

/// <summary>CPUs that each say of themselves what the machine says of all are the same machine, with whatever else a spec has, and with all reductions.</summary>
/// <param name="Spec">The spec, with one block of one row.</param>
internal sealed record OwnDicLaw(SpecTree Spec) : ILawCase<OwnDicLaw>
{
    private const string Field = "CTR_EL0.DIC = ";

    /// <summary>The case of a seed; <see langword="null"/> where its machine leaves the field open, or shares I-caches.</summary>
    public static OwnDicLaw? Of(int seed)
    {
        var spec = SpecMaker.MakeSpec(seed);
        return spec.Machine.Any(member => member.StartsWith(Field, StringComparison.Ordinal)) && !spec.Machine.Any(member => member.StartsWith("share icache", StringComparison.Ordinal))
            ? new OwnDicLaw(spec.Asking(spec.Automatic[seed % spec.Automatic.Length], spec.Subject))
            : null;
    }

    public string Text => $"{Spec}\n{Each()}";

    public Comparison Compare() => Outcome.Of(Spec.ToString(), Describe) is var all && all is Outcome.TooLarge
        ? Comparison.TooLarge
        : Comparison.Of(all, "of all", Outcome.Of(Each(), Describe, Reduction.All), "of each");

    public OwnDicLaw Shrink(string what) => new(Shrinker.Shrink(Spec, smaller => new OwnDicLaw(smaller).Compare() is { Result: Compared.Differ } comparison && comparison.What == what));

    private static string Describe(Exploration result) => $"{result.Verdict} {result.Violation}";

    private string Each()
    {
        var said = Spec.Machine.FirstOrDefault(member => member.StartsWith(Field, StringComparison.Ordinal));
        return (Spec with { Machine = [.. Spec.Machine.Select(member => said is not null && member.StartsWith("pcpu ", StringComparison.Ordinal) ? $"{member} {{ {said} }}" : member)] }).ToString();
    }
}
