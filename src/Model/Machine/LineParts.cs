using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Judgements;
using CoherenceCheck.Model.Machine.ICache;
using CoherenceCheck.Model.Machine.Memory;
using CoherenceCheck.Model.Machine.Translation;
using CoherenceCheck.Model.Pe;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine;

/// <summary>The parts where addresses are what they are for good: memory and I-caches by the line, and what bare metal promises of fetches.</summary>
internal sealed class LineParts : PartList
{
    private readonly MemoryPart _memory;
    private readonly MemoryGhost _memoryGhost;
    private readonly HistoryGhost _history;

    /// <summary>Makes the parts.</summary>
    /// <param name="shape">What the scenario needs.</param>
    /// <param name="sorts">Its sorts.</param>
    /// <param name="declarations">Takes the variables of the parts.</param>
    /// <param name="pe">The PE model, whose pipeline is one of them.</param>
    /// <param name="inGuest">Whether a vCPU executes on a pCPU.</param>
    /// <param name="mayFill">Whether a vCPU may fetch on a pCPU, if only for an I-cache.</param>
    /// <param name="isThere">Whether a vCPU is there; nothing where all are.</param>
    /// <param name="watchesPromises">Whether a model asks what was promised.</param>
    public LineParts(Shape shape, Sorts sorts, Declarations declarations, PeRow pe, Func<Expr, Expr, Expr> inGuest, Func<Expr, Expr, Expr> mayFill, Func<Expr, Expr?> isThere, bool watchesPromises)
    {
        var facts = new CellFacts(shape.Scenario);
        var leaves = new Leaves(shape, sorts);
        Architecture = new Architecture(shape, facts, declarations.Frozen);

        Regime = new RegimePart(shape, sorts, declarations);
        MachineViews = new Views(sorts, new AccessTables(shape, sorts, leaves, declarations.Frozen, "", facts, shape.IsBareMetal), Regime.InForce);
        _memory = new MemoryPart(shape, sorts, declarations, facts, new CopySources(
            copies => [new(Stratum.Copied, MachineViews.Copies("fill.copies", copies, isThere, new Parameter("w", sorts.Vcpu), new Parameter("x", sorts.Line)))], MachineViews.MayBeCacheable));
        var icache = new LineIcachePart(shape, sorts, declarations, facts, Architecture, _memory, Regime, MachineViews, mayFill);

        var ownRegime = new RegimeGhost(shape, sorts, declarations, Regime.Initial, vcpu => Ex.Read(Regime.Written!, vcpu));
        GhostViews = new Views(sorts, new AccessTables(shape, sorts, leaves, declarations.Frozen, "g.", facts, bareMetal: true), ownRegime.InForce);
        var dataCacheGhost = new DataCacheGhost(shape, sorts, declarations, facts, GhostViews, isThere);
        _memoryGhost = new MemoryGhost(shape, sorts, declarations, facts, dataCacheGhost);
        var icacheGhost = new IcacheGhost(shape, sorts, declarations, facts, Architecture, _memoryGhost, GhostViews, isThere);

        Pipeline = pe.Pipeline(new FetchSources(sorts, declarations, _memory, icache, MachineViews, inGuest, _memoryGhost, icacheGhost, GhostViews, isThere));
        _history = new HistoryGhost(sorts, declarations, watchesPromises);
        Assertions = new Assertions(shape, declarations);

        Machine = [_memory, icache, new TlbPart(sorts), Pipeline.Machine, Regime];
        Ghost = [_memoryGhost, icacheGhost, Pipeline.Ghost, dataCacheGhost, ownRegime, _history];
        Judgements = [new FreshFetch(sorts, declarations, Pipeline), Assertions];
    }

    /// <summary>The pipeline.</summary>
    public Pipeline Pipeline { get; }

    /// <summary>How vCPUs look at lines on the machine.</summary>
    public Views MachineViews { get; }

    /// <summary>How they do on bare metal.</summary>
    public Views GhostViews { get; }

    /// <inheritdoc/>
    public override bool HoldsFollowed(Valuation state) => _memory.HoldsFollowed(state);

    /// <summary>Whether a cache of bare metal may hide a Non-cacheable store to a line.</summary>
    public Expr MayHideStore(Expr x) => _memoryGhost.MayHideStore(x);

    /// <summary>The versions that a line has held so far, in a model that watches for promises.</summary>
    public Expr? Been(Expr x) => _history.Been(x);
}
