using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CoherenceCheck.Explorer;

/// <summary>States that were met lately: one for each place, small enough for a core's own cache.</summary>
/// <remarks>
/// In a breadth-first search about half of all successors were met a moment before: where two steps do not depend on each other,
/// both orders of them lead to the same state. Whole states are compared, so that what is passed over is in the set for certain.
/// </remarks>
internal sealed unsafe class RecentStates<TWidth> : IDisposable
    where TWidth : struct, IWidth
{
    private const int Bytes = 1 << 19;
    private readonly int _words;
    private readonly int _bits;
    private readonly ulong* _states;

    /// <summary>No state was met yet.</summary>
    /// <param name="set">Its hash is used.</param>
    /// <param name="words">Words of a state.</param>
    public RecentStates(VisitedSet<TWidth> set, int words)
    {
        _words = words;
        for (_bits = 1; words * sizeof(ulong) << (_bits + 1) <= Bytes;)
        {
            _bits++;
        }

        // Every place holds a state that belongs to another, so that none seems to have been met: 0 everywhere but where 0 belongs.
        _states = (ulong*)NativeMemory.AllocZeroed((nuint)1 << _bits, (nuint)(words * sizeof(ulong)));
        var stranger = stackalloc ulong[words];
        new Span<ulong>(stranger, words).Clear();
        var own = Place(set.Hash(stranger));
        do
        {
            stranger[0]++;
        }
        while (Place(set.Hash(stranger)) == own);
        own[0] = stranger[0];
    }

    private int Words
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TWidth.Words == 0 ? _words : TWidth.Words;
    }

    /// <summary>Puts a state at its place; false if it stands there already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Replace(ulong* state, ulong hash)
    {
        var place = Place(hash);
        var difference = 0UL;
        for (var i = 0; i < Words; i++)
        {
            difference |= place[i] ^ state[i];
            place[i] = state[i];
        }

        return difference != 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong* Place(ulong hash) => _states + ((long)(hash >> (64 - _bits)) * Words);

    public void Dispose() => NativeMemory.Free(_states);
}
