using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Machine.Memory;
using CoherenceCheck.Model.Machine.Translation;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.ICache;

/// <summary>I-caches that are filled by the line: addresses are what they are for good.</summary>
internal sealed class LineIcachePart : IcachePart
{
    private readonly Sorts _sorts;
    private readonly MemoryPart _memory;
    private readonly RegimePart _regime;
    private readonly Views _views;
    private readonly Func<Expr, Expr, Expr> _mayFill;

    /// <summary>Declares the I-caches.</summary>
    /// <param name="shape">What the scenario needs.</param>
    /// <param name="sorts">Its sorts.</param>
    /// <param name="declarations">Takes the variables.</param>
    /// <param name="facts">What cells come to.</param>
    /// <param name="architecture">Readings.</param>
    /// <param name="memory">Where fetches that miss read.</param>
    /// <param name="regime">The SCTLR_EL1 values of the vCPUs.</param>
    /// <param name="views">How vCPUs look at lines.</param>
    /// <param name="mayFill">Whether a vCPU may fetch on a pCPU.</param>
    public LineIcachePart(
        Shape shape, Sorts sorts, Declarations declarations, CellFacts facts, Architecture architecture, MemoryPart memory, RegimePart regime, Views views, Func<Expr, Expr, Expr> mayFill)
        : base(shape, sorts, declarations, facts, architecture) =>
        (_sorts, _memory, _regime, _views, _mayFill) = (sorts, memory, regime, views, mayFill);

    public override IEnumerable<Statement> LeftBehindBy(Expr vcpu, Func<Expr, Expr> mayRunOn)
    {
        Expr p = Ex.Local("p"), x = Ex.Local("x");
        return [Ex.ForEach("p", _sorts.Pcpu, Ex.When(mayRunOn(p), Ex.ForEach("x", _sorts.Line,
            Ex.Assign(Held, [_sorts.IcacheOf(p), x], Ex.BitOr(Cached(p, x), Fillable(p, vcpu, x))))))];
    }

    public override IEnumerable<OrderedFill> Fills()
    {
        Parameter p = new("p", _sorts.Pcpu), v = new("v", _sorts.Vcpu), x = new("x", _sorts.Line);
        yield return new(Stratum.Fetched, new Fill(
            "fill.I", [p, v, x], Held, [_sorts.IcacheOf(Ex.Param(p)), Ex.Param(x)], Fillable(Ex.Param(p), Ex.Param(v), Ex.Param(x)), _mayFill(Ex.Param(p), Ex.Param(v))));
    }

    /// <summary>Who fetched what entered an I-cache, and where from: as the SCTLR_EL1 values say that may be in force, not the one last written.</summary>
    protected override FillSource? Filler(TraceContext context, int cache, int line, long gained, Valuation after)
    {
        foreach (var (p, vcpu) in Enumerable.Range(0, _sorts.Pcpu.Size).Where(p => _sorts.NumberOfIcache(p) == cache).Select(p => (p, Vcpu: context.FetchingOn(after, p))).Where(pair => pair.Vcpu is not null).Select(pair => (pair.p, pair.Vcpu!.Value)))
        {
            var (fromPoU, fromPoC) = (false, false);
            var modes = new List<string>();
            foreach (var mode in _regime.InForceIn(after, vcpu))
            {
                long Mask(Func<Expr, Expr, Expr, Expr, Expr> table) => context.Interpreter.Evaluate(table(Ex.Const(p), Ex.Const(vcpu), Ex.Const(line), Ex.Const(mode)), after);
                var poc = (Mask(_views.Tables.FillPoC) & _memory.AtPoCIn(context, after, line) & gained) != 0;
                var pou = (Mask(_views.Tables.FillPoU) & _memory.AtPoUIn(context, after, line) & gained) != 0;
                (fromPoU, fromPoC) = (fromPoU || pou, fromPoC || poc);
                if (pou || poc)
                {
                    modes.Add(_regime.InForce is null ? _regime.Describe(context, after, vcpu) : _regime.Describe(context, vcpu, mode));
                }
            }

            var source = (fromPoU, fromPoC) switch
            {
                (true, true) => "the PoU or the PoC",
                (true, false) => "the PoU",
                (false, true) => "the PoC",
                _ => null,
            };
            if (source is not null)
            {
                return new FillSource(source, _sorts.Vcpu.Elements[vcpu], string.Join(" or ", modes.Distinct(StringComparer.Ordinal)));
            }
        }

        return null;
    }

    /// <summary>The values that a fetch by the vCPU may allocate (Arm ARM D7.5.7: with SCTLR_EL1.M = 0 too an I-cache may hold what was fetched).</summary>
    private Expr Fillable(Expr p, Expr vcpu, Expr x) => _views.Union(vcpu, m => Ex.BitOr(
        Ex.BitAnd(_memory.AtPoU(x), _views.Tables.FillPoU(p, vcpu, x, m)),
        Ex.BitAnd(_memory.AtPoC(x), _views.Tables.FillPoC(p, vcpu, x, m))));
}
