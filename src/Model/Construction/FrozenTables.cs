using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Construction;

/// <summary>
/// The constants of a cell: what registers, attributes and readings come to, as tables that the rules look up. Cells whose
/// tables are equal are the same system.
/// </summary>
internal sealed class FrozenTables
{
    public FrozenTables(Variables v, Shape shape, FrozenDeclarations frozen)
    {
        var facts = new CellFacts(shape.Scenario);

        // By line: on bare metal each VM has the caches that it is told of, and so has the ghost.
        Seen<bool> Told(int line, CacheFlags flag) => facts.Caches(shape.VmOfLine[line]).Select(flags => flags.HasFlag(flag));
        Seen<bool> Has(int line, CacheFlags flag) => facts.Caches(shape.IsBareMetal ? shape.VmOfLine[line] : null).Select(flags => flags.HasFlag(flag));
        Machine = new FetchTables(v, shape, frozen, "", facts, shape.IsBareMetal);
        GhostMachine = new FetchTables(v, shape, frozen, "g.", facts, bareMetal: true);
        Idc = frozen.Truths("idc", v.Line, line => Has(line, CacheFlags.Idc));
        GhostIdc = frozen.Truths("g.idc", v.Line, line => Told(line, CacheFlags.Idc));
        Snoops = frozen.Truths("snoops", v.Line, line => Has(line, CacheFlags.Snoops));
        GhostSnoops = frozen.Truths("g.snoops", v.Line, line => Told(line, CacheFlags.Snoops));
        IcIsNop = frozen.Truths("ic.nop", v.Line, line => Has(line, CacheFlags.IcIsNop));
        GhostIcIsNop = frozen.Truths("g.ic.nop", v.Line, line => Told(line, CacheFlags.IcIsNop));
        DcIsNop = frozen.Truths("dc.poc.nop", v.Line, line => Has(line, CacheFlags.NothingToCleanToPoC | CacheFlags.Idc));
        OneInstant = frozen.Truth("ic.one_instant", CellFacts.Reads("ic_instant", "global_drain"));
        BroadcastsIallu = frozen.Truth("iallu.broadcast", CellFacts.Reads("ic_iallu_scope", "broadcast"));
        GuestBroadcastsIallu = frozen.Truth("iallu.guest_broadcast", Seen.Any([CellFacts.Reads("ic_iallu_scope", "broadcast"), facts.FieldIs("HCR_EL2.FB", "1")]));
        ForcesBroadcast = frozen.Truth("fb", facts.FieldIs("HCR_EL2.FB", "1"));
        UpgradesBarriers = frozen.Truth("bsu", facts.FieldIs("HCR_EL2.BSU", "NE").Select(none => !none));
        MayHoldCopy = frozen.Truths("copy", v.Line, line => shape.IsBareMetal ? MayBeCached(shape, facts, line) : Seen.Always(true));
        GhostMayHoldCopy = frozen.Truths("g.copy", v.Line, line => MayBeCached(shape, facts, line));
        InitialMode = frozen.Table("mode.initial", [v.Vcpu], new Domain.Element(v.Mode), [.. shape.VcpuModes.Select(modes => modes.Initial)]);
        MayRunOn = frozen.Table("may_run", [v.Vcpu], new Domain.Subset(v.Pcpu), [.. shape.Scenario.Vcpus.Select(vcpu => Seen.Always(Placement(shape, vcpu)))]);
        foreach (var modes in shape.VcpuModes.Where(modes => modes.Count > 1))
        {
            frozen.Shows(modes.Vcpu.Axes.Select(axis => ScenarioSpace.NameOf(modes.Vcpu.Name, axis.Name)));
        }
    }

    /// <summary>The machine's attributes: stage 1 and 2.</summary>
    public FetchTables Machine { get; }

    /// <summary>The ghost's: the vCPU's own stage 1 only.</summary>
    public FetchTables GhostMachine { get; }

    /// <summary>Effective IDC. By line, since on bare metal each VM has the caches that it is told of.</summary>
    public Variable Idc { get; }

    public Variable GhostIdc { get; }

    /// <summary>DIC = 1 and a store snoops lines that Non-cacheable fetches filled (<c>at_store</c>).</summary>
    public Variable Snoops { get; }

    public Variable GhostSnoops { get; }

    /// <summary>DIC = 1 and <c>dic_ic_nop = nop</c>.</summary>
    public Variable IcIsNop { get; }

    public Variable GhostIcIsNop { get; }

