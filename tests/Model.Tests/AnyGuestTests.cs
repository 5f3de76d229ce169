using CoherenceCheck.Explorer;
using CoherenceCheck.Model.Tests.Support;

namespace CoherenceCheck.Model.Tests;

/// <summary>The most general guest against programs with concrete versions: it holds if and only if all of them do (docs/model.md, Guests).</summary>
public sealed class AnyGuestTests(ITestOutputHelper output)
{
    private static readonly (string Letter, string[] Program)[] Letters =
    [
        ("fetch", ["exec x"]), ("store", ["str NEW, [x]"]), ("cvau", ["dc cvau, x"]), ("ivau", ["ic ivau, x"]),
        ("dsb", ["dsb ish", "dsb nsh"]), ("isb", ["isb"]), ("iallu", ["ic iallu"]),
    ];

    private const string Follower = "vcpu A { SCTLR_EL1.M = 0 ; SCTLR_EL1.I = 0 } any { fetch isb }";

    [Theory]
    [InlineData("P0", Follower, "kvm", 0, 1, "store ivau dsb isb fetch", 4)]
    [InlineData("P0", Follower, "kvm without load", 0, 1, "store ivau dsb isb fetch", 5)]
    [InlineData("P0", Follower, "kvm without nsh", 0, 1, "store ivau dsb isb fetch", 5)]
    [InlineData("P0", Follower, "bare_metal", 0, 1, "store ivau dsb isb fetch", 4)]
    [InlineData("P0", Follower, "kvm without load", 1, 1, "store isb fetch", 5)]
    [InlineData("P0", Follower, "kvm", 1, 1, "store isb fetch", 5)]
    [InlineData("P0 P1", "", "kvm", 0, 1, "store ivau dsb isb fetch", 5)]
    [InlineData("P0 P1", "", "kvm without sw", 0, 1, "store ivau dsb isb fetch", 5)]
    [InlineData("P0 P1", "", "kvm without fb", 0, 1, "store iallu dsb isb fetch", 5)]
    [InlineData("P0 P1", "", "none", 0, 0, "store cvau isb fetch", 5)]
    public void Any_guest_holds_exactly_if_every_program_does(string pcpus, string other, string policy, int dic, int idc, string alphabet, int length)
    {
        var free = Cell(pcpus, other, policy, dic, idc, $"any {{ {alphabet} }}").Explore();
        Assert.NotEqual(Verdict.Undecided, free.Verdict);
        var operations = Letters.Where(l => alphabet.Split(' ').Contains(l.Letter)).SelectMany(l => l.Program).ToArray();
        var (programs, violated, first) = (0, 0, "");

        // Only what ends in a fetch can be stale at its end, and shorter programs are those that begin with isb.
        foreach (var program in Sequences(operations, length - 1).Select(p => string.Join(" ; ", p.Append("exec x"))))
        {
            if (!program.Contains("str", StringComparison.Ordinal) || !program.Contains("isb", StringComparison.Ordinal))
            {
                continue;
            }

            programs++;
            if (Cell(pcpus, other, policy, dic, idc, $"{{ {Named(program)} }}").Explore().Verdict == Verdict.Violated)
            {
                violated++;
                first = first.Length == 0 ? program : first;
            }
        }

        output.WriteLine($"{policy}: any guest {free.Verdict} ({free.States} states, depth {free.Depth}); {violated} of {programs} programs violated, the first: {first}");
        Assert.Equal(free.Verdict == Verdict.Violated, violated > 0);
    }

    [Theory]
    [InlineData("P0", "kvm without load", 0, 0)]
    [InlineData("P0", "kvm without ic", 0, 1)]
    [InlineData("P0", "kvm without nsh", 0, 0)]
    [InlineData("P0 P1", "kvm without sw", 0, 0)]
    [InlineData("P0 P1", "kvm without load", 1, 1)]
    [InlineData("P0 P1", "kvm without fb", 0, 1)]
    [InlineData("P0 P1", "none", 0, 0)]
    public void A_violated_any_cell_has_a_program_that_violates(string pcpus, string policy, int dic, int idc)
    {
        const string Alphabet = "any { fetch store cvau ivau iallu dsb isb }";
        var trace = Cell(pcpus, $"vcpu A {{ SCTLR_EL1.M = 0 ; SCTLR_EL1.I = 0 }} {Alphabet.Replace("store ", "", StringComparison.Ordinal)}", policy, dic, idc, Alphabet).Explore();
        Assert.Equal(Verdict.Violated, trace.Verdict);
        var programs = Concrete(trace, out var initial);
        output.WriteLine($"A: {programs["A"]}\nB: {programs["B"]}");
        var cell = Cell(pcpus, $"vcpu A {{ SCTLR_EL1.M = 0 ; SCTLR_EL1.I = 0 }} {{ {programs["A"]} }}", policy, dic, idc, $"{{ {programs["B"]} }}", initial);
        Assert.Equal(Verdict.Violated, cell.Explore().Verdict);
    }

    /// <summary>The guests' steps of a trace with a value for each store: the tracked version is <c>it</c>, all others differ.</summary>
    private static Dictionary<string, string> Concrete(Exploration trace, out string initial)
    {
        var programs = new Dictionary<string, List<string>>(StringComparer.Ordinal) { ["A"] = [], ["B"] = [] };
        var coherent = trace.Trace[0].State.Variables.First(v => v.Name == "coh");
        initial = trace.Trace[0].State[coherent, 0] == 0 ? "it" : "old";
        var others = 0;
        foreach (var step in trace.Trace.Where(s => s.Instance?.Rule.Label.Agent == "guest").Select(s => s.Instance!))
        {
            var words = step.Rule.Label.Operation.Split(' ');
            var stored = step.Rule.Parameters.Select((p, i) => (p.Name, Value: step.Arguments[i])).FirstOrDefault(p => p.Name == "n").Value;
            programs[step.Rule.Name[..1]].Add(words switch
            {
                ["str", var x] => $"str {(stored == 0 ? "it" : $"o{others++}")}, [{x}]",
                ["dc" or "ic", var kind, var x] => $"{words[0]} {kind}, {x}",
                _ => step.Rule.Label.Operation,
            });
        }

        return programs.ToDictionary(p => p.Key, p => string.Join(" ; ", p.Value), StringComparer.Ordinal);
    }

    /// <summary>Gives each store a value of its own.</summary>
    private static string Named(string program)
    {
        var parts = program.Split("NEW");
        return string.Concat(parts.Select((part, i) => i < parts.Length - 1 ? $"{part}v{i}" : part));
    }

    private static IEnumerable<IEnumerable<string>> Sequences(string[] letters, int length) => length == 0
        ? [[]]
        : Sequences(letters, length - 1).SelectMany(head => letters.Select(head.Append));

    private static CellCase Cell(string pcpus, string other, string policy, int dic, int idc, string guest, string initial = "old") => Assert.Single(Specs.Cells(
        Specs.Kvm +
        $$"""
        scenario "any or program" {
          machine { {{string.Join(" ; ", pcpus.Split(' ').Select(p => "pcpu " + p))}} ; CTR_EL0.DIC = {{dic}} ; CTR_EL0.IDC = {{idc}} }
          frame code { x = {{initial}} }
          vm guest {
            page code = code RWX wb
            {{other}}
            vcpu B { SCTLR_EL1.M = 1 } {{guest}}
          }
          expect fresh_fetch { {{policy}} : unstated }
        }
        """));
}
