using System.Collections.Immutable;
using CoherenceCheck.Model.Narration;
using QuikGraph;
using QuikGraph.Algorithms;

namespace CoherenceCheck.Report;

/// <summary>Which steps of a trace had to come before which: the happens-before graph, without what follows from the rest.</summary>
/// <remarks>
/// Lamport, "Time, Clocks, and the Ordering of Events in a Distributed System", CACM 21(7), 1978; here a step comes before
/// another where the two touch the same cell and one of them writes it (Mazurkiewicz's dependence). Every order of the steps that
/// keeps it is a trace that ends in the same state.
/// The steps are laid out in chains, each of which is ordered throughout. What comes before a step is then, in each chain, all up to
/// one of its steps: a vector clock (Fidge 1988, Mattern 1989). Memory is steps times chains, and there are hardly more chains than
/// CPUs, however long the trace.
/// </remarks>
public sealed class CausalGraph
{
    private readonly Func<NarratedStep, bool> _isIn;
    private readonly bool _isKnown;

    // For each step the last one of each chain that it is not before: itself, or one that had to come before it. -1 for none.
    private readonly int[][] _clocks;
    private readonly (int Chain, int Position)[] _places;
    private readonly List<List<int>> _chains = [];
    private readonly BidirectionalGraph<int, SEdge<int>> _reduced = new(allowParallelEdges: false);

    private CausalGraph(NarratedTrace trace, Func<NarratedStep, bool> isIn)
    {
        _isIn = isIn;

        // A trace whose causes nobody looked for is the order in which it was taken.
        _isKnown = trace.Steps.Any(step => !step.After.IsEmpty);
        (_clocks, _places) = (new int[trace.Steps.Length][], new (int, int)[trace.Steps.Length]);
        foreach (var step in trace.Steps)
        {
            Add(step);
        }
    }

    /// <summary>The graph of all steps but the initial state.</summary>
    public static CausalGraph Of(NarratedTrace trace) => new(trace, step => step.Number > 0);

    /// <summary>The graph of the needed steps alone, the causal core, and of those that say what a row leaves out. What comes before what through a step that is not needed stays so.</summary>
    public static CausalGraph CoreOf(NarratedTrace trace) => new(trace, step => step.Number > 0 && step.IsShown);

    /// <summary>The steps in the graph, each after those that had to come before it.</summary>
    public ImmutableArray<int> Steps => [.. _reduced.TopologicalSort()];

    /// <summary>The steps that had to come directly before a step, in order of their numbers.</summary>
    public ImmutableArray<int> Before(int step) => [.. _reduced.InEdges(step).Select(edge => edge.Source).Order()];

    private void Add(NarratedStep step)
    {
        var clock = Join(Earlier(step));
        if (_isIn(step))
        {
            _reduced.AddVertex(step.Number);
            var last = Enumerable.Range(0, clock.Length).Where(chain => clock[chain] >= 0).Select(chain => _chains[chain][clock[chain]]).ToList();
            _reduced.AddEdgeRange(last.Where(earlier => !last.Exists(other => other != earlier && Knows(other, earlier))).Select(earlier => new SEdge<int>(earlier, step.Number)));
            clock = Place(step.Number, clock);
        }

        _clocks[step.Number] = clock;
    }

    private IEnumerable<int> Earlier(NarratedStep step) => step.Number == 0 ? []
        : _isKnown ? step.After
        : step.Number > 1 ? [step.Number - 1]
        : [];

    private int[] Join(IEnumerable<int> steps)
    {
        var clock = Enumerable.Repeat(-1, _chains.Count).ToArray();
        foreach (var known in steps.Select(step => _clocks[step]))
        {
            for (var chain = 0; chain < known.Length; chain++)
            {
                clock[chain] = Math.Max(clock[chain], known[chain]);
            }
        }

        return clock;
    }

    private bool Knows(int step, int earlier)
    {
        var (chain, position) = _places[earlier];
        return chain < _clocks[step].Length && _clocks[step][chain] >= position;
    }

    /// <summary>Puts a step at the end of a chain all of which had to come before it, or begins one.</summary>
    private int[] Place(int step, int[] clock)
    {
        var chain = Enumerable.Range(0, clock.Length).FirstOrDefault(chain => clock[chain] == _chains[chain].Count - 1, clock.Length);
        if (chain == _chains.Count)
        {
            _chains.Add([]);
            Array.Resize(ref clock, _chains.Count);
        }

        _chains[chain].Add(step);
        clock[chain] = _chains[chain].Count - 1;
        _places[step] = (chain, clock[chain]);
        return clock;
    }
}
