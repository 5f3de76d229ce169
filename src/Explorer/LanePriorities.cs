namespace CoherenceCheck.Explorer;

/// <summary>Which lane takes the next step of a walk: the highest that can, until priorities are drawn anew.</summary>
internal sealed class LanePriorities
{
    private const int MostChanges = 4;
    private readonly int[] _lanes;
    private readonly int[] _priorities;
    private readonly HashSet<int> _changes = [];

    /// <summary>Priorities of lanes.</summary>
    /// <param name="laneOf">For each instance the name of its lane.</param>
    public LanePriorities(IReadOnlyList<string> laneOf)
    {
        var names = laneOf.Distinct(StringComparer.Ordinal).ToList();
        _lanes = [.. laneOf.Select(name => names.IndexOf(name))];
        _priorities = [.. Enumerable.Range(1, names.Count)];
    }

    /// <summary>Draws the steps of a walk at which priorities change.</summary>
    public void Draw(Random random, int depth)
    {
        for (var lane = 0; lane < _priorities.Length; lane++)
        {
            _priorities[lane] = lane;
        }

        _changes.Clear();
        _changes.Add(0);
        for (var left = random.Next(MostChanges + 1); left > 0; left--)
        {
            _changes.Add(random.Next(depth));
        }
    }

    /// <summary>Draws priorities before a step where that is due.</summary>
    public void Before(int step, Random random)
    {
        if (_changes.Contains(step))
        {
            random.Shuffle(_priorities);
        }
    }

    /// <summary>Leaves only the steps of the highest lane.</summary>
    public void KeepHighest(List<int> steps, Func<int, int> instanceOf)
    {
        if (steps.Count > 1)
        {
            var highest = steps.Max(step => _priorities[_lanes[instanceOf(step)]]);
            steps.RemoveAll(step => _priorities[_lanes[instanceOf(step)]] != highest);
        }
    }
}
