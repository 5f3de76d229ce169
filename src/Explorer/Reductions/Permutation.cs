using System.Collections.Immutable;

namespace CoherenceCheck.Explorer.Reductions;

/// <summary>A permutation of the numbers from 0 on that leaves all but the first few in place; <em>none</em> and what a sort does not have are left in place, too.</summary>
internal sealed class Permutation : IEquatable<Permutation>
{
    private readonly ImmutableArray<int> _images;

    private Permutation(ImmutableArray<int> images)
    {
        var length = images.Length;
        while (length > 0 && images[length - 1] == length - 1)
        {
            length--;
        }

        _images = images[..length];
    }

    /// <summary>Leaves all in place.</summary>
    public static Permutation Identity { get; } = new([]);

    /// <summary>Whether all are left in place.</summary>
    public bool IsIdentity => _images.IsEmpty;

    /// <summary>Exchanges two numbers.</summary>
    public static Permutation Swap(int first, int second) =>
        new([.. Enumerable.Range(0, Math.Max(first, second) + 1).Select(i => i == first ? second : i == second ? first : i)]);

    /// <summary>A number's image.</summary>
    public long Of(long number) => number >= 0 && number < _images.Length ? _images[(int)number] : number;

    /// <summary>The image of a set: bit i stands for number i.</summary>
    public long OfSet(long set)
    {
        var result = set & (-1L << _images.Length);
        for (var i = 0; i < _images.Length; i++)
        {
            result |= (set >> i & 1) << _images[i];
        }

        return result;
    }

    /// <summary>This one after another.</summary>
    public Permutation After(Permutation first) =>
        new([.. Enumerable.Range(0, Math.Max(_images.Length, first._images.Length)).Select(i => (int)Of(first.Of(i)))]);

    /// <inheritdoc/>
    public bool Equals(Permutation? other) => other is not null && _images.AsSpan().SequenceEqual(other._images.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Permutation);

    /// <inheritdoc/>
    public override int GetHashCode() => _images.Aggregate(17, HashCode.Combine);
}
