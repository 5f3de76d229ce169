using System.Text;
using CoherenceCheck.Model.Tests.Reference.Translation;

namespace CoherenceCheck.Model.Tests.Translation;

/// <summary>A small random scenario with translations, in the language of specs.</summary>
/// <param name="Seed">What it was made from.</param>
/// <param name="Text">
/// A spec with a policy <c>p</c> and one scenario, whose rows ask about each automatic property under <c>p</c>, and under <c>bare_metal</c> where no stage 2 matters.
/// </param>
/// <param name="Hardware">The hardware that its machine has.</param>
internal sealed record RandomScenario(int Seed, string Text, HardwareChoice Hardware)
{
    public static string[] Properties { get; } = ["private_translation", "isolation", "fresh_data", "fresh_fetch"];

    /// <summary>The scenario of a seed.</summary>
    public static RandomScenario Of(int seed) => new Writer(seed).Write();

    /// <summary>Which of a scenario's parts may be wrong: what stands in the text once is left out with a chance of its own.</summary>
    private sealed class Writer(int seed)
    {
        private readonly Random _random = new(seed);
        private int _values;
        private int _vms;
        private int _pages;
        private bool _isFaulting;
        private bool _toggles;

        public RandomScenario Write()
        {
            var dic = Chance(20);
            var idc = dic || Chance(60);
            var fwb = Chance(25);
            var xn = !Chance(10);
            var atPoU = Chance(15);
            _vms = Chance(15) ? 2 : 1;
            _pages = _vms == 2 ? 1 : _random.Next(1, 3);
            var pcpus = Chance(35) ? 2 : 1;
            var scenario = new StringBuilder();
            scenario.AppendLine($"  machine {{ {string.Join(" ; ", Enumerable.Range(0, pcpus).Select(p => $"pcpu P{p}"))} ; CTR_EL0.DIC = {Bit(dic)} ; CTR_EL0.IDC = {Bit(idc || fwb)} ; ID_AA64MMFR2_EL1.FWB = {Bit(fwb)} ; reading nc_fetch_point = {(atPoU ? "poc_or_pou" : "poc_only")} ; reading xn_blocks_alloc = {(xn ? "yes" : "no")} }}");
            var frames = Math.Max(2, (_vms * _pages) + 1);
            for (var f = 0; f < frames; f++)
            {
                scenario.AppendLine($"  frame f{f} {{ x{f} = old{f}{(Chance(15) && f < 2 ? $" after secret{f}" : "")} }}");
            }

            var vcpus = _vms == 2 ? 2 : Chance(55) ? 2 : 1;
            for (var vm = 0; vm < _vms; vm++)
            {
                Vm(scenario, vm, _vms == 2 ? 1 : vcpus, vm == 0 ? 0 : 1, pcpus);
            }

            var hasTask = Chance(70);
            if (hasTask)
            {
                scenario.AppendLine($"  task host {{ {Task(frames - 1, vcpus)} }}");
            }

            var text = new StringBuilder().AppendLine(Policy()).AppendLine($"scenario \"seed {seed}\" {{").Append(scenario);
            foreach (var property in Properties)
            {
                text.AppendLine($"  expect {property} {{ p : unstated{(_isFaulting || hasTask ? "" : " ; bare_metal : unstated")} }}");
            }

            return new RandomScenario(seed, text.AppendLine("}").ToString(), new HardwareChoice(dic, idc || fwb, fwb) { XnBlocksAlloc = xn, NcFetchesAtPoU = atPoU });
        }

        private void Vm(StringBuilder text, int vm, int vcpus, int first, int pcpus)
        {
            text.AppendLine($"  vm m{vm} {{");
            var pages = Enumerable.Range(vm * _pages, _pages).ToArray();
            foreach (var g in pages)
            {
                var permissions = Pick("RWX", "RWX", "RWX", "RW-", "R-X", "R--");
                var isMapped = !Chance(20);
                _isFaulting |= !isMapped || permissions != "RWX";
                text.AppendLine(isMapped ? $"    page g{g} = f{g} {permissions}" : $"    page g{g} = none backing f{g}");
            }

            // Tables of the VM's, of each vCPU's own, or none: then each page is where it has its address.
            var kind = Pick("none", "none", "vm", "own", "own");
            var maps = Maps(pages, kind);
            if (kind == "vm")
            {
                text.AppendLine($"    {string.Join(" ; ", maps.Select(map => map.Text))}");
            }

            for (var v = first; v < first + vcpus; v++)
            {
                var own = kind == "own" ? Maps(pages, kind) : maps;
                Vcpu(text, v, pages, own, kind == "own", pcpus);
            }

            text.AppendLine("  }");
        }

