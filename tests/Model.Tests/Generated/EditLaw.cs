using System.Collections.Immutable;
using CoherenceCheck.Generated;

namespace CoherenceCheck.Model.Tests.Generated;

/// <summary>A policy that a row edits is the policy whose text is edited.</summary>
/// <param name="Spec">The spec.</param>
/// <param name="Edits">The edits, from left to right.</param>
/// <param name="Property">The property that is asked.</param>
internal sealed record EditLaw(SpecTree Spec, ImmutableArray<Edit> Edits, string Property)
{
    private static readonly string[] Automatic = ["fresh_fetch", "assertions", "deadlock"];

    /// <summary>A case of the law; <see langword="null"/> where the spec of the seed has nothing to edit.</summary>
    public static EditLaw? Of(int seed, int most)
    {
        var (spec, edits) = SpecMaker.MakeEdited(seed, most);
        return edits.IsEmpty ? null : new EditLaw(spec, edits, Automatic[seed % Automatic.Length]);
    }

    /// <summary>The spec whose row edits.</summary>
    public SpecTree Row => Spec.Asking(Property, $"{Spec.Subject} {string.Join(' ', Edits)}");

    /// <summary>The spec whose text was edited.</summary>
    public SpecTree Text => Edits.Aggregate(Spec, (spec, edit) => edit.Apply(spec)).Asking(Property, Spec.Subject);

    /// <summary>Compares the two.</summary>
    public Comparison Compare()
    {
        var row = Outcome.Of(Row.ToString(), Outcome.Sizes);
        if (row is Outcome.TooLarge or Outcome.Refused { IsTooLarge: true })
        {
            // What is switched off counts, where the size of a policy is limited.
            return Comparison.None;
        }

        var text = Outcome.Of(Text.ToString(), Outcome.Sizes);
        return (row, text) switch
        {
            (Outcome.Broken broken, _) => new Comparison(Compared.Differ, $"the row: {broken.Kind}", row, text),
            (_, Outcome.Broken broken) => new Comparison(Compared.Differ, $"the text: {broken.Kind}", row, text),
            (_, Outcome.TooLarge) => Comparison.None,
            (Outcome.Refused refused, Outcome.Refused) => refused.HasPlaces ? new Comparison(Compared.BothRefused, "", row, text) : new Comparison(Compared.Differ, "refused without a place", row, text),
            (Outcome.Refused refused, _) => new Comparison(Compared.Differ, $"only the row is refused: {refused.Errors[0].Code}", row, text),
            (_, Outcome.Refused refused) => new Comparison(Compared.Differ, $"only the text is refused: {refused.Errors[0].Code}", row, text),
            _ => row.Equals(text) ? new Comparison(Compared.Equal, "", row, text) : new Comparison(Compared.Differ, "other results", row, text),
        };
    }

    /// <summary>The same edits of a smaller spec, which still shows the same.</summary>
    public EditLaw Shrink(string what) => this with { Spec = Shrinker.Shrink(Spec, smaller => (this with { Spec = smaller }).Shows(what)) };

    private bool Shows(string what)
    {
        // Edits of what was taken away are no edits.
        var here = Spec;
        foreach (var edit in Edits)
        {
            var labels = here.Statements.Select(statement => statement.Label).Concat(here.Policies.SelectMany(policy => policy.Members).OfType<PolicyMember.Setting>().Select(setting => setting.Label)).ToHashSet();
            if (edit.Labels.Any(label => !labels.Contains(label)))
            {
                return false;
            }

            here = edit.Apply(here);
        }

        return Compare() is { Result: Compared.Differ } comparison && comparison.What == what;
    }
}

/// <summary>What a comparison came to.</summary>
internal enum Compared
{
    Equal,
    BothRefused,
    TooLarge,
    Differ,
}

/// <summary>A comparison of two outcomes.</summary>
internal sealed record Comparison(Compared Result, string What, Outcome? First, Outcome? Second)
{
    public static Comparison None { get; } = new(Compared.TooLarge, "", null, null);
}
