using System.Text.Json;

namespace CoherenceCheck.Cli.Tests;

/// <summary>Programs that write code: the specs of specs/code, and what the tool says of such programs.</summary>
public sealed class CodeSpecTests
{
    private const string Jit = """
        scenario "a JIT" {
          machine { pcpu P0 ; pcpu P1 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 }
          frame heap { x = old }
          vm process {
            page heap = heap RWX wb
            vcpu R { SCTLR_EL1.M = 1 } any { fetch isb }
            vcpu W { SCTLR_EL1.M = 1 } { str new, [x] ; dc cvau, x ; dsb ish @between ; ic ivau, x ; dsb ish ; isb ; kick R @ipi ; publish x now ; exec x @call }
          }
          expect fresh_fetch { ROWS }
        }
        """;

    public static TheoryData<string> Files { get; } =
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "specs", "code"), "*.coh").Select(path => Path.GetRelativePath(Repository.Root, path)).Order(StringComparer.Ordinal)];

    /// <summary>Each has the fault of its case and its fix, says where it was asked, and no row of it is empty.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void A_case_has_a_fault_and_a_fix_and_says_where_it_was_asked(string file)
    {
        var run = Run.Of("check", file, "--strict", "--quiet", "--format", "json");
        Assert.Equal((0, ""), (run.Code, run.Error));
        var rows = JsonDocument.Parse(run.Output).RootElement.GetProperty("results").EnumerateArray().Where(row => row.GetProperty("property").GetString() == "fresh_fetch").ToList();
        Assert.Equal(["holds", "violated"], rows.Select(row => row.GetProperty("verdict").GetString()!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.Matches(@"\A// .*(pull request|issue|\b[0-9a-f]{12}\b|Documentation/|arch/arm64/|docs/code\.md|Ian Campbell, 2014)", Repository.Read(file).Split('\n')[0]);
    }

    [Fact]
    public void Explain_names_the_interrupt_and_the_labels_that_a_verdict_relies_on()
    {
        var run = Explain("bare_metal : unstated");
        Assert.Contains("W's 'kick R' @ipi: violated without it\n", run, StringComparison.Ordinal);
        Assert.Contains("W's 'ic ivau, x': violated without it\n", run, StringComparison.Ordinal);
        Assert.Contains("the host's part: vmm's 'kick R': violated without it\n", Explain("bare_metal : unstated", Jit
            .Replace("kick R @ipi ; publish x now ; ", "", StringComparison.Ordinal)
            .Replace("  expect", "  task vmm { await W at end ; kick R ; publish x now }\n  expect", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    /// <summary>With IDC = 1 no maintenance is open before the IC: the DSB waits for the store alone.</summary>
    [Fact]
    public void Explain_does_not_give_leave_to_drop_a_dsb_that_a_store_needs()
    {
        var both = Jit.Replace("CTR_EL0.IDC = 0", "CTR_EL0.IDC in {0, 1}", StringComparison.Ordinal);
        Assert.Contains("W's 'dsb ish' @between: violated without it where IDC = 0; what it does for stores is not judged\n", Explain("bare_metal : unstated", both), StringComparison.Ordinal);
        Assert.All(Explain("bare_metal : unstated", both).Split('\n').Where(line => line.Contains("stores", StringComparison.Ordinal)), line => Assert.Contains("'dsb ish'", line, StringComparison.Ordinal));
    }

    /// <summary>A store that nothing completes before the IC, the ISB or the publication is visible in the model, and need not be on hardware.</summary>
    [Theory]
    [InlineData("dc cvau, x ; dsb ish @between ; ic ivau, x ; dsb ish", "bare_metal without between : holds", "W's 'str new, [x]' has no DSB before 'ic ivau, x'")]
    [InlineData("dc cvau, x ; dsb ish @between ; ic ivau, x ; dsb ish", "bare_metal : holds needless between", "W's 'str new, [x]' has no DSB before 'ic ivau, x'")]
    [InlineData("dc cvau, x ; dsb ish @between ; ic ivau, x ; dsb ish", "bare_metal : holds", null)]
    [InlineData("dsb ishst ; { ic ivau, x ; dsb ish } @rest", "bare_metal : holds", null)]
    [InlineData("ic ivau, x ; dsb ish", "bare_metal : holds", "W's 'str new, [x]' has no DSB before 'ic ivau, x'")]
    [InlineData("dsb ld ; ic ivau, x ; dsb ish", "bare_metal : holds", "W's 'str new, [x]' has no DSB before 'ic ivau, x'")]
    [InlineData("{ dsb ish ; ic ivau, x } @both ; ic ivau, x ; dsb ish", "bare_metal without both : holds", "W's 'str new, [x]' has no DSB before 'ic ivau, x'")]
    public void A_store_without_a_dsb_is_not_judged_and_says_so(string maintenance, string row, string? said)
    {
        var spec = Jit.Replace("dc cvau, x ; dsb ish @between ; ic ivau, x ; dsb ish", maintenance, StringComparison.Ordinal).Replace("CTR_EL0.IDC = 0", "CTR_EL0.IDC = 1", StringComparison.Ordinal);
        var run = Check(row, spec);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal(said is not null, run.Output.Contains("CC3031", StringComparison.Ordinal));
        Assert.Contains(said ?? "as expected", run.Output, StringComparison.Ordinal);
        if (!row.Contains("needless", StringComparison.Ordinal))
        {
            Assert.Equal(said is not null, Explain(row, spec).Contains("CC3031", StringComparison.Ordinal));
        }
    }

    /// <summary>Data is nobody's code: its store need not be complete.</summary>
    [Fact]
    public void A_store_to_a_page_that_nobody_executes_is_not_asked_about()
    {
        var run = Check("bare_metal : holds", Jit.Replace("frame heap", "frame data { d = zero }\n  frame heap", StringComparison.Ordinal)
            .Replace("page heap", "page data = data RW\n    page heap", StringComparison.Ordinal).Replace("isb ; kick", "str one, [d] ; isb ; kick", StringComparison.Ordinal));
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.DoesNotContain("CC3031", run.Output, StringComparison.Ordinal);
    }

    /// <summary>What was published was not earned: a trace does not speak of maintenance that is not complete.</summary>
    [Theory]
    [InlineData("bare_metal without ipi : violated", "; W published it at ")]
    [InlineData("bare_metal without between : violated", "; W published it at ")]
    public void A_trace_says_who_published_what_was_not_seen(string row, string said)
    {
        var run = Check(row);
        Assert.Equal(0, run.Code);
        Assert.Contains(said, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("maintenance was complete", run.Output, StringComparison.Ordinal);
    }

    /// <summary>What comes last counts: a promise that W's own maintenance makes after the publication is W's.</summary>
    [Fact]
    public void A_trace_says_whose_maintenance_was_complete_where_that_came_later()
    {
        var run = Run.Check(Jit.Replace("ROWS", "unhooked : violated", StringComparison.Ordinal)
            .Replace("kick R @ipi ; publish x now ; exec x @call", "exec x", StringComparison.Ordinal)
            .Replace("{ str new", "{ publish x ; str new", StringComparison.Ordinal)
            .Replace("any { fetch isb }", "{ }", StringComparison.Ordinal)
            .Insert(0, "policy unhooked { }\n"));
        Assert.Equal(0, run.Code);
        Assert.Contains("; W's maintenance was complete at ", run.Output, StringComparison.Ordinal);
    }

    /// <summary>Nobody executes: neither where no <c>exec</c> is written, nor where the row leaves out the only one.</summary>
    [Fact]
    public void A_row_without_a_fetch_is_vacuous()
    {
        var none = Jit.Replace("any { fetch isb }", "{ isb }", StringComparison.Ordinal);
        Assert.Contains("CC3033: nobody fetches", Check("bare_metal without call : holds", none).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("CC3033", Check("bare_metal : holds", none).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("CC3033", Check("bare_metal without call : holds").Output, StringComparison.Ordinal);
    }

    private static Run Check(string row, string spec = Jit) => Run.Check(spec.Replace("ROWS", row, StringComparison.Ordinal));

    private static string Explain(string row, string spec = Jit)
    {
        using var folder = new TemporaryFolder();
        var run = Run.Of("explain", folder.Write("spec.coh", spec.Replace("ROWS", row, StringComparison.Ordinal)), "--quiet", "--trace", "none");
        Assert.Equal((0, ""), (run.Code, run.Error));
        return run.Output;
    }
}
