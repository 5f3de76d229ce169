using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CoherenceCheck.Explorer;

/// <content>Adding.</content>
internal sealed unsafe partial class ParallelBlocks<TWidth>
{
    /// <summary>A shard: its table, and marks for the states that are new in a block.</summary>
    private sealed class Shard : IDisposable
    {
        /// <summary>Successors that are looked at together.</summary>
        public const int Window = 1024;
        private const int Ahead = 24;
        private readonly ParallelBlocks<TWidth> _blocks;
        private readonly int _own;
        private readonly WordTable? _wordTable;
        private readonly StateTable<TWidth>? _table;
        private readonly int* _window;
        private readonly long[] _firstMarks;
        private ulong* _marks;
        private long _marksRoom;
        private FreshState* _fresh;
        private long _freshRoom;
        private long _freshCount;

        public Shard(ParallelBlocks<TWidth> blocks, int own)
        {
            (_blocks, _own) = (blocks, own);
            _window = (int*)NativeMemory.AllocZeroed(Window + (2 * Ahead), sizeof(int));
            _firstMarks = new long[blocks._crew.Size * PartsPerThread];
            FreshBefore = new long[(blocks._crew.Size * PartsPerThread) + 1];
            _wordTable = blocks.Words == 1 ? new WordTable(blocks._set.WordHash) : null;
            _table = blocks.Words == 1 ? null : new StateTable<TWidth>(blocks.Words);
        }

        /// <summary>Native memory of the table, in bytes.</summary>
        public long Bytes => _wordTable?.Bytes ?? _table!.Bytes;

        /// <summary>How many fresh states of this shard come before each part, and in all.</summary>
        public long[] FreshBefore { get; }

        /// <summary>A bit for each successor in the lists of a part: set for fresh states of this shard.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ulong* MarksOf(int part) => _marks + _firstMarks[part];

        /// <summary>Adds an initial state with its number; false if it was there.</summary>
        public bool AddInitial(ulong* state, ulong hash, long number)
        {
            MakeRoom(1);
            return TWidth.Words == 1 ? _wordTable!.Add(hash) : _table!.Add(state, hash, number, _blocks._set, number, null) >= 0;
        }

        /// <summary>What it takes to have room for more states in the table, which is filled up where there is no memory for a larger one.</summary>
        public TableGrowth GrowthFor(long more, bool isCrammed)
        {
            if (_wordTable is not null)
            {
                _wordTable.IsCrammed = isCrammed;
                return _wordTable.GrowthFor(more);
            }

            _table!.IsCrammed = isCrammed;
            return _table.GrowthFor(more);
        }

        /// <summary>Adds what is new of this shard; no more than <paramref name="most"/>.</summary>
        public void Add(ArraySegment<Part> parts, long most)
        {
            MakeRoom(most);
            _freshCount = 0;
            var marks = 0L;
            foreach (var part in parts)
            {
                // One word more, for the place after the last.
                _firstMarks[part.Number] = marks;
                marks += (part.Kept >> 6) + 1;
            }

            if (marks > _marksRoom)
            {
                _marks = (ulong*)NativeMemory.Realloc(_marks, (nuint)(marks * sizeof(ulong)));
                _marksRoom = marks;
            }

            if (TWidth.Words != 1 && most > _freshRoom)
            {
                _fresh = (FreshState*)NativeMemory.Realloc(_fresh, (nuint)(most * sizeof(FreshState)));
                _freshRoom = most;
            }

            NativeMemory.Clear(_marks, (nuint)(marks * sizeof(ulong)));
            var count = 0L;
            foreach (var part in parts)
            {
                for (var from = 0L; from < part.Kept; from += Window)
                {
                    count += AddOwn(part, from, Sift(part, from, Math.Min(part.Kept, from + Window)));
                }

                FreshBefore[part.Number + 1] = count;
            }
        }

        /// <summary>Writes numbers into the slots of the fresh states.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void NumberSlots(ArraySegment<Part> parts)
        {
            var table = _table!;
            for (var part = 0; part < parts.Count; part++)
            {
                var first = _blocks._set.Count + _blocks.FreshBefore(part);
                var ranks = new FreshRanks(_blocks, part);
                for (var i = FreshBefore[part]; i < FreshBefore[part + 1]; i++)
                {
                    // Up to the last of all parts.
                    table.PrefetchSlot(_fresh[Math.Min(i + Ahead, _freshCount - 1)].Slot);
                    table.Number(_fresh[i].Slot, first + ranks.Before(_fresh[i].Place));
                }
            }
        }

        public void Dispose()
        {
            NativeMemory.Free(_window);
            NativeMemory.Free(_marks);
            NativeMemory.Free(_fresh);
            _wordTable?.Dispose();
            _table?.Dispose();
        }

        private void MakeRoom(long more)
        {
            if (TWidth.Words == 1)
            {
                _wordTable!.MakeRoom(more);
            }
            else
            {
                _table!.MakeRoom(more);
            }
        }

        /// <summary>Lists which successors are of this shard.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private int Sift(Part part, long from, long to)
        {
            var (own, shards, count) = (_own, _blocks._shards.Length, 0);
            var hashes = part.Hashes + from;
            var window = _window;
            for (var i = 0; i < to - from; i++)
            {
                window[count] = i;
                count += ShardOf(hashes[i], shards) == own ? 1 : 0;
            }

            return count;
        }

        /// <summary>Adds what was listed. Returns how many are new.</summary>
        private int AddOwn(Part part, long from, int count) => TWidth.Words == 1 ? AddWords(part, from, count) : AddStates(part, from, count);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private int AddWords(Part part, long from, int count)
        {
            var table = _wordTable!;
            var hashes = part.Hashes + from;
            var window = _window;
            var marks = MarksOf(part.Number) + (from >> 6);
            var fresh = 0;
            for (var i = 0; i < Math.Min(2 * Ahead, count); i++)
            {
                table.Prefetch(hashes[window[i]]);
            }

            for (var i = 0; i < count; i++)
            {
                // What is behind the last is an older list: fetched for nothing.
                table.Prefetch(hashes[window[i + (2 * Ahead)]]);
                var place = window[i];
                if (table.Add(hashes[place]))
                {
                    marks[place >> 6] |= 1UL << (place & 63);
                    fresh++;
                }
            }

            return fresh;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private int AddStates(Part part, long from, int count)
        {
            var (table, set, numbered, words) = (_table!, _blocks._set, _blocks._set.Count, _blocks.Words);
            var hashes = part.Hashes + from;
            var window = _window;
            var marks = MarksOf(part.Number) + (from >> 6);
            var fresh = _freshCount;
            for (var i = 0; i < Math.Min(2 * Ahead, count); i++)
            {
                table.Prefetch(hashes[window[i]]);
            }

            for (var i = 0; i < Math.Min(Ahead, count); i++)
            {
                table.PrefetchState(hashes[window[i]], set, numbered);
            }

            for (var i = 0; i < count; i++)
            {
                // As above.
                table.Prefetch(hashes[window[i + (2 * Ahead)]]);
                table.PrefetchState(hashes[window[i + Ahead]], set, numbered);
                var place = window[i];
                var state = part.States + ((from + place) * words);
                var slot = table.Add(state, hashes[place], numbered + fresh, set, numbered, _fresh);
                if (slot >= 0)
                {
                    marks[place >> 6] |= 1UL << (place & 63);
                    _fresh[fresh++] = new FreshState { State = state, Slot = slot, Place = from + place };
                }
            }

            var added = (int)(fresh - _freshCount);
            _freshCount = fresh;
            return added;
        }
    }
}
