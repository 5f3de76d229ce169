namespace CoherenceCheck.Language.Tests;

/// <summary>For every diagnostic at least one text that has it, at the marked place, and nothing else.</summary>
internal static partial class ErrorCases
{
    public static IEnumerable<(string Code, string Text)> All => [.. Syntax, .. Braces, .. FirstTries, .. Names, .. Types, .. Policies, .. Scenarios, .. Limits, .. Later, .. Translations];

    private static IEnumerable<(string Code, string Text)> Syntax =>
    [
        ("CC0004", Policy("⟦$⟧ isb")),
        ("CC0004", "⟦#⟧$\n"),
        ("CC0005", "use ⟦\"kvm.coh⟧"),
        ("CC0006", Policy("repeat ⟦1000001⟧ { isb }")),
        ("CC0006", Policy("repeat ⟦3x⟧ { isb }")),
        ("CC0007", $"policy ⟦{new string('a', 101)}⟧ {{ }}"),
        ("CC0101", "policy kvm ⟦isb⟧"),
        ("CC0101", "policy kvm { HCR_EL2.FB ⟦;⟧ }"),
        ("CC0101", Scenario("frame f { x ⟦old⟧ }")),
        ("CC0101", Policy("dc⟦;⟧ isb")),
        ("CC0101", Policy("let a ⟦3⟧")),
        ("CC0101", Scenario("vm b { vcpu C { } ⟦}⟧")),
        ("CC0101", Expect("kvm move ic ⟦tlb⟧ : holds")),
        ("CC0101", Scenario("task t on {⟦}⟧ { isb }")),
        ("CC0101", Page("RWX MemAttr ⟦0110⟧ XN any")),
        ("CC0101", Page("RX XN ⟦1⟧ wb")),
        ("CC0101", Expect("kvm when DIC in ⟦any⟧ : holds")),
        ("CC0102", Policy($"{new string('{', 199)}⟦{{⟧{new string('}', 200)}")),
        ("CC0102", Policy($"await {new string('(', 199)}⟦(⟧true{new string(')', 200)}")),
        ("CC0102", Policy("await " + "⟦t⟧rue" + string.Concat(Enumerable.Repeat(" && true", 200)))),
        ("CC0103", "⟦hello⟧ world\n"),
        ("CC0103", Scenario("⟦foo⟧ bar")),
        ("CC0103", Scenario("frame f { ⟦3⟧ = x }")),
        ("CC0103", "policy p { ⟦=⟧ }"),
        ("CC0104", Policy("⟦)⟧")),
        ("CC0104", Policy("isb ; ⟦3⟧ ; isb")),
        ("CC0105", Policy("await ⟦)⟧")),
        ("CC0105", Policy("if ⟦>⟧ { }")),
        ("CC0106", Policy("dsb ish ⟦isb⟧")),
        ("CC0106", Page("RX wb XN any ⟦nc⟧")),
        ("CC0106", Scenario("cover c: true ⟦cover⟧ d: true")),
        ("CC0107", Scenario("frame f { z = old }\nvm b { page f = f ⟦WX⟧ wb ; vcpu C { } any { load } }")),
        ("CC0107", Scenario("frame f { z = old }\nvm b { page f = f ⟦--X⟧ ; vcpu C { } any { load } }")),
    ];

