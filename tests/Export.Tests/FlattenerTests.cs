using CoherenceCheck.Transitions;

namespace CoherenceCheck.Export.Tests;

/// <summary>A flat system has the states and transitions of the system that it comes from, and its verdict.</summary>
public sealed class FlattenerTests
{
    [Fact]
    public void Flat_random_systems_have_the_same_counts_and_verdicts()
    {
        var (compared, violated) = (0, 0);
        for (var seed = 0; seed < 1200; seed++)
        {
            var random = RandomSystem.Make(seed);
            var bound = Binder.Bind(random.System, random.Frozen);
            if (Flattener.Of(bound, "invariant") is ({ } flat, _) && FlatSystems.Explore(bound, "invariant", 5000) is { } expected)
            {
                var actual = FlatSystems.Explore(FlatSystems.AsSystem(flat), "exported");
                Assert.True(expected == actual, $"seed {seed}: {expected} became {actual}\n{SystemPrinter.Print(bound)}\n{SystemPrinter.Print(FlatSystems.AsSystem(flat))}");
                compared++;
                violated += expected.Holds ? 0 : 1;
            }
        }

        Assert.True(compared > 100 && violated > 50 && compared - violated > 50, $"{compared} compared, {violated} violated");
    }
}
