using CoherenceCheck.Model.Tests.Reference.Translation;

namespace CoherenceCheck.Model.Tests.Translation;

/// <summary>The rules of the ghost with translations and data against the subset construction of the private machine.</summary>
public sealed class PrivateGhostIsExactTests(ITestOutputHelper output)
{
    private static int Setting(string name, int normally) => int.Parse(Environment.GetEnvironmentVariable(name) ?? $"{normally}");

    [Theory]
    [InlineData("Relational")]
    [InlineData("All")]
    [InlineData("NotActed")]
    [InlineData("AtDsb")]
    public void Ghost_equals_bare_metal(string rule)
    {
        var (programs, first) = (Setting("COHERENCECHECK_PROGRAMS", 1000), Setting("COHERENCECHECK_SEED", 1));
        var most = Setting("COHERENCECHECK_STATES", 20_000);
        var len = Setting("COHERENCECHECK_LEN", 8);
        var (sets, states, complete, bad) = (0L, 0L, 0, new Dictionary<string, List<(int, int, string)>>());
        for (var seed = first; seed < first + programs; seed++)
        {
            var program = new PrivateGenerator(seed).Program(len);
            var result = PrivateComparison.Run(program, new PrivateGhost(program.Setting, Enum.Parse<PrivateGhostPage.Rule>(rule)), most);
            if (result.Difference is { } d)
            {
                var n = d.Split(": ").First(x => x.StartsWith('g')).Split('[')[0];
                if (!bad.TryGetValue(n, out var l)) bad[n] = l = [];
                l.Add((program.Instructions.Count, seed, d));
            }
            sets += result.Sets;
            states += result.States;
            complete += result.IsComplete ? 1 : 0;
        }

        output.WriteLine($"{rule}: {programs} programs, {complete} complete, {sets} sets compared, {states} states");
        foreach (var (n, l) in bad)
        {
            l.Sort();
            output.WriteLine($"== {n}: {l.Count}");
            foreach (var (_, s, d) in l.Take(2))
                output.WriteLine($"seed {s}: {d}\n{new PrivateGenerator(s).Program(len)}");
        }
        Assert.Empty(bad);
    }
}
