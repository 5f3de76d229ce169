using CoherenceCheck.Language.Scenarios;

namespace CoherenceCheck.Language.Tests;

public sealed class BindingTests
{
    private const string Seed = Specs.Kvm + """
        policy kvm_2016 = kvm without ic            // TLBs only, as before March 2021
        policy unhooked = kvm without load          // @load labels the whole body of vcpu_load

        scenario "I-cache isolation between vCPUs of one VM" {
          machine { pcpu P0 ; pcpu P1 ; CTR_EL0.DIC in {0, 1} ; CTR_EL0.IDC in {0, 1} ; legal }
          frame code { x = old }
          vm guest {
            page code = code RWX wb
            vcpu A on {P0}     { SCTLR_EL1.M = 0 ; SCTLR_EL1.I = 0 } any { fetch isb }
            vcpu B on {P0, P1} { SCTLR_EL1.M = 1 } {
              str new, [x] ; dc cvau, x ; dsb ish ; ic ivau, x ; dsb ish ; isb
              exec x
            }
          }
          cover maintained: B at end
          expect fresh_fetch {
            bare_metal                          : holds
            unhooked when DIC = 0               : violated
            unhooked when DIC = 1               : unstated             // depends on readings: see dic.coh
            kvm_2016 when DIC = 0               : violated
            kvm_2016 when DIC = 1               : unstated
            kvm                                 : holds
            kvm move ic before tlb              : holds
            kvm without nsh when DIC = 0        : violated
            kvm without nsh when DIC = 1        : unstated
          }
        }
        """;

    [Fact]
    public void The_example_of_the_language_binds()
    {
        var scenario = Specs.Bind(Seed).Scenarios.Single();
        Assert.Equal("I-cache isolation between vCPUs of one VM", scenario.Name);
        Assert.Equal(["P0", "P1"], scenario.Machine.Pcpus);
        Assert.True(scenario.Machine.Legal);
        Assert.Equal(["CTR_EL0.DIC", "CTR_EL0.IDC"], scenario.Machine.Axes.Select(axis => axis.Name));
        Assert.Equal([0], scenario.Vcpus[0].Placement);
        Assert.Equal(["exec", "isb"], scenario.Vcpus[0].Alphabet.Select(operation => operation.Name));
        Assert.Equal(7, scenario.Vcpus[1].Program!.Value.Length);
        var rows = scenario.Expectations.Single().Rows;
        Assert.Equal(9, rows.Length);
        Assert.True(rows[0].Policy.Policy.IsBareMetal);
        Assert.Equal(["ic"], rows[3].Policy.Without);
        Assert.Same(rows[5].Policy.Policy, rows[3].Policy.Policy);
        Assert.NotSame(rows[5].Policy.Policy, rows[6].Policy.Policy);
    }

    [Fact]
    public void A_hooks_condition_and_lock_stand_around_its_body()
    {
        var policy = Policy("""
            policy p {
              lock l[vm]
              on vcpu_load(v, p) from "arm.c:kvm_arch_vcpu_load" if !FWB holding l[v.vm] { isb }
            }
            """);
        var hook = policy.Hooks.Single();
        Assert.Equal("arm.c:kvm_arch_vcpu_load", hook.From);
        var test = Assert.IsType<IfStmt>(hook.Body.Single());
        Assert.Equal("if !FWB", test.Text);
        Assert.Equal("FWB", Assert.IsType<FieldExpr>(Assert.IsType<NotExpr>(test.Condition).Operand).Field);
        var holding = Assert.IsType<HoldingStmt>(test.Then.Single());
        Assert.Equal("l", holding.Lock.Lock.Name);
        Assert.Equal(Member.Vm, Assert.IsType<MemberExpr>(holding.Lock.Index.Single()).Member);
        Assert.Same(hook.Parameters[0], Assert.IsType<SymbolExpr>(((MemberExpr)holding.Lock.Index.Single()).Target).Symbol);
    }

    [Theory]
    [InlineData("bool", "true", "Bool { }")]
    [InlineData("0..3", "2", "Int { Min = 0, Max = 3 }")]
    [InlineData("-1..1", "-1", "Int { Min = -1, Max = 1 }")]
    [InlineData("vcpu?", "none", "Element { Sort = Vcpu, OrNone = True }")]
    [InlineData("set pcpu", "{}", "Set { Sort = Pcpu }")]
    [InlineData("frame ?", "none", "Element { Sort = Frame, OrNone = True }")]
    public void States_have_types(string type, string initial, string expected)
    {
        var state = Policy($"policy p {{ state s[mmu][pcpu] : {type} = {initial} }}").States.Single();
        Assert.Equal(expected, state.Type.ToString());
        Assert.Equal([ScenarioSort.Mmu, ScenarioSort.Pcpu], state.Index);
    }

