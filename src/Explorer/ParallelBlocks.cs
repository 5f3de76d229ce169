using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer;

/// <summary>What came of expanding a block of states.</summary>
/// <param name="Transitions">Enabled rule instances.</param>
/// <param name="IsCut">Whether some successor was cut.</param>
/// <param name="Stuck">The first state without a successor that is not terminal; -1 for none.</param>
/// <param name="ErrorState">The state in which the first model error happens; -1 for none.</param>
/// <param name="ErrorInstance">Its instance.</param>
/// <param name="ErrorAfter">How many fresh states come before it.</param>
internal readonly record struct BlockOutcome(long Transitions, bool IsCut, long Stuck, long ErrorState, int ErrorInstance, long ErrorAfter);

/// <summary>Expands blocks of states with several threads; states get the numbers that a search on one thread gives them.</summary>
/// <remarks>
/// Three phases, with all threads waiting for each other in between. Each thread expands a part of the block, in order, and sorts the
/// successors by shard; each shard adds what is new, part by part, so in the order of a search on one thread; then each shard numbers its
/// fresh states: a state comes after all fresh ones, of any shard, whose parents and instances come first. So nothing depends on timing.
/// Owner-computes partition of states by hash: Stern and Dill, "Parallelizing the Murphi Verifier", CAV 1997; the order is ours.
/// </remarks>
internal sealed unsafe class ParallelBlocks<TWidth> : IDisposable
    where TWidth : struct, IWidth
{
    private const int Ahead = 64;
    private readonly CompiledSystem _compiled;
    private readonly VisitedSet<TWidth> _set;
    private readonly Crew _crew;
    private readonly Part[] _parts;
    private readonly Shard[] _shards;
    private readonly ExpandCode[] _expand;
    private readonly bool _checkDeadlock;
    private readonly int _words;

    public ParallelBlocks(CompiledSystem compiled, VisitedSet<TWidth> set, int threads, bool checkDeadlock)
    {
        (_compiled, _set, _checkDeadlock, _words) = (compiled, set, checkDeadlock, compiled.Layout.Words);
        _expand = [.. compiled.Expand];
        _crew = new Crew(threads);
        _parts = [.. Enumerable.Range(0, threads).Select(_ => new Part(compiled, set, threads))];
        _shards = [.. Enumerable.Range(0, threads).Select(_ => new Shard(set, compiled.Layout.Words))];
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
        var place = table.Add(state, hash, _set.Count, null, 0);
        if (place >= 0)
        {
            table.Number(place, _set.Count);
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
        _crew.Run(number => _parts[number].Expand(this, Math.Min(to, from + (number * share)), Math.Min(to, from + ((number + 1) * share)), frozen));
        var counts = Enumerable.Range(0, _shards.Length).Select(shard => _parts.Sum(part => part.Routes[shard].Count)).ToArray();
        if (!makeRoom(counts.Sum(), Growth(counts, isCrammed: false)) && !makeRoom(counts.Sum(), Growth(counts, isCrammed: true)))
        {
            return null;
        }

        _crew.Run(number => _shards[number].Add(this, number, counts[number]));
        _crew.Run(number => _shards[number].Number(this, number));
        var error = _parts.FirstOrDefault(part => part.ErrorState >= 0);
        var outcome = new BlockOutcome(
            _parts.Sum(part => part.Transitions),
            Array.Exists(_parts, part => part.IsCut),
            _parts.Select(part => part.Stuck).Where(stuck => stuck >= 0).DefaultIfEmpty(-1).Min(),
            error?.ErrorState ?? -1,
            error?.ErrorInstance ?? 0,
            error is null ? 0 : _shards.Sum(shard => shard.Before(error.ErrorKey, Words)));
        foreach (var part in _parts)
        {
            part.AddFired(fired);
        }

        _set.Count += _shards.Sum(shard => shard.FreshCount);
        return outcome;
    }

    private TableGrowth Growth(long[] counts, bool isCrammed)
    {
        Array.ForEach(_shards, shard => shard.Table.IsCrammed = isCrammed);
        return _shards.Select((shard, i) => shard.Table.GrowthFor(counts[i])).Aggregate(default(TableGrowth), (all, growth) => all + growth);
    }

    public void Dispose()
    {
        _crew.Dispose();
        Array.ForEach(_parts, part => part.Dispose());
        Array.ForEach(_shards, shard => shard.Dispose());
    }

    /// <summary>Low bits choose the shard: high bits are the home in its table.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ShardOf(ulong hash, int shards) => (int)(((hash & uint.MaxValue) * (ulong)shards) >> 32);

    /// <summary>A growing list of entries in native memory.</summary>
    private sealed class Entries(int words) : IDisposable
    {
        private long _room;

        public ulong* Start { get; private set; }

        public long Count { get; set; }

        public ulong* End => Start + (Count * words);

        public void MakeRoom(long more)
        {
            if (Count + more > _room)
            {
                _room = Math.Max(Count + more, _room * 2);
                Start = (ulong*)NativeMemory.Realloc(Start, (nuint)(_room * words * sizeof(ulong)));
            }
        }

        public void Dispose() => NativeMemory.Free(Start);
    }

    /// <summary>A thread's part of a block: its successors, by shard. An entry: the state, its hash, then parent and order.</summary>
    private sealed class Part : IDisposable
    {
        private readonly long[] _fired;
        private readonly RecentStates<TWidth> _recent;
        private readonly ulong* _buffer;

        public Part(CompiledSystem compiled, VisitedSet<TWidth> set, int shards)
        {
            _fired = new long[Math.Max(1, compiled.InstanceCount)];
            _recent = new RecentStates<TWidth>(set, compiled.Layout.Words);
            _buffer = (ulong*)NativeMemory.Alloc((nuint)(compiled.InstanceCount + 1), (nuint)((compiled.Layout.Words + 1) * sizeof(ulong)));
            Routes = [.. Enumerable.Range(0, shards).Select(_ => new Entries(compiled.Layout.Words + 2))];
        }

        public Entries[] Routes { get; }

        public long Transitions { get; private set; }

        public bool IsCut { get; private set; }

        public long Stuck { get; private set; }

        public long ErrorState { get; private set; }

        public int ErrorInstance { get; private set; }

        public ulong ErrorKey { get; private set; }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Expand(ParallelBlocks<TWidth> blocks, long from, long to, long* frozen)
        {
            (Transitions, IsCut, Stuck, ErrorState) = (0, false, -1, -1);
            foreach (var route in Routes)
            {
                route.Count = 0;
            }

            var (set, cut, words, shards) = (blocks._set, blocks._compiled.Cut, blocks.Words, Routes.Length);
            var ends = stackalloc ulong*[shards];
            var instances = blocks._compiled.InstanceCount;
            for (var parent = from; parent < to; parent++)
            {
                for (var shard = 0; shard < shards; shard++)
                {
                    Routes[shard].MakeRoom(instances);
                    ends[shard] = Routes[shard].End;
                }

                var output = _buffer;
                foreach (var code in blocks._expand)
                {
                    output = code(set.State(parent), frozen, output);
                }

                if (blocks._compiled.IsIndexed)
                {
                    Successors.Sort(_buffer, output, words);
                }

                if (output == _buffer && blocks._checkDeadlock && Stuck < 0 && blocks._compiled.Terminal(set.State(parent), frozen) == 0)
                {
                    Stuck = parent;
                }

                var key = (ulong)parent << 32;
                for (var entry = _buffer; entry < output; entry += words + 1, key++)
                {
                    var meta = entry[words];
                    _fired[(uint)meta]++;
                    Transitions++;
                    if (meta >= Meta.Error)
                    {
                        if (ErrorState < 0)
                        {
                            (ErrorState, ErrorInstance, ErrorKey) = (parent, (int)(meta & Meta.InstanceMask), key);
                        }

                        continue;
                    }

                    var hash = set.Hash(entry);
                    if (!_recent.Replace(entry, hash))
                    {
                        continue;
                    }

                    if (cut is not null && cut(entry, frozen) != 0)
                    {
                        IsCut = true;
                        continue;
                    }

                    ref var routed = ref ends[ShardOf(hash, shards)];
                    for (var i = 0; i < words; i++)
                    {
                        routed[i] = entry[i];
                    }

                    routed[words] = hash;
                    routed[words + 1] = key;
                    routed += words + 2;
                }

                for (var shard = 0; shard < shards; shard++)
                {
                    Routes[shard].Count = (ends[shard] - Routes[shard].Start) / (words + 2);
                }
            }
        }

        public void AddFired(long[] fired)
        {
            for (var i = 0; i < _fired.Length; i++)
            {
                fired[i] += _fired[i];
            }

            Array.Clear(_fired);
        }

        public void Dispose()
        {
            Array.ForEach(Routes, route => route.Dispose());
            _recent.Dispose();
            NativeMemory.Free(_buffer);
        }
    }

    /// <summary>A shard: its table, and the states that are new in a block, each with its key.</summary>
    private sealed class Shard(VisitedSet<TWidth> set, int words) : IDisposable
    {
        private readonly Entries _fresh = new(words + 1);
        private readonly Entries _places = new(1);

        public ShardTable<TWidth> Table { get; } = new(set, words);

        public long FreshCount => _fresh.Count;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Add(ParallelBlocks<TWidth> blocks, int own, long most)
        {
            (_fresh.Count, _places.Count) = (0, 0);
            Table.MakeRoom(most);
            _fresh.MakeRoom(most);
            _places.MakeRoom(most);
            var size = blocks.Words + 2;
            foreach (var part in blocks._parts)
            {
                var route = part.Routes[own];
                for (var at = 0L; at < route.Count; at += Ahead)
                {
                    AddSome(blocks, route.Start + (at * size), (int)Math.Min(Ahead, route.Count - at), set.Count);
                }
            }
        }

        /// <summary>Numbers the fresh states, and puts them with the others.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Number(ParallelBlocks<TWidth> blocks, int own)
        {
            var size = blocks.Words + 1;
            var shards = blocks._shards;
            var before = stackalloc long[shards.Length];
            new Span<long>(before, shards.Length).Clear();
            for (var i = 0L; i < _fresh.Count; i++)
            {
                var state = _fresh.Start + (i * size);
                var key = state[size - 1];
                var number = set.Count + i;
                for (var other = 0; other < shards.Length; other++)
                {
                    if (other == own)
                    {
                        continue;
                    }

                    var (start, count) = (new nint(shards[other]._fresh.Start), shards[other]._fresh.Count);
                    while (before[other] < count && ((ulong*)start)[(before[other] * size) + size - 1] < key)
                    {
                        before[other]++;
                    }

                    number += before[other];
                }

                set.Put(number, state, (uint)(key >> 32));
                Table.Number((long)_places.Start[i], number);
            }
        }

        /// <summary>How many fresh states come before a key.</summary>
        public long Before(ulong key, int stateWords)
        {
            var count = 0L;
            while (count < _fresh.Count && _fresh.Start[(count * (stateWords + 1)) + stateWords] < key)
            {
                count++;
            }

            return count;
        }

        public void Dispose()
        {
            _fresh.Dispose();
            _places.Dispose();
            Table.Dispose();
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void AddSome(ParallelBlocks<TWidth> blocks, ulong* entry, int count, long numbered)
        {
            var stateWords = blocks.Words;
            var size = stateWords + 2;
            for (var i = 0; i < count; i++)
            {
                Table.Prefetch(entry[(i * size) + stateWords]);
            }

            for (var i = 0; i < count && TWidth.Words != 1; i++)
            {
                Table.PrefetchState(entry[(i * size) + stateWords], numbered);
            }

            for (var i = 0; i < count; i++, entry += size)
            {
                var place = Table.Add(entry, entry[stateWords], numbered, _fresh.Start, _fresh.Count);
                if (place < 0)
                {
                    continue;
                }

                *_places.End = (ulong)place;
                _places.Count++;
                var to = _fresh.End;
                _fresh.Count++;
                for (var word = 0; word < stateWords; word++)
                {
                    to[word] = entry[word];
                }

                to[stateWords] = entry[stateWords + 1];
            }
        }
    }
}
