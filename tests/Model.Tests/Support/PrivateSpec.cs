using CoherenceCheck.Model.Tests.Reference.Translation;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests.Support;

/// <summary>Programs of the private machine with one setting as a spec.</summary>
/// <remarks>
/// ASID i of the private machine is i + 1 here. Every virtual page is named by somebody, as the private machine's walks and fetches go by all of them. SCTLR_EL1.C and I
/// are as M: a program writes the three one after the other, so a change of all is made by hand.
/// </remarks>
internal sealed class PrivateSpec
{
    private const string Nothing = "dmb ish";

    private readonly PrivateSetting _setting;
    private readonly List<string>[] _lines;
    private readonly Dictionary<PrivateInstruction, int> _places = [];
    private readonly string[] _maps;
    private readonly Dictionary<(int Vcpu, int Place), List<RuleInstance>> _ways = [];

    private PrivateSpec(IReadOnlyList<PrivateProgram> programs)
    {
        _setting = programs[0].Setting;
        _lines = [.. Enumerable.Range(0, _setting.Vcpus).Select(_ => new List<string>())];
        Toggles = [.. Enumerable.Range(0, _setting.Vcpus).Select(v => programs.Any(program => program.Instructions.Any(i => i.Vcpu == v && Switches(i))))];
        var isShared = Enumerable.Range(0, _setting.Vcpus).All(v => _setting.Regimes[v][0].Table == 0);
        _maps = isShared ? [Maps(_setting.Regimes.MaxBy(all => all.Length)!)] : [.. _setting.Regimes.Select(Maps)];
    }

    /// <summary>Programs with one setting, each instruction once, to be taken in any order.</summary>
    public static PrivateSpec InAnyOrder(IReadOnlyList<PrivateProgram> programs)
    {
        var spec = new PrivateSpec(programs);
        foreach (var instruction in programs.SelectMany(program => program.Instructions).Where(i => !Switches(i) && !spec.GoesNowhere(i)))
        {
            spec.Add(instruction);
        }

        for (var v = 0; v < spec._setting.Vcpus; v++)
        {
            spec.AddAccesses(v);
            for (var k = 0; spec._setting.Regimes[v].Length > 1 && k < spec._setting.Regimes[v].Length; k++)
            {
                spec.Add(new(v, PrivateOp.Ttbr, Value: k));
            }

            spec._lines[v].Add(Nothing);
            spec._lines[v].AddRange(spec.Toggles[v] ? Written(1) : []);
        }

        return spec;
    }

    /// <summary>The instructions of a program as each vCPU has them, and a load and a fetch of everything behind.</summary>
    public static PrivateSpec InOrder(PrivateProgram program)
    {
        var spec = new PrivateSpec([program]);
        foreach (var instruction in program.Instructions.Where(i => !spec.GoesNowhere(i)))
        {
            spec._lines[instruction.Vcpu].AddRange(Switches(instruction) ? Written(instruction.Op == PrivateOp.MmuOn ? 1 : 0) : [spec.Text(instruction)]);
        }

        for (var v = 0; v < spec._setting.Vcpus; v++)
        {
            spec.AddAccesses(v);
        }

        return spec;
    }

    /// <summary>Whether some program switches a vCPU's MMU.</summary>
    public IReadOnlyList<bool> Toggles { get; }

    /// <summary>A spec under a policy, asking about a property.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="property">The property.</param>
    /// <param name="forcesWriteBack">FEAT_S2FWB.</param>
    public string ToText(string policy, string property, bool forcesWriteBack = false)
    {
        var frames = Enumerable.Range(0, _setting.Pages).Select(g => $"  frame f{g} {{ x{g} = n{g} }}");
        var pages = Enumerable.Range(0, _setting.Pages).Select(g => $"page g{g} = f{g} RWX");
        var vcpus = Enumerable.Range(0, _setting.Vcpus).Select(v =>
            $"    vcpu {NameOf(v)} on {{P{v}}} {{ SCTLR_EL1.M = {Bit(_setting.MmuOn[v])}{(_maps.Length > 1 ? " ; " + _maps[v] : "")} }} {{ {string.Join(" ; ", _lines[v])} }}");
        return $$"""
            scenario "private programs" {
              machine { {{string.Join(" ; ", Enumerable.Range(0, _setting.Vcpus).Select(v => $"pcpu P{v}"))}} ; CTR_EL0.IDC = {{Bit(_setting.Idc)}} ; CTR_EL0.DIC = {{Bit(_setting.Dic)}} ; ID_AA64MMFR2_EL1.FWB = {{Bit(forcesWriteBack)}}
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
        var place = instruction is null ? _lines[vcpu].IndexOf(Nothing) : _places[instruction];
        if (!_ways.TryGetValue((vcpu, place), out var ways))
        {
            var rules = system.Rules.Where(rule => rule.Name.StartsWith($"{NameOf(vcpu)}.{place}.", StringComparison.Ordinal) && !rule.Name.Contains(".fault", StringComparison.Ordinal));
            _ways.Add((vcpu, place), ways = [.. rules.SelectMany(RuleInstance.Of)]);
        }

        return ways;
    }

    public static string NameOf(int vcpu) => vcpu == 0 ? "A" : "B";

    private static bool Switches(PrivateInstruction instruction) => instruction.Op is PrivateOp.MmuOn or PrivateOp.MmuOff;

    private static IEnumerable<string> Written(int value) => [$"msr SCTLR_EL1.M, {value}", $"msr SCTLR_EL1.C, {value}", $"msr SCTLR_EL1.I, {value}", "isb"];

    private void AddAccesses(int v)
    {
        foreach (var op in new[] { PrivateOp.Ld, PrivateOp.Exec })
        {
            foreach (var access in Enumerable.Range(0, _setting.Vas).Select(a => new PrivateInstruction(v, op, a)).Where(i => !GoesNowhere(i)))
            {
                Add(access);
            }
        }
    }

    /// <summary>With the MMU off for good an address beyond the pages is nothing's, and specs may not name it.</summary>
    private bool GoesNowhere(PrivateInstruction i) => i.IsAccess && i.Va >= _setting.Pages && !_setting.MmuOn[i.Vcpu] && !Toggles[i.Vcpu];

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
