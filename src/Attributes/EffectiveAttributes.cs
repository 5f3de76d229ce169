using System.Collections.Immutable;

namespace CoherenceCheck.Attributes;

/// <summary>What an access is in the end.</summary>
/// <param name="Type">Its memory type; of a fetch that faults, that of the speculative fetches which are still permitted.</param>
/// <param name="Shareability">Its shareability.</param>
/// <param name="Faults">Whether the access itself takes a Permission fault: a fetch from Device memory under <c>device_fetch = permission_fault</c>.</param>
public readonly record struct AccessAttributes(MemoryType Type, Shareability Shareability, bool Faults = false)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        var shareability = Shareability switch
        {
            Shareability.NonShareable => "NSH",
            Shareability.InnerShareable => "ISH",
            _ => "OSH",
        };
        return $"{Type},{shareability}{(Faults ? ",fault" : "")}";
    }
}

/// <summary>The effective attributes of an access: one result, or several for a reserved encoding, where hardware chooses.</summary>
public sealed class EffectiveAttributes : IEquatable<EffectiveAttributes>
{
    internal EffectiveAttributes(IEnumerable<AccessAttributes> permitted) => Permitted =
        [.. permitted.Distinct().OrderBy(result => result.Type.Inner).ThenBy(result => result.Type.Outer).ThenBy(result => result.Shareability).ThenBy(result => result.Faults)];

    /// <summary>The permitted results, without duplicates and in a fixed order; at least one.</summary>
    public ImmutableArray<AccessAttributes> Permitted { get; }

    /// <summary>Whether a reserved encoding lets hardware choose: CONSTRAINED UNPREDICTABLE.</summary>
    public bool IsConstrainedUnpredictable => Permitted.Length > 1;

    /// <summary>The result, where there is one.</summary>
    /// <exception cref="InvalidOperationException">Hardware may choose.</exception>
    public AccessAttributes Single => Permitted is [var only] ? only : throw new InvalidOperationException($"Hardware may choose: {this}.");

    /// <summary>The type, where there is one result.</summary>
    /// <exception cref="InvalidOperationException">Hardware may choose.</exception>
    public MemoryType Type => Single.Type;

    /// <summary>The shareability, where there is one result.</summary>
    /// <exception cref="InvalidOperationException">Hardware may choose.</exception>
    public Shareability Shareability => Single.Shareability;

    /// <summary>Whether the access may take a Permission fault.</summary>
    public bool MayFault => Permitted.Any(result => result.Faults);

    /// <inheritdoc/>
    public bool Equals(EffectiveAttributes? other) => other is not null && Permitted.AsSpan().SequenceEqual(other.Permitted.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as EffectiveAttributes);

    /// <inheritdoc/>
    public override int GetHashCode() => Permitted.Aggregate(Permitted.Length, HashCode.Combine);

    /// <inheritdoc/>
    public override string ToString() => string.Join(" or ", Permitted);
}
