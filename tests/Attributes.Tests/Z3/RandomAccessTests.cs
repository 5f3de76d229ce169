using CoherenceCheck.Attributes.Z3;

namespace CoherenceCheck.Attributes.Tests.Z3;

/// <summary>Both deciders on accesses at random, everything at once.</summary>
public sealed class RandomAccessTests(ITestOutputHelper output)
{
    private const int Rows = 100_000;

    private const int Seed = 20_210_303;

    [Fact]
    public void Random_accesses_are_the_same_for_both_deciders()
    {
        output.WriteLine($"seed {Seed}");
        using var z3 = new Z3Decider();
        var random = new Random(Seed);
        for (var row = 0; row < Rows; row++)
        {
            var (input, readings) = Comparison.RandomAccess(random);
            Comparison.Same(z3, input, readings);
        }
    }
}
