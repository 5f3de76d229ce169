using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace CoherenceCheck.Explorer;

/// <summary>The states seen so far, numbered from 0 in the order in which they were added: also the queue of the search.</summary>
/// <remarks>
/// Two arrays in native memory, the states' words and the number of each state's parent, and a table that finds them: for states of one
/// word a <see cref="WordTable"/>, for others an open-addressed one with linear probing.
/// <code>
///  slot, 64 bits:   [ 32 low bits of the hash ][ number of the state + 1; 0 = free ]
/// </code>
/// The home of a state is given by the high bits of its hash. That table is doubled when it is half full; the old one is
/// freed first, for the states themselves are enough to fill the new one.
/// </remarks>
internal sealed unsafe class VisitedSet<TWidth> : IDisposable
    where TWidth : struct, IWidth
{
    public const long MaxCount = uint.MaxValue - 1;
    private const int FirstBits = 12;
    private readonly int _words;
    private readonly WordHash _wordHash;
    private readonly WordTable? _table;
    private ulong* _slots;
    private int _bits;
    private readonly NativeSegments _states;
    private readonly NativeSegments _parents;

    /// <summary>An empty set.</summary>
    /// <param name="words">Words of a state.</param>
    /// <param name="wordBits">Bits in use, where a state is one word.</param>
    public VisitedSet(int words, int wordBits = 64)
    {
        _words = words;
        _wordHash = new WordHash(wordBits);
        _table = words == 1 ? new WordTable(_wordHash) : null;
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

    /// <summary>How many states there is room for, in states and table.</summary>
    public long Room => Math.Min(_states.Capacity, _table?.Room ?? MostNow(_bits));

    /// <summary>Memory that a state takes outside the table, in bytes.</summary>
    public int StateSize => (_words * sizeof(ulong)) + sizeof(uint);

    /// <summary>What it takes that the table has room for more states. All of it is touched at once.</summary>
    public TableGrowth GrowthFor(long more)
    {
        if (_table is not null)
        {
            return _table.GrowthFor(more);
        }

        var bits = BitsFor(Count + more);
        return bits == _bits ? default : new TableGrowth(((long)sizeof(ulong) << bits) - TableBytes, Math.Max(0, MostCrammedIn(_bits) - Count));
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
    public long Bytes => (_states.Capacity * StateSize) + (_table?.Bytes ?? TableBytes);

    /// <summary>The hash of one-word states.</summary>
    public WordHash WordHash => _wordHash;

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
        MakeRoomForStates(more);
        if (Words == 1)
        {
            _table!.MakeRoom(more);
            return;
        }

        var bits = BitsFor(Count + more);
        if (bits != _bits)
        {
            NativeMemory.Free(_slots);
            _slots = null;
            var bytes = (nuint)sizeof(ulong) << bits;
            _slots = (ulong*)NativeMemory.AllocZeroed(bytes);
            HugePages.Advise(_slots, bytes);
            _bits = bits;
            Refill();
        }
    }

    /// <summary>A hash of a state: 64 bits by multiply and fold (wyhash), of one word <see cref="WordHash"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Hash(ulong* state)
    {
        if (Words == 1)
        {
            return _wordHash.Of(state[0]);
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
        if (!Enter(state, hash))
        {
            return false;
        }

        Append(state, parent);
        return true;
    }

    /// <summary>Puts a state into the table unless it is there: then it is to be appended.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Enter(ulong* state, ulong hash)
    {
        if (Words == 1)
        {
            return _table!.Add(hash);
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

        _slots[place] = hash << 32 | (ulong)(Count + 1);
        return true;
    }

    /// <summary>Gives a state the next number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(ulong* state, uint parent) => Put(Count++, state, parent);

    public void Dispose()
    {
        _table?.Dispose();
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
        while (count > MostNow(bits))
        {
            bits++;
        }

        return bits;
    }

    private long MostNow(int bits) => IsCrammed ? MostCrammedIn(bits) : MostIn(bits);

    private long TableBytes => (long)sizeof(ulong) << _bits;

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
