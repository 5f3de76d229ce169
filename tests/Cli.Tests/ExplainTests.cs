using System.Text.Json;
using CoherenceCheck.Attributes;

namespace CoherenceCheck.Cli.Tests;

/// <summary>Formulas of <c>explain</c> against explorations, and the command's contract.</summary>
public sealed class ExplainTests
{
    private const int Seed = 20260301;

    // With all readings open, those that count as settled too.
    private static readonly string[] Opened = [.. ReadingRegistry.All.Where(reading => reading.Settled is not null).SelectMany(reading => new[] { "--open", reading.Info.Name })];

    private static readonly Lazy<JsonElement[]> Explained = new(() => Results(Run(["--format", "json", .. Opened])));

    [Theory]
    [InlineData("kvm")]
    [InlineData("unhooked")]
    public void A_formula_says_of_random_configurations_what_checking_them_says(string policy)
    {
        var formula = Of(policy).GetProperty("terms");
        var verdicts = new HashSet<bool>();
        foreach (var configuration in RandomConfigurations(120))
        {
            var violated = Checked(configuration, policy) == "violated";
            verdicts.Add(violated);
            Assert.True(violated == Meets(formula, configuration), $"{policy}: {(violated ? "violated" : "holds")} for {Text(configuration)}");
        }

        Assert.Equal(2, verdicts.Count);
    }

    [Theory]
    [InlineData("ic")]
    [InlineData("nsh")]
    [InlineData("sw")]
    public void An_operation_is_needless_where_leaving_it_out_changes_nothing(string label)
    {
        var operation = Of("kvm").GetProperty("operations").EnumerateArray().Single(o => o.GetProperty("label").GetString() == label);
        var seen = new HashSet<bool>();
        foreach (var configuration in RandomConfigurations(40))
        {
            if (Checked(configuration, "kvm") == "holds")
            {
                var needless = Checked(configuration, $"kvm without {label}") == "holds";
                seen.Add(needless);
                Assert.Equal(needless, Meets(operation.GetProperty("terms"), configuration));
            }
        }

        Assert.Contains(true, seen);
    }

    [Fact]
    public void A_wrong_formula_would_be_found_out()
    {
        // The terms of the other policy are wrong for this one.
        var wrong = Of("unhooked").GetProperty("terms");
        Assert.Contains(RandomConfigurations(60), configuration => Checked(configuration, "kvm") == "violated" != Meets(wrong, configuration));
    }

