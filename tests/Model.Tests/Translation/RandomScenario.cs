using System.Text;
using CoherenceCheck.Model.Tests.Reference.Translation;

namespace CoherenceCheck.Model.Tests.Translation;

/// <summary>A small random scenario with translations, in the language of specs.</summary>
/// <param name="Seed">What it was made from.</param>
/// <param name="Text">
/// A spec with a policy <c>p</c> and one scenario, whose rows ask about each automatic property under <c>p</c>, and under <c>bare_metal</c> where no stage 2 matters.
/// </param>
/// <param name="Hardware">The hardware that its machine has.</param>
internal sealed partial record RandomScenario(int Seed, string Text, HardwareChoice Hardware)
{
    public static string[] Properties { get; } = ["private_translation", "isolation", "fresh_data", "fresh_fetch"];

    /// <summary>The scenario of a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="isRight">Whether the hypervisor does everything that it has to; guests do what they like.</param>
    public static RandomScenario Of(int seed, bool isRight = false) => new Writer(seed, isRight).Write();

    /// <summary>What a scenario is mostly about: what has nothing to do with it would only make it large.</summary>
    private enum Theme
    {
        Translations,
        Data,
        Fetches,
        Everything,
    }

    /// <summary>Writes the text: right, as a rule, but for a statement that is missing here and there.</summary>
    private sealed class Writer(int seed, bool isRight)
    {
        private readonly Random _random = new(seed);
        private Theme _theme;
        private int _values;
        private int _vms;
        private int _pages;
        private bool _isFaulting;
        private bool _toggles;
        private bool _hasHazard;

        public RandomScenario Write()
        {
            _theme = Pick(Theme.Translations, Theme.Data, Theme.Fetches, Theme.Everything);
            var dic = Chance(20);
            var idc = dic || _theme is Theme.Translations or Theme.Data || Chance(60);
            var fwb = Chance(25);
            var xn = !Chance(10);

            // Without FWB the host's Write-Back alias may leave stale copies below a guest that accesses by less than Write-Back and changes its mind: only the
            // write of SCTLR_EL1 can be seen, so that a guest that changes a mapping's type is never right, nor a fetch that may read such a copy.
            _hasHazard = isRight && !fwb;
            var atPoU = !isRight && Chance(15);
            _vms = Chance(15) ? 2 : 1;
            _pages = _vms == 2 || !Chance(_theme == Theme.Translations ? 70 : 20) ? 1 : 2;
            var pcpus = Chance(30) ? 2 : 1;
            var scenario = new StringBuilder();
            scenario.AppendLine($"  machine {{ {string.Join(" ; ", Enumerable.Range(0, pcpus).Select(p => $"pcpu P{p}"))} ; CTR_EL0.DIC = {Bit(dic)} ; CTR_EL0.IDC = {Bit(idc || fwb)} ; ID_AA64MMFR2_EL1.FWB = {Bit(fwb)} ; reading nc_fetch_point = {(atPoU ? "poc_or_pou" : "poc_only")} ; reading xn_blocks_alloc = {(xn ? "yes" : "no")} }}");
            var frames = Math.Max(2, (_vms * _pages) + 1);
            for (var f = 0; f < frames; f++)
            {
                scenario.AppendLine($"  frame f{f} {{ x{f} = old{f}{(_theme >= Theme.Fetches && f < 2 && Chance(30) ? $" after secret{f}" : "")} }}");
            }

            var vcpus = _vms == 2 ? 2 : Chance(45) ? 2 : 1;
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
            var kind = _theme is Theme.Data or Theme.Fetches ? Pick("none", "none", "none", "own") : Pick("none", "vm", "own", "own");
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
                    all.Add(($"g{g}", asid, $"map g{g} -> g{Pick(pages)} asid {asid}{NonCacheable(20)}"));
                }
            }

