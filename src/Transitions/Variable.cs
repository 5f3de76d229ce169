using System.Collections.Immutable;

namespace CoherenceCheck.Transitions;

/// <summary>What a variable is for. State and ghost variables are packed into states; frozen ones are fixed before the search.</summary>
public enum Role
{
    /// <summary>Part of the machine that is checked.</summary>
    State,

    /// <summary>Part of the reference that the machine is compared with; stored like state, read by properties.</summary>
    Ghost,

    /// <summary>A constant of one cell: bound by freezing before the search, never assigned by a rule, never packed.</summary>
    Frozen,
}

/// <summary>A variable, possibly indexed by sorts: one cell for each combination of their elements.</summary>
/// <remarks>Compared by reference: a system declares each variable once, and expressions hold the declared object.</remarks>
public sealed class Variable(string name, ImmutableArray<Sort> index, Domain domain, Role role)
{
    /// <summary>The name: unique in a system.</summary>
    public string Name { get; } = name;

    /// <summary>The index sorts, outermost first; empty for a scalar.</summary>
    public ImmutableArray<Sort> Index { get; } = index;

    /// <summary>The values that each cell may have.</summary>
    public Domain Domain { get; } = domain;

    /// <summary>What the variable is for.</summary>
    public Role Role { get; } = role;

    /// <summary>The number of cells: the product of the index sorts' sizes, 1 for a scalar.</summary>
    public int CellCount { get; } = index.Aggregate(1, (count, sort) => checked(count * sort.Size));

    /// <summary>The name of one cell, with the elements of its index in brackets.</summary>
    /// <param name="cell">The cell's number: row-major, the last index varies fastest; 0 to <see cref="CellCount"/> - 1.</param>
    public string CellName(int cell)
    {
        var text = "";
        for (var i = Index.Length - 1; i >= 0; i--)
        {
            text = "[" + Index[i].Elements[cell % Index[i].Size] + "]" + text;
            cell /= Index[i].Size;
        }

        return Name + text;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
