using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Reductions;

/// <summary>What a rule instance, with the fills that follow it, may read and write where cells have values that are known in part.</summary>
/// <remarks>
/// Bits of sets count by themselves. What does not matter is left out: branches that are not taken, fills whose condition is false, a cell whose
/// value is known. So this is the footprint in the states at hand, not in all.
/// </remarks>
internal sealed class Effects
{
    /// <summary>Whether the instance may be enabled.</summary>
    public bool MayFire { get; set; } = true;

    /// <summary>Bits that matter, by cell.</summary>
    public Dictionary<StateCell, long> Reads { get; } = [];

    /// <summary>Bits that may change, by cell.</summary>
    public Dictionary<StateCell, long> Writes { get; } = [];

    /// <summary>The values of written cells afterwards.</summary>
    public Dictionary<StateCell, Values> After { get; set; } = [];

    /// <summary>Whether the order of two instances may matter, or one may enable or disable the other.</summary>
    /// <remarks>Two that leave the same number in a cell may be exchanged if neither looks at it.</remarks>
    /// <param name="other">The other instance's.</param>
    /// <param name="overlooksReads">A fault that tests put in.</param>
    public bool DependsOn(Effects other, bool overlooksReads = false) =>
        Clashes(other) || (!overlooksReads && (Meets(Writes, other.Reads) || Meets(other.Writes, Reads)));

    /// <summary>Whether bits of cells that are looked at may change.</summary>
    public bool WritesAnyOf(IReadOnlyDictionary<StateCell, long> cells) => Meets(Writes, cells);

    private static bool Meets(Dictionary<StateCell, long> writes, IReadOnlyDictionary<StateCell, long> cells) =>
        writes.Any(write => cells.TryGetValue(write.Key, out var bits) && (bits & write.Value) != 0);

    private bool Clashes(Effects other) => Writes.Any(write =>
        other.Writes.TryGetValue(write.Key, out var bits) && (bits & write.Value) != 0
        && !(After[write.Key].Single is { } value && other.After[write.Key].Single == value));
}
