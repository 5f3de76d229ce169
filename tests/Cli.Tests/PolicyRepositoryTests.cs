using System.Text;

namespace CoherenceCheck.Cli.Tests;

/// <summary>docs/ci.md, walked through with git, bash and the installed tool.</summary>
public sealed class PolicyRepositoryTests(PolicyRepository repository) : IClassFixture<PolicyRepository>
{
    private const string Diff = "coherencecheck diff ../base/specs specs --quiet";

    public static TheoryData<string> States { get; } = ["main", .. PolicyDocument.Changes];

    private static ActionFile Action { get; } = ActionFile.Parse(Repository.Read("action.yml"));

    private static ActionFile Workflow { get; } = ActionFile.Parse(PolicyDocument.Files[".github/workflows/coherence.yml"]);

    [Fact]
    public void The_page_has_three_files_and_four_changes()
    {
        Assert.Equal([".github/workflows/coherence.yml", "specs/policy.coh", "specs/spec.coh"], PolicyDocument.Files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["good", "bad", "both", "sneaky"], PolicyDocument.Changes);
    }

    [Theory]
    [MemberData(nameof(States))]
    public void Every_command_of_the_page_prints_what_the_page_says(string state)
    {
        var printed = Rerun(state, PolicyDocument.Console(state));
        if (Repository.Updates)
        {
            PolicyDocument.Update(state, printed);
            return;
        }

        Assert.NotEqual("", printed);
        Assert.Equal(PolicyDocument.Console(state), printed);
    }

    [Fact]
    public void The_output_of_another_state_is_not_taken_for_that_of_the_page() =>
        Assert.NotEqual(PolicyDocument.Console("good"), Rerun("bad", PolicyDocument.Console("good")));

    // The page is what the program prints, as long as the test above passes.
    [Fact]
    public void The_first_commit_and_a_refactoring_pass()
    {
        Assert.DoesNotContain("exit code", PolicyDocument.Console("main") + PolicyDocument.Console("good"), StringComparison.Ordinal);
        Assert.EndsWith($"{Diff}\n3 rows, no change\n", PolicyDocument.Console("good"), StringComparison.Ordinal);
    }

    [Fact]
    public void Dropping_ic_iallu_fails_and_names_the_row() =>
        Assert.Matches("(?s)^[$] coherencecheck check .* # exit code 1\n.*\n  specs/spec.coh:17: fresh_fetch: kvm: violated, expected holds\n", PolicyDocument.Console("bad"));

