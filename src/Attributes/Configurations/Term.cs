using System.Collections.Immutable;

namespace CoherenceCheck.Attributes.Configurations;

/// <summary>A word of formulas: a name with values, and the configurations in which it has each.</summary>
/// <param name="Name">As row conditions write it: a dimension, or what follows from several (<c>IDC</c>).</param>
/// <param name="Values">Its values, in order, each with its configurations: together all of the space.</param>
public sealed record TermWord(string Name, ImmutableArray<(string Value, ConfigurationSet Where)> Values);

/// <summary>A word that has one of some values.</summary>
/// <param name="Name">The word's name.</param>
/// <param name="Values">The values, at least one, not all.</param>
/// <param name="IsExcept">Whether the values that are left out are fewer, so that it is better read as "is not".</param>
/// <param name="Others">The values left out.</param>
public sealed record Literal(string Name, ImmutableArray<string> Values, bool IsExcept, ImmutableArray<string> Others)
{
    /// <inheritdoc/>
    public override string ToString() => (Values, Others, IsExcept) switch
    {
        (_, [var other], true) => $"{Name} != {other}",
        (_, _, true) => $"{Name} not in {{{string.Join(", ", Others)}}}",
        ([var value], _, _) => $"{Name} = {value}",
        _ => $"{Name} in {{{string.Join(", ", Values)}}}",
    };
}

/// <summary>A conjunction: a minimal sufficient condition.</summary>
/// <param name="Literals">What must be; empty for always.</param>
/// <param name="Where">The configurations that satisfy it, of those that count.</param>
public sealed record Term(ImmutableArray<Literal> Literals, ConfigurationSet Where)
{
    /// <inheritdoc/>
    public override string ToString() => Literals.IsEmpty ? "always" : string.Join(" and ", Literals);
}

/// <summary>A disjunction of terms: no term can be left out, and no literal of a term.</summary>
/// <param name="Terms">The terms; none for never.</param>
public sealed record Formula(ImmutableArray<Term> Terms)
{
    /// <summary>Whether it is true in no configuration that counts.</summary>
    public bool IsNever => Terms.IsEmpty;

    /// <summary>Whether it is true in every configuration that counts.</summary>
    public bool IsAlways => Terms is [{ Literals.IsEmpty: true }];

    /// <inheritdoc/>
    public override string ToString() => IsNever ? "never"
        : string.Join(" or ", Terms.Select(term => Terms.Length > 1 && term.Literals.Length > 1 ? $"({term})" : term.ToString()));
}
