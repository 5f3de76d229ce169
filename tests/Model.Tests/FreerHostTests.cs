using System.Globalization;
using CoherenceCheck.Explorer;
using CoherenceCheck.Model.Tests.Support;

namespace CoherenceCheck.Model.Tests;

/// <summary>
/// The law of schedulers, on hosts that as a rule lack something: where handlers may be switched out, locks sleep, tasks move, CPUs come and go, guests change their stage-2 context, or there
/// is one CPU more, what was violated is so still. (The shortest trace is no longer either, unless more is there to be modelled: it may count steps that were parts of others.)
/// </summary>
public sealed class FreerHostTests(ITestOutputHelper output)
{
    private const long Largest = 60_000;
    private static readonly string[] Properties = ["private_translation", "isolation", "fresh_data", "fresh_fetch"];

    private static int Hosts(int normally) => int.Parse(Environment.GetEnvironmentVariable("COHERENCECHECK_HOSTS") ?? $"{normally}", CultureInfo.InvariantCulture);

    private static int FirstSeed => int.Parse(Environment.GetEnvironmentVariable("COHERENCECHECK_SEED") ?? "1", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("preempt", "")]
    [InlineData("sleeps", "")]
    [InlineData("hotplug", "")]
    [InlineData("under", "")]
    [InlineData("on {P0, P1}", "on {P0}")]
    [InlineData("pcpu P2", "")]
    public void A_host_that_may_do_more_never_turns_violated_into_holds(string freer, string before)
    {
        var (decided, violated) = (0, new SortedDictionary<string, int>(StringComparer.Ordinal));
        for (var seed = FirstSeed; seed < FirstSeed + Hosts(60); seed++)
        {
            var property = Properties[seed % 4];
            var (smaller, larger) = (Spec(seed, property, freer, before), Spec(seed, property, freer, freer));
            Assert.NotEqual(smaller, larger);
            var first = Explore(smaller);
            decided += first.Verdict == Verdict.Undecided ? 0 : 1;
            if (first.Verdict != Verdict.Violated)
            {
                continue;
            }

            var after = Explore(larger);
            Assert.True(
                after.Verdict == Verdict.Violated || (after.Verdict == Verdict.Undecided && after.States >= Largest),
                $"seed {seed}, {freer}: violated after {first.Depth} steps, then {after.Verdict} {after.ModelError} after {after.Depth}\n{smaller}\n{larger}");
            violated[property] = violated.GetValueOrDefault(property) + 1;
        }

        output.WriteLine($"from seed {FirstSeed}, {freer}: {decided} decided, violated and compared: {string.Join(", ", violated.Select(pair => $"{pair.Value} {pair.Key}"))}");
        Assert.True(violated.Values.Sum() >= Hosts(60) / 8 && violated.Count >= 3, "too few were violated: nothing was compared");
    }

    private static Exploration Explore(string spec) => Assert.Single(Specs.Cells(spec)).Explore(maxStates: Largest);

    private static string Spec(int seed, string property, string freedom, string text)
    {
        var random = new Random(seed);
        string Where(string of, string otherwise = "") => of == freedom ? text : otherwise;
        string Some(params string[] statements) => string.Join(" ; ", statements.Where(_ => random.Next(4) > 0).DefaultIfEmpty("isb"));

        // Somewhere in a handler, where the freedom is that it may be switched out there.
        string Body(params string[] statements)
        {
            var kept = statements.Where(_ => random.Next(4) > 0).ToList();
            kept.Insert(random.Next(kept.Count + 1), Where("preempt") is { Length: > 0 } preempt ? preempt : "isb");
            return string.Join(" ; ", kept);
        }

        var (dic, idc) = random.Next(3) switch { 0 => (1, 1), 1 => (0, 1), _ => (0, 0) };
        var contexts = freedom == "under";
        var mapped = random.Next(2) == 0 || contexts;
        var held = random.Next(2) == 0 ? " holding l[v.vm]" : freedom == "sleeps" ? " holding l[v.vm]" : "";
        held = freedom == "preempt" ? "" : held;
        var task = random.Next(3) switch
        {
            0 when !contexts => $"{{ {Some("clear g0", "dsb ishst", "tlbi ipas2e1is, g0", "dsb ish", "tlbi vmalle1is", "dsb ish")} ; settle g0 ; {Some("dc civac, f0", "dsb ish")} ; give f0 to host }}",
            1 => $"{{ str img, [x] ; {Some("dc civac, x", "dsb ish", "ic ialluis", "dsb ish")} ; publish x }}",
            _ => $"{{ {Some("isb", "dsb ish", "ic ialluis")} }}",
        };
        var guest = random.Next(3) switch
        {
            0 => $"{{ str new, [x] ; {Some("dc cvau, x", "dsb ish", "ic ivau, x", "dsb ish", "isb")} ; exec x ; ldr [x] }}",
            1 => $"{{ ldr [a] ; map a -> g1 ; {Some("dsb ishst", "tlbi vae1is, a", "dsb ish", "isb")} ; ldr [a] ; exec a }}",
            _ => "any { ldr exec isb } at {a, g0}",
        };
        var other = random.Next(2) == 0 ? "" : "vcpu B { SCTLR_EL1.M = 1 ; map a -> g1 } any { ldr } at {a}";
        var switcher = contexts ? $"vcpu C {{ SCTLR_EL1.M = 1 ; map a -> g1 }} any {{ ldr {text} }} at {{a}}" : "";
        var stays = Where("on {P0, P1}", "on {P0}");
        return $$"""
            policy p {
              lock l[vm]{{Where("sleeps") switch { "" => "", var sleeps => " " + sleeps }}}
              HCR_EL2.FB = {{random.Next(2)}}
              {{(contexts || random.Next(3) == 0 ? $"on guest_entry(v, p) {{ msr VTTBR_EL2, v.mmu ; isb }}" : "")}}
              on vcpu_load(v, p) { {{Some("tlbi vmalle1", "ic iallu", "dsb nsh", "isb")}} }
              on switch_out(v, p) { {{Some("dsb ish", "dsb ish")}} }
              on s2_fault(v, p, g, access){{held}} { {{Body("dc civac, g", "dsb ish", "ic ialluis", "dsb ish")}} ; if !g.mapped && g.backing != none { map g, g.backing, RWX{{(contexts ? " in v.mmu" : "")}} ; dsb ishst } }
              on maintenance(v, p, op){{held}} { if op == ic { {{Body("ic ialluis", "dsb ish")}} } else { complete ; {{Body("isb")}} } }
              on cpu_up(p) { {{Some("tlbi alle1", "ic iallu", "dsb nsh", "isb")}} }
            }
            scenario "a host" {
              machine { pcpu P0 ; pcpu P1 {{Where("hotplug")}} ; {{Where("pcpu P2")}} ; reading nc_fetch_point = poc_only ; CTR_EL0.DIC = {{dic}} ; CTR_EL0.IDC = {{idc}} }
              frame f0 { x = old }
              frame f1 { y = other after secret }
              vm guest {
                {{(contexts ? "mmu m0 m1" : "")}}
                page g0 = {{(mapped ? "f0 RWX" : "none backing f0")}} ; page g1 = f1 RWX
                vcpu A {{(contexts ? "on {P0} " : "")}}{ SCTLR_EL1.M = 1 ; map a -> g0 } {{guest}}
                {{(contexts ? switcher : other)}}
              }
              task host {{stays}} {{task}}
              expect {{property}} { p : unstated }
            }
            """;
    }
}