    private static IEnumerable<(string Code, string Text)> Names =>
    [
        ("CC0201", "policy a { }\npolicy ⟦a⟧ { }\n"),
        ("CC0201", "profile a { }\nprofile ⟦a⟧ { }\n"),
        ("CC0201", Policy("isb @a ; isb ⟦@a⟧")),
        ("CC0201", Policy("let a = 1 ; let ⟦a⟧ = 2")),
        ("CC0201", "policy p { state s : bool = true\nlock ⟦s⟧ }"),
        ("CC0201", "policy p { HCR_EL2.FB = 1 ; ⟦HCR_EL2.FB = 0⟧ }"),
        ("CC0201", Scenario("frame ⟦code⟧ { z = old }")),
        ("CC0201", Scenario("frame f { z = old ; ⟦z⟧ = new }")),
        ("CC0201", Scenario("task ⟦A⟧ { isb }")),
        ("CC0201", Scenario("task t { isb ⟦@clean⟧ }")),
        ("CC0201", Scenario("cover a: true ; cover ⟦a⟧: true")),
        ("CC0201", Scenario("bound vcpu_load <= 3 ; bound ⟦vcpu_load⟧ <= 4")),
        ("CC0201", Scenario("expect deadlock { kvm : holds }\nexpect ⟦deadlock⟧ { none : holds }")),
        ("CC0201", Expect("kvm when DIC in {0, ⟦0⟧} : holds")),
        ("CC0201", Expect("kvm when DIC = 0, ⟦DIC⟧ = 1 : holds")),
        ("CC0201", Machine("CTR_EL0.DIC = 0 ; ⟦CTR_EL0.DIC = 1⟧")),
        ("CC0201", Machine("legal ; ⟦legal⟧")),
        ("CC0201", Machine("share icache {P0, P1} ; share icache {⟦P1⟧}")),
        ("CC0201", Scenario("frame f { z = old }\nvm b { page ⟦code⟧ = f ; vcpu C { } { isb } }")),
        ("CC0201", Page("MemAttr any ⟦MemAttr = 0110⟧")),
        ("CC0201", Page("XN = 1 wb ⟦XN in any⟧")),
        ("CC0201", Page("MemAttr in {0101, 1111, ⟦0101⟧} XN any")),
        ("CC0201", Page("MemAttr any", "kvm when f.MemAttr = 0110, ⟦f.MemAttr⟧ = 1111 : holds")),
        ("CC0201", Machine("CTR_EL0.DIC in any ; ⟦CTR_EL0.DIC in any⟧")),
        ("CC0201", Expect("kvm : holds needless tlb, nsh, ⟦tlb⟧")),
        ("CC0202", Expect("⟦kwm⟧ : holds")),
        ("CC0202", "policy a = ⟦b⟧\n"),
        ("CC0203", Machine("profile ⟦foo⟧")),
        ("CC0203", "profile a { profile ⟦b⟧ }"),
        ("CC0204", Machine("⟦CTR_EL0.DIK⟧ = 0")),
        ("CC0204", Expect("kvm when ⟦DIK⟧ = 0 : holds")),
        ("CC0204", Machine("⟦CTR_EL0.DIK⟧ in any")),
        ("CC0204", Page("XN any", "kvm when ⟦f.WXN⟧ = 0 : holds")),
        ("CC0204", Policy("if ⟦HCR_EL2.TVM⟧ == 1 { isb }")),
        ("CC0204", Program("msr ⟦SCTLR_EL1.WXN⟧, 1")),
        ("CC0205", "policy p { HCR_EL2.BSU = ⟦ISH⟧ }"),
        ("CC0205", Machine("reading fwb_ifetch = ⟦upgrade⟧")),
        ("CC0205", Expect("kvm when DIC = ⟦2⟧ : holds")),
        ("CC0205", Program("msr SCTLR_EL1.M, ⟦2⟧")),
        ("CC0205", Machine("CTR_EL0.DIC = ⟦0x1⟧")),
        ("CC0205", Machine("CTR_EL0.DIC in {⟦any⟧}")),
        ("CC0205", Page("RWX MemAttr = ⟦0x6⟧")),
        ("CC0205", Page("RWX MemAttr = ⟦10⟧ XN any")),
        ("CC0205", Page("MemAttr = ⟦wb⟧")),
        ("CC0205", Page("MemAttr in {0110, ⟦2⟧}")),
        ("CC0205", Page("XN = ⟦2⟧ device")),
        ("CC0205", Page("MemAttr any", "kvm when f.MemAttr in {0110, ⟦110⟧} : holds")),
        ("CC0206", Machine("reading ⟦fwb_fetch⟧ in any")),
        ("CC0207", Scenario("expect ⟦fresh_fetches⟧ { kvm : holds }")),
        ("CC0208", Expect("kvm without ⟦ick⟧ : violated")),
        ("CC0208", Expect("kvm : holds needless ⟦tlbs⟧")),
        ("CC0208", Expect("kvm : holds needless tlb, ⟦tlbs⟧, clean")),
        ("CC0208", Expect("kvm with ⟦tlbs⟧: isb : holds")),
        ("CC0208", Scenario("cover c: B at ⟦cleaned⟧")),
        ("CC0208", Scenario("cover c: A at ⟦end⟧")),
        ("CC0209", Policy("await ⟦lost⟧ == v")),
        ("CC0209", Policy("⟦lost⟧ = v")),
        ("CC0209", Policy("call ⟦flush⟧()")),
        ("CC0209", Policy("holding ⟦mmu_lock⟧ { isb }")),
        ("CC0209", Program("exec ⟦z⟧")),
        ("CC0209", Program("exec ⟦data⟧.x")),
        ("CC0209", Program("exec code.⟦z⟧")),
        ("CC0209", Scenario("task t on {⟦P2⟧} { isb }")),
        ("CC0209", Scenario("vm b { page q = ⟦cod⟧ RWX ; vcpu C { } any { load } }", "CC0501")),
        ("CC0209", Page("XN any", "kvm when ⟦g⟧.XN = 0 : holds")),
        ("CC0210", Policy("⟦dmbish⟧")),
        ("CC0210", Policy("dsb ⟦ishs⟧")),
        ("CC0210", Policy("⟦flush⟧ x")),
        ("CC0211", "policy p { on ⟦vcpu_loaded⟧(v, p) { isb } }"),
        ("CC0211", Scenario("bound ⟦load⟧ <= 3")),
        ("CC0212", Expect("kvm : ⟦hold⟧")),
        ("CC0212", Scenario("frame f { z = old }\nvm b { page f = f RW ⟦wt⟧ ; vcpu C { } any { load } }")),
        ("CC0212", Scenario("frame f { z = old }\nvm b { page f = f ; vcpu C { } any { ⟦fetches⟧ load } }")),
        ("CC0212", Page("RWX ⟦Memattr⟧ any XN any")),
        ("CC0212", Page("⟦Xn⟧ = 0")),
        ("CC0212", Page("RWX ⟦any⟧")),
        ("CC0212", Machine("pe ⟦inorder⟧")),
        ("CC0212", Machine("icache ⟦pip⟧")),
        ("CC0212", Machine("share ⟦l2⟧ {P0}")),
        ("CC0212", "policy p { state s[⟦cpu⟧] : bool = true }"),
        ("CC0212", "policy p { state s : ⟦boolean⟧ = true }"),
        ("CC0213", Scenario("frame f { y = old }\nvm b { page f = f ; vcpu C { } { exec ⟦y⟧ } }")),
        ("CC0213", Scenario("task t { isb @ic }\nexpect deadlock { kvm without ⟦ic⟧ : holds }")),
        ("CC0214", "policy ⟦none⟧ { }"),
        ("CC0214", "profile ⟦old_manual⟧ { CTR_EL0.DIC = 1 }"),
        ("CC0214", "policy p { state ⟦isb⟧ : bool = true }"),
        ("CC0214", Policy("let ⟦map⟧ = 3")),
        ("CC0214", Scenario("cover ⟦fresh_fetch⟧: true")),
    ];

