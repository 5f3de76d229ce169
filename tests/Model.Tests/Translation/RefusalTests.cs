using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Model.Tests.Support;

namespace CoherenceCheck.Model.Tests.Translation;

/// <summary>What binds and has no meaning where accesses go by address is refused where it stands.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("SCTLR_EL1.M = 0 ; map va -> g1", "ldr [va]")]
    [InlineData("SCTLR_EL1.M = 0 ; map va -> g1", "str new, [va]")]
    [InlineData("map va -> g1", "ldr [va]")]
    public void An_access_by_an_address_at_which_no_page_is(string settings, string access)
    {
        var refusal = Assert.Single(Refusals($"{{ {settings} }} {{ {access} }}"));
        Assert.Equal("CC2007", refusal.Code);
        Assert.Equal(access, refusal.Span!.Value.Text.Content.Substring(refusal.Span.Value.Start, refusal.Span.Value.Length));
        Assert.Contains("with its MMU off", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ SCTLR_EL1.M = 1 ; map va -> g1 } { ldr [va] }")]
    [InlineData("{ SCTLR_EL1.M = 0 ; map va -> g1 } { ldr [g1] }")]
    public void One_that_leads_to_a_page_is_not(string vcpu) => Assert.Empty(Refusals(vcpu));

    private static List<Diagnostic> Refusals(string vcpu)
    {
        var scenario = Specs.TryLoad($$"""
            scenario "s" {
              machine { pcpu P0 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 1 }
              frame f1 { x = old }
              vm guest { page g1 = f1 RWX wb ; vcpu A {{vcpu}} }
              expect fresh_data { none : unstated }
            }
            """).Spec!.Scenarios.Single();
        var diagnostics = new List<Diagnostic>();
        ScenarioModel.Build(scenario with { Asked = "fresh_data" }, scenario.Expectations[0].Rows[0].Policy.Policy, diagnostics);
        return diagnostics;
    }
}
