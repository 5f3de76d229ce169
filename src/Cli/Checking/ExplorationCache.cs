using CoherenceCheck.Explorer;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Cli.Checking;

/// <summary>What earlier runs of this process found, by system and property: an edit that leaves a system as it was explores nothing.</summary>
internal sealed class ExplorationCache
{
    private readonly Dictionary<(StructuralHash, string), CellJob> _known = [];

    /// <summary>The job that ran on a system; <see langword="null"/> for nothing.</summary>
    public CellJob? Find(StructuralHash system, string property) => _known.GetValueOrDefault((system, property));

    /// <summary>Keeps the result of an exploration that came to its end.</summary>
    public void Add(StructuralHash system, string property, CellJob job)
    {
        if (job.Result is { StopReason: StopReason.None })
        {
            _known.TryAdd((system, property), job);
        }
    }
}