    private static IEnumerable<(string Code, string Text)> Types =>
    [
        ("CC0301", Policy("await ⟦v⟧")),
        ("CC0301", Policy("await ⟦3⟧")),
        ("CC0301", State("pcpu? = none", "s = ⟦v⟧")),
        ("CC0301", State("pcpu = none", "s = p", mark: "none")),
        ("CC0301", Policy("for q in ⟦p⟧ { isb }")),
        ("CC0301", Policy("await p in {⟦v⟧}")),
        ("CC0301", Policy("let q in ⟦p⟧")),
        ("CC0302", Policy("await v.⟦vmm⟧ == v.vm")),
        ("CC0302", State("vcpu? = none", "await s.⟦vm⟧ == v.vm")),
        ("CC0302", Policy("await p.⟦CTR_EL0⟧.DIC == 1")),
        ("CC0303", State("bool = true", "⟦s[v]⟧ = true")),
        ("CC0303", State("bool = true", "await ⟦s⟧", index: "[vcpu]")),
        ("CC0304", Policy("await v ⟦==⟧ p")),
        ("CC0304", Policy("await v ⟦<⟧ v")),
        ("CC0304", Policy("let a = v ⟦+⟧ v")),
        ("CC0305", Policy("let a = ⟦none⟧")),
        ("CC0305", Policy("let a = ⟦{}⟧")),
        ("CC0306", Policy("⟦v⟧ = v")),
        ("CC0306", Policy("let a = 1 ; ⟦a[v]⟧ = 1")),
        ("CC0306", Policy("let a = xchg(⟦3⟧, 1)")),
        ("CC0307", "policy p { state s : 0..3 = ⟦1 + 1⟧ }"),
        ("CC0308", "policy p { state s : 0..3 = ⟦4⟧ }"),
        ("CC0308", "policy p { state s : ⟦3..0⟧ = 1 }"),
        ("CC0308", Policy("repeat ⟦65⟧ { isb }")),
        ("CC0308", Scenario("bound vcpu_load <= ⟦1001⟧")),
        ("CC0309", State("bool = true", "let a = ⟦xchg⟧(s)")),
        ("CC0309", "policy p { proc f(v: vcpu) { isb }\non vcpu_load(v, p) { call ⟦f⟧() } }"),
        ("CC0310", "policy p { state s : vcpu = none\nproc f(v: vcpu) { isb }\non vcpu_load(v, p) { call f(⟦s⟧) } }".Replace("vcpu = none", "bool = true").Replace("v: vcpu", "b: bool")),
        ("CC0311", "policy p { proc f(⟦v⟧) { isb } }"),
    ];

