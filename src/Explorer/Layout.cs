using System.Numerics;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer;

/// <summary>Where one cell stands in a packed state: bits <c>[Shift, Shift + Bits)</c> of a word hold its value less <c>Min</c>.</summary>
/// <param name="Word">The word's number.</param>
/// <param name="Shift">The lowest bit.</param>
/// <param name="Bits">The number of bits; 0 for a cell of one value.</param>
/// <param name="Min">The value that is stored as 0.</param>
internal readonly record struct Slot(int Word, int Shift, int Bits, long Min)
{
    public ulong Mask => Bits == 0 ? 0 : ulong.MaxValue >> (64 - Bits);
}

/// <summary>Packs states into 64-bit words.</summary>
/// <remarks>
/// <code>
///  word 0                                            word 1
///  63                                            0   63                          0
///  +----+------------------+-------------+-------+   +-------------+-------------+
///  |free| c[1] c[0]        | b[2]b[1]b[0]| a     |   | free        | d[1]   d[0] |
///  +----+------------------+-------------+-------+   +-------------+-------------+
/// </code>
/// No cell straddles a word. The cells of a variable stand side by side with the same number of bits, so that an index that
/// is not known becomes a shift; only a variable that is wider than a word is split, at a cell. Wide variables are placed
/// first, each into the first word with room (first fit, decreasing), which wastes little.
/// </remarks>
public sealed class Layout
{
    private const int WordBits = 64;
    private readonly Dictionary<Variable, Slot[]> _slots = [];
    private readonly Variable[] _variables;

    internal Layout(TransitionSystem system, int bitsTaken = 0)
    {
        _variables = [.. system.Variables.Where(v => v.Role != Role.Frozen)];
        var used = new List<int>();
        foreach (var variable in _variables.OrderByDescending(v => Width(v, bitsTaken)))
        {
            _slots.Add(variable, Place(variable, BitsOf(variable.Domain, bitsTaken), used));
        }

        Words = Math.Max(1, used.Count);
        Bits = used.Sum();
    }

    /// <summary>The number of 64-bit words of a packed state: at least 1.</summary>
    public int Words { get; }

    /// <summary>The number of bits in use.</summary>
    public int Bits { get; }

    internal Slot this[Variable variable, int cell] => _slots[variable][cell];

    /// <summary>Packs a state.</summary>
    public void Pack(Valuation state, Span<ulong> words)
    {
        words[..Words].Clear();
        foreach (var variable in _variables)
        {
            var slots = _slots[variable];
            for (var cell = 0; cell < slots.Length; cell++)
            {
                words[slots[cell].Word] |= (ulong)(state[variable, cell] - slots[cell].Min) << slots[cell].Shift;
            }
        }
    }

    /// <summary>Unpacks a state.</summary>
    public Valuation Unpack(ReadOnlySpan<ulong> words)
    {
        var state = new Valuation(_variables);
        foreach (var variable in _variables)
        {
            var slots = _slots[variable];
            for (var cell = 0; cell < slots.Length; cell++)
            {
                var slot = slots[cell];
                state[variable, cell] = (long)(words[slot.Word] >> slot.Shift & slot.Mask) + slot.Min;
            }
        }

        return state;
    }

    /// <summary>Whether all cells stand side by side in one word.</summary>
    internal bool IsInOneWord(Variable variable) => _slots[variable][0].Word == _slots[variable][^1].Word;

    private static int BitsOf(Domain domain, int bitsTaken)
    {
        var bits = WordBits - BitOperations.LeadingZeroCount((ulong)(domain.Max - domain.Min));
        return Math.Max(0, bits - (bits > 1 ? bitsTaken : 0));
    }

    private static long Width(Variable variable, int bitsTaken) => (long)BitsOf(variable.Domain, bitsTaken) * variable.CellCount;

    private static Slot[] Place(Variable variable, int bits, List<int> used)
    {
        var slots = new Slot[variable.CellCount];
        var perWord = bits == 0 ? slots.Length : Math.Min(slots.Length, WordBits / bits);
        for (var first = 0; first < slots.Length; first += perWord)
        {
            var count = Math.Min(perWord, slots.Length - first);
            var word = used.FindIndex(u => u + count * bits <= WordBits);
            if (word < 0)
            {
                word = used.Count;
                used.Add(0);
            }

            for (var i = 0; i < count; i++)
            {
                // A cell of no bits may stand at the end of a full word, where a shift by 64 would not be 0.
                slots[first + i] = new Slot(word, bits == 0 ? 0 : used[word] + i * bits, bits, variable.Domain.Min);
            }

            used[word] += count * bits;
        }

        return slots;
    }
}
