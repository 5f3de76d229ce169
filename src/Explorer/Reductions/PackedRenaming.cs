using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Reductions;

/// <summary>A renaming as what becomes of the bits of packed states.</summary>
internal sealed class PackedRenaming
{
    private const int WindowBits = 8;
    private readonly ulong[] _stays;
    private readonly List<Unit> _units = [];

    public PackedRenaming(Renaming renaming, Layout layout, TransitionSystem system)
    {
        _stays = new ulong[layout.Words];
        foreach (var variable in system.Variables.Where(v => v.Role != Role.Frozen))
        {
            for (var cell = 0; cell < variable.CellCount; cell++)
            {
                Add(renaming, variable.Domain, layout[variable, cell], layout[variable, renaming.Cell(variable, cell)]);
            }
        }
    }

    /// <summary>Bits of a word that stay where they are.</summary>
    public ulong Stays(int word) => _stays[word];

    /// <summary>Windows of words that hold bits which go to a word.</summary>
    public IEnumerable<Window> WindowsTo(int word)
    {
        foreach (var source in _units.Where(unit => unit.ToWord == word).GroupBy(unit => unit.Word))
        {
            var open = new List<Unit>();
            foreach (var unit in source.OrderBy(unit => unit.Shift))
            {
                if (open.Count > 0 && unit.Shift + unit.Bits - open[0].Shift > WindowBits)
                {
                    yield return new Window(open);
                    open = [];
                }

                open.Add(unit);
            }

            yield return new Window(open);
        }
    }

    private void Add(Renaming renaming, Domain domain, Slot from, Slot to)
    {
        switch (domain)
        {
            case Domain.Element when from.Bits > 0:
                Add(new Unit(from.Word, from.Shift, from.Bits, to.Word, to.Shift, value => (ulong)renaming.Value(domain, (long)value)));
                break;
            case Domain.Subset subset:
                for (var bit = 0; bit < from.Bits; bit++)
                {
                    Add(new Unit(from.Word, from.Shift + bit, 1, to.Word, to.Shift + (int)renaming[subset.Sort].Of(bit), value => value));
                }

                break;
            default:
                for (var bit = 0; bit < from.Bits; bit += WindowBits)
                {
                    Add(new Unit(from.Word, from.Shift + bit, Math.Min(WindowBits, from.Bits - bit), to.Word, to.Shift + bit, value => value));
                }

                break;
        }
    }

    private void Add(Unit unit)
    {
        if (unit.IsFixed)
        {
            _stays[unit.Word] |= unit.Mask << unit.Shift;
        }
        else
        {
            _units.Add(unit);
        }
    }

    /// <summary>Neighbouring bits that move together.</summary>
    internal sealed record Unit(int Word, int Shift, int Bits, int ToWord, int ToShift, Func<ulong, ulong> Value)
    {
        public ulong Mask => ulong.MaxValue >> (64 - Bits);

        public bool IsFixed => Word == ToWord && Shift == ToShift && Enumerable.Range(0, 1 << Bits).All(value => Value((ulong)value) == (ulong)value);

        public ulong Image(ulong word) => Value(word >> Shift & Mask) << ToShift;
    }

    /// <summary>A few bits of a word, and what each of their values puts into the other word.</summary>
    internal sealed class Window(List<Unit> units)
    {
        public int Word => units[0].Word;

        public int Shift => units[0].Shift;

        public int Bits => units[^1].Shift + units[^1].Bits - Shift;

        public ulong Image(ulong value) => units.Aggregate(0UL, (image, unit) => image | unit.Image(value << Shift));
    }
}