            return all;
        }

        private void Vcpu(StringBuilder text, int v, int[] pages, List<(string Va, int Asid, string Text)> maps, bool own, int pcpus)
        {
            var m = !Chance(_theme switch { Theme.Translations => 5, Theme.Data => 60, _ => 40 });
            var settings = $"SCTLR_EL1.M = {Bit(m)}";
            var placement = pcpus == 2 && Chance(30) ? $" on {{P{_random.Next(2)}}}" : "";
            var head = $"    vcpu v{v}{placement} {{ {settings}{(own ? " ; " + string.Join(" ; ", maps.Select(map => map.Text)) : "")} }}";
            if (Chance(20))
            {
                var words = _theme switch
                {
                    Theme.Translations => Pick("load", "load store", "load remap", "load remap vae1 dsb isb"),
                    Theme.Data => Pick("load store", "load store mmu", "load store civac dsb"),
                    Theme.Fetches => Pick("fetch isb store", "fetch load isb", "fetch store cvau ivau dsb isb"),
                    _ => Pick("load store remap", "load tlbi barrier remap", "fetch load store isb"),
                };
                _toggles |= words.Contains("mmu");
                text.AppendLine($"{head} any {{ {words} }}");
                return;
            }

            var asids = maps.Select(map => map.Asid).Where(asid => asid > 0).Distinct().ToArray();
            if (_theme == Theme.Fetches && Chance(40))
            {
                // A writer that does what it has to, or somebody who only fetches: the vCPU that disturbs it.
                text.AppendLine($"{head} {{ {(m ? NewCode($"g{pages[0]}") : $"exec g{pages[0]} ; exec g{pages[0]}")} }}");
                return;
            }

            text.AppendLine($"{head} {{ {string.Join(" ; ", Enumerable.Range(0, _random.Next(2, 6)).Select(_ => Instruction(pages, asids)))} }}");
        }

        private string Instruction(int[] pages, int[] asids)
        {
            var va = $"g{Pick(pages)}";
            var asid = asids.Length > 0 ? $", asid {Pick(asids)}" : "";
            var inTable = asids.Length > 0 ? $" asid {Pick(asids)}" : "";
            string Load() => $"ldr [{va}]";
            string Store() => $"str n{_values++}, [{va}]";
            string Execute() => $"exec {va}";
            string Clean() => $"dc {Pick("cvau", "cvac", "civac")}, {va}";
            string Barrier() => Pick("dsb ish", "dsb ish", "dsb nsh", "dsb ishst");
            string Invalidate() => Pick($"ic ivau, {va}", "ic iallu", "ic ialluis");
            string Mmu()
            {
                // I is never on where M is off: what a cacheable fetch leaves in unified caches is a question of its own.
                _toggles = true;
                return Chance(60)
                    ? "msr SCTLR_EL1.M, 1 ; msr SCTLR_EL1.C, 1 ; msr SCTLR_EL1.I, 1 ; isb"
                    : "msr SCTLR_EL1.I, 0 ; msr SCTLR_EL1.C, 0 ; msr SCTLR_EL1.M, 0 ; isb";
            }

            string Tlbi() => Pick("tlbi vmalle1", "tlbi vmalle1is", $"tlbi vae1, {va}{asid}", $"tlbi vae1is, {va}{asid}", $"tlbi vaae1is, {va}", asids.Length > 0 ? $"tlbi aside1, {asids[0]}" : "tlbi vmalle1");
            string Remap() => Chance(40) ? $"unmap {va}{inTable}" : $"map {va} -> g{Pick(pages)}{inTable}{NonCacheable(15)}";
            string Switch() => asids.Length > 1 ? $"msr TTBR0_EL1.ASID, {Pick(asids)}{(Chance(70) ? " ; isb" : "")}" : "isb";
            string Code() => NewCode(va);
            string NewData() => Some(Store(), Pick("dsb ish", $"dc civac, {va} ; dsb ish"), Mmu(), Load());
            string NewMap() => Some($"map {va} -> g{Pick(pages)}{inTable}", "dsb ishst", $"tlbi vae1is, {va}{asid}", "dsb ish", "isb");
            Func<string>[] letters = _theme switch
            {
                Theme.Translations => [Load, Load, Load, Store, Barrier, Tlbi, Tlbi, Remap, Switch, NewMap],
                Theme.Data => [Load, Load, Load, Store, Store, Store, Clean, Barrier, Mmu, NewData, NewData],
                Theme.Fetches => [Execute, Execute, Execute, Store, Store, Clean, Invalidate, Barrier, Switch, Code, Code, Mmu],
                _ => [Load, Store, Execute, Clean, Invalidate, Tlbi, Barrier, Remap, Switch, Code, NewMap, Mmu],
            };
            return Pick(letters)();
        }

        private string NewCode(string va) => Some($"str n{_values++}, [{va}]", $"dc cvau, {va}", "dsb ish", $"ic ivau, {va}", "dsb ish", "isb", $"exec {va}");

        private string Policy()
        {
            var text = new StringBuilder("policy p {\n");
            text.AppendLine($"  HCR_EL2.FB = {Bit(isRight || !Chance(20))} ; HCR_EL2.BSU = {(isRight || Chance(80) ? "IS" : "NE")}");
            if (isRight || Chance(70))
            {
                text.AppendLine("  state last[mmu][pcpu] : vcpu? = none");
                text.AppendLine($"  on vcpu_load(v, p) {{ if last[v.mmu][p] != v {{ {Host("tlbi vmalle1", "ic iallu", "dsb nsh", "isb", "last[v.mmu][p] = v")} }} }}");
            }

            if (isRight || Chance(75))
            {
                text.AppendLine($"  on switch_out(v, p) {{ {(isRight ? "dsb ish" : Pick("dsb ish", "dsb ish", "dsb ish", "dsb nsh"))} }}");
            }

            if (isRight || _isFaulting || Chance(40))
            {
                text.AppendLine(FaultHandler());
            }

            if (_toggles && (isRight || Chance(50)))
            {
                text.AppendLine($"  on sysreg_write(v, p, field, old, new) {{ {Pick("", "complete ; ")}{Host("for g in page { if g.vm == v.vm && g.mapped { dc civac, g.frame } }", "dsb ish")} }}");
            }

            return text.Append('}').ToString();
        }

        /// <summary>Two handlers may meet, and a handler a task: whether there is still something to map is asked in the step that maps it.</summary>
        private string FaultHandler()
        {
            var ic = isRight || Chance(50) ? "ic ialluis ; dsb ish" : "if access == exec { ic ialluis ; dsb ish }";
            var make = Host("if !FWB { dc civac, g.backing ; dsb ish }", ic, $"atomic {{ if !g.mapped && g.backing != none {{ map g, g.backing, {(isRight ? "RWX" : Pick("RWX", "RWX", "RW-"))} }} }}", "dsb ishst");
            var grant = Host("ic ialluis", "dsb ish", $"perm g, {(isRight ? "RWX" : Pick("RWX", "RW-", "R-X"))}", "dsb ishst", "tlbi ipas2e1, g", "dsb nsh", "tlbi vmalle1", "dsb nsh");
            return $"  on s2_fault(v, p, g, access, kind) {{ if !g.mapped {{ {make} }}{(isRight || Chance(60) ? $" else {{ if kind == permission {{ {grant} }} }}" : "")} }}";
        }

        private string Task(int spare, int vcpus)
        {
            var g = _random.Next(_vms * _pages);
            var vm = g / _pages;

            // A trap cannot clean a page that is being unmapped and whose translation somebody still uses: it would need the lock that the notifier holds.
            var kind = _hasHazard && _toggles ? 3 : _random.Next(6);
            var flush = $"with m{vm} {{ {Host("dsb ishst", $"tlbi ipas2e1is, g{g}", "dsb ish", "tlbi vmalle1is", "dsb ish")} }}";
            switch (kind)
            {
                case 0 or 1:
                    return Host($"g{g}.backing = none", $"clear g{g}", flush, $"settle g{g}", $"dc civac, x{g}", "dsb ish", $"copy f{g} to f{spare}", $"dc civac, x{spare}", "dsb ish", $"give f{g} to host", $"give f{spare} to m{vm}", $"g{g}.backing = f{spare}");
                case 2:
                    return Host($"perm g{g}, {Pick("R-X", "R--", "RW-")}", flush, $"settle g{g}");
                case 3:
                    // A VMM that repaints a page races with guests that do not stand still.
                    var paused = Enumerable.Range(0, isRight || Chance(60) ? vcpus : 0).ToArray();
                    return string.Join(" ; ", [.. paused.Select(v => $"pause v{v}"), Host($"str img, [x{g}]", $"dc civac, x{g}", "dsb ish", $"ic ivau, x{g}", "dsb ish", $"publish g{g}"), .. paused.Select(v => $"resume v{v}")]);
                case 4 when _vms == 2:
                    // A frame passes to the other VM.
                    return Host($"g{g}.backing = none", $"clear g{g}", flush, $"settle g{g}", $"give f{g} to host", $"str zero, [x{g}]", "ic ialluis", "dsb ish", $"g{1 - g}.backing = none", $"clear g{1 - g}",
                        $"with m{1 - vm} {{ dsb ishst ; tlbi vmalls12e1is ; dsb ish }}", $"settle g{1 - g}", $"give f{g} to m{1 - vm}", $"g{1 - g}.backing = f{g}", $"publish g{1 - g}");
                default:
                    return Host($"clear g{g}", flush, $"settle g{g}");
            }
        }

        /// <summary>What the host does in order, all of it if it is right.</summary>
        private string Host(params string[] statements) => isRight ? string.Join(" ; ", statements) : Some(statements);

        /// <summary>Statements in order, of which mostly none is missing.</summary>
        private string Some(params string[] statements)
        {
            var missing = Chance(45) ? _random.Next(statements.Length) : -1;
            var kept = statements.Where((_, i) => i != missing && !Chance(4)).ToArray();
            return string.Join(" ; ", kept.Length == 0 ? statements : kept);
        }

        private string NonCacheable(int percent) => !_hasHazard && Chance(percent) ? " nc" : "";

        private bool Chance(int percent) => _random.Next(100) < percent;

        private T Pick<T>(params T[] all) => all[_random.Next(all.Length)];

        private static int Bit(bool value) => value ? 1 : 0;
    }
}
