using System.Collections.Immutable;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Judgements;
using CoherenceCheck.Model.Machine.Data;
using CoherenceCheck.Model.Machine.ICache;
using CoherenceCheck.Model.Machine.Memory;
using CoherenceCheck.Model.Machine.Translation;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Pe.InOrder;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine;

/// <summary>The parts where accesses go by address: tables and TLBs, memory by the frame and bare metal's by the page; as much of it as the question looks at.</summary>
internal sealed class AddressParts : PartList
{
    private readonly Shape _shape;
    private readonly MemoryPart? _memory;
    private readonly FrameIcachePart? _icache;
    private readonly PageMemoryGhost? _memoryGhost;
    private readonly WriterGhost? _writer;

    /// <summary>Makes the parts.</summary>
    /// <param name="shape">What the scenario needs.</param>
    /// <param name="sorts">Its sorts.</param>
    /// <param name="declarations">Takes the variables of the parts.</param>
    /// <param name="inGuest">Whether a vCPU executes on a pCPU.</param>
    /// <param name="isLoaded">Whether it is loaded there.</param>
    /// <param name="isLive">Whether its registers serve speculation there while the host runs; <see langword="null"/> where they never do.</param>
    /// <param name="current">The stage-2 context under which each vCPU is to run, where that changes.</param>
    public AddressParts(Shape shape, Sorts sorts, Declarations declarations, Func<Expr, Expr, Expr> inGuest, Func<Expr, Expr, Expr> isLoaded, Func<Expr, Expr, Expr>? isLive, Variable? current)
    {
        _shape = shape;
        var aspect = shape.Aspect!;
        var facts = new CellFacts(shape.Scenario);
        var frozen = declarations.Frozen;
        Space = new AddressSpace(shape.Scenario, shape.Policy, sorts.Mmu);
        Architecture = new Architecture(shape, facts, frozen);
        Regime = new RegimePart(shape, sorts, declarations);
        var asids = new AsidPart(shape, Space, sorts, declarations);
        var isOn = frozen.Table("mmu.on", [sorts.Vcpu, sorts.Mode], Sorts.Truth,
            [.. shape.VcpuModes.SelectMany(modes => Enumerable.Range(0, sorts.Mode.Size).Select(mode => mode < modes.Count ? modes.In(mode, sctlr => Seen.Bit(sctlr.M)).Select(on => on ? 1L : 0) : Seen.Always(0L)))]);
        var contexts = new Contexts(shape, Space, sorts, isOn, Regime.InForce, asids.InForce);
        RefuseNowhere(contexts);
        Stage1 = new Stage1Part(Space, sorts, declarations);
        Stage2 = new Stage2Part(shape, Space, sorts, declarations);
        Vttbr = new VttbrPart(shape, Space, sorts, declarations, isLoaded, current);

        // While the host runs, what is in force of stage 2 must be the VM's own: a handler that writes VTTBR_EL2 writes it among registers that a spec does not name.
        Expr MayWalk(Expr p, Expr vcpu) => isLive is null ? inGuest(p, vcpu) : Ex.Or(inGuest(p, vcpu), Ex.And(isLive(p, vcpu), Vttbr.IsOf(p, shape.Scenario.Vcpus[(int)((Expr.Const)vcpu).Value].Vm)));
        Tlb = new TlbEntriesPart(shape, Space, sorts, declarations, contexts, Stage1, Stage2, Vttbr, MayWalk);
        Access = new AccessByLeaf(shape, Space, sorts, frozen, "", facts, shape.IsBareMetal);

        var ownRegime = new RegimeGhost(shape, sorts, declarations, Regime.Initial, vcpu => Ex.Read(Regime.Written!, vcpu));
        var ownAsids = new AsidGhost(shape, Space, sorts, declarations, asids.Written);
        Stage1Ghost = new Stage1Ghost(shape, Space, sorts, declarations, new Contexts(shape, Space, sorts, isOn, ownRegime.InForce, ownAsids.InForce));
        Promise = new PromiseGhost(shape, Space, sorts, declarations, Stage2.Current);
        Assertions = new Assertions(shape, declarations);

        var machine = new List<MachinePart> { Stage1, Stage2, Vttbr, Tlb };
        var ghost = new List<GhostPart> { Stage1Ghost, Promise };
        if (aspect.HasData)
        {
            var own = new AccessByLeaf(shape, Space, sorts, frozen, "g.", facts, bareMetal: true);
            _memory = new MemoryPart(shape, sorts, declarations, facts, new CopySources(copies => Copies(copies, sorts, inGuest), (_, _) => Ex.False));
            _writer = new WriterGhost(shape, Space, sorts, declarations);
            NonCacheableMayHit = shape.MayRead("nc_data_hit", "may_hit") ? Ex.Read(frozen.Truth("nc.hit", CellFacts.Reads("nc_data_hit", "may_hit"))) : null;
            _memoryGhost = new PageMemoryGhost(shape, Space, sorts, declarations, facts, Stage1Ghost, own, NonCacheableMayHit);
            machine.Add(_memory);
            ghost.AddRange([_memoryGhost, _writer]);
            if (aspect.HasFetches)
            {
                Fetches = new Fetches(shape, Space, Tlb, Access, _memory);
                IcacheTags = shape.Scenario.Machine.TagsIcache && !shape.IsBareMetal ? new IcacheTags(shape, sorts, Vttbr) : null;
                _icache = new FrameIcachePart(shape, sorts, declarations, facts, Architecture, Fetches, MayWalk, IcacheTags);
                Pipeline = new AddressPipelinePart(sorts, Space, declarations, Fetches, _icache, inGuest);
                var icacheGhost = new PageIcacheGhost(shape, Space, sorts, declarations, facts, Architecture, _memoryGhost, Stage1Ghost, own);
                PipelineGhost = new AddressPipelineGhost(shape, sorts, Space, declarations, Stage1Ghost, own, icacheGhost);
                machine.AddRange([_icache, Pipeline]);
                ghost.AddRange([icacheGhost, PipelineGhost]);
            }
        }

        Machine = [.. machine, Regime, asids];
        Ghost = [.. ghost, ownRegime, ownAsids];
        Judgements = [.. Asked(declarations, sorts), Assertions];
    }

