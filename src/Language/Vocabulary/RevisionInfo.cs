using System.Collections.Immutable;

namespace CoherenceCheck.Language.Vocabulary;

/// <summary>A revision of the architecture's manual: how it settles readings that another revision settles otherwise. Specs know it as a profile.</summary>
/// <param name="Name">As written in a spec.</param>
/// <param name="Source">The manual.</param>
/// <param name="Readings">What it settles.</param>
public sealed record RevisionInfo(string Name, string Source, ImmutableArray<RevisionReading> Readings)
{
    /// <summary>Its readings in words: <c>dsb_domain = all</c>.</summary>
    public override string ToString() => string.Join(", ", Readings);
}

/// <summary>A reading as a revision settles it.</summary>
/// <param name="Reading">The reading.</param>
/// <param name="Value">Its value.</param>
public sealed record RevisionReading(string Reading, string Value)
{
    /// <summary>It as a setting.</summary>
    public override string ToString() => $"{Reading} = {Value}";
}
