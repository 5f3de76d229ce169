using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace CoherenceCheck.Attributes.Configurations;

/// <summary>Arithmetic of fingerprints of sets: modulo the Mersenne prime 2^61 - 1.</summary>
/// <remarks>A set is taken for a polynomial with a term for each configuration, the product of a variable for each of its values, and evaluated at a
/// point that depends on the names of the values alone: two sets that differ rarely agree there (Schwartz, "Fast probabilistic algorithms for
/// verification of polynomial identities", 1980), and the order of the dimensions makes no difference.</remarks>
internal static class SetFingerprint
{
    private const ulong Prime = (1UL << 61) - 1;

    /// <summary>The weight of a value.</summary>
    /// <param name="name">The value with its dimension.</param>
    public static ulong WeightOf(string name) => BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name))) % Prime;

    public static ulong Multiply(ulong left, ulong right) => (ulong)((UInt128)left * right % Prime);

    public static ulong Sum(IEnumerable<ulong> terms) => terms.Aggregate(0UL, (sum, term) => (sum + term) % Prime);
}
