using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;

namespace CoherenceCheck.Language.Tests;

/// <summary>What the host does to stage 2 and says of frames, in handlers and in tasks.</summary>
public sealed class StageTwoTests
{
    [Theory]
    [InlineData("map g, g.backing, RW-", Stage2Step.Map, true, false, PageType.WriteBack, false)]
    [InlineData("map g, g.frame, RWX nc", Stage2Step.Map, true, true, PageType.NonCacheable, false)]
    [InlineData("map g, f, R device in v.mmu", Stage2Step.Map, false, false, PageType.Device, true)]
    [InlineData("map (g), (f), RX in v.mmu", Stage2Step.Map, false, true, PageType.WriteBack, true)]
    [InlineData("perm g, R--", Stage2Step.Permit, false, false, PageType.WriteBack, false)]
    [InlineData("perm g, R-X in g.mmu", Stage2Step.Permit, false, true, PageType.WriteBack, true)]
    [InlineData("clear g", Stage2Step.Clear, false, false, PageType.WriteBack, false)]
    [InlineData("clear g in v.mmu", Stage2Step.Clear, false, false, PageType.WriteBack, true)]
    public void Descriptors_of_stage_two_bind(string text, Stage2Step step, bool isWritable, bool isExecutable, PageType type, bool hasMmu)
    {
        var statement = Assert.IsType<Stage2Stmt>(Handler(text).Single());
        Assert.Equal((step, isWritable, isExecutable, type, hasMmu), (statement.Step, statement.Writable, statement.Executable, statement.Type, statement.Mmu is not null));
        Assert.Equal(step == Stage2Step.Map, statement.Frame is not null);
        Assert.Equal(text.Replace("map (", "map("), statement.Text);
        Assert.Equal(ScenarioSort.Page, Sort(statement.Page));
    }

    [Fact]
    public void What_the_host_says_binds()
    {
        var body = Handler("settle g ; give f to host ; give f to v.vm ; give f to {v.vm} ; copy f to g.frame ; copy f g.frame ; copy f, g.frame ; g.backing = f ; g.backing = none ; publish g ; publish f absent");
        Assert.Equal(
            ["SettleStmt", "GiveStmt", "GiveStmt", "GiveStmt", "CopyStmt", "CopyStmt", "CopyStmt", "BackStmt", "BackStmt", "PublishStmt", "PublishStmt"],
            body.Select(statement => statement.GetType().Name));
        Assert.Equal([null, typeof(MemberExpr), typeof(SetExpr)], body.OfType<GiveStmt>().Select(give => give.Owner?.GetType()));
        Assert.All(body.OfType<CopyStmt>(), copy => Assert.Equal(Member.Frame, Assert.IsType<MemberExpr>(copy.To).Member));
        Assert.IsType<NoneExpr>(body.OfType<BackStmt>().Last().Frame);
        Assert.Equal([ScenarioSort.Page, ScenarioSort.Frame], body.OfType<PublishStmt>().Select(publish => Sort(publish.Place!)));
        Assert.Equal([PublishForm.Visible, PublishForm.Absent], body.OfType<PublishStmt>().Select(publish => publish.Form));
        Assert.All(body.OfType<PublishStmt>(), publish => Assert.Empty(publish.Lines));
    }

    [Fact]
    public void Contexts_and_vmids_bind()
    {
        var body = Handler("with v.mmu { tlbi vmalle1is ; dsb ish } ; msr VTTBR_EL2, g.mmu ; msr VTTBR_EL2, v.mmu, n ; msr VTTBR_EL2, v.mmu, 3 ; msr VTTBR_EL2, v.mmu, active[p]", "state active[pcpu] : vmid? = none\nstate n : 0..3 = 0");
        var with = Assert.IsType<WithMmuStmt>(body[0]);
        Assert.Equal(("with v.mmu", 2), (with.Text, with.Body.Length));
        Assert.True(with.RunsBodies);
        Assert.False(with.FitsInStep);
        Assert.Equal([null, typeof(StateExpr), typeof(LiteralExpr), typeof(StateExpr)], body.OfType<VttbrStmt>().Select(vttbr => vttbr.Vmid?.GetType()));
    }

    [Theory]
    [InlineData("map code, text, RWX wb", "code text")]
    [InlineData("map q, code, R in m", "q code m")]
    [InlineData("settle q", "q")]
    [InlineData("give code to {guest, b}", "code {guest, b}")]
    [InlineData("give text to b", "text b")]
    [InlineData("copy code to text", "code text")]
    [InlineData("code.backing = text", "code text")]
    [InlineData("clear q in m", "q m")]
    [InlineData("with guest { clear code }", "guest")]
    [InlineData("with n { isb }", "n")]
    [InlineData("msr VTTBR_EL2, m, 1", "m 1")]
    [InlineData("for g in page { clear g }", "")]
    [InlineData("await q.mapped && code.frame == text && q.vm == b && code.mmu == guest", "And(And(And(q.mapped, Equal(code.frame, text)), Equal(q.vm, b)), Equal(code.mmu, guest))")]
    public void Tasks_name_what_the_scenario_has(string text, string expected)
    {
        var scenario = Specs.BindScenario("frame text { z = old }\nvm b { mmu m n ; page q = text ; vcpu C { } { isb } }\ntask t { " + text + " }");
        Assert.Equal(expected, string.Join(' ', scenario.Tasks.Single().Body.Single().Head.GetArguments().OfType<SpecExpr>().Select(expr => Show(scenario, expr))));
    }

