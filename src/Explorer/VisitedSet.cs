using System.Runtime.CompilerServices;

namespace CoherenceCheck.Explorer;

/// <summary>The states seen so far, numbered from 0 in the order in which they were added: also the queue of the search.</summary>
/// <remarks>
/// Two arrays in native memory, the states' words and the number of each state's parent, and a table that finds them: for states of one
/// word a <see cref="WordTable"/>, for others a <see cref="StateTable{TWidth}"/>.
/// </remarks>
internal sealed unsafe class VisitedSet<TWidth> : IDisposable
    where TWidth : struct, IWidth
{
    public const long MaxCount = uint.MaxValue - 1;
    private readonly int _words;
    private readonly WordHash _wordHash;
    private readonly WordTable? _wordTable;
    private readonly StateTable<TWidth>? _table;
    private readonly NativeSegments _states;
    private readonly NativeSegments _parents;

    /// <summary>An empty set.</summary>
    /// <param name="words">Words of a state.</param>
    /// <param name="wordBits">Bits in use, where a state is one word.</param>
    public VisitedSet(int words, int wordBits = 64)
    {
        _words = words;
        _wordHash = new WordHash(wordBits);
        _wordTable = words == 1 ? new WordTable(_wordHash) : null;
        _table = words == 1 ? null : new StateTable<TWidth>(words);
        _states = new NativeSegments(words * sizeof(ulong));
        _parents = new NativeSegments(sizeof(uint));
    }

    /// <summary>The number of states. Set by a parallel search alone, which has tables of its own.</summary>
    public long Count { get; set; }

    /// <summary>Whether there is no memory for a larger table, so that this one is filled up.</summary>
    public bool IsCrammed
    {
        set
        {
            if (_wordTable is not null)
            {
                _wordTable.IsCrammed = value;
            }
            else
            {
                _table!.IsCrammed = value;
            }
        }
    }

    /// <summary>How many states there is room for, in states and table.</summary>
    public long Room => Math.Min(_states.Capacity, _wordTable?.Room ?? _table!.Room);

    /// <summary>Memory that a state takes outside the table, in bytes.</summary>
    public int StateSize => (_words * sizeof(ulong)) + sizeof(uint);

    /// <summary>What it takes that the table has room for more states. All of it is touched at once.</summary>
    public TableGrowth GrowthFor(long more) => _wordTable?.GrowthFor(more) ?? _table!.GrowthFor(more);

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
        if (Words == 1)
        {
            *State(number) = *state;
        }
        else
        {
            StateWords<TWidth>.Copy(state, State(number), Words);
        }
    }

    /// <summary>Native memory in use, in bytes.</summary>
    public long Bytes => (_states.Capacity * StateSize) + (_wordTable?.Bytes ?? _table!.Bytes);

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
            _wordTable!.MakeRoom(more);
        }
        else
        {
            _table!.MakeRoom(more);
        }
    }

    /// <summary>A hash of a state; of one word <see cref="WordHash"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Hash(ulong* state) => Words == 1 ? _wordHash.Of(state[0]) : StateWords<TWidth>.Hash(state, Words);

    /// <summary>Fetches the line that <see cref="Add"/> will look at first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(ulong hash)
    {
        if (Words == 1)
        {
            _wordTable!.Prefetch(hash);
        }
        else
        {
            _table!.Prefetch(hash);
        }
    }

    /// <summary>Fetches the state that <see cref="Add"/> will compare first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchState(ulong hash)
    {
        if (Words != 1)
        {
            _table!.PrefetchState(hash, this, Count);
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
    public bool Enter(ulong* state, ulong hash) =>
        Words == 1 ? _wordTable!.Add(hash) : _table!.Add(state, hash, Count, this, Count, null) >= 0;

    /// <summary>Gives a state the next number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(ulong* state, uint parent) => Put(Count++, state, parent);

    public void Dispose()
    {
        _wordTable?.Dispose();
        _table?.Dispose();
        _states.Dispose();
        _parents.Dispose();
    }
}
