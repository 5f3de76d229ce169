using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Construction;

/// <summary>
/// The constants of a cell: what registers, attributes and readings come to, as tables that the rules look up. Cells whose
/// tables are equal are the same system.
/// </summary>
internal sealed class FrozenTables
{
    public FrozenTables(Variables v)
    {
        var truth = new Domain.Range(0, 1);
        Machine = new FetchTables(v, "");
        GhostMachine = new FetchTables(v, "g.");
        Idc = v.Freeze("idc", [v.Line], truth);
        GhostIdc = v.Freeze("g.idc", [v.Line], truth);
        Snoops = v.Freeze("snoops", [v.Line], truth);
        GhostSnoops = v.Freeze("g.snoops", [v.Line], truth);
        IcIsNop = v.Freeze("ic.nop", [v.Line], truth);
        GhostIcIsNop = v.Freeze("g.ic.nop", [v.Line], truth);
        DcIsNop = v.Freeze("dc.poc.nop", [v.Line], truth);
        OneInstant = v.Freeze("ic.one_instant", [], truth);
        BroadcastsIallu = v.Freeze("iallu.broadcast", [], truth);
        GuestBroadcastsIallu = v.Freeze("iallu.guest_broadcast", [], truth);
        ForcesBroadcast = v.Freeze("fb", [], truth);
        UpgradesBarriers = v.Freeze("bsu", [], truth);
        MayHoldCopy = v.Freeze("copy", [v.Line], truth);
        GhostMayHoldCopy = v.Freeze("g.copy", [v.Line], truth);
        InitialMode = v.Freeze("mode.initial", [v.Vcpu], new Domain.Element(v.Mode));
        MayRunOn = v.Freeze("may_run", [v.Vcpu], new Domain.Subset(v.Pcpu));
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
}

/// <summary>How fetches and data accesses of a vCPU reach a line in each of its modes; masks are either empty or full.</summary>
internal sealed class FetchTables(Variables v, string prefix)
{
    /// <summary>Mask of what the PoU offers that a fetch may allocate in the I-cache.</summary>
    public Variable FillPoU { get; } = v.Freeze(prefix + "fill.pou", [v.Vcpu, v.Line, v.Mode], new Domain.Subset(v.Tracked));

    public Variable FillPoC { get; } = v.Freeze(prefix + "fill.poc", [v.Vcpu, v.Line, v.Mode], new Domain.Subset(v.Tracked));

    /// <summary>Mask of what the PoU offers that a fetch may deliver without the I-cache.</summary>
    public Variable DirectPoU { get; } = v.Freeze(prefix + "direct.pou", [v.Vcpu, v.Line, v.Mode], new Domain.Subset(v.Tracked));

    public Variable DirectPoC { get; } = v.Freeze(prefix + "direct.poc", [v.Vcpu, v.Line, v.Mode], new Domain.Subset(v.Tracked));

    /// <summary>Mask of what the I-cache holds that a fetch may deliver: full where the line is executable.</summary>
    public Variable Executable { get; } = v.Freeze(prefix + "exec", [v.Vcpu, v.Line, v.Mode], new Domain.Subset(v.Tracked));

    /// <summary>Whether data accesses are cacheable.</summary>
    public Variable Cacheable { get; } = v.Freeze(prefix + "wb", [v.Vcpu, v.Line, v.Mode], new Domain.Range(0, 1));
}
