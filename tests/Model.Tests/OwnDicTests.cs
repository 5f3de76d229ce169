using System.Globalization;
using CoherenceCheck.Explorer;
using CoherenceCheck.Model.Tests.Support;
using CoherenceCheck.Model.Tests.Translation.Faults;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests;

/// <summary>CTR_EL0.DIC of one pCPU, and what one vCPU is told of it: laws on random hosts and guests, by the line and by address, and faults.</summary>
public sealed class OwnDicTests(ITestOutputHelper output)
{
    private const long Largest = 60_000;

    private static int Guests(int normally) => int.Parse(Environment.GetEnvironmentVariable("COHERENCECHECK_GUESTS") ?? $"{normally}", CultureInfo.InvariantCulture);

    private static int FirstSeed => int.Parse(Environment.GetEnvironmentVariable("COHERENCECHECK_SEED") ?? "1", CultureInfo.InvariantCulture);

    private static string Readings(Random random, string? icIsNop) =>
        $"reading dic_snoops_nc = {Pick(random, "no", "at_store", "coherent_fill")} ; reading dic_ic_nop = {icIsNop ?? Pick(random, "nop", "executes")} ; reading nc_fetch_point = {Pick(random, "poc_only", "poc_or_pou")}";

    /// <summary>What each CPU says of itself, and each vCPU is told by itself, is what the machine could have said, and the VM.</summary>
    [Fact]
    public void To_say_it_of_each_is_to_say_it_of_all() => Compare(Guests(80), (random, dic, told) =>
    (
        ($"CTR_EL0.DIC = {dic}", "", "", $"CTR_EL0.DIC = {told}", "", ""),
        ($"CTR_EL0.DIC = {1 - dic}", $"{{ CTR_EL0.DIC = {dic} }}", $"{{ CTR_EL0.DIC = {dic} }}", $"CTR_EL0.DIC = {random.Next(2)}", $"CTR_EL0.DIC = {told}", $"CTR_EL0.DIC = {told}")),
        (all, each) => all == each);

    /// <summary>A coherent I-cache delivers nothing that another could not, unless IC does nothing there: what is violated with it on one CPU is violated without.</summary>
    [Fact]
    public void A_coherent_CPU_never_turns_holds_into_violated() => Compare(Guests(80), (random, dic, told) =>
    (
        ($"CTR_EL0.DIC = {dic}", "", "{ CTR_EL0.DIC = 1 }", $"CTR_EL0.DIC = {told}", "", ""),
        ($"CTR_EL0.DIC = {dic}", "", "{ CTR_EL0.DIC = 0 }", $"CTR_EL0.DIC = {told}", "", "")),
        (coherent, not) => coherent == Verdict.Holds || not == Verdict.Violated,
        icIsNop: "executes");

    /// <summary>To be told that I-caches are coherent is to be promised more.</summary>
    [Fact]
    public void A_vCPU_that_is_told_more_never_turns_violated_into_holds() => Compare(Guests(80), (random, dic, told) =>
    (
        ($"CTR_EL0.DIC = {dic}", "", "", $"CTR_EL0.DIC = {told}", "CTR_EL0.DIC = 0", ""),
        ($"CTR_EL0.DIC = {dic}", "", "", $"CTR_EL0.DIC = {told}", "CTR_EL0.DIC = 1", "")),
        (less, more) => less == Verdict.Holds || more == Verdict.Violated);

    [Theory]
    [InlineData("fill.pou", false)]
    [InlineData("fill.poc", false)]
    [InlineData("fill.pou", true)]
    [InlineData("fill.poc", true)]
    public void A_fault_of_fetches_that_fill_as_the_other_CPU_would_is_caught_by_the_CPU_that_is_coherent(string table, bool byAddress) =>
        Shared(byAddress, "coherent_fill").TurnsOver(Verdict.Holds, system => system.Reading(read => read.Variable.Name == table ? read with { Index = read.Index.SetItem(0, Ex.Sub(Ex.Const(1), read.Index[0])) } : read));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_fault_of_an_IC_that_does_nothing_on_the_other_CPU_is_caught_by_a_coherent_CPU_beside_it(bool byAddress) => Written(byAddress, "coherent_fill", "", "p").TurnsOver(
        Verdict.Holds,
        system => system.Reading(read => read.Variable.Name == "ic.nop" ? read with { Index = [Ex.Const(1)] } : read));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_fault_of_a_vCPU_that_is_told_what_its_VM_is_is_caught_by_code_without_an_IC(bool byAddress) => Written(byAddress, "no", "CTR_EL0.DIC = 1", "p", program: "str new, [x] ; dsb ish ; isb ; exec x").TurnsOver(
        Verdict.Violated,
        system => system.Reading(read => read.Variable.Name is "g.fill.pou" or "g.fill.poc" ? read with { Index = read.Index.SetItem(0, Ex.Sub(Ex.Const(1), read.Index[0])) } : read));

    private static CellCase Shared(bool byAddress, string snoops) => Written(byAddress, snoops, "", "local");

