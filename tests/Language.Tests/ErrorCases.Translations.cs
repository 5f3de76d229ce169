namespace CoherenceCheck.Language.Tests;

/// <summary>Translations, data and frames.</summary>
internal static partial class ErrorCases
{
    private static IEnumerable<(string Code, string Text)> Translations => [.. StageTwo, .. StageOne, .. Frames, .. Words];

    private static IEnumerable<(string Code, string Text)> StageTwo =>
    [
        // What the host may not write.
        ("CC0101", Fault("map g ⟦g⟧.backing, RW-")),
        ("CC0101", Fault("map g, g.backing ⟦;⟧ isb")),
        ("CC0101", Fault("perm g, ⟦;⟧ isb")),
        ("CC0101", Fault("clear ⟦;⟧ isb")),
        ("CC0101", Fault("give g.frame ⟦v⟧.vm")),
        ("CC0101", Fault("msr VTTBR_EL2 ⟦v⟧.mmu")),
        ("CC0106", Fault("clear g⟦,⟧ R--")),
        ("CC0107", Fault("map g, g.backing, ⟦WX⟧")),
        ("CC0107", Fault("perm g, ⟦wb⟧")),
        ("CC0209", Fault("map ⟦h⟧, g.backing, RW-")),
        ("CC0209", Task("map ⟦q⟧, code, RW-")),
        ("CC0209", Task("map code, ⟦q⟧, RW-")),
        ("CC0209", Task("map code, ⟦x⟧, RW-")),
        ("CC0209", Task("map code, code, RW- in ⟦m⟧")),
        ("CC0209", Task("settle ⟦x⟧")),
        ("CC0209", Task("copy code to ⟦y⟧")),
        ("CC0212", Fault("map g, g.backing, RW- ⟦wt⟧")),
        ("CC0301", Fault("map ⟦v⟧, g.backing, RW-")),
        ("CC0301", Fault("map g, ⟦g⟧, RW-")),
        ("CC0301", Fault("map g, ⟦none⟧, RW-")),
        ("CC0301", Fault("perm g, RW- in ⟦v⟧")),
        ("CC0301", Fault("settle ⟦g.frame⟧")),
        ("CC0301", Fault("give ⟦g⟧ to host")),
        ("CC0301", Fault("give g.frame to ⟦v⟧")),
        ("CC0301", Fault("give g.frame to {⟦v⟧}")),
        ("CC0301", Fault("give g.frame to ⟦p⟧")),
        ("CC0301", Fault("copy ⟦p⟧ to g.backing")),
        ("CC0301", Fault("g.backing = ⟦g⟧")),
        ("CC0301", Fault("publish ⟦v⟧")),
        ("CC0301", Fault("dc civac, ⟦v⟧")),
        ("CC0301", Fault("tlbi ipas2e1is, ⟦v⟧")),
        ("CC0301", Fault("with ⟦v⟧ { isb }")),
        ("CC0301", Fault("msr VTTBR_EL2, v.mmu, ⟦v⟧")),
        ("CC0302", Fault("await g.⟦owner⟧ == v.vm")),
        ("CC0308", Fault("msr VTTBR_EL2, v.mmu, ⟦9⟧")),
        ("CC0416", Fault("⟦with v.mmu⟧ { }")),
        ("CC0419", Task("perm code, R-X in ⟦b⟧", Other)),
        ("CC0419", Task("clear code in ⟦m⟧", Other.Replace("vm b {", "vm b { mmu m n ;"))),
        ("CC0420", Task("clear ⟦q⟧", Other.Replace("vm b {", "vm b { mmu m n ;"))),
        ("CC0213", Task("for code in page { dc civac, ⟦code⟧ }")),
        ("CC0213", Task("give code to ⟦host⟧", Other.Replace("vm b", "vm host"))),

        // Where it stands.
        ("CC0409", Program("⟦map x, code, RW-⟧")),
        ("CC0409", Program("⟦perm x, R-X⟧ ; ⟦clear x⟧")),
        ("CC0409", Program("⟦settle code⟧ ; ⟦give code to host⟧ ; ⟦copy code to code⟧ ; ⟦code.backing = code⟧")),
        ("CC0409", Program("⟦with guest⟧ { isb } ; ⟦msr VTTBR_EL2, guest⟧")),
        ("CC0409", Policy("⟦map a -> g⟧")),
        ("CC0409", Task("⟦map code -> code⟧ ; ⟦unmap code⟧")),
        ("CC0409", Policy("⟦complete⟧")),
        ("CC0409", Task("⟦complete⟧")),
        ("CC0409", Program("⟦complete⟧")),
        ("CC0409", "policy p { proc f() { ⟦complete⟧ }\non set_way(v, p) { call f() } }"),
        ("CC0407", Fault("atomic { ⟦with v.mmu⟧ { isb } }")),
        ("CC0410", Program("⟦tlbi ipas2e1is⟧, code")),
        ("CC0209", Task("map code, code, RW- ; tlbi ipas2e1is, ⟦ipa⟧")),
        ("CC0209", Fault("map g, g.backing, RW- ; tlbi ipas2e1is, ⟦ipa⟧")),
        ("CC0410", "policy p { on set_way(v, p) { ⟦dc cisw⟧ } }"),
        ("CC0410", Scenario("task t { ⟦dc isw⟧ }")),
        ("CC0411", Program("⟦dc csw, x, asid 1⟧")),
        ("CC0408", "policy p { on maintenance⟦(v, p, op, line)⟧ { isb } }"),
        ("CC0408", "policy p { on s2_fault⟦(v, p, g, access, kind, more)⟧ { isb } }"),
        ("CC0408", "policy p { on sysreg_write⟦(v)⟧ { isb } }"),
        ("CC0209", Fault("if access == ⟦fetch⟧ { isb }")),
    ];

