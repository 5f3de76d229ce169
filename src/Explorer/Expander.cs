using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CoherenceCheck.Explorer.Reductions;

namespace CoherenceCheck.Explorer;

/// <summary>Finds the states that are looked at next: all successors of a state or, where ample sets are used, what they lead to.</summary>
/// <remarks>
/// In a state with an ample set the steps of the set are enough. Such a state is passed through: it is replaced at once by its own successors, and is
/// not stored. That ends, for no run goes in a circle within ample sets, and loses nothing, for they write nothing that is asked about.
/// </remarks>
internal sealed unsafe class Expander
{
    private readonly ExpandCode[] _all;
    private readonly Ample[] _ample;
    private readonly int _words;
    private readonly bool _isIndexed;
    private readonly int _instances;

    public Expander(CompiledSystem compiled, ImmutableArray<AmpleSet> sets)
    {
        _all = [.. compiled.Expand];
        _words = compiled.Layout.Words;
        _isIndexed = compiled.IsIndexed;
        _instances = compiled.InstanceCount;
        _ample = [.. sets.Select(set => new Ample(compiled.Layout[set.Control.Variable, set.Control.Number], set.Value, [.. compiled.CompileInstances(set.Instances)]))];
    }

    /// <summary>The most successors of one state: what is passed through may branch, and from some number on is stored after all.</summary>
    public int Most => _ample.Length == 0 ? _instances + 1 : (5 * _instances) + 1;

    /// <summary>Appends what comes after a state, in an order that depends on the state alone, and returns the end.</summary>
    /// <param name="state">The state.</param>
    /// <param name="frozen">The frozen values.</param>
    /// <param name="output">Has room for <see cref="Most"/>.</param>
    /// <param name="fired">Counts the instances that led to states which are passed through.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong* Expand(ulong* state, long* frozen, ulong* output, long* fired)
    {
        if (_ample.Length > 0)
        {
            return ExpandReduced(state, frozen, output, fired);
        }

        return ExpandAll(state, frozen, output);
    }

    /// <summary>Appends all successors of a state, in the order of their instances.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong* ExpandAll(ulong* state, long* frozen, ulong* output)
    {
        var first = output;
        foreach (var code in _all)
        {
            output = code(state, frozen, output);
        }

        if (_isIndexed)
        {
            Successors.Sort(first, output, _words);
        }

        return output;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ulong* ExpandReduced(ulong* state, long* frozen, ulong* output, long* fired)
    {
        var stride = _words + 1;
        var end = ExpandSome(state, frozen, output);
        if (end == output)
        {
            end = ExpandAll(state, frozen, output);
        }

        // Nothing goes in a circle; this is for the case that it did.
        var left = 1_000 + (10 * _instances);
        var full = output + ((long)4 * _instances * stride);
        for (var entry = output; entry < end && end < full && left > 0;)
        {
            var meta = entry[_words];
            var next = meta >= Meta.Error ? end : ExpandSome(entry, frozen, end);
            if (next == end)
            {
                entry += stride;
                continue;
            }

            // The last successor takes the place of the state that led to it.
            left--;
            fired[(uint)meta]++;
            next -= stride;
            for (var word = 0; word < stride; word++)
            {
                entry[word] = next[word];
            }

            end = next;
        }

        return end;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ulong* ExpandSome(ulong* state, long* frozen, ulong* output)
    {
        foreach (var set in _ample)
        {
            if ((state[set.Word] >> set.Shift & set.Mask) != set.Value)
            {
                continue;
            }

            var end = output;
            foreach (var code in set.Code)
            {
                end = code(state, frozen, end);
            }

            if (end != output)
            {
                return end;
            }
        }

        return output;
    }

    /// <summary>A set and where its control cell stands.</summary>
    private sealed class Ample(Slot slot, long value, ExpandCode[] code)
    {
        public readonly int Word = slot.Word;
        public readonly int Shift = slot.Shift;
        public readonly ulong Mask = slot.Mask;
        public readonly ulong Value = (ulong)(value - slot.Min);
        public readonly ExpandCode[] Code = code;
    }
}
