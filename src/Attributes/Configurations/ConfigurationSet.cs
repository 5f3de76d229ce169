using System.Collections.Immutable;

namespace CoherenceCheck.Attributes.Configurations;

/// <summary>A set of configurations of a space, however many: equal sets are equal values.</summary>
public readonly record struct ConfigurationSet
{
    private readonly int _node;

    internal ConfigurationSet(ConfigurationSpace space, int node)
    {
        Space = space;
        _node = node;
    }

    /// <summary>The space.</summary>
    public ConfigurationSpace Space { get; }

    /// <summary>Whether it has no configuration.</summary>
    public bool IsEmpty => _node == DiagramNodes.Empty;

    /// <summary>Whether it has every configuration of the space.</summary>
    public bool IsAll => _node == DiagramNodes.Full;

    /// <summary>The number of configurations.</summary>
    public long Count => Space.Nodes.Count(_node);

    /// <summary>A number that is the same for the same configurations of another space, with the dimensions in another order or more of those that have one
    /// value alone; different sets have the same number by a chance of one in 2^50 or less.</summary>
    public ulong Fingerprint => Space.Nodes.Fingerprint(_node, Space.Weights);

    /// <summary>The configurations that are in both.</summary>
    public static ConfigurationSet operator &(ConfigurationSet left, ConfigurationSet right) => left.Apply(DiagramNodes.Operation.And, right);

    /// <summary>The configurations that are in one or both.</summary>
    public static ConfigurationSet operator |(ConfigurationSet left, ConfigurationSet right) => left.Apply(DiagramNodes.Operation.Or, right);

    /// <summary>The configurations that are in the first and not in the second.</summary>
    public static ConfigurationSet operator -(ConfigurationSet left, ConfigurationSet right) => left.Apply(DiagramNodes.Operation.Except, right);

    /// <summary>Whether all of its configurations are in another set.</summary>
    public bool IsWithin(ConfigurationSet other) => (this - other).IsEmpty;

    /// <summary>The first configuration: the position of a value for each dimension.</summary>
    /// <exception cref="InvalidOperationException">The set is empty.</exception>
    public ImmutableArray<int> First() => IsEmpty ? throw new InvalidOperationException("No configuration.") : [.. Space.Nodes.First(_node)];

    /// <summary>Whether a configuration is in the set.</summary>
    /// <param name="values">The position of a value for each dimension.</param>
    public bool Contains(IReadOnlyList<int> values)
    {
        var node = _node;
        for (var level = 0; level < values.Count; level++)
        {
            node = Space.Nodes.Child(node, level, values[level]);
        }

        return node == DiagramNodes.Full;
    }

    /// <summary>The set with one dimension at a value, and then free: the configurations that are in it after that change.</summary>
    /// <param name="dimension">The number of the dimension.</param>
    /// <param name="value">The position of the value.</param>
    public ConfigurationSet With(int dimension, int value) => new(Space, Space.Nodes.With(_node, dimension, value));

    /// <summary>The configuration that differs from another in the fewest dimensions; the first of several.</summary>
    /// <param name="from">The other: the position of a value for each dimension.</param>
    /// <exception cref="InvalidOperationException">The set is empty.</exception>
    public ImmutableArray<int> Nearest(ImmutableArray<int> from) =>
        IsEmpty ? throw new InvalidOperationException("No configuration.") : [.. Space.Nodes.Nearest(_node, [.. from])];

    private ConfigurationSet Apply(DiagramNodes.Operation operation, ConfigurationSet right) => ReferenceEquals(Space, right.Space)
        ? new ConfigurationSet(Space, Space.Nodes.Apply(operation, _node, right._node))
        : throw new ArgumentException("Sets of different spaces.", nameof(right));
}
