using System.Text.Json;

namespace CoherenceCheck.Cli.Tests;

/// <summary>Minimal sufficient sets against every set, tried one by one.</summary>
public sealed class MinimizeTests
{
    private static readonly string[] Labels = ["sw", "tlb", "ic", "nsh"];

    [Theory]
    [InlineData("CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0")]
    [InlineData("CTR_EL0.DIC = 1 ; CTR_EL0.IDC = 1")]
    [InlineData("CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 1 ; HCR_EL2.FWB = 1")]
    [InlineData("CTR_EL0.DIC = 1 ; CTR_EL0.IDC = 1 ; reading dic_ic_nop = nop")]
    public void Minimal_sets_are_those_that_suffice_while_no_part_of_them_does(string machine)
    {
        var sets = Enumerable.Range(0, 1 << Labels.Length).ToList();
        var rows = sets.Select(set => $"kvm{string.Concat(Labels.Where((_, i) => (set >> i & 1) == 0).Select(label => " without " + label))} : unstated");
        var check = JsonDocument.Parse(Run.Check(Spec(machine, rows), "--format", "json").Output).RootElement.GetProperty("results");
        bool Suffices(int set) => check[set].GetProperty("verdict").GetString() == "holds";
        string Text(int set) => string.Join(' ', Labels.Where((_, i) => (set >> i & 1) != 0));
        var expected = sets.Where(set => Suffices(set) && !sets.Any(part => part != set && (part & ~set) == 0 && Suffices(part))).Select(Text);

        var cell = Assert.Single(Minimize(Spec(machine, ["kvm : unstated"])).GetProperty("results")[0].GetProperty("cells").EnumerateArray());
        var all = (1 << Labels.Length) - 1;
        Assert.Equal(expected.Order(StringComparer.Ordinal), cell.GetProperty("minimal_sets").EnumerateArray().Select(set => string.Join(' ', set.EnumerateArray().Select(label => label.GetString()))).Order(StringComparer.Ordinal));
        Assert.Equal(Suffices(all) ? "holds" : "violated", cell.GetProperty("verdict").GetString());
        Assert.Equal(
            Suffices(all) ? Labels.Where((_, i) => Suffices(all & ~(1 << i))) : [],
            cell.GetProperty("droppable_alone").EnumerateArray().Select(label => label.GetString()));
    }

