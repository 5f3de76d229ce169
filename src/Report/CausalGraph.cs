using System.Collections.Immutable;
using CoherenceCheck.Model.Narration;
using QuikGraph;
using QuikGraph.Algorithms;

namespace CoherenceCheck.Report;

/// <summary>Which steps of a trace had to come before which: the happens-before graph, without what follows from the rest.</summary>
/// <remarks>Lamport, "Time, Clocks, and the Ordering of Events in a Distributed System", CACM 21(7), 1978; here a step comes before
/// another where the two touch the same cell and one of them writes it (Mazurkiewicz's dependence). Every order of the steps that
/// keeps it is a trace that ends in the same state.</remarks>
public sealed class CausalGraph
{
    private readonly BidirectionalGraph<int, SEdge<int>> _reduced;

    private CausalGraph(BidirectionalGraph<int, SEdge<int>> reduced) => _reduced = reduced;

    /// <summary>The graph of all steps but the initial state.</summary>
    public static CausalGraph Of(NarratedTrace trace) => new(WholeOf(trace).ComputeTransitiveReduction());

    /// <summary>The graph of the needed steps alone: the causal core. What comes before what through a step that is not needed stays so.</summary>
    public static CausalGraph CoreOf(NarratedTrace trace)
    {
        var closure = WholeOf(trace).ComputeTransitiveClosure((from, to) => new SEdge<int>(from, to));
        closure.RemoveVertexIf(step => !trace.Steps[step].IsNeeded);
        return new CausalGraph(closure.ComputeTransitiveReduction());
    }

    /// <summary>The steps in the graph, each after those that had to come before it.</summary>
    public ImmutableArray<int> Steps => [.. _reduced.TopologicalSort()];

    /// <summary>The steps that had to come directly before a step, in order of their numbers.</summary>
    public ImmutableArray<int> Before(int step) => [.. _reduced.InEdges(step).Select(edge => edge.Source).Order()];

    private static BidirectionalGraph<int, SEdge<int>> WholeOf(NarratedTrace trace)
    {
        var graph = new BidirectionalGraph<int, SEdge<int>>(allowParallelEdges: false);
        // A trace whose causes nobody looked for is the order in which it was taken.
        var isKnown = trace.Steps.Any(step => !step.After.IsEmpty);
        foreach (var step in trace.Steps.Where(step => step.Number > 0))
        {
            graph.AddVertex(step.Number);
            if (!isKnown && step.Number > 1)
            {
                graph.AddEdge(new SEdge<int>(step.Number - 1, step.Number));
            }

            graph.AddEdgeRange(step.After.Select(earlier => new SEdge<int>(earlier, step.Number)));
        }

        return graph;
    }
}