    private static IEnumerable<(string Code, string Text)> StageOne =>
    [
        // Declared.
        ("CC0101", Guests("map va ⟦q⟧", "isb")),
        ("CC0201", Guests("map va -> q ; map va -> q asid 1 ; ⟦map va -> q⟧", "isb")),
        ("CC0201", Guests("map q -> q ; ⟦map z -> q nc⟧", "isb")),
        ("CC0209", Guests("map va -> ⟦r⟧", "isb")),
        ("CC0212", Guests("map va -> q ⟦wt⟧", "isb")),
        ("CC0213", Guests("map ⟦z⟧ -> q", "isb").Replace("page q = f", "page q = f ; page r = f")),
        ("CC0213", Guests("map ⟦x⟧ -> q", "isb").Replace("page q = f", "page q = f ; page x = code")),
        ("CC0308", Guests("map va -> q ⟦asid 9⟧", "isb")),
        ("CC0308", Guests("map va -> q ⟦asid 0⟧", "isb")),
        ("CC0418", Guests("map va -> ⟦code⟧", "isb")),
        ("CC0418", Guests("map ⟦code⟧ -> q", "isb").Replace("frame code", "frame text").Replace("page code = code", "page code = text")),
        ("CC0503", Guests("map ⟦x⟧ -> q", "isb")),
        ("CC0601", Guests(string.Join(" ; ", Enumerable.Range(0, 14).Select(i => $"map va{i} -> q")) + " ; map ⟦va14⟧ -> q", "isb")),

        // Said by a program.
        ("CC0209", Guests("", "map va -> ⟦r⟧")),
        ("CC0209", Guests("", "unmap ⟦va⟧")),
        ("CC0209", Guests("map va -> q", "exec ⟦vb⟧")),
        ("CC0213", Guests("", "exec ⟦z⟧").Replace("page q = f", "page q = f ; page r = f")),
        ("CC0213", Guests("", "exec ⟦q⟧").Replace("z = old", "z = old ; w = old")),
        ("CC0308", Guests("", "map va -> q ⟦asid 9⟧")),
        ("CC0411", Guests("map va -> q", "⟦tlbi vaae1is, va, asid 1⟧ ; ⟦tlbi aside1, va⟧ ; ⟦tlbi vae1, [va]⟧ ; ⟦msr TTBR0_EL1.ASID, x⟧")),
        ("CC0417", Guests("map va -> q asid 1", "msr TTBR0_EL1.ASID, ⟦2⟧")),
        ("CC0417", Guests("map va -> q asid 1", "unmap va ⟦asid 2⟧")),
        ("CC0417", Guests("map va -> q asid 1", "tlbi vae1is, va, ⟦asid 2⟧ ; tlbi aside1, ⟦2⟧ ; tlbi aside1is, ⟦asid 3⟧")),
        ("CC0417", Guests("", "msr TTBR0_EL1.ASID, ⟦1⟧")),
        ("CC0418", Guests("", "map va -> ⟦code⟧")),
        ("CC0418", Guests("", "unmap ⟦code⟧").Replace("frame code", "frame text").Replace("page code = code", "page code = text")),
        ("CC0418", Guests("", "exec ⟦code⟧").Replace("frame code", "frame text").Replace("page code = code", "page code = text")),
        ("CC0418", Scenario("vm b { page q = code ; vcpu C { } { unmap ⟦va⟧ } }\nvm c { page r = code ; vcpu D { map va -> r } { isb } }")),
    ];

