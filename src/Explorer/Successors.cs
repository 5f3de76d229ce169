using System.Runtime.CompilerServices;

namespace CoherenceCheck.Explorer;

/// <summary>Puts the successors of a state into the order of their instances, which the index of guards leaves.</summary>
internal static unsafe class Successors
{
    /// <summary>Sorts entries by the number of their instance. They are few, and stand in sorted runs.</summary>
    /// <param name="start">The first entry.</param>
    /// <param name="end">What follows the last.</param>
    /// <param name="words">Words of a state; one more holds the <see cref="Meta"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sort(ulong* start, ulong* end, int words)
    {
        var stride = words + 1;
        var moved = stackalloc ulong[stride];
        for (var next = start + stride; next < end; next += stride)
        {
            var number = next[words] & Meta.InstanceMask;
            var place = next;
            while (place > start && ((place - stride)[words] & Meta.InstanceMask) > number)
            {
                place -= stride;
            }

            if (place == next)
            {
                continue;
            }

            for (var i = 0; i < stride; i++)
            {
                moved[i] = next[i];
            }

            for (var from = next - 1; from >= place; from--)
            {
                from[stride] = from[0];
            }

            for (var i = 0; i < stride; i++)
            {
                place[i] = moved[i];
            }
        }
    }
}
