using CoherenceCheck.Model.Tests.Reference.Translation;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests.Support;

/// <summary>Programs of the private machine with one setting as a spec, of which one system is made: a guest program names each of their instructions once, in no order that means anything.</summary>
/// <remarks>
/// ASID i of the private machine is i + 1 here. Every virtual page is named by somebody, as the private machine's walks and fetches go by all of them. SCTLR_EL1.C and I
/// are as M: a program writes the three one after the other, so a change of all is made by hand.
/// </remarks>
internal sealed class PrivateSpec
{
    private readonly PrivateSetting _setting;
    private readonly List<string>[] _lines;
    private readonly Dictionary<PrivateInstruction, int> _places = [];
    private readonly string[] _maps;
    private readonly Dictionary<(int Vcpu, int Place), List<RuleInstance>> _ways = [];

    public PrivateSpec(IReadOnlyList<PrivateProgram> programs)
    {
        _setting = programs[0].Setting;
        _lines = [.. Enumerable.Range(0, _setting.Vcpus).Select(_ => new List<string>())];
        var all = programs.SelectMany(program => program.Instructions).ToHashSet();
        Toggles = [.. Enumerable.Range(0, _setting.Vcpus).Select(v => all.Any(i => i.Vcpu == v && i.Op is PrivateOp.MmuOn or PrivateOp.MmuOff))];
        foreach (var instruction in all.Where(i => i.Op is not (PrivateOp.MmuOn or PrivateOp.MmuOff)))
        {
            Add(instruction);
        }

        for (var v = 0; v < _setting.Vcpus; v++)
        {
            for (var a = 0; a < _setting.Vas; a++)
            {
                Add(new(v, PrivateOp.Ld, a));
                Add(new(v, PrivateOp.Exec, a));
            }

            for (var k = 0; _setting.Regimes[v].Length > 1 && k < _setting.Regimes[v].Length; k++)
            {
                Add(new(v, PrivateOp.Ttbr, Value: k));
            }

            _lines[v].Add("dmb ish");
            _lines[v].AddRange(Toggles[v] ? ["msr SCTLR_EL1.M, 1", "msr SCTLR_EL1.C, 1", "msr SCTLR_EL1.I, 1", "isb"] : []);
        }

        var isShared = Enumerable.Range(0, _setting.Vcpus).All(v => _setting.Regimes[v][0].Table == 0);
        _maps = isShared ? [Maps(_setting.Regimes.MaxBy(all => all.Length)!)] : [.. _setting.Regimes.Select(Maps)];
    }

    /// <summary>Whether some program switches a vCPU's MMU.</summary>
    public IReadOnlyList<bool> Toggles { get; }

    /// <summary>A spec under a policy, asking about a property.</summary>
    public string ToText(string policy, string property)
    {
        var frames = Enumerable.Range(0, _setting.Pages).Select(g => $"  frame f{g} {{ x{g} = n{g} }}");
        var pages = Enumerable.Range(0, _setting.Pages).Select(g => $"page g{g} = f{g} RWX");
        var vcpus = Enumerable.Range(0, _setting.Vcpus).Select(v =>
            $"    vcpu {NameOf(v)} on {{P{v}}} {{ SCTLR_EL1.M = {Bit(_setting.MmuOn[v])}{(_maps.Length > 1 ? " ; " + _maps[v] : "")} }} {{ {string.Join(" ; ", _lines[v])} }}");
        return $$"""
            scenario "private programs" {
              machine { {{string.Join(" ; ", Enumerable.Range(0, _setting.Vcpus).Select(v => $"pcpu P{v}"))}} ; CTR_EL0.IDC = {{Bit(_setting.Idc)}} ; CTR_EL0.DIC = {{Bit(_setting.Dic)}} ; ID_AA64MMFR2_EL1.FWB = 0
                reading nc_fetch_point = poc_only ; reading dic_snoops_nc = no ; reading dic_ic_nop = executes ; reading dsb_domain = {{(_setting.NshWaitsForDc ? "maintenance" : "all")}} }
            {{string.Join('\n', frames)}}
              vm guest {
                {{string.Join(" ; ", pages)}}
                {{(_maps.Length == 1 ? _maps[0] : "")}}
            {{string.Join('\n', vcpus)}}
              }
              expect {{property}} { {{policy}} : unstated }
            }
            """;
    }

