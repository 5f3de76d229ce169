using System.Text;
using CoherenceCheck.Attributes;
using CoherenceCheck.Language;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Tests.Reference.Translation;

namespace CoherenceCheck.Model.Tests.Translation;

/// <summary>Random scenarios with translations under the reference.</summary>
public sealed class RandomScenarioTests(ITestOutputHelper output)
{
    /// <summary>What a random scenario binds to; <see langword="null"/> where the front end does not know translations.</summary>
    private static Scenario? Bind(RandomScenario random)
    {
        var bytes = Encoding.UTF8.GetBytes(random.Text);
        var result = SpecLoader.Load("random.coh", ArmVocabulary.Create(), _ => bytes);
        if (result.Diagnostics.Any(diagnostic => diagnostic.Code.StartsWith("CC07", StringComparison.Ordinal)))
        {
            return null;
        }

        Assert.True(result.Spec is not null, $"{random.Text}{string.Join('\n', result.Diagnostics.Select(Language.Diagnostics.DiagnosticRenderer.Render))}");
        return result.Spec.Scenarios.Single();
    }

    private static Policy PolicyOf(Scenario scenario, string name) => scenario.Expectations[0].Rows.Select(row => row.Policy.Policy).First(policy => policy.Name == name);

    [Fact]
    public void Bare_metal_violates_nothing()
    {
        for (var seed = 0; seed < 150; seed++)
        {
            var random = RandomScenario.Of(seed);
            if (Bind(random) is not { } scenario)
            {
                Assert.Skip("the front end refuses translations");
                return;
            }

            if (!scenario.Expectations[0].Rows.Any(row => row.Policy.Policy.IsBareMetal))
            {
                continue;
            }

            foreach (var property in RandomScenario.Properties)
            {
                var answer = TranslationReference.Check(new Question(scenario, PolicyOf(scenario, "bare_metal"), property, random.Hardware with { Fwb = false }) { MostStates = 20_000 });
                Assert.True(answer.Outcome != Outcome.Violated, $"seed {seed}, {property}: {answer}\n{random.Text}\n{string.Join('\n', answer.Trace)}");
            }
        }
    }

    [Fact]
    public void Every_verdict_occurs()
    {
        var count = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var seed = 0; seed < int.Parse(Environment.GetEnvironmentVariable("SEEDS") ?? "60"); seed++)
        {
            var random = RandomScenario.Of(seed);
            if (Bind(random) is not { } scenario)
            {
                Assert.Skip("the front end refuses translations");
                return;
            }

            foreach (var property in RandomScenario.Properties)
            {
                var watch = System.Diagnostics.Stopwatch.StartNew();
                var answer = TranslationReference.Check(new Question(scenario, PolicyOf(scenario, "p"), property, random.Hardware) { MostStates = 30_000 });
                var key = $"{property} {answer.Outcome} {answer.Failed}";
                count[key] = count.GetValueOrDefault(key) + 1;
                output.WriteLine($"seed {seed} {property}: {answer} {watch.ElapsedMilliseconds} ms");
            }
        }

        foreach (var (key, times) in count)
        {
            output.WriteLine($"{key}: {times}");
        }
    }
}
