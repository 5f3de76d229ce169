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
/// A block is expanded in parts, each into a list of its own; each shard goes through all lists, part by part, so in the order of a search on
/// one thread, and marks what is new of its own; then what is marked in each part is numbered: it follows all that is marked in the parts before.
/// So nothing depends on timing, nor on who does which part. While a block is numbered, the next one of its level is expanded already.
/// Owner-computes partition of states by hash: Stern and Dill, "Parallelizing the Murphi Verifier", CAV 1997; the order is ours.
/// </remarks>
internal sealed unsafe partial class ParallelBlocks<TWidth> : IDisposable
    where TWidth : struct, IWidth
{
    private readonly CompiledSystem _compiled;
    private readonly VisitedSet<TWidth> _set;
    private readonly Canonicalizer? _canonical;
    private const int PartsPerThread = 4;
    private readonly Crew _crew;
    private readonly Worker[] _workers;
    private readonly Shard[] _shards;
    private readonly Expander _expander;
    private readonly TestCode? _invariant;
    private readonly bool _checkDeadlock;
    private readonly int _words;
    private Block _block;
    private Block _next;
    private int _claimed;

    public ParallelBlocks(CompiledSystem compiled, VisitedSet<TWidth> set, Expander expander, Canonicalizer? canonical, TestCode? invariant, SearchRequest request)
    {
        (_compiled, _set, _expander, _canonical, _invariant, _words) = (compiled, set, expander, canonical, invariant, compiled.Layout.Words);
        (_checkDeadlock, var threads) = (request.CheckDeadlock, request.Threads);
        _crew = new Crew(threads);
        _workers = [.. Enumerable.Range(0, threads).Select(_ => new Worker(this))];
        var instances = Math.Max(1, compiled.InstanceCount);
        (_block, _next) = (new Block(threads, instances, request.PartStates), new Block(threads, instances, request.PartStates));
        _shards = [.. Enumerable.Range(0, threads).Select(number => new Shard(this, number))];
    }

    /// <summary>Native memory of the tables, in bytes.</summary>
    public long Bytes => _shards.Sum(shard => shard.Bytes);

    private int Words
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TWidth.Words == 0 ? _words : TWidth.Words;
    }

    /// <summary>Adds an initial state, which gets the next number.</summary>
    public void AddInitial(ulong* state)
    {
        var hash = _set.Hash(state);
        if (_shards[ShardOf(hash, _shards.Length)].AddInitial(state, hash, _set.Count))
        {
            _set.Put(_set.Count, state, uint.MaxValue);
            _set.Count++;
        }
    }

    /// <summary>Expands states, and adds what is new.</summary>
    /// <param name="from">The first state's number.</param>
    /// <param name="to">The number after the last one's.</param>
    /// <param name="next">The number after the last one of the block that follows in the same level, which is expanded in advance; <paramref name="to"/> for none.</param>
    /// <param name="frozen">The frozen values.</param>
    /// <param name="fired">How often each instance fired: added to.</param>
    /// <param name="makeRoom">Asked for room: so many states more, with tables that grow; false ends the block before anything is added.</param>
    public BlockOutcome? Expand(long from, long to, long next, long* frozen, long[] fired, Func<long, TableGrowth, bool> makeRoom)
    {
        if (_block.IsEmpty)
        {
            _block.Begin(from, to);
            _claimed = 0;
            _crew.Run(number => Work(number, default, _block, frozen), _block.IsSmall);
        }
        else if (_block.From != from || _block.To != to)
        {
            // Who expanded it passed over what stands in its lists.
            throw new InvalidOperationException("What is expanded in advance must be next.");
        }

        var most = _block.Parts.Sum(part => part.Kept);
        if (!makeRoom(most, Growth(most, isCrammed: false)) && !makeRoom(most, Growth(most, isCrammed: true)))
        {
            return null;
        }

        _crew.Run(number => _shards[number].Add(_block.Parts, most), _block.IsSmall);
        _next.Begin(to, next);
        _claimed = 0;
        _crew.Run(number => Work(number, _block.Parts, _next, frozen), _block.IsSmall && _next.IsSmall);
        var error = _block.Parts.FirstOrDefault(part => part.ErrorState >= 0);
        var outcome = new BlockOutcome(
            _block.Parts.Sum(part => part.Transitions),
            _block.Parts.Any(part => part.IsCut),
            _block.Parts.Select(part => part.Stuck).Where(stuck => stuck >= 0).DefaultIfEmpty(-1).Min(),
            error?.ErrorState ?? -1,
            error?.ErrorInstance ?? 0,
            error is null ? 0 : FreshBefore(error.Number) + new FreshRanks(this, error.Number).Before(error.ErrorAfter),
            _block.Parts.FirstOrDefault(part => part.Violating >= 0)?.Violating ?? -1);
        foreach (var counts in _block.Fired)
        {
            for (var i = 0; i < fired.Length; i++)
            {
                fired[i] += counts[i];
            }
        }

        _set.Count += FreshBefore(_block.Parts.Count);
        (_block, _next) = (_next, _block);
        return outcome;
    }

    public void Dispose()
    {
        _crew.Dispose();
        Array.ForEach(_workers, worker => worker.Dispose());
        _block.Dispose();
        _next.Dispose();
        Array.ForEach(_shards, shard => shard.Dispose());
    }

    /// <summary>Takes parts in turn: numbers those of one block, then expands those of the next, in order.</summary>
    private void Work(int number, ArraySegment<Part> numbered, Block expanded, long* frozen)
    {
        if (TWidth.Words != 1 && numbered.Count > 0)
        {
            _shards[number].NumberSlots(numbered);
        }

        for (var claim = Interlocked.Increment(ref _claimed) - 1; claim < numbered.Count + expanded.Parts.Count; claim = Interlocked.Increment(ref _claimed) - 1)
        {
            if (claim < numbered.Count)
            {
                Number(numbered[claim], frozen);
            }
            else
            {
                _workers[number].Expand(expanded.Parts[claim - numbered.Count], frozen, expanded.Fired[number]);
            }
        }
    }

    /// <summary>Low bits choose the shard: high bits are the home in its table.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ShardOf(ulong hash, int shards) => (int)(((hash & ushort.MaxValue) * (ulong)shards) >> 16);

    private TableGrowth Growth(long most, bool isCrammed) =>
        _shards.Aggregate(default(TableGrowth), (all, shard) => all + shard.GrowthFor(most, isCrammed));

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

    /// <summary>Puts the fresh states of a part with the others, and tests them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Number(Part part, long* frozen)
    {
        var first = _set.Count + FreshBefore(part.Number);
        var number = first;
        var words = (part.Kept + 63) >> 6;
        for (var word = 0L; word < words; word++)
        {
            for (var marks = Marks(part.Number, word); marks != 0; marks &= marks - 1)
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

        for (var fresh = first; fresh < number && _invariant is not null && part.Violating < 0; fresh++)
        {
            part.Violating = _invariant(_set.State(fresh), frozen) == 0 ? fresh : -1;
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
