using CoherenceCheck.Attributes.Configurations;

namespace CoherenceCheck.Attributes.Observation;

/// <summary>The decider that needs nothing: the plain functions of this project, run over a whole domain.</summary>
/// <remarks>A function is run with every dimension at some value, and the dimensions that it reads are noted: what it returned then
/// holds for all configurations that agree on these. The next run changes the last of them. So the number of runs is that of the
/// paths through the function, not that of the configurations.</remarks>
public sealed class Enumerator : IAttributeDecider
{
    /// <inheritdoc/>
    public string Name => "enumerate";

    /// <inheritdoc/>
    public string Description => "enumerator";

    /// <inheritdoc/>
    public EffectiveAttributes Of(AttributeInput input, ReadingSet readings) => EffectiveMemory.Of(input, readings);

    /// <inheritdoc/>
    public IReadOnlyList<ObservedValue> Partition(AttributeQuestion question, Observable observable)
    {
        var space = question.Space;
        var found = new SortedDictionary<int, ConfigurationSet>();
        var path = new ReadPath(space);
        do
        {
            var value = new Evaluation(question.Policy, path.Read).Value(observable);
            found[value] = found.GetValueOrDefault(value, space.None) | space.Cube(path.Agreeing());
        }
        while (path.MoveNext());

        return [.. found.Select(pair => new ObservedValue(pair.Key, pair.Value))];
    }
}

/// <summary>What one run of a function reads of a configuration, and the next configuration to run it with.</summary>
internal sealed class ReadPath(ConfigurationSpace space)
{
    private readonly int[] _values = new int[space.Dimensions.Length];
    private readonly bool[] _isRead = new bool[space.Dimensions.Length];
    private readonly List<int> _reads = [];

    /// <summary>The value of a dimension, or <see langword="null"/> where the space has none of that name.</summary>
    public string? Read(string name)
    {
        var number = space.Find(name);
        return number < 0 ? null : space.Dimensions[number].Values[Read(number)];
    }

    /// <summary>The configurations that agree with this one on all that was read.</summary>
    public ulong[] Agreeing()
    {
        var masks = space.FullMasks();
        foreach (var number in _reads)
        {
            masks[number] = 1UL << _values[number];
        }

        return masks;
    }

    /// <summary>Goes on to the next configuration, or says that there is none.</summary>
    public bool MoveNext()
    {
        while (_reads is [.., var last])
        {
            if (++_values[last] < space.Dimensions[last].Values.Length)
            {
                // It is read again, in its turn: what is read before it has not changed.
                _reads.ForEach(number => _isRead[number] = false);
                _reads.Clear();
                return true;
            }

            _values[last] = 0;
            _isRead[last] = false;
            _reads.RemoveAt(_reads.Count - 1);
        }

        return false;
    }

    private int Read(int number)
    {
        if (!_isRead[number])
        {
            _isRead[number] = true;
            _reads.Add(number);
        }

        return _values[number];
    }
}
