using System.Globalization;
using CoherenceCheck.Explorer;
using CoherenceCheck.Model.Tests.Support;

namespace CoherenceCheck.Model.Tests;

/// <summary>
/// The law of alphabets: what breaks a promise made to a guest breaks it for every guest that can do the same and more. A larger alphabet, more
/// behind a program, or another vCPU never turns violated into holds, nor makes the shortest trace longer.
/// </summary>
public sealed class LargerGuestTests(ITestOutputHelper output)
{
    private const long Largest = 150_000;
    private static readonly string[] Words = ["exec", "str", "cvau", "cvac", "civac", "ivau", "iallu", "dsb", "isb", "mmu"];
    private static readonly string[] Instructions =
        ["str n1, [x]", "str n2, [x]", "dc cvau, x", "dc cvac, x", "dc civac, x", "ic ivau, x", "ic iallu", "dsb ish", "dsb ish", "isb", "isb", "exec x"];

    private static int Guests(int normally) => int.Parse(Environment.GetEnvironmentVariable("COHERENCECHECK_GUESTS") ?? $"{normally}", CultureInfo.InvariantCulture);

    private static int FirstSeed => int.Parse(Environment.GetEnvironmentVariable("COHERENCECHECK_SEED") ?? "1", CultureInfo.InvariantCulture);

    [Fact]
    public void A_larger_alphabet_never_turns_violated_into_holds() => Compare(Guests(250), random =>
    {
        var small = Words.Where(word => word is "exec" or "isb" || random.Next(3) == 0).ToList();
        var large = Words.Where(word => small.Contains(word) || random.Next(3) == 0).ToList();
        var vcpu = $"vcpu A {Sctlr(random)} any";
        var other = random.Next(2) == 0 ? "" : $"vcpu B {Sctlr(random)} any {{ {string.Join(' ', Words.Where(word => word == "isb" || random.Next(5) == 0))} }}";
        return ($"{vcpu} {{ {string.Join(' ', small)} }}\n    {other}", $"{vcpu} {{ {string.Join(' ', large)} }}\n    {other}");
    });

    [Fact]
    public void A_longer_program_never_turns_violated_into_holds() => Compare(Guests(250), random =>
    {
        var sctlr = Sctlr(random);
        var (first, then) = (Program(random, 9), Program(random, 4));
        var other = random.Next(2) == 0 ? "" : $"vcpu B {Sctlr(random)} any {{ exec isb }}";
        return ($"vcpu A {sctlr} {{ {first} }}\n    {other}", $"vcpu A {sctlr} {{ {first} ; {then} }}\n    {other}");
    });

    [Fact]
    public void Another_vcpu_whose_accesses_are_non_cacheable_never_turns_violated_into_holds() => Compare(Guests(150), random =>
    {
        var one = $"vcpu A {Sctlr(random)} {{ {Program(random, 9)} }}";
        return (one, $"{one}\n    vcpu B {{ SCTLR_EL1.M = 0 ; SCTLR_EL1.I = {random.Next(2)} }} any {{ {string.Join(' ', Words.Where(word => word == "isb" || (word != "mmu" && random.Next(5) == 0)))} }}");
    });

    [Fact]
    public void A_guest_that_may_do_less_breaks_more_where_copies_are_taken_for_the_whole_run()
    {
        // The fault that the law is about: with copies of lines that nobody looks at Write-Back the larger alphabet would hold.
        var scenario = Specs.Load(Spec("machine { pcpu P0 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 }", "vcpu A { SCTLR_EL1.M = 0 } any { exec str ivau dsb isb mmu }"));
        var cell = Assert.Single(Specs.Cells(scenario.Scenarios[0]));
        var always = cell.Explore(system => system with
        {
            Fills = [.. system.Fills.Select(fill => fill.Name == "fill.gK" ? fill with { When = Transitions.Ex.True } : fill)],
        });
        Assert.Equal(Verdict.Violated, cell.Explore().Verdict);
        Assert.Equal(Verdict.Holds, always.Verdict);
    }

    private void Compare(int guests, Func<Random, (string Smaller, string Larger)> make)
    {
        var (compared, violated) = (0, 0);
        for (var seed = FirstSeed; seed < FirstSeed + guests; seed++)
        {
            var random = new Random(seed);
            var machine = Machine(random);
            var (smaller, larger) = make(random);
            var before = Explore(Spec(machine, smaller));
            if (before?.Verdict != Verdict.Violated)
            {
                compared += before?.Verdict == Verdict.Holds ? 1 : 0;
                continue;
            }

            var after = Explore(Spec(machine, larger));
            if (after is null || (after.Verdict == Verdict.Undecided && after.States > Largest))
            {
                continue;
            }

            compared++;
            violated++;
            Assert.True(
                after.Verdict == Verdict.Violated && after.Depth <= before.Depth,
                $"seed {seed}: violated after {before.Depth} steps, then {after.Verdict} after {after.Depth}\n{Spec(machine, smaller)}\n{Spec(machine, larger)}");
        }

        output.WriteLine($"{guests} guests, {compared} decided, {violated} of them violated and compared with a larger one");
        Assert.True(violated >= guests / 25, $"only {violated} of {guests} guests were violated: nothing was compared");
    }

    /// <summary>What the explorer finds; nothing for a program that is refused.</summary>
    private static Exploration? Explore(string spec)
    {
        try
        {
            return Assert.Single(Specs.Cells(spec)).Explore(maxStates: Largest);
        }
        catch (InvalidOperationException refused) when (refused.Message.Contains("CC0504", StringComparison.Ordinal))
        {
            return null;
        }
    }

    private static string Spec(string machine, string vcpus) =>
        $$"""
        policy barrier { HCR_EL2.FB = 1 ; HCR_EL2.BSU = IS ; on switch_out(v, p) { dsb ish } }
        scenario "a guest" {
          {{machine}}
          frame code { x = n0 }
          vm guest { page code = code RWX wb
            {{vcpus}} }
          expect fresh_fetch { barrier : unstated }
        }
        """;

    private static string Machine(Random random)
    {
        var (dic, idc) = random.Next(4) switch { 0 => (1, 1), 1 => (0, 1), _ => (0, 0) };
        var point = random.Next(2) == 0 ? "poc_or_pou" : "poc_only";
        return $"machine {{ pcpu P0 ; CTR_EL0.DIC = {dic} ; CTR_EL0.IDC = {idc} ; reading nc_fetch_point = {point} }}";
    }

    private static string Sctlr(Random random)
    {
        var parts = new List<string> { $"SCTLR_EL1.M = {random.Next(2)}" };
        if (random.Next(3) == 0)
        {
            parts.Add($"SCTLR_EL1.C = {random.Next(2)}");
        }

        if (random.Next(2) == 0)
        {
            parts.Add($"SCTLR_EL1.I = {random.Next(2)}");
        }

        return $"{{ {string.Join(" ; ", parts)} }}";
    }

    /// <summary>A program that often makes code visible, with now and then a change of SCTLR_EL1.</summary>
    private static string Program(Random random, int most)
    {
        string[] sequence = ["str n1, [x]", "dc cvau, x", "dsb ish", "ic ivau, x", "dsb ish", "isb", "exec x"];
        var all = new List<string>();
        foreach (var instruction in sequence.Take(most))
        {
            if (random.Next(6) == 0)
            {
                all.Add($"msr SCTLR_EL1.{"MCI"[random.Next(3)]}, {random.Next(2)} ; isb");
            }

            all.Add(random.Next(4) == 0 ? Instructions[random.Next(Instructions.Length)] : instruction);
        }

        return string.Join(" ; ", all);
    }
}
