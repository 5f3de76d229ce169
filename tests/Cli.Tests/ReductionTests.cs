using System.Text.Json;

namespace CoherenceCheck.Cli.Tests;

/// <summary>Reductions change no verdict and no length of a counterexample, and say what they saved.</summary>
public sealed class ReductionTests
{
    private const string Guests = """
        policy idle { }
        scenario "guests" {
          machine { pcpu P0 ; pcpu P1 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 1 }
          frame code { x = old }
          vm guest {
            page code = code RWX wb
            vcpu A { SCTLR_EL1.M = 1 } any { fetch store cvau ivau barrier }
            vcpu B { SCTLR_EL1.M = 1 } any { fetch store cvau ivau barrier }
          }
          expect fresh_fetch { idle : violated }
        }
        """;

    [Fact]
    public void No_shipped_verdict_or_counterexample_depends_on_reductions()
    {
        var whole = Rows("none");
        var reduced = Rows("symmetry,partial-order,slicing");
        Assert.True(whole.Count > 150);
        Assert.Equal(whole, reduced);
        Assert.Contains(whole, row => row.Verdict == "violated" && row.Depth > 30);
    }

    [Fact]
    public void Statistics_say_what_was_saved()
    {
        var run = Run.Check(Guests, "--reduce", "symmetry", "--stats");
        Assert.Matches(@"symmetry: [\d,]+ states of 1 system stand for [\d,]+\n", run.Output);
        using var json = JsonDocument.Parse(Run.Check(Guests, "--reduce", "symmetry", "--stats", "--format", "json").Output);
        var saved = json.RootElement.GetProperty("statistics").GetProperty("reductions");
        var states = json.RootElement.GetProperty("statistics").GetProperty("states").GetInt64();
        using var whole = JsonDocument.Parse(Run.Check(Guests, "--reduce", "none", "--stats", "--format", "json").Output);
        Assert.Equal(whole.RootElement.GetProperty("statistics").GetProperty("states").GetInt64(), saved.GetProperty("represented_states").GetInt64());
        Assert.InRange(states, saved.GetProperty("represented_states").GetInt64() / 4, saved.GetProperty("represented_states").GetInt64() / 3);
    }

    [Theory]
    [InlineData("all")]
    [InlineData("symmetry,")]
    [InlineData("")]
    public void A_reduction_that_is_not_known_is_a_usage_error(string name)
    {
        var run = Run.Check(Guests, "--reduce", name);
        Assert.Equal(2, run.Code);
        Assert.Contains("--reduce takes auto, none, or names of reductions", run.Error, StringComparison.Ordinal);
    }

    private static List<(string Spec, int Line, string Verdict, bool Met, int Depth)> Rows(string reductions)
    {
        using var json = JsonDocument.Parse(Run.Of("check", "specs", "--quiet", "--trace", "none", "--format", "json", "--reduce", reductions).Output);
        return
        [
            .. json.RootElement.GetProperty("results").EnumerateArray().Select(row => (
                row.GetProperty("spec").GetString()!,
                row.GetProperty("line").GetInt32(),
                row.GetProperty("verdict").GetString()!,
                row.GetProperty("met").GetBoolean(),
                row.GetProperty("verdict").GetString() == "violated" ? row.GetProperty("depth").GetInt32() : 0)),
        ];
    }
}
