using System.Collections.Immutable;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer;

/// <summary>What a walk came to.</summary>
/// <param name="Violation">What it found; the walk ends there.</param>
/// <param name="Steps">Steps taken; a step that is a model error counts.</param>
/// <param name="IsStuck">Whether it ended because nothing was enabled.</param>
/// <param name="Trace">The walk, confirmed by the interpreter; empty where nothing was found.</param>
/// <param name="ModelError">What is wrong, where it ended in a model error.</param>
public sealed record WalkResult(ViolationKind Violation, int Steps, bool IsStuck, ImmutableArray<TraceStep> Trace, string? ModelError);

/// <summary>Random walks through a system, under random priorities.</summary>
/// <remarks>
/// The same successors as the search takes them from, one state at a time; nothing is exhaustive about it. Burckhardt, Kothari,
/// Musuvathi and Nagarakatte, "A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs", ASPLOS 2010: lanes have
/// priorities, the highest lane that can step does, and at a few random steps priorities change: all are drawn anew, which found more
/// here than to let the running lane fall below the others. A lane may have several steps enabled: one of them is drawn evenly. An even draw among all enabled steps instead found next to
/// nothing on the shipped specs: what must not happen for long, a write-back say, then nearly always does.
/// </remarks>
public sealed unsafe class RandomWalk : IDisposable
{
    private const int MostSeen = 20_000_000;
    private readonly CompiledSystem _compiled;
    private readonly LanePriorities _priorities;
    private readonly FrozenValues _frozenValues;
    private readonly string? _property;
    private readonly bool _checkDeadlock;
    private readonly long[] _frozen;
    private readonly long[] _fired;
    private readonly HashSet<ulong> _seen = [];
    private readonly int _words;
    private readonly ulong* _buffer;
    private readonly ulong* _state;

    /// <summary>Walks through one cell.</summary>
    /// <param name="compiled">The system.</param>
    /// <param name="frozen">The cell.</param>
    /// <param name="property">The invariant to look at in every state; <see langword="null"/> for none.</param>
    /// <param name="checkDeadlock">Whether a state without successors that is not terminal is a violation.</param>
    /// <param name="laneOf">Whose step an instance is: what takes turns.</param>
    public RandomWalk(CompiledSystem compiled, FrozenValues frozen, string? property, bool checkDeadlock, Func<RuleInstance, string> laneOf)
    {
        (_compiled, _frozenValues, _property, _checkDeadlock) = (compiled, frozen, property, checkDeadlock);
        _priorities = new LanePriorities([.. compiled.Instances.Select(laneOf)]);
        _frozen = compiled.Frozen.Values(frozen);
        _fired = new long[compiled.InstanceCount];
        _words = compiled.Layout.Words;
        var successors = (nuint)Math.Max(compiled.InstanceCount, compiled.System.InitialStates.Length) + 1;
        _buffer = (ulong*)NativeMemory.Alloc(successors, (nuint)((_words + 1) * sizeof(ulong)));
        _state = (ulong*)NativeMemory.AllocZeroed((nuint)_words, sizeof(ulong));
    }

    /// <summary>How often each rule of the system fired over all walks, in the system's order.</summary>
    public ImmutableArray<long> Fired => _compiled.FiredByRule(_fired);

    /// <summary>Different states seen over all walks; a collision of 64-bit hashes counts two as one, and counting stops at 20 million.</summary>
    public int States => _seen.Count;