    [Fact]
    public void Contexts_have_names()
    {
        var scenario = Specs.BindScenario("vm b { mmu m n\n page q = code ; vcpu C { } { isb } }\nvm c { mmu {k, l} ; mmu o ; page r = code ; vcpu D { } { isb } }\nproperty p: last[m][P0] == none && last[guest][P1] != A && C.mmu == m && r.mmu in {k, m}\nexpect p { kvm : unstated }");
        Assert.Equal([["guest"], ["m", "n"], ["k", "l", "o"]], scenario.Vms.Select(vm => vm.Mmus.ToArray()));
        var numbers = StatementNames.All(scenario.Properties.Single().Condition).OfType<ElementExpr>().Where(element => Sort(element) == ScenarioSort.Mmu).Select(element => element.Number);
        Assert.Equal([1, 0, 1, 3, 1], numbers);
    }

    [Theory]
    [InlineData("mapped", "Bool { }")]
    [InlineData("writable", "Bool { }")]
    [InlineData("executable", "Bool { }")]
    [InlineData("frame", "Element { Sort = Frame, OrNone = True }")]
    [InlineData("backing", "Element { Sort = Frame, OrNone = True }")]
    [InlineData("vm", "Element { Sort = Vm, OrNone = False }")]
    [InlineData("mmu", "Element { Sort = Mmu, OrNone = False }")]
    public void Pages_have_members(string member, string type)
    {
        Assert.Equal(type, Assert.IsType<LetStmt>(Handler($"let a = g.{member}")[0]).Value.Type.ToString());
        var scenario = Specs.BindScenario($"task t {{ let a = code.{member} }}");
        Assert.Equal(ScenarioSort.Page, Sort(Assert.IsType<MemberExpr>(((LetStmt)scenario.Tasks.Single().Body[0]).Value).Target));
    }

    [Fact]
    public void Procedures_take_pages_frames_and_contexts()
    {
        var policy = Specs.Bind("""
            policy p {
              lock mmu_lock[vm]
              proc unmap_page(g: page, m: mmu, f: frame?) holding mmu_lock[g.vm] {
                if g.mapped { clear g in m ; dsb ishst ; tlbi ipas2e1is, g ; dsb ish ; with m { tlbi vmalle1is ; dsb ish } ; settle g ; give f to host }
              }
              on vcpu_load(v, p) { for g in page { if g.vm == v.vm { let f = g.frame ; call unmap_page(g, g.mmu, f) } } }
            }
            scenario "s" {
            """ + Specs.Base + "\nexpect isolation { p : unstated }\nexpect private_translation { p : holds vacuous }\nexpect fresh_data { p : unstated } }").Scenarios.Single().Expectations[0].Rows[0].Policy.Policy;
        Assert.Equal([ScenarioSort.Page, ScenarioSort.Mmu, ScenarioSort.Frame], policy.Procedures.Single().Parameters.Select(parameter => ((SpecType.Element)parameter.Type).Sort));
    }

    [Fact]
    public void A_statement_that_is_deleted_takes_its_names_along()
    {
        var load = Specs.Load("policy p { on s2_fault(v, p, g) { let f = g.backing @l ; map g, f, RWX @m } }\nscenario \"s\" { " + Specs.Base + "expect fresh_data { p without m : unstated ; p without l : unstated } }");
        Assert.Equal("CC0512", Assert.Single(load.Diagnostics).Code);
    }

    [Fact]
    public void Rows_edit_them_like_others()
    {
        var rows = Specs.Bind("policy p { on s2_fault(v, p, g) { map g, g.backing, RW- @grant ; dsb ishst @wait } }\nscenario \"s\" { " + Specs.Base
            + "expect fresh_data {\n p move grant after wait : unstated\n p with grant: map g, g.backing, RWX wb in v.mmu without wait : unstated\n p with wait: with v.mmu { isb } with grant: publish g when DIC = 0 : unstated } }").Scenarios.Single().Expectations.Single().Rows;
        Assert.Equal("p with grant: map g, g.backing, RWX wb in v.mmu without wait", rows[1].Policy.Text);
        Assert.Equal(["PublishStmt", "WithMmuStmt"], rows[2].Policy.Policy.Hooks.Single().Body.Select(statement => statement.GetType().Name));
        Assert.Equal("map g, g.backing, RW-", rows[0].Policy.Policy.Hooks.Single().Body[1].Text);
    }

    private static ImmutableArray<Stmt> Handler(string statements, string members = "") =>
        Specs.Bind($"policy one {{ {members}\non s2_fault(v, p, g, access, kind) {{ let f = g.backing ; {statements} }} }}\nscenario \"s\" {{ {Specs.Base} expect fresh_data {{ one : unstated }} }}")
            .Scenarios.Single().Expectations.Single().Rows.Single().Policy.Policy.Hooks.Single().Body[1..];

    private static ScenarioSort Sort(SpecExpr expr) => ((SpecType.Element)expr.Type).Sort;

    private static string Show(Scenario scenario, SpecExpr expr) => expr switch
    {
        ElementExpr e => Sort(e) switch
        {
            ScenarioSort.Page => scenario.Pages[e.Number].Name,
            ScenarioSort.Frame => scenario.Frames[e.Number].Name,
            ScenarioSort.Mmu => scenario.Vms.SelectMany(vm => vm.Mmus).ElementAt(e.Number),
            _ => scenario.Vms[e.Number].Name,
        },
        LiteralExpr e => $"{e.Value}",
        SetExpr e => $"{{{string.Join(", ", e.Elements.Select(element => Show(scenario, element)))}}}",
        MemberExpr e => $"{Show(scenario, e.Target)}.{e.Member.ToString().ToLowerInvariant()}",
        BinaryExpr e => $"{e.Op}({Show(scenario, e.Left)}, {Show(scenario, e.Right)})",
        _ => throw new InvalidOperationException(expr.ToString()),
    };
}
