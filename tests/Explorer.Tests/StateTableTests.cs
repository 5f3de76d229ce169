using System.Runtime.InteropServices;

namespace CoherenceCheck.Explorer.Tests;

/// <summary>Tables of wide states, compared with a dictionary. Hashes are made up, so that lines overflow, ends of tables are met, and other states look alike.</summary>
public sealed unsafe class StateTableTests
{
    /// <summary>How hashes are made of states.</summary>
    public enum Hashes
    {
        /// <summary>As in a search.</summary>
        Fair,

        /// <summary>All of a few lines at the end of the table.</summary>
        LastLines,

        /// <summary>All of a few lines at its start.</summary>
        FirstLines,

        /// <summary>Of a few values, so that many states look alike in a slot.</summary>
        Alike,
    }

    [Theory]
    [InlineData(Hashes.Fair, false, 300_000, HugePages.Size)]
    [InlineData(Hashes.Fair, false, 300_000, 0)]
    [InlineData(Hashes.LastLines, false, 9_000, HugePages.Size)]
    [InlineData(Hashes.LastLines, false, 9_000, 0)]
    [InlineData(Hashes.FirstLines, false, 9_000, 0)]
    [InlineData(Hashes.Alike, false, 9_000, HugePages.Size)]
    [InlineData(Hashes.Alike, false, 9_000, 0)]
    [InlineData(Hashes.Fair, true, 4_000, HugePages.Size)]
    [InlineData(Hashes.Fair, true, 4_000, 0)]
    [InlineData(Hashes.LastLines, true, 4_000, HugePages.Size)]
    [InlineData(Hashes.LastLines, true, 4_000, 0)]
    [InlineData(Hashes.FirstLines, true, 4_000, 0)]
    public void States_are_found_again(Hashes hashes, bool isCrammed, int count, long mappedFrom)
    {
        using var set = new VisitedSet<TwoWords>(2);
        using var table = new StateTable<TwoWords>(2, mappedFrom) { IsCrammed = isCrammed };
        Fill(set, table, hashes, count);
        if (isCrammed)
        {
            // The first table has 4096 slots. Memory comes back: all moves to a table as large as it would have been.
            Assert.Equal(4096 * 8, table.Bytes);
            table.IsCrammed = false;
            table.MakeRoom(1);
            Assert.Equal(4096 * 8 * 2, table.Bytes);
        }

        for (var number = 0L; number < set.Count; number++)
        {
            Assert.Equal(-1, table.Add(set.State(number), HashOf(set, set.State(number), hashes), set.Count, set, set.Count, null));
        }
    }

    [Fact]
    public void Fresh_states_are_compared_until_they_have_numbers()
    {
        using var set = new VisitedSet<TwoWords>(2);
        using var table = new StateTable<TwoWords>(2);
        var states = stackalloc ulong[] { 1, 2, 3, 4, 1, 2 };
        var fresh = (FreshState*)NativeMemory.AllocZeroed(2, (nuint)sizeof(FreshState));
        try
        {
            for (var i = 0; i < 2; i++)
            {
                // One hash for both.
                fresh[i] = new FreshState { State = states + (2 * i), Slot = table.Add(states + (2 * i), 77, i, set, 0, fresh) };
                Assert.True(fresh[i].Slot >= 0);
            }

            Assert.Equal(-1, table.Add(states + 4, 77, 2, set, 0, fresh));
            set.MakeRoom(2);
            for (var i = 0; i < 2; i++)
            {
                // They are numbered in the other order.
                set.Put(1 - i, states + (2 * i), 0);
                table.PrefetchSlot(fresh[i].Slot);
                table.Number(fresh[i].Slot, 1 - i);
            }

            set.Count = 2;
            Assert.Equal(-1, table.Add(states, 77, 2, set, 2, null));
            Assert.Equal(-1, table.Add(states + 2, 77, 2, set, 2, null));
        }
        finally
        {
            NativeMemory.Free(fresh);
        }
    }

    private static void Fill(VisitedSet<TwoWords> set, StateTable<TwoWords> table, Hashes hashes, int count)
    {
        var known = new HashSet<(ulong, ulong)>();
        var random = new Random(count);
        var state = stackalloc ulong[2];
        for (var i = 0; i < count; i++)
        {
            (state[0], state[1]) = ((ulong)random.Next(count), (ulong)random.Next(3));
            var hash = HashOf(set, state, hashes);
            var (bytes, granted) = (table.Bytes, table.GrowthFor(1).Bytes);
            table.MakeRoom(1);
            Assert.InRange(table.Bytes, bytes, bytes + granted);
            Assert.InRange(table.Room, set.Count + 1, long.MaxValue);
            table.Prefetch(hash);
            table.PrefetchState(hash, set, set.Count);
            var isNew = table.Add(state, hash, set.Count, set, set.Count, null) >= 0;
            Assert.Equal(known.Add((state[0], state[1])), isNew);
            if (isNew)
            {
                set.MakeRoomForStates(1);
                set.Append(state, 0);
            }
        }
    }

    private static ulong HashOf(VisitedSet<TwoWords> set, ulong* state, Hashes hashes) => hashes switch
    {
        Hashes.LastLines => ulong.MaxValue - (set.Hash(state) >> 56 << 32),
        Hashes.FirstLines => set.Hash(state) >> 56 << 32,
        Hashes.Alike => set.Hash(state) & 0xc000_0000_ffff_ffff,
        _ => set.Hash(state),
    };
}
