using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Tests;

public sealed class EditingTests
{
    private static ImmutableArray<ExpectationRow> Rows(string rows, string policies = "") =>
        Specs.BindScenario($"expect fresh_fetch {{\n{rows}\n}}", policies).Expectations.Single().Rows;

    private static IEnumerable<string> LoadHook(ExpectationRow row) =>
        ((IfStmt)row.Policy.Policy.Hooks.Single(hook => hook.Event == HookEvent.VcpuLoad).Body.Single()).Then.Select(Show);

    private static string Show(Stmt statement) => statement switch
    {
        OperationStmt s => s.Text + (s.Label is null ? "" : $" @{s.Label}"),
        AssignStmt s => s.Text,
        BlockStmt s => $"{{ {string.Join(" ; ", s.Body.Select(Show))} }}" + (s.Label is null ? "" : $" @{s.Label}"),
        _ => statement.GetType().Name,
    };

    [Fact]
    public void Move_changes_the_order_and_keeps_everything_else()
    {
        var rows = Rows("kvm\t move  ic before tlb : holds\nkvm move tlb after nsh : holds");
        Assert.Equal("kvm move ic before tlb", rows[0].Policy.Text);
        Assert.Equal(["ic iallu @ic", "tlbi vmalle1 @tlb", "dsb nsh @nsh", "isb", "last[v.mmu][p] = v"], LoadHook(rows[0]));
        Assert.Equal(["ic iallu @ic", "dsb nsh @nsh", "tlbi vmalle1 @tlb", "isb", "last[v.mmu][p] = v"], LoadHook(rows[1]));
    }

    [Fact]
    public void With_replaces_a_statement_and_keeps_its_label()
    {
        var rows = Rows("kvm with ic: ic ialluis : holds\nkvm with ic: { ic iallu ; isb } : holds\nkvm with ic: { ic iallu ; isb } without ic when DIC = 0 : holds");
        Assert.Equal(["tlbi vmalle1 @tlb", "ic ialluis @ic", "dsb nsh @nsh", "isb", "last[v.mmu][p] = v"], LoadHook(rows[0]));
        Assert.Equal("kvm with ic: ic ialluis", rows[0].Policy.Text);
        Assert.Contains("{ ic iallu ; isb } @ic", LoadHook(rows[1]));

        // What is left out beside an edit of the text is deleted from it.
        Assert.Equal(["tlbi vmalle1 @tlb", "dsb nsh @nsh", "isb", "last[v.mmu][p] = v"], LoadHook(rows[2]));
        Assert.Empty(rows[2].Policy.Without);
    }

    [Fact]
    public void Edits_apply_from_left_to_right()
    {
        var rows = Rows(
            "p without inner with outer: isb : holds\np with outer: { isb @inner } without inner : holds\np without outer with HCR_EL2.FB = 1 : holds\nq : holds",
            "policy p { on vcpu_load(v, q) { { dsb nsh @inner } @outer } }\npolicy q = p without inner { on vcpu_load(v, q) { isb @inner } }");
        Assert.Equal(["isb @outer"], rows[0].Policy.Policy.Hooks.Single().Body.Select(Show));
        Assert.Equal(["{  } @outer"], rows[1].Policy.Policy.Hooks.Single().Body.Select(Show));
        Assert.Equal(["outer"], rows[2].Policy.Without);
        Assert.Empty(rows[3].Policy.Without);
        Assert.Equal(2, rows[3].Policy.Policy.Hooks.Length);
    }

    [Fact]
    public void Rows_edit_programs_and_tasks_as_they_edit_policies()
    {
        const string Task = "task t { isb @a ; dsb ish @b ; { isb @c } @d }\n";
        var scenario = Specs.BindScenario(Task + "expect fresh_fetch {\nkvm with clean: { isb @n ; isb } : holds\nkvm without a move b after d with ic: isb : holds\nmove b before a with FOO : holds\n}".Replace(" with FOO", ""));
        var rows = scenario.Expectations.Single().Rows;
        Assert.Contains("{ isb @n ; isb } @clean", rows[0].Policy.In(scenario).Vcpus[1].Program!.Value.Select(Show));
        Assert.Equal(["str new, [x]", "dc cvau, x @clean"], scenario.Vcpus[1].Program!.Value.Take(2).Select(Show));

        // What is left out beside an edit of the text is deleted from it; the policy's edits are made in its own.
        Assert.Equal(["{ isb @c } @d", "dsb ish @b"], rows[1].Policy.In(scenario).Tasks.Single().Body.Select(Show));
        Assert.Contains("isb @ic", LoadHook(rows[1]));
        Assert.Empty(rows[1].Policy.Without);
        Assert.Equal(["dsb ish @b", "isb @a", "{ isb @c } @d"], rows[2].Policy.In(scenario).Tasks.Single().Body.Select(Show));
        Assert.Same(rows[2].Policy.In(scenario), rows[2].Policy.In(scenario));
        Assert.True(rows[2].Policy.Policy.IsBareMetal);
        Assert.Equal("bare_metal move b before a", rows[2].Policy.Text);
    }

    [Fact]
    public void A_row_needs_no_policy_and_may_speak_of_what_is_left()
    {
        var rows = Rows(": holds\nwithout clean : violated\nwhen DIC = 1 : holds\nkvm when DIC = 0 : holds\nkvm otherwise : unstated\notherwise : unstated");
        Assert.Equal(["bare_metal", "bare_metal without clean", "bare_metal", "kvm", "kvm", "bare_metal"], rows.Select(row => row.Policy.Text));
        Assert.Equal([false, false, false, false, true, true], rows.Select(row => row.IsOtherwise));
    }