    private static IEnumerable<(string Code, string Text)> Policies =>
    [
        ("CC0401", "policy p { ⟦CTR_EL0.DIC⟧ = 1 }"),
        ("CC0401", "policy p { ⟦HCR_EL2.FB in {0, 1}⟧ }"),
        ("CC0401", "policy p { ⟦HCR_EL2.FB in any⟧ }"),
        ("CC0401", Expect("kvm with ⟦HCR_EL2.FB in any⟧ : holds")),
        ("CC0401", Machine("⟦HCR_EL2.FB⟧ in any")),
        ("CC0401", Page("RWX ⟦wb⟧ MemAttr any")),
        ("CC0401", Page("XN any MemAttr = 0110 ⟦nc⟧")),
        ("CC0401", Page("RW- ⟦XN⟧ any wb")),
        ("CC0401", Page("R MemAttr any ⟦XN⟧ = 1")),
        ("CC0401", "policy p { ⟦reading fwb_ifetch = upgrades⟧ }"),
        ("CC0401", Machine("⟦HCR_EL2.FB⟧ = 1")),
        ("CC0401", Machine("⟦DIC⟧ = 1")),
        ("CC0401", Machine("⟦fwb_ifetch⟧ = upgrades")),
        ("CC0401", Expect("bare_metal with ⟦HCR_EL2.FB = 1⟧ : holds")),
        ("CC0401", Scenario("frame f { z = old }\nvm b { ⟦profile q⟧ ; page f = f ; vcpu C { } any { load } }")),
        ("CC0402", "policy a = b\npolicy b = ⟦a⟧\n"),
        ("CC0402", "profile a { profile ⟦a⟧ }"),
        ("CC0403", "policy p { proc f() { call ⟦f⟧() } }"),
        ("CC0404", Expect("kvm move sw before ⟦ic⟧ : holds")),
        ("CC0404", Expect("kvm move ic after ⟦ic⟧ : holds")),
        ("CC0405", Expect("kvm move ⟦fb⟧ before ic : holds")),
        ("CC0405", Expect("kvm with ⟦fb⟧: isb : holds")),
        ("CC0406", Policy("⟦forever⟧ { { } }")),
        ("CC0406", Program("⟦forever⟧ { repeat 0 { isb } }")),
        ("CC0407", Policy("atomic { isb ; ⟦dsb ish⟧ }")),
        ("CC0407", Policy("atomic { if v == v { ⟦await true⟧ } }")),
        ("CC0407", Policy("atomic { ⟦choose⟧ { isb } or { isb } }")),
        ("CC0407", Policy("atomic { ⟦forever⟧ { isb } }")),
        ("CC0407", Policy("atomic { isb ; ⟦return⟧ }")),
        ("CC0407", "policy p { lock l\non vcpu_load(v, p) { atomic { ⟦holding l⟧ { isb } } } }"),
        ("CC0407", "policy p { proc f() { dsb ish }\non vcpu_load(v, p) { atomic { isb ; ⟦call f()⟧ } } }"),
        ("CC0407", "policy p { proc f() { choose { isb } }\non vcpu_load(v, p) { atomic { ⟦call f()⟧ } } }"),
        ("CC0408", "policy p { on vcpu_load⟦(v)⟧ { isb } }"),
        ("CC0409", Program("⟦return⟧")),
        ("CC0401", Scenario("expect deadlock { kvm : holds ⟦vacuous⟧ }")),
        ("CC0409", Program("⟦stop A⟧")),
        ("CC0409", Program("⟦reset A { SCTLR_EL1.M = 0 }⟧")),
        ("CC0409", Program("⟦pause A⟧")),
        ("CC0212", Scenario("task t { publish x ⟦soon⟧ }")),
        ("CC0301", Scenario("task t { kick ⟦P0⟧ }")),
        ("CC0401", Scenario("task t { reset A { ⟦HCR_EL2.FB⟧ = 1 } }")),
        ("CC0401", Scenario("task t { reset A { ⟦SCTLR_EL1.M in {0, 1}⟧ } }")),
        ("CC0201", Scenario("task t { reset A { SCTLR_EL1.M = 0 ; ⟦SCTLR_EL1.M = 1⟧ } }")),
        ("CC0409", Program("⟦atomic⟧ { isb ; exec x }")),
        ("CC0209", Policy("publish ⟦x⟧")),
        ("CC0409", Program("⟦call f()⟧")),
        ("CC0209", Scenario("task t { call ⟦f⟧() }")),
        ("CC0209", Calls("isb", "call ⟦flsh⟧(code)", "p : holds ; none : unstated")),
        ("CC0209", Calls("isb", "call ⟦flush⟧(code)", "none : holds")),
        ("CC0213", "policy q { proc flush(g: vm) { isb } }\n" + Calls("isb", "call ⟦flush⟧(code)", "p : holds ; q : holds")),
        ("CC0301", Calls("isb", "call flush(⟦A⟧)")),
        ("CC0309", Calls("isb", "call ⟦flush⟧(code, code)")),
        ("CC0310", Calls("isb", "call f(⟦1 + 1⟧)").Replace("proc ", "proc f(n: 0..3) { isb }\n  proc ", StringComparison.Ordinal)),
        ("CC0407", Calls("dsb ish", "atomic { isb ; ⟦call flush(code)⟧ }")),
        ("CC0406", Calls("isb", "⟦forever⟧ { call flush(code) }")),
        ("CC0601", Calls("repeat 64 { repeat 64 { isb } }", "repeat 64 { call flush(code) }").Replace("task t", "task ⟦t⟧", StringComparison.Ordinal)),
        ("CC0409", Scenario("task t { ⟦holding l⟧ { isb } }")),
        ("CC0409", Policy("await ⟦B at end⟧")),
        ("CC0409", "policy ⟦p⟧ = bare_metal { HCR_EL2.FB = 1 }"),
        ("CC0209", Policy("dc cvau, ⟦x⟧")),
        ("CC0209", Policy("ic ivau, ⟦x⟧")),
        ("CC0410", Policy("⟦exec⟧ x")),
        ("CC0410", Scenario("task t { ⟦exec⟧ x }")),
        ("CC0410", Program("⟦tlbi alle1is⟧")),
        ("CC0411", Program("⟦str x⟧")),
        ("CC0411", Program("⟦str 3, [x]⟧")),
        ("CC0411", Program("⟦dc cvau, [x]⟧")),
        ("CC0411", Program("⟦isb x⟧")),
        ("CC0411", Program("⟦msr SCTLR_EL1, 1⟧")),
    ];

