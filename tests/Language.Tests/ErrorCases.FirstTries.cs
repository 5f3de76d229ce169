namespace CoherenceCheck.Language.Tests;

/// <summary>What people write first, who come from assembly, from C, or from other tools.</summary>
internal static partial class ErrorCases
{
    private const string Guest = "scenario \"s\" {\n  machine { pcpu P0 }\n  frame f { z = old }\n  vm b {\n    page f = f\n    vcpu C { } any { load }\n  }\n";

    private static IEnumerable<(string Code, string Text)> Braces =>
    [
        // At the end of the file; before what can only stand further out; by indentation.
        ("CC0109", "policy p { on vcpu_load(v, p) { isb }⟦⟧"),
        ("CC0109", "policy p { on vcpu_load(v, p) { isb⟦⟧"),
        ("CC0109", "policy p {\n  on vcpu_load(v, p) { isb }\n⟦policy⟧ q { }\n"),
        ("CC0109", "policy p {\n  on vcpu_load(v, p) { isb\n  ⟦on⟧ switch_out(v, p) { isb }\n}\n"),
        ("CC0109", "policy p {\n  on vcpu_load(v, p) {\n    if v == v {\n      isb\n    ⟦dsb⟧ ish\n  }\n}\n"),
        ("CC0109", "policy p {\n  on vcpu_load(v, p) {\n    isb\n⟦}⟧\n"),
        ("CC0109", "policy p {\n on vcpu_load(v, p) {\n isb\n }\n⟦⟧"),
        ("CC0109", "policy p {\non vcpu_load(v, p) {\nisb\n}\n⟦⟧"),
        ("CC0109", "profile p { CTR_EL0.DIC = 0\n⟦policy⟧ q { }\n"),
        ("CC0109", Guest.Replace("  }\n", "") + "  ⟦expect⟧ deadlock { none : holds }\n}\n"),
        ("CC0109", Guest.Replace("{ load }\n  }", "{ load\n  ⟦}⟧") + "  expect deadlock { none : holds }\n}\n"),
        ("CC0109", Guest.Replace("C { } any", "C { ⟦any⟧") + "}\n"),
        ("CC0109", Guest.Replace("pcpu P0 }", "pcpu P0").Replace("  frame", "  ⟦frame⟧") + "}\n"),
        ("CC0109", Guest.Replace("C { }", "C on {P0 ⟦{⟧ }") + "}\n"),
        ("CC0109", Guest + "  expect deadlock { none : holds\n⟦}⟧\n"),
        ("CC0109", Guest + "  expect deadlock { none : holds }\n⟦scenario⟧ \"t\" {\n  machine { pcpu P0 }\n}\n"),

        ("CC0110", "policy p { on vcpu_load(v, p) { isb } }\n⟦}⟧\n"),
        ("CC0110", "⟦}⟧ policy p { }"),
        ("CC0110", "policy p {\n  on vcpu_load(v, p) { isb } ⟦}⟧\n  on switch_out(v, p) { isb }\n}\n"),
        ("CC0110", "policy p {\n  on vcpu_load(v, p) {\n    if v == v {\n      isb\n      ⟦}⟧\n    }\n    dsb ish\n  }\n}\n"),
        ("CC0110", Guest + "  ⟦}⟧\n  expect deadlock { none : holds }\n}\n"),
        ("CC0110", Guest.Replace("any { load }", "{ ⟦}⟧\n      isb\n    }") + "}\n"),
    ];