    /// <summary>One walk from an initial state.</summary>
    /// <param name="random">Makes the choices.</param>
    /// <param name="depth">The most steps.</param>
    /// <param name="cancellation">Ends the walk where it is.</param>
    /// <exception cref="ExplorerDisagreementException">What was found is none for the interpreter.</exception>
    public WalkResult Walk(Random random, int depth, CancellationToken cancellation = default)
    {
        fixed (long* frozen = _frozen)
        {
            new Span<ulong>(_state, _words).Clear();
            var taken = new List<int>();
            _priorities.Draw(random, depth);
            var (initial, isError) = Choose(_compiled.Initial, frozen, random);
            if (initial < 0 || isError)
            {
                return End(isError ? ViolationKind.ModelError : ViolationKind.None, initial, taken, isStuck: !isError);
            }

            while (!IsViolated(frozen))
            {
                if (taken.Count == depth || cancellation.IsCancellationRequested)
                {
                    return End(ViolationKind.None, initial, taken, isStuck: false);
                }

                _priorities.Before(taken.Count, random);
                var (instance, failed) = Choose(_compiled.Expand, frozen, random);
                if (instance < 0)
                {
                    var isDeadlock = _checkDeadlock && _compiled.Terminal(_state, frozen) == 0;
                    return End(isDeadlock ? ViolationKind.Deadlock : ViolationKind.None, initial, taken, isStuck: true);
                }

                taken.Add(instance);
                _fired[instance]++;
                if (failed)
                {
                    return End(ViolationKind.ModelError, initial, taken, isStuck: false);
                }
            }

            return End(ViolationKind.Property, initial, taken, isStuck: false);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_buffer);
        NativeMemory.Free(_state);
    }

    private bool IsViolated(long* frozen)
    {
        if (_seen.Count < MostSeen)
        {
            _seen.Add(XxHash3.HashToUInt64(new ReadOnlySpan<byte>(_state, _words * sizeof(ulong))));
        }

        return _property is not null && _compiled.Properties[_property](_state, frozen) == 0;
    }

    /// <summary>Moves to one of the successors that are not cut; the number of its instance, -1 where there is none.</summary>
    private (int Instance, bool IsError) Choose(ImmutableArray<ExpandCode> code, long* frozen, Random random)
    {
        var output = _buffer;
        foreach (var expand in code)
        {
            output = expand(_state, frozen, output);
        }

        var stride = _words + 1;
        var kept = new List<int>();
        for (var i = 0; i < (output - _buffer) / stride; i++)
        {
            var entry = _buffer + ((long)i * stride);
            if (entry[_words] >= Meta.Error || _compiled.Cut is null || _compiled.Cut(entry, frozen) == 0)
            {
                kept.Add(i);
            }
        }

        if (code == _compiled.Expand)
        {
            _priorities.KeepHighest(kept, entry => (int)(_buffer[((long)entry * stride) + _words] & Meta.InstanceMask));
        }

        if (kept.Count == 0)
        {
            return (-1, false);
        }

        var chosen = _buffer + ((long)kept[random.Next(kept.Count)] * stride);
        new ReadOnlySpan<ulong>(chosen, _words).CopyTo(new Span<ulong>(_state, _words));
        return ((int)(chosen[_words] & Meta.InstanceMask), chosen[_words] >= Meta.Error);
    }

    private WalkResult End(ViolationKind kind, int initial, List<int> taken, bool isStuck)
    {
        if (kind == ViolationKind.None)
        {
            return new WalkResult(kind, taken.Count, isStuck, [], null);
        }

        var interpreter = new Interpreter(_compiled.System, _frozenValues);
        var erring = kind == ViolationKind.ModelError && taken.Count > 0 ? _compiled.Instances[taken[^1]] : null;
        var trace = ImmutableArray.CreateBuilder<TraceStep>();
        if (kind != ViolationKind.ModelError || erring is not null)
        {
            trace.Add(new TraceStep(null, interpreter.InitialStates().ElementAt(initial).State!));
            foreach (var instance in taken.Take(erring is null ? taken.Count : taken.Count - 1).Select(number => _compiled.Instances[number]))
            {
                var state = interpreter.Apply(trace[^1].State, instance)?.State
                    ?? throw new ExplorerDisagreementException($"step {trace.Count}: {instance} is not enabled");
                trace.Add(new TraceStep(instance, state));
            }
        }

        var error = new TraceReplay(_compiled.System, _frozenValues).Check(kind, trace.ToImmutable(), erring, _property, initial);
        if (erring is not null)
        {
            trace.Add(new TraceStep(erring, trace[^1].State));
        }

        return new WalkResult(kind, taken.Count, isStuck, trace.ToImmutable(), error);
    }
}
