using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace CoherenceCheck.Explorer;

/// <summary>The states seen so far, numbered from 0 in the order in which they were added: also the queue of the search.</summary>
/// <remarks>
/// Three arrays in native memory: the states' words, the number of each state's parent, and an open-addressed table with linear
/// probing.
/// <code>
///  slot, 64 bits, of states of one word:   [ the state, all bits inverted; 0 = free ]
///                 of states of more words: [ 32 low bits of the hash ][ number of the state + 1; 0 = free ]
/// </code>
/// A state of one word is found without a look at the array of states. The word of which all bits are set has no slot: a flag stands for it.
/// The home of a state is given by the high bits of its hash. The table is doubled when it is half full; the old one is
/// freed first, for the states themselves are enough to fill the new one.
/// </remarks>
internal sealed unsafe class VisitedSet<TWidth> : IDisposable
    where TWidth : struct, IWidth
{
    public const long MaxCount = uint.MaxValue - 1;
    private const int FirstBits = 12;
    private readonly int _words;
    private ulong* _slots;
    private int _bits;
    private bool _hasOnes;
    private readonly NativeSegments _states;
    private readonly NativeSegments _parents;

    public VisitedSet(int words)
    {
        _words = words;
        _states = new NativeSegments(words * sizeof(ulong));
        _parents = new NativeSegments(sizeof(uint));
        _bits = FirstBits;
        _slots = (ulong*)NativeMemory.AllocZeroed((nuint)1 << _bits, sizeof(ulong));
    }

    /// <summary>The number of states. Set by a parallel search alone, which has tables of its own.</summary>
    public long Count { get; set; }

    /// <summary>The most states in a table of 2^bits slots: half of them, so that a search of a slot stays within its cache line.</summary>
    public static long MostIn(int bits) => 1L << (bits - 1);

    /// <summary>The most states in such a table where there is no memory for a larger one: long searches of slots are better than none.</summary>
    public static long MostCrammedIn(int bits) => (1L << bits) - (1L << (bits - 6));

    /// <summary>The same of the table at hand.</summary>
    public long MostCrammed => MostCrammedIn(_bits);

    /// <summary>The bytes that states will take until the table is crammed.</summary>
    public long Unfilled => Math.Max(0, MostCrammed - Count) * StateSize;

    /// <summary>How many states there is room for, in states and table.</summary>
    public long Room => Math.Min(_states.Capacity, MostIn(_bits));

    /// <summary>How many states there is room for, without the table.</summary>
    public long StateRoom => _states.Capacity;

    /// <summary>Memory that a state takes outside the table, in bytes.</summary>
    public int StateSize => (_words * sizeof(ulong)) + sizeof(uint);

    /// <summary>How much more memory there will be at most while the table grows to have room for more states, in bytes. All of it is touched at once.</summary>
    public long TableGrowthFor(long more)
    {
        var bits = BitsFor(Count + more);
        return bits == _bits ? 0 : ((long)sizeof(ulong) << bits) - ((long)sizeof(ulong) << _bits) + (TWidth.Words == 1 ? HugePages.MostBehind(_bits) : 0);
    }

    /// <summary>Makes room for states alone.</summary>
    public void MakeRoomForStates(long more)
    {
        _states.MakeRoom(Count + more);
        _parents.MakeRoom(Count + more);
    }

    /// <summary>Writes a state at its number. Room must have been made.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Put(long number, ulong* state, uint parent)
    {
        *(uint*)_parents.At(number, sizeof(uint)) = parent;
        var to = State(number);
        for (var i = 0; i < Words; i++)
        {
            to[i] = state[i];
        }
    }

    /// <summary>Native memory in use, in bytes.</summary>
    public long Bytes => BytesFor(_states.Capacity, _bits);

    private int Words
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TWidth.Words == 0 ? _words : TWidth.Words;
    }

    /// <summary>A state's words. Moves when room is made.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong* State(long number) => (ulong*)_states.At(number, Words * sizeof(ulong));

    /// <summary>The number of the state from which a state was first reached; <see cref="uint.MaxValue"/> for an initial state.</summary>
    public uint Parent(long number) => *(uint*)_parents.At(number, sizeof(uint));

    /// <summary>Makes room: up to <paramref name="more"/> states can be added without moving the set.</summary>
    public void MakeRoom(long more)
    {
        _states.MakeRoom(Count + more);
        _parents.MakeRoom(Count + more);
        var bits = BitsFor(Count + more);
        if (bits != _bits)
        {
            if (TWidth.Words == 1)
            {
                Spread(bits);
                return;
            }

            NativeMemory.Free(_slots);
            _slots = null;
            var bytes = (nuint)sizeof(ulong) << bits;
            _slots = (ulong*)NativeMemory.AllocZeroed(bytes);
            HugePages.Advise(_slots, bytes);
            _bits = bits;
            Refill();
        }
    }

    /// <summary>A 64-bit hash of a state: multiply and fold (wyhash).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Hash(ulong* state)
    {
        if (Words == 1)
        {
            return Mix(state[0] ^ 0xa0761d6478bd642f, 0xe7037ed1a0b428db);
        }

        if (Words == 2)
        {
            return Mix(Mix(state[0] ^ 0xa0761d6478bd642f, state[1] ^ 0xe7037ed1a0b428db) ^ state[1], 0x8ebc6af09c88c6e3);
        }

        var hash = 0x589965cc75374cc3UL;
        var i = 0;
        for (; i + 1 < Words; i += 2)
        {
            hash = Mix(state[i] ^ 0xa0761d6478bd642f, state[i + 1] ^ hash) ^ state[i + 1];
        }

        return Mix(hash ^ (i < Words ? state[i] : 0), 0xe7037ed1a0b428db);
    }

    /// <summary>Fetches the slot that <see cref="Add"/> will look at first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(ulong hash)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(_slots + (hash >> (64 - _bits)));
        }
    }

    /// <summary>Fetches the state that <see cref="Add"/> will compare first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchState(ulong hash)
    {
        if (Words == 1)
        {
            return;
        }

        var slot = _slots[hash >> (64 - _bits)];
        if (Sse.IsSupported && slot != 0 && slot >> 32 == (uint)hash)
        {
            Sse.Prefetch0(State((uint)slot - 1));
        }
    }

    /// <summary>Adds a state unless it is there. Room must have been made.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Add(ulong* state, ulong hash, uint parent)
    {
        if (Words == 1)
        {
            return AddWord(*state, hash, parent);
        }

        var mask = (1UL << _bits) - 1;
        var place = hash >> (64 - _bits);
        while (true)
        {
            var slot = _slots[place];
            if (slot == 0)
            {
                break;
            }

            if (slot >> 32 == (uint)hash && Same(State((uint)slot - 1), state))
            {
                return false;
            }

            place = (place + 1) & mask;
        }

        var number = Count++;
        _slots[place] = hash << 32 | (ulong)(number + 1);
        Put(number, state, parent);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool AddWord(ulong state, ulong hash, uint parent)
    {
        var mask = (1UL << _bits) - 1;
        var place = hash >> (64 - _bits);
        var key = ~state;
        while (true)
        {
            var slot = _slots[place];
            if (slot == key && key != 0)
            {
                return false;
            }

            if (slot == 0)
            {
                break;
            }

            place = (place + 1) & mask;
        }

        if (key == 0)
        {
            if (_hasOnes)
            {
                return false;
            }

            _hasOnes = true;
        }

        _slots[place] = key;
        Put(Count++, &state, parent);
        return true;
    }

    public void Dispose()
    {
        NativeMemory.Free(_slots);
        _slots = null;
        _states.Dispose();
        _parents.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Same(ulong* a, ulong* b)
    {
        var difference = 0UL;
        for (var i = 0; i < Words; i++)
        {
            difference |= a[i] ^ b[i];
        }

        return difference == 0;
    }

    private int BitsFor(long count)
    {
        var bits = _bits;
        while (count > MostIn(bits))
        {
            bits++;
        }

        return bits;
    }

    private long BytesFor(long capacity, int bits) => capacity * (_words * sizeof(ulong) + sizeof(uint)) + (1L << bits) * sizeof(ulong);

    /// <summary>
    /// Moves the slots of one-word states to a larger table. Homes are high bits of the hash, so both tables are run through in
    /// order; what is behind is given back at once, so that the two together take no more memory than the larger one.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Spread(int bits)
    {
        const int Part = HugePages.Part;
        var old = _slots;
        var size = 1L << _bits;
        var bytes = (nuint)sizeof(ulong) << bits;
        _slots = (ulong*)NativeMemory.AllocZeroed(bytes);
        HugePages.Advise(_slots, bytes);
        _bits = bits;
        var mask = (1UL << bits) - 1;
        for (var part = 0L; part < size; part += Part)
        {
            var end = Math.Min(size, part + Part);
            for (var from = part; from < end; from++)
            {
                var slot = old[from];
                if (slot != 0)
                {
                    var state = ~slot;
                    var place = Hash(&state) >> (64 - bits);
                    while (_slots[place] != 0)
                    {
                        place = (place + 1) & mask;
                    }

                    _slots[place] = slot;
                }
            }

            HugePages.GiveBack(old, (nuint)end * sizeof(ulong));
        }

        NativeMemory.Free(old);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Refill()
    {
        const int Ahead = 16;
        var mask = (1UL << _bits) - 1;
        var ring = stackalloc ulong[Ahead];
        var count = Count;
        for (var number = 0L; number < count + Ahead; number++)
        {
            var at = number % Ahead;
            if (number >= Ahead)
            {
                var hash = ring[at];
                var place = hash >> (64 - _bits);
                while (_slots[place] != 0)
                {
                    place = (place + 1) & mask;
                }

                _slots[place] = hash << 32 | (ulong)(number - Ahead + 1);
            }

            if (number < count)
            {
                ring[at] = Hash(State(number));
                Prefetch(ring[at]);
            }
        }
    }
}
