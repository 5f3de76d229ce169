using System.Collections.Immutable;

namespace CoherenceCheck.Report.Comparison;

/// <summary>A row that is not the same in two results.</summary>
/// <param name="Before">The row in the first; <see langword="null"/> where it appeared.</param>
/// <param name="After">The row in the second; <see langword="null"/> where it disappeared.</param>
/// <param name="Description">What happened, in words.</param>
/// <param name="Fails">Whether a gate must not let it pass unsaid: what only claims more is no less than it was.</param>
public sealed record RowChange(StoredRow? Before, StoredRow? After, string Description, bool Fails = true)
{
    /// <summary>The row, as it is now if it still is.</summary>
    public StoredRow Row => After ?? Before!;

    /// <summary>The trace that is new: of a row that is violated now and was not, or was elsewhere.</summary>
    public ImmutableArray<string> NewTrace => After is { } after && (Before?.Verdict != after.Verdict || Before.Cells != after.Cells || Before.Met != after.Met) ? after.Trace : [];
}
