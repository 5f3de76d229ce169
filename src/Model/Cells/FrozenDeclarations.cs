using System.Collections.Immutable;
using System.Text;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Cells;

/// <summary>
/// The frozen variables of a model, each declared once: its name, where it is indexed, and for each of its cells what of a configuration gives it its value.
/// From the same declarations come the values of a cell and what tells cells apart.
/// </summary>
/// <param name="declare">Declares a frozen variable of the system.</param>
internal sealed class FrozenDeclarations(Func<Section, string, ImmutableArray<Sort>, Domain, Variable> declare)
{
    private readonly List<(Variable Variable, ImmutableArray<Seen<long>> Cells)> _declared = [];
    private readonly Dictionary<Variable, Func<IReadOnlySet<string>, bool>> _counts = [];
    private readonly List<(Variable Variable, string Label)> _switches = [];
    private readonly List<string> _shown = [];
    private ImmutableArray<Observable>? _observables;

    /// <summary>All that is seen of a configuration: configurations in which it is the same are the same system.</summary>
    public ImmutableArray<Observable> Observables => _observables ??=
        [.. new HashSet<Observable>(_declared.SelectMany(declared => declared.Cells).SelectMany(cell => cell.Observables), ReferenceEqualityComparer.Instance).Distinct()];

    /// <summary>The dimensions that are seen as they are.</summary>
    public IEnumerable<string> Dimensions => _declared.SelectMany(declared => declared.Cells).SelectMany(cell => cell.Dimensions).Concat(_shown).Distinct(StringComparer.Ordinal);

    /// <summary>A truth value.</summary>
    public Variable Truth(string name, Seen<bool> value) => Table(name, [], Sorts.Truth, [value.Select(Number)]);

    /// <summary>A truth value that is false where labels are left out so that it does not count: else it would tell systems apart that are the same.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">The value where it counts.</param>
    /// <param name="counts">Whether it counts, by the labels that are left out.</param>
    public Variable Truth(string name, Seen<bool> value, Func<IReadOnlySet<string>, bool> counts)
    {
        var variable = Truth(name, value);
        _counts.Add(variable, counts);
        return variable;
    }

    /// <summary>A truth value for each element of a sort.</summary>
    public Variable Truths(string name, Sort index, Func<int, Seen<bool>> value) =>
        Table(name, [index], Sorts.Truth, [.. Enumerable.Range(0, index.Size).Select(element => value(element).Select(Number))]);

    /// <summary>A value for each cell of a variable, in the order of <see cref="Variable.CellName"/>.</summary>
    public Variable Table(string name, ImmutableArray<Sort> index, Domain domain, ImmutableArray<Seen<long>> cells, Section section = Section.Frozen)
    {
        var variable = declare(section, name, index, domain);
        if (cells.Length != variable.CellCount)
        {
            throw new InvalidOperationException($"'{name}' has {variable.CellCount} cells, but is seen {cells.Length} times.");
        }

        _declared.Add((variable, cells));
        _observables = null;
        return variable;
    }

    /// <summary>Whether a label is on.</summary>
    public Variable Switch(string name, string label)
    {
        var variable = declare(Section.Control, name, [], Sorts.Truth);
        _switches.Add((variable, label));
        return variable;
    }

    /// <summary>Dimensions that a trace shows: cells that differ in them alone are the same system, and have other words.</summary>
    public void Shows(IEnumerable<string> dimensions) => _shown.AddRange(dimensions);

    /// <summary>The values in a cell, and a text that is equal where all of them are.</summary>
    public (FrozenValues Values, string Key) In(Cell cell)
    {
        var point = cell.Configuration.Point;
        var values = _declared.Select(declared => KeyValuePair.Create(declared.Variable, _counts.TryGetValue(declared.Variable, out var counts) && !counts(cell.Without)
                ? new long[declared.Cells.Length]
                : [.. declared.Cells.Select(seen => seen.In(point))]))
            .Concat(_switches.Select(one => KeyValuePair.Create(one.Variable, new[] { Number(!cell.Without.Contains(one.Label)) }))).ToList();
        var key = new StringBuilder();
        foreach (var (_, cells) in values)
        {
            key.AppendJoin(',', cells).Append(';');
        }

        return (new FrozenValues(values), key.ToString());
    }

    private static long Number(bool value) => value ? 1 : 0;
}
