using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Machine.Memory;
using CoherenceCheck.Model.Machine.Translation;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.ICache;

/// <summary>I-caches: what each may hold of a line. Filled eagerly by whoever may fetch, never evicted, emptied by IC alone (docs/model.md, The machine).</summary>
internal sealed class IcachePart : MachinePart
{
    private readonly Sorts _sorts;
    private readonly Architecture _architecture;
    private readonly MemoryPart _memory;
    private readonly Views _views;
    private readonly Func<Expr, Expr, Expr> _inGuest;
    private readonly IcacheWords _words;
    private readonly Variable _cached;
    private readonly Variable _snoops;
    private readonly Variable _icIsNop;

    /// <summary>Declares the I-caches.</summary>
    /// <param name="shape">What the scenario needs.</param>
    /// <param name="sorts">Its sorts.</param>
    /// <param name="declarations">Takes the variables.</param>
    /// <param name="facts">What cells come to.</param>
    /// <param name="architecture">Readings.</param>
    /// <param name="memory">Where fetches that miss read.</param>
    /// <param name="regime">The SCTLR_EL1 values of the vCPUs.</param>
    /// <param name="views">How vCPUs look at lines.</param>
    /// <param name="inGuest">Whether a vCPU executes on a pCPU.</param>
    public IcachePart(
        Shape shape, Sorts sorts, Declarations declarations, CellFacts facts, Architecture architecture, MemoryPart memory, RegimePart regime, Views views, Func<Expr, Expr, Expr> inGuest)
    {
        (_sorts, _architecture, _memory, _views, _inGuest) = (sorts, architecture, memory, views, inGuest);
        _cached = declarations.State(Section.Machine, "I", [sorts.Icache, sorts.Line], sorts.Versions);
        Seen<bool> Has(int line, CacheFlags flag) => facts.Caches(shape.IsBareMetal ? shape.VmOfLine[line] : null).Select(flags => flags.HasFlag(flag));
        _snoops = declarations.Frozen.Truths("snoops", sorts.Line, line => Has(line, CacheFlags.Snoops));
        _icIsNop = declarations.Frozen.Truths("ic.nop", sorts.Line, line => Has(line, CacheFlags.IcIsNop));
        _words = new IcacheWords(sorts, _cached, memory, regime, views.Tables);
    }

    /// <summary>What the I-cache of a pCPU may hold of a line.</summary>
    public Expr Cached(Expr pcpu, Expr x) => Ex.Read(_cached, _sorts.IcacheOf(pcpu), x);

    public override IEnumerable<Statement> LeftBehindBy(Expr vcpu, Func<Expr, Expr> mayRunOn)
    {
        Expr p = Ex.Local("p"), x = Ex.Local("x");
        return [Ex.ForEach("p", _sorts.Pcpu, Ex.When(mayRunOn(p), Ex.ForEach("x", _sorts.Line,
            Ex.Assign(_cached, [_sorts.IcacheOf(p), x], Ex.BitOr(Cached(p, x), Fillable(vcpu, x))))))];
    }

    public override IEnumerable<OrderedFill> Fills()
    {
        Parameter p = new("p", _sorts.Pcpu), v = new("v", _sorts.Vcpu), x = new("x", _sorts.Line);
        yield return new(Stratum.Fetched, new Fill(
            "fill.I", [p, v, x], _cached, [_sorts.IcacheOf(Ex.Param(p)), Ex.Param(x)], Fillable(Ex.Param(v), Ex.Param(x)), _inGuest(Ex.Param(p), Ex.Param(v))));
    }

    /// <inheritdoc/>
    /// <remarks>Arm ARM C5.3 IC IVAU, IC IALLU, IC IALLUIS; D7.5.9.1 TreatICAsNOP. What a pipeline has captured stays: an IC is no context synchronisation event.</remarks>
    public override IEnumerable<Effect> Effects()
    {
        var target = new EffectTarget(IcacheWords.Target(_sorts), _sorts.IcacheOf, _architecture.OneInstant);
        Expr IsNeeded(Expr x) => Ex.Not(Ex.Read(_icIsNop, x));
        yield return new Effect(OperationKind.InvalidateInstructionLine, "ivau", "ic ivau")
        {
            IsByLine = true,
            Target = target,
            IsNeeded = IsNeeded,
            Takes = (x, cache) => [Empty(cache!, x!)],
        };
        yield return new Effect(OperationKind.InvalidateInstructionAll, "iall", "ic of all")
        {
            Target = target,
            IsNeeded = IsNeeded,
            Takes = (_, cache) => [Ex.ForEach("x", _sorts.Line, Ex.When(IsNeeded(Ex.Local("x")), Empty(cache!, Ex.Local("x"))))],
        };
    }

    /// <summary>With DIC = 1, and where reading <c>dic_snoops_nc</c> says so, a store snoops what fetches left behind (Arm ARM B2.3 R_WNDVG).</summary>
    public override IEnumerable<Choice> OnStore(Store store) =>
        [Choice.Always(Ex.When(Ex.Read(_snoops, store.X), Ex.ForEach("q", _sorts.Icache, Empty(Ex.Local("q"), store.X))))];

    public override IEnumerable<Panel> Panels() => [_words.Panel()];

    public override IEnumerable<PanelValues> Show(TraceContext context, Valuation state) => [_words.Show(context, state)];

    public override IEnumerable<Note> Notes(TraceContext context, StepView step) => _words.Notes(context, step);

    /// <summary>The values that a fetch by the vCPU may allocate (Arm ARM D7.5.7: with SCTLR_EL1.M = 0 too an I-cache may hold what was fetched).</summary>
    private Expr Fillable(Expr vcpu, Expr x) => _views.Union(vcpu, m => Ex.BitOr(
        Ex.BitAnd(_memory.AtPoU(x), _views.Tables.FillPoU(vcpu, x, m)),
        Ex.BitAnd(_memory.AtPoC(x), _views.Tables.FillPoC(vcpu, x, m))));

    private Statement Empty(Expr cache, Expr x) => Ex.Assign(_cached, [cache, x], Ex.False);
}
