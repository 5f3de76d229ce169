using System.Collections.Immutable;

namespace CoherenceCheck.Model.Narration;

/// <summary>Something of the machine that a trace shows after each step: a group of columns. Renderers draw it without knowing what it is.</summary>
/// <param name="Name">What it is of, in short, and no other panel of the trace: a line, <c>I-cache</c>.</param>
/// <param name="Heading">Its heading: <c>x in memory</c>, <c>I-caches</c>.</param>
/// <param name="Subject">What panels of its kind show together, for a caption: <c>memory</c>, <c>I-caches</c>.</param>
/// <param name="IsSummary">Whether it is shown where room is short, too: text shows these alone, and a step that changes one does not go unseen.</param>
/// <param name="Columns">Its columns.</param>
public sealed record Panel(string Name, string Heading, string Subject, bool IsSummary, ImmutableArray<PanelColumn> Columns);

/// <summary>A column of a panel.</summary>
/// <param name="Name">Its heading: <c>coherent</c>; the pCPUs that use a cache.</param>
/// <param name="Entries">The values in it: one, or one for each line.</param>
public sealed record PanelColumn(string Name, ImmutableArray<PanelEntry> Entries);

/// <summary>A value of a column.</summary>
/// <param name="Name">Which of several it is; empty where it is the only one.</param>
/// <param name="Panel">The panel with whose first value it is to be compared: a version that is not there is an old one, or one that is not everywhere yet; <see langword="null"/> where there is nothing to compare.</param>
public sealed record PanelEntry(string Name, string? Panel = null);

/// <summary>What a panel shows after a step.</summary>
/// <param name="Columns">For each column the text of each entry.</param>
public sealed record PanelValues(ImmutableArray<ImmutableArray<string>> Columns)
{
    /// <summary>The first text of each column: all there is where each has one.</summary>
    public IEnumerable<string> Firsts => Columns.Select(column => column[0]);

    /// <summary>Whether the texts are the same.</summary>
    public bool Equals(PanelValues? other) => other is not null && Columns.Length == other.Columns.Length
        && Columns.Zip(other.Columns).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second.AsSpan()));

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var text in Columns.SelectMany(column => column))
        {
            hash.Add(text, StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }
}
