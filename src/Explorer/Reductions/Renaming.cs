using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Reductions;

/// <summary>Gives the elements of some sorts each other's names: it acts on indexes, on elements that are values, and on sets.</summary>
/// <remarks>Sorts are told apart by their names. A renaming that leaves a system as it is maps runs to runs: then two states of which one is the image of the other need one exploration.</remarks>
internal sealed class Renaming : IEquatable<Renaming>
{
    private readonly ImmutableSortedDictionary<string, Permutation> _bySort;

    private Renaming(ImmutableSortedDictionary<string, Permutation> bySort) => _bySort = bySort;

    /// <summary>Leaves all names.</summary>
    public static Renaming Identity { get; } = new(ImmutableSortedDictionary.Create<string, Permutation>(StringComparer.Ordinal));

    /// <summary>Whether all names are left.</summary>
    public bool IsIdentity => _bySort.IsEmpty;

    /// <summary>What happens to a sort's elements.</summary>
    public Permutation this[Sort sort] => _bySort.GetValueOrDefault(sort.Name, Permutation.Identity);

    /// <summary>The same, with a sort permuted besides.</summary>
    public Renaming With(Sort sort, Permutation permutation) =>
        new(permutation.IsIdentity ? _bySort.Remove(sort.Name) : _bySort.SetItem(sort.Name, permutation));

    /// <summary>This one after another.</summary>
    public Renaming After(Renaming first)
    {
        var result = ImmutableSortedDictionary.CreateBuilder<string, Permutation>(StringComparer.Ordinal);
        foreach (var sort in _bySort.Keys.Union(first._bySort.Keys, StringComparer.Ordinal))
        {
            var both = _bySort.GetValueOrDefault(sort, Permutation.Identity).After(first._bySort.GetValueOrDefault(sort, Permutation.Identity));
            if (!both.IsIdentity)
            {
                result.Add(sort, both);
            }
        }

        return new Renaming(result.ToImmutable());
    }

    /// <summary>The number of the cell to which a cell's value goes.</summary>
    public int Cell(Variable variable, int cell)
    {
        var result = 0;
        var scale = 1;
        for (var i = variable.Index.Length - 1; i >= 0; i--)
        {
            var size = variable.Index[i].Size;
            result += (int)this[variable.Index[i]].Of(cell % size) * scale;
            cell /= size;
            scale *= size;
        }

        return result;
    }

    /// <summary>The image of a value.</summary>
    public long Value(Domain domain, long value) => domain switch
    {
        Domain.Element e => this[e.Sort].Of(value),
        Domain.Subset s => this[s.Sort].OfSet(value),
        _ => value,
    };

    /// <summary>The image of a state.</summary>
    public Valuation Of(Valuation state)
    {
        var result = state.Clone();
        foreach (var variable in state.Variables)
        {
            for (var cell = 0; cell < variable.CellCount; cell++)
            {
                result[variable, Cell(variable, cell)] = Value(variable.Domain, state[variable, cell]);
            }
        }

        return result;
    }

    /// <inheritdoc/>
    public bool Equals(Renaming? other) => other is not null && _bySort.SequenceEqual(other._bySort);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Renaming);

    /// <inheritdoc/>
    public override int GetHashCode() => _bySort.Aggregate(0, (hash, pair) => HashCode.Combine(hash, pair.Key.GetHashCode(StringComparison.Ordinal), pair.Value));
}
