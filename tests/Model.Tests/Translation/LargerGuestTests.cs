using System.Globalization;
using CoherenceCheck.Explorer;
using CoherenceCheck.Model.Tests.Support;

namespace CoherenceCheck.Model.Tests.Translation;

/// <summary>
/// The law of alphabets where translations change: a guest that may do more, or that does more behind its program, never turns violated into holds, although other parts of
/// the machine are modelled for it. (The trace may count more steps: where tables change, TLBIs take effect one by one.)
/// </summary>
public sealed class LargerGuestTests(ITestOutputHelper output)
{
    private const long Largest = 40_000;
    private static readonly string[] Words = ["load", "store", "exec", "remap", "vae1", "vaae1is", "vmalle1", "cvau", "cvac", "civac", "ivau", "dsb", "isb", "mmu"];
    private static readonly string[] Accesses = ["load", "store", "exec"];
    private static readonly string[] Properties = ["private_translation", "isolation", "fresh_data", "fresh_fetch"];

    private static readonly string[] Instructions =
    [
        "ldr [a]", "ldr [a]", "str n1, [a]", "exec a", "map a -> g1 asid 1", "map a -> g0 asid 1 nc", "unmap a asid 1", "tlbi vae1is, a, asid 1", "tlbi vmalle1", "dsb ish", "dsb ish", "dsb nsh", "isb",
        "dc civac, a", "dc cvac, a", "dc cvau, a", "ic ivau, a",
    ];

    private static readonly string[] Names = ["a", "g0", "g1"];

    /// <summary>What a program may do at any address that has a page behind it, with the word that lets an <c>any</c> guest do it.</summary>
    private static readonly (string Text, string Word)[] Anywhere =
    [
        .. Names.SelectMany(name => new[]
        {
            ($"ldr [{name}]", "ldr"), ($"ldr [{name}]", "ldr"), ($"exec {name}", "exec"), ($"str n1, [{name}]", "str"), ($"dc cvau, {name}", "cvau"), ($"dc civac, {name}", "civac"), ($"ic ivau, {name}", "ivau"),
        }),
        ("dsb ish", "dsb"), ("dsb ish", "dsb"), ("isb", "isb"), ("isb", "isb"),
    ];

    private static int Guests(int normally) => int.Parse(Environment.GetEnvironmentVariable("COHERENCECHECK_GUESTS") ?? $"{normally}", CultureInfo.InvariantCulture);

    private static int FirstSeed => int.Parse(Environment.GetEnvironmentVariable("COHERENCECHECK_SEED") ?? "1", CultureInfo.InvariantCulture);

    [Fact]
    public void A_larger_alphabet_never_turns_violated_into_holds() => Compare(Guests(120), random =>
    {
        string[] small = [.. Words.Where(word => random.Next(5) == 0).Append(Accesses[random.Next(3)]).Distinct()];
        var added = Words[random.Next(Words.Length)];
        var head = $"vcpu A {Sctlr(random)} any";
        var other = Other(random);
        return ($"{head} {{ {string.Join(' ', small)} }}\n    {other}", $"{head} {{ {string.Join(' ', small.Append(added).Distinct())} }}\n    {other}");
    });

    [Fact]
    public void A_longer_program_never_turns_violated_into_holds() => Compare(Guests(120), random =>
    {
        // With the MMU off for good there is nothing at the address.
        var head = "vcpu A { SCTLR_EL1.M = 1 }";
        var (first, then) = (Program(random, random.Next(3, 7)), Program(random, random.Next(1, 4)));
        var other = Other(random);
        return ($"{head} {{ {first} }}\n    {other}", $"{head} {{ {first} ; {then} }}\n    {other}");
    });

    [Fact]
    public void A_guest_that_may_do_all_that_a_program_does_breaks_what_the_program_breaks() => Compare(Guests(160), random =>
    {
        // By every address that the program could name: what is mapped, and what stands at its own.
        var own = random.Next(3) switch { 0 => " ; map a -> g0 asid 1", 1 => " ; map a -> g1 nc", _ => "" };
        var isOff = random.Next(4) == 0;
        var head = $"vcpu A {{ SCTLR_EL1.M = {(isOff ? 0 : 1)}{own} }}";
        var there = Anywhere.Where(pair => !isOff || !pair.Text.EndsWith('a') && !pair.Text.Contains("[a]", StringComparison.Ordinal)).ToList();
        var program = Enumerable.Range(0, random.Next(1, 6)).Select(_ => there[random.Next(there.Count)]).ToList();
        var other = Other(random);
        return ($"{head} {{ {string.Join(" ; ", program.Select(pair => pair.Text))} }}\n    {other}", $"{head} any {{ {string.Join(' ', program.Select(pair => pair.Word).Append("isb").Distinct())} }}\n    {other}");
    });

    [Fact]
    public void A_guest_that_names_more_never_turns_violated_into_holds() => Compare(Guests(120), random =>
    {
        var words = string.Join(' ', Words.Where(word => word is not "remap" && random.Next(5) == 0).Append(Accesses[random.Next(3)]).Distinct());
        var head = $"vcpu A {Sctlr(random)} any {{ {words} }}";
        var few = string.Join(", ", Names.Where(_ => random.Next(2) == 0).DefaultIfEmpty(Names[random.Next(3)]));
        var other = Other(random);
        return ($"{head} at {{{few}}}\n    {other}", $"{head}\n    {other}");
    });

