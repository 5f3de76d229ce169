using System.Collections.Immutable;

namespace CoherenceCheck.Attributes;

/// <summary>A value for every reading.</summary>
public sealed class ReadingSet
{
    private readonly ImmutableSortedDictionary<string, string> _values;

    private ReadingSet(ImmutableSortedDictionary<string, string> values) => _values = values;

    /// <summary>The defaults with the in-order PE model.</summary>
    public static ReadingSet InOrder { get; } = new(ReadingRegistry.All.ToImmutableSortedDictionary(
        reading => reading.Info.Name, reading => reading.InOrderDefault, StringComparer.Ordinal));

    /// <summary>The defaults with the window PE model.</summary>
    public static ReadingSet Window { get; } = new(ReadingRegistry.All.ToImmutableSortedDictionary(
        reading => reading.Info.Name, reading => reading.WindowDefault, StringComparer.Ordinal));

    /// <summary>The value of a reading.</summary>
    /// <exception cref="KeyNotFoundException">There is no such reading.</exception>
    public string this[string name] => _values[name];

    /// <summary>Whether a reading has a value.</summary>
    public bool Is(string name, string value) => _values[name] == value;

    /// <summary>The same with one reading changed.</summary>
    /// <exception cref="ArgumentException">The reading has no such value.</exception>
    public ReadingSet With(string name, string value) =>
        ReadingRegistry.Get(name).Info.Values.Any(known => known.Name == value)
            ? new ReadingSet(_values.SetItem(name, value))
            : throw new ArgumentException($"'{name}' has no value '{value}'.", nameof(value));
}
