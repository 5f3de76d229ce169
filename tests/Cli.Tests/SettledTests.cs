using System.Text.Json;
using CoherenceCheck.Attributes;

namespace CoherenceCheck.Cli.Tests;

/// <summary>Readings that count as settled: <c>explain</c> leaves them at their values unless the spec or an option opens them.</summary>
public sealed class SettledTests
{
    private const string Line = "  settled: sctlr_i_alloc = unified_only (the note of D7.5.5, and D7.5.7, contradict the other value); --open sctlr_i_alloc asks\n";

    [Theory]
    [InlineData("", "", false, true)]
    [InlineData("", "--open sctlr_i_alloc", true, false)]
    [InlineData("reading sctlr_i_alloc in any", "", true, false)]
    [InlineData("reading sctlr_i_alloc = icache", "", false, false)]
    [InlineData("reading sctlr_i_alloc = icache", "--open sctlr_i_alloc", false, false)]
    public void A_settled_reading_is_open_only_where_it_is_asked_for(string machine, string options, bool isOpen, bool isSaid)
    {
        var text = Explain(machine, options);
        Assert.Equal(0, text.Code);
        Assert.Equal(isOpen, text.Output.Split('\n').Single(line => line.StartsWith("  open: ", StringComparison.Ordinal)).Contains("sctlr_i_alloc", StringComparison.Ordinal));
        Assert.Equal(isSaid, text.Output.Contains(Line, StringComparison.Ordinal));
        Assert.Equal(isSaid, Explain(machine, options + " --format markdown").Output.Contains("but `sctlr_i_alloc = unified_only`, which counts as settled", StringComparison.Ordinal));
        using var json = JsonDocument.Parse(Explain(machine, options + " --format json").Output);
        var settled = json.RootElement.GetProperty("results")[0].GetProperty("settled_readings").EnumerateArray().ToList();
        Assert.Equal(isSaid ? "sctlr_i_alloc = unified_only" : "", string.Join(' ', settled.Select(one => $"{one.GetProperty("reading").GetString()} = {one.GetProperty("value").GetString()}")));
        Assert.All(settled, one => Assert.Contains("D7.5.7", one.GetProperty("why").GetString()!, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "", "out_of_context_fill, nc_data_hit, bbm, walks")]
    [InlineData("reading bbm = flag", "--open walks", "out_of_context_fill, nc_data_hit")]
    public void Readings_about_which_nothing_was_asked_are_named(string machine, string options, string readings)
    {
        Assert.Contains($"  on request: {readings} (--open NAME asks)\n", Explain(machine, options).Output, StringComparison.Ordinal);
        Assert.Contains($"; `{readings.Replace(", ", "`, `", StringComparison.Ordinal)}` are asked about on request alone", Explain(machine, options + " --format markdown").Output, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(Explain(machine, options + " --format json").Output);
        Assert.Equal(readings, string.Join(", ", json.RootElement.GetProperty("results")[0].GetProperty("readings_on_request").EnumerateArray().Select(one => one.GetString())));
    }

    /// <summary>To open it can only add what is under its other values.</summary>
    [Fact]
    public void What_is_found_with_it_settled_is_what_is_found_at_its_value()
    {
        static string? Formula(string machine) => JsonDocument.Parse(Explain(machine, "--format json").Output).RootElement.GetProperty("results")[0].GetProperty("violated_iff").GetString();
        Assert.Equal(Formula("reading sctlr_i_alloc = unified_only"), Formula(""));
        Assert.NotEqual(Formula("reading sctlr_i_alloc in any"), Formula(""));
    }

    [Fact]
    public void A_reading_that_is_not_settled_is_no_value_of_the_option()
    {
        var run = Explain("", "--open fwb_ifetch");
        Assert.Equal(2, run.Code);
        Assert.Contains("--open takes sctlr_i_alloc", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_settled_reading_says_why_and_has_another_value_that_is_modelled()
    {
        var settled = ReadingRegistry.All.Where(reading => reading.Settled is not null).ToList();
        Assert.Contains(settled, reading => reading.Info.Name == "sctlr_i_alloc");
        Assert.All(settled, reading =>
        {
            Assert.NotEmpty(reading.Settled!);
            Assert.True(reading.Info.Values.Count(value => value.Refusal is null) > 1, reading.Info.Name);
        });
    }

    private static Run Explain(string machine, string options)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("spec.coh", Specs.With("expect fresh_fetch { none : unstated }", machine: "CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 1 ; ID_AA64MMFR2_EL1.FWB = 0 ; reading nc_fetch_point = poc_only ; " + machine)
            .Replace(Specs.Policies, "", StringComparison.Ordinal));
        return Run.Of(["explain", path, "--quiet", "--trace", "none", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
    }
}
