using System.Collections.Immutable;

namespace CoherenceCheck.Transitions;

/// <summary>A finite set of named elements, numbered from 0; variables are indexed by sorts and rules range over them.</summary>
/// <param name="Name">The name shown when the system is printed: unique in a system.</param>
/// <param name="Elements">The elements' names in order; between 1 and <see cref="MaxSize"/> of them.</param>
public sealed record Sort(string Name, ImmutableArray<string> Elements)
{
    /// <summary>The largest number of elements: a subset must fit into a non-negative 64-bit mask.</summary>
    public const int MaxSize = 62;

    /// <summary>The number of elements. The value of <em>none</em> in a domain that has it.</summary>
    public int Size => Elements.Length;

    /// <summary>The mask that holds every element.</summary>
    public long FullMask => (1L << Size) - 1;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