    [Theory]
    [InlineData("n < 3 && f || g", "Or(And(Less(n, 3), f), g)")]
    [InlineData("3 > n", "Less(n, 3)")]
    [InlineData("n + 1 - 2 <= 3", "LessOrEqual(Subtract(Add(n, 1), 2), 3)")]
    [InlineData("k == idle", "Equal(k, 0)")]
    [InlineData("idle != k", "NotEqual(0, k)")]
    [InlineData("none == o", "Equal(none, o)")]
    [InlineData("k in {busy, idle}", "Or(Equal(k, 1), Equal(k, 0))")]
    [InlineData("p in s | {p} - s & s", "In(p, Union(s, Intersect(Without({p}, s), s)))")]
    [InlineData("s == {}", "Equal(s, {})")]
    [InlineData("!(f == g)", "Not(Equal(f, g))")]
    [InlineData("DIC == 0 && HCR_EL2.BSU == IS", "And(Equal(DIC, 0), Equal(HCR_EL2.BSU, 1))")]
    [InlineData("v.vm.CTR_EL0.DIC && v.SCTLR_EL1.M", "And(v.vm.CTR_EL0.DIC, v.SCTLR_EL1.M)")]
    [InlineData("p.vcpu == v && v.pcpu == p", "And(Equal(p.vcpu, v), Equal(v.pcpu, p))")]
    [InlineData("(f ||\n g)", "Or(f, g)")]
    public void Expressions_bind(string text, string expected)
    {
        var policy = Policy($$"""
            policy p {
              state n : 0..3 = 0
              state f : bool = false
              state g : bool = false
              state k : {idle, busy} = idle
              state o : vcpu? = none
              state s : set pcpu = {}
              on vcpu_load(v, p) { await {{text}} }
            }
            """);
        Assert.Equal(expected, Show(Assert.IsType<AwaitStmt>(policy.Hooks.Single().Body.Single()).Condition));
    }

    [Fact]
    public void Statements_bind()
    {
        var body = Policy("""
            policy p {
              state n[pcpu] : 0..3 = 0
              proc f(w: vcpu, m: mmu, b: bool) { if b { return } ; isb }
              on vcpu_load(v, p) {
                let a = xchg(n[p], 1) ; let ok = cas(n[p], a, 2)
                ok = false
                for q in pcpu { if q == p { isb } else if q != p { dsb nsh } else { } } @loop
                choose { isb } or { } or { dmb ish }
                atomic { await n[p] == 1 ; n[p] = 2 }
                call f(v, v.mmu, true)
                repeat 2 { tlbi vae1, va ; tlbi vae1is }
                forever { let q in {p} ; assert q == p }
              }
            }
            """).Hooks.Single().Body;
        Assert.Equal(
            ["ExchangeStmt", "CompareAndSwapStmt", "AssignStmt", "ForStmt", "ChooseStmt", "AtomicStmt", "CallStmt", "RepeatStmt", "ForeverStmt"],
            body.Select(statement => statement.GetType().Name));
        Assert.Equal("for q in pcpu", ((ForStmt)body[3]).Text);
        Assert.Equal("loop", body[3].Label);
        Assert.Equal(3, ((ChooseStmt)body[4]).Branches.Length);
        Assert.Equal("let a = xchg(n[p], 1)", ((ExchangeStmt)body[0]).Text);
        Assert.Equal("call f(v, v.mmu, true)", ((CallStmt)body[6]).Text);
    }

