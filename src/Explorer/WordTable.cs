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
/// than six lines from home, which are next to none, are kept aside until the table grows. Where there is no memory for that, lines are filled up,
/// and aside there is room for as many as are asked for: a table as well, small and with other homes, for what is aside comes from few neighbourhoods.
/// </remarks>
internal sealed unsafe class WordTable : IDisposable
{
    private const int FirstBits = 10;
    private const int LineBytes = 64;
    private const int WayBits = 3;
    private const ulong WayMask = (1 << WayBits) - 1;
    private readonly WordHash _hash;
    private readonly long _mappedFrom;
    private WordTable? _aside;
    private ZeroedBlock _lines;
    private int _lineBits;
    private bool _isNarrow;

    /// <summary>An empty table.</summary>
    /// <param name="hash">The hash of its states.</param>
    /// <param name="mappedFrom">The size in bytes from which it grows where it is.</param>
    public WordTable(WordHash hash, long mappedFrom = HugePages.Size)
    {
        (_hash, _mappedFrom) = (hash, mappedFrom);
        (_lineBits, _isNarrow) = (FirstBits, IsNarrow(FirstBits));
        _lines = new ZeroedBlock(LinesBytes, mappedFrom);
    }

    /// <summary>The number of states.</summary>
    public long Count { get; private set; }

    /// <summary>Native memory in use, in bytes.</summary>
    public long Bytes => LinesBytes + (_aside?.Bytes ?? 0);

    /// <summary>Whether there is no memory for a larger table, so that this one is filled up.</summary>
    public bool IsCrammed { get; set; }

    /// <summary>How many states there is room for. Of those beyond the most that lines should have, any may have to be kept aside.</summary>
    public long Room => Math.Max(Most(_lineBits, _isNarrow), IsCrammed && _aside is not null ? Count + _aside.Room - _aside.Count : 0);

    /// <summary>What it takes to have room for more states. All of it is touched at once.</summary>
    public TableGrowth GrowthFor(long more)
    {
        if (Count + more <= Most(_lineBits, _isNarrow))
        {
            return default;
        }

        if (IsCrammed)
        {
            // There is no choice.
            return _aside is null ? new TableGrowth((long)LineBytes << LineBitsFor(FirstBits, more), 0) : _aside.GrowthFor(more) with { Unfilled = 0 };
        }

        var lineBits = LineBitsFor(_lineBits, Count + more);
        return new TableGrowth(
            ((long)LineBytes << lineBits) - LinesBytes + (GrowsInPlace(lineBits) ? 0 : HugePages.MostBehind(LinesBytes)),
            Math.Max(0, MostCrammed - Count));
    }