    [Fact]
    public void Every_term_has_a_trace_that_ends_in_a_stale_fetch_in_a_configuration_that_meets_it()
    {
        foreach (var result in Explained.Value)
        {
            foreach (var term in result.GetProperty("terms").EnumerateArray())
            {
                Assert.Equal(term.GetProperty("steps").GetInt32() + 1, term.GetProperty("trace").GetArrayLength());
                Assert.Contains("STALE", term.GetProperty("trace").EnumerateArray().Last().GetProperty("note").GetString(), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void What_holds_relies_on_is_named_with_its_nearest_miss()
    {
        var kvm = Of("kvm");
        Assert.Contains("dic_ic_nop = executes", kvm.GetProperty("relies_on").ToString(), StringComparison.Ordinal);
        Assert.Contains("leaving out @sw turns it into violated", kvm.GetProperty("nearest_miss").GetString(), StringComparison.Ordinal);
        var unhooked = Of("unhooked");
        Assert.Contains("fwb_ifetch = upgrades", unhooked.GetProperty("relies_on").ToString(), StringComparison.Ordinal);
        Assert.Contains("G1", unhooked.GetProperty("promise").ToString(), StringComparison.Ordinal);
        Assert.Contains("dc cvau", unhooked.GetProperty("promise").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_obligation_of_the_guest_that_a_verdict_relies_on_is_named()
    {
        // With IDC = 1 nothing asks for the clean; without it the Point of Coherency stays old.
        var run = Run("--policy", "kvm_2016", "--format", "json", "--scenario", "cleans");
        Assert.Contains("G3", Results(run).Single().GetProperty("relies_on").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_three_forms_say_the_same_formula()
    {
        var formula = Of("kvm").GetProperty("violated_iff").GetString()!;
        Assert.Contains(formula, Run(["--policy", "kvm", "--trace", "none", .. Opened]).Output, StringComparison.Ordinal);
        Assert.All(formula.Split(" or ").Select(term => term.Trim('(', ')')), term => Assert.Contains(term, Run(["--policy", "kvm", "--format", "markdown", .. Opened]).Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Both_deciders_lead_to_the_same_explanation()
    {
        static string Without(Run run) => System.Text.RegularExpressions.Regex.Replace(run.Output, "decided by .*", "", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(5));
        Assert.Equal(Without(Run("--decider", "z3")), Without(Run("--decider", "enumerate")));
    }

    [Theory]
    [InlineData(2, "CC3012", "--policy", "kvn")]
    [InlineData(2, "CC3012", "--scenario", "no such title")]
    [InlineData(2, "--format takes text, json, markdown", "--format", "xml")]
    public void What_cannot_be_explained_is_an_error(int code, string words, params string[] options)
    {
        var run = Run(options);
        Assert.Equal(code, run.Code);
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Output);
    }

    [Fact]
    public void A_limit_leaves_a_part_undecided_and_says_so()
    {
        var run = Run("--policy", "kvm", "--max-states", "1000", "--trace", "none");
        Assert.Equal(3, run.Code);
        Assert.Contains("undecided", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_limit_leaves_questions_open_and_is_no_error()
    {
        var run = Run("--timeout", "0.000001");
        Assert.Equal(3, run.Code);
        Assert.Contains("warning CC3010", run.Error, StringComparison.Ordinal);
    }

    /// <remarks>Wherever the limit falls, between expansion, search and the questions that follow, it is no error.</remarks>
    [Theory]
    [InlineData("0.3")]
    [InlineData("0.8")]
    [InlineData("1.3")]
    [InlineData("1.8")]
    public void A_time_limit_may_fall_anywhere(string seconds)
    {
        var run = Run("--minimize", "--trace", "none", "--timeout", seconds);
        Assert.True(run.Code is 0 or 3, run.Error);
        Assert.DoesNotContain("INTERNAL", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_known_is_not_called_indifferent_or_needed()
    {
        var text = Run("--policy", "kvm", "--max-states", "1000", "--trace", "none").Output;
        Assert.DoesNotContain("holds nowhere", text, StringComparison.Ordinal);
        Assert.DoesNotContain("no difference", text, StringComparison.Ordinal);
        Assert.DoesNotContain("needed wherever", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_machine_without_a_legal_configuration_is_an_error()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("spec.coh", Spec(" ; CTR_EL0.DIC = 1 ; CTR_EL0.IDC = 0", "kvm : holds"));
        var run = Cli.Tests.Run.Of("explain", path, "--quiet");
        Assert.Equal(2, run.Code);
        Assert.Contains("CC2006", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reading_without_its_default_is_not_relied_on()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("spec.coh", Spec(" ; CTR_EL0.DIC = 1 ; reading dic_snoops_nc in {at_store, coherent_fill} ; reading dic_ic_nop = nop", "kvm : unstated"));
        Assert.DoesNotContain("dic_snoops_nc = no", Cli.Tests.Run.Of("explain", path, "--quiet", "--trace", "none").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_host_part_of_a_promise_is_named()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("spec.coh", """
            policy idle { on switch_out(v, p) { dsb ish } }
            scenario "the VMM writes code" {
              machine { pcpu P0 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 ; CLIDR_EL1.LoUU = 1 ; CLIDR_EL1.LoUIS = 1 ; CLIDR_EL1.LoC = 2 ; ID_AA64MMFR2_EL1.FWB = 0 }
              frame code { x = old }
              vm guest { page code = code RWX wb ; vcpu A { SCTLR_EL1.M = 1 } any { fetch isb } }
              task vmm { str new, [x] ; dc cvau, x ; dsb ish ; ic ivau, x ; dsb ish ; publish x }
              expect fresh_fetch { idle : holds }
            }
            """);
        Assert.Contains("the host's part: vmm's 'dc cvau, x'", Cli.Tests.Run.Of("explain", path, "--quiet", "--trace", "none").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Assertions_that_nobody_makes_hold()
    {
        var run = Cli.Tests.Run.Check(Specs.With("expect assertions { kvm : holds }"));
        Assert.Equal(0, run.Code);
    }

    [Fact]
    public void An_interruption_is_told()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Equal(130, Cli.Tests.Run.Of(source.Token, "explain", "specs/kvm/answers.coh", "--quiet").Code);
    }

    private static JsonElement Of(string policy) => Explained.Value.Single(result => result.GetProperty("policy").GetString() == policy && result.GetProperty("scenario").GetString() == "open");

    private static JsonElement[] Results(Run run)
    {
        Assert.Equal("", run.Error);
        return [.. JsonDocument.Parse(run.Output).RootElement.GetProperty("results").EnumerateArray()];
    }

    private static Run Run(params string[] options)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("spec.coh", Spec("", "kvm : unstated\nunhooked : unstated") + """

            scenario "the writer cleans to the PoC" {
              machine { pcpu P0 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 1 ; ID_AA64MMFR2_EL1.FWB = 0 ; CLIDR_EL1.LoC = 2 ; reading sctlr_i_alloc = unified_only }
              frame code { x = old }
              vm guest {
                page code = code RWX wb
                vcpu A { SCTLR_EL1.M = 0 ; SCTLR_EL1.I = 0 } any { fetch isb }
                vcpu B { SCTLR_EL1.M = 1 } { str new, [x] ; dc cvac, x ; dsb ish ; ic ivau, x ; dsb ish ; isb ; exec x }
              }
              expect fresh_fetch { kvm_2016 : unstated }
            }
            """);
        var run = Cli.Tests.Run.Of(["explain", path, "--quiet", .. options]);
        return run with { Output = run.Output.Replace(path, "spec.coh", StringComparison.Ordinal) };
    }

    private static string Checked(Dictionary<string, string> configuration, string policy)
    {
        var settings = string.Join(" ; ", configuration.Select(pair => $"{(ReadingRegistry.Find(pair.Key) is null ? "" : "reading ")}{pair.Key} = {pair.Value}"));
        var run = Cli.Tests.Run.Check(Spec(" ; " + settings, $"{policy} : unstated"), "--format", "json");
        Assert.Equal("", run.Error);
        return JsonDocument.Parse(run.Output).RootElement.GetProperty("results")[0].GetProperty("verdict").GetString()!;
    }

    private static string Spec(string machine, string rows) => Specs.Policies + $$"""

        policy unhooked { HCR_EL2.FB = 1 ; HCR_EL2.BSU = IS ; on switch_out(v, p) { dsb ish @sw } }
        policy kvm_2016 = kvm without ic
        scenario "open" {
          machine { pcpu P0 ; pcpu P1 {{machine}} }
          frame code { x = old }
          vm guest {
            page code = code RWX wb
            vcpu A on {P0} { SCTLR_EL1.M = 0 ; SCTLR_EL1.I = 0 } any { fetch isb }
            vcpu B { SCTLR_EL1.M = 1 } { str new, [x] ; dc cvau, x ; dsb ish ; ic ivau, x ; dsb ish ; isb ; exec x }
          }
          expect fresh_fetch { {{rows}} }
        }
        """;

    /// <summary>Whether some term is met: raw fields and readings as they are, IDC and FWB as CTR_EL0 and CLIDR_EL1 have them.</summary>
    private static bool Meets(JsonElement terms, Dictionary<string, string> configuration) => terms.EnumerateArray().Any(term =>
        term.GetProperty("when").EnumerateObject().All(literal =>
        {
            var value = literal.Name switch
            {
                "DIC" => configuration["CTR_EL0.DIC"],
                "FWB" => configuration["ID_AA64MMFR2_EL1.FWB"],
                "IDC" => Idc(configuration) ? "1" : "0",
                _ => configuration[literal.Name],
            };
            return literal.Value.ValueKind == JsonValueKind.String
                ? literal.Value.GetString() == value
                : literal.Value.EnumerateArray().Any(allowed => allowed.GetString() == value);
        }));

    private static bool Idc(Dictionary<string, string> c) => c["CTR_EL0.IDC"] == "1"
        || (c["idc_effective"] == "full" && (c["CLIDR_EL1.LoC"] == "0" || (c["CLIDR_EL1.LoUU"] == "0" && c["CLIDR_EL1.LoUIS"] == "0")));

    /// <summary>Legal configurations of all that explain opens.</summary>
    private static IEnumerable<Dictionary<string, string>> RandomConfigurations(int count)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        string Bit() => random.Next(2).ToString();
        string Level() => random.Next(2) == 0 ? "0" : random.Next(3).ToString();
        while (count > 0)
        {
            var c = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["CTR_EL0.DIC"] = Bit(),
                ["CTR_EL0.IDC"] = Bit(),
                ["CLIDR_EL1.LoUU"] = Level(),
                ["CLIDR_EL1.LoUIS"] = Level(),
                ["CLIDR_EL1.LoC"] = random.Next(3) == 0 ? "0" : "2",
                ["ID_AA64MMFR2_EL1.FWB"] = Bit(),
            };
            foreach (var reading in ReadingRegistry.All.Where(reading => !reading.IsOnRequest))
            {
                var values = reading.Info.Values.Where(value => value.Refusal is null).ToList();
                if (values.Count > 1)
                {
                    c[reading.Info.Name] = values[random.Next(values.Count)].Name;
                }
            }

            // C1, C7, C3.
            var isLegal = (c["CTR_EL0.DIC"] == "0" || c["CTR_EL0.IDC"] == "1")
                && string.CompareOrdinal(c["CLIDR_EL1.LoUU"], c["CLIDR_EL1.LoUIS"]) <= 0 && string.CompareOrdinal(c["CLIDR_EL1.LoUIS"], c["CLIDR_EL1.LoC"]) <= 0
                && (c["ID_AA64MMFR2_EL1.FWB"] == "0" || c["fwb_implies_idc"] == "no" || c["CLIDR_EL1.LoUIS"] == "0");
            if (isLegal)
            {
                count--;
                yield return c;
            }
        }
    }

    private static string Text(Dictionary<string, string> configuration) => string.Join(", ", configuration.Select(pair => $"{pair.Key} = {pair.Value}"));
}
