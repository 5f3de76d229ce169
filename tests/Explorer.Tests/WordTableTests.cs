using CsCheck;

namespace CoherenceCheck.Explorer.Tests;

public sealed class WordTableTests
{
    [Fact]
    public void A_hash_leads_back_to_its_word() =>
        Gen.Select(Gen.Int[1, 64], Gen.ULong).Sample((bits, word) =>
        {
            var hash = new WordHash(bits);
            var own = word >> (64 - bits);
            return hash.Back(hash.Of(own)) == own && (hash.Bits == 64 || hash.Of(own) >> hash.Bits == 0);
        });

    [Fact]
    public void Small_words_have_hashes_that_spread()
    {
        var hash = new WordHash(46);
        var homes = new int[1 << 10];
        for (var word = 0UL; word < 1 << 16; word++)
        {
            homes[hash.Of(word) >> 36]++;
        }

        Assert.InRange(homes.Max(), 64, 128);
    }

    [Theory]
    [InlineData(24, HugePages.Size)]
    [InlineData(37, HugePages.Size)]
    [InlineData(46, HugePages.Size)]
    [InlineData(46, 0)]
    [InlineData(64, HugePages.Size)]
    [InlineData(64, long.MaxValue)]
    public void States_are_found_again_while_the_table_grows(int bits, long mappedFrom)
    {
        // At 46 bits slots change from 64 bits to 32 on the way.
        var hash = new WordHash(bits);
        using var table = new WordTable(hash, mappedFrom);
        var states = new HashSet<ulong>();
        var random = new Random(bits);
        for (var i = 0; i < 1_500_000; i++)
        {
            var state = (ulong)random.NextInt64() << 1 >> (64 - bits);
            table.MakeRoom(1);
            Assert.Equal(states.Add(state), table.Add(hash.Of(state)));
        }

        Assert.Equal(states.Count, table.Count);
        Assert.All(states, state => Assert.False(table.Add(hash.Of(state))));
    }

    [Theory]
    [InlineData(28, HugePages.Size)]
    [InlineData(28, 0)]
    [InlineData(64, HugePages.Size)]
    [InlineData(64, 0)]
    public void States_are_found_again_in_a_table_that_is_filled_up(int bits, long mappedFrom)
    {
        var hash = new WordHash(bits);
        using var table = new WordTable(hash, mappedFrom) { IsCrammed = true };
        var states = new HashSet<ulong>();
        var random = new Random(bits);
        for (var i = 0; i < 60_000; i++)
        {
            var state = (ulong)random.NextInt64() << 1 >> (64 - bits);
            var (bytes, granted) = (table.Bytes, table.GrowthFor(1).Bytes);
            table.MakeRoom(1);
            Assert.InRange(table.Bytes, bytes, bytes + granted);
            Assert.InRange(table.Room, table.Count + 1, long.MaxValue);
            Assert.Equal(states.Add(state), table.Add(hash.Of(state)));
        }

        // 1024 lines of 16 or 8 slots are full by far; memory comes back, and all moves to a table as large as it would have been.
        Assert.All(states, state => Assert.False(table.Add(hash.Of(state))));
        table.IsCrammed = false;
        table.MakeRoom(1);
        Assert.Equal(states.Count, table.Count);
        Assert.All(states, state => Assert.False(table.Add(hash.Of(state))));
    }

    [Theory]
    [InlineData(30, HugePages.Size, true)]
    [InlineData(30, 0, true)]
    [InlineData(30, 0, false)]
    [InlineData(64, HugePages.Size, true)]
    [InlineData(64, 0, true)]
    [InlineData(64, 0, false)]
    public void States_of_one_home_are_found_again_where_its_neighbours_are_full(int bits, long mappedFrom, bool isLast)
    {
        var hash = new WordHash(bits);
        using var table = new WordTable(hash, mappedFrom);
        var last = ulong.MaxValue >> (64 - bits);
        for (var grown = 0; grown < 3; grown++)
        {
            for (var i = 0UL; i < 300; i++)
            {
                Assert.Equal(grown == 0, table.Add(isLast ? last - i : i));
            }

            table.MakeRoom(30_000 << (2 * grown));
        }

        Assert.Equal(300, table.Count);
    }
}