    /// <summary>Makes room for more states.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MakeRoom(long more)
    {
        if (Count + more > Most(_lineBits, _isNarrow))
        {
            if (IsCrammed)
            {
                (_aside ??= new WordTable(_hash)).MakeRoom(more);
                return;
            }

            Grow(LineBitsFor(_lineBits, Count + more));
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

    public void Dispose()
    {
        _lines.Dispose();
        _aside?.Dispose();
    }

    private long LinesBytes => (long)LineBytes << _lineBits;

    /// <summary>All slots, and half as many aside: no limit, but what doubling is weighed against. With fewer, doubling would often leave room for fewer states than that.</summary>
    private long MostCrammed => (_isNarrow ? 24L : 12L) << _lineBits;

    /// <summary>A line has no more than 13 states of 16 in the mean: then few are not at home.</summary>
    private static long Most(int lineBits, bool isNarrow) => (isNarrow ? 13L : 6L) << lineBits;

    private bool GrowsInPlace(int lineBits) => IsNarrow(lineBits) == _isNarrow && _lines.CanGrowTo((long)LineBytes << lineBits);

    private bool IsNarrow(int lineBits) => _hash.Bits - lineBits + WayBits <= 32;

    private int LineBitsFor(int bits, long count)
    {
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

        _aside ??= new WordTable(_hash);
        _aside.MakeRoom(1);
        var isNew = _aside.Add(_hash.Of(hash));
        Count += isNew ? 1 : 0;
        return isNew;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint FreeSlots<TSlot>(Vector256<TSlot> low, Vector256<TSlot> high)
        where TSlot : unmanaged, IBinaryInteger<TSlot> =>
        Vector256.Equals(low, Vector256<TSlot>.Zero).ExtractMostSignificantBits()
        | (Vector256.Equals(high, Vector256<TSlot>.Zero).ExtractMostSignificantBits() << Vector256<TSlot>.Count);

    private void Grow(int lineBits)
    {
        var (old, oldBits, wasNarrow, aside) = (_lines, _lineBits, _isNarrow, _aside);
        var isInPlace = GrowsInPlace(lineBits);
        _lines = isInPlace ? old : new ZeroedBlock((long)LineBytes << lineBits, _mappedFrom);
        (_lineBits, _isNarrow, Count, _aside) = (lineBits, IsNarrow(lineBits), 0, null);
        if (!isInPlace)
        {
            Refill(old, oldBits, wasNarrow, 0);
            old.Dispose();
        }
        else if (_isNarrow)
        {
            Spread<uint>(oldBits);
        }
        else
        {
            Spread<ulong>(oldBits);
        }

        for (var (from, level) = (aside, 1); from is not null; (from, level) = (from._aside, level + 1))
        {
            Refill(from._lines, from._lineBits, from._isNarrow, level);
        }

        aside?.Dispose();
    }

    /// <summary>
    /// Moves all to where it belongs now that there are more lines, from the last line on: homes are high bits of the hash, so what is written is behind what is
    /// still to be read. What is not, from lines near the start, or could overflow the last line, is put aside until all is read.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Spread<TSlot>(int oldBits)
        where TSlot : unmanaged, IBinaryInteger<TSlot>
    {
        var aside = new List<ulong>();
        var read = stackalloc TSlot[LineBytes / sizeof(TSlot)];
        var (last, shift) = ((1L << _lineBits) - 1 - (long)WayMask, _hash.Bits - _lineBits);
        for (var line = (1L << oldBits) - 1; line >= 0; line--)
        {
            var at = _lines.Start + (line * LineBytes);
            Vector512.Load(at).Store((byte*)read);
            Vector512<byte>.Zero.Store(at);
            for (var i = 0; i < LineBytes / sizeof(TSlot) && read[i] != TSlot.Zero; i++)
            {
                var hash = HashOf(line, ulong.CreateTruncating(read[i]), oldBits);
                if ((long)(hash >> shift) < line || (long)(hash >> shift) > last)
                {
                    aside.Add(hash);
                }
                else
                {
                    Add<TSlot>(hash);
                }
            }
        }

        aside.ForEach(hash => Add<TSlot>(hash));
    }

    /// <summary>The hash of what stands in a line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong HashOf(long line, ulong slot, int lineBits) =>
        (((ulong)(line - (long)(slot & WayMask) + 1) & ((1UL << lineBits) - 1)) << (_hash.Bits - lineBits)) | (slot >> WayBits);

    /// <summary>
    /// Moves all to a larger table. Homes are high bits of the hash, so both tables are run through in order; what is behind is given
    /// back at once, so that the two together take little more memory than the larger one.
    /// </summary>
    private void Refill(ZeroedBlock old, int oldBits, bool wasNarrow, int level)
    {
        if (wasNarrow)
        {
            Refill<uint>(old, oldBits, level);
        }
        else
        {
            Refill<ulong>(old, oldBits, level);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Refill<TSlot>(ZeroedBlock old, int oldBits, int level)
        where TSlot : unmanaged, IBinaryInteger<TSlot>
    {
        const long Part = HugePages.Part / LineBytes;
        var lines = 1L << oldBits;
        for (var part = 0L; part < lines; part += Part)
        {
            var end = Math.Min(lines, part + Part);
            for (var line = part; line < end; line++)
            {
                var slots = (TSlot*)(old.Start + (line * LineBytes));
                for (var i = 0; i < LineBytes / sizeof(TSlot) && slots[i] != TSlot.Zero; i++)
                {
                    var hash = HashOf(line, ulong.CreateTruncating(slots[i]), oldBits);
                    for (var scrambled = 0; scrambled < level; scrambled++)
                    {
                        hash = _hash.Back(hash);
                    }

                    Add(hash);
                }
            }

            HugePages.GiveBack(old.Start + (part * LineBytes), (nuint)((end - part) * LineBytes));
        }
    }
}
