using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Reductions;

/// <summary>Replaces a packed state by the least of its images under a group of renamings: all states of an orbit become the same.</summary>
/// <remarks>
/// A renaming moves the cells' bits and exchanges their values, each cell by itself. So an image is a union: of bits that stay in
/// place, and for each window of a word of what a table says of the window's value. Words are compared one by one; most renamings
/// are out after the first.
/// <code>
///  image[w] = state[w] &amp; stays[w] | table0[state[s0] &gt;&gt; shift0 &amp; mask0] | table1[ … ] | …
/// </code>
/// </remarks>
internal sealed unsafe class Canonicalizer : IDisposable
{
    private readonly int _words;
    private readonly int _order;
    private readonly Part* _parts;
    private readonly List<nint> _blocks = [];

    /// <summary>Prepares the tables.</summary>
    /// <param name="group">The renamings.</param>
    /// <param name="layout">Where cells stand.</param>
    /// <param name="system">The system whose states are packed.</param>
    public Canonicalizer(SymmetryGroup group, Layout layout, TransitionSystem system)
    {
        _words = layout.Words;
        _order = group.Renamings.Length;
        _parts = (Part*)Allocate(_order * _words * sizeof(Part));
        for (var i = 0; i < _order; i++)
        {
            Prepare(new PackedRenaming(group.Renamings[i], layout, system), _parts + (i * _words));
        }
    }

    // What becomes of one word under one renaming.
    private struct Part
    {
        public ulong Stays;
        public int Lookups;
        public Lookup* First;
    }

    private struct Lookup
    {
        public ulong* Table;
        public ulong Mask;
        public int Word;
        public int Shift;
    }

    /// <summary>Replaces a state by the least of its images.</summary>
    /// <returns>Whether it is another.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Replace(ulong* state)
    {
        var (words, changed) = (_words, false);
        var best = stackalloc ulong[words];
        var image = stackalloc ulong[words];
        for (var word = 0; word < words; word++)
        {
            best[word] = state[word];
        }

        var end = _parts + (_order * words);
        for (var part = _parts; part < end; part += words)
        {
            var isLess = false;
            for (var word = 0; word < words; word++)
            {
                var value = Image(state, part + word, word);
                if (!isLess && value != best[word])
                {
                    if (value > best[word])
                    {
                        break;
                    }

                    isLess = true;
                }

                image[word] = value;
            }

            if (isLess)
            {
                changed = true;
                for (var word = 0; word < words; word++)
                {
                    best[word] = image[word];
                }
            }
        }

        for (var word = 0; changed && word < words; word++)
        {
            state[word] = best[word];
        }

        return changed;
    }

    /// <summary>How many states a state stands for: those that it may be renamed to, itself included.</summary>
    public int Orbit(ulong* state)
    {
        var fixing = 1;
        for (var i = 0; i < _order; i++)
        {
            var same = true;
            for (var word = 0; word < _words && same; word++)
            {
                same = Image(state, _parts + (i * _words) + word, word) == state[word];
            }

            fixing += same ? 1 : 0;
        }

        return (_order + 1) / fixing;
    }

    public void Dispose()
    {
        foreach (var block in _blocks)
        {
            NativeMemory.Free((void*)block);
        }

        _blocks.Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Image(ulong* state, Part* part, int word)
    {
        var value = part->Stays & state[word];
        var lookup = part->First;
        for (var end = lookup + part->Lookups; lookup < end; lookup++)
        {
            value |= lookup->Table[state[lookup->Word] >> lookup->Shift & lookup->Mask];
        }

        return value;
    }

    private void Prepare(PackedRenaming renaming, Part* parts)
    {
        for (var word = 0; word < _words; word++)
        {
            var windows = renaming.WindowsTo(word).ToList();
            var lookups = (Lookup*)Allocate(windows.Count * sizeof(Lookup));
            for (var i = 0; i < windows.Count; i++)
            {
                var values = 1L << windows[i].Bits;
                var table = (ulong*)Allocate(values * sizeof(ulong));
                for (var value = 0L; value < values; value++)
                {
                    table[value] = windows[i].Image((ulong)value);
                }

                lookups[i] = new Lookup { Table = table, Mask = (ulong)values - 1, Word = windows[i].Word, Shift = windows[i].Shift };
            }

            parts[word] = new Part { Stays = renaming.Stays(word), Lookups = windows.Count, First = lookups };
        }
    }

    private void* Allocate(long bytes)
    {
        var block = NativeMemory.Alloc((nuint)bytes);
        _blocks.Add((nint)block);
        return block;
    }
}
