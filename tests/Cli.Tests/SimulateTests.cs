using System.Text.Json;

namespace CoherenceCheck.Cli.Tests;

/// <summary><c>simulate</c>: random walks say what they found, and no more.</summary>
public sealed class SimulateTests
{
    // Few cells and no handlers but one: a walk finds the violation often.
    private static readonly string Violated = Specs.Rows("kvm without ic : violated", "kvm : holds");

    [Fact]
    public void The_same_seed_makes_the_same_walks_and_another_seed_makes_others()
    {
        using var folder = new TemporaryFolder();
        var spec = folder.Write("spec.coh", Violated);
        var first = Run.Of("simulate", spec, "--seed", "5", "--runs", "300");
        Assert.Equal(first, Run.Of("simulate", spec, "--seed", "5", "--runs", "300"));
        Assert.Contains("seed 5: 300 walks of up to 200 steps through 2 systems", first.Output, StringComparison.Ordinal);
        Assert.NotEqual(first.Output, Run.Of("simulate", spec, "--seed", "6", "--runs", "300").Output.Replace("seed 6", "seed 5", StringComparison.Ordinal));
        Assert.Contains("not exhaustive", first.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_violation_that_is_expected_is_told_and_is_no_failure()
    {
        using var folder = new TemporaryFolder();
        var run = Run.Of("simulate", folder.Write("spec.coh", Violated), "--runs", "3000");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Matches(@"kvm without ic +violated in \d+ of [\d,]+ walks, in \d+ steps in walk \d+  as expected", run.Output);
        Assert.Matches(@"fresh_fetch: kvm +not violated in [\d,]+ walks", run.Output);
        Assert.Matches(@"coverage: \d+ of \d+ rules fired", run.Output);
    }

    [Fact]
    public void A_violation_that_is_not_expected_exits_1_with_its_trace_and_can_be_replayed()
    {
        using var folder = new TemporaryFolder();
        var saved = Path.Combine(folder.Path, "found.json");
        var run = Run.Of("simulate", folder.Write("spec.coh", Specs.Rows("kvm without ic : holds")), "--runs", "3000", "--save", saved);
        Assert.Equal(1, run.Code);
        Assert.Contains("EXPECTED HOLDS", run.Output, StringComparison.Ordinal);
        Assert.Contains("STALE", run.Output, StringComparison.Ordinal);
        var replay = Run.Of("replay", saved);
        Assert.Equal((0, ""), (replay.Code, replay.Error));
        Assert.Contains("still violated after", replay.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_no_walk_found_is_undecided_and_never_holds()
    {
        using var folder = new TemporaryFolder();
        var run = Run.Of("simulate", folder.Write("spec.coh", Specs.Rows("kvm : holds")), "--runs", "10", "--format", "json");
        var result = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal("undecided", result.GetProperty("results")[0].GetProperty("verdict").GetString());
        Assert.Equal(10, result.GetProperty("simulation").GetProperty("runs").GetInt32());
        Assert.Equal(0, run.Code);
    }

    [Fact]
    public void A_step_without_a_meaning_is_told_with_its_own_trace()
    {
        using var folder = new TemporaryFolder();
        var text = Specs.With("expect small { kvm : unstated }", "property small: last[guest.mmu][P0] != B", machine: "CTR_EL0.DIC in {0, 1} ; CTR_EL0.IDC = 1")
            .Replace("state last", "state n : 0..2 = 0\n  state last", StringComparison.Ordinal)
            .Replace("if last[v.mmu][p] != v {", "if CTR_EL0.DIC == 1 { n = n + 1 }\n if last[v.mmu][p] != v {", StringComparison.Ordinal);
        var saved = Path.Combine(folder.Path, "found.json");
        var run = Run.Of("simulate", folder.Write("spec.coh", text), "--runs", "400", "--row", "1", "--save", saved);
        Assert.Equal(2, run.Code);
        Assert.Contains("n is given 3, which is outside 0..2", run.Output, StringComparison.Ordinal);
        Assert.Contains("DIC = 1", run.Output, StringComparison.Ordinal);
        Assert.Contains("still model error", Run.Of("replay", saved).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_needless_operation_that_is_needed_leaves_the_row_itself_undecided()
    {
        using var folder = new TemporaryFolder();
        var run = Run.Of("simulate", folder.Write("spec.coh", Specs.Rows("kvm : holds needless ic")), "--runs", "2000", "--trace", "none");
        Assert.Equal(1, run.Code);
        Assert.Matches(@"kvm  not violated in [\d,]+ walks  EXPECTED HOLDS NEEDLESS IC\n +@ic not needless: without, violated", run.Output);
    }

    [Fact]
    public void A_walk_without_end_ends_with_the_time()
    {
        using var folder = new TemporaryFolder();
        var run = Run.Of("simulate", folder.Write("spec.coh", Specs.Rows("kvm : holds")), "--runs", "1", "--depth", "2147483647", "--timeout", "2");
        Assert.Equal(3, run.Code);
        Assert.Contains("CC3010", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_walk_that_stops_at_a_deadlock_finds_it()
    {
        using var folder = new TemporaryFolder();
        var text = Specs.With("expect deadlock { stuck : violated }") + "\npolicy stuck { state s : 0..1 = 0\n on vcpu_load(v, p) { await s == 1 } }\n";
        var run = Run.Of("simulate", folder.Write("spec.coh", text), "--runs", "20");
        Assert.Equal(0, run.Code);
        Assert.Contains("violated in 20 of 20 walks", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--runs", "0", "--runs takes a number above 0")]
    [InlineData("--seed", "x", "--seed")]
    [InlineData("--row", "9", "CC3005")]
    [InlineData("--save", "/no/such/folder/x.json", "CC3013")]
    public void Wrong_arguments_exit_2(string option, string value, string said)
    {
        using var folder = new TemporaryFolder();
        var run = Run.Of("simulate", folder.Write("spec.coh", Violated), option, value);
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_limit_ends_the_walks_and_says_so()
    {
        using var folder = new TemporaryFolder();
        var run = Run.Of("simulate", folder.Write("spec.coh", Violated), "--runs", "100000000", "--timeout", "1");
        Assert.Equal(3, run.Code);
        Assert.Contains("CC3010", run.Error, StringComparison.Ordinal);
        Assert.Contains("seed 1", run.Output, StringComparison.Ordinal);
    }
}