    /// <summary>LoC = 0 and IDC = 1: there is nothing to clean at all.</summary>
    public Variable DcIsNop { get; }

    /// <summary>An IC takes effect everywhere at one instant (<c>ic_instant = global_drain</c>).</summary>
    public Variable OneInstant { get; }

    /// <summary><c>ic iallu</c> at EL2 reaches the whole domain (<c>ic_iallu_scope = broadcast</c>).</summary>
    public Variable BroadcastsIallu { get; }

    /// <summary><c>ic iallu</c> at EL1 reaches the whole domain: HCR_EL2.FB = 1, or the reading says so.</summary>
    public Variable GuestBroadcastsIallu { get; }

    /// <summary>HCR_EL2.FB.</summary>
    public Variable ForcesBroadcast { get; }

    /// <summary>HCR_EL2.BSU makes a guest's barriers at least Inner Shareable.</summary>
    public Variable UpgradesBarriers { get; }

    /// <summary>A clean copy of the line may be cached although a guest accesses it Non-cacheable: under a host always; else where some vCPU looks at it Write-Back, see <see cref="Variables.Copies"/> where that changes.</summary>
    public Variable MayHoldCopy { get; }

    public Variable GhostMayHoldCopy { get; }

    public Variable InitialMode { get; }

    public Variable MayRunOn { get; }

    /// <summary>Whether some vCPU of the VM looks at the line Write-Back from the beginning, as far as its own stage 1 goes: then a clean copy may stay in a cache.</summary>
    private static Seen<bool> MayBeCached(Shape shape, CellFacts facts, int line) => Seen.Any(shape.VcpuModes
        .Where(modes => modes.Vcpu.Vm == shape.VmOfLine[line])
        .Select(modes => facts.Access(modes.Vcpu, shape.PageOfLine[line]!, line, modes.AtFirst, bareMetal: true).Select(flags => flags.HasFlag(AccessFlags.IsCacheable))));

    private static long Placement(Shape shape, Vcpu vcpu) => shape.IsBareMetal ? 1L << vcpu.Number : vcpu.Placement.Aggregate(0L, (mask, p) => mask | (1L << p));
}

/// <summary>How fetches and data accesses of a vCPU reach a line in each of its modes; masks are either empty or full.</summary>
internal sealed class FetchTables
{
    public FetchTables(Variables v, Shape shape, FrozenDeclarations frozen, string prefix, CellFacts facts, bool bareMetal)
    {
        Variable Table(string name, Domain domain, AccessFlags flag, long set) => frozen.Table(prefix + name, [v.Vcpu, v.Line, v.Mode], domain,
        [
            .. from modes in shape.VcpuModes
               from line in Enumerable.Range(0, v.Line.Size)
               from mode in Enumerable.Range(0, v.Mode.Size)
               select mode < modes.Count && shape.VmOfLine[line] == modes.Vcpu.Vm
                   ? modes.In(mode, sctlr => facts.Access(modes.Vcpu, shape.PageOfLine[line]!, line, sctlr, bareMetal)).Select(flags => flags.HasFlag(flag) ? set : 0)
                   : Seen.Always(0L),
        ]);
        Variable Mask(string name, AccessFlags flag) => Table(name, new Domain.Subset(v.Tracked), flag, v.Tracked.FullMask);
        FillPoU = Mask("fill.pou", AccessFlags.FillsFromPoU);
        FillPoC = Mask("fill.poc", AccessFlags.FillsFromPoC);
        DirectPoU = Mask("direct.pou", AccessFlags.DeliversFromPoU);
        DirectPoC = Mask("direct.poc", AccessFlags.DeliversFromPoC);
        Executable = Mask("exec", AccessFlags.MayExecute);
        Cacheable = Table("wb", new Domain.Range(0, 1), AccessFlags.IsCacheable, 1);
    }

    /// <summary>Mask of what the PoU offers that a fetch may allocate in the I-cache.</summary>
    public Variable FillPoU { get; }

    /// <summary>The same of the PoC.</summary>
    public Variable FillPoC { get; }

    /// <summary>Mask of what the PoU offers that a fetch may deliver without the I-cache.</summary>
    public Variable DirectPoU { get; }

    /// <summary>The same of the PoC.</summary>
    public Variable DirectPoC { get; }

    /// <summary>Mask of what the I-cache holds that a fetch may deliver: full where the line is executable.</summary>
    public Variable Executable { get; }

    /// <summary>Whether data accesses are cacheable.</summary>
    public Variable Cacheable { get; }
}
