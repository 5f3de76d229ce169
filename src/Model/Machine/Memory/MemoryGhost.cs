using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.Memory;

/// <summary>What bare metal's memory may hold: <c>gC</c> for a coherent access, <c>gF</c> at the PoU, <c>gP</c> at the PoC; and what may stand since the issue of an open clean, <c>gD</c> and <c>gE</c>.</summary>
internal sealed class MemoryGhost : GhostPart
{
    private readonly Shape _shape;
    private readonly Sorts _sorts;
    private readonly DataCacheGhost _dataCache;
    private readonly Variable _coherent;
    private readonly Variable _pou;
    private readonly Variable _poc;
    private readonly Variable? _cleanPoU;
    private readonly Variable? _cleanPoC;
    private readonly Variable _idc;

    public MemoryGhost(Shape shape, Sorts sorts, Declarations declarations, CellFacts facts, DataCacheGhost dataCache)
    {
        (_shape, _sorts, _dataCache) = (shape, sorts, dataCache);
        _coherent = declarations.Ghost(Section.GhostMemory, "gC", [sorts.Line], sorts.Versions);
        _pou = declarations.Ghost(Section.GhostMemory, "gF", [sorts.Line], sorts.Versions);
        _poc = declarations.Ghost(Section.GhostMemory, "gP", [sorts.Line], sorts.Versions);
        _cleanPoU = shape.UsesAny(row => row.Cleans != CleanPoint.None) ? declarations.Ghost(Section.GhostCleaning, "gD", [sorts.Vcpu, sorts.Line], sorts.Versions) : null;
        _cleanPoC = shape.CleansToPoC ? declarations.Ghost(Section.GhostCleaning, "gE", [sorts.Vcpu, sorts.Line], sorts.Versions) : null;
        _idc = declarations.Frozen.Truths("g.idc", sorts.Line, line => facts.Caches(shape.VmOfLine[line]).Select(flags => flags.HasFlag(CacheFlags.Idc)));
    }

    /// <summary>What a coherent access may see.</summary>
    public Expr Coherent(Expr x) => Ex.Read(_coherent, x);

    /// <summary>What a fetch at the PoU may see.</summary>
    public Expr AtPoU(Expr x) => Ex.Read(_pou, x);

    /// <summary>What a fetch at the PoC may see.</summary>
    public Expr AtPoC(Expr x) => Ex.Read(_poc, x);

    /// <summary>Whether a dirty line may be written back over a Non-cacheable store, or a clean copy hide it.</summary>
    public Expr MayHideStore(Expr x) => Ex.Or(_dataCache.MayBeDirty(x), _dataCache.MayHoldCopy(x));

    public override IEnumerable<Statement> Holds(Expr x, Expr only) => [Ex.Assign(_coherent, [x], only), Ex.Assign(_pou, [x], only), Ex.Assign(_poc, [x], only)];

    public override IEnumerable<Statement> Initially() => Open().Select(open => Translator.Everywhere(open, [], _sorts.Full));

    public override IEnumerable<OrderedFill> Fills()
    {
        Parameter v = new("v", _sorts.Vcpu), x = new("x", _sorts.Line);
        foreach (var (name, open, judged) in new[] { ("drop.gD", _cleanPoU, _pou), ("drop.gE", _cleanPoC, _poc) })
        {
            if (open is not null)
            {
                yield return new(Stratum.GhostCleaning, new Fill(name, [v, x], open, [Ex.Param(v), Ex.Param(x)], Ex.BitAndNot(_sorts.Full, Ex.Read(judged, Ex.Param(x))), Ex.True));
            }
        }
    }

    public override IEnumerable<Statement> OnCacheableStore(Expr x, Expr n) =>
    [
        Ex.Assign(_coherent, [x], _sorts.Only(n)),
        Ex.Assign(_pou, [x], Ex.If(Ex.Read(_idc, x), _sorts.Only(n), Ex.BitOr(Ex.Read(_pou, x), _sorts.Only(n)))),
        Join(_poc, [x], n),
    ];

