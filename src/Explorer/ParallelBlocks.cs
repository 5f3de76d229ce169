using System.Numerics;
using System.Runtime.CompilerServices;
using CoherenceCheck.Explorer.Reductions;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer;

/// <summary>What came of expanding a block of states.</summary>
/// <param name="Transitions">Enabled rule instances.</param>
/// <param name="IsCut">Whether some successor was cut.</param>
/// <param name="Stuck">The first state without a successor that is not terminal; -1 for none.</param>
/// <param name="ErrorState">The state in which the first model error happens; -1 for none.</param>
/// <param name="ErrorInstance">Its instance.</param>
/// <param name="ErrorAfter">How many fresh states come before it.</param>
/// <param name="Violating">The first fresh state in which the invariant is false; -1 for none.</param>
internal readonly record struct BlockOutcome(long Transitions, bool IsCut, long Stuck, long ErrorState, int ErrorInstance, long ErrorAfter, long Violating);

/// <summary>Expands blocks of states with several threads; states get the numbers that a search on one thread gives them.</summary>
/// <remarks>
/// Three phases, with all threads waiting for each other in between. Each thread expands a part of the block, in order, into a list; each
/// shard goes through all lists, part by part, so in the order of a search on one thread, and marks what is new of its own; then each thread
/// numbers what is marked in its part: it follows all that is marked in the parts before. So nothing depends on timing.
/// Owner-computes partition of states by hash: Stern and Dill, "Parallelizing the Murphi Verifier", CAV 1997; the order is ours.
/// </remarks>
internal sealed unsafe partial class ParallelBlocks<TWidth> : IDisposable
    where TWidth : struct, IWidth
{
    private readonly CompiledSystem _compiled;
    private readonly VisitedSet<TWidth> _set;
    private readonly Canonicalizer? _canonical;
    private readonly Crew _crew;
    private readonly Part[] _parts;
    private readonly Shard[] _shards;
    private readonly Expander _expander;
    private readonly TestCode? _invariant;
    private readonly bool _checkDeadlock;
    private readonly int _words;

    public ParallelBlocks(
        CompiledSystem compiled, VisitedSet<TWidth> set, Expander expander, Canonicalizer? canonical, TestCode? invariant, int threads, bool checkDeadlock)
    {
        (_compiled, _set, _expander, _canonical, _invariant, _checkDeadlock, _words) = (compiled, set, expander, canonical, invariant, checkDeadlock, compiled.Layout.Words);
        _crew = new Crew(threads);
        _parts = [.. Enumerable.Range(0, threads).Select(number => new Part(this, number))];
        _shards = [.. Enumerable.Range(0, threads).Select(number => new Shard(this, number))];
    }

    /// <summary>Native memory of the tables, in bytes.</summary>
    public long Bytes => _shards.Sum(shard => shard.Table.Bytes);

    private int Words
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TWidth.Words == 0 ? _words : TWidth.Words;
    }

    /// <summary>Adds an initial state, which gets the next number.</summary>
    public void AddInitial(ulong* state)
    {
        var hash = _set.Hash(state);
        var table = _shards[ShardOf(hash, _shards.Length)].Table;
        table.MakeRoom(1);
        var slot = Words == 1 ? (table.AddWord(hash) ? 0 : -1) : table.Add(state, hash, _set.Count, null, 0);
        if (slot >= 0)
        {
            table.Number(slot, _set.Count);
            _set.Put(_set.Count, state, uint.MaxValue);
            _set.Count++;
        }
    }

    /// <summary>Expands states, and adds what is new.</summary>
    /// <param name="from">The first state's number.</param>
    /// <param name="to">The number after the last one's.</param>
    /// <param name="frozen">The frozen values.</param>
    /// <param name="fired">How often each instance fired: added to.</param>
    /// <param name="makeRoom">Asked for room: so many states more, with tables that grow; false ends the block before anything is added.</param>
    public BlockOutcome? Expand(long from, long to, long* frozen, long[] fired, Func<long, TableGrowth, bool> makeRoom)
    {
        var share = (to - from + _crew.Size - 1) / _crew.Size;
        _crew.Run(number => _parts[number].Expand(Math.Min(to, from + (number * share)), Math.Min(to, from + ((number + 1) * share)), frozen));
        var most = _parts.Sum(part => part.Kept);
        if (!makeRoom(most, Growth(most, isCrammed: false)) && !makeRoom(most, Growth(most, isCrammed: true)))
        {
            return null;
        }

        _crew.Run(number => _shards[number].Add(most));
        _crew.Run(number => Number(number, frozen));
        var error = _parts.FirstOrDefault(part => part.ErrorState >= 0);
        var outcome = new BlockOutcome(
            _parts.Sum(part => part.Transitions),
            Array.Exists(_parts, part => part.IsCut),
            _parts.Select(part => part.Stuck).Where(stuck => stuck >= 0).DefaultIfEmpty(-1).Min(),
            error?.ErrorState ?? -1,
            error?.ErrorInstance ?? 0,
            error is null ? 0 : FreshBefore(error.Number) + new FreshRanks(this, error.Number).Before(error.ErrorAfter),
            _parts.FirstOrDefault(part => part.Violating >= 0)?.Violating ?? -1);
        foreach (var part in _parts)
        {
            part.AddFired(fired);
        }

        _set.Count += FreshBefore(_parts.Length);
        return outcome;
    }

    public void Dispose()
    {
        _crew.Dispose();
        Array.ForEach(_parts, part => part.Dispose());
        Array.ForEach(_shards, shard => shard.Dispose());
    }

    /// <summary>Low bits choose the shard: high bits are the home in its table.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ShardOf(ulong hash, int shards) => (int)(((hash & ushort.MaxValue) * (ulong)shards) >> 16);

    private TableGrowth Growth(long most, bool isCrammed)
    {
        Array.ForEach(_shards, shard => shard.Table.IsCrammed = isCrammed);
        return _shards.Aggregate(default(TableGrowth), (all, shard) => all + shard.Table.GrowthFor(most));
    }

    /// <summary>How many fresh states the parts before a part have.</summary>
    private long FreshBefore(int part)
    {
        var count = 0L;
        foreach (var shard in _shards)
        {
            count += shard.FreshBefore[part];
        }

        return count;
    }

    /// <summary>Puts the fresh states of a part with the others, tests them, and writes the numbers of a shard's fresh states into its table.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Number(int own, long* frozen)
    {
        var part = _parts[own];
        var first = _set.Count + FreshBefore(own);
        var number = first;
        var words = (part.Kept + 63) >> 6;
        for (var word = 0L; word < words; word++)
        {
            for (var marks = Marks(own, word); marks != 0; marks &= marks - 1)
            {
                var place = (word << 6) + BitOperations.TrailingZeroCount(marks);
                if (Words == 1)
                {
                    var state = _set.WordHash.Back(part.Hashes[place]);
                    _set.Put(number++, &state, part.Parents[place]);
                }
                else
                {
                    _set.Put(number++, part.States + (place * Words), part.Parents[place]);
                }
            }
        }

        part.Violating = -1;
        for (var fresh = first; fresh < number && _invariant is not null && part.Violating < 0; fresh++)
        {
            part.Violating = _invariant(_set.State(fresh), frozen) == 0 ? fresh : -1;
        }

        if (Words != 1)
        {
            _shards[own].NumberSlots();
        }
    }

    /// <summary>The fresh ones of 64 successors of a part, each a bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Marks(int part, long word)
    {
        var marks = 0UL;
        foreach (var shard in _shards)
        {
            marks |= shard.MarksOf(part)[word];
        }

        return marks;
    }

    /// <summary>Counts the fresh states of a part before places that are asked for in order.</summary>
    private ref struct FreshRanks(ParallelBlocks<TWidth> blocks, int part)
    {
        private long _word;
        private long _before;
        private ulong _marks = blocks.Marks(part, 0);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public long Before(long place)
        {
            while (_word < place >> 6)
            {
                _before += BitOperations.PopCount(_marks);
                _marks = blocks.Marks(part, ++_word);
            }

            return _before + BitOperations.PopCount(_marks & ((1UL << (int)(place & 63)) - 1));
        }
    }
}
