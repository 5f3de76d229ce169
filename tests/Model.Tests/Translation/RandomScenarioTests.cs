using System.Text;
using CoherenceCheck.Attributes;
using CoherenceCheck.Language;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Tests.Reference.Translation;

namespace CoherenceCheck.Model.Tests.Translation;

/// <summary>Random scenarios with translations under the reference. They are skipped while the front end refuses translations.</summary>
public sealed class RandomScenarioTests
{
    private static readonly Lazy<bool> KnowsTranslations = new(() => Load(
        """
        scenario "s" {
          machine { pcpu P0 }
          frame f { x = zero after secret }
          vm m { page g = none backing f ; vcpu v { map g -> g asid 1 } { ldr [g] } }
          task host { settle g }
          expect private_translation { none : unstated }
        }
        """).Spec is not null);

    [Fact]
    public void They_bind()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            Bind(RandomScenario.Of(seed));
            Bind(RandomScenario.Of(seed, isRight: true));
            Bind(RandomScenario.Further(seed));
        }
    }

    /// <summary>Bare metal against itself is never stale: the first test of any definition.</summary>
    [Fact]
    public void Bare_metal_violates_nothing()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = RandomScenario.Of(seed);
            var scenario = Bind(random);
            if (scenario.Expectations[0].Rows.Any(row => row.Policy.Policy.IsBareMetal))
            {
                ExpectNothing(random with { Hardware = random.Hardware with { Fwb = false } }, scenario, "bare_metal");
            }
        }
    }

    [Fact]
    public void A_hypervisor_that_does_everything_violates_nothing()
    {
        for (var seed = 0; seed < 80; seed++)
        {
            var random = RandomScenario.Of(seed, isRight: true);
            ExpectNothing(random, Bind(random), "p");
        }
    }

    [Theory]
    [InlineData(66, "private_translation", Failures.StageOne)]
    [InlineData(6, "private_translation", Failures.StageTwo)]
    [InlineData(149, "isolation", Failures.Owner)]
    [InlineData(314, "isolation", Failures.Contents)]
    [InlineData(78, "fresh_data", Failures.Data)]
    [InlineData(170, "fresh_fetch", Failures.Fetch)]
    public void Everything_is_violated_by_some(int seed, string property, Failures failed)
    {
        var random = RandomScenario.Of(seed);
        var scenario = Bind(random);
        var answer = TranslationReference.Check(new Question(scenario, PolicyOf(scenario, "p"), property, random.Hardware));
        Assert.Equal(failed, answer.Failed);
    }

    private static void ExpectNothing(RandomScenario random, Scenario scenario, string policy)
    {
        foreach (var property in RandomScenario.Properties)
        {
            var answer = TranslationReference.Check(new Question(scenario, PolicyOf(scenario, policy), property, random.Hardware) { MostStates = 8_000 });
            Assert.True(answer.Outcome != Outcome.Violated, $"seed {random.Seed}, {property}: {answer}\n{random.Text}\n{string.Join('\n', answer.Trace)}");
        }
    }

    private static Scenario Bind(RandomScenario random)
    {
        Assert.SkipUnless(KnowsTranslations.Value, "the front end refuses translations");
        var result = Load(random.Text);
        Assert.True(result.Spec is not null, $"{random.Text}{string.Concat(result.Diagnostics.Select(DiagnosticRenderer.Render))}");
        return result.Spec.Scenarios.Single();
    }

    private static LoadResult Load(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return SpecLoader.Load("random.coh", ArmVocabulary.Create(), _ => bytes);
    }

    private static Policy PolicyOf(Scenario scenario, string name) => scenario.Expectations[0].Rows.Select(row => row.Policy.Policy).First(policy => policy.Name == name);
}