    private static IEnumerable<(string Code, string Text)> FirstTries =>
    [
        // Comments and numbers of other languages.
        ("CC0004", "⟦#⟧ what kvm does\npolicy p { }\n"),
        ("CC0004", Policy("isb ⟦#⟧ the pipeline, too }")),
        ("CC0004", Policy("⟦--⟧ a comment { (")),
        ("CC0004", Policy("isb ⟦/*⟧ two { \n lines */ ; dsb ish")),
        ("CC0006", Policy("repeat ⟦#3⟧ { isb }")),
        ("CC0205", Program("msr SCTLR_EL1.M, ⟦#1⟧")),
        ("CC0104", Policy("⟦#1⟧ first of all")),
        ("CC0210", Policy("isb ; ⟦then⟧ the pipeline is empty")),
        ("CC0103", Scenario("; ⟦these⟧ are the guests")),

        // `=` and `==`.
        ("CC0111", Policy("if v.vm ⟦=⟧ v.vm { isb }")),
        ("CC0111", Policy("await (v ⟦=⟧ v) && true")),
        ("CC0111", Policy("assert p.vcpu ⟦=⟧ none")),
        ("CC0111", "policy p { on vcpu_load(v, p) if FWB ⟦=⟧ 0 { isb } }"),
        ("CC0111", Scenario("cover c: B.pcpu ⟦=⟧ P0")),
        ("CC0111", Expect("kvm when DIC ⟦==⟧ 0 : holds")),
        ("CC0111", Machine("CTR_EL0.DIC ⟦==⟧ 0")),
        ("CC0111", Scenario("frame f { z ⟦==⟧ old }")),
        ("CC0111", Policy("let a ⟦==⟧ v")),
        ("CC0111", "policy p { state s : bool = true\non vcpu_load(v, p) { s ⟦==⟧ false } }"),
        ("CC0111", "policy p { state s : bool ⟦==⟧ true }"),
        ("CC0111", "policy p ⟦==⟧ none\n"),
        ("CC0210", Policy("⟦count⟧ += 1")),
        ("CC0210", Policy("⟦count⟧++")),
        ("CC0210", Policy("⟦count⟧ := 1")),
        ("CC0210", Policy("⟦flush_all⟧(v)")),

        // Declarations.
        ("CC0101", "policy p { state last ⟦=⟧ none }"),
        ("CC0101", "policy p { state last[mmu][pcpu] ⟦=⟧ none }"),
        ("CC0101", Scenario("frame f { z = old }\nvm b { page f = f ; vcpu C ⟦any⟧ { load } }")),
        ("CC0101", Scenario("frame f { z = old }\nvm b { page f = f ; vcpu C ⟦{⟧ str new, [z] ; isb } }")),
        ("CC0101", Scenario("frame f { z = old }\nvm b { page f = f ; vcpu C on {P0} ⟦{⟧ forever { isb } } }")),
        ("CC0106", Scenario("frame f { z = old }\nvm b { page f = f RW ⟦vcpu⟧ C { } any { load } }")),
        ("CC0106", Scenario("frame f { z = old }\nframe g { y = old }\nvm b { page f = f ⟦page⟧ g = g ; vcpu C { } any { load } }")),
        ("CC0106", Policy("isb ⟦dsb⟧ ish")),

        // Braces, quotes, and signs that are forgotten or others: said once, and read as they are meant.
        ("CC0101", Scenario("task t on ⟦P0⟧ { isb }")),
        ("CC0101", Scenario("frame f { z = old }\nvm b { page f = f ; vcpu C on ⟦P0⟧, P1 { } any { load } }")),
        ("CC0101", Machine("CTR_EL0.DIC in ⟦0⟧,1")),
        ("CC0101", "scenario ⟦boot⟧ {\n" + Specs.Base + "}"),
        ("CC0106", Machine("CTR_EL0.DIC = 0⟦,⟧ legal")),
        ("CC0101", Scenario("frame f { z = ⟦0⟧ }")),
        ("CC0101", Scenario("frame f { z = ⟦\"old\"⟧ }")),
        ("CC0101", Scenario("frame f { z ⟦}⟧")),
        ("CC0107", Scenario("frame f { z = old }\nvm b { page f = f ⟦rwx⟧ wb ; vcpu C { } any { load } }")),
        ("CC0101", Scenario("frame f { z = old }\nvm b { page f ⟦RWX⟧ ; vcpu C { } any { load } }")),
        ("CC0106", Policy("isb⟦(⟧)")),
        ("CC0106", Policy("return ⟦true⟧")),
        ("CC0101", Policy("for i in 0⟦..⟧3 { isb }")),
        ("CC0101", "policy p { state s : bool = true\non vcpu_load(v, p) { s ⟦:⟧= false } }".Replace("s ⟦", "s[v] ⟦")),
        ("CC0101", Machine("pcpus ⟦2⟧")),
        ("CC0101", Machine("frame ⟦f⟧ ; legal")),
        ("CC0101", Scenario("expect ⟦{⟧ kvm : holds }")),
        ("CC0101", Expect("kvm ⟦holds⟧")),
        ("CC0101", Expect("kvm ⟦if⟧ DIC = 0 : holds").Replace("DIC = 0 : holds", "")),
        ("CC0106", Expect("kvm : holds ⟦when⟧ DIC = 0")),
        ("CC0101", Expect("kvm without ⟦@ic⟧ : holds")),
        ("CC0101", Scenario("cover c ⟦=⟧ B at end")),

        // Operations that are written otherwise.
        ("CC0101", Policy("dsb⟦(⟧ish)")),
        ("CC0101", Policy("dmb ⟦;⟧ isb")),
        ("CC0101", Policy("tlbi ⟦;⟧ isb")),
        ("CC0106", Program("dc cvau ⟦x⟧")),
        ("CC0106", Program("ic iallu ⟦x⟧")),
        ("CC0411", Program("⟦isb sy⟧")),
        ("CC0411", Program("⟦ic iallu, x⟧")),
        .. Everywhere("⟦fence.i⟧", "⟦hvc⟧ #0", "⟦svc⟧ #0", "⟦smc⟧ #0", "⟦wfi⟧", "⟦eret⟧", "⟦sfence.vma⟧", "⟦hfence.gvma⟧", "⟦ipi⟧ A", "⟦nop⟧", "⟦b⟧ loop", "⟦blr⟧ x0", "⟦ret⟧", "⟦mrs⟧ x0, CTR_EL0")
            .Select(text => ("CC0210", text)),
        .. Vocabulary.ForeignWords.All.Order(StringComparer.Ordinal).DistinctBy(Vocabulary.ForeignWords.HintOf).Select(word => ("CC0210", Policy($"⟦{word}⟧"))),
        .. Everywhere("⟦dc zva⟧, x", "⟦tlbi alle2⟧", "⟦tlbi vae2is⟧, va", "⟦tlbi alle3⟧", "⟦tlbi vmalle1os⟧", "⟦tlbi rvae1is⟧, va", "⟦tlbi ripas2le1is⟧, ipa", "⟦tlbi vae1isnxs⟧, va", "⟦dc cvap⟧, x", "⟦dc cgvac⟧, x")
            .Select(text => ("CC0706", text)),

        // MMU on, caches off.
        ("CC0520", Booting("⟦msr SCTLR_EL1.M, 1⟧ ; isb ; ldr [z]")),
        ("CC0520", Booting("ldr [z] ; choose { ⟦msr SCTLR_EL1.M, 1⟧ ; isb } or { isb } ; exec z")),
        ("CC0520", Booting("forever { exec z ; ⟦msr SCTLR_EL1.M, 1⟧ ; isb }")),

        // What is wrong once is said once.
        ("CC0209", Scenario("vm b { page q = ⟦cod⟧ RWX ; vcpu C { } { exec x } ; vcpu D { map x -> q nc } any { fetch isb } }\nexpect fresh_fetch { kvm when q.XN = 0 : unstated }")),
        ("CC0209", Scenario("vm b { page q = ⟦cod⟧ RWX ; vcpu C { } { exec x } ; vcpu D { } any { fetch isb } }")),
        ("CC0202", "policy kvn { }\npolicy kvm = ⟦kwm⟧\n"),
        ("CC0203", "profile kvm { profile ⟦kwm⟧ }"),
    ];

    private static string Booting(string program) =>
        Scenario($"frame f {{ z = old }}\nvm b {{ page f = f ; vcpu C {{ SCTLR_EL1.M = 0 }} {{ {program} }} }}");

    /// <summary>A statement in a program, a task, and a handler.</summary>
    private static IEnumerable<string> Everywhere(params string[] statements) =>
        statements.SelectMany(statement => new[] { Program(statement), Scenario($"task t {{ isb ; {statement} }}"), Policy(statement) });
}
