using System.Diagnostics;
using CoherenceCheck.Model.Tests.Support;

namespace CoherenceCheck.Model.Tests.Translation;

/// <summary>
/// The ghosts of the model against the subset construction of the private machine, set by set, after each instruction of random programs. <c>COHERENCECHECK_SEEDS=first..last</c>
/// looks at others than usual, <c>COHERENCECHECK_LENGTH</c> at longer ones.
/// </summary>
public sealed class ProgramGhostIsExactTests(ITestOutputHelper output)
{
    private const int ProgramsOfSeed = 20;

    [Theory]
    [InlineData(PrivateSetsCheck.Contents, "bare_metal", 70)]
    [InlineData(PrivateSetsCheck.Contents, "none", 10)]
    [InlineData(PrivateSetsCheck.Translations, "bare_metal", 70)]
    public void Ghosts_equal_the_private_machine(string property, string policy, int seeds)
    {
        var range = (Environment.GetEnvironmentVariable("COHERENCECHECK_SEEDS") ?? $"1..{seeds}").Split("..");
        var (first, last) = (int.Parse(range[0]), int.Parse(range[^1]));
        var length = int.Parse(Environment.GetEnvironmentVariable("COHERENCECHECK_LENGTH") ?? "12");
        var watch = Stopwatch.StartNew();
        var all = new PrivateSetsResult(null, 0, 0, 0, 0, 0);
        for (var seed = first; seed <= last; seed++)
        {
            var result = PrivateSetsCheck.Run(seed, ProgramsOfSeed, policy, property, system => system, length);
            Assert.True(result.Difference is null, $"seed {seed}, {length}, {property}, {policy}: {result.Difference}");
            all = new(null, all.Complete + result.Complete, all.Sets + result.Sets, all.States + result.States, all.Larger + result.Larger, all.LargerByKinds + result.LargerByKinds);
        }

        var programs = (last - first + 1) * ProgramsOfSeed;
        output.WriteLine(
            $"seeds {first}..{last}: {programs} programs, {all.Complete} of them to the end, {all.Sets} sets compared, {all.States} states; larger: {all.Larger} sets where an access did not fault, {all.LargerByKinds} programs by the kinds of DC; {watch.Elapsed.TotalSeconds:f1} s");
        Assert.True(all.Complete * 100 >= programs * 90);
        Assert.True(all.Larger * 1000 <= all.Sets);
        Assert.True(all.LargerByKinds * 100 <= programs);
    }
}
