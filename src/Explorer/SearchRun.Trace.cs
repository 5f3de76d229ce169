using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer;

/// <content>Counterexamples.</content>
internal sealed unsafe partial class SearchRun<TWidth>
{
    private List<long> PathTo(long number)
    {
        var path = new List<long>();
        while (number >= 0 && number != uint.MaxValue)
        {
            path.Add(number);
            number = _set.Parent(number);
        }

        path.Reverse();
        return path;
    }

    /// <summary>Follows a path of states that were found, and tells the first instance that is a model error in its last state.</summary>
    /// <remarks>
    /// Instances are not stored: the first one that leads on is the one that found the next state. Under symmetry a state that was found stands for
    /// others: the trace starts in an initial state and goes on to successors that the states of the path stand for.
    /// </remarks>
    private (ImmutableArray<TraceStep> Trace, RuleInstance? Error) TraceOf(List<long> path)
    {
        var trace = ImmutableArray.CreateBuilder<TraceStep>(path.Count);
        var state = stackalloc ulong[Words];
        new Span<ulong>(state, Words).Clear();
        for (var i = 0; i < path.Count; i++)
        {
            var instance = Follow(state, path[i], i == 0);
            trace.Add(new TraceStep(instance, _compiled.Layout.Unpack(new ReadOnlySpan<ulong>(state, Words))));
        }

        return (trace.ToImmutable(), path.Count == 0 ? null : FirstError(state));
    }

    /// <summary>Replaces a state by its first successor that a state which was found stands for.</summary>
    private RuleInstance? Follow(ulong* state, long wanted, bool isInitial)
    {
        var end = isInitial ? Initial(state) : SuccessorsOf(state);
        var words = new Span<ulong>(state, Words);
        var target = new ReadOnlySpan<ulong>(_set.State(wanted), Words);
        var image = stackalloc ulong[Words];
        for (var entry = _buffer; entry < end; entry += Stride)
        {
            if (entry[Words] >= Meta.Error)
            {
                continue;
            }

            new ReadOnlySpan<ulong>(entry, Words).CopyTo(new Span<ulong>(image, Words));
            _canonical?.Replace(image);
            if (new ReadOnlySpan<ulong>(image, Words).SequenceEqual(target))
            {
                new ReadOnlySpan<ulong>(entry, Words).CopyTo(words);
                return isInitial ? null : _compiled.Instances[(int)(entry[Words] & Meta.InstanceMask)];
            }
        }

        throw new ExplorerDisagreementException($"state {wanted} was found, but nothing leads there");
    }

    private RuleInstance? FirstError(ulong* state)
    {
        var end = SuccessorsOf(state);
        for (var entry = _buffer; entry < end; entry += Stride)
        {
            if (entry[Words] >= Meta.Error)
            {
                return _compiled.Instances[(int)(entry[Words] & Meta.InstanceMask)];
            }
        }

        return null;
    }

    private ulong* Initial(ulong* zero)
    {
        var output = _buffer;
        foreach (var code in _compiled.Initial)
        {
            output = code(zero, _frozen, output);
        }

        return output;
    }

    private ulong* SuccessorsOf(ulong* state)
    {
        var output = _buffer;
        foreach (var code in _expand)
        {
            output = code(state, _frozen, output);
        }

        if (_isIndexed)
        {
            Successors.Sort(_buffer, output, Words);
        }

        return output;
    }
}
