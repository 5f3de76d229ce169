using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer;

/// <content>Expanding.</content>
internal sealed unsafe partial class ParallelBlocks<TWidth>
{
    /// <summary>A thread's part of a block: its successors but those that were met a moment ago.</summary>
    private sealed class Part : IDisposable
    {
        private const int BatchStates = 128;
        private const int BatchSuccessors = 768;
        private readonly ParallelBlocks<TWidth> _blocks;
        private readonly long[] _fired;
        private readonly RecentStates<TWidth> _recent;
        private readonly ulong* _buffer;
        private readonly ulong* _bufferFull;
        private readonly ulong** _ends;
        private long _room;

        public Part(ParallelBlocks<TWidth> blocks, int number)
        {
            (_blocks, Number) = (blocks, number);
            var compiled = blocks._compiled;
            var stride = blocks.Words + 1;
            _fired = new long[Math.Max(1, compiled.InstanceCount)];
            _recent = new RecentStates<TWidth>(blocks._set, blocks.Words);
            _buffer = (ulong*)NativeMemory.Alloc((nuint)(BatchSuccessors + blocks._expander.Most), (nuint)(stride * sizeof(ulong)));
            _bufferFull = _buffer + (BatchSuccessors * stride);
            _ends = (ulong**)NativeMemory.Alloc(BatchStates, (nuint)sizeof(ulong*));
        }

        public int Number { get; }

        /// <summary>Successors in the lists.</summary>
        public long Kept { get; private set; }

        public ulong* Hashes { get; private set; }

        public uint* Parents { get; private set; }

        /// <summary>The states; of one word they are had from the hashes.</summary>
        public ulong* States { get; private set; }

        public long Transitions { get; private set; }

        public bool IsCut { get; private set; }

        public long Stuck { get; private set; }

        public long ErrorState { get; private set; }

        public int ErrorInstance { get; private set; }

        /// <summary>How many in the lists come before the error.</summary>
        public long ErrorAfter { get; private set; }

        /// <summary>The first fresh state in which the invariant is false; -1 for none.</summary>
        public long Violating { get; set; }

        public void Expand(long from, long to, long* frozen)
        {
            fixed (long* fired = _fired)
            {
                Expand(from, to, frozen, fired);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Expand(long from, long to, long* frozen, long* fired)
        {
            (Kept, Transitions, IsCut, Stuck, ErrorState) = (0, 0, false, -1, -1);
            var (set, expander) = (_blocks._set, _blocks._expander);
            while (from < to)
            {
                var output = _buffer;
                var states = 0;
                while (states < BatchStates && from + states < to && output < _bufferFull)
                {
                    var state = set.State(from + states);
                    var before = output;
                    output = expander.Expand(state, frozen, output, fired);
                    if (output == before && _blocks._checkDeadlock && Stuck < 0 && _blocks._compiled.Terminal(state, frozen) == 0)
                    {
                        Stuck = from + states;
                    }

                    _ends[states++] = output;
                }

                if (_blocks._canonical is null)
                {
                    Sift<Off>(from, states, frozen);
                }
                else
                {
                    Sift<On>(from, states, frozen);
                }

                from += states;
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
            NativeMemory.Free(Hashes);
            NativeMemory.Free(Parents);
            NativeMemory.Free(States);
            _recent.Dispose();
            NativeMemory.Free(_buffer);
            NativeMemory.Free(_ends);
        }

        /// <summary>Counts the successors of a batch, and keeps those that were not met a moment ago.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Sift<TReduced>(long from, int states, long* frozen)
            where TReduced : struct, ISwitch
        {
            var (set, recent, canonical, cut, words) = (_blocks._set, _recent, _blocks._canonical, _blocks._compiled.Cut, _blocks.Words);
            var successors = (_ends[states - 1] - _buffer) / (words + 1);
            MakeRoom(Kept + successors + 1);
            var hashes = Hashes;
            var parents = Parents;
            var kept = Kept;
            var entry = _buffer;
            fixed (long* fired = _fired)
            {
                for (var s = 0; s < states; s++)
                {
                    var parent = (uint)(from + s);
                    for (var end = _ends[s]; entry < end; entry += words + 1)
                    {
                        var meta = entry[words];
                        fired[(uint)meta]++;
                        if (meta >= Meta.Error)
                        {
                            Error(parent, (int)(meta & Meta.InstanceMask), kept);
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
                        for (var i = 0; TWidth.Words != 1 && i < words; i++)
                        {
                            States[(kept * words) + i] = entry[i];
                        }

                        if (cut is not null && isKept && cut(entry, frozen) != 0)
                        {
                            IsCut = true;
                            continue;
                        }

                        kept += isKept ? 1 : 0;
                    }
                }
            }

            Transitions += successors;
            Kept = kept;
        }

        private void MakeRoom(long room)
        {
            if (room > _room)
            {
                _room = Math.Max(room, _room * 2);
                Hashes = (ulong*)NativeMemory.Realloc(Hashes, (nuint)((_room + Shard.Window) * sizeof(ulong)));
                Parents = (uint*)NativeMemory.Realloc(Parents, (nuint)(_room * sizeof(uint)));
                States = TWidth.Words == 1 ? null : (ulong*)NativeMemory.Realloc(States, (nuint)(_room * _blocks.Words * sizeof(ulong)));
            }
        }

        private void Error(long state, int instance, long after)
        {
            if (ErrorState < 0)
            {
                (ErrorState, ErrorInstance, ErrorAfter) = (state, instance, after);
            }
        }
    }
}
