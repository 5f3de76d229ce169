using System.Text.RegularExpressions;
using CoherenceCheck.Model.Tests.Reference.Translation;

namespace CoherenceCheck.Model.Tests.Translation;

/// <summary>What few random scenarios have, put into the text of one: readings, TLBs that are shared, VMIDs that are used again, several stage-2 contexts, copies onto mapped frames, locks.</summary>
internal sealed partial record RandomScenario
{
    /// <summary>The scenario of a seed, with one or more of these.</summary>
    public static RandomScenario Further(int seed) => new Additions(Of(seed)).Write();

    private sealed class Additions(RandomScenario basis)
    {
        private readonly Random _random = new(~basis.Seed);
        private string _text = basis.Text;
        private HardwareChoice _hardware = basis.Hardware;

        private const RegexOptions Lines = RegexOptions.Multiline | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture;

        private int LinesOf(string word) => _text.Split('\n').Count(line => line.StartsWith($"  {word} ", StringComparison.Ordinal));

        private int Frames => LinesOf("frame");

        public RandomScenario Write()
        {
            Action[] features = [Flag, OutOfContext, Hits, Walks, ShareTlb, Vmids, Contexts, Copies, Locks];
            foreach (var feature in _random.GetItems(features, 1 + _random.Next(3)).Distinct())
            {
                feature();
            }

            return basis with { Text = _text, Hardware = _hardware };
        }

        private void Flag()
        {
            Machine("reading bbm = flag");
            _text = _text.Replace("  expect isolation {", "  expect break_before_make { p : unstated }\n  expect isolation {", StringComparison.Ordinal);
        }

        private void OutOfContext()
        {
            Machine("reading out_of_context_fill = yes");
            _hardware = _hardware with { FillsOutOfContext = true };
        }

        private void Walks()
        {
            Machine("reading walks = split");
            _hardware = _hardware with { WalksAreSplit = true };
        }

        private void Hits()
        {
            Machine("reading nc_data_hit = may_hit");
            _hardware = _hardware with { NcDataMayHit = true };
        }

        private void ShareTlb()
        {
            if (_text.Contains("pcpu P1", StringComparison.Ordinal))
            {
                Machine("share tlb {P0, P1}");
            }
        }

        /// <summary>One VMID for all: what another VM left is invalidated before a vCPU runs, or something of that is missing.</summary>
        private void Vmids()
        {
            Machine("vmids 1");
            string[] load = ["msr VTTBR_EL2, v.mmu, 1", "isb", "if ran[p] != v.vm { tlbi vmalls12e1 ; dsb nsh ; ran[p] = v.vm }"];
            var missing = Chance(40) ? _random.Next(1, load.Length) : -1;
            Policy($"  state ran[pcpu] : vm? = none\n  on vcpu_load(v, p) {{ {string.Join(" ; ", load.Where((_, i) => i != missing))} }}\n");

            // A number that a context has for good is not that of the allocator.
            _text = Regex.Replace(_text, @"with m\d[ab]? \{ ([^}]*) \}", "dsb ishst ; tlbi alle1is ; dsb ish", Lines);
        }

        /// <summary>A second context of the first VM, in which the host maps and clears too.</summary>
        private void Contexts()
        {
            if (LinesOf("task") == 0)
            {
                return;
            }

            _text = _text.Replace("  vm m0 {", "  vm m0 { mmu m0a m0b", StringComparison.Ordinal);
            var own = new HashSet<string>(Regex.Matches(_text[_text.IndexOf("  vm m0 {", StringComparison.Ordinal)..Index("  vm m1 {", "  task ")], @"page (?<page>g\d)", Lines).Select(match => match.Groups["page"].Value));
            _text = Regex.Replace(_text, @"^  task (?<name>\w+) \{ (?<body>.*)$", line =>
            {
                var body = line.Groups["body"].Value.Replace("with m0 {", "with m0a {", StringComparison.Ordinal);
                body = Regex.Replace(body, @"(clear|perm) (?<page>g\d)(, [RWX-]+)?", match => own.Contains(match.Groups["page"].Value) ? $"{match.Value} in {(Chance(85) ? "m0a" : "m0b")}" : match.Value, Lines);
                return $"  task {line.Groups["name"].Value} {{ map {own.First()}, f{_random.Next(Frames)}, RWX in m0b ; dsb ishst ; {body}";
            }, Lines);
        }

        private int Index(params string[] all) => all.Select(one => _text.IndexOf(one, StringComparison.Ordinal)).Where(at => at > 0).Min();

        private void Copies() => Task($"copy f{_random.Next(Frames)} to f{_random.Next(Frames)}{(Chance(50) ? $" ; dc civac, x{_random.Next(Frames)} ; dsb ish" : "")}");

        /// <summary>Who clears a page and who completes that are two, and a lock is between them or is not.</summary>
        private void Locks()
        {
            Policy($"  lock l ; lock k\n  proc drop(g: page) holding l {{ clear g }}\n  proc rest(g: page) {(Chance(70) ? "holding l " : Chance(50) ? "holding k " : "")}{{ dsb ishst ; tlbi alle1is ; dsb ish ; settle g }}\n");
            if (Chance(50))
            {
                _text = _text.Replace("on s2_fault(v, p, g, access, kind) {", "on s2_fault(v, p, g, access, kind) holding l {", StringComparison.Ordinal);
            }

            Task("call drop(g0)", "dropper");
            Task("await dropper at end ; call rest(g0)");
        }

        private void Machine(string member) => _text = _text.Replace("  machine { ", $"  machine {{ {member} ; ", StringComparison.Ordinal)
            .Replace($"{member} ; pcpu P0 ; pcpu P1", $"pcpu P0 ; pcpu P1 ; {member}", StringComparison.Ordinal);

        private void Policy(string members)
        {
            var at = _text.IndexOf('\n') + 1;
            _text = _text[..at] + members + _text[at..];
        }

        private void Task(string body, string? name = null)
        {
            var task = $"  task {name ?? "t" + LinesOf("task")} {{ {body} }}\n";

            // Bare metal has no frames that the host copies, and a page behind none faults there for good.
            _text = _text.Replace(" ; bare_metal : unstated", "", StringComparison.Ordinal);
            var at = _text.IndexOf("  expect ", StringComparison.Ordinal);
            _text = _text[..at] + task + _text[at..];
        }

        private bool Chance(int percent) => _random.Next(100) < percent;
    }
}