    private static IEnumerable<(string Code, string Text)> Scenarios =>
    [
        ("CC0501", "scenario ⟦\"s\"⟧ { }"),
        ("CC0501", "scenario \"s\" { ⟦machine⟧ { } }"),
        ("CC0501", "scenario ⟦\"s\"⟧ { machine { pcpu P0 } }"),
        ("CC0501", Scenario("vm ⟦b⟧ { }")),
        ("CC0501", Scenario("vm b { vcpu C { } ⟦any { load }⟧ }")),
        ("CC0501", Scenario("frame ⟦f⟧ { }")),
        ("CC0501", Scenario("expect ⟦deadlock⟧ { }")),
        ("CC0502", Scenario("frame f { z = old }\nvm b { page f = f RX ; vcpu C { } { str new, [⟦z⟧] } }")),
        ("CC0502", Scenario("frame f { z = old }\nvm b { page f = f RW- ; vcpu C { } { ldr [z] ; exec ⟦z⟧ } }")),
        ("CC0503", Scenario("frame f { z = old }\nvm b { page f = f ; vcpu C { } { ldr [⟦code.x⟧] } }")),
        ("CC0504", Program("msr SCTLR_EL1.M, 1 ; ⟦ldr [x]⟧ ; isb ; ldr [x]")),
        ("CC0504", Program("forever { ⟦dc cvau, x⟧ ; msr SCTLR_EL1.C, 1 }")),
        ("CC0504", Program("choose { msr SCTLR_EL1.M, 1 } or { isb } ; ⟦str new, [x]⟧")),
        ("CC0505", Scenario("frame f { z = old }\nvm b { page f = f ; vcpu C { } ⟦any { fetch }⟧ }")),
        ("CC0506", Expect("kvm when IDC = 1, DIC = 0 : holds\n⟦kvm when DIC = 0, IDC = 1 : violated⟧")),
        ("CC0506", Page("XN any", "kvm when f.XN = 0 : holds\n⟦kvm when f.XN = 0 : violated⟧")),
        ("CC0507", Expect("kvm when ⟦SCTLR_EL1.I⟧ = 1 : holds")),
        ("CC0507", Expect("kvm when ⟦A.CTR_EL0.DIC⟧ = 1 : holds")),
        ("CC0507", Page("MemAttr any", "kvm when ⟦MemAttr⟧ = 0110 : holds")),
        ("CC0507", Page("MemAttr any", "kvm when ⟦f.XN⟧ = 0 : holds")),
        ("CC0507", Page("XN any", "kvm when ⟦C.XN⟧ = 0, ⟦b.XN⟧ = 0 : holds")),
        ("CC0507", Policy("await ⟦SCTLR_EL1.M⟧ == 1")),
        ("CC0508", Scenario("property q: ⟦last⟧[guest.mmu][P0] != B\nexpect q { kvm : holds\nnone : holds }")),
        ("CC0509", Scenario("cover c: true\nexpect ⟦c⟧ { kvm : holds }")),
        ("CC0540", Scenario("expect ⟦break_before_make⟧ { none : unstated }")),
        ("CC0510", Scenario("property ⟦q⟧: true")),
        ("CC0512", "policy w { on vcpu_load(v, p) { let n = v @l ; await n == v } }\n" + Expect("w without ⟦l⟧ : holds")),
        ("CC0512", "policy w { on vcpu_load(v, p) { forever { isb @l } } }\npolicy z = ⟦w⟧ without l\n" + Expect("kvm : holds")),
        ("CC0512", "policy w { on vcpu_load(v, p) { let n = v @l ; await n == v @m ; isb @k } }\n" + Expect("⟦w⟧ without l with k: dsb ish : holds")),
        ("CC0512", "policy w { on vcpu_load(v, p) { forever { isb @l } } }\n" + Expect("w : holds needless ⟦l⟧")),
        ("CC0512", Scenario("task t { let n = 1 @l ; await n == 1 @k }\nexpect fresh_fetch {\n⟦kvm with l: isb⟧ : holds\n}")),
        ("CC0512", Scenario("task t { let n = 1 @l ; await n == 1 @k }\nexpect fresh_fetch {\n⟦move l after k⟧ : holds\n}")),
        ("CC0512", Expect("kvm without ⟦vm⟧ : holds").Replace("if last[v.mmu][p] != v {", "if last[v.mmu][p] != v @vm {")),
        ("CC0512", Expect("⟦kvm⟧ without vm with ic: isb : holds").Replace("if last[v.mmu][p] != v {", "if last[v.mmu][p] != v @vm {")),
        ("CC0208", Scenario("task t { isb @here }\nexpect fresh_fetch {\nkvm : holds\n}") + "policy z = kvm with ⟦here⟧: isb\n"),
        ("CC0208", Scenario("task t { isb @here }\nexpect fresh_fetch {\nkvm : holds\n}") + "policy z = kvm without ⟦here⟧\n"),
        ("CC0208", Expect("kvm with ⟦nothing⟧: isb : holds")),
        ("CC0208", Expect("kvm move clean after ⟦nothing⟧ : holds")),
        ("CC0208", Scenario("property q: B past ⟦end⟧\nexpect q { kvm : holds }")),
        ("CC0201", Expect("with clean: { dsb ish @l ; isb ⟦@l⟧ } : holds")),
        ("CC0209", Expect("with clean: dc cvau, ⟦nothing⟧ : holds")),
        ("CC0213", Expect("kvm with ⟦ic⟧: isb : holds").Replace("@clean", "@ic")),
        ("CC0404", Expect("kvm move clean after ⟦ic⟧ : holds")),
        ("CC0405", Expect("kvm with ⟦vm⟧: isb : holds").Replace("if last[v.mmu][p] != v {", "if last[v.mmu][p] != v @vm || v == v {")),
        ("CC0409", Policy("await v ⟦past⟧ l").Replace("v ⟦past⟧ l", "⟦v past l⟧")),
        ("CC0410", Scenario("task t { isb @here }\nexpect fresh_fetch {\nwith here: ⟦exec⟧ x : holds\n}")),
        ("CC0414", Policy("await v == v @a || v == v ⟦@b⟧")),
        ("CC0414", Policy("assert v == v @a && (v == v || v == v) ⟦@b⟧")),
        ("CC0415", Policy("let b = (v == v ⟦@a⟧) || v == v")),
        ("CC0415", Policy("if !(v == v ⟦@a⟧ || v == v) { isb }")),
        ("CC0415", Scenario("property q: (B at end ⟦@a⟧) || true\nexpect q { kvm : holds }")),
        ("CC0530", Expect("kvm otherwise : holds\nkvm when DIC = 0 : violated\n⟦kvm otherwise : violated⟧")),
        ("CC0531", Expect("kvm ⟦otherwise⟧ when DIC = 0 : holds")),
        ("CC0531", Expect("kvm when DIC = 0 ⟦otherwise⟧ : holds")),
        ("CC0511", "profile a { CTR_EL0.DIC = 0 }\nprofile b { ⟦CTR_EL0.DIC = 1⟧ }\n" + Machine("profile a ; profile b")),
    ];

