using CsCheck;

namespace CoherenceCheck.Explorer.Tests;

public sealed unsafe class VisitedSetTests
{
    [Fact]
    public void One_word_states_are_found_again() => Compare<OneWord>(1);

    [Fact]
    public void Two_word_states_are_found_again() => Compare<TwoWords>(2);

    [Fact]
    public void Three_word_states_are_found_again() => Compare<ThreeWords>(3);

    [Fact]
    public void Four_word_states_are_found_again() => Compare<FourWords>(4);

    [Fact]
    public void States_of_any_number_of_words_are_found_again()
    {
        Compare<AnyWords>(5);
        Compare<AnyWords>(8);
    }

    [Fact]
    public void Hashes_of_neighbouring_states_spread()
    {
        // Single bits and small numbers are what packed states differ in: no two of 2^16 such hashes share 48 high bits.
        using var set = new VisitedSet<TwoWords>(2);
        var seen = new HashSet<ulong>();
        var state = stackalloc ulong[2];
        for (var i = 0UL; i < 1 << 16; i++)
        {
            state[0] = i & 0xff;
            state[1] = i >> 8;
            Assert.True(seen.Add(set.Hash(state) >> 16));
        }
    }

    private static void Compare<TWidth>(int words)
        where TWidth : struct, IWidth =>
        Gen.Select(Gen.Int[1, 64], Gen.UInt).Sample(
            (bits, seed) =>
            {
                // Few bits give many equal states, many bits force the set to grow.
                var random = new Random((int)seed);
                using var set = new VisitedSet<TWidth>(words);
                var known = new Dictionary<UInt128, int>();
                var state = stackalloc ulong[words];
                for (var i = 0; i < 6_000; i++)
                {
                    for (var word = 0; word < words; word++)
                    {
                        state[word] = word < 2 ? (ulong)random.NextInt64() >> Math.Max(1, 64 - bits) : 0;
                    }

                    state[words - 1] |= words > 2 ? state[0] << 3 : 0;
                    set.MakeRoom(1);
                    var key = new UInt128(words > 1 ? state[1] : 0, state[0]);
                    var isNew = known.TryAdd(key, known.Count);
                    if (set.Add(state, set.Hash(state), (uint)i) != isNew || set.Count != known.Count)
                    {
                        return false;
                    }

                    if (isNew && set.Parent(set.Count - 1) != i)
                    {
                        return false;
                    }
                }

                return known.All(k => set.State(k.Value)[0] == (ulong)k.Key);
            },
            iter: 30);
}
