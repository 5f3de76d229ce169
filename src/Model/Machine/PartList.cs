using System.Collections.Immutable;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Judgements;
using CoherenceCheck.Model.Machine.ICache;
using CoherenceCheck.Model.Machine.Memory;
using CoherenceCheck.Model.Machine.Translation;
using CoherenceCheck.Model.Pe;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine;

/// <summary>The list of parts: of the machine, of bare metal, and the judgements that compare the two. A new mechanism is a folder beside the others and a line here.</summary>
/// <remarks>The order is that of their answers in a step, and of what a trace shows. What a part may read is what it is given here: parts of the machine get no
/// part of the ghost, parts of the ghost none of the machine.</remarks>
internal sealed class PartList
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
    /// <param name="isThere">Whether a vCPU is there; nothing where all are.</param>
    /// <param name="watchesPromises">Whether a model asks what was promised.</param>
    public PartList(Shape shape, Sorts sorts, Declarations declarations, PeRow pe, Func<Expr, Expr, Expr> inGuest, Func<Expr, Expr?> isThere, bool watchesPromises)
    {
        var facts = new CellFacts(shape.Scenario);
        var leaves = new Leaves(shape, sorts);
        Architecture = new Architecture(shape, facts, declarations.Frozen);

        Regime = new RegimePart(shape, sorts, declarations);
        MachineViews = new Views(sorts, new AccessTables(shape, sorts, leaves, declarations.Frozen, "", facts, shape.IsBareMetal), Regime.InForce);
        _memory = new MemoryPart(shape, sorts, declarations, facts, MachineViews, isThere);
        var icache = new IcachePart(shape, sorts, declarations, facts, Architecture, _memory, Regime, MachineViews, inGuest);

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

    /// <summary>Readings that hold for machine and bare metal alike.</summary>
    public Architecture Architecture { get; }

    /// <summary>The parts of the machine.</summary>
    public ImmutableArray<MachinePart> Machine { get; }

    /// <summary>The parts of bare metal.</summary>
    public ImmutableArray<GhostPart> Ghost { get; }

    /// <summary>The automatic properties.</summary>
    public ImmutableArray<Judgement> Judgements { get; }

    /// <summary>Whether the version that is followed stands in some line.</summary>
    public bool HoldsFollowed(Valuation state) => _memory.HoldsFollowed(state);

    /// <summary>Whether a cache of bare metal may hide a Non-cacheable store to a line.</summary>
    public Expr MayHideStore(Expr x) => _memoryGhost.MayHideStore(x);

    /// <summary>The versions that a line has held so far, in a model that watches for promises.</summary>
    public Expr? Been(Expr x) => _history.Been(x);

    public RegimePart Regime { get; }

    public Pipeline Pipeline { get; }

    public Assertions Assertions { get; }

    /// <summary>How vCPUs look at lines on the machine.</summary>
    public Views MachineViews { get; }

    /// <summary>How they do on bare metal.</summary>
    public Views GhostViews { get; }

    /// <summary>Maintenance that the parts obey, in the order of the operation table's kinds.</summary>
    public IEnumerable<Effect> Effects => Machine.SelectMany(part => part.Effects());

    /// <summary>What fills itself after every step, in the order in which it does.</summary>
    public IEnumerable<Fill> Fills => Machine.SelectMany(part => part.Fills()).Concat(Ghost.SelectMany(part => part.Fills())).OrderBy(fill => fill.Stratum).Select(fill => fill.Fill);

    /// <summary>What all parts of the machine do about something.</summary>
    public IEnumerable<Statement> OfMachine(Func<MachinePart, IEnumerable<Statement>> answer) => Machine.SelectMany(answer);

    /// <summary>What all parts of bare metal do about something.</summary>
    public IEnumerable<Statement> OfGhost(Func<GhostPart, IEnumerable<Statement>> answer) => Ghost.SelectMany(answer);
}