    [Fact]
    public void Words_of_rows_may_be_names_of_policies()
    {
        var rows = Rows("with : holds\nwhen : holds\nmove without l : holds\nwithout : holds\nwhen when DIC = 0 : holds", "policy with { on vcpu_load(v, p) { isb @l } }\npolicy when = with\npolicy move = with\npolicy without = with");
        Assert.Equal(["with", "when", "move without l", "without", "when"], rows.Select(row => row.Policy.Text));
    }

    [Fact]
    public void Operands_of_tests_have_labels()
    {
        var rows = Rows(
            "p without a : holds\np without c : holds\np without a with s: isb : holds\np : holds needless b, d",
            "policy p { on vcpu_load(v, q) if v == v @a || (v == v @b && v == v @c) { await (v == v @d || v == v) @w ; isb @s } }");
        Assert.Equal(["a", "b", "c"], LabelledExpr.In(((IfStmt)rows[0].Policy.Policy.Hooks.Single().Body.Single()).Condition).Select(operand => operand.Label));
        Assert.Equal(["a"], rows[0].Policy.Without);
        Assert.Equal(["b", "c"], LabelledExpr.In(((IfStmt)rows[2].Policy.Policy.Hooks.Single().Body.Single()).Condition).Select(operand => operand.Label));
        Assert.Equal(["b", "d"], rows[3].Needless);
        var waits = Assert.IsType<AwaitStmt>(((IfStmt)rows[0].Policy.Policy.Hooks.Single().Body.Single()).Then[0]);
        Assert.Equal("w", waits.Label);
        Assert.Equal("v == v", LabelledExpr.In(waits.Condition).Single().Text);
    }

    [Fact]
    public void With_sets_a_field_over_the_policys_own()
    {
        var row = Rows("kvm with HCR_EL2.FB = 0 with HCR_EL2.BSU=NE with HCR_EL2.FB = 1 : holds").Single();
        Assert.Equal(["HCR_EL2.BSU=NE", "HCR_EL2.FB=1"], row.Policy.With.Select(setting => $"{setting.Field}={setting.Value}"));
        Assert.Equal("kvm with HCR_EL2.FB = 0 with HCR_EL2.BSU = NE with HCR_EL2.FB = 1", row.Policy.Text);
        Assert.Equal(["1", "IS"], row.Policy.Policy.Settings.Select(setting => setting.Value));
    }

    [Fact]
    public void A_named_policy_passes_on_its_edits_and_shares_its_text()
    {
        var rows = Rows(
            "kvm : holds\nold : holds\nolder without nsh : holds",
            "policy older = old without tlb with HCR_EL2.FB = 0\npolicy old = kvm without ic");
        Assert.All(rows, row => Assert.Same(rows[0].Policy.Policy, row.Policy.Policy));
        Assert.Equal(["ic"], rows[1].Policy.Without);
        Assert.Equal(["ic", "nsh", "tlb"], rows[2].Policy.Without);
        Assert.Equal("HCR_EL2.FB", rows[2].Policy.With.Single().Field);
    }

    [Fact]
    public void A_policy_adds_to_and_overrides_what_it_inherits()
    {
        var policy = Rows("more : holds", """
            policy more = kvm without ic with HCR_EL2.FB = 0 {
              HCR_EL2.FB = 1
              state count : 0..3 = 0
              on vcpu_load(v, p) { isb }
              on guest_exit(v, p) if last[v.mmu][p] == v { if count < 3 { count = count + 1 } }
            }
            """).Single().Policy;
        Assert.Empty(policy.With);
        Assert.Empty(policy.Without);
        Assert.Equal("tlbi vmalle1 @tlb ; dsb nsh @nsh ; isb ; last[v.mmu][p] = v", string.Join(" ; ", ((IfStmt)policy.Policy.Hooks[1].Body.Single()).Then.Select(Show)));
        Assert.Equal("more", policy.Policy.Name);
        Assert.Equal(["HCR_EL2.BSU=IS", "HCR_EL2.FB=1"], policy.Policy.Settings.Select(s => $"{s.Field}={s.Value}"));
        Assert.Equal(["last", "count"], policy.Policy.States.Select(state => state.Name));
        Assert.Equal([HookEvent.SwitchOut, HookEvent.VcpuLoad, HookEvent.VcpuLoad, HookEvent.GuestExit], policy.Policy.Hooks.Select(hook => hook.Event));
    }

    [Fact]
    public void Without_reaches_programs_tasks_and_settings()
    {
        var rows = Rows("kvm without clean : violated\nkvm without fb : violated\nkvm : holds needless clean\nkvm when DIC = 0 : holds needless tlb, clean,\n nsh");
        Assert.Equal(["clean"], rows[0].Policy.Without);
        Assert.Equal(["fb"], rows[1].Policy.Without);
        Assert.Empty(rows[1].Needless);
        Assert.Equal(["clean"], rows[2].Needless);
        Assert.Equal(["tlb", "clean", "nsh"], rows[3].Needless);
    }

    [Fact]
    public void An_edit_that_breaks_the_policy_is_reported_once()
    {
        var result = Specs.Load(Specs.Kvm.Replace("tlbi vmalle1 @tlb ;", "let a = v @let ; let b = a @use ; tlbi vmalle1 @tlb ;")
            + "scenario \"s\" {\n" + Specs.Base + "expect fresh_fetch {\nkvm move use before let : holds\nkvm move use before let when DIC = 0: holds\n}\n}");
        Assert.Equal("CC0209", Assert.Single(result.Diagnostics).Code);
    }
}
