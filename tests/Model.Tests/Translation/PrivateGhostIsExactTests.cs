using CoherenceCheck.Model.Tests.Reference.Translation;

namespace CoherenceCheck.Model.Tests.Translation;

/// <summary>The rules of the ghost with translations and data against the subset construction of the private machine.</summary>
public sealed class PrivateGhostIsExactTests(ITestOutputHelper output)
{
    private const int MostStates = 20_000;

    // COHERENCECHECK_PROGRAMS = how many, COHERENCECHECK_SEED = from which number on, COHERENCECHECK_LENGTH = how long at most.
    private static int Setting(string name, int normally) => int.Parse(Environment.GetEnvironmentVariable($"COHERENCECHECK_{name}") ?? $"{normally}");

    [Theory]
    [InlineData(false, 4000, 8)]
    [InlineData(false, 1000, 14)]
    [InlineData(true, 1000, 12)]
    public void Ghost_equals_the_private_machine(bool isRelational, int normally, int normalLength)
    {
        var (programs, first, length) = (Setting("PROGRAMS", normally), Setting("SEED", 1), Setting("LENGTH", normalLength));
        var (complete, larger, sets, states) = (0, 0L, 0L, 0L);
        for (var seed = first; seed < first + programs; seed++)
        {
            var program = new PrivateGenerator(seed).Program(length);
            var result = PrivateComparison.Run(program, new PrivateGhost(program.Setting, isRelational: isRelational), MostStates);
            Assert.True(result.Difference is null, $"seed {seed}, {length}: {result.Difference}\n{program}");
            (complete, larger, sets, states) = (complete + (result.IsComplete ? 1 : 0), larger + result.Larger, sets + result.Sets, states + result.States);
        }

        output.WriteLine($"{programs} programs, {complete} of them to the end, {sets} sets compared, {larger} of them larger, {states} states");
        Assert.True(complete * 100 >= programs * 98);
        Assert.True(larger * 1000 <= sets);
    }

    [Theory]
    [InlineData(60, 300)]
    public void Ghost_equals_the_private_machine_in_every_order_of_an_alphabet(int normally, int normalNodes)
    {
        var (alphabets, first, nodes) = (Setting("PROGRAMS", normally), Setting("SEED", 1), Setting("NODES", normalNodes));
        var (complete, larger, sets, states) = (0, 0L, 0L, 0L);
        for (var seed = first; seed < first + alphabets; seed++)
        {
            var alphabet = new PrivateGenerator(seed).Alphabet(Setting("LENGTH", 6));
            var result = PrivateComparison.Explore(alphabet, new PrivateGhost(alphabet.Setting), MostStates, nodes);
            Assert.True(result.Difference is null, $"seed {seed}: {result.Difference}\n{alphabet}");
            (complete, larger, sets, states) = (complete + (result.IsComplete ? 1 : 0), larger + result.Larger, sets + result.Sets, states + result.States);
        }

        output.WriteLine($"{alphabets} alphabets, {complete} of them to the end, {sets} sets compared, {larger} of them larger, {states} states");
    }
}
