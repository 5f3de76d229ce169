namespace CoherenceCheck.Cli.Tests;

/// <summary>action.yml and the workflow of docs/ci.md, as text; <see cref="PolicyRepositoryTests"/> runs their scripts.</summary>
public sealed class ActionFileTests
{
    private const string Good = """
        inputs:
          paths:
            description: Where.
            default: 'specs'
        runs:
          using: composite
          steps:
            - name: one
              shell: bash
              env:
                INPUT_PATHS: ${{ inputs.paths }}
              run: |
                if true; then
                  echo "$INPUT_PATHS"
                fi
            - uses: actions/checkout@v5

        """;

    private static ActionFile Action => ActionFile.Parse(Repository.Read("action.yml"));

    [Fact]
    public void The_action_has_no_fault()
    {
        Assert.Equal(["args", "baseline", "paths", "reports", "strict"], Action.Inputs.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("specs", Action.Inputs["paths"]);
        Assert.Equal(4, Action.Steps.Count);
        Assert.Empty(Action.Faults());
    }

    [Fact]
    public void The_workflow_has_no_fault_and_uses_this_version_of_the_action()
    {
        var workflow = ActionFile.Parse(PolicyDocument.Files[".github/workflows/coherence.yml"]);
        Assert.Empty(workflow.Faults(Action));
        var version = Run.Of("doctor").Output.Split(' ', 3)[1].TrimEnd(',');
        Assert.Contains(workflow.Steps, step => step.Uses == $"OWNER/CoherenceCheck@v{version}");
    }

    [Fact]
    public void A_step_is_read_with_its_script_and_environment()
    {
        var file = ActionFile.Parse(Good);
        Assert.Empty(file.Faults());
        Assert.Equal("specs", file.Inputs["paths"]);
        Assert.Equal(2, file.Steps.Count);
        Assert.Equal("if true; then\n  echo \"$INPUT_PATHS\"\nfi\n", file.Steps[0].Script);
        Assert.Equal("${{ inputs.paths }}", file.Steps[0].Map("env")["INPUT_PATHS"]);
        Assert.Equal("actions/checkout@v5", file.Steps[1].Uses);
    }

    [Theory]
    [InlineData("echo \"$INPUT_PATHS\"", "echo \"${{ inputs.paths }}\"", "an expression within a script")]
    [InlineData("${{ inputs.paths }}", "${{ inputs.path }}", "not declared: path")]
    [InlineData("${{ inputs.paths }}", "specs", "not used: paths")]
    [InlineData("@v5", "@main", "no version")]
    [InlineData("@v5", "", "no version")]
    [InlineData("      shell: bash\n", "", "names no shell")]
    [InlineData("uses: actions/checkout@v5", "name: nothing", "neither runs nor uses")]
    public void A_fault_of_an_action_is_found(string good, string bad, string fault)
    {
        Assert.Contains(good, Good, StringComparison.Ordinal);
        Assert.Contains(ActionFile.Parse(Good.Replace(good, bad, StringComparison.Ordinal)).Faults(), found => found.Contains(fault, StringComparison.Ordinal));
    }

    [Fact]
    public void An_input_that_the_action_does_not_have_is_found()
    {
        var workflow = PolicyDocument.Files[".github/workflows/coherence.yml"].Replace("paths: specs", "path: specs", StringComparison.Ordinal);
        Assert.Contains("no such input: path", ActionFile.Parse(workflow).Faults(Action));
    }
}
