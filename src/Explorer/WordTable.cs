using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CoherenceCheck.Explorer;

/// <summary>A set of one-word states, of which it stores what their places do not tell.</summary>
/// <remarks>
/// High bits of a state's <see cref="WordHash"/> are the number of its home, a line of 64 bytes; its slot is in the first line from there on
/// that had one free. Since the hash is one to one, what is stored is the whole state:
/// <code>
///  slot, 32 bits where that is enough, else 64:   [ the hash's other bits ][ 3 bits: 1 + lines from home; 0 = free ]
/// </code>
/// A line is compared as a whole. Nothing is ever removed, so a state whose way meets a free slot is not in the table. States that would be more
/// than six lines from home, which are next to none, are kept aside until the table grows.
/// </remarks>
internal sealed unsafe class WordTable : IDisposable
{
    private const int FirstBits = 10;
    private const int LineBytes = 64;
    private const int WayBits = 3;
    private const ulong WayMask = (1 << WayBits) - 1;
    private readonly WordHash _hash;
    private readonly HashSet<ulong> _aside = [];
    private ZeroedBlock _lines;
    private int _lineBits;
    private bool _isNarrow;

    /// <summary>An empty table.</summary>
    public WordTable(WordHash hash)
    {
        _hash = hash;
        (_lineBits, _isNarrow) = (FirstBits, IsNarrow(FirstBits));
        _lines = new ZeroedBlock(Bytes);
    }

    /// <summary>The number of states.</summary>
    public long Count { get; private set; }

    /// <summary>Native memory in use, in bytes.</summary>
    public long Bytes => (long)LineBytes << _lineBits;

    /// <summary>The memory that the table will use with room for more states, in bytes.</summary>
    public long BytesWithRoomFor(long more) => (long)LineBytes << LineBitsFor(Count + more);

    /// <summary>Makes room for more states.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MakeRoom(long more)
    {
        if (Count + more > Most(_lineBits, _isNarrow))
        {
            Grow(LineBitsFor(Count + more));
        }
    }

    /// <summary>Fetches the line that <see cref="Add"/> will look at first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(ulong hash)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(_lines.Start + ((hash >> (_hash.Bits - _lineBits)) * LineBytes));
        }
    }

    /// <summary>Adds the state of a hash unless it is there. Room must have been made.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Add(ulong hash) => _isNarrow ? Add<uint>(hash) : Add<ulong>(hash);

    public void Dispose() => _lines.Dispose();

    /// <summary>A line has no more than 13 states of 16 in the mean: then few are not at home.</summary>
    private static long Most(int lineBits, bool isNarrow) => (isNarrow ? 13L : 6L) << lineBits;

    private bool IsNarrow(int lineBits) => _hash.Bits - lineBits + WayBits <= 32;

    private int LineBitsFor(long count)
    {
        var bits = _lineBits;
        while (count > Most(bits, IsNarrow(bits)))
        {
            bits++;
        }

        return bits;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Add<TSlot>(ulong hash)
        where TSlot : unmanaged, IBinaryInteger<TSlot>
    {
        var restBits = _hash.Bits - _lineBits;
        var line = hash >> restBits;
        var key = ((hash & ((1UL << restBits) - 1)) << WayBits) | 1;
        var at = (TSlot*)(_lines.Start + (line * LineBytes));
        var wanted = Vector256.Create(TSlot.CreateTruncating(key));
        var (low, high) = (Vector256.Load(at), Vector256.Load(at + Vector256<TSlot>.Count));
        if ((Vector256.Equals(low, wanted) | Vector256.Equals(high, wanted)) != Vector256<TSlot>.Zero)
        {
            return false;
        }

        var free = FreeSlots(low, high);
        if (free == 0)
        {
            return AddAway<TSlot>(line, key, hash);
        }

        at[BitOperations.TrailingZeroCount(free)] = TSlot.CreateTruncating(key);
        Count++;
        return true;
    }

    // The home line is full.
    private bool AddAway<TSlot>(ulong line, ulong key, ulong hash)
        where TSlot : unmanaged, IBinaryInteger<TSlot>
    {
        var mask = (1UL << _lineBits) - 1;
        for (key++; (key & WayMask) != 0; key++)
        {
            line = (line + 1) & mask;
            var at = (TSlot*)(_lines.Start + (line * LineBytes));
            var wanted = Vector256.Create(TSlot.CreateTruncating(key));
            var (low, high) = (Vector256.Load(at), Vector256.Load(at + Vector256<TSlot>.Count));
            if ((Vector256.Equals(low, wanted) | Vector256.Equals(high, wanted)) != Vector256<TSlot>.Zero)
            {
                return false;
            }

            var free = FreeSlots(low, high);
            if (free != 0)
            {
                at[BitOperations.TrailingZeroCount(free)] = TSlot.CreateTruncating(key);
                Count++;
                return true;
            }
        }

        var isNew = _aside.Add(hash);
        Count += isNew ? 1 : 0;
        return isNew;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint FreeSlots<TSlot>(Vector256<TSlot> low, Vector256<TSlot> high)
        where TSlot : unmanaged, IBinaryInteger<TSlot> =>
        Vector256.Equals(low, Vector256<TSlot>.Zero).ExtractMostSignificantBits()
        | (Vector256.Equals(high, Vector256<TSlot>.Zero).ExtractMostSignificantBits() << Vector256<TSlot>.Count);

    /// <summary>
    /// Moves all to a larger table. Homes are high bits of the hash, so both tables are run through in order; what is behind is given
    /// back at once, so that the two together take little more memory than the larger one.
    /// </summary>
    private void Grow(int lineBits)
    {
        var (old, oldBits, wasNarrow) = (_lines, _lineBits, _isNarrow);
        _lines = new ZeroedBlock((long)LineBytes << lineBits);
        (_lineBits, _isNarrow, Count) = (lineBits, IsNarrow(lineBits), 0);
        var aside = _aside.ToArray();
        _aside.Clear();
        if (wasNarrow)
        {
            Refill<uint>(old, oldBits);
        }
        else
        {
            Refill<ulong>(old, oldBits);
        }

        old.Dispose();
        foreach (var hash in aside)
        {
            Add(hash);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Refill<TSlot>(ZeroedBlock old, int oldBits)
        where TSlot : unmanaged, IBinaryInteger<TSlot>
    {
        const long Part = (16L << 20) / LineBytes;
        var lines = 1L << oldBits;
        var restBits = _hash.Bits - oldBits;
        for (var part = 0L; part < lines; part += Part)
        {
            var end = Math.Min(lines, part + Part);
            for (var line = part; line < end; line++)
            {
                var slots = (TSlot*)(old.Start + (line * LineBytes));
                for (var i = 0; i < LineBytes / sizeof(TSlot) && slots[i] != TSlot.Zero; i++)
                {
                    var slot = ulong.CreateTruncating(slots[i]);
                    var home = (ulong)(line - (long)(slot & WayMask) + 1) & (ulong)(lines - 1);
                    Add((home << restBits) | (slot >> WayBits));
                }
            }

            HugePages.GiveBack(old.Start + (part * LineBytes), (nuint)((end - part) * LineBytes));
        }
    }
}
