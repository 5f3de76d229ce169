namespace CoherenceCheck.Language.Tests;

/// <summary>The comments that say what a file and a scenario are about.</summary>
public sealed class RemarkTests
{
    private const string Scenario = "scenario \"s\" {\n" + Specs.Base + "}\n";

    [Theory]
    [InlineData("", "")]
    [InlineData("// May B see old bytes?\n", "May B see old bytes?")]
    [InlineData("\n// One\n//   two\n//\n//three  \n  // four\n", "One\n  two\n\nthree\nfour")]
    [InlineData("// Elsewhere.\n\n// Here.\n", "Here.")]
    [InlineData("// Elsewhere.\n\n", "")]
    [InlineData("// One.\r\n// Two.\r\n", "One.\nTwo.")]
    [InlineData("// One.\r// Two.\r", "One.\nTwo.")]
    [InlineData("policy p { }\n// Here.\n", "Here.")]
    [InlineData("policy p { } // of the policy\n", "")]
    [InlineData("// of the policy\npolicy p { } ; ", "")]
    [InlineData("// of the policy\npolicy p { }\n", "")]
    [InlineData("// Here.\n  ", "Here.")]
    public void A_scenario_has_the_comment_lines_directly_above_it(string before, string expected) =>
        Assert.Equal(expected, Specs.Bind(before + Scenario).Scenarios.Single().Remark);

    [Fact]
    public void Each_scenario_has_its_own()
    {
        var scenarios = Specs.Bind($"// One.\n{Scenario}// Two.\n{Scenario.Replace("\"s\"", "\n\"t\"")}{Scenario.Replace("\"s\"", "\"u\"")}").Scenarios;
        Assert.Equal(["One.", "Two.", ""], scenarios.Select(scenario => scenario.Remark));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("// What this is.\n//\n// And why.\n\n", "What this is.\n\nAnd why.")]
    [InlineData("\uFEFF// What this is.\r\n\r\n", "What this is.")]
    [InlineData("\n \n// What this is.\n \n// More.\n\n", "What this is.")]
    [InlineData("// Of what follows.\n", "")]
    [InlineData("// Of what follows.\npolicy p { }\n\n", "")]
    [InlineData("policy p { }\n// Not at the head.\n\n", "")]
    public void A_file_has_the_comment_lines_that_it_begins_with(string before, string expected) =>
        Assert.Equal(expected, Specs.Bind(before + Scenario).Remark);

    [Theory]
    [InlineData("// Nothing else.")]
    [InlineData("// Nothing else.\n")]
    public void A_file_may_be_nothing_but_a_remark(string text) => Assert.Equal("Nothing else.", Specs.Bind(text).Remark);

    [Fact]
    public void The_remark_of_a_used_file_is_not_that_of_the_spec() =>
        Assert.Equal("", Specs.Load(("a.coh", "use \"b.coh\"\n"), ("b.coh", "// B.\n\n")).Spec!.Remark);
}
