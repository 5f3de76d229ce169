using CoherenceCheck.Model.Tests.Reference.Translation;

namespace CoherenceCheck.Model.Tests.Translation;

/// <summary>What the comparison of the ghost with the private machine finds, and the programs that decide between rules.</summary>
public sealed class PrivateGhostFaultTests(ITestOutputHelper output)
{
    private const int MostStates = 20_000;

    [Fact]
    public void Scan()
    {
        foreach (var fault in Enum.GetValues<PrivateGhostFault>())
        {
            var (n, l, first) = (0, 0, 0);
            for (var seed = 1; seed <= 10000; seed++)
            {
                var program = new PrivateGenerator(seed).Program(10);
                if (PrivateComparison.Run(program, new PrivateGhost(program.Setting, fault), MostStates) is { Difference: not null } r)
                {
                    n++;
                    l += r.Missing is null ? 1 : 0;
                    first = first == 0 ? seed : first;
                }
            }
            var (an, al) = (0, 0);
            for (var seed = 1; seed <= 60; seed++)
            {
                var alphabet = new PrivateGenerator(seed).Alphabet(6);
                if (PrivateComparison.Explore(alphabet, new PrivateGhost(alphabet.Setting, fault), MostStates, 300) is { Difference: not null } r)
                {
                    an++;
                    al += r.Missing is null ? 1 : 0;
                }
            }
            output.WriteLine($"{fault}: programs {n} ({l} larger only), first {first}; alphabets {an} ({al})");
        }
    }
}
