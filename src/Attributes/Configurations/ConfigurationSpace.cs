using System.Collections.Immutable;

namespace CoherenceCheck.Attributes.Configurations;

/// <summary>A field, reading or encoding that is open, with the values that it may take.</summary>
/// <param name="Name">As row conditions write it: <c>CTR_EL0.DIC</c>, <c>fwb_ifetch</c>, <c>A.SCTLR_EL1.M</c>, <c>guest.CTR_EL0.IDC</c>, <c>code.MemAttr</c>.</param>
/// <param name="Values">The values, at least one, none twice.</param>
public sealed record Dimension(string Name, ImmutableArray<string> Values);

/// <summary>All configurations that are asked about: a value for each dimension.</summary>
public sealed class ConfigurationSpace
{
    /// <summary>The largest number of configurations of a space.</summary>
    public const long MostConfigurations = 1_000_000_000_000_000_000;

    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private ulong[][]? _weights;

    /// <summary>Makes a space.</summary>
    /// <param name="dimensions">The dimensions; sets of configurations are smallest where those come first on which most depends.</param>
    /// <exception cref="ArgumentException">A name stands twice, a dimension has no value or more than 64, or there are more than <see cref="MostConfigurations"/>.</exception>
    public ConfigurationSpace(ImmutableArray<Dimension> dimensions)
    {
        Dimensions = dimensions;
        for (var i = 0; i < dimensions.Length; i++)
        {
            if (dimensions[i].Values.Length is 0 or > 64 || !_numbers.TryAdd(dimensions[i].Name, i))
            {
                throw new ArgumentException($"'{dimensions[i].Name}' stands twice, or has no value or too many.", nameof(dimensions));
            }
        }

        if (SizeOf(dimensions) > MostConfigurations)
        {
            throw new ArgumentException("There are too many configurations.", nameof(dimensions));
        }

        Nodes = new DiagramNodes([.. dimensions.Select(dimension => dimension.Values.Length)]);
    }

    /// <summary>The dimensions.</summary>
    public ImmutableArray<Dimension> Dimensions { get; }

    /// <summary>All configurations.</summary>
    public ConfigurationSet All => new(this, DiagramNodes.Full);

    /// <summary>No configuration.</summary>
    public ConfigurationSet None => new(this, DiagramNodes.Empty);

    internal DiagramNodes Nodes { get; }

    /// <summary>For each dimension a weight of each value, for fingerprints: by their names, and 1 where there is no choice.</summary>
    internal ulong[][] Weights => _weights ??=
        [.. Dimensions.Select(dimension => dimension.Values.Select(value => dimension.Values.Length == 1 ? 1 : SetFingerprint.WeightOf($"{dimension.Name} = {value}")).ToArray())];

    /// <summary>The number of configurations that dimensions have; more than <see cref="MostConfigurations"/> for any larger number.</summary>
    public static long SizeOf(IEnumerable<Dimension> dimensions) =>
        dimensions.Aggregate(1L, (product, dimension) => product > MostConfigurations / dimension.Values.Length ? MostConfigurations + 1 : product * dimension.Values.Length);

    /// <summary>The number of the dimension of that name, or -1.</summary>
    public int Find(string name) => _numbers.GetValueOrDefault(name, -1);

    /// <summary>The configurations in which dimensions have one of some of their values each.</summary>
    /// <param name="allowed">For each dimension a bit mask of the values allowed, bit i for its i-th value.</param>
    /// <exception cref="ArgumentException">There is not one mask for each dimension.</exception>
    public ConfigurationSet Cube(IReadOnlyList<ulong> allowed)
    {
        if (allowed.Count != Dimensions.Length)
        {
            throw new ArgumentException($"{allowed.Count} masks for {Dimensions.Length} dimensions.", nameof(allowed));
        }

        return new ConfigurationSet(this, Nodes.Cube(allowed));
    }

    /// <summary>The configurations in which one dimension has one of some values.</summary>
    /// <param name="dimension">Its number.</param>
    /// <param name="allowed">A bit mask of its values.</param>
    public ConfigurationSet Where(int dimension, ulong allowed)
    {
        var masks = FullMasks();
        masks[dimension] &= allowed;
        return Cube(masks);
    }

    /// <summary>For each dimension the mask of all of its values.</summary>
    public ulong[] FullMasks() => [.. Dimensions.Select(dimension => ulong.MaxValue >> (64 - dimension.Values.Length))];
}
