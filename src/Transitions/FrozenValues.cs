namespace CoherenceCheck.Transitions;

/// <summary>The values of one cell's frozen variables.</summary>
public sealed class FrozenValues
{
    private readonly Dictionary<Variable, long[]> _values = [];

    /// <summary>No frozen variables.</summary>
    public static FrozenValues None { get; } = new(new Dictionary<Variable, long[]>());

    /// <summary>Takes a value for each cell of each variable, in the order of <see cref="Variable.CellName"/>.</summary>
    /// <exception cref="ArgumentException">A variable is not frozen, has a wrong number of values, or one outside its domain.</exception>
    public FrozenValues(IEnumerable<KeyValuePair<Variable, long[]>> values)
    {
        foreach (var (variable, cells) in values)
        {
            if (variable.Role != Role.Frozen)
            {
                throw new ArgumentException($"'{variable}' is not a frozen variable.", nameof(values));
            }

            if (cells.Length != variable.CellCount)
            {
                throw new ArgumentException($"'{variable}' has {variable.CellCount} cells, but {cells.Length} values are given.", nameof(values));
            }

            for (var cell = 0; cell < cells.Length; cell++)
            {
                if (cells[cell] < variable.Domain.Min || cells[cell] > variable.Domain.Max)
                {
                    throw new ArgumentException($"{cells[cell]} is no value of '{variable.CellName(cell)}'.", nameof(values));
                }
            }

            _values.Add(variable, [.. cells]);
        }
    }

    /// <summary>A frozen cell's value.</summary>
    /// <exception cref="ArgumentException">The variable has no values.</exception>
    public long this[Variable variable, int cell] => Cells(variable)[cell];

    /// <summary>Checks that each frozen variable of a system has its values.</summary>
    /// <exception cref="ArgumentException">One has none.</exception>
    public void MustCover(TransitionSystem system)
    {
        foreach (var variable in system.Variables)
        {
            if (variable.Role == Role.Frozen)
            {
                _ = Cells(variable);
            }
        }
    }

    private long[] Cells(Variable variable) => _values.TryGetValue(variable, out var cells)
        ? cells
        : throw new ArgumentException($"The frozen variable '{variable}' has no value.", nameof(variable));
}