    private static IEnumerable<(string Code, string Text)> Frames =>
    [
        ("CC0101", Scenario("frame f { z = old after ⟦}⟧")),
        ("CC0209", Scenario("vm b { page q = none backing ⟦g⟧ ; vcpu C { } { isb } }")),
        ("CC0401", Scenario("vm b { page q = code backing ⟦code⟧ ; vcpu C { } { isb } }")),
        ("CC0201", Scenario("vm b { mmu m ⟦guest⟧ ; page q = code ; vcpu C { } { isb } }")),
        ("CC0601", Scenario("vm b { " + string.Concat(Enumerable.Range(0, 7).Select(i => $"page q{i} = code ; ")) + "page ⟦q7⟧ = code ; vcpu C { } { isb } }")),
        ("CC0601", Scenario("vm b { mmu " + string.Join(' ', Enumerable.Range(0, 7).Select(i => $"m{i}")) + " ⟦m7⟧ ; page q = code ; vcpu C { } { isb } }")),
        ("CC0501", Scenario("vm b { vcpu C { } ⟦any { load remap }⟧ }")),
    ];

    private static IEnumerable<(string Code, string Text)> Words =>
    [
        ("CC0101", Machine("vmids ⟦;⟧ legal")),
        ("CC0201", Machine("vmids 2 ; ⟦vmids 3⟧")),
        ("CC0201", Machine("share tlb {P0, P1} ; share tlb {⟦P1⟧}")),
        ("CC0308", Machine("vmids ⟦0⟧")),
        ("CC0308", Machine("vmids ⟦9⟧")),
        ("CC0212", Scenario("vm b { page q = code ; vcpu C { } any { load ⟦ipas2e1⟧ } }")),
        ("CC0214", Policy("let ⟦complete⟧ = 3")),
    ];

    private const string Other = "frame f { z = old }\nvm b { page q = f ; vcpu C { } { isb } }\n";

    /// <summary>A handler that is told all of a stage-2 fault.</summary>
    private static string Fault(string statements) => $"policy p {{\n  on s2_fault(v, p, g, access, kind) {{\n    {statements}\n  }}\n}}\n";

    private static string Task(string statements, string members = "") => Scenario($"{members}task t {{ {statements} }}");

    /// <summary>A vCPU of another VM, with what it maps and what it does.</summary>
    private static string Guests(string maps, string program) => Scenario($"frame f {{ z = old }}\nvm b {{ page q = f ; vcpu C {{ {maps} }} {{ {program} }} }}");
}