    [Fact]
    public void To_name_every_address_is_to_say_nothing_of_addresses()
    {
        var explored = 0;
        for (var seed = FirstSeed; seed < FirstSeed + Guests(25); seed++)
        {
            var random = new Random(seed);
            var host = Host(random);
            var vcpu = $"vcpu A {Sctlr(random)} any {{ {string.Join(' ', Words.Where(_ => random.Next(4) == 0).Append("load").Distinct())} }}";
            var (without, with) = (Explore(Spec(host, vcpu, "fresh_data")), Explore(Spec(host, $"{vcpu} at {{ {string.Join(' ', Names)} }}", "fresh_data")));
            Assert.Equal((without.Verdict, without.States, without.Depth), (with.Verdict, with.States, with.Depth));
            explored += without.States > 10 ? 1 : 0;
        }

        Assert.True(explored > 5, $"only {explored} guests did anything");
    }

    private void Compare(int guests, Func<Random, (string Smaller, string Larger)> make)
    {
        var (decided, violated) = (0, new SortedDictionary<string, int>(StringComparer.Ordinal));
        for (var seed = FirstSeed; seed < FirstSeed + guests; seed++)
        {
            var random = new Random(seed);
            var property = Properties[random.Next(4)];
            var host = Host(random);
            var (smaller, larger) = make(random);
            var before = Explore(Spec(host, smaller, property));
            decided += before.Verdict == Verdict.Undecided ? 0 : 1;
            if (before.Verdict != Verdict.Violated)
            {
                continue;
            }

            var after = Explore(Spec(host, larger, property));
            Assert.True(
                after.Verdict == Verdict.Violated || (after.Verdict == Verdict.Undecided && after.States >= Largest),
                $"seed {seed}: violated after {before.Depth} steps, then {after.Verdict} after {after.Depth}\n{Spec(host, smaller, property)}\n{Spec(host, larger, property)}");
            violated[property] = violated.GetValueOrDefault(property) + 1;
        }

        output.WriteLine($"{guests} guests from seed {FirstSeed}, {decided} decided, violated and compared with a larger one: {string.Join(", ", violated.Select(pair => $"{pair.Value} {pair.Key}"))}");
        Assert.True(violated.Values.Sum() >= guests / 10 && violated.Count == 4, $"of {guests} guests too few were violated: nothing was compared");
    }

    private static Exploration Explore(string spec) => Assert.Single(Specs.Cells(spec)).Explore(maxStates: Largest);

    private static string Spec((string Machine, string Policy, string Task) host, string vcpus, string property) =>
        $$"""
        policy p {
          {{host.Policy}}
        }
        scenario "a guest" {
          machine { pcpu P0 ; reading nc_fetch_point = poc_only ; {{host.Machine}} }
          frame f0 { x = old }
          frame f1 { y = other after secret }
          frame f2 { z = spare }
          vm guest {
            page g0 = f0 RWX
            page g1 = f1 RWX
            map a -> g0 asid 1
            {{vcpus}}
          }
          {{host.Task}}
          expect {{property}} { p : unstated }
        }
        """;

    /// <summary>A hypervisor that as a rule lacks something.</summary>
    private static (string Machine, string Policy, string Task) Host(Random random)
    {
        string Some(params string[] statements) => string.Join(" ; ", statements.Where(_ => random.Next(4) > 0).DefaultIfEmpty("isb"));
        var (dic, idc) = random.Next(3) switch { 0 => (1, 1), 1 => (0, 1), _ => (0, 0) };
        var switches = random.Next(2) == 0 ? "" : $"on vcpu_load(v, p) {{ {Some("tlbi vmalle1", "ic iallu", "dsb nsh", "isb")} }} ; ";
        var task = random.Next(4) switch
        {
            0 => $"task host {{ {Some("clear g0", "dsb ishst", "tlbi ipas2e1is, g0", "dsb ish", "tlbi vmalle1is", "dsb ish")} ; settle g0 ; {Some("dc civac, f0", "dsb ish")} ; give f0 to host }}",
            1 => $"task host {{ {Some("clear g0", "dsb ishst", "tlbi vmalls12e1is", "dsb ish")} ; settle g0 ; copy f0 to f2 ; {Some("dc civac, f2", "dsb ish")} ; give f2 to guest ; map g0, f2, RWX ; dsb ishst }}",
            2 => $"task host {{ str img, [x] ; {Some("dc civac, x", "dsb ish", "ic ialluis", "dsb ish")} ; publish x }}",
            _ => "",
        };
        return ($"CTR_EL0.DIC = {dic} ; CTR_EL0.IDC = {idc}", $"HCR_EL2.FB = {random.Next(2)} ; {switches}on switch_out(v, p) {{ {Some("dsb ish")} }}", task);
    }

    private static string Other(Random random) => random.Next(3) switch
    {
        0 => $"vcpu B {{ SCTLR_EL1.M = 1 ; map a -> g1 asid 1 }} any {{ {Accesses[random.Next(3)]} isb }}",
        1 => $"vcpu B {{ SCTLR_EL1.M = {random.Next(2)} }} any {{ {Accesses[random.Next(3)]} }}",
        _ => "",
    };

    private static string Sctlr(Random random) => $"{{ SCTLR_EL1.M = {(random.Next(4) == 0 ? 0 : 1)} }}";

    private static string Program(Random random, int length) => string.Join(" ; ", Enumerable.Range(0, length).Select(_ => Instructions[random.Next(Instructions.Length)]));
}
