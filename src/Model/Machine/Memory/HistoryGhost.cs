using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.Memory;

/// <summary>The versions that a line has held so far, where a model watches for promises: a promise excludes one of them, not one that is still to come.</summary>
internal sealed class HistoryGhost : GhostPart
{
    private readonly Sorts _sorts;
    private readonly Variable? _been;

    public HistoryGhost(Sorts sorts, Declarations declarations, bool isWatched)
    {
        _sorts = sorts;
        _been = isWatched ? declarations.Ghost(Section.Judged, "been", [sorts.Line], sorts.Versions) : null;
    }

    /// <summary>The versions; nothing where no model watches.</summary>
    public Expr? Been(Expr x) => _been is null ? null : Ex.Read(_been, x);

    public override IEnumerable<Statement> Holds(Expr x, Expr only) => _been is null ? [] : [Ex.Assign(_been, [x], only)];

    public override IEnumerable<Statement> OnStored(Expr x, Expr n) => _been is null ? [] : [Ex.Assign(_been, [x], Ex.BitOr(Ex.Read(_been, x), _sorts.Only(n)))];
}
