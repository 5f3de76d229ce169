using System.Collections.Immutable;

namespace CoherenceCheck.Transitions;

/// <summary>One state: a value for each cell of each state and ghost variable of a system.</summary>
public sealed class Valuation : IEquatable<Valuation>
{
    private readonly Dictionary<Variable, long[]> _cells;

    /// <summary>Every cell at its domain's smallest value.</summary>
    /// <param name="variables">The variables; frozen ones are left out.</param>
    public Valuation(IEnumerable<Variable> variables)
    {
        Variables = [.. variables.Where(v => v.Role != Role.Frozen)];
        _cells = Variables.ToDictionary(v => v, v => Enumerable.Repeat(v.Domain.Min, v.CellCount).ToArray());
    }

    private Valuation(Valuation other)
    {
        Variables = other.Variables;
        _cells = other._cells.ToDictionary(p => p.Key, p => (long[])p.Value.Clone());
    }

    /// <summary>The variables, in the system's order.</summary>
    public ImmutableArray<Variable> Variables { get; }

    /// <summary>A cell's value.</summary>
    public long this[Variable variable, int cell]
    {
        get => _cells[variable][cell];
        set => _cells[variable][cell] = value;
    }

    /// <summary>Whether the variable is one of this state's.</summary>
    public bool Has(Variable variable) => _cells.ContainsKey(variable);

    /// <summary>A copy that may be changed alone.</summary>
    public Valuation Clone() => new(this);

    /// <summary>The cells in which a later state differs, in the system's order, with both values.</summary>
    public IEnumerable<CellChange> Changes(Valuation later)
    {
        foreach (var variable in Variables)
        {
            for (var cell = 0; cell < variable.CellCount; cell++)
            {
                var (before, after) = (this[variable, cell], later[variable, cell]);
                if (before != after)
                {
                    yield return new CellChange(variable, cell, before, after);
                }
            }
        }
    }

    /// <inheritdoc/>
    public bool Equals(Valuation? other) =>
        other is not null
        && Variables.SequenceEqual(other.Variables)
        && Variables.All(v => _cells[v].AsSpan().SequenceEqual(other._cells[v]));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Valuation);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var variable in Variables)
        {
            foreach (var value in _cells[variable])
            {
                hash.Add(value);
            }
        }

        return hash.ToHashCode();
    }

    /// <summary>All cells with their values, as <c>name = value</c>.</summary>
    public override string ToString() => string.Join(
        ", ",
        Variables.SelectMany(v => Enumerable.Range(0, v.CellCount).Select(c => $"{v.CellName(c)} = {v.Domain.Format(this[v, c])}")));
}

/// <summary>A cell that a step changed.</summary>
/// <param name="Variable">The variable.</param>
/// <param name="Cell">The cell's number.</param>
/// <param name="Before">Its value before.</param>
/// <param name="After">Its value after.</param>
public sealed record CellChange(Variable Variable, int Cell, long Before, long After);
