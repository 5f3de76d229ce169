using CoherenceCheck.Explorer;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests.Support;

/// <summary>Explores cells with the compiled explorer.</summary>
internal static class CellRun
{
    public static Exploration Explore(this CellCase cell, Func<TransitionSystem, TransitionSystem>? change = null, long maxStates = 3_000_000)
    {
        var system = change is null ? cell.Model.System : change(cell.Model.System);
        return Search.Run(
            CompiledSystem.Compile(system), cell.Frozen,
            (cell.Property == "deadlock" ? new SearchRequest(null, [], CheckDeadlock: true, new SearchLimits()) : SearchRequest.For(cell.Property)) with { Limits = new SearchLimits(maxStates) }, TestContext.Current.CancellationToken);
    }
}
