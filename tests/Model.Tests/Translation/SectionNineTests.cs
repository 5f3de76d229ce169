using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Tests.Reference.Translation;
using static CoherenceCheck.Model.Tests.Translation.Bound;

namespace CoherenceCheck.Model.Tests.Translation;

/// <summary>The reference on cases whose verdicts are known.</summary>
public sealed class SectionNineTests(ITestOutputHelper output)
{
    private Answer Ask(Scenario scenario, Policy policy, string property, HardwareChoice? hardware = null, int most = 1_000_000)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var answer = TranslationReference.Check(new Question(scenario, policy, property, hardware ?? new HardwareChoice()) { MostStates = most });
        output.WriteLine($"{answer} in {watch.ElapsedMilliseconds} ms");
        foreach (var line in answer.Trace)
        {
            output.WriteLine("  " + line);
        }

        return answer;
    }

    private static Scenario TwoTables(string letters)
    {
        var b = new ScenarioBuilder();
        var (f0, f1) = (b.FrameOf("old0"), b.FrameOf("old1"));
        var vm = b.Vm();
        var (g0, g1) = (b.Page(vm, f0, hasAddress: false), b.Page(vm, f1, hasAddress: false));
        var a = b.Va(vm);
        b.Any(vm, letters, asid: 1, maps: [(a, g0)]);
        b.Any(vm, letters, asid: 1, maps: [(a, g1)]);
        return b.Build();
    }

    [Theory]
    [InlineData("load")]
    [InlineData("load remap tlbi_vae1 dsb_ish dsb_nsh isb")]
    public void C06(string letters)
    {
        var s = TwoTables(letters);
        Ask(s, PolicyBuilder.None, "private_translation");
        Ask(s, new PolicyBuilder().LastRan(Op("tlbi vmalle1"), Op("dsb nsh"), Op("isb")).Build(), "private_translation");
        Ask(s, new PolicyBuilder().LastRan(Op("dsb nsh"), Op("isb")).Build(), "private_translation");
        Ask(s, new PolicyBuilder().LastRan(Op("tlbi vmalle1"), Op("isb")).Build(), "private_translation");
    }
}
