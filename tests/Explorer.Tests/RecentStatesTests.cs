namespace CoherenceCheck.Explorer.Tests;

/// <summary>What was not met is not taken for something that was: a state that is passed over is lost.</summary>
public sealed unsafe class RecentStatesTests
{
    public static TheoryData<int> Bits => [.. Enumerable.Range(WordHash.FewestBits, 64 - WordHash.FewestBits + 1)];

    /// <summary>Of the places and of what is stored there the first and last ones, at all widths: where slots change from 32 to 64 bits, too.</summary>
    [Theory]
    [MemberData(nameof(Bits))]
    public void A_one_word_state_is_new_at_first_and_known_then(int bits)
    {
        using var set = new VisitedSet<OneWord>(1, bits);
        var last = ulong.MaxValue >> (64 - bits);
        var hashes = new HashSet<ulong> { 0, 1, last, last - 1 };
        for (var bit = 0; bit < bits; bit++)
        {
            hashes.UnionWith([1UL << bit, last >> bit, last & ~(last >> bit), last & ~(1UL << bit)]);
        }

        foreach (var hash in hashes)
        {
            using var recent = new RecentStates<OneWord>(set, 1);
            var state = set.WordHash.Back(hash);
            Assert.True(recent.Replace(&state, hash), $"{hash:x} was not met");
            Assert.False(recent.Replace(&state, hash), $"{hash:x} was met");

            // Another state of the same place.
            var beside = set.WordHash.Back(hash ^ 1);
            Assert.True(recent.Replace(&beside, hash ^ 1), $"{hash ^ 1:x} was not met");
            Assert.True(recent.Replace(&state, hash), $"{hash:x} was replaced");
        }
    }

    [Fact]
    public void A_state_of_two_words_is_new_at_first_and_known_then()
    {
        using var set = new VisitedSet<TwoWords>(2);
        using var recent = new RecentStates<TwoWords>(set, 2);
        var state = stackalloc ulong[2];
        foreach (var (first, second) in new (ulong, ulong)[] { (0, 0), (1, 0), (2, 0), (0, 1), (ulong.MaxValue, ulong.MaxValue) })
        {
            (state[0], state[1]) = (first, second);
            Assert.True(recent.Replace(state, set.Hash(state)));
            Assert.False(recent.Replace(state, set.Hash(state)));
        }
    }
}
