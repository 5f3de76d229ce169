using CoherenceCheck.Explorer;
using CoherenceCheck.Model.Tests.Support;

namespace CoherenceCheck.Model.Tests;

/// <summary>vCPUs that are not there from the beginning, nor for good; that are paused; that have to stay where they are.</summary>
public sealed class LifeCycleTests(ITestOutputHelper output)
{
    private const string Load = "str img, [x] ; dc civac, x ; dsb ish ; ";

    /// <summary>The zone's own CPU invalidates before the first entry: enough for a vCPU that starts when its image is there, whatever was in I-caches before.</summary>
    [Theory]
    [InlineData("ic iallu ; dsb nsh ; isb", "starts when vmm at end", Verdict.Holds)]
    [InlineData("isb", "starts when vmm at end", Verdict.Violated)]
    [InlineData("ic iallu ; dsb nsh ; isb", "", Verdict.Violated)]
    public void An_ic_before_the_first_entry_is_enough_where_nobody_enters_before(string atEntry, string head, Verdict verdict) => Assert.Equal(verdict, Only(
        $"policy hv {{ HCR_EL2.FB = 1\nstate done : bool = false\non guest_entry(v, p) {{ if !done {{ {atEntry} ; done = true }} }} }}",
        $"vcpu A on {{P1}} {head} {{ SCTLR_EL1.M = 0 }} {{ exec x }}", Load + "publish x", "hv").Explore().Verdict);

    /// <summary>Started again with another image: what the first life left in I-caches has to go.</summary>
    [Theory]
    [InlineData("none", "ic ialluis ; dsb ish ; ", Verdict.Holds)]
    [InlineData("none", "", Verdict.Violated)]
    [InlineData("bare_metal", "ic ialluis ; dsb ish ; ", Verdict.Holds)]
    [InlineData("bare_metal", "", Verdict.Violated)]
    public void A_reset_vcpu_must_not_execute_what_its_first_life_left(string policy, string invalidation, Verdict verdict) => Assert.Equal(verdict, Only(
        "", "vcpu A on {P1} stopped { SCTLR_EL1.M = 0 } { exec x }",
        Load + "ic ialluis ; dsb ish ; publish x ; start A ; await A at end ; stop A ; str second, [x] ; dc civac, x ; dsb ish ; " + invalidation + "publish x ; reset A { SCTLR_EL1.M = 1 } ; start A",
        policy).Explore().Verdict);

    /// <summary>Who is not there, or is paused, executes nothing, with a host and without.</summary>
    [Theory]
    [InlineData("stopped", "isb", "isb")]
    [InlineData("starts when false", "isb", "isb")]
    [InlineData("", "await vmm past done ; isb ; isb", "stop A @done")]
    [InlineData("", "await vmm past done ; isb ; isb", "pause A @done")]
    public void A_vcpu_that_is_not_there_executes_nothing(string head, string program, string task)
    {
        foreach (var policy in new[] { "none", "bare_metal" })
        {
            var cell = Assert.Single(Specs.Cells(
                $$"""
                scenario "gone" {
                  machine { pcpu P0 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 }
                  frame code { x = old }
                  vm guest { page code = code RWX wb ; vcpu A {{head}} { SCTLR_EL1.M = 1 } { {{program}} } }
                  task vmm { {{task}} }
                  property never: !(A at end)
                  expect never { {{policy}} : unstated }
                }
                """));
            Assert.Equal(Verdict.Holds, cell.Explore().Verdict);
        }
    }

    /// <summary>After a reset nothing has been passed.</summary>
    [Fact]
    public void A_reset_forgets_what_was_passed() => Assert.Equal(Verdict.Holds, Assert.Single(Specs.Cells(
        """
        scenario "again" {
          machine { pcpu P0 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 }
          frame code { x = old }
          vm guest { page code = code RWX wb ; vcpu A { SCTLR_EL1.M = 1 } { isb @first ; isb } }
          task vmm { await A at end ; reset A @again }
          property forgets: !(vmm past again) || !(A past first)
          expect forgets { none : unstated }
        }
        """)).Explore().Verdict);

    /// <summary>A reset puts the program to its beginning, and SCTLR_EL1 to what it says.</summary>
    [Theory]
    [InlineData("reset A { SCTLR_EL1.M = 1 }", 1)]
    [InlineData("reset A { SCTLR_EL1.I = 1 }", 0)]
    [InlineData("reset A", 0)]
    public void A_reset_sets_what_it_says_and_begins_again(string reset, int mmu)
    {
        var cell = Assert.Single(Specs.Cells(
            $$"""
            scenario "reset" {
              machine { pcpu P0 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 }
              frame code { x = old }
              vm guest { page code = code RWX wb ; vcpu A { SCTLR_EL1.M = 0 } { msr SCTLR_EL1.M, 1 ; isb ; msr SCTLR_EL1.M, 0 ; isb @last } }
              task vmm { await A at end ; {{reset}} ; start A @again }
              property stays: !(vmm past again) || A at last || A.SCTLR_EL1.M == {{mmu}} || A.SCTLR_EL1.M == 0
              property begins: !(vmm past again) || !(A at end)
              expect begins { none : unstated }
            }
            """));
        Assert.Equal(Verdict.Violated, cell.Explore().Verdict);
    }