        /// <summary>Mappings of each virtual page; sometimes of a second table, too.</summary>
        private List<(string Va, int Asid, string Text)> Maps(int[] pages, string kind)
        {
            var all = new List<(string, int, string)>();
            if (kind == "none")
            {
                return [.. pages.Select(g => ($"g{g}", 0, ""))];
            }

            foreach (var asid in Chance(35) ? new[] { 1, 2 } : [1])
            {
                foreach (var g in pages)
                {
                    all.Add(($"g{g}", asid, $"map g{g} -> g{Pick(pages)} asid {asid}{(Chance(20) ? " nc" : "")}"));
                }
            }

            return all;
        }

        private void Vcpu(StringBuilder text, int v, int[] pages, List<(string Va, int Asid, string Text)> maps, bool own, int pcpus)
        {
            var m = !Chance(30);
            var settings = $"SCTLR_EL1.M = {Bit(m)}{(Chance(50) ? " ; SCTLR_EL1.C = 1 ; SCTLR_EL1.I = 1" : "")}";
            var placement = pcpus == 2 && Chance(30) ? $" on {{P{_random.Next(2)}}}" : "";
            var head = $"    vcpu v{v}{placement} {{ {settings}{(own ? " ; " + string.Join(" ; ", maps.Select(map => map.Text)) : "")} }}";
            if (Chance(15))
            {
                var words = Pick("load store", "load store remap", "fetch isb store", "load store mmu", "load tlbi barrier remap", "fetch load store isb");
                _toggles |= words.Contains("mmu");
                text.AppendLine($"{head} any {{ {words} }}");
                return;
            }

            var asids = maps.Select(map => map.Asid).Where(asid => asid > 0).Distinct().ToArray();
            text.AppendLine($"{head} {{ {string.Join(" ; ", Enumerable.Range(0, _random.Next(3, 7)).Select(_ => Instruction(pages, asids)))} }}");
        }

        private string Instruction(int[] pages, int[] asids)
        {
            var va = $"g{Pick(pages)}";
            var asid = asids.Length > 0 ? $", asid {Pick(asids)}" : "";
            switch (_random.Next(20))
            {
                case 0 or 1 or 2:
                    return $"ldr [{va}]";
                case 3 or 4 or 5:
                    return $"str n{_values++}, [{va}]";
                case 6 or 7:
                    return $"exec {va}";
                case 8:
                    return $"dc {Pick("cvau", "cvac", "civac")}, {va}";
                case 9:
                    return Pick($"ic ivau, {va}", "ic iallu", "ic ialluis");
                case 10 or 11:
                    return Pick("tlbi vmalle1", "tlbi vmalle1is", $"tlbi vae1, {va}{asid}", $"tlbi vae1is, {va}{asid}", $"tlbi vaae1is, {va}", asids.Length > 0 ? $"tlbi aside1, {asids[0]}" : "tlbi vmalle1");
                case 12 or 13:
                    return Pick("dsb ish", "dsb ish", "dsb nsh", "dsb ishst");
                case 14:
                    return "isb";
                case 15:
                    _toggles = true;
                    return $"msr SCTLR_EL1.M, {_random.Next(2)} ; isb";
                case 16 when asids.Length > 1:
                    return $"msr TTBR0_EL1.ASID, {Pick(asids)}{(Chance(70) ? " ; isb" : "")}";
                case 17:
                    return $"unmap {va}{(asids.Length > 0 ? $" asid {Pick(asids)}" : "")}";
                case 18:
                    return $"map {va} -> g{Pick(pages)}{(asids.Length > 0 ? $" asid {Pick(asids)}" : "")}{(Chance(15) ? " nc" : "")}";
                default:
                    return Sequence(va, pages, asids, asid);
            }
        }

        /// <summary>What programs do in one piece, mostly rightly.</summary>
        private string Sequence(string va, int[] pages, int[] asids, string asid) => Pick(
            Some($"dc cvau, {va}", "dsb ish", $"ic ivau, {va}", "dsb ish", "isb"),
            Some($"map {va} -> g{Pick(pages)}{(asids.Length > 0 ? $" asid {Pick(asids)}" : "")}", "dsb ishst", $"tlbi vae1is, {va}{asid}", "dsb ish", "isb"),
            Some($"dc civac, {va}", "dsb ish"));

