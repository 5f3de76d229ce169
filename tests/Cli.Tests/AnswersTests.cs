namespace CoherenceCheck.Cli.Tests;

/// <summary>docs/answers.md is what the program says today. <c>UPDATE_GOLDEN=1</c> writes it anew.</summary>
public sealed class AnswersTests
{
    // The questions of the thread, and those about stage 2.
    private static readonly string[] Specs = ["specs/kvm/answers.coh", "specs/translation/answers.coh"];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void The_answers_are_what_explain_says_of_their_spec(int number)
    {
        var run = Run.Of("explain", Specs[number], "--minimize", "--format", "markdown", "--quiet");
        var path = Path.Combine(Repository.Root, "docs", "answers.md");
        var parts = Parts(File.ReadAllText(path));
        if (Repository.Updates)
        {
            parts[number] = run.Output;
            File.WriteAllText(path, string.Join('\n', parts));
        }

        Assert.Equal("", run.Error);
        Assert.Equal(0, run.Code);
        Assert.Equal(Parts(File.ReadAllText(path))[number], run.Output);
    }

    /// <summary>What each spec answers: it begins with a heading of the first level, and an empty line stands before it.</summary>
    private static string[] Parts(string text) => text.IndexOf("\n\n# ", StringComparison.Ordinal) is >= 0 and var end ? [text[..(end + 1)], text[(end + 2)..]] : [text, ""];

    /// <summary>The sentences that people wrote between what was computed, each with the finding that it stands or falls with.</summary>
    [Theory]
    [InlineData("Does FEAT_S2FWB make the flush needless?", "needless iff (FWB = 1 and fwb_ifetch = upgrades) or CLIDR_EL1.LoC = 0")]
    [InlineData("Does CTR_EL0.DIC make the flush needless?", "needless iff dic_snoops_nc = coherent_fill or CLIDR_EL1.LoC = 0")]
    [InlineData("Does CTR_EL0.DIC make the flush needless?", "violated iff CLIDR_EL1.LoC != 0 and dic_snoops_nc != coherent_fill and dic_ic_nop = nop")]
    [InlineData("Does stage-2 XN make the flush needless?", "needless iff code.XN = 1 or CLIDR_EL1.LoC = 0")]
    [InlineData("How is a VM different from bare metal", "needless iff (FWB = 1 and fwb_ifetch = upgrades) or CLIDR_EL1.LoC = 0 or (DIC = 1 and dic_snoops_nc = coherent_fill)")]
    [InlineData("How is a VM different from bare metal", "| DIC = 0 and FWB = 0 and CLIDR_EL1.LoC != 0 | @fb, @sw, @ic, @nsh |")]
    [InlineData("Map: what does", "needless iff A.SCTLR_EL1.M = 1 or FWB = 1 or CLIDR_EL1.LoC = 0")]
    [InlineData("Map: what does", "needless iff DIC = 1")]
    [InlineData("Map: what does", "`@visible` (`dsb ishst`): needless wherever the policy holds")]
    [InlineData("Unmap: which of", "| always | @st, @ipas2, @between, @vmall, @last |")]
    [InlineData("Unmap: which of", "**`unmapping with tlbis: {tlbi vmalls12e1is; dsb ish}`**: private_translation holds")]
    [InlineData("Unmap: which of", "**`unmapping_here`**: private_translation violated")]
    [InlineData("Unmap on the only pCPU", "**`unmapping_here`**: private_translation holds")]
    [InlineData("Unmap on the only pCPU", "| always | @ipas2, @vmall, @last | @st, @between |")]
    [InlineData("Page-out: when", "| FWB = 0 and A.SCTLR_EL1.M = 0 and CLIDR_EL1.LoC != 0 | @clean, @st, @ipas2, @between, @vmall, @last, @dc |")]
    [InlineData("Page-out: when", "**`deferred`**: fresh_data violated iff FWB = 0 and A.SCTLR_EL1.M = 0 and CLIDR_EL1.LoC != 0")]
    [InlineData("Write-protect: what", "with vmall: tlbi vmalle1`**: private_translation violated")]
    [InlineData("Relax: what", "`@tlbis` (`tlbi ipas2e1, g; dsb nsh; tlbi vmalle1; dsb nsh`): needless wherever the policy holds")]
    [InlineData("Relax: what", "`@ic` (`ic ialluis`): needless iff DIC = 1")]
    [InlineData("Reset: what", "| DIC = 0 and FWB = 1 | @flush |")]
    public void What_is_written_about_an_answer_is_found(string heading, string finding)
    {
        var text = Repository.Read("docs/answers.md");
        var section = text[text.IndexOf("## " + heading, StringComparison.Ordinal)..];
        var next = section.IndexOf("\n## ", StringComparison.Ordinal);
        Assert.Contains(finding, next < 0 ? section : section[..next], StringComparison.Ordinal);
    }
}
