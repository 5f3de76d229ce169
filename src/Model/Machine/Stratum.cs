using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine;

/// <summary>The order in which what fills itself after a step does so. A fill reads only what earlier ones fill, so that one pass is enough (<see cref="WellFormedness"/> checks it).</summary>
internal enum Stratum
{
    /// <summary>What stage-1 walks leave in a TLB.</summary>
    Walked1,

    /// <summary>What stage-2 walks do.</summary>
    Walked2,

    /// <summary>Entries of both stages together.</summary>
    Joined,

    /// <summary>What a fetch leaves in an I-cache.</summary>
    Fetched,

    /// <summary>What the pipeline may have captured.</summary>
    Captured,

    /// <summary>Copies in a data cache.</summary>
    Copied,

    /// <summary>Copies in a data cache of bare metal.</summary>
    GhostCopied,

    /// <summary>What walks leave in a TLB of bare metal.</summary>
    GhostWalked,

    /// <summary>Open invalidations of translations forget what comes back anyway.</summary>
    GhostTranslating,

    /// <summary>What bare metal's memory and data caches may come to hold.</summary>
    GhostHeld,

    /// <summary>Open cleans of it act.</summary>
    GhostActing,

    /// <summary>What a fetch leaves in an I-cache of bare metal.</summary>
    GhostFetched,

    /// <summary>What a pipeline of bare metal may have captured.</summary>
    GhostCaptured,

    /// <summary>Open invalidations of bare metal forget what comes back anyway.</summary>
    GhostInvalidating,

    /// <summary>Open cleans of bare metal do.</summary>
    GhostCleaning,

    /// <summary>Open cleans and invalidations of bare metal do.</summary>
    GhostFlushing,
}

/// <summary>A fill in its place.</summary>
/// <param name="Stratum">The place; within one, fills stand in the order of the parts.</param>
/// <param name="Fill">The fill.</param>
internal sealed record OrderedFill(Stratum Stratum, Fill Fill);