    /// <summary>Who is paused has nothing in its pipeline, and is promised what is published meanwhile.</summary>
    [Theory]
    [InlineData("pause A ; " + Load + "ic ialluis ; dsb ish ; publish x ; resume A", Verdict.Holds)]
    [InlineData("pause A ; " + Load + "publish x ; resume A", Verdict.Violated)]
    [InlineData(Load + "ic ialluis ; dsb ish ; publish x now", Verdict.Violated)]
    [InlineData("pause A ; " + Load + "ic ialluis ; dsb ish ; publish x now ; resume A", Verdict.Holds)]
    public void A_paused_vcpu_sees_what_is_published_meanwhile(string task, Verdict verdict)
    {
        foreach (var policy in new[] { "none", "bare_metal" })
        {
            Assert.Equal(verdict, Only("", "vcpu A on {P1} { SCTLR_EL1.M = 1 } any { fetch }", task, policy).Explore().Verdict);
        }
    }

    /// <summary>Until its label is passed a vCPU stays on the pCPU on which it was loaded first.</summary>
    [Theory]
    [InlineData("moves after done", Verdict.Holds)]
    [InlineData("", Verdict.Violated)]
    [InlineData("moves when true", Verdict.Violated)]
    public void A_vcpu_stays_where_it_is_until_it_may_move(string head, Verdict verdict) => Assert.Equal(verdict, Assert.Single(Specs.Cells(
        $$"""
        policy note { state first : pcpu? = none ; state moved : bool = false
          on vcpu_load(v, p) { if first == none { first = p } else { if first != p { moved = true } } } }
        scenario "moves" {
          machine { pcpu P0 ; pcpu P1 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 }
          frame code { x = old }
          vm guest { page code = code RWX wb ; vcpu A {{head}} { SCTLR_EL1.M = 1 } { isb ; isb @done ; isb } }
          property stays: !moved || A past done
          expect stays { note : unstated }
        }
        """)).Explore().Verdict);

    /// <summary>What is left out equals the text without it: words that change nothing change no count.</summary>
    [Theory]
    [InlineData("moves when true", "")]
    [InlineData("starts when true", "")]
    public void Words_that_restrict_nothing_change_no_verdict(string head, string without)
    {
        foreach (var policy in new[] { "none", "bare_metal" })
        {
            var with = Only("", $"vcpu A {head} {{ SCTLR_EL1.M = 1 }} {{ exec x ; isb ; exec x }}", Load + "publish x", policy).Explore().Verdict;
            Assert.Equal(Only("", $"vcpu A {without} {{ SCTLR_EL1.M = 1 }} {{ exec x ; isb ; exec x }}", Load + "publish x", policy).Explore().Verdict, with);
        }
    }

    /// <summary>Bare metal is never stale against itself, whoever comes and goes, as long as nobody promises anything.</summary>
    [Fact]
    public void Bare_metal_whose_vcpus_come_and_go_is_never_stale()
    {
        var states = 0L;
        for (var seed = 1; seed <= 300; seed++)
        {
            var text = RandomLife(seed);
            foreach (var cell in Specs.Cells(text))
            {
                var result = cell.Explore();
                Assert.True(result.Verdict == Verdict.Holds, $"seed {seed}: {result.Verdict}\n{text}");
                states += result.States;
            }
        }

        output.WriteLine($"{states:N0} states");
    }

    private static string RandomLife(int seed)
    {
        var random = new Random(seed);
        string Pick(params string[] all) => all[random.Next(all.Length)];
        string Program(int length) => string.Join(" ; ", Enumerable.Range(0, length).Select(i => Pick(
            "exec x", "exec x", $"str n{i}, [x]", "dc cvau, x", "dc civac, x", "ic ivau, x", "ic iallu", "dsb ish", "dsb ish", "dsb nsh", "isb", "isb", "msr SCTLR_EL1.M, 1 ; isb", "msr SCTLR_EL1.M, 0 ; isb")));
        string Task(int length) => string.Join(" ; ", Enumerable.Range(0, length).Select(i => Pick(
            "start A", "start B", "stop A", "stop B", "pause A", "resume A", "pause B", "resume B", "reset A { SCTLR_EL1.M = 1 }", "reset B", "kick A", $"str h{i}, [x]", "dc cvac, x", "dsb ish")));
        string Head() => Pick("", "stopped", "starts when B at end || vmm at end", "starts when vmm at end");
        return $$"""
            scenario "life {{seed}}" {
              machine { pcpu P0 ; pcpu P1 ; CTR_EL0.DIC in {0, 1} ; CTR_EL0.IDC in {0, 1} ; legal ; reading nc_fetch_point = {{Pick("poc_only", "poc_or_pou")}} }
              frame code { x = old }
              vm guest {
                page code = code RWX wb
                vcpu A {{Head()}} { SCTLR_EL1.M = {{Pick("0", "1")}} } { {{Program(random.Next(2, 6))}} }
                vcpu B {{Head()}} { SCTLR_EL1.M = {{Pick("0", "1")}} } { {{Program(random.Next(1, 5))}} }
              }
              task vmm { {{Task(random.Next(2, 6))}} }
              expect fresh_fetch { bare_metal : unstated }
            }
            """;
    }

    private static CellCase Only(string policies, string vcpu, string task, string policy) => Assert.Single(Specs.Cells(
        $$"""
        {{policies}}
        scenario "life" {
          machine { pcpu P0 ; pcpu P1 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 }
          frame code { x = old }
          vm guest { page code = code RWX wb ; {{vcpu}} }
          task vmm on {P0} { {{task}} }
          expect fresh_fetch { {{policy}} : unstated }
        }
        """));
}
