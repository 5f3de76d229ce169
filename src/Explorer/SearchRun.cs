using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer;

/// <summary>One breadth-first search.</summary>
/// <remarks>
/// The states in the order in which they were found are the queue. A batch of them is expanded into a buffer; then the slots of all
/// successors are prefetched, then the states that they may be equal to, and only then are they looked up: three passes hide most of
/// the time that memory takes. The order of insertion is that of a search without batches. A level in which something is violated is
/// completed, so that the counts do not depend on the order in it.
/// </remarks>
internal sealed unsafe partial class SearchRun<TWidth> : IDisposable
    where TWidth : struct, IWidth
{
    private const int BatchStates = 128;
    private const int BatchSuccessors = 256;
    private const int BatchesPerCheck = 64;
    private const int StatesPerReport = 10_000;
    private readonly CompiledSystem _compiled;
    private readonly FrozenValues _frozenValues;
    private readonly SearchRequest _request;
    private readonly CancellationToken _cancellation;
    private readonly ExpandCode[] _expand;
    private readonly TestCode? _cut;
    private readonly TestCode? _invariant;
    private readonly TestCode[] _coverTests;
    private readonly int?[] _coverDepths;
    private readonly long[] _frozenArray;
    private readonly long[] _fired;
    private readonly VisitedSet<TWidth> _set;
    private readonly ulong* _buffer;
    private readonly ulong* _bufferFull;
    private readonly ulong* _hashes;
    private readonly ulong** _ends;
    private long* _frozen;
    private long _transitions;
    private int _depth;
    private int _coversLeft;
    private int _batches;
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
        _expand = [.. compiled.Expand];
        _cut = compiled.Cut;
        _invariant = request.Property is null ? null : Test(request.Property, PropertyKind.Invariant);
        _coverTests = [.. request.Covers.Select(c => Test(c, PropertyKind.Cover))];
        _coverDepths = new int?[_coverTests.Length];
        _coversLeft = _coverTests.Length;
        _frozenArray = compiled.Frozen.Values(frozen);
        _fired = new long[Math.Max(1, compiled.InstanceCount)];
        var successors = (nuint)(BatchSuccessors + Math.Max(compiled.InstanceCount, compiled.System.InitialStates.Length));
        _buffer = (ulong*)NativeMemory.Alloc(successors, (nuint)(Stride * sizeof(ulong)));
        _bufferFull = _buffer + BatchSuccessors * Stride;
        _hashes = (ulong*)NativeMemory.Alloc(successors, sizeof(ulong));
        _ends = (ulong**)NativeMemory.Alloc(BatchStates, (nuint)sizeof(ulong*));
        _set = new VisitedSet<TWidth>(compiled.Layout.Words);
    }

    // A model error: the state in which it happens, the instance, and how many states were found before it.
    private sealed record FoundError(long State, int Instance, long Before);

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
                if (_stop == StopReason.None && _set.Count > end)
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
        _set.Dispose();
        NativeMemory.Free(_buffer);
        NativeMemory.Free(_hashes);
        NativeMemory.Free(_ends);
    }

    private bool Found => _violating >= 0 || _error is not null || _stuck >= 0;

    private void AddInitialStates()
    {
        var zero = stackalloc ulong[Words];
        new Span<ulong>(zero, Words).Clear();
        var output = _buffer;
        foreach (var code in _compiled.Initial)
        {
            output = code(zero, _frozen, output);
        }

        _set.MakeRoom(_compiled.System.InitialStates.Length);
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
                _set.Add(entry, _set.Hash(entry), uint.MaxValue);
            }
        }

        Observe(0, 0);
        CheckLimits();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Level(long from, long end)
    {
        while (from < end && _stop == StopReason.None)
        {
            var output = _buffer;
            var states = 0;
            while (states < BatchStates && from + states < end && output < _bufferFull)
            {
                var state = _set.State(from + states);
                var before = output;
                foreach (var code in _expand)
                {
                    output = code(state, _frozen, output);
                }

                if (output == before && _request.CheckDeadlock)
                {
                    Stuck(from + states);
                }

                _ends[states++] = output;
            }

            var successors = (output - _buffer) / Stride;
            if (!MakeRoom(successors))
            {
                return;
            }

            var known = _set.Count;
            Insert(from, states, (int)successors);
            _transitions += successors;
            from += states;
            if (_set.Count > known)
            {
                Observe(known, _depth + 1);
            }

            if (++_batches % BatchesPerCheck == 0 || _set.Count > _request.Limits.MaxStates)
            {
                CheckLimits();
                Report(from);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Insert(long from, int states, int successors)
    {
        var entry = _buffer;
        for (var i = 0; i < successors; i++, entry += Stride)
        {
            var hash = _set.Hash(entry);
            _hashes[i] = hash;
            _set.Prefetch(hash);
        }

        if (TWidth.Words != 1)
        {
            for (var i = 0; i < successors; i++)
            {
                _set.PrefetchState(_hashes[i]);
            }
        }

        entry = _buffer;
        var next = _hashes;
        fixed (long* fired = _fired)
        {
            for (var s = 0; s < states; s++)
            {
                var parent = (uint)(from + s);
                for (var end = _ends[s]; entry < end; entry += Stride, next++)
                {
                    var meta = entry[Words];
                    fired[(uint)meta]++;
                    if (meta >= Meta.Error)
                    {
                        _error ??= new FoundError(parent, (int)(meta & Meta.InstanceMask), _set.Count);
                    }
                    else if (_cut is not null && _cut(entry, _frozen) != 0)
                    {
                        _sink = true;
                    }
                    else
                    {
                        _set.Add(entry, *next, parent);
                    }
                }
            }
        }
    }

    // Looks at new states, which stand at the end.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Observe(long from, int depth)
    {
        var end = _set.Count;
        if (_invariant is not null && _violating < 0)
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
