using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CoherenceCheck.Explorer.Reductions;

namespace CoherenceCheck.Explorer;

/// <summary>Finds the successors of a state: those of the first ample set that has any, or all.</summary>
internal sealed unsafe class Expander
{
    private readonly ExpandCode[] _all;
    private readonly Ample[] _ample;
    private readonly int _words;
    private readonly bool _isIndexed;

    public Expander(CompiledSystem compiled, ImmutableArray<AmpleSet> sets)
    {
        _all = [.. compiled.Expand];
        _words = compiled.Layout.Words;
        _isIndexed = compiled.IsIndexed;
        _ample = [.. sets.Select(set => new Ample(compiled.Layout[set.Control.Variable, set.Control.Number], set.Value, [.. compiled.CompileInstances(set.Instances)]))];
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

    /// <summary>Appends the successors of a state, in the order of their instances, and returns the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong* Expand(ulong* state, long* frozen, ulong* output)
    {
        if (_ample.Length > 0)
        {
            var end = ExpandSome(state, frozen, output);
            if (end != output)
            {
                return end;
            }
        }

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

    /// <summary>Whether an ample set was enough in a state.</summary>
    public bool IsReduced(ulong* state, long* frozen, ulong* output) => ExpandSome(state, frozen, output) != output;

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
}
