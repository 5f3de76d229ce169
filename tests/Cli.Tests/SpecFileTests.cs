namespace CoherenceCheck.Cli.Tests;

/// <summary>Every spec below <c>tests/specs</c> comes to what its head says: a new case costs a file.</summary>
public sealed class SpecFileTests
{
    private const string Holds = """
        scenario "one vCPU" {
          machine { pcpu P0 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 }
          frame code { x = old }
          vm guest { page code = code RWX wb
            vcpu A { SCTLR_EL1.M = 1 } { isb } }
          expect fresh_fetch { none : holds }
        }
        """;

    private const string Unknown = "scenario \"s\" { machine { pcpu P0 }\nframe f { x = old }\nvm g { page f = f\nvcpu A { } { isb } }\nexpect fresh_fetch { nun : holds } }";

    public static TheoryData<string> Files => [.. Directory.GetFiles(Path.Combine(Repository.Root, "tests", "specs"), "*.coh", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void What_the_head_of_a_spec_says_comes_out(string path)
    {
        var failures = SpecFile.Failures(path, Repository.Read(path)).ToList();
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Fact]
    public void Specs_that_are_meant_to_fail_are_no_part_of_what_is_checked()
    {
        Assert.NotEmpty(Files);
        Assert.DoesNotContain(Files, file => file.Data.StartsWith("specs/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", Holds)]
    [InlineData("// Just a comment: expected by nobody.\n", Holds)]
    [InlineData("// expect exit: 0\n// expect output: 1 row: 1 as expected\n", Holds)]
    [InlineData("// expect exit: 2\n// expect code: CC0202 at line 7\n", Unknown)]
    [InlineData("// expect no output: violated\n", Holds)]
    [InlineData("// expect exit: 1 or 2\n// expect code: CC0202\n", Unknown)]
    [InlineData("// command: check --trace none\n// command: show\n// expect output: one vCPU\n", Holds)]
    public void What_is_as_expected_is_no_failure(string head, string spec) => Assert.Empty(Failures(head + spec));

    [Theory]
    [InlineData("", Unknown, "check: exit code 2, not 0")]
    [InlineData("// expect exit: 1\n", Holds, "check: exit code 0, not 1")]
    [InlineData("// expect exit: 1 or 3\n", Holds, "check: exit code 0, not 1 or 3")]
    [InlineData("// expect code: CC0202\n", Holds, "check: no CC0202")]
    [InlineData("// expect exit: 2\n// expect code: CC0203\n", Unknown, "check: no CC0203")]
    [InlineData("// expect exit: 2\n// expect code: CC0202 at line 6\n", Unknown, "check: no CC0202 at line 6")]
    [InlineData("// expect output: violated\n", Holds, "check: 'violated' is not printed")]
    [InlineData("// expect no output: holds\n", Holds, "check: 'holds' is printed")]
    [InlineData("// command: check --max-states many\n", Holds, "check --max-states many: exit code 2, not 0")]
    [InlineData("// command: show\n// command: check\n// expect exit: 3\n", Holds, "check: exit code 0, not 3")]
    [InlineData("// expect exit: 3\n// command: show\n", Holds, "check: exit code 0, not 3")]
    public void What_is_not_as_expected_is_a_failure(string head, string spec, string failure) =>
        Assert.StartsWith(failure, Assert.Single(Failures(head + spec)), StringComparison.Ordinal);

    [Theory]
    [InlineData("// expect exit 1\n")]
    [InlineData("// expect exit: one\n")]
    [InlineData("// expect exit:\n")]
    [InlineData("// expects exit: 1\n")]
    [InlineData("// expect line: 1\n")]
    [InlineData("// Expect exit: 1\n")]
    [InlineData("// expect code: CC504\n")]
    [InlineData("// expect code: CC0504 line 12\n")]
    [InlineData("// expect output:\n")]
    [InlineData("// expect no output:\n")]
    [InlineData("// command check\n")]
    [InlineData("// command:\n")]
    public void What_only_looks_like_an_expectation_is_refused(string head) => Assert.Throws<FormatException>(() => SpecFile.Read(head + Holds));

    private static List<string> Failures(string text)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("spec.coh", text);
        return [.. SpecFile.Failures(path, text)];
    }
}
