using CoherenceCheck.Attributes.Configurations;

namespace CoherenceCheck.Attributes.Tests.Configurations;

/// <summary>Sets of configurations against lists of them.</summary>
public sealed class ConfigurationSetTests
{
    private const int Seed = 20210303;

    [Fact]
    public void A_fingerprint_depends_on_the_configurations_and_not_on_the_order_of_dimensions()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        for (var round = 0; round < 100; round++)
        {
            var space = Spaces.Random(random);
            var (set, list) = Spaces.RandomSet(random, space);
            var order = Enumerable.Range(0, space.Dimensions.Length).ToArray();
            random.Shuffle(order);
            var other = new ConfigurationSpace([.. order.Select(dimension => space.Dimensions[dimension]), new Dimension("alone", ["0"])]);
            var same = list.Select(Spaces.Values).Aggregate(other.None, (all, values) =>
                all | order.Select((dimension, place) => other.Where(place, 1UL << values[dimension])).Aggregate(other.All, (cube, where) => cube & where));
            Assert.Equal(set.Fingerprint, same.Fingerprint);
            var (another, anotherList) = Spaces.RandomSet(random, space);
            Assert.Equal(list.SetEquals(anotherList), set.Fingerprint == another.Fingerprint);
        }
    }

    [Fact]
    public void Sets_do_what_lists_of_configurations_do()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        for (var round = 0; round < 200; round++)
        {
            var space = Spaces.Random(random);
            var (left, leftList) = Spaces.RandomSet(random, space);
            var (right, rightList) = Spaces.RandomSet(random, space);
            Same(leftList.Intersect(rightList), left & right);
            Same(leftList.Union(rightList), left | right);
            Same(leftList.Except(rightList), left - right);
            Assert.Equal(leftList.IsSubsetOf(rightList), left.IsWithin(right));
            Assert.Equal(leftList.SetEquals(rightList), left == right);

            var dimension = random.Next(space.Dimensions.Length);
            var value = random.Next(space.Dimensions[dimension].Values.Length);
            Same(Spaces.All(space).Where(text => leftList.Contains(Spaces.Changed(text, dimension, value))), left.With(dimension, value));
            Same(Spaces.All(space).Where(text => Spaces.Values(text)[dimension] == value), space.Where(dimension, 1UL << value));
            if (leftList.Count > 0)
            {
                Assert.Equal(leftList.Min(StringComparer.Ordinal), string.Join(' ', left.First()));
                var from = Spaces.Values(Spaces.All(space)[random.Next(Spaces.All(space).Count)]);
                Assert.Equal(leftList.Min(text => Distance(Spaces.Values(text), from)), Distance([.. left.Nearest([.. from])], from));
                Assert.True(left.Contains([.. left.Nearest([.. from])]));
            }
        }

        void Same(IEnumerable<string> expected, ConfigurationSet actual)
        {
            var list = expected.ToHashSet(StringComparer.Ordinal);
            Assert.Equal(list.Count, actual.Count);
            Assert.Equal(list.Count == 0, actual.IsEmpty);
            Assert.All(Spaces.All(actual.Space), text => Assert.Equal(list.Contains(text), actual.Contains(Spaces.Values(text))));
        }
    }

    [Fact]
    public void Sets_of_different_spaces_do_not_mix()
    {
        var random = new Random(Seed);
        Assert.Throws<ArgumentException>(() => Spaces.Random(random).All & Spaces.Random(random).All);
    }

    [Fact]
    public void A_space_is_refused_that_has_a_name_twice_or_no_value_or_too_many()
    {
        Assert.Throws<ArgumentException>(() => new ConfigurationSpace([new Dimension("a", ["0"]), new Dimension("a", ["1"])]));
        Assert.Throws<ArgumentException>(() => new ConfigurationSpace([new Dimension("a", [])]));
        Assert.Throws<ArgumentException>(() => new ConfigurationSpace([.. Enumerable.Range(0, 60).Select(i => new Dimension($"a{i}", ["0", "1"]))]));
        Assert.Throws<ArgumentException>(() => new ConfigurationSpace([new Dimension("a", ["0"])]).Cube([]));
        Assert.Throws<InvalidOperationException>(() => new ConfigurationSpace([new Dimension("a", ["0"])]).None.First());
    }

    private static int Distance(int[] left, int[] right) => left.Zip(right).Count(pair => pair.First != pair.Second);
}
