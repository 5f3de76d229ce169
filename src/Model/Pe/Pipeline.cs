using CoherenceCheck.Model.Machine;
using CoherenceCheck.Model.Machine.ICache;
using CoherenceCheck.Model.Machine.Memory;
using CoherenceCheck.Model.Machine.Translation;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Pe;

/// <summary>The pipeline of a PE model: what a fetch delivers, and what bare metal promises of it. It is a part of the machine and one of bare metal.</summary>
internal abstract class Pipeline
{
    /// <summary>It as a part of the machine.</summary>
    public abstract MachinePart Machine { get; }

    /// <summary>It as a part of bare metal.</summary>
    public abstract GhostPart Ghost { get; }

    /// <summary>The versions that a fetch of a line on a pCPU may deliver.</summary>
    public abstract Expr Captured(Expr p, Expr x);

    /// <summary>The versions that a fetch of a line by a vCPU may deliver on bare metal.</summary>
    public abstract Expr Promised(Expr vcpu, Expr x);

    /// <summary>The same in a state.</summary>
    public abstract long PromisedIn(Valuation state, int vcpu, int line);
}

/// <summary>What pipelines fetch from.</summary>
/// <param name="Sorts">The sorts.</param>
/// <param name="Declarations">Takes variables.</param>
/// <param name="Memory">Memory.</param>
/// <param name="Icache">The I-caches.</param>
/// <param name="Views">How vCPUs look at lines.</param>
/// <param name="InGuest">Whether a vCPU executes on a pCPU.</param>
/// <param name="MemoryGhost">Memory of bare metal.</param>
/// <param name="IcacheGhost">Its I-caches.</param>
/// <param name="GhostViews">How vCPUs look at lines there.</param>
/// <param name="IsThere">Whether a vCPU is there; nothing where all are.</param>
internal sealed record FetchSources(
    Sorts Sorts,
    Declarations Declarations,
    MemoryPart Memory,
    IcachePart Icache,
    Views Views,
    Func<Expr, Expr, Expr> InGuest,
    MemoryGhost MemoryGhost,
    IcacheGhost IcacheGhost,
    Views GhostViews,
    Func<Expr, Expr?> IsThere);