    private static IEnumerable<(string Code, string Text)> Limits =>
    [
        // At the first one that is too many.
        ("CC0601", "scenario \"s\" { machine { " + string.Join(" ; ", Enumerable.Range(0, 8).Select(i => $"pcpu Q{i}")) + " ; pcpu ⟦Q8⟧ ; pcpu Q9 } }"),
        ("CC0601", Scenario("vm b { " + string.Join(" ; ", Enumerable.Range(0, 4).Select(i => $"vcpu C{i} {{ }} {{ isb }}")) + " ; vcpu ⟦C4⟧ { } { isb } ; vcpu C5 { } { isb } }")),
        ("CC0601", Scenario("frame f { " + string.Join(" ; ", Enumerable.Range(0, 6).Select(i => $"z{i} = old")) + " ; ⟦z6⟧ = old }")),
        ("CC0601", Scenario("task t { " + string.Join(" ; ", Enumerable.Range(0, 14).Select(i => $"str v{i}, [x]")) + " ; str ⟦v14⟧, [x] }")),
        ("CC0601", Scenario(string.Join("\n", Enumerable.Range(0, 8).Select(i => $"task t{i} {{ isb }}")) + "\ntask ⟦t8⟧ { isb }\ntask t9 { isb }")),
        ("CC0102", Deep("policy k1 = kvm with ic: ", "policy k2 = k1 with ⟦inner⟧: ")),
        ("CC0601", "policy ⟦p⟧ { on vcpu_load(v, p) {\n" + string.Concat(Enumerable.Repeat("isb\n", 4096)) + "} }"),
        ("CC0601", Expect("kvm" + string.Concat(Enumerable.Repeat(" without ic", 64)) + " without ⟦nsh⟧ without ic : holds")),
        ("CC0601", Scenario(string.Join("\n", Enumerable.Range(0, 100).Select(i => $"cover c{i}: true")) + "\ncover ⟦c100⟧: true\ncover c101: true")),
        ("CC0601", Scenario(string.Concat(Enumerable.Repeat("expect fresh_fetch { kvm : holds }\n", 100)) + "expect ⟦deadlock⟧ { kvm : holds }\nexpect fresh_fetch { kvm : holds }")),
        ("CC0601", Scenario("expect fresh_fetch {\n" + string.Concat(Enumerable.Repeat("kvm : holds\n", 999)) + "}\nexpect deadlock { kvm : holds ; ⟦none⟧ : holds ; kvm : holds }")),
        ("CC0601", ManyAxes("XN any MemAttr in any").Replace("vcpu C3 { SCTLR_EL1.M = 0 ;", "vcpu C3 { ⟦SCTLR_EL1.M = 0⟧ ;")),
        ("CC0601", Program("repeat 64 { repeat 64 { isb } }").Replace("vcpu B", "vcpu ⟦B⟧")),
        ("CC0601", Policy("repeat 64 { repeat 64 { isb } }").Replace("on vcpu_load", "on ⟦vcpu_load⟧")),
        ("CC0601", "policy p { state s[pcpu][vcpu][vm][⟦mmu⟧][page] : bool = true }"),
        ("CC0601", "policy p { state s : {" + string.Join(", ", Enumerable.Range(0, 64).Select(i => $"n{i}")) + ", ⟦n64⟧, n65} = n0 }"),
        ("CC0601", "policy a0 { }\n" + string.Join('\n', Enumerable.Range(1, 40).Reverse().Select(i => $"policy a{i} = {(i == 9 ? "⟦a8⟧" : $"a{i - 1}")}")) + "\n"),
    ];

