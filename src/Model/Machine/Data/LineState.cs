using System.Collections.Immutable;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.Data;

/// <summary>How a line stands in the data caches of bare metal.</summary>
internal enum LineKind
{
    /// <summary>No cache holds it.</summary>
    Uncached,

    /// <summary>A clean copy may be read; it may differ from what the PoC holds.</summary>
    Copy,

    /// <summary>A dirty copy is there.</summary>
    Dirty,
}

/// <summary>
/// A state of a line on bare metal, with regard to the version that is followed: what a coherent access sees, what the PoC holds, and whether a fetch at the PoU may see
/// the version (translation.md 5.3, 8: F is part of the line's state). With IDC = 1 a fetch at the PoU sees what a coherent access does.
/// </summary>
/// <param name="Kind">How it stands in caches.</param>
/// <param name="Coherent">Whether a coherent access sees the version.</param>
/// <param name="AtPoC">Whether the PoC holds it.</param>
/// <param name="AtPoU">Whether a fetch at the PoU may see it.</param>
internal readonly record struct LineState(LineKind Kind, bool Coherent, bool AtPoC, bool AtPoU)
{
    /// <summary>All of them, in the order of their numbers.</summary>
    public static ImmutableArray<LineState> All { get; } =
    [
        .. from kind in Enum.GetValues<LineKind>()
           from coherent in new[] { false, true }
           from poc in new[] { false, true }
           from pou in new[] { false, true }
           where kind != LineKind.Uncached || coherent == poc
           select new LineState(kind, coherent, poc, pou),
    ];

    /// <summary>The sort of them.</summary>
    public static Sort Sort { get; } = new("linestate", [.. All.Select(state => state.ToString())]);

    /// <summary>A line that no cache holds.</summary>
    public static LineState Of(bool version) => new(LineKind.Uncached, version, version, version);

    /// <summary>The set of some, as a mask.</summary>
    public static long Mask(Func<LineState, bool> isIn) => All.Select((state, i) => isIn(state) ? 1L << i : 0).Sum();

    /// <summary>What hardware may do to it by itself.</summary>
    /// <param name="idc">Whether IDC = 1.</param>
    /// <param name="mayCopy">Whether somebody looks at it Write-Back, so that a clean copy may come.</param>
    public IEnumerable<LineState> Moves(bool idc, bool mayCopy) => Kind switch
    {
        LineKind.Dirty => [new LineState(LineKind.Copy, Coherent, Coherent, AtPoU)],
        LineKind.Copy => [new LineState(LineKind.Uncached, AtPoC, AtPoC, idc ? AtPoC : AtPoU || AtPoC)],
        _ => mayCopy ? [this with { Kind = LineKind.Copy }] : [],
    };

    /// <summary>A store through a Write-Back view.</summary>
    public LineState StoreWriteBack(bool idc, bool version) => new(LineKind.Dirty, version, AtPoC, idc ? version : AtPoU || version);

    /// <summary>A store through another view.</summary>
    public LineState StoreNonCacheable(bool idc, bool version) => Kind switch
    {
        LineKind.Uncached => Of(version),
        LineKind.Copy => this with { AtPoC = version },
        _ => this with { AtPoC = version, AtPoU = idc ? Coherent : AtPoU || version },
    };

    /// <summary>What a DC does when it takes effect.</summary>
    public LineState After(OperationKind clean, bool idc)
    {
        switch (clean)
        {
            case OperationKind.CleanInvalidateToPoC:
                return Of(Kind == LineKind.Dirty ? Coherent : AtPoC);
            case OperationKind.InvalidateToPoC:
                return Of(AtPoC);
            default:
                var kept = clean == OperationKind.CleanToPoC && Kind == LineKind.Dirty ? new LineState(LineKind.Copy, Coherent, Coherent, Coherent) : this;
                return kept with { AtPoU = idc ? Coherent : Coherent || (Kind == LineKind.Copy && AtPoC) };
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{(Kind == LineKind.Uncached ? "U" : Kind == LineKind.Copy ? "K" : "D")}{(Coherent ? 1 : 0)}{(AtPoC ? 1 : 0)}{(AtPoU ? 1 : 0)}";
}

/// <summary>Sets of line states as expressions: images of sets, each closed under what hardware does by itself, grouped by where states go so that each is a few operations.</summary>
internal static class LineSets
{
    /// <summary>What states come to.</summary>
    public static Expr Image(Expr set, Func<LineState, IEnumerable<LineState>> to, Func<LineState, IEnumerable<LineState>> moves)
    {
        var images = LineState.All.Select((state, i) => (From: 1L << i, To: Closed(to(state), moves))).GroupBy(pair => pair.To).Where(group => group.Key != 0);
        return Ex.BitOr([.. images.Select(group => Ex.If(Ex.Ne(Ex.BitAnd(set, Ex.Const(group.Sum(pair => pair.From))), 0), Ex.Const(group.Key), Ex.False))]);
    }

    /// <summary>Some states and all that they may become.</summary>
    public static long Closed(IEnumerable<LineState> states, Func<LineState, IEnumerable<LineState>> moves)
    {
        var found = new HashSet<LineState>();
        var open = new Stack<LineState>(states);
        while (open.TryPop(out var state))
        {
            if (found.Add(state))
            {
                foreach (var next in moves(state))
                {
                    open.Push(next);
                }
            }
        }

        return LineState.Mask(found.Contains);
    }
}
