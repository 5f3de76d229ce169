using CoherenceCheck.Model.Systems;

namespace CoherenceCheck.Model.Narration;

/// <summary>Names of versions and sets of versions in a trace.</summary>
/// <param name="sorts">The sorts.</param>
/// <param name="isAtFirst">Whether the version that is followed is one that the trace starts with.</param>
/// <param name="followed">The name that the spec gives to it; <see langword="null"/> where it is just the old contents, or has none.</param>
internal sealed class Versions(Sorts sorts, bool isAtFirst, string? followed = null)
{
    /// <summary>The name of a version. A tracked one that the trace starts with is the old contents.</summary>
    public string Name(long version) => sorts.IsTracked
        ? (isAtFirst, version) switch
        {
            (_, 0) when followed is not null => followed,
            (_, _) when followed is not null => "other",
            (true, 0) => "old",
            (true, _) => "newer",
            (false, 0) => "it",
            _ => "other",
        }
        : sorts.Version.Elements[(int)version];

    /// <summary>The set of one version; empty for versions that are not tracked.</summary>
    public long Only(long version) => sorts.IsTracked ? (version == 0 ? 1 : 0) : 1L << (int)version;

    /// <summary>The names in a set, none for the empty set.</summary>
    public IEnumerable<string> Names(long set) => Enumerable.Range(0, sorts.Tracked.Size).Where(i => (set >> i & 1) != 0).Select(i => Name(i));

    /// <summary>A set in words.</summary>
    public string Set(long set) => set == 0 ? (sorts.IsTracked ? "not " + Name(0) : "-") : string.Join(',', Names(set));

    /// <summary>What the PoU may show, given the coherent value, which it always may.</summary>
    public string AtPoU(long set, long coherent)
    {
        var names = Names(set);
        return string.Join(',', sorts.IsTracked && coherent != 0 ? names.Append(Name(coherent)) : names);
    }
}
