using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CoherenceCheck.Explorer;

/// <summary>A growing array in native memory that does not move what is full: segments of 2^18 items, of which the first grows by doubling.</summary>
/// <remarks>Moving one large block would double the peak, and would break up the huge pages that hide most of the cost of address translation.</remarks>
internal sealed unsafe class NativeSegments(int itemBytes) : IDisposable
{
    private const int SegmentBits = 18;
    private const int SegmentItems = 1 << SegmentBits;
    private const int FirstItems = 1 << 10;
    private byte** _segments;
    private int _count;
    private int _room;

    /// <summary>The number of items for which there is room.</summary>
    public long Capacity { get; private set; }

    /// <summary>An item's address; stays valid once the array is longer than a segment, else until room is made.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* At(long index) => At(index, itemBytes);

    /// <summary>An item's address, where the size of items is known at compile time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* At(long index, int knownItemBytes) =>
        _segments[(nint)index >> SegmentBits] + (nint)(index & (SegmentItems - 1)) * knownItemBytes;

    /// <summary>The capacity after making room for so many items.</summary>
    public static long CapacityFor(long items)
    {
        if (items > SegmentItems)
        {
            return (items + SegmentItems - 1) / SegmentItems * SegmentItems;
        }

        var capacity = (long)FirstItems;
        while (capacity < items)
        {
            capacity *= 2;
        }

        return capacity;
    }

    /// <summary>Makes room for so many items in all.</summary>
    public void MakeRoom(long items)
    {
        if (items <= Capacity)
        {
            return;
        }

        GrowTable((int)((items + SegmentItems - 1) / SegmentItems));
        var first = Math.Min(CapacityFor(items), SegmentItems);
        if (Capacity < first)
        {
            _segments[0] = (byte*)NativeMemory.Realloc(_segments[0], (nuint)(first * itemBytes));
            _count = Math.Max(_count, 1);
            Capacity = first;
        }

        while (Capacity < items)
        {
            var bytes = (nuint)SegmentItems * (nuint)itemBytes;
            _segments[_count] = (byte*)NativeMemory.AlignedAlloc(bytes, HugePages.Size);
            HugePages.Advise(_segments[_count], bytes);
            _count++;
            Capacity += SegmentItems;
        }
    }

    public void Dispose()
    {
        for (var i = 0; i < _count; i++)
        {
            if (i == 0)
            {
                NativeMemory.Free(_segments[0]);
            }
            else
            {
                NativeMemory.AlignedFree(_segments[i]);
            }
        }

        NativeMemory.Free(_segments);
        _segments = null;
        _count = 0;
    }

    private void GrowTable(int segments)
    {
        if (segments <= _room)
        {
            return;
        }

        var room = Math.Max(segments, _room * 2);
        _segments = (byte**)NativeMemory.Realloc(_segments, (nuint)room * (nuint)sizeof(byte*));
        for (var i = _room; i < room; i++)
        {
            _segments[i] = null;
        }

        _room = room;
    }
}
