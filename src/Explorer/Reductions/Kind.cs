using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Reductions;

/// <summary>What a renaming does to the values of an expression: nothing, or they are elements or sets that a permutation acts on.</summary>
/// <param name="Permutation">The permutation.</param>
/// <param name="IsSet">Whether a value is a set of what is permuted.</param>
internal readonly record struct Kind(Permutation Permutation, bool IsSet)
{
    /// <summary>Numbers, and what is not permuted.</summary>
    public static Kind Number { get; } = new(Permutation.Identity, false);

    /// <summary>Whether values stay as they are.</summary>
    public bool IsNumber => Permutation.IsIdentity;

    /// <summary>Elements.</summary>
    public static Kind Element(Permutation permutation) => permutation.IsIdentity ? Number : new Kind(permutation, false);

    /// <summary>Sets.</summary>
    public static Kind Set(Permutation permutation) => permutation.IsIdentity ? Number : new Kind(permutation, true);

    /// <summary>The kind of a domain's values.</summary>
    public static Kind Of(Domain domain, Renaming renaming) => domain switch
    {
        Domain.Element e => Element(renaming[e.Sort]),
        Domain.Subset s => Set(renaming[s.Sort]),
        _ => Number,
    };

    /// <summary>The image of a value.</summary>
    public long Image(long value) => IsSet ? Permutation.OfSet(value) : Permutation.Of(value);
}