        private string Policy()
        {
            var text = new StringBuilder("policy p {\n");
            text.AppendLine($"  HCR_EL2.FB = {Bit(!Chance(20))} ; HCR_EL2.BSU = {(Chance(80) ? "IS" : "NE")}");
            if (Chance(70))
            {
                text.AppendLine("  state last[mmu][pcpu] : vcpu? = none");
                text.AppendLine($"  on vcpu_load(v, p) {{ if last[v.mmu][p] != v {{ {Some("tlbi vmalle1", "ic iallu", "dsb nsh", "isb", "last[v.mmu][p] = v")} }} }}");
            }

            if (Chance(75))
            {
                text.AppendLine($"  on switch_out(v, p) {{ {Pick("dsb ish", "dsb ish", "dsb ish", "dsb nsh")} }}");
            }

            if (_isFaulting || Chance(40))
            {
                text.AppendLine(FaultHandler());
            }

            if (_toggles && Chance(50))
            {
                text.AppendLine($"  on sysreg_write(v, p, field, old, new) {{ {Pick("", "complete ; ")}{Some("for g in page { if g.vm == v.vm && g.mapped { dc civac, g.frame } }", "dsb ish")} }}");
            }

            return text.Append('}').ToString();
        }

        private string FaultHandler()
        {
            var make = Some("if !FWB { dc civac, g.backing ; dsb ish }", "if access == exec { ic ialluis ; dsb ish }", $"atomic {{ if !g.mapped && g.backing != none {{ map g, g.backing, {Pick("RWX", "RWX", "RW-")} }} }}", "dsb ishst");
            var grant = Some("ic ialluis", "dsb ish", $"perm g, {Pick("RWX", "RW-", "R-X")}", "dsb ishst", "tlbi ipas2e1, g", "dsb nsh", "tlbi vmalle1", "dsb nsh");
            return $"  on s2_fault(v, p, g, access, kind) {{ if !g.mapped {{ {make} }}{(Chance(60) ? $" else {{ if kind == permission {{ {grant} }} }}" : "")} }}";
        }

        private string Task(int spare, int vcpus)
        {
            var g = _random.Next(_vms * _pages);
            var vm = g / _pages;
            var flush = $"with m{vm} {{ {Some("dsb ishst", $"tlbi ipas2e1is, g{g}", "dsb ish", "tlbi vmalle1is", "dsb ish")} }}";
            switch (_random.Next(6))
            {
                case 0 or 1:
                    return Some($"g{g}.backing = none", $"clear g{g}", flush, $"settle g{g}", $"dc civac, x{g}", "dsb ish", $"copy f{g} to f{spare}", $"dc civac, x{spare}", "dsb ish", $"give f{g} to host", $"give f{spare} to m{vm}", $"g{g}.backing = f{spare}",
                        $"atomic {{ if !g{g}.mapped {{ map g{g}, f{spare}, RWX }} }}", "dsb ishst");
                case 2:
                    return Some($"perm g{g}, {Pick("R-X", "R--", "RW-")}", flush, $"settle g{g}");
                case 3:
                    var pause = vcpus == 1 && Chance(60);
                    return $"{(pause ? "pause v0 ; " : "")}{Some($"str img, [x{g}]", $"dc cvac, x{g}", "dsb ish", $"ic ivau, x{g}", "dsb ish", $"publish g{g}")}{(pause ? " ; resume v0" : "")}";
                case 4 when _vms == 2:
                    // A frame passes to the other VM.
                    return Some($"g{g}.backing = none", $"clear g{g}", flush, $"settle g{g}", $"give f{g} to host", $"str zero, [x{g}]", "ic ialluis", "dsb ish", $"give f{g} to m{1 - vm}", $"g{1 - g}.backing = f{g}", $"clear g{1 - g}",
                        $"with m{1 - vm} {{ dsb ishst ; tlbi vmalls12e1is ; dsb ish }}", $"settle g{1 - g}", $"publish g{1 - g}");
                default:
                    return Some($"clear g{g}", flush, $"settle g{g}");
            }
        }

        /// <summary>Statements in order, of which mostly none is missing.</summary>
        private string Some(params string[] statements)
        {
            var missing = Chance(45) ? _random.Next(statements.Length) : -1;
            var kept = statements.Where((_, i) => i != missing && !Chance(4)).ToArray();
            return string.Join(" ; ", kept.Length == 0 ? statements : kept);
        }

        private bool Chance(int percent) => _random.Next(100) < percent;

        private T Pick<T>(params T[] all) => all[_random.Next(all.Length)];

        private static int Bit(bool value) => value ? 1 : 0;
    }
}
