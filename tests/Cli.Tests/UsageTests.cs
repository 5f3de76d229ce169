namespace CoherenceCheck.Cli.Tests;

/// <summary>What a wrong command line is told: a sentence, and what was meant where that can be guessed.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("chekc specs", "there is no command 'chekc'", "did you mean 'check'?")]
    [InlineData("checks specs", "there is no command 'checks'", "did you mean 'check'?")]
    [InlineData("explian specs", "there is no command 'explian'", "did you mean 'explain'?")]
    [InlineData("sim specs", "there is no command 'sim'", "did you mean 'simulate'?")]
    [InlineData("minimise specs", "there is no command 'minimise'", "did you mean 'minimize'?")]
    [InlineData("verify specs", "there is no command 'verify'", "did you mean 'check'?")]
    [InlineData("new", "there is no command 'new'", "did you mean 'init'?")]
    [InlineData("help", "there is no command 'help'", "did you mean '--help'?")]
    [InlineData("--versoin", "there is no option '--versoin'", "did you mean '--version'?")]
    [InlineData("frobnicate", "there is no command 'frobnicate'", "commands: init, check, show, attributes, explain, minimize, simulate, replay, explore, export, diff, doctor, completion; see 'coherencecheck --help'")]
    [InlineData("specs", "say what to do with 'specs'", "coherencecheck check specs")]
    [InlineData("mine.coh", "say what to do with 'mine.coh'", "coherencecheck check mine.coh")]
    [InlineData("check specs --tieout 5", "there is no option '--tieout'", "did you mean '--timeout'?")]
    [InlineData("check specs --max_states 5", "there is no option '--max_states'", "did you mean '--max-states'?")]
    [InlineData("explain specs --scenaro x", "there is no option '--scenaro'", "did you mean '--scenario'?")]
    [InlineData("check specs --format jsn", "--format takes text, json, junit, sarif, github, html, dot, mermaid, not 'jsn'", "did you mean 'json'?")]
    [InlineData("check specs --max-states 99999999999999999999", "--max-states takes a number from 1 to 9223372036854775807, not '99999999999999999999'.", "see 'coherencecheck check --help'")]
    [InlineData("check specs --max-states many", "--max-states takes a whole number, not 'many'.", "see 'coherencecheck check --help'")]
    [InlineData("check specs --max-memory 2GB", "--max-memory takes a whole number, not '2GB'.", "see 'coherencecheck check --help'")]
    [InlineData("check specs --max-memory 0", "--max-memory takes a number above 0.", "see 'coherencecheck check --help'")]
    [InlineData("check specs --threads 3000000000", "--threads takes a number from 1 to 2147483647, not '3000000000'.", "see 'coherencecheck check --help'")]
    [InlineData("check specs --timeout 5m", "--timeout takes a number of seconds above 0, not '5m'.", "see 'coherencecheck check --help'")]
    [InlineData("check specs --timeout 1e999", "--timeout takes a number of seconds above 0, not '1e999'.", "see 'coherencecheck check --help'")]
    [InlineData("check specs --explain-row last", "--explain-row takes the number of a row, as 'check' prints it in brackets, not 'last'.", "see 'coherencecheck check --help'")]
    [InlineData("show specs --row 99999999999", "--row takes the number of a row, as 'check' prints it in brackets, not '99999999999'.", "see 'coherencecheck show --help'")]
    [InlineData("simulate specs --seed 1.5", "--seed takes a whole number, not '1.5'.", "see 'coherencecheck simulate --help'")]
    [InlineData("simulate specs --runs 5000000000", "--runs takes a number from 1 to 2147483647, not '5000000000'.", "see 'coherencecheck simulate --help'")]
    public void Wrong_usage_is_one_sentence_and_a_hint(string arguments, string sentence, string hint)
    {
        var run = Run.Of(arguments.Split(' '));
        Assert.Equal((2, "", $"coherencecheck: {sentence}\n  hint: {hint}\n"), (run.Code, run.Output, run.Error));
    }

    /// <summary>The library's own words never name a type.</summary>
    [Theory]
    [InlineData("check specs", "--threads --max-states --max-memory --timeout --explain-row --reduce --format --trace --decider --report --baseline")]
    [InlineData("show specs", "--row")]
    [InlineData("explore specs", "--row --cell")]
    [InlineData("export specs", "--row --cell --to")]
    [InlineData("simulate specs", "--row --seed --runs --depth --timeout --format --trace")]
    [InlineData("replay result.json", "--row --trace")]
    [InlineData("explain specs", "--timeout --threads --max-states --format --trace")]
    [InlineData("minimize specs", "--timeout --threads --max-states --format")]
    [InlineData("diff a b", "--timeout --threads --format --trace")]
    [InlineData("attributes", "--decider --reading --access --s1 --sctlr-c --fwb")]
    public void No_option_answers_with_a_type(string command, string options) => Assert.All(options.Split(' '), option =>
    {
        var run = Run.Of([.. command.Split(' '), option, "1e999"]);
        Assert.Equal(2, run.Code);
        Assert.NotEqual("", run.Error);
        Assert.DoesNotContain("System.", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Cannot parse", run.Error, StringComparison.Ordinal);
    });
}
