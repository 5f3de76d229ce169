using System.Numerics;
using System.Runtime.CompilerServices;

namespace CoherenceCheck.Explorer;

/// <summary>Scrambles words of so many bits, one to one: no two have the same hash, and the word can be had back from it.</summary>
/// <remarks>
/// So a table that knows some bits of the hash from where it looks need store only the others: Cleary, "Compact Hash Tables Using Bidirectional
/// Linear Probing", IEEE Transactions on Computers 1984. Multiplying by an odd number and adding high bits to low ones can both be undone.
/// </remarks>
internal readonly struct WordHash
{
    /// <summary>The fewest bits of a hash, for places in tables are high bits of it.</summary>
    public const int FewestBits = 24;

    private const ulong First = 0x9e3779b97f4a7c15;
    private const ulong Second = 0xd6e8feb86659fd93;
    private static readonly ulong FirstBack = Inverse(First);
    private static readonly ulong SecondBack = Inverse(Second);
    private readonly ulong _mask;
    private readonly int _half;

    /// <summary>A hash of words below 2^bits.</summary>
    public WordHash(int bits)
    {
        Bits = Math.Max(bits, FewestBits);
        _mask = ulong.MaxValue >> (64 - Bits);
        _half = (Bits + 1) / 2;
    }

    /// <summary>The bits of a hash.</summary>
    public int Bits { get; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Of(ulong word)
    {
        var x = (word * First) & _mask;
        x ^= x >> _half;
        x = (x * Second) & _mask;
        return x ^ (x >> _half);
    }

    /// <summary>The word of a hash. As the shift is at least half of the bits, adding high bits to low ones undoes itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Back(ulong hash)
    {
        var x = hash ^ (hash >> _half);
        x = (x * SecondBack) & _mask;
        x ^= x >> _half;
        return (x * FirstBack) & _mask;
    }

    // Newton's iteration: each step doubles the number of low bits that are right.
    private static ulong Inverse(ulong odd)
    {
        var inverse = odd;
        for (var right = 3; right < 64; right *= 2)
        {
            inverse *= 2 - odd * inverse;
        }

        return inverse;
    }
}