    private static CellCase Written(bool byAddress, string snoops, string told, string policy, string program = "str new, [x] ; dc cvau, x ; dsb ish ; ic ivau, x ; dsb ish ; isb ; exec x") => Assert.Single(Specs.Cells(
        $$"""
        policy p {
          HCR_EL2.FB = 1
          state last[pcpu] : vcpu? = none
          on switch_out(v, p) { dsb ish }
          on vcpu_load(v, p) { if last[p] != v { ic iallu @ic ; dsb nsh ; last[p] = v } }
        }
        policy local = p without ic { on vcpu_load(v, p) if p.CTR_EL0.DIC == 0 { ic iallu ; dsb nsh } }
        scenario "own" {
          machine { pcpu P0 ; pcpu P1 { CTR_EL0.DIC = 1 } ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 1 ; reading dic_snoops_nc = {{snoops}} ; reading dic_ic_nop = nop }
          frame code { x = old }
          vm guest { page c = code RWX wb
            {{(byAddress ? "map y -> c" : "")}}
            vcpu A { SCTLR_EL1.M = 0 ; SCTLR_EL1.I = 0 } any { exec isb } at {c}
            vcpu B { SCTLR_EL1.M = 1 ; {{told}} } { {{(byAddress ? program.Replace("[x]", "[y]", StringComparison.Ordinal).Replace(", x", ", y", StringComparison.Ordinal).Replace("exec x", "exec y", StringComparison.Ordinal) : program)}} } }
          expect fresh_fetch { {{policy}} : unstated }
        }
        """));

    private void Compare(
        int guests,
        Func<Random, int, int, ((string Machine, string P0, string P1, string Vm, string A, string B) One, (string Machine, string P0, string P1, string Vm, string A, string B) Other)> make,
        Func<Verdict, Verdict, bool> law,
        string? icIsNop = null)
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var seed = FirstSeed; seed < FirstSeed + guests; seed++)
        {
            var random = new Random(seed);
            var rest = Rest(random, icIsNop);
            var (one, other) = make(random, random.Next(2), random.Next(2));
            var (first, second) = (Spec(one, rest), Spec(other, rest));
            var (before, after) = (Explore(first), Explore(second));
            if (before.Verdict == Verdict.Undecided || after.Verdict == Verdict.Undecided)
            {
                Assert.True(Math.Max(before.States, after.States) >= Largest);
                continue;
            }

            Assert.True(law(before.Verdict, after.Verdict), $"seed {seed}: {before.Verdict} after {before.Depth}, then {after.Verdict} after {after.Depth}\n{first}\n{second}");
            var which = $"{before.Verdict} and {after.Verdict}";
            counts[which] = counts.GetValueOrDefault(which) + 1;
        }

        output.WriteLine($"from seed {FirstSeed}: {string.Join(", ", counts.Select(pair => $"{pair.Value} {pair.Key}"))}");
        Assert.True(counts.Values.Sum() >= guests / 2 && counts.Where(pair => pair.Key.Contains("Violated", StringComparison.Ordinal)).Sum(pair => pair.Value) >= guests / 10, "too few were compared");
    }

    private static Exploration Explore(string spec) => Assert.Single(Specs.Cells(spec)).Explore(maxStates: Largest);

    private static string Spec((string Machine, string P0, string P1, string Vm, string A, string B) own, (string Readings, string Policy, string A, string B, string Stage1) rest) =>
        $$"""
        policy p { {{rest.Policy}} }
        scenario "DIC" {
          machine { pcpu P0 {{own.P0}} ; pcpu P1 {{own.P1}} ; CTR_EL0.IDC = 1 ; {{own.Machine}} ; {{rest.Readings}} }
          frame code { x = old }
          vm guest { {{own.Vm}}
            page c = code RWX wb
            {{rest.Stage1}}
            vcpu A { {{own.A}} ; {{rest.A}}
            vcpu B { {{own.B}} ; {{rest.B}} }
          expect fresh_fetch { p : unstated }
        }
        """;

    private static (string Readings, string Policy, string A, string B, string Stage1) Rest(Random random, string? icIsNop)
    {
        string Some(params string[] statements) => string.Join(" ; ", statements.Where(_ => random.Next(4) > 0).DefaultIfEmpty("isb"));
        var off = random.Next(2) == 0;
        var program = Some("str new, [x]", "dc cvau, x", "dsb ish", "ic ivau, x", "dsb ish", "isb", "exec x");
        return (
            Readings(random, icIsNop),
            $"HCR_EL2.FB = {random.Next(2)} ; on vcpu_load(v, p) {{ {Some("ic iallu", "dsb nsh")} }} ; on switch_out(v, p) {{ {Some("dsb ish", "dsb ish")} }}",
            $"SCTLR_EL1.M = {(off ? 0 : 1)} }} any {{ {Pick(random, "exec isb", "exec isb", "exec isb ivau dsb")} }} at {{c}}",
            $"SCTLR_EL1.M = 1 }} {{ {program} ; isb ; exec x }}",
            random.Next(2) == 0 ? "" : "map y -> c");
    }

    private static string Pick(Random random, params string[] from) => from[random.Next(from.Length)];
}
