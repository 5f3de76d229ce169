using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Model.Tests.Support;

namespace CoherenceCheck.Model.Tests.Translation;

/// <summary>An access of a program that could never go anywhere is refused where it stands.</summary>
public sealed class AccessToNowhereTests
{
    [Theory]
    [InlineData("ldr [b]")]
    [InlineData("str new, [b]")]
    [InlineData("exec b")]
    [InlineData("dc civac, b")]
    [InlineData("ic ivau, b")]
    public void With_the_MMU_off_for_good_an_address_is_a_page_s(string access)
    {
        foreach (var property in RandomScenario.Properties)
        {
            var diagnostic = Assert.Single(Refusals("0", access, property));
            Assert.Contains($"`{access}` of `A`, whose MMU is never on", diagnostic.Message, StringComparison.Ordinal);
            Assert.Equal(access, diagnostic.Span!.Value.Text.Content.Substring(diagnostic.Span.Value.Start, diagnostic.Span.Value.Length));
        }
    }

    [Theory]
    [InlineData("1", "ldr [b]")]
    [InlineData("0", "ldr [g]")]
    [InlineData("0", "msr SCTLR_EL1.M, 1 ; isb ; ldr [b]")]
    [InlineData("0", "tlbi vae1, b, asid 1")]
    public void Elsewhere_it_is_built(string m, string program)
    {
        foreach (var property in RandomScenario.Properties)
        {
            Assert.Empty(Refusals(m, program, property));
        }
    }

    private static List<Diagnostic> Refusals(string m, string program, string property)
    {
        var scenario = Specs.Load(
            $$"""
            scenario "off" {
              machine { pcpu P0 }
              frame f { x = old }
              vm guest { page g = f RWX ; vcpu A { SCTLR_EL1.M = {{m}} ; map b -> g asid 1 } { {{program}} } }
              expect {{property}} { bare_metal : unstated }
            }
            """).Scenarios[0];
        var diagnostics = new List<Diagnostic>();
        ScenarioModel.Build(ScenarioModel.Asking(scenario, property), scenario.Expectations[0].Rows[0].Policy.Policy, diagnostics);
        return diagnostics;
    }
}
