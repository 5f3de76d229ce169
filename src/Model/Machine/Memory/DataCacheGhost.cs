using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Machine.Translation;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.Memory;

/// <summary>
/// What bare metal's data caches may hold: lines that were dirtied (<c>gS</c>), and lines of which a clean copy may stand (<c>gK</c>), which arise from Write-Back
/// views alone; for a DC CIVAC that is open, whether either came about since its issue (<c>gM</c>, <c>gL</c>).
/// </summary>
internal sealed class DataCacheGhost : GhostPart
{
    private readonly Sorts _sorts;
    private readonly Views _views;
    private readonly Func<Expr, Expr?> _isThere;
    private readonly Variable? _dirtied;
    private readonly Variable? _dirtiedSince;
    private readonly Variable? _copies;
    private readonly Variable? _copiesSince;
    private readonly Variable _mayHoldCopy;

    public DataCacheGhost(Shape shape, Sorts sorts, Declarations declarations, CellFacts facts, Views views, Func<Expr, Expr?> isThere)
    {
        (_sorts, _views, _isThere) = (sorts, views, isThere);
        var invalidates = shape.UsesAny(row => row.InvalidatesData);
        Domain lines = new Domain.Subset(sorts.Line);
        if (shape.Uses(OperationKind.Store))
        {
            _dirtied = declarations.Ghost(Section.GhostDataCaches, "gS", [sorts.Line], Sorts.Truth);
            _dirtiedSince = invalidates && shape.MayStoreNonCacheable ? declarations.Ghost(Section.GhostFlushing, "gM", [sorts.Vcpu], lines) : null;
        }

        // What the host wrote through its Write-Back alias may stay as a clean copy, though published.
        if (shape.ViewsChange || (shape.MayStoreNonCacheable && shape.PublishesCopies))
        {
            _copies = declarations.Ghost(Section.GhostCopies, "gK", [], lines);
            _copiesSince = invalidates ? declarations.Ghost(Section.GhostCopies, "gL", [sorts.Vcpu], lines) : null;
        }

        _mayHoldCopy = declarations.Frozen.Truths("g.copy", sorts.Line, line => shape.IsWriteBackAtFirst(facts, line));
    }

    /// <summary>Whether a line may be dirty.</summary>
    public Expr MayBeDirty(Expr x) => Ex.Read(_dirtied!, x);

    /// <summary>Whether a clean copy of a line may stand.</summary>
    public Expr MayHoldCopy(Expr x) => _copies is null ? Ex.Read(_mayHoldCopy, x) : Ex.Contains(Ex.Read(_copies), x);

    public override IEnumerable<Statement> Initially() =>
        new[] { _copiesSince, _dirtiedSince }.OfType<Variable>().Select(since => Translator.Everywhere(since, [], Ex.Const(_sorts.Line.FullMask)));

    public override IEnumerable<OrderedFill> Fills()
    {
        Parameter v = new("v", _sorts.Vcpu), w = new("w", _sorts.Vcpu), x = new("x", _sorts.Line);
        if (_copies is not null)
        {
            yield return new(Stratum.GhostCopied, _views.Copies("fill.gK", _copies, _isThere, w, x));
            if (_copiesSince is not null)
            {
                yield return new(Stratum.GhostCopied, _views.Copies("fill.gL", _copiesSince, _isThere, w, x, v));
                yield return new(Stratum.GhostCopied, new Fill("drop.gL", [v], _copiesSince, [Ex.Param(v)], Ex.BitAndNot(Ex.Const(_sorts.Line.FullMask), Ex.Read(_copies)), Ex.True));
            }
        }

        if (_dirtiedSince is not null)
        {
            yield return new(Stratum.GhostFlushing, new Fill("drop.gM", [v, x], _dirtiedSince, [Ex.Param(v)], Ex.Singleton(Ex.Param(x)), Ex.Eq(MayBeDirty(Ex.Param(x)), 0)));
        }
    }

    public override IEnumerable<Statement> OnCacheableStore(Expr x, Expr n)
    {
        yield return Ex.Assign(_dirtied!, [x], Ex.True);
        if (_dirtiedSince is not null)
        {
            yield return Ex.ForEach("w", _sorts.Vcpu, Ex.Assign(_dirtiedSince, [Ex.Local("w")], Ex.BitOr(Ex.Read(_dirtiedSince, Ex.Local("w")), Ex.Singleton(x))));
        }
    }

    public override IEnumerable<Statement> LeftBehindBy(Expr vcpu) => _copies is null ? [] :
        [Ex.ForEach("x", _sorts.Line, Ex.When(_views.MayBeCacheable(vcpu, Ex.Local("x")), Ex.Assign(_copies, [], Ex.BitOr(Ex.Read(_copies), Ex.Singleton(Ex.Local("x"))))))];

    public override IEnumerable<Statement> OnStopped(Expr vcpu) => new[] { _copiesSince, _dirtiedSince }.OfType<Variable>()
        .Select(since => Ex.Assign(since, [vcpu], Ex.Const(_sorts.Line.FullMask)));

    public override IEnumerable<Statement> OnInvalidate(Expr vcpu, Expr x) => new[] { _copiesSince, _dirtiedSince }.OfType<Variable>()
        .Select(since => Ex.Assign(since, [vcpu], Ex.BitAndNot(Ex.Read(since, vcpu), Ex.Singleton(x))));

    public override IEnumerable<Statement> OnCleansComplete(Expr vcpu, Expr x) =>
        _dirtiedSince is not null ? [Ex.When(Ex.Not(Ex.Contains(Ex.Read(_dirtiedSince, vcpu), x)), Ex.Assign(_dirtied!, [x], Ex.False))] : [];

    public override IEnumerable<Statement> OnAllCleansComplete(Expr vcpu)
    {
        if (_dirtiedSince is not null)
        {
            yield return Ex.Assign(_dirtiedSince, [vcpu], Ex.Const(_sorts.Line.FullMask));
        }

        if (_copiesSince is not null)
        {
            yield return Ex.Assign(_copies!, [], Ex.BitAnd(Ex.Read(_copies!), Ex.Read(_copiesSince, vcpu)));
            yield return Ex.Assign(_copiesSince, [vcpu], Ex.Const(_sorts.Line.FullMask));
        }
    }

    /// <inheritdoc/>
    /// <remarks>What is clean is not dirty; a clean copy of it may stand all the same, unless no cache holds it.</remarks>
    public override IEnumerable<Statement> OnPublish(Expr x, bool isAbsent)
    {
        if (_dirtied is not null)
        {
            yield return Ex.Assign(_dirtied, [x], Ex.False);
        }

        if (_copies is not null)
        {
            yield return Ex.Assign(_copies, [], isAbsent ? Ex.BitAndNot(Ex.Read(_copies), Ex.Singleton(x)) : Ex.BitOr(Ex.Read(_copies), Ex.Singleton(x)));
        }

        if (_copiesSince is not null && !isAbsent)
        {
            var w = Ex.Local("w");
            yield return Ex.ForEach("w", _sorts.Vcpu, Ex.Assign(_copiesSince, [w], Ex.BitOr(Ex.Read(_copiesSince, w), Ex.Singleton(x))));
        }
    }
}