    /// <summary>How lines of I-caches are tagged; <see langword="null"/> where they are not.</summary>
    public IcacheTags? IcacheTags { get; }

    /// <summary>The column in which a trace shows what a vCPU's fetches find on a pCPU.</summary>
    public int IcacheColumn(TraceContext context, Valuation state, int p, int vcpu) => _icache!.ColumnOf(context, state, p, _shape.Scenario.Vcpus[vcpu].Vm);

    /// <summary>The address spaces.</summary>
    public AddressSpace Space { get; }

    public Stage1Part Stage1 { get; }

    public Stage2Part Stage2 { get; }

    public VttbrPart Vttbr { get; }

    public TlbEntriesPart Tlb { get; }

    /// <summary>What accesses come to on the machine.</summary>
    public AccessByLeaf Access { get; }

    public Stage1Ghost Stage1Ghost { get; }

    public PromiseGhost Promise { get; }

    /// <summary>The ways on which guests fetch; <see langword="null"/> where nobody looks.</summary>
    public Fetches? Fetches { get; }

    public AddressPipelinePart? Pipeline { get; }

    public AddressPipelineGhost? PipelineGhost { get; }

    /// <summary>Whether a Non-cacheable load may deliver what a cache holds (reading <c>nc_data_hit</c>); <see langword="null"/> where no cell reads it so.</summary>
    public Expr? NonCacheableMayHit { get; }

    /// <summary>Memory by the frame; <see langword="null"/> where nobody looks at contents.</summary>
    public MemoryPart? Memory => _memory;

    /// <summary>Memory of bare metal by the page.</summary>
    public PageMemoryGhost? MemoryGhost => _memoryGhost;

    /// <inheritdoc/>
    public override bool HoldsFollowed(Valuation state) => _memory?.HoldsFollowed(state) ?? false;

