using CoherenceCheck.Model.Construction;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Narration;

/// <summary>Names of versions and sets of versions in a trace.</summary>
internal sealed class Versions(Variables v, Valuation? initial)
{
    private readonly bool _isAtFirst = v.IsTracked && initial is not null && Enumerable.Range(0, v.Line.Size).Any(x => initial[v.Coherent, x] == 0);

    /// <summary>The name of a version. A tracked one that the trace starts with is the old contents.</summary>
    public string Name(long version) => v.IsTracked
        ? (_isAtFirst, version) switch
        {
            (true, 0) => "old",
            (true, _) => "newer",
            (false, 0) => "it",
            _ => "other",
        }
        : v.Version.Elements[(int)version];

    /// <summary>The set of one version; empty for versions that are not tracked.</summary>
    public long Only(long version) => v.IsTracked ? (version == 0 ? 1 : 0) : 1L << (int)version;

    /// <summary>The names in a set, none for the empty set.</summary>
    public IEnumerable<string> Names(long set) => Enumerable.Range(0, v.Tracked.Size).Where(i => (set >> i & 1) != 0).Select(i => Name(i));

    /// <summary>A set in words.</summary>
    public string Set(long set) => set == 0 ? (v.IsTracked ? "not " + Name(0) : "-") : string.Join(',', Names(set));

    /// <summary>What the PoU may show, given the coherent value, which it always may.</summary>
    public string AtPoU(long set, long coherent)
    {
        var names = Names(set);
        return string.Join(',', v.IsTracked && coherent != 0 ? names.Append(Name(coherent)) : names);
    }
}
