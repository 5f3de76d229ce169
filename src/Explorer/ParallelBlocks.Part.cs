using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CoherenceCheck.Explorer;

/// <content>Expanding.</content>
internal sealed unsafe partial class ParallelBlocks<TWidth>
{
    /// <summary>States that are expanded together, and what came of them.</summary>
    private sealed class Block(int threads, int instances, int partStates) : IDisposable
    {
        private readonly Part[] _parts = [.. Enumerable.Range(0, threads * PartsPerThread).Select(number => new Part(number))];

        public long From { get; private set; }

        public long To { get; private set; }

        /// <summary>The parts in use, in the order of their states.</summary>
        public ArraySegment<Part> Parts { get; private set; }

        /// <summary>How often each instance fired, for each thread.</summary>
        public long[][] Fired { get; } = [.. Enumerable.Range(0, threads).Select(_ => new long[instances])];

        public bool IsEmpty => Parts.Count == 0;

        /// <summary>Whether it is too small to wake other threads for it.</summary>
        public bool IsSmall => Parts.Count <= 1;

        /// <summary>Takes other states, which are not expanded yet.</summary>
        public void Begin(long from, long to)
        {
            (From, To) = (from, to);
            var parts = Math.Clamp((to - from) / partStates, from < to ? 1 : 0, _parts.Length);
            for (var i = 0; i < parts; i++)
            {
                _parts[i].Begin(from + ((to - from) * i / parts), from + ((to - from) * (i + 1) / parts));
            }

            Parts = new ArraySegment<Part>(_parts, 0, (int)parts);
            Array.ForEach(Fired, Array.Clear);
        }

        public void Dispose() => Array.ForEach(_parts, part => part.Dispose());
    }

    /// <summary>A part of a block: its successors but those that the thread that expanded it met a moment ago.</summary>
    private sealed class Part(int number) : IDisposable
    {
        private long _room;

        public int Number { get; } = number;

        public long From { get; private set; }

        public long To { get; private set; }

        /// <summary>Successors in the lists.</summary>
        public long Kept { get; set; }

        public ulong* Hashes { get; private set; }

        public uint* Parents { get; private set; }

        /// <summary>The states; of one word they are had from the hashes.</summary>
        public ulong* States { get; private set; }

        public long Transitions { get; set; }

        public bool IsCut { get; set; }

        public long Stuck { get; set; }

        public long ErrorState { get; private set; }

        public int ErrorInstance { get; private set; }

        /// <summary>How many in the lists come before the error.</summary>
        public long ErrorAfter { get; private set; }

        /// <summary>The first fresh state in which the invariant is false; -1 for none.</summary>
        public long Violating { get; set; }

        public void Begin(long from, long to) => (From, To, Kept, Transitions, IsCut, Stuck, ErrorState, Violating) = (from, to, 0, 0, false, -1, -1, -1);

        public void MakeRoom(long room, int words)
        {
            if (room > _room)
            {
                _room = Math.Max(room, _room * 2);
                Hashes = (ulong*)NativeMemory.Realloc(Hashes, (nuint)((_room + Shard.Window) * sizeof(ulong)));
                Parents = (uint*)NativeMemory.Realloc(Parents, (nuint)(_room * sizeof(uint)));
                States = TWidth.Words == 1 ? null : (ulong*)NativeMemory.Realloc(States, (nuint)(_room * words * sizeof(ulong)));
            }
        }

        public void Error(long state, int instance, long after)
        {
            if (ErrorState < 0)
            {
                (ErrorState, ErrorInstance, ErrorAfter) = (state, instance, after);
            }
        }

        public void Dispose()
        {
            NativeMemory.Free(Hashes);
            NativeMemory.Free(Parents);
            NativeMemory.Free(States);
        }
    }

