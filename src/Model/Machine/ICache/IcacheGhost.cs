using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Machine.Memory;
using CoherenceCheck.Model.Machine.Translation;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.ICache;

/// <summary>What the private I-cache of each vCPU may hold on bare metal (<c>gI</c>), and what may stand there since the issue of an IC that is open (<c>gJ</c>).</summary>
internal sealed class IcacheGhost : GhostPart
{
    private readonly Sorts _sorts;
    private readonly Architecture _architecture;
    private readonly MemoryGhost _memory;
    private readonly Views _views;
    private readonly Func<Expr, Expr?> _isThere;
    private readonly Variable _cached;
    private readonly Variable? _invalidate;
    private readonly Variable _snoops;
    private readonly Variable _icIsNop;
    private readonly bool _byVcpu;

    public IcacheGhost(Shape shape, Sorts sorts, Declarations declarations, CellFacts facts, Architecture architecture, MemoryGhost memory, Views views, Func<Expr, Expr?> isThere)
    {
        (_sorts, _architecture, _memory, _views, _isThere) = (sorts, architecture, memory, views, isThere);
        _cached = declarations.Ghost(Section.GhostFetches, "gI", [sorts.Vcpu, sorts.Line], sorts.Versions);
        _invalidate = shape.Uses(OperationKind.InvalidateInstructionLine) || shape.Uses(OperationKind.InvalidateInstructionAll)
            ? declarations.Ghost(Section.GhostInvalidating, "gJ", [sorts.Vcpu, sorts.Vcpu, sorts.Line], sorts.Versions)
            : null;
        Seen<bool> Told(int line, CacheFlags flag) => facts.Caches(shape.VmOfLine[line]).Select(flags => flags.HasFlag(flag));
        _byVcpu = shape.VcpusDiffer;
        Variable Truths(string name, CacheFlags flag) => _byVcpu
            ? declarations.Frozen.Truths(name, sorts.Vcpu, w => facts.Told(shape.Scenario.Vcpus[w], flag))
            : declarations.Frozen.Truths(name, sorts.Line, line => Told(line, flag));
        _snoops = Truths("g.snoops", CacheFlags.Snoops);
        _icIsNop = Truths("g.ic.nop", CacheFlags.IcIsNop);
    }

    /// <summary>What the I-cache of a vCPU may hold of a line.</summary>
    public Expr Cached(Expr w, Expr x) => Ex.Read(_cached, w, x);

    public override IEnumerable<Statement> Initially() => _invalidate is null ? [] : [Translator.Everywhere(_invalidate, [], _sorts.Full)];

    public override IEnumerable<Statement> LeftBehindBy(Expr vcpu) => [Ex.ForEach("x", _sorts.Line, Ex.Assign(_cached, [vcpu, Ex.Local("x")], Fillable(vcpu, Ex.Local("x"))))];

    public override IEnumerable<Statement> OnStopped(Expr vcpu, Expr x) =>
        _invalidate is null ? [] : [Ex.ForEach("w", _sorts.Vcpu, Ex.Assign(_invalidate, [vcpu, Ex.Local("w"), x], _sorts.Full))];

    public override IEnumerable<OrderedFill> Fills()
    {
        Parameter pv = new("v", _sorts.Vcpu), pw = new("w", _sorts.Vcpu), px = new("x", _sorts.Line);
        Expr v = Ex.Param(pv), w = Ex.Param(pw), x = Ex.Param(px);
        yield return new(Stratum.GhostFetched, new Fill("fill.gI", [pw, px], _cached, [w, x], Fillable(w, x), _isThere(w) ?? Ex.True));
        if (_invalidate is not null)
        {
            yield return new(Stratum.GhostFetched, new Fill("fill.gJ", [pv, pw, px], _invalidate, [v, w, x], Fillable(w, x), _isThere(w) ?? Ex.True));
            yield return new(Stratum.GhostInvalidating, new Fill("drop.gJ", [pv, pw, px], _invalidate, [v, w, x], Ex.BitAndNot(_sorts.Full, Ex.Read(_cached, w, x)), Ex.True));
        }
    }

