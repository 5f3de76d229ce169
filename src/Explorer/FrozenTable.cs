using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer;

/// <summary>Where the values of frozen cells stand in the array that the compiled code reads.</summary>
internal sealed class FrozenTable
{
    private readonly TransitionSystem _system;
    private readonly Dictionary<Variable, int> _offsets = [];
    private readonly int _cells;

    public FrozenTable(TransitionSystem system)
    {
        _system = system;
        foreach (var variable in system.Variables.Where(v => v.Role == Role.Frozen))
        {
            _offsets.Add(variable, _cells);
            _cells += variable.CellCount;
        }
    }

    /// <summary>The number of values.</summary>
    public int Size => _cells;

    /// <summary>The first cell's place.</summary>
    public int this[Variable variable] => _offsets[variable];

    /// <summary>The values of one cell of the shape.</summary>
    public long[] Values(FrozenValues frozen)
    {
        frozen.MustCover(_system);
        var values = new long[Math.Max(1, Size)];
        foreach (var (variable, offset) in _offsets)
        {
            for (var cell = 0; cell < variable.CellCount; cell++)
            {
                values[offset + cell] = frozen[variable, cell];
            }
        }

        return values;
    }
}
