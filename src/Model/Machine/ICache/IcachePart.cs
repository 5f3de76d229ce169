using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.ICache;

/// <summary>I-caches: what each may hold of a line. Filled eagerly by whoever may fetch, never evicted, emptied by IC alone (docs/model.md, The machine).</summary>
internal abstract class IcachePart : MachinePart
{
    private readonly Sorts _sorts;
    private readonly Architecture _architecture;
    private readonly IcacheTags? _tags;
    private readonly IcacheWords _words;
    private readonly Variable _cached;
    private readonly Variable _snoops;
    private readonly Variable _icIsNop;
    private readonly bool _byCache;

    /// <summary>Declares the I-caches.</summary>
    /// <param name="shape">What the scenario needs.</param>
    /// <param name="sorts">Its sorts.</param>
    /// <param name="declarations">Takes the variables.</param>
    /// <param name="facts">What cells come to.</param>
    /// <param name="architecture">Readings.</param>
    /// <param name="tags">How lines are tagged; <see langword="null"/> where they are not.</param>
    protected IcachePart(Shape shape, Sorts sorts, Declarations declarations, CellFacts facts, Architecture architecture, IcacheTags? tags = null)
    {
        (_sorts, _architecture, _tags) = (sorts, architecture, tags);
        _cached = declarations.State(Section.Machine, "I", [Caches, sorts.Line], sorts.Versions);
        Seen<bool> Has(int line, CacheFlags flag) => facts.Caches(shape.IsBareMetal ? shape.VmOfLine[line] : null).Select(flags => flags.HasFlag(flag));
        _byCache = shape.PcpusDiffer || (shape.IsBareMetal && shape.VcpusDiffer);
        Seen<bool> OfCache(int cache, CacheFlags flag)
        {
            var p = sorts.FirstOfIcache(cache / (tags?.Count ?? 1));
            return facts.Caches(shape.IsBareMetal && p < shape.Scenario.Vcpus.Length ? shape.Scenario.Vcpus[p].Vm : null, shape.PeOf(p)).Select(flags => flags.HasFlag(flag));
        }

        Variable Truths(string name, CacheFlags flag) => _byCache
            ? declarations.Frozen.Truths(name, Caches, cache => OfCache(cache, flag))
            : declarations.Frozen.Truths(name, sorts.Line, line => Has(line, flag));
        _snoops = Truths("snoops", CacheFlags.Snoops);
        _icIsNop = Truths("ic.nop", CacheFlags.IcIsNop);
        _words = new IcacheWords(sorts, Caches, _cached, Filler);
    }

    /// <summary>The I-caches, for each VMID by itself where lines are tagged.</summary>
    protected Sort Caches => _tags?.Caches ?? _sorts.Icache;

    /// <summary>What the I-cache of a pCPU may hold of a line.</summary>
    public Expr Cached(Expr pcpu, Expr x) => Ex.Read(_cached, _sorts.IcacheOf(pcpu), x);

    /// <summary>What each may hold.</summary>
    protected Variable Held => _cached;

    /// <summary>Who fetched what entered an I-cache, and where from; <see langword="null"/> where nobody is known.</summary>
    /// <param name="context">The words of the trace.</param>
    /// <param name="cache">The I-cache.</param>
    /// <param name="line">The line.</param>
    /// <param name="gained">What entered.</param>
    /// <param name="after">The state in which it is there.</param>
    protected abstract FillSource? Filler(TraceContext context, int cache, int line, long gained, Valuation after);

    /// <inheritdoc/>
    /// <remarks>Arm ARM C5.3 IC IVAU, IC IALLU, IC IALLUIS; D7.5.9.1 TreatICAsNOP. What a pipeline has captured stays: an IC is no context synchronisation event.</remarks>
    public override IEnumerable<Effect> Effects()
    {
        var target = new EffectTarget(IcacheWords.Target(Caches), _sorts.IcacheOf, _architecture.OneInstant) { OwnOnes = _tags is { } tags ? tags.OfPcpu : null };

        // Where I-caches differ an IC is issued to all of them: on one that need not do anything it takes nothing away.
        Expr IsNeeded(Expr x) => _byCache ? Ex.True : Ex.Not(Ex.Read(_icIsNop, x));
        Statement Takes(Expr cache, Expr x) => _byCache ? Ex.When(Ex.Not(Ex.Read(_icIsNop, cache)), Empty(cache, x)) : Empty(cache, x);
        yield return new Effect(OperationKind.InvalidateInstructionLine, "ivau", "ic ivau")
        {
            Place = [new Parameter("x", _sorts.Line)],
            Target = target,
            IsNeeded = IsNeeded,
            Takes = (place, cache) => [Takes(cache!, place[0])],
        };
        yield return new Effect(OperationKind.InvalidateInstructionAll, "iall", "ic of all")
        {
            Target = target,
            IsNeeded = IsNeeded,
            Takes = (_, cache) => [Ex.ForEach("x", _sorts.Line, Ex.When(IsNeeded(Ex.Local("x")), Takes(cache!, Ex.Local("x"))))],
        };
    }

    /// <summary>With DIC = 1, and where reading <c>dic_snoops_nc</c> says so, a store snoops what fetches left behind (Arm ARM B2.3 R_WNDVG).</summary>
    public override IEnumerable<Choice> OnStore(Store store) =>
        [Choice.Always(_byCache
            ? Ex.ForEach("q", Caches, Ex.When(Ex.Read(_snoops, Ex.Local("q")), Empty(Ex.Local("q"), store.X)))
            : Ex.When(Ex.Read(_snoops, store.X), Ex.ForEach("q", Caches, Empty(Ex.Local("q"), store.X))))];

    public override IEnumerable<Panel> Panels() => [_words.Panel()];

    public override IEnumerable<PanelValues> Show(TraceContext context, Valuation state) => [_words.Show(context, state)];

    public override IEnumerable<Note> Notes(TraceContext context, StepView step) => _words.Notes(context, step);

    private Statement Empty(Expr cache, Expr x) => Ex.Assign(_cached, [cache, x], Ex.False);
}