    /// <summary>What a thread has of its own while it expands parts.</summary>
    private sealed class Worker : IDisposable
    {
        private const int BatchStates = 128;
        private const int BatchSuccessors = 768;
        private readonly ParallelBlocks<TWidth> _blocks;
        private readonly RecentStates<TWidth> _recent;
        private readonly ulong* _buffer;
        private readonly ulong* _bufferFull;
        private readonly ulong** _ends;

        public Worker(ParallelBlocks<TWidth> blocks)
        {
            _blocks = blocks;
            var stride = blocks.Words + 1;
            _recent = new RecentStates<TWidth>(blocks._set, blocks.Words);
            _buffer = (ulong*)NativeMemory.Alloc((nuint)(BatchSuccessors + blocks._expander.Most), (nuint)(stride * sizeof(ulong)));
            _bufferFull = _buffer + (BatchSuccessors * stride);
            _ends = (ulong**)NativeMemory.Alloc(BatchStates, (nuint)sizeof(ulong*));
        }

        /// <summary>Expands a part. Parts must come in order: what was met a moment ago is passed over.</summary>
        public void Expand(Part part, long* frozen, long[] fired)
        {
            fixed (long* counts = fired)
            {
                Expand(part, frozen, counts);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Expand(Part part, long* frozen, long* fired)
        {
            var (set, expander, from, to) = (_blocks._set, _blocks._expander, part.From, part.To);
            while (from < to)
            {
                var output = _buffer;
                var states = 0;
                while (states < BatchStates && from + states < to && output < _bufferFull)
                {
                    var state = set.State(from + states);
                    var before = output;
                    output = expander.Expand(state, frozen, output, fired);
                    if (output == before && _blocks._checkDeadlock && part.Stuck < 0 && _blocks._compiled.Terminal(state, frozen) == 0)
                    {
                        part.Stuck = from + states;
                    }

                    _ends[states++] = output;
                }

                if (_blocks._canonical is null)
                {
                    Sift<Off>(part, from, states, frozen, fired);
                }
                else
                {
                    Sift<On>(part, from, states, frozen, fired);
                }

                from += states;
            }
        }

        public void Dispose()
        {
            _recent.Dispose();
            NativeMemory.Free(_buffer);
            NativeMemory.Free(_ends);
        }

        /// <summary>Counts the successors of a batch, and keeps those that were not met a moment ago.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Sift<TReduced>(Part part, long from, int states, long* frozen, long* fired)
            where TReduced : struct, ISwitch
        {
            var (set, recent, canonical, cut, words) = (_blocks._set, _recent, _blocks._canonical, _blocks._compiled.Cut, _blocks.Words);
            var successors = (_ends[states - 1] - _buffer) / (words + 1);
            part.MakeRoom(part.Kept + successors + 1, words);
            var hashes = part.Hashes;
            var parents = part.Parents;
            var kepts = part.States;
            var kept = part.Kept;
            var entry = _buffer;
            for (var s = 0; s < states; s++)
            {
                var parent = (uint)(from + s);
                for (var end = _ends[s]; entry < end; entry += words + 1)
                {
                    var meta = entry[words];
                    fired[(uint)meta]++;
                    if (meta >= Meta.Error)
                    {
                        part.Error(parent, (int)(meta & Meta.InstanceMask), kept);
                        continue;
                    }

                    // Written in any case, and kept by counting it: a branch would go either way for every second successor.
                    var hash = set.Hash(entry);
                    var isKept = recent.Replace(entry, hash);
                    if (TReduced.IsOn && isKept && canonical!.Replace(entry))
                    {
                        hash = set.Hash(entry);
                        isKept = recent.Replace(entry, hash);
                    }

                    hashes[kept] = hash;
                    parents[kept] = parent;
                    if (TWidth.Words != 1)
                    {
                        StateWords<TWidth>.Copy(entry, kepts + (kept * words), words);
                    }

                    if (cut is not null && isKept && cut(entry, frozen) != 0)
                    {
                        part.IsCut = true;
                        continue;
                    }

                    kept += isKept ? 1 : 0;
                }
            }

            part.Transitions += successors;
            part.Kept = kept;
        }
    }
}
