using System.Collections.Immutable;
using CoherenceCheck.Explorer;
using CoherenceCheck.Generated;

namespace CoherenceCheck.Model.Tests.Generated;

/// <summary>A policy that a row edits is the policy whose text is edited.</summary>
/// <param name="Spec">The spec.</param>
/// <param name="Edits">The edits, from left to right.</param>
/// <param name="Property">The property that is asked.</param>
internal sealed record EditLaw(SpecTree Spec, ImmutableArray<Edit> Edits, string Property) : ILawCase<EditLaw>
{
    /// <summary>A case of the law; <see langword="null"/> where the spec of the seed has nothing to edit.</summary>
    public static EditLaw? Of(int seed, int most)
    {
        var (spec, edits) = SpecMaker.MakeEdited(seed, most);
        return edits.Length < most ? null : new EditLaw(spec, edits, spec.Automatic[seed % spec.Automatic.Length]);
    }

    /// <summary>The spec whose row edits.</summary>
    public string Text => Spec.Asking(Property, $"{Spec.Subject} {string.Join(' ', Edits)}").ToString();

    /// <summary>The statements that are edited.</summary>
    public IEnumerable<Statement> Edited => Edits.SelectMany(edit => edit.Labels).SelectMany(label => Spec.Statements.Where(statement => statement.Label == label));

    /// <inheritdoc/>
    public Comparison Compare()
    {
        var row = Outcome.Of(Text, Describe);

        // What is switched off counts, where the size of a policy is limited.
        if (row is Outcome.TooLarge or Outcome.Refused { IsTooLarge: true })
        {
            return Comparison.TooLarge;
        }

        // The law speaks of edits of what means something without them.
        if (row is Outcome.Refused && Outcome.Of(Spec.Asking(Property, Spec.Subject).ToString(), Describe) is Outcome.Refused)
        {
            return new Comparison(Compared.BothRefused, "unedited", "");
        }

        var edited = Edits.Aggregate(Spec, (spec, edit) => edit.Apply(spec)).Asking(Property, Spec.Subject);
        return Comparison.Of(row, "the row", Outcome.Of(edited.ToString(), Describe), "the text");
    }

    /// <inheritdoc/>
    public EditLaw Shrink(string what) => this with { Spec = Shrinker.Shrink(Spec, smaller => (this with { Spec = smaller }).Shows(what)) };

    // Whether accesses go by address, and whether a TLB is needed, is told by the text; what a row leaves out of it is there then, and does nothing.
    private string Describe(Exploration result) => Spec.Translates || Spec.Statements.Any(statement => statement.Kind is "dc isw" or "dc csw" or "dc cisw") ? $"{result.Verdict} {result.Violation}" : Outcome.Sizes(result);

    private bool Shows(string what) => CanBeEdited() && Compare() is { Result: Compared.Differ } comparison && comparison.What == what;

    // Edits of what was taken away are no edits.
    private bool CanBeEdited()
    {
        var here = Spec;
        foreach (var edit in Edits)
        {
            var labels = here.Statements.Select(statement => statement.Label).Concat(here.Statements.SelectMany(statement => statement.OperandLabels))
                .Concat(here.Policies.SelectMany(policy => policy.Members).OfType<PolicyMember.Setting>().Select(setting => setting.Label)).ToHashSet();
            if (edit.Labels.Any(label => !labels.Contains(label)) || !edit.IsPossible(here))
            {
                return false;
            }

            here = edit.Apply(here);
        }

        return true;
    }
}