    /// <summary>The ways in which an instruction may happen, faults apart; without one those of an instruction that does nothing.</summary>
    public IReadOnlyList<RuleInstance> WaysOf(TransitionSystem system, PrivateInstruction? instruction, int vcpu)
    {
        var place = instruction is null ? _lines[vcpu].IndexOf("dmb ish") : _places[instruction];
        if (!_ways.TryGetValue((vcpu, place), out var ways))
        {
            var rules = system.Rules.Where(rule => rule.Name.StartsWith($"{NameOf(vcpu)}.{place}.", StringComparison.Ordinal) && !rule.Name.Contains(".fault", StringComparison.Ordinal));
            _ways.Add((vcpu, place), ways = [.. rules.SelectMany(RuleInstance.Of)]);
        }

        return ways;
    }

    public static string NameOf(int vcpu) => vcpu == 0 ? "A" : "B";

    private void Add(PrivateInstruction instruction)
    {
        if (_places.TryAdd(instruction, _lines[instruction.Vcpu].Count))
        {
            _lines[instruction.Vcpu].Add(Text(instruction));
        }
    }

    private string Maps(PrivateRegime[] regimes)
    {
        var leaves = from regime in regimes
                     from a in Enumerable.Range(0, _setting.Vas)
                     let leaf = _setting.Leaves[regime.Table][a]
                     where leaf != PrivateLeaf.Invalid
                     select $"map {Va(a)} -> {Leaf(leaf)}{Asid(regime.Asid)}{Type(leaf)}";

        // What is mapped nowhere has an address of its own, unless it is mapped somewhere: under an ASID that nobody uses.
        var others = Enumerable.Range(0, _setting.Vas).Where(a => regimes.Any(regime => _setting.Leaves[regime.Table][a] == PrivateLeaf.Invalid)).Select(a => $"map {Va(a)} -> g0 asid 8");
        return string.Join(" ; ", leaves.Concat(others));
    }

    private string Text(PrivateInstruction i) => i.Op switch
    {
        PrivateOp.Ld => $"ldr [{Va(i.Va)}]",
        PrivateOp.St => $"str n{i.Value}, [{Va(i.Va)}]",
        PrivateOp.Exec => $"exec {Va(i.Va)}",
        PrivateOp.Map => $"map {Va(i.Va)} -> {Leaf(i.Value)}{Asid(AsidOf(i))}{Type(i.Value)}",
        PrivateOp.Unmap => $"unmap {Va(i.Va)}{Asid(AsidOf(i))}",
        PrivateOp.TlbiVae1 or PrivateOp.TlbiVae1Is => $"{Tlbi(i)}, {Va(i.Va)},{Asid(i.Value)}",
        PrivateOp.TlbiAside1 or PrivateOp.TlbiAside1Is => $"{Tlbi(i)},{Asid(i.Value)}",
        PrivateOp.TlbiVmalle1 or PrivateOp.TlbiVmalle1Is => Tlbi(i),
        PrivateOp.Cvau or PrivateOp.Cvac or PrivateOp.Civac => $"dc {Lower(i)}, {Va(i.Va)}",
        PrivateOp.Ivau => $"ic ivau, {Va(i.Va)}",
        PrivateOp.Iallu or PrivateOp.Ialluis => $"ic {Lower(i)}",
        PrivateOp.DsbIsh or PrivateOp.DsbNsh or PrivateOp.DsbIshst => $"dsb {Lower(i)[3..]}",
        PrivateOp.Isb => "isb",
        PrivateOp.Ttbr => $"msr TTBR0_EL1.ASID, {_setting.Regimes[i.Vcpu][i.Value].Asid + 1}",
        _ => throw new ArgumentException($"{i} has no text", nameof(i)),
    };

    private int AsidOf(PrivateInstruction i) => _setting.Regimes[i.Vcpu].First(regime => regime.Table == i.Table).Asid;

    private static string Tlbi(PrivateInstruction i) => $"tlbi {Lower(i)[4..]}";

    private static string Lower(PrivateInstruction i) => i.Op.ToString().ToLowerInvariant();

    private string Va(int a) => a < _setting.Pages ? $"g{a}" : "b";

    private static string Leaf(int leaf) => $"g{PrivateLeaf.Page(leaf)}";

    private static string Type(int leaf) => PrivateLeaf.IsNonCacheable(leaf) ? " nc" : "";

    private static string Asid(int asid) => $" asid {asid + 1}";

    private static int Bit(bool value) => value ? 1 : 0;
}
