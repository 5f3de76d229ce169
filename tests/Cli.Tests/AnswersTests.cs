namespace CoherenceCheck.Cli.Tests;

/// <summary>docs/answers.md is what the program says today. <c>UPDATE_GOLDEN=1</c> writes it anew.</summary>
public sealed class AnswersTests
{
    [Fact]
    public void The_answers_are_what_explain_says_of_their_spec()
    {
        var run = Run.Of("explain", "specs/kvm/answers.coh", "--minimize", "--format", "markdown", "--quiet");
        var path = Path.Combine(Repository.Root, "docs", "answers.md");
        if (Repository.Updates)
        {
            File.WriteAllText(path, run.Output);
        }

        Assert.Equal("", run.Error);
        Assert.Equal(0, run.Code);
        Assert.Equal(File.ReadAllText(path), run.Output);
    }

    /// <summary>The sentences that people wrote between what was computed, each with the finding that it stands or falls with.</summary>
    [Theory]
    [InlineData("Does FEAT_S2FWB make the flush needless?", "needless iff (FWB = 1 and fwb_ifetch = upgrades) or CLIDR_EL1.LoC = 0")]
    [InlineData("Does CTR_EL0.DIC make the flush needless?", "needless iff dic_snoops_nc = coherent_fill or CLIDR_EL1.LoC = 0")]
    [InlineData("Does CTR_EL0.DIC make the flush needless?", "violated iff CLIDR_EL1.LoC != 0 and dic_snoops_nc != coherent_fill and dic_ic_nop = nop")]
    [InlineData("Does stage-2 XN make the flush needless?", "needless iff code.XN = 1 or CLIDR_EL1.LoC = 0")]
    [InlineData("How is a VM different from bare metal", "needless iff (FWB = 1 and fwb_ifetch = upgrades) or CLIDR_EL1.LoC = 0 or (DIC = 1 and dic_snoops_nc = coherent_fill)")]
    [InlineData("How is a VM different from bare metal", "| DIC = 0 and FWB = 0 and CLIDR_EL1.LoC != 0 | @fb, @sw, @ic, @nsh |")]
    public void What_is_written_about_an_answer_is_found(string heading, string finding)
    {
        var text = Repository.Read("docs/answers.md");
        var section = text[text.IndexOf("## " + heading, StringComparison.Ordinal)..];
        var next = section.IndexOf("\n## ", StringComparison.Ordinal);
        Assert.Contains(finding, next < 0 ? section : section[..next], StringComparison.Ordinal);
    }
}