    [Fact]
    public void Machines_vms_and_tasks_bind()
    {
        var scenario = Specs.Bind("""
            profile soc { CTR_EL0.DIC = 1 ; CTR_EL0.IDC = 1 ; reading dic_snoops_nc in any }
            scenario "s" {
              machine { pcpu P0 ; pcpu P1 ; pcpu P2 ; share icache {P2, P0} ; profile soc ; CTR_EL0.DIC in {1, 0} ; pe in-order ; reading fwb_ifetch = no_effect ; icache pipt }
              frame code { x = old ; y = old }
              frame data { z = zero }
              vm guest {
                CTR_EL0.IDC = 0
                page code = code RX
                page heap = data RW- device
                vcpu A on {P2, P0} { SCTLR_EL1.I in {0, 1} ; map y -> code nc ; map data.z -> heap wb } any { mmu barrier tlbi load }
                vcpu B { map code -> code nc } { ldr w0, [x] ; msr SCTLR_EL1.M, 1 ; isb ; ic ialluis }
              }
              task vmm on {P1} { str img, [code.x] ; publish code }
              bound vcpu_load <= 1000
              expect deadlock { none when guest.CTR_EL0.IDC = 0, A.SCTLR_EL1.I in {1, 0}, dic_snoops_nc = no : holds }
            }
            """).Scenarios.Single();
        Assert.Equal([0, 1, 0], scenario.Machine.IcacheGroups);
        Assert.Equal(
            ["CTR_EL0.DIC=1,0", "fwb_ifetch=no_effect", "CTR_EL0.IDC=1", "dic_snoops_nc=no,at_store,coherent_fill"],
            scenario.Machine.Axes.Select(axis => $"{axis.Name}={string.Join(',', axis.Values)}"));
        Assert.Equal([0, 1, 2], scenario.Frames.SelectMany(frame => frame.Lines).Select(line => line.Number));
        var vm = scenario.Vms.Single();
        Assert.Equal([(false, true, PageType.WriteBack), (true, false, PageType.Device)], vm.Pages.Select(page => (page.Writable, page.Executable, page.Type)));
        var (a, b) = (vm.Vcpus[0], vm.Vcpus[1]);
        Assert.Equal([0, 2], a.Placement);
        Assert.Equal([0, 1, 2], b.Placement);
        Assert.Equal([1], a.NonCacheableLines);
        Assert.Equal([0, 1], b.NonCacheableLines);
        Assert.True(a.TogglesMmu);
        Assert.Equal(["ldr", "tlbi vmalle1", "tlbi vmalle1is", "dsb ish", "dsb nsh", "dmb ish", "isb"], a.Alphabet.Select(operation => operation.Name));
        Assert.Equal("SCTLR_EL1.M", Assert.IsType<OperationStmt>(b.Program!.Value[1]).Field);
        Assert.Equal(1, scenario.Tasks.Single().Pcpu);
        Assert.Equal([0, 1], Assert.IsType<PublishStmt>(scenario.Tasks.Single().Body[1]).Lines);
        Assert.Equal(["guest", "A", null], scenario.Expectations[0].Rows[0].Conditions.Select(condition => condition.Owner));
        Assert.Equal("SCTLR_EL1.I", scenario.Expectations[0].Rows[0].Conditions[1].Name);
    }

    public static TheoryData<string> Cores => new()
    {
        "scenario \"c20\" { machine { pcpu P0 ; icache vipt } }",
        "scenario \"c\" { machine { pcpu P0 ; pe window } }",
        Specs.Kvm + "scenario \"c\" {\n" + Specs.Base + "task t { stlr new, [x] } }",
    };

    /// <summary>The language has words for what the model has not: they are refused, not misunderstood.</summary>
    [Theory]
    [MemberData(nameof(Cores))]
    public void What_is_not_modelled_yet_parses_and_is_refused(string text)
    {
        var codes = Specs.Load(text).Diagnostics.Select(diagnostic => diagnostic.Code).ToArray();
        Assert.Contains(codes, code => code.StartsWith("CC07", StringComparison.Ordinal));
        Assert.DoesNotContain(codes, code => code.StartsWith("CC00", StringComparison.Ordinal) || code.StartsWith("CC01", StringComparison.Ordinal));
    }

    private static Policy Policy(string text) =>
        Specs.Bind($"{text}\nscenario \"s\" {{\n{Specs.Base}\nexpect deadlock {{ p : holds }}\n}}").Scenarios.Single().Expectations[0].Rows[0].Policy.Policy;

    private static string Show(SpecExpr expr) => expr switch
    {
        LiteralExpr e => $"{e.Value}",
        NoneExpr => "none",
        SetExpr e => $"{{{string.Join(", ", e.Elements.Select(Show))}}}",
        SymbolExpr e => e.Symbol.Name,
        StateExpr e => e.State.Name,
        MemberExpr e => $"{Show(e.Target)}.{e.Member.ToString().ToLowerInvariant()}",
        FieldExpr e => e.Target is null ? e.Field : $"{Show(e.Target)}.{e.Field}",
        NotExpr e => $"Not({Show(e.Operand)})",
        BinaryExpr e => $"{e.Op}({Show(e.Left)}, {Show(e.Right)})",
        InExpr e => $"In({Show(e.Element)}, {Show(e.Set)})",
        _ => throw new InvalidOperationException(expr.ToString()),
    };
}
