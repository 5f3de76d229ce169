namespace CoherenceCheck.Explorer.Tests;

public sealed unsafe class StateWordsTests
{
    private const ulong Beside = 0xfeed;

    [Fact]
    public void Every_word_counts_and_no_other() => ForEachWidth(new Comparison());

    [Fact]
    public void A_state_is_copied_and_nothing_beside_it() => ForEachWidth(new Copying());

    [Fact]
    public void The_hash_is_that_of_a_loop_over_the_words()
    {
        // Of two words it is another, shorter one.
        new Hashing().Look<ThreeWords>(3);
        new Hashing().Look<FourWords>(4);
        new Hashing().Look<FiveWords>(5);
        new Hashing().Look<SixWords>(6);
    }

    private interface ILook
    {
        void Look<TWidth>(int words)
            where TWidth : struct, IWidth;
    }

    private static void ForEachWidth(ILook look)
    {
        look.Look<TwoWords>(2);
        look.Look<ThreeWords>(3);
        look.Look<FourWords>(4);
        look.Look<FiveWords>(5);
        look.Look<SixWords>(6);
        look.Look<AnyWords>(2);
        look.Look<AnyWords>(7);
    }

    private sealed class Comparison : ILook
    {
        public void Look<TWidth>(int words)
            where TWidth : struct, IWidth
        {
            var (a, b) = (Words(words), Words(words));
            a[words] ^= 1;
            fixed (ulong* first = a, second = b)
            {
                Assert.True(StateWords<TWidth>.Same(first, second, words));
                for (var bit = 0; bit < words * 64; bit++)
                {
                    second[bit / 64] ^= 1UL << (bit % 64);
                    Assert.False(StateWords<TWidth>.Same(first, second, words), $"bit {bit} of {typeof(TWidth).Name}");
                    second[bit / 64] ^= 1UL << (bit % 64);
                }
            }
        }
    }

    private sealed class Copying : ILook
    {
        public void Look<TWidth>(int words)
            where TWidth : struct, IWidth
        {
            var (from, to) = (Words(words), new ulong[words + 2]);
            Array.Fill(to, Beside);
            fixed (ulong* source = from, target = to)
            {
                StateWords<TWidth>.Copy(source, target + 1, words);
            }

            Assert.Equal([Beside, .. from.Take(words), Beside], to);
        }
    }

    private sealed class Hashing : ILook
    {
        public void Look<TWidth>(int words)
            where TWidth : struct, IWidth
        {
            var state = Words(words);
            fixed (ulong* start = state)
            {
                for (var bit = 0; bit < words * 64; bit++)
                {
                    start[bit / 64] ^= 1UL << (bit % 64);
                    Assert.Equal(StateWords<AnyWords>.Hash(start, words), StateWords<TWidth>.Hash(start, words));
                }
            }
        }
    }

    /// <summary>Words that differ, and one behind them.</summary>
    private static ulong[] Words(int words) => [.. Enumerable.Range(1, words + 1).Select(i => (ulong)i * 0x9e3779b97f4a7c15)];
}