    private static IEnumerable<(string Code, string Text)> Later =>
    [
        ("CC0703", Machine("icache ⟦vipt⟧")),
        ("CC0201", Machine("icache pipt ; icache ⟦tag⟧ vmid")),
        ("CC0421", "policy p { lock l\nlock m[vm] sleeps\non vcpu_load(v, p) { ⟦preempt⟧ ; ⟦holding m[v.vm]⟧ { isb } }\non s2_fault(v, p) { holding l { ⟦preempt⟧ ; call q() } ; with v.mmu { ⟦holding m[v.vm]⟧ { isb } } }\nproc q() { ⟦preempt⟧ }\non cpu_up(p) { ⟦preempt⟧ } }"),
        ("CC0407", "policy p { on s2_fault(v, p) { atomic { ⟦preempt⟧ } } }"),
        ("CC0408", "policy p { on mmu_switch⟦(v)⟧ { }\non cpu_up⟦(v, p)⟧ { } }"),
        ("CC0409", Program("⟦preempt⟧ ; ⟦el1⟧ { isb }")),
        ("CC0409", Scenario("task t { ⟦preempt⟧ ; ⟦under guest⟧ }")),
        ("CC0419", Program("under ⟦m1⟧").Replace("vm guest", "frame more { w = old }\nvm other { mmu m0 m1 ; page p2 = more ; vcpu C { } { isb } }\nvm guest")),
        ("CC0419", Scenario("frame more { w = old }\nvm b { page p2 = more ; vcpu C { } any { ⟦under⟧ } }")),
        ("CC0401", Machine("pcpu Q { ⟦CTR_EL0.DIC = 1⟧ ; ⟦reading fwb_ifetch = no_effect⟧ }")),
        ("CC0706", Program("⟦ldar⟧ w0, [x] ; ⟦stlr⟧ new, [x]")),
        ("CC0707", Machine("⟦reading ghost in any⟧ ; pe ⟦window⟧")),
        ("CC0707", Machine("reading ghost in {lockstep, ⟦observing⟧}")),
    ];