    /// <summary>With DIC = 1, and where reading <c>dic_snoops_nc</c> says so, a store snoops what fetches left behind (Arm ARM B2.3 R_WNDVG).</summary>
    public override IEnumerable<Statement> OnStored(Expr x, Expr n)
    {
        var w = Ex.Local("w");
        Statement[] cleared = _invalidate is null
            ? [Ex.Assign(_cached, [w, x], Ex.False)]
            : [Ex.Assign(_cached, [w, x], Ex.False), Ex.ForEach("u", _sorts.Vcpu, Ex.Assign(_invalidate, [Ex.Local("u"), w, x], Ex.False))];
        return _byVcpu ? [Ex.ForEach("w", _sorts.Vcpu, Ex.When(Ex.Read(_snoops, w), cleared))] : [Ex.When(Ex.Read(_snoops, x), Ex.ForEach("w", _sorts.Vcpu, cleared))];
    }

    public override IEnumerable<Statement> OnInvalidateInstructions(Expr vcpu, Expr x, bool everywhere)
    {
        var w = Ex.Local("w");
        var reaches = everywhere ? Ex.True : Ex.Or(_architecture.BroadcastsIallu, Ex.Eq(w, vcpu));
        var invalidated = Ex.Assign(_invalidate!, [vcpu, w, x], Ex.False);
        return _byVcpu
            ? [Ex.ForEach("w", _sorts.Vcpu, Ex.When(Ex.And(reaches, Ex.Not(Ex.Read(_icIsNop, w))), invalidated))]
            : [Ex.When(Ex.Not(Ex.Read(_icIsNop, x)), Ex.ForEach("w", _sorts.Vcpu, Ex.When(reaches, invalidated)))];
    }

    /// <inheritdoc/>
    /// <remarks>A DSB of the own PE alone (NSH) completes an IC on the own I-cache only, unless it takes effect everywhere at one instant.</remarks>
    public override IEnumerable<Statement> OnInvalidationsComplete(Expr vcpu, Expr x, bool isWide)
    {
        if (_invalidate is null)
        {
            return [];
        }

        var w = Ex.Local("w");
        var closes = isWide ? Ex.True : Ex.Or(_architecture.OneInstant, Ex.Eq(w, vcpu));
        return [Ex.ForEach("w", _sorts.Vcpu, Ex.When(
            closes,
            Ex.Assign(_cached, [w, x], Ex.BitAnd(Ex.Read(_cached, w, x), Ex.Read(_invalidate, vcpu, w, x))),
            Ex.Assign(_invalidate, [vcpu, w, x], _sorts.Full)))];
    }

    public override IEnumerable<Statement> OnPublishTo(Expr w, Expr x, bool isAbsent) =>
        [Ex.Assign(_cached, [w, x], isAbsent ? Ex.False : _memory.Coherent(x))];

    public override IEnumerable<Statement> OnPublishSince(Expr w, Expr x, Expr keepsCaptured) =>
        _invalidate is null ? [] : [Ex.ForEach("u", _sorts.Vcpu, Ex.Assign(_invalidate, [Ex.Local("u"), w, x], _memory.Coherent(x)))];

    public override IEnumerable<Note> Notes(TraceContext context, StepView step) => Completed.Of(
        context, step, _cached, (cell, line, names) => $"on bare metal {_sorts.Vcpu.Elements[cell / _sorts.Line.Size]}'s I-cache cannot hold {line} = {names}");

    private Expr Fillable(Expr w, Expr x) => _views.Union(w, m => Ex.BitOr(
        Ex.BitAnd(_memory.AtPoU(x), _views.Tables.FillPoU(w, w, x, m)),
        Ex.BitAnd(_memory.AtPoC(x), _views.Tables.FillPoC(w, w, x, m))));
}