    /// <summary>What pages and I-caches hold at first, where a version is followed.</summary>
    /// <param name="value">The value that is followed, or <see langword="null"/> for one that is still to be stored.</param>
    public IEnumerable<Statement> Holds(string? value)
    {
        if (_memory is null)
        {
            yield break;
        }

        var owners = 0L;
        foreach (var line in _shape.Lines)
        {
            var isIt = line.Initial == value;
            if (isIt)
            {
                owners |= Space.OwnersOf(line.Number).Sum(vm => 1L << vm);
            }

            foreach (var statement in _memory.Holds(Ex.Const(line.Number), Ex.Const(isIt ? 0 : 1)))
            {
                yield return statement;
            }

            if (_icache is not null && !_shape.IsBareMetal && line.Before is { } before && before == value)
            {
                yield return _icache.Leaves(line.Number);
            }
        }

        yield return _writer!.Is(owners);
        for (var page = 0; page < Space.VmOfPage.Length; page++)
        {
            yield return _memoryGhost!.Holds(page, Space.FrameOf(page) is { } frame && _shape.Lines[frame].Initial == value);
        }
    }

    /// <summary>An access that could go nowhere would wait for ever: with the MMU off for good, an address is a page's or nothing's.</summary>
    /// <exception cref="ModelRefusalException">A program makes one.</exception>
    private void RefuseNowhere(Contexts contexts)
    {
        foreach (var vcpu in _shape.Scenario.Vcpus.Where(vcpu => !contexts.MayBeOn(vcpu.Number)))
        {
            var nowhere = Statements.Descend(vcpu.Program ?? []).OfType<OperationStmt>().FirstOrDefault(statement =>
                statement.Operation.TakesLine && statement.VirtualPage is { } page && _shape.Scenario.VirtualPages[page].Page is null);
            if (nowhere is not null)
            {
                throw new ModelRefusalException($"`{nowhere.Text}` of `{vcpu.Name}`, whose MMU is never on: no page has this address; name a page, or turn the MMU on", nowhere.Span);
            }
        }
    }

    /// <summary>The judgement of the property that is asked.</summary>
    private IEnumerable<Judgement> Asked(Declarations declarations, Sorts sorts) => (_shape.Scenario.Asked ?? FreshFetch.Name) switch
    {
        PrivateTranslation.Name => [new PrivateTranslation(declarations, Space, sorts, Stage1Ghost, Promise, Vttbr)],
        BreakBeforeMake.Name => [new BreakBeforeMake(declarations, Space, Tlb, Stage1Ghost)],
        Isolation.Name => [new Isolation(declarations, Space, Promise, _writer!)],
        FreshData.Name => [new FreshData(declarations, _writer!)],
        FreshFetch.Name => [new FreshFetchByAddress(declarations, _writer!)],
        _ => [],
    };

    /// <summary>Without a host a clean copy is there where some vCPU may look at the frame Write-Back.</summary>
    private IEnumerable<OrderedFill> Copies(Variable copies, Sorts sorts, Func<Expr, Expr, Expr> inGuest)
    {
        foreach (var vcpu in _shape.Scenario.Vcpus)
        {
            var p = new Parameter("p", sorts.Pcpu);
            for (var va = 0; va < Space.VasOf(vcpu.Vm).Length; va++)
            {
                foreach (var way in Tlb.RoutesOf(vcpu.Number, va))
                {
                    var type = way.Leaf1 is { } leaf ? Space.Leaves1[leaf].Type : PageType.WriteBack;
                    yield return new(Stratum.Copied, new Fill(
                        $"fill.copies.{vcpu.Name}.{va}.{way.Asid}.{way.Leaf1}.{way.Leaf2}", [p], copies, [], Ex.Const(1L << Space.Leaves2[way.Leaf2].Frame),
                        Ex.And(inGuest(Ex.Param(p), Ex.Const(vcpu.Number)), Tlb.MayGo(Ex.Param(p), way, m => Access.Has(AccessFlags.IsCacheable, vcpu.Number, type, way.Ipa, way.Leaf2, m)))));
                }
            }
        }
    }
}
