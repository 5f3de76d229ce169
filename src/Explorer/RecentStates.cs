using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CoherenceCheck.Explorer;

/// <summary>States that were met lately: one for each place, small enough for a core's own cache.</summary>
/// <remarks>
/// In a breadth-first search about half of all successors were met a moment before: where two steps do not depend on each other,
/// both orders of them lead to the same state. Whole states are compared, so that what is passed over is in the set for certain; of a
/// one-word state those bits of its <see cref="WordHash"/> are stored that its place does not tell, in 32 bits where they fit.
/// </remarks>
internal sealed unsafe class RecentStates<TWidth> : IDisposable
    where TWidth : struct, IWidth
{
    private const int Bytes = 1 << 19;
    private readonly int _words;
    private readonly int _restBits;
    private readonly bool _isNarrow;
    private readonly ulong* _states;

    /// <summary>No state was met yet.</summary>
    /// <param name="set">Its hash is used.</param>
    /// <param name="words">Words of a state.</param>
    public RecentStates(VisitedSet<TWidth> set, int words)
    {
        _words = words;
        var hashBits = words == 1 ? set.WordHash.Bits : 64;
        var placeBits = BitOperations.Log2((uint)Bytes / (uint)(words * sizeof(ulong)));
        _isNarrow = words == 1 && hashBits - placeBits - 1 < 32;
        _restBits = hashBits - placeBits - (_isNarrow ? 1 : 0);
        _states = (ulong*)NativeMemory.AllocZeroed(Bytes);
        if (words == 1)
        {
            // What is stored is one more than the rest of the hash: 0 is none.
            return;
        }

        // Every place holds a state that belongs to another, so that none seems to have been met: 0 everywhere but where 0 belongs.
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
        if (Words == 1)
        {
            var rest = (hash & ((1UL << _restBits) - 1)) + 1;
            if (_isNarrow)
            {
                var narrow = (uint*)_states + (hash >> _restBits);
                var isOther = *narrow != (uint)rest;
                *narrow = (uint)rest;
                return isOther;
            }

            var wide = _states + (hash >> _restBits);
            var other = *wide != rest;
            *wide = rest;
            return other;
        }

        var place = Place(hash);
        var isSame = StateWords<TWidth>.Same(place, state, Words);
        StateWords<TWidth>.Copy(state, place, Words);
        return !isSame;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong* Place(ulong hash) => _states + ((long)(hash >> _restBits) * Words);

    public void Dispose() => NativeMemory.Free(_states);
}
