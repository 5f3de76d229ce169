using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CoherenceCheck.Explorer.Reductions;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer;

/// <summary>One breadth-first search.</summary>
/// <remarks>
/// The states in the order in which they were found are the queue. A batch of them is expanded into a buffer; then successors that were
/// met a moment ago are passed over, and the slots of the others are prefetched, then the states that they may be equal to, and only
/// then are they looked up: the passes hide most of the time that memory takes. The order of insertion is that of a search without batches. A level in which something is violated is
/// completed, so that the counts do not depend on the order in it.
/// </remarks>
internal sealed unsafe partial class SearchRun<TWidth> : IDisposable
    where TWidth : struct, IWidth
{
    private const int BatchStates = 128;
    private const int BatchSuccessors = 768;
    private const int Ahead = 24;
    private const int StatesPerReport = 10_000;
    private const int FewestBlockStates = 4_096;

    // Bytes that there must be for each state of a block: what threads list for a block is to be little beside all others.
    private const int BlockShare = 8_000;
    private readonly CompiledSystem _compiled;
    private readonly FrozenValues _frozenValues;
    private readonly long _blockStates;
    private readonly SearchRequest _request;
    private readonly CancellationToken _cancellation;
    private readonly Expander _expander;
    private readonly TestCode? _cut;
    private readonly TestCode? _invariant;
    private readonly TestCode[] _coverTests;
    private readonly int?[] _coverDepths;
    private readonly (string Name, TestCode IsTrue, bool Seen)[] _sights;
    private readonly long[] _frozenArray;
    private readonly long[] _fired;
    private readonly SymmetryGroup? _group;
    private readonly Canonicalizer? _canonical;
    private readonly VisitedSet<TWidth> _set;
    private readonly ParallelBlocks<TWidth>? _parallel;
    private readonly ulong* _buffer;
    private readonly ulong* _bufferFull;
    private readonly Sifted* _sifted;
    private readonly RecentStates<TWidth> _recent;
    private readonly ulong** _ends;
    private long* _frozen;
    private long _transitions;
    private int _depth;
    private long _expanded;
    private int _coversLeft;
    private int _sightsLeft;
    private long _reported;
    private bool _sink;
    private StopReason _stop;
    private long _violating = -1;
    private long _stuck = -1;
    private FoundError? _error;

    public SearchRun(CompiledSystem compiled, FrozenValues frozen, SearchRequest request, CancellationToken cancellation)
    {
        _compiled = compiled;
        _frozenValues = frozen;
        _request = request;
        _cancellation = cancellation;
        _cut = compiled.Cut;
        _invariant = request.Property is null ? null : Test(request.Property, PropertyKind.Invariant);
        _coverTests = [.. request.Covers.Select(c => Test(c, PropertyKind.Cover))];
        _coverDepths = new int?[_coverTests.Length];
        _coversLeft = _coverTests.Length;
        _sights = [.. request.Sights.Where(compiled.Properties.ContainsKey).Select(name => (name, Test(name, PropertyKind.Sight), false))];
        _sightsLeft = _sights.Length;
        _frozenArray = compiled.Frozen.Values(frozen);
        _fired = new long[Math.Max(1, compiled.InstanceCount)];
        (_group, _canonical) = Symmetries();
        _expander = Ample();
        var successors = (nuint)(BatchSuccessors + Math.Max(_expander.Most, compiled.System.InitialStates.Length));
        _buffer = (ulong*)NativeMemory.Alloc(successors, (nuint)(Stride * sizeof(ulong)));
        _bufferFull = _buffer + BatchSuccessors * Stride;
        _sifted = (Sifted*)NativeMemory.AllocZeroed(successors + (2 * Ahead), (nuint)sizeof(Sifted));
        _ends = (ulong**)NativeMemory.Alloc(BatchStates, (nuint)sizeof(ulong*));
        _set = new VisitedSet<TWidth>(compiled.Layout.Words, compiled.WordBits);
        _recent = new RecentStates<TWidth>(_set, compiled.Layout.Words);
        _budget = MemoryBudget.For(request.Limits);
        _blockStates = Math.Min(request.BlockStates, Math.Max(FewestBlockStates, (_budget?.AtFirst ?? long.MaxValue) / BlockShare));
        _parallel = request.Threads > 1 ? new ParallelBlocks<TWidth>(compiled, _set, _expander, _canonical, _invariant, request) : null;
    }

    // A model error: the state in which it happens, the instance, and how many states were found before it.
    private sealed record FoundError(long State, int Instance, long Before);

    // A successor that is to be looked up.
    private struct Sifted
    {
        public ulong* Entry;
        public ulong Hash;
    }

    private int Words
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TWidth.Words == 0 ? _compiled.Layout.Words : TWidth.Words;
    }

    private int Stride
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Words + 1;
    }

    public Exploration Run()
    {
        fixed (long* frozen = _frozenArray)
        {
            _frozen = frozen;
            AddInitialStates();
            var from = 0L;
            while (from < _set.Count && !Found && _stop == StopReason.None)
            {
                var end = _set.Count;
                Level(from, end);
                if (_expanded == end && _set.Count > end)
                {
                    _depth++;
                }

                from = end;
            }

            return Result();
        }
    }

    public void Dispose()
    {
        _parallel?.Dispose();
        _canonical?.Dispose();
        _set.Dispose();
        NativeMemory.Free(_buffer);
        NativeMemory.Free(_sifted);
        _recent.Dispose();
        NativeMemory.Free(_ends);
        _budget?.Dispose();
    }

    private bool Found => _violating >= 0 || _error is not null || _stuck >= 0;

    private void AddInitialStates()
    {
        var zero = stackalloc ulong[Words];
        new Span<ulong>(zero, Words).Clear();
        var output = Initial(zero);
        if (!(_parallel is null ? MakeRoom(_compiled.System.InitialStates.Length) : MakeRoomTogether(_compiled.System.InitialStates.Length, default)))
        {
            _stop = _stop == StopReason.None ? StopReason.MaxMemory : _stop;
            return;
        }

        for (var entry = _buffer; entry < output; entry += Stride)
        {
            if (entry[Words] >= Meta.Error)
            {
                _error ??= new FoundError(-1, (int)(entry[Words] & Meta.InstanceMask), _set.Count);
            }
            else if (_cut is not null && _cut(entry, _frozen) != 0)
            {
                _sink = true;
            }
            else
            {
                _canonical?.Replace(entry);
                if (_parallel is not null)
                {
                    _parallel.AddInitial(entry);
                }
                else
                {
                    _set.Add(entry, _set.Hash(entry), uint.MaxValue);
                }
            }
        }

        Observe(0, 0);
        CheckLimits();
    }

    /// <summary>Expands a level, block by block. Limits are looked at after each block, so that where a search stops does not depend on its threads.</summary>
    private void Level(long from, long end)
    {
        for (var block = from; block < end && _stop == StopReason.None; block += _blockStates)
        {
            var to = Math.Min(end, block + _blockStates);
            var known = _set.Count;
            if (_parallel is null)
            {
                Expand(block, to);
            }
            else
            {
                ExpandTogether(block, to, Math.Min(end, to + _blockStates));
            }

            if (_set.Count > known)
            {
                Observe(known, _depth + 1);
            }

            if (_stop == StopReason.None)
            {
                _expanded = to;

                // What has come to its end is decided, whatever the time.
                if (to < end || _set.Count > end)
                {
                    CheckLimits();
                }
            }

            Report(to);
        }
    }

    private void ExpandTogether(long from, long end, long next)
    {
        var known = _set.Count;
        BlockOutcome outcome;
        try
        {
            if (_parallel!.Expand(from, end, next, _frozen, _fired, MakeRoomTogether) is not { } whole)
            {
                _stop = _stop == StopReason.None ? StopReason.MaxMemory : _stop;
                return;
            }

            outcome = whole;
        }
        catch (AggregateException e) when (e.InnerExceptions.All(inner => inner is OutOfMemoryException))
        {
            // The block has no numbers yet: what was found before it stands.
            _stop = StopReason.MaxMemory;
            return;
        }

        _transitions += outcome.Transitions;
        _sink |= outcome.IsCut;
        if (_violating < 0)
        {
            _violating = outcome.Violating;
        }

        if (_stuck < 0)
        {
            _stuck = outcome.Stuck;
        }

        if (outcome.ErrorState >= 0)
        {
            _error ??= new FoundError(outcome.ErrorState, outcome.ErrorInstance, known + outcome.ErrorAfter);
        }
    }

    private void Expand(long from, long end)
    {
        fixed (long* fired = _fired)
        {
            Expand(from, end, fired);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Expand(long from, long end, long* fired)
    {
        while (from < end)
        {
            var output = _buffer;
            var states = 0;
            while (states < BatchStates && from + states < end && output < _bufferFull)
            {
                var state = _set.State(from + states);
                var before = output;
                output = _expander.Expand(state, _frozen, output, fired);
                if (output == before && _request.CheckDeadlock)
                {
                    Stuck(from + states);
                }

                _ends[states++] = output;
            }

            var successors = (output - _buffer) / Stride;
            if (!MakeRoom(successors))
            {
                _expanded = from;
                return;
            }

            Insert(from, output);
            _transitions += successors;
            from += states;
        }
    }

    /// <summary>Adds the successors of a batch. Most of them were met a moment ago: those are passed over before the set is touched.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Insert(long from, ulong* end)
    {
        bool isPlain;
        var left = _canonical is null ? Sift<Off>(end, out isPlain) : Sift<On>(end, out isPlain);
        isPlain &= _cut is null;
        var sifted = _sifted;
        var (set, parent) = (_set, 0);
        for (var i = 0; i < Math.Min(2 * Ahead, left); i++)
        {
            set.Prefetch(sifted[i].Hash);
        }

        for (var i = 0; TWidth.Words != 1 && i < Math.Min(Ahead, left); i++)
        {
            set.PrefetchState(sifted[i].Hash);
        }

        for (var i = 0; i < left; i++)
        {
            // What is behind the last is read, but not used.
            set.Prefetch(sifted[i + (2 * Ahead)].Hash);
            if (TWidth.Words != 1)
            {
                set.PrefetchState(sifted[i + Ahead].Hash);
            }

            var entry = sifted[i].Entry;
            if (!isPlain && IsApart(entry, from))
            {
                continue;
            }

            if (set.Enter(entry, sifted[i].Hash))
            {
                while (entry >= _ends[parent])
                {
                    parent++;
                }

                set.Append(entry, (uint)(from + parent));
            }
        }
    }

    // Whether a successor is no state: a model error, or cut.
    private bool IsApart(ulong* entry, long from)
    {
        if (entry[Words] >= Meta.Error)
        {
            var parent = 0;
            while (entry >= _ends[parent])
            {
                parent++;
            }

            _error ??= new FoundError(from + parent, (int)(entry[Words] & Meta.InstanceMask), _set.Count);
            return true;
        }

        var isCut = _cut is not null && _cut(entry, _frozen) != 0;
        _sink |= isCut;
        return isCut;
    }

    /// <summary>Counts the successors of a batch, and keeps those that were not met a moment ago.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Sift<TReduced>(ulong* end, out bool isPlain)
        where TReduced : struct, ISwitch
    {
        var left = 0;
        isPlain = true;
        var (set, recent, canonical) = (_set, _recent, _canonical);
        var sifted = _sifted;
        fixed (long* fired = _fired)
        {
            for (var entry = _buffer; entry < end; entry += Stride)
            {
                var meta = entry[Words];
                fired[(uint)meta]++;
                if (meta >= Meta.Error)
                {
                    isPlain = false;
                    sifted[left++] = new Sifted { Entry = entry };
                    continue;
                }

                var hash = set.Hash(entry);
                var isKept = recent.Replace(entry, hash);
                if (TReduced.IsOn && isKept && canonical!.Replace(entry))
                {
                    hash = set.Hash(entry);
                    isKept = recent.Replace(entry, hash);
                }

                // Written in any case, and kept by counting it: a branch would go either way for every second successor.
                sifted[left] = new Sifted { Entry = entry, Hash = hash };
                left += isKept ? 1 : 0;
            }
        }

        return left;
    }

    // Looks at new states, which stand at the end. What several threads found they have tested.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Observe(long from, int depth)
    {
        var end = _set.Count;
        if (_invariant is not null && _violating < 0 && (_parallel is null || depth == 0))
        {
            for (var number = from; number < end; number++)
            {
                if (_invariant(_set.State(number), _frozen) == 0)
                {
                    _violating = number;
                    break;
                }
            }
        }

        if (_sightsLeft > 0)
        {
            Look(from, end);
        }

        if (_coversLeft == 0)
        {
            return;
        }

        for (var i = 0; i < _coverTests.Length; i++)
        {
            for (var number = from; number < end && _coverDepths[i] is null; number++)
            {
                if (_coverTests[i](_set.State(number), _frozen) != 0)
                {
                    _coverDepths[i] = depth;
                    _coversLeft--;
                }
            }
        }
    }

    private void Look(long from, long end)
    {
        foreach (ref var sight in _sights.AsSpan())
        {
            for (var number = from; number < end && !sight.Seen; number++)
            {
                if (sight.IsTrue(_set.State(number), _frozen) != 0)
                {
                    sight.Seen = true;
                    _sightsLeft--;
                }
            }
        }
    }

    private void Stuck(long number)
    {
        if (_stuck < 0 && _compiled.Terminal(_set.State(number), _frozen) == 0)
        {
            _stuck = number;
        }
    }

    private TestCode Test(string name, PropertyKind kind) =>
        _compiled.System.Properties.FirstOrDefault(p => p.Name == name)?.Kind == kind
            ? _compiled.Properties[name]
            : throw new ArgumentException($"'{_compiled.System.Name}' has no {kind.ToString().ToLowerInvariant()} '{name}'.", nameof(name));
}
