using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Tests;

/// <summary>Events and what their handlers are told.</summary>
public sealed class EventTests
{
    [Theory]
    [InlineData("s2_fault(v, p)", "true", HookEvent.Stage2Fault)]
    [InlineData("s2_fault(v, p, g)", "g.vm == v.vm && !g.mapped", HookEvent.Stage2Fault)]
    [InlineData("s2_fault(v, p, g, access, kind)", "access == exec && kind == permission || access in {read, write} && kind != translation", HookEvent.Stage2Fault)]
    [InlineData("sysreg_write(v, p, field, before, after)", "field == M && before != after && after == 1 || field in {C, I} && before < after", HookEvent.SysregWrite)]
    [InlineData("sysreg_write(v, p, field)", "!FWB && C == field", HookEvent.SysregWrite)]
    [InlineData("set_way(v, p)", "v.SCTLR_EL1.C", HookEvent.SetWay)]
    [InlineData("maintenance(v, p, op)", "op == dc || op == ic || op == tlbi", HookEvent.Maintenance)]
    [InlineData("vcpu_init(v, p)", "p.vcpu == v", HookEvent.VcpuInit)]
    public void Handlers_are_told_what_has_happened(string head, string test, HookEvent happens)
    {
        var hook = Bind($"on {head} if {test} {{ isb }}").Hooks.Single();
        Assert.Equal(happens, hook.Event);
        Assert.Equal(HookTable.Of(happens).Parameters.Take(hook.Parameters.Length).Select(parameter => parameter.Type), hook.Parameters.Select(symbol => symbol.Type));
    }

    [Fact]
    public void Names_of_an_access_are_values_and_shadow_nothing()
    {
        var hook = Bind("state read : bool = true\non s2_fault(v, p, g, access) { await access == exec ; await read }").Hooks.Single();
        Assert.Equal(2, Assert.IsType<LiteralExpr>(Assert.IsType<BinaryExpr>(((AwaitStmt)hook.Body[0]).Condition).Right).Value);
        Assert.IsType<StateExpr>(((AwaitStmt)hook.Body[1]).Condition);
    }

    [Theory]
    [InlineData("on sysreg_write(v, p) { if !FWB { complete @done ; isb } else { complete } }", 2)]
    [InlineData("on set_way(v, p) { with v.mmu { complete } }", 1)]
    [InlineData("on maintenance(v, p) { complete }", 1)]
    public void A_trapped_instruction_is_completed(string handler, int count) => Assert.Equal(count, Bind(handler).Statements().OfType<CompleteStmt>().Count());

    [Fact]
    public void The_head_of_a_handler_is_known_beside_its_body()
    {
        var hooks = Bind("lock l[vm]\non maintenance(v, p, op) if op == ic || op == tlbi holding l[v.vm] { isb }\non maintenance(v, p) { if DIC == 0 { isb } }").Hooks;
        Assert.Equal(hooks[0].Condition, Assert.IsType<IfStmt>(hooks[0].Body.Single()).Condition);
        Assert.Null(hooks[1].Condition);
    }

    [Theory]
    [InlineData("dc isw", OperationKind.InvalidateToPoC)]
    [InlineData("dc csw, x0", OperationKind.CleanToPoC)]
    [InlineData("dc cisw, x0 @flush", OperationKind.CleanInvalidateToPoC)]
    public void Guests_clean_by_set_and_way(string text, OperationKind kind)
    {
        var operation = Assert.IsType<OperationStmt>(Specs.BindScenario($"vm own {{ page own = code RWX wb ; vcpu S {{ }} {{ {text} }} }}").Vcpus.Last().Program!.Value.Single()).Operation;
        Assert.True(operation.IsBySetWay);
        Assert.Equal(kind, operation.Kind);
    }

    [Fact]
    public void Events_are_bounded() =>
        Assert.Equal(
            [HookEvent.Stage2Fault, HookEvent.VcpuInit],
            Specs.BindScenario("bound s2_fault <= 3 ; bound vcpu_init <= 1").Bounds.Select(bound => bound.Event));

    private static Policy Bind(string members) =>
        Specs.Bind($"policy one {{ {members} }}\nscenario \"s\" {{ {Specs.Base} expect fresh_data {{ one : unstated }} }}").Scenarios.Single().Expectations.Single().Rows.Single().Policy.Policy;
}
