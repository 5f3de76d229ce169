using System.Text;
using System.Text.RegularExpressions;
using CoherenceCheck.Model.Tests.Reference.Translation;

namespace CoherenceCheck.Model.Tests.Translation;

/// <summary>Random scenarios whose I-caches are tagged by VMID: hosts that execute ICs at EL1, VMIDs that are given anew, ICs that are missing there.</summary>
internal sealed partial record RandomScenario
{
    private const string Fetching = "isolation fresh_fetch";

    /// <summary>A small scenario about tags.</summary>
    public static RandomScenario Tagged(int seed) => new TagWriter(seed).Write();

    /// <summary>A scenario of one VM, with fetches, in which a tag makes no difference.</summary>
    public static RandomScenario WithOneVmid(int seed)
    {
        var basis = Enumerable.Range(0, 100).Select(k => Of(seed + (1000 * k)))
            .First(random => (random.Text.Contains("exec ", StringComparison.Ordinal) || random.Text.Contains("fetch", StringComparison.Ordinal)) && !random.Text.Contains("vm m1", StringComparison.Ordinal));

        // Nobody knows the tag of what an earlier owner left, and neither translations nor data are fetched.
        var text = Regex.Replace(basis.Text, @" after secret\d", "", RegexOptions.NonBacktracking);
        return basis with { Text = string.Join('\n', text.Split('\n').Where(line => !line.StartsWith("  expect ", StringComparison.Ordinal) || Fetching.Contains(line.Split(' ')[3], StringComparison.Ordinal))) };
    }

    /// <summary>The same with lines that have tags, or have none.</summary>
    public RandomScenario WithTags(bool has)
    {
        var none = Text.Replace(" ; icache tag vmid", "", StringComparison.Ordinal);
        return this with { Text = has ? none.Replace(" ; CTR_EL0.DIC", " ; icache tag vmid ; CTR_EL0.DIC", StringComparison.Ordinal) : none };
    }

    /// <summary>Writes the text: right, as a rule, but for a statement that is missing here and there.</summary>
    private sealed class TagWriter(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly bool _isReuse = seed % 3 == 0;
        private bool _isAnew;

        public RandomScenario Write()
        {
            _isAnew = Chance(_isReuse ? 30 : 60);
            var dic = Chance(8);
            var text = new StringBuilder(Policy()).AppendLine($"scenario \"seed {seed}\" {{")
                .AppendLine($"  machine {{ pcpu P0 ; {(Chance(15) ? "pcpu P1 ; " : "")}{(_isAnew ? "vmids 2 ; " : "")}icache tag vmid ; CTR_EL0.DIC = {(dic ? 1 : 0)} ; CTR_EL0.IDC = 1 ; reading nc_fetch_point = poc_only }}")
                .AppendLine("  frame f0 { x0 = old }");
            if (_isReuse)
            {
                // A frame comes back under another page of the same VM: C19 (i).
                text.AppendLine($"  vm m0 {{ page g0 = f0 RWX wb ; page g1 = none ; vcpu v0 {{ SCTLR_EL1.M = 1 }} {{ exec g0 ; isb ; {(Chance(30) ? "ic iallu ; dsb ish ; isb ; " : "")}exec g1 }} }}")
                    .AppendLine($"  task t0 {{ {Reuse()} }}");
            }
            else
            {
                // Two VMs have a frame between them, or two vCPUs of one have: C19 (ii) and what a tag hides.
                var isOneVm = Chance(30);
                text.AppendLine($"  vm m0 {{ page g0 = f0 RWX wb ; {Looker("v0")}{(isOneVm ? " ; " + Writer("v1", "g0") : "")} }}");
                text.Append(isOneVm ? "" : $"  vm m1 {{ page g1 = f0 RWX wb ; {Writer("v1", "g1")} }}\n");
            }

            foreach (var property in Fetching.Split(' '))
            {
                text.AppendLine($"  expect {property} {{ p : unstated }}");
            }

            return new RandomScenario(seed, text.AppendLine("}").ToString(), new HardwareChoice(dic));
        }

        private string Looker(string name) => $"vcpu {name} {{ SCTLR_EL1.M = {(Chance(50) ? 1 : 0)} ; SCTLR_EL1.I = 0 }} {(Chance(60) ? "any { exec isb }" : $"{{ exec g0 ; {Some("ic iallu", "dsb ish")} ; isb }}")}";

        private string Writer(string name, string page) =>
            $"vcpu {name} {{ SCTLR_EL1.M = 1 }} {{ {Some($"str new, [{page}]", $"dc cvau, {page}", "dsb ish", Pick($"ic ivau, {page}", $"ic ivau, {page}", "ic iallu", "ic ialluis"), "dsb ish", "isb")} ; exec {page} }}";

        private string Reuse()
        {
            var flush = _isAnew ? "tlbi alle1is ; dsb ish" : "with m0 { tlbi ipas2e1is, g0 ; dsb ish ; tlbi vmalle1is ; dsb ish }";
            return Some("clear g0 ; dsb ishst", flush, Ic(), "dsb ish", "settle g0", "give f0 to host", "str new, [f0] ; dsb ish", Ic(), "dsb ish", "give f0 to m0", "map g1, f0, RWX ; dsb ishst", "publish g1");
        }

        private string Policy()
        {
            var text = new StringBuilder("policy p {\n").AppendLine("  HCR_EL2.FB = 1 ; HCR_EL2.BSU = IS").AppendLine("  on switch_out(v, p) { dsb ish }");
            if (_isAnew)
            {
                var rollover = Some("dsb ish", "tlbi alle1is", "dsb ish", Ic(), "dsb ish");
                text.AppendLine("  state first : vm? = none").AppendLine(
                    $"  on vcpu_load(v, p) {{ choose {{ }} or {{ {rollover} ; first = v.vm }} if first == v.vm {{ msr VTTBR_EL2, v.mmu, 1 }} else {{ msr VTTBR_EL2, v.mmu, 2 }} isb }}");
            }
            else if (Chance(40))
            {
                text.AppendLine("  state last[mmu][pcpu] : vcpu? = none").AppendLine($"  on vcpu_load(v, p) {{ if last[v.mmu][p] != v {{ {Some(Ic(), "dsb nsh", "isb")} ; last[v.mmu][p] = v }} }}");
            }

            return text.AppendLine("}").ToString();
        }

        /// <summary>The kernel's, at EL1 or EL2.</summary>
        private string Ic()
        {
            var ic = Pick("ic ialluis", "ic ialluis", "ic iallu");
            return Chance(35) ? $"el1 {{ {ic} }}" : ic;
        }

        private string Some(params string[] statements)
        {
            var missing = Chance(50) ? _random.Next(statements.Length) : -1;
            return string.Join(" ; ", statements.Where((_, i) => i != missing));
        }

        private bool Chance(int percent) => _random.Next(100) < percent;

        private string Pick(params string[] all) => all[_random.Next(all.Length)];
    }
}