    private static string Deep(string first, string second) =>
        $"{Specs.Kvm}{first}{new string('{', 150)} isb @inner {new string('}', 150)}\n{second}{new string('{', 150)} isb {new string('}', 150)}\n";

    private static string Policy(string statements) => $"policy p {{\n  on vcpu_load(v, p) {{\n    {statements}\n  }}\n}}\n";

    /// <summary>A task that calls a procedure <c>flush</c> of a policy p.</summary>
    private static string Calls(string body, string statements, string rows = "p : holds") =>
        $"policy p {{\n  proc flush(g: page) {{ {body} }}\n}}\n" + Scenario($"task t {{ {statements} }}\nexpect fresh_fetch {{ {rows} }}");

    private static string State(string declaration, string statement, string index = "", string? mark = null) =>
        $"policy p {{\n  state s{index} : {(mark is null ? declaration : declaration.Replace(mark, $"⟦{mark}⟧"))}\n  on vcpu_load(v, p) {{ {statement} }}\n}}\n";

    private static string Scenario(string members) => $"{Specs.Kvm}\nscenario \"s\" {{\n{Specs.Base}\n{members}\n}}\n";

    private static string Scenario(string members, string alsoReported) => Scenario(members).Replace("any { load }", alsoReported == "CC0501" ? "{ isb }" : "");

    private static string Machine(string members) => Scenario("").Replace("pcpu P1 }", $"pcpu P1 ; {members} }}");

    private static string Program(string statements) => Scenario("").Replace("isb ; exec x }", $"isb ; {statements} }}");

    /// <summary>A page of another VM, and rows about it.</summary>
    private static string Page(string words, string rows = "kvm : holds") =>
        Scenario($"frame f {{ z = old }}\nvm b {{ page f = f {words} ; vcpu C {{ }} any {{ load }} }}\nexpect fresh_fetch {{\n{rows}\n}}");

    /// <summary>A scenario that sets 31 fields and readings, and 12 more if its 6 pages set two each.</summary>
    public static string ManyAxes(string ofPages)
    {
        const string OfVm = "CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 ; CLIDR_EL1.LoC in any";
        const string OfVcpu = "SCTLR_EL1.M = 0 ; SCTLR_EL1.C = 0 ; SCTLR_EL1.I = 0";
        var frames = Enumerable.Range(0, 6).Select(i => $"frame f{i} {{ z{i} = old }}\n");
        var vms = Enumerable.Range(0, 4).Select(i => $"vm v{i} {{ {OfVm}{(i > 0 ? "" : Pages())} ; vcpu C{i} {{ {OfVcpu} }} {{ isb }} }}\n");
        return Scenario(string.Concat(frames) + string.Concat(vms))
            .Replace("pcpu P1 }", $"pcpu P1 ; {OfVm} ; HCR_EL2.FWB = 0 ; reading fwb_ifetch in any ; reading dic_snoops_nc in any }}");

        string Pages() => string.Concat(Enumerable.Range(0, 6).Select(i => $" ; page q{i} = f{i} {ofPages}"));
    }

    private static string Expect(string rows) => Scenario($"expect fresh_fetch {{\n{rows}\n}}");
}
