using CoherenceCheck.Generated;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Model.Tests.Support;

namespace CoherenceCheck.Model.Tests.Generated;

/// <summary>The generator of specs does what tests that use it rely on.</summary>
public sealed class GeneratedSpecTests(ITestOutputHelper output)
{
    [Fact]
    public void Nine_in_ten_generated_specs_bind()
    {
        var refused = new Dictionary<string, List<int>>();
        const int Count = 2000;
        var bound = 0;
        for (var seed = 0; seed < Count; seed++)
        {
            var loaded = Specs.TryLoad(SpecMaker.MakeSpec(seed).ToString());
            if (loaded.Spec is not null)
            {
                bound++;
                continue;
            }

            var error = loaded.Diagnostics.First(diagnostic => diagnostic.Severity == Severity.Error);
            if (!refused.TryGetValue(error.Code, out var seeds))
            {
                refused.Add(error.Code, seeds = []);
                output.WriteLine($"seed {seed}: {error}\n");
            }

            seeds.Add(seed);
        }

        output.WriteLine($"{bound} of {Count} bind; refused: {string.Join("; ", refused.OrderByDescending(pair => pair.Value.Count).Select(pair => $"{pair.Key}: {pair.Value.Count}, {string.Join(' ', pair.Value.Take(8))}"))}");
        Assert.True(bound > Count * 0.9, $"only {bound} of {Count} bind");
    }
}