    /// <inheritdoc/>
    /// <remarks>Where a dirty line may be written back over it, or a clean copy may hide it, the store only adds a value.</remarks>
    public override IEnumerable<Statement> OnNonCacheableStore(Expr x, Expr n)
    {
        var dirtied = _dataCache.MayBeDirty(x);
        var hidden = MayHideStore(x);
        Statement Set(Variable target, Expr keeps) => Ex.Assign(target, [x], Ex.BitOr(Ex.If(keeps, Ex.Read(target, x), Ex.False), _sorts.Only(n)));
        return [Set(_coherent, hidden), Set(_pou, hidden), Set(_poc, dirtied)];
    }

    public override IEnumerable<Statement> OnStored(Expr x, Expr n) =>
        Open().Select(open => Ex.ForEach("w", _sorts.Vcpu, Join(open, [Ex.Local("w"), x], n)));

    /// <inheritdoc/>
    /// <remarks>Of a DC CIVAC what is dirty goes to the PoC; a clean copy that the PoC has left behind is dropped, so that fetches see the PoC, with IDC = 1 too.</remarks>
    public override IEnumerable<Statement> OnCleanToPoU(Expr vcpu, Expr x, bool invalidates) =>
        invalidates && _shape.MayStoreNonCacheable
            ? [Ex.Assign(_cleanPoU!, [vcpu, x], Ex.If(_dataCache.MayBeDirty(x), Coherent(x), AtPoC(x)))]
            : [Ex.When(Ex.Not(Ex.Read(_idc, x)), Ex.Assign(_cleanPoU!, [vcpu, x], Coherent(x)))];

    public override IEnumerable<Statement> OnCleanToPoC(Expr vcpu, Expr x) => [Ex.Assign(_cleanPoC!, [vcpu, x], Coherent(x))];

    public override IEnumerable<Statement> OnCleansComplete(Expr vcpu, Expr x)
    {
        if (_cleanPoU is { } cleanPoU)
        {
            yield return Ex.Assign(_pou, [x], Ex.BitAnd(Ex.Read(_pou, x), Ex.Read(cleanPoU, vcpu, x)));
            if (_shape.MayStoreNonCacheable)
            {
                // The coherent value is always one that a fetch at the PoU may return.
                yield return Ex.Assign(_coherent, [x], Ex.BitAnd(Coherent(x), Ex.Read(cleanPoU, vcpu, x)));
            }

            yield return Ex.Assign(cleanPoU, [vcpu, x], _sorts.Full);
        }

        if (_cleanPoC is { } cleanPoC)
        {
            yield return Ex.Assign(_poc, [x], Ex.BitAnd(Ex.Read(_poc, x), Ex.Read(cleanPoC, vcpu, x)));
            yield return Ex.Assign(cleanPoC, [vcpu, x], _sorts.Full);
        }
    }

    public override IEnumerable<Statement> OnStopped(Expr vcpu, Expr x) => Open().Select(open => Ex.Assign(open, [vcpu, x], _sorts.Full));

    public override IEnumerable<Statement> OnPublish(Expr x, bool isAbsent) => [Ex.Assign(_pou, [x], Coherent(x)), Ex.Assign(_poc, [x], Coherent(x))];

    public override IEnumerable<Statement> OnPublishSince(Expr w, Expr x, Expr keepsCaptured) => Open().Select(open => Ex.Assign(open, [w, x], Coherent(x)));

    /// <inheritdoc/>
    public override IEnumerable<Note> Notes(TraceContext context, StepView step) =>
        Completed.Of(context, step, _pou, (_, line, names) => $"on bare metal the PoU cannot show {line} = {names}")
            .Concat(Completed.Of(context, step, _poc, (_, line, names) => $"on bare metal the PoC cannot show {line} = {names}"));

    private IEnumerable<Variable> Open() => new[] { _cleanPoU, _cleanPoC }.OfType<Variable>();

    private Statement Join(Variable set, ReadOnlySpan<Expr> index, Expr n) => Ex.Assign(set, index, Ex.BitOr(Ex.Read(set, index), _sorts.Only(n)));
}