    [Fact]
    public void A_policy_that_gets_worse_with_an_operation_is_minimized_all_the_same()
    {
        // @keep makes later loads skip the flush, so that the flush alone suffices and the two together do not.
        const string Policy = """
            policy once {
              state done : bool = false
              on switch_out(v, p) { dsb ish @sw }
              on vcpu_load(v, p) {
                if !done { ic iallu @ic ; dsb nsh @nsh ; { done = true ; dmb ish } @keep }
              }
            }
            """;
        var spec = Policy + Spec("CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0", ["once : unstated"]);
        var cell = Minimize(spec).GetProperty("results")[0].GetProperty("cells")[0];
        Assert.Equal("violated", cell.GetProperty("verdict").GetString());
        Assert.Equal("ic nsh sw", string.Join(' ', cell.GetProperty("minimal_sets")[0].EnumerateArray().Select(label => label.GetString()).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void Needless_operations_can_be_stated_together()
    {
        Assert.Equal(0, Run.Check(Spec("CTR_EL0.DIC = 1 ; CTR_EL0.IDC = 1", ["kvm : holds needless sw, tlb"])).Code);
        var run = Run.Check(Spec("CTR_EL0.DIC = 1 ; CTR_EL0.IDC = 1", ["kvm : holds needless sw, ic"]));
        Assert.Equal(1, run.Code);
        Assert.Contains("@sw, @ic are not needless: without them violated", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "CC3012", "--policy", "nobody")]
    [InlineData(3, "CC3010", "--timeout", "0.000001")]
    [InlineData(3, "", "--max-states", "100")]
    public void What_cannot_be_minimized_is_an_error_or_undecided(int code, string words, params string[] options)
    {
        using var folder = new TemporaryFolder();
        var run = Run.Of(["minimize", folder.Write("spec.coh", Spec("CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0", ["kvm : holds"])), "--quiet", .. options]);
        Assert.Equal(code, run.Code);
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
        Assert.Equal(words.Length == 0, run.Output.Contains("undecided", StringComparison.Ordinal));
    }

    [Fact]
    public void A_label_of_a_policy_that_a_program_has_too_is_refused_where_it_would_be_left_out()
    {
        static string With(string row) => Spec("CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0", [row]).Replace("isb ; exec x", "isb @ic ; exec x", StringComparison.Ordinal);
        Assert.Contains("CC0213", Run.Check(With("kvm : holds needless ic")).Error, StringComparison.Ordinal);
        using var folder = new TemporaryFolder();
        var path = folder.Write("spec.coh", With("kvm : holds"));
        Assert.All(new[] { "explain", "minimize" }, command =>
        {
            var run = Run.Of(command, path, "--quiet");
            Assert.Equal(2, run.Code);
            Assert.Contains("CC2009", run.Error, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_setting_without_which_a_configuration_is_illegal_is_not_needless_there()
    {
        const string Machine = "legal ; ID_AA64MMFR2_EL1.FWB = 1 ; HCR_EL2.FWB = 1";
        var spec = Spec(Machine, ["kvm : holds needless nofwb"]).Replace("RWX wb", "RWX MemAttr in {1111, 0111}", StringComparison.Ordinal)
            .Replace("HCR_EL2.FB = 1 ;", "HCR_EL2.FB = 1 ; HCR_EL2.FWB = 0 @nofwb ;", StringComparison.Ordinal);
        var run = Run.Check(spec);
        Assert.Equal(1, run.Code);
        Assert.Contains("@nofwb cannot be left out", run.Output, StringComparison.Ordinal);
        var cells = Minimize(spec).GetProperty("results")[0].GetProperty("cells").EnumerateArray();
        Assert.Contains(cells, cell => cell.GetProperty("when").GetString()!.Contains("1111", StringComparison.Ordinal) && !cell.GetProperty("droppable_alone").ToString().Contains("nofwb", StringComparison.Ordinal));
    }

    [Fact]
    public void Too_many_ways_without_an_operation_are_told_and_not_taken_for_none()
    {
        // With the label FWB is 0, and MemAttr 0101 to 0111 are all Non-cacheable; without it each page behaves in its own way.
        var frames = string.Join('\n', Enumerable.Range(0, 8).Select(i => $"frame f{i} {{ x{i} = old }}"));
        var pages = string.Join('\n', Enumerable.Range(0, 8).Select(i => $"page p{i} = f{i} RWX MemAttr in {{0101, 0110, 0111}}"));
        var spec = $$"""
            policy p { HCR_EL2.FWB = 0 @nofwb ; on switch_out(v, p) { dsb ish @sw } }
            scenario "many" {
              machine { pcpu P0 ; legal ; ID_AA64MMFR2_EL1.FWB = 1 ; reading nc_fetch_point = poc_only }
              {{frames}}
              vm guest {
                {{pages}}
                vcpu A { SCTLR_EL1.M = 0 } { isb }
                vcpu B { SCTLR_EL1.M = 1 } { str new, [x0] ; dc cvau, x0 ; dsb ish ; ic iallu ; dsb ish ; isb ; exec x0 }
              }
              expect fresh_fetch { p : holds needless nofwb }
            }
            """;
        var run = Run.Check(spec);
        Assert.Equal(2, run.Code);
        Assert.Contains("CC2005", run.Error, StringComparison.Ordinal);
        using var folder = new TemporaryFolder();
        Assert.Equal(3, Run.Of("minimize", folder.Write("spec.coh", spec), "--quiet").Code);
    }

    private static JsonElement Minimize(string spec)
    {
        using var folder = new TemporaryFolder();
        var run = Run.Of("minimize", folder.Write("spec.coh", spec), "--format", "json", "--quiet");
        Assert.Equal("", run.Error);
        Assert.Equal(0, run.Code);
        return JsonDocument.Parse(run.Output).RootElement;
    }

    private static string Spec(string machine, IEnumerable<string> rows) => $$"""

        policy kvm {
          HCR_EL2.FB = 1 ; HCR_EL2.BSU = IS
          state last[mmu][pcpu] : vcpu? = none
          on switch_out(v, p) { dsb ish @sw }
          on vcpu_load(v, p) {
            if last[v.mmu][p] != v {
              tlbi vmalle1 @tlb ; ic iallu @ic ; dsb nsh @nsh
              last[v.mmu][p] = v
            }
          }
        }
        scenario "two pCPUs" {
          machine { pcpu P0 ; pcpu P1 ; {{machine}} }
          frame code { x = old }
          vm guest {
            page code = code RWX wb
            vcpu A on {P0} { SCTLR_EL1.M = 0 ; SCTLR_EL1.I = 0 } any { fetch isb }
            vcpu B { SCTLR_EL1.M = 1 } { str new, [x] ; dc cvau, x ; dsb ish ; ic ivau, x ; dsb ish ; isb ; exec x }
          }
          expect fresh_fetch {
            {{string.Join("\n", rows)}}
          }
        }
        """;
}
