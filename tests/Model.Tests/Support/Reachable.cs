using CoherenceCheck.Shared;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests.Support;

/// <summary>The reachable states of a small cell, by the naive search.</summary>
internal sealed class Reachable
{
    private readonly TransitionSystem _system;
    private readonly IReadOnlyList<Valuation> _states;

    public Reachable(CellCase cell)
    {
        _system = cell.Bound;
        var naive = new NaiveSearch(_system, FrozenValues.None, null, null, deadlock: false, 100_000);
        Assert.False(naive.TooLarge);
        _states = [.. naive.Reachable];
    }

    /// <summary>The values that cells have together, of each state.</summary>
    public IEnumerable<T> Select<T>(Func<Func<string, int, long>, T> look) =>
        _states.Select(state => look((name, cell) => state[_system.Find(name), cell])).Distinct();

    /// <summary>The values of one cell.</summary>
    public IEnumerable<long> Of(string name, int cell) => Select(at => at(name, cell)).Order();
}