    [Fact]
    public void A_change_of_policy_and_expectation_together_passes_check_and_fails_diff()
    {
        var printed = PolicyDocument.Console("both").Split($"$ {Diff}");
        Assert.DoesNotContain("exit code", printed[0], StringComparison.Ordinal);
        Assert.StartsWith("  # exit code 1\n", printed[1], StringComparison.Ordinal);
        Assert.Contains("fresh_fetch: kvm  holds -> violated; the expectation changed with it: holds -> violated", printed[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_question_that_asks_less_passes_check_with_every_verdict_and_fails_diff()
    {
        var printed = PolicyDocument.Console("sneaky").Split($"$ {Diff}");
        Assert.DoesNotContain("exit code", printed[0], StringComparison.Ordinal);
        Assert.Contains("3 rows: 3 as expected", printed[0], StringComparison.Ordinal);
        Assert.StartsWith("  # exit code 1\n", printed[1], StringComparison.Ordinal);
        Assert.Contains("asks less: A no longer executes 'exec'", printed[1], StringComparison.Ordinal);
        Assert.Contains("cover maintained: condition changed from 'B at end' to 'true'", printed[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("good", 0)]
    [InlineData("bad", 1)]
    [InlineData("both", 1)]
    [InlineData("sneaky", 1)]
    public void The_scripts_of_the_workflow_let_only_a_good_change_pass(string state, int code) => Assert.Equal(code, RunWorkflow(state).Code);

    [Theory]
    [InlineData("kvm", 0)]
    [InlineData("fresh_fetch: kvm", 0)]
    [InlineData("kvm without nsh", 1)]
    [InlineData("", 1)]
    public void A_trailer_of_a_commit_allows_the_change_that_it_names_and_no_other(string name, int code)
    {
        var state = $"trailer{name.Length}";
        repository.Add(state, "both", $"The TLBs are enough\n\nVerdict-Change: {name}\n");
        Assert.Equal(code, RunScripts(state).Code);
    }

    [Theory]
    [InlineData("Question-Change: two vCPUs on one pCPU", 0)]
    [InlineData("Question-Change: kvm", 1)]
    [InlineData("Verdict-Change: two vCPUs on one pCPU", 1)]
    public void A_trailer_of_a_commit_allows_another_question_by_the_title_of_its_scenario(string trailer, int code)
    {
        var state = $"question{trailer.Length}";
        repository.Add(state, "sneaky", $"Ask less\n\n{trailer}\n");
        Assert.Equal(code, RunScripts(state).Code);
    }

    [Theory]
    [InlineData("good", 0, "::notice title=coherencecheck::3 of 3 rows as expected")]
    [InlineData("bad", 1, "::error file=specs/spec.coh,line=17,title=fresh_fetch%3A kvm::")]
    public void The_check_of_the_action_annotates_the_row_and_passes_its_exit_code_on(string state, int code, string annotation)
    {
        var (run, summary) = RunCheck(state);
        Assert.Equal(code, run.Code);
        Assert.Contains(annotation, run.Output, StringComparison.Ordinal);
        Assert.Equal(code != 0, summary.Contains("STALE", StringComparison.Ordinal));
    }

    [Fact]
    public void The_action_compares_with_a_baseline_and_writes_reports()
    {
        using var folder = new TemporaryFolder();
        var stored = System.IO.Path.Combine(folder.Path, "the base.json");
        var (run, _) = RunCheck("main", ("reports", $"json={stored}\r\n\nsarif={stored}.sarif"), ("args", "--threads=1\n--decider=enumerate"));
        Assert.Equal(0, run.Code);
        Assert.True(File.Exists(stored) && File.Exists(stored + ".sarif"));
        Assert.Equal(0, RunCheck("good", ("baseline", stored)).Run.Code);
        Assert.Equal(1, RunCheck("both", ("baseline", stored)).Run.Code);
        Assert.Equal(1, RunCheck("sneaky", ("baseline", stored)).Run.Code);
    }

    [Fact]
    public void Paths_with_spaces_and_dashes_are_paths_and_one_that_is_missing_is_an_error()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "-d", "a b" })
        {
            Directory.CreateDirectory(System.IO.Path.Combine(folder.Path, name));
            File.Copy(System.IO.Path.Combine(repository.Folder("main"), "specs/policy.coh"), System.IO.Path.Combine(folder.Path, name, "policy.coh"));
            File.Copy(System.IO.Path.Combine(repository.Folder("main"), "specs/spec.coh"), System.IO.Path.Combine(folder.Path, name, "spec.coh"));
        }

        var (run, _) = RunCheck(folder.Path, ("paths", "-d\na b"));
        Assert.Equal(0, run.Code);
        Assert.Contains("6 of 6 rows", run.Output, StringComparison.Ordinal);
        Assert.Equal(2, RunCheck(folder.Path, ("paths", "-d\na\nb")).Run.Code);
        Assert.Equal(2, RunCheck(folder.Path, ("paths", "")).Run.Code);
    }

    [Theory]
    [InlineData("paths")]
    [InlineData("baseline")]
    [InlineData("reports")]
    [InlineData("args")]
    public void An_input_is_never_read_as_a_command(string input)
    {
        using var folder = new TemporaryFolder();
        var file = System.IO.Path.Combine(folder.Path, "touched");
        var hostile = $"$(touch {file})\n`touch {file}`\nx; touch {file}\n\"; touch {file}; \"\n'; touch {file}; '\ntouch {file}\n";
        Assert.Equal(2, RunCheck("main", (input, hostile)).Run.Code);
        Assert.False(File.Exists(file));
    }

    [Theory]
    [InlineData("10.0.100", "here=true\n")]
    [InlineData("9.0.300", "here=false\n")]
    [InlineData("100.0.1", "here=false\n")]
    public void The_action_installs_an_sdk_only_where_10_is_missing(string version, string said)
    {
        using var folder = new TemporaryFolder();
        Shell.Succeed(folder.Path, $"printf '#!/bin/sh\\necho {version}\\n' >dotnet && chmod +x dotnet");
        var output = folder.Write("output", "");
        var run = repository.Run("main", Action.Steps[0].Script!, ("GITHUB_ACTION_PATH", Repository.Root), ("GITHUB_OUTPUT", output), ("PATH", $"{folder.Path}:{repository.Environment["PATH"]}"));
        Assert.Equal((0, said), (run.Code, File.ReadAllText(output)));
        Assert.Equal("steps.sdk.outputs.here != 'true'", Action.Steps[1].Keys["if"]);
    }

    [Fact]
    public void After_the_action_the_program_is_on_the_path_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("path", "");
        Assert.Equal(0, repository.Run("main", Action.Steps[2].Script!, ("GITHUB_ACTION_PATH", repository.Folder("tool")), ("RUNNER_TEMP", folder.Path), ("GITHUB_PATH", path)).Code);
        var bin = File.ReadAllText(path).TrimEnd();
        Assert.Equal([System.IO.Path.Combine(bin, "coherencecheck")], Directory.GetFiles(bin));
        Assert.Equal(1, repository.Run("bad", "coherencecheck check specs --quiet", ("PATH", $"{bin}:/usr/bin:/bin:{System.Environment.GetEnvironmentVariable("PATH")}")).Code);
    }

    [Fact]
    public void A_tool_manifest_installs_from_the_folder_alone_and_needs_no_z3()
    {
        var install = "dotnet new tool-manifest >/dev/null && dotnet tool install CoherenceCheck --source ";
        Assert.NotEqual(0, repository.Run("base", $"mkdir -p ../nothing ../other && cd ../other && {install} ../nothing").Code);
        using var folder = new TemporaryFolder();
        var script = $"cp -r specs '{folder.Path}' && cd '{folder.Path}' && {install} '{repository.Folder("packages")}' >/dev/null && dotnet coherencecheck check specs --quiet --trace none && dotnet coherencecheck doctor";
        var run = repository.Run("main", script, ("COHERENCECHECK_Z3", "off"));
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("attributes are decided by: enumerator", run.Output, StringComparison.Ordinal);
        Assert.Contains("3 rows: 3 as expected", run.Output, StringComparison.Ordinal);
    }

    /// <summary>The scripts of the workflow behind the check that its action makes; the first that fails decides.</summary>
    private Run RunWorkflow(string state) => RunCheck(state).Run is { Code: not 0 } failed ? failed : RunScripts(state);

    private Run RunScripts(string state)
    {
        using var temp = new TemporaryFolder();
        return repository.Run(state, Assert.Single(Workflow.Steps, step => step.Script is not null).Script!, ("RUNNER_TEMP", temp.Path));
    }

    /// <summary>The last step of the action with inputs, and what it added to the job's summary; the installed tool stands for the launcher.</summary>
    private (Run Run, string Summary) RunCheck(string state, params (string Name, string Value)[] inputs)
    {
        using var temp = new TemporaryFolder();
        var summary = temp.Write("summary", "");
        var step = Action.Steps[3];
        var variables = step.Map("env").Select(entry => (entry.Key, Value: Action.Inputs.Aggregate(entry.Value, (value, input) =>
            value.Replace($"${{{{ inputs.{input.Key} }}}}", inputs.Any(given => given.Name == input.Key) ? inputs.Single(given => given.Name == input.Key).Value : input.Value, StringComparison.Ordinal))));
        var run = repository.Run(state, step.Script!, [.. variables, ("GITHUB_ACTION_PATH", repository.Folder("tool")), ("RUNNER_TEMP", temp.Path), ("GITHUB_STEP_SUMMARY", summary)]);
        return (run, File.ReadAllText(summary));
    }

    private string Rerun(string state, string body)
    {
        var result = new StringBuilder();
        foreach (var line in body.Split('\n').Where(line => line.StartsWith("$ ", StringComparison.Ordinal)))
        {
            var command = line.Split("  # ", 2)[0];
            var run = repository.Run(state, command[2..]);
            result.Append(command).Append(run.Code == 0 ? "" : $"  # exit code {run.Code}").Append('\n').Append(run.Output).Append(run.Error);
        }

        return result.ToString();
    }
}
