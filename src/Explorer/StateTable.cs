using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CoherenceCheck.Explorer;

/// <summary>What it takes to make a table larger.</summary>
/// <param name="Bytes">More memory at most, while it grows, in bytes.</param>
/// <param name="Unfilled">How many states there would be room for if the table at hand were filled up instead. 0 where it is full, or need not grow.</param>
internal readonly record struct TableGrowth(long Bytes, long Unfilled)
{
    public static TableGrowth operator +(TableGrowth a, TableGrowth b) => new(a.Bytes + b.Bytes, a.Unfilled + b.Unfilled);
}

/// <summary>Finds the numbers of states of more than one word. The states themselves stand elsewhere, each at its number.</summary>
/// <remarks>
/// The table consists of lines of 64 bytes; the high bits of a state's hash are the number of its home line, and its slot is in the first
/// line from there on that had one free:
/// <code>
///  slot, 64 bits:   [ 32 high bits of the hash ][ number of the state + 1; 0 = free ]
/// </code>
/// A line is compared as a whole. Nothing is ever removed, so a state whose way meets a free slot is not in the table. A slot tells where its
/// home is in a table of any size, so a larger table is filled without a look at the states, and in order. One thread at a time uses it.
/// </remarks>
/// <param name="words">Words of a state.</param>
/// <param name="mappedFrom">The size in bytes from which it grows where it is.</param>
internal sealed unsafe class StateTable<TWidth>(int words, long mappedFrom = HugePages.Size) : IDisposable
    where TWidth : struct, IWidth
{
    private const int FirstBits = 9;
    private const int LineBytes = 64;
    private const int LineSlots = LineBytes / sizeof(ulong);
    private ZeroedBlock _lines = new((long)LineBytes << FirstBits, mappedFrom);
    private int _lineBits = FirstBits;
    private long _count;

    /// <summary>Native memory in use, in bytes.</summary>
    public long Bytes => (long)LineBytes << _lineBits;

    /// <summary>Whether there is no memory for a larger table, so that this one is filled up.</summary>
    public bool IsCrammed { get; set; }

    /// <summary>How many states there is room for.</summary>
    public long Room => MostNow(_lineBits);

    private int Words
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TWidth.Words == 0 ? words : TWidth.Words;
    }

    private ulong* Slots
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (ulong*)_lines.Start;
    }

    /// <summary>What it takes to have room for more states. All of it is touched at once.</summary>
    public TableGrowth GrowthFor(long more)
    {
        var lineBits = LineBitsFor(more);
        var larger = (long)LineBytes << lineBits;
        return lineBits == _lineBits ? default : new TableGrowth(
            larger - Bytes + (_lines.CanGrowTo(larger) ? 0 : HugePages.MostBehind(Bytes)),
            Math.Max(0, MostCrammed(_lineBits) - _count));
    }

    /// <summary>Makes room for more states.</summary>
    public void MakeRoom(long more)
    {
        var lineBits = LineBitsFor(more);
        if (lineBits != _lineBits)
        {
            Grow(lineBits);
        }
    }

    /// <summary>Fetches the line that <see cref="Add"/> will look at first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(ulong hash)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Slots + ((hash >> (64 - _lineBits)) * LineSlots));
        }
    }

    /// <summary>Fetches the state that <see cref="Add"/> will compare first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchState(ulong hash, VisitedSet<TWidth> set, long numbered)
    {
        var at = Slots + ((hash >> (64 - _lineBits)) * LineSlots);
        var alike = Alike(at, hash, out _);
        if (Sse.IsSupported && alike != 0 && (uint)at[BitOperations.TrailingZeroCount(alike)] - 1 < numbered)
        {
            var state = set.State((uint)at[BitOperations.TrailingZeroCount(alike)] - 1);
            Sse.Prefetch0(state);
            Sse.Prefetch0(state + Words - 1);
        }
    }

    /// <summary>Fetches a slot that is to be written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchSlot(long place)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Slots + place);
        }
    }

    /// <summary>Adds a state unless it is there. Room must have been made.</summary>
    /// <param name="state">Its words.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="number">The number that it gets, or, from <paramref name="numbered"/> on, the one that stands for it until it gets its own.</param>
    /// <param name="set">The states that have numbers.</param>
    /// <param name="numbered">How many they are.</param>
    /// <param name="fresh">The states that have none yet.</param>
    /// <returns>The place of its slot; -1 if it was there.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Add(ulong* state, ulong hash, long number, VisitedSet<TWidth> set, long numbered, FreshState* fresh)
    {
        var line = hash >> (64 - _lineBits);
        while (true)
        {
            var at = Slots + (line * LineSlots);
            for (var alike = Alike(at, hash, out var free); ; alike &= alike - 1)
            {
                if (alike == 0)
                {
                    if (free == 0)
                    {
                        break;
                    }

                    var slot = BitOperations.TrailingZeroCount(free);
                    at[slot] = (hash & ~(ulong)uint.MaxValue) | (ulong)(number + 1);
                    _count++;
                    return (long)(line * LineSlots) + slot;
                }

                var other = (uint)at[BitOperations.TrailingZeroCount(alike)] - 1;
                if (StateWords<TWidth>.Same(state, other < numbered ? set.State(other) : fresh[other - numbered].State, Words))
                {
                    return -1;
                }
            }

            line = (line + 1) & ((1UL << _lineBits) - 1);
        }
    }

    /// <summary>Gives a fresh state its number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Number(long place, long number) => Slots[place] = (Slots[place] & ~(ulong)uint.MaxValue) | (ulong)(number + 1);

    public void Dispose() => _lines.Dispose();

    /// <summary>A line has no more than 6.5 states of 8 in the mean: then few are not at home.</summary>
    private static long Most(int lineBits) => 13L << (lineBits - 1);

    /// <summary>Long searches of slots are better than none.</summary>
    private static long MostCrammed(int lineBits) => ((long)LineSlots << lineBits) - ((long)LineSlots << (lineBits - 6));

    private long MostNow(int lineBits) => IsCrammed ? MostCrammed(lineBits) : Most(lineBits);

    private int LineBitsFor(long more)
    {
        var lineBits = _lineBits;
        while (_count + more > MostNow(lineBits))
        {
            lineBits++;
        }

        return lineBits;
    }

    /// <summary>The slots of a line whose part of the hash is that of a hash, each a bit; and the free ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Alike(ulong* line, ulong hash, out uint free)
    {
        var (low, high) = (Vector256.Load(line), Vector256.Load(line + Vector256<ulong>.Count));
        free = Bits(Vector256.Equals(low, Vector256<ulong>.Zero), Vector256.Equals(high, Vector256<ulong>.Zero));
        var wanted = Vector256.Create(hash >> 32);
        return Bits(Vector256.Equals(low >>> 32, wanted), Vector256.Equals(high >>> 32, wanted)) & ~free;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Bits(Vector256<ulong> low, Vector256<ulong> high) =>
        low.ExtractMostSignificantBits() | (high.ExtractMostSignificantBits() << Vector256<ulong>.Count);

    private void Grow(int lineBits)
    {
        var bytes = (long)LineBytes << lineBits;
        if (_lines.CanGrowTo(bytes))
        {
            Spread(lineBits);
        }
        else
        {
            Move(new ZeroedBlock(bytes, mappedFrom), lineBits);
        }
    }

    /// <summary>
    /// Moves all to where it belongs when there are more lines, from the last line on: homes are high bits of the hash, so what is written is behind what is still
    /// to be read. What is not, from lines near the start that had overflowed, or would overflow the last line, is put aside until all is read.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Spread(int lineBits)
    {
        var aside = new List<ulong>();
        var read = stackalloc ulong[LineSlots];
        var line = (1L << _lineBits) - 1;
        _lineBits = lineBits;
        var end = Slots + ((long)LineSlots << lineBits);
        for (; line >= 0; line--)
        {
            var at = Slots + (line * LineSlots);
            Vector512.Load(at).Store(read);
            Vector512<ulong>.Zero.Store(at);
            for (var i = 0; i < LineSlots && read[i] != 0; i++)
            {
                var home = (long)(read[i] >> (64 - lineBits));
                if (home < line || !TryPut(read[i], Slots + (home * LineSlots), end))
                {
                    aside.Add(read[i]);
                }
            }
        }

        aside.ForEach(Put);
    }

    /// <summary>Moves all to a larger table. Both are run through in order; what is behind is given back at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Move(ZeroedBlock lines, int lineBits)
    {
        const long Part = HugePages.Part / LineBytes;
        var (old, oldLines) = (_lines, 1L << _lineBits);
        (_lines, _lineBits) = (lines, lineBits);
        for (var part = 0L; part < oldLines; part += Part)
        {
            var end = Math.Min(oldLines, part + Part);
            for (var from = (ulong*)(old.Start + (part * LineBytes)); from < old.Start + (end * LineBytes); from++)
            {
                if (*from != 0)
                {
                    Put(*from);
                }
            }

            HugePages.GiveBack(old.Start + (part * LineBytes), (nuint)((end - part) * LineBytes));
        }

        old.Dispose();
    }

    /// <summary>Puts a slot where it belongs, or behind.</summary>
    private void Put(ulong slot)
    {
        var end = Slots + ((long)LineSlots << _lineBits);
        if (!TryPut(slot, Slots + ((long)(slot >> (64 - _lineBits)) * LineSlots), end))
        {
            TryPut(slot, Slots, end);
        }
    }

    /// <summary>Puts a slot into the first line from some line on that has one free; false if there is none up to the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryPut(ulong slot, ulong* from, ulong* end)
    {
        for (; from < end; from += LineSlots)
        {
            if (from[LineSlots - 1] == 0)
            {
                while (*from != 0)
                {
                    from++;
                }

                *from = slot;
                return true;
            }
        }

        return false;
    }
}
