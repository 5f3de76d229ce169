using CoherenceCheck.Attributes.Configurations;

namespace CoherenceCheck.Attributes.Tests.Configurations;

/// <summary>Small random spaces and sets; a configuration is written as the positions of its values: <c>0 2 1</c>.</summary>
internal static class Spaces
{
    public static ConfigurationSpace Random(Random random) => new(
        [.. Enumerable.Range(0, random.Next(1, 6)).Select(i => new Dimension($"d{i}", [.. Enumerable.Range(0, random.Next(1, 5)).Select(value => $"v{value}")]))]);

    public static List<string> All(ConfigurationSpace space) => space.Dimensions.Aggregate(
        new List<string> { "" },
        (texts, dimension) => [.. texts.SelectMany(text => dimension.Values.Select((_, i) => text.Length == 0 ? $"{i}" : $"{text} {i}"))]);

    public static int[] Values(string text) => [.. text.Split(' ').Select(int.Parse)];

    public static string Changed(string text, int dimension, int value)
    {
        var values = Values(text);
        values[dimension] = value;
        return string.Join(' ', values);
    }

    /// <summary>A union of a few cubes, and the list of its configurations.</summary>
    public static (ConfigurationSet Set, HashSet<string> List) RandomSet(Random random, ConfigurationSpace space)
    {
        var (set, list) = (space.None, new HashSet<string>(StringComparer.Ordinal));
        for (var i = random.Next(4); i > 0; i--)
        {
            ulong[] masks = [.. space.Dimensions.Select(dimension => (ulong)random.NextInt64(1, 1L << dimension.Values.Length))];
            set |= space.Cube(masks);
            list.UnionWith(All(space).Where(text => Values(text).Zip(masks).All(pair => (pair.Second >> pair.First & 1) != 0)));
        }

        return (set, list);
    }
}
