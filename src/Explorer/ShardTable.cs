using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace CoherenceCheck.Explorer;

/// <summary>What it takes to make a table larger.</summary>
/// <param name="Bytes">More memory at most, while it grows, in bytes.</param>
/// <param name="Unfilled">How many states there would be room for if the table at hand were filled up instead. 0 where it is full, or need not grow.</param>
internal readonly record struct TableGrowth(long Bytes, long Unfilled)
{
    public static TableGrowth operator +(TableGrowth a, TableGrowth b) => new(a.Bytes + b.Bytes, a.Unfilled + b.Unfilled);
}

/// <summary>The states of one shard of a parallel search: those whose hashes end in its number. One thread at a time uses it.</summary>
/// <remarks>
/// Slots are those of <see cref="VisitedSet{TWidth}"/>. States that were found in the block at hand have no number yet: until they get one,
/// their slots hold the number that stands for their place among the fresh ones.
/// </remarks>
internal sealed unsafe class ShardTable<TWidth>(VisitedSet<TWidth> set, int words) : IDisposable
    where TWidth : struct, IWidth
{
    private const int FirstBits = 12;
    private ulong* _slots = (ulong*)NativeMemory.AllocZeroed((nuint)1 << FirstBits, sizeof(ulong));
    private int _bits = FirstBits;
    private long _count;
    private readonly WordTable? _table = words == 1 ? new WordTable(set.WordHash) : null;

    /// <summary>Native memory in use, in bytes.</summary>
    public long Bytes => _table?.Bytes ?? (long)sizeof(ulong) << _bits;

    private int Words
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TWidth.Words == 0 ? words : TWidth.Words;
    }

    /// <summary>Whether there is no memory for a larger table, so that this one is filled up.</summary>
    public bool IsCrammed
    {
        get;
        set
        {
            field = value;
            if (_table is not null)
            {
                _table.IsCrammed = value;
            }
        }
    }

    /// <summary>What it takes to have room for more states.</summary>
    public TableGrowth GrowthFor(long more)
    {
        if (_table is not null)
        {
            return _table.GrowthFor(more);
        }

        var bits = BitsFor(more);
        return bits == _bits ? default : new TableGrowth(
            ((long)sizeof(ulong) << bits) - Bytes + HugePages.MostBehind(Bytes),
            Math.Max(0, VisitedSet<TWidth>.MostCrammedIn(_bits) - _count));
    }

    /// <summary>Makes room for more states. All of the table must have their numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void MakeRoom(long more)
    {
        if (Words == 1)
        {
            _table!.MakeRoom(more);
            return;
        }

        var bits = BitsFor(more);
        if (bits == _bits)
        {
            return;
        }

        var old = _slots;
        var size = 1L << _bits;
        const long Part = HugePages.Part / sizeof(ulong);
        _slots = (ulong*)NativeMemory.AllocZeroed((nuint)sizeof(ulong) << bits);
        HugePages.Advise(_slots, (nuint)sizeof(ulong) << bits);
        _bits = bits;
        var mask = (1UL << bits) - 1;
        for (var from = 0L; from < size; from++)
        {
            if (from % Part == 0)
            {
                HugePages.GiveBack(old, (nuint)from * sizeof(ulong));
            }

            var slot = old[from];
            if (slot == 0)
            {
                continue;
            }

            var place = set.Hash(set.State((uint)slot - 1)) >> (64 - bits);
            while (_slots[place] != 0)
            {
                place = (place + 1) & mask;
            }

            _slots[place] = slot;
        }

        NativeMemory.Free(old);
    }

    /// <summary>Fetches the slot that <see cref="Add"/> will look at first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(ulong hash)
    {
        if (Words == 1)
        {
            _table!.Prefetch(hash);
        }
        else if (Sse.IsSupported)
        {
            Sse.Prefetch0(_slots + (hash >> (64 - _bits)));
        }
    }

    /// <summary>Fetches the state that <see cref="Add"/> will compare first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchState(ulong hash, long numbered)
    {
        var slot = _slots[hash >> (64 - _bits)];
        if (Sse.IsSupported && slot != 0 && slot >> 32 == (uint)hash && (uint)slot - 1 < numbered)
        {
            Sse.Prefetch0(set.State((uint)slot - 1));
        }
    }

    /// <summary>Adds the one-word state of a hash unless it is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool AddWord(ulong hash) => _table!.Add(hash);

    /// <summary>Adds a state of more words unless it is there.</summary>
    /// <param name="state">Its words.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="numbered">How many states have numbers.</param>
    /// <param name="fresh">The fresh states of this shard.</param>
    /// <param name="freshCount">How many they are.</param>
    /// <returns>The place of its slot; -1 if it was there.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Add(ulong* state, ulong hash, long numbered, FreshState* fresh, long freshCount)
    {
        var mask = (1UL << _bits) - 1;
        var place = hash >> (64 - _bits);
        for (var slot = _slots[place]; slot != 0; slot = _slots[place])
        {
            if (slot >> 32 == (uint)hash && Same(state, (uint)slot - 1, numbered, fresh))
            {
                return -1;
            }

            place = (place + 1) & mask;
        }

        _slots[place] = hash << 32 | (ulong)(numbered + freshCount + 1);
        _count++;
        return (long)place;
    }

    /// <summary>Gives a fresh state its number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Number(long place, long number)
    {
        if (Words != 1)
        {
            _slots[place] = (_slots[place] & ~(ulong)uint.MaxValue) | (ulong)(number + 1);
        }
    }

    public void Dispose()
    {
        _table?.Dispose();
        NativeMemory.Free(_slots);
        _slots = null;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Same(ulong* state, long number, long numbered, FreshState* fresh)
    {
        var other = number < numbered ? set.State(number) : fresh[number - numbered].State;
        var difference = 0UL;
        for (var i = 0; i < Words; i++)
        {
            difference |= state[i] ^ other[i];
        }

        return difference == 0;
    }

    private int BitsFor(long more)
    {
        var bits = _bits;
        while (_count + more > (IsCrammed ? VisitedSet<TWidth>.MostCrammedIn(bits) : VisitedSet<TWidth>.MostIn(bits)))
        {
            bits++;
        }

        return bits;
    }
}
