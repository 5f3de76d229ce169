using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;

namespace CoherenceCheck.Language.Tests;

/// <summary>Tasks call procedures, and each row has its policy.</summary>
public sealed class TaskCallTests
{
    private const string Policies = """
        policy p {
          lock l
          state n : 0..3 = 0
          proc sync(g: page) holding l { ic ialluis @ic ; dsb ish ; n = 1 }
        }
        policy q { proc sync(h: page) { dsb ish @q } }
        policy r = p without ic { HCR_EL2.FB = 1 }
        """;

    private static string Rows(params string[] rows) => $"expect fresh_fetch {{\n{string.Join('\n', rows)}\n}}";

    private static Scenario Bind(string task, params string[] rows) => Specs.BindScenario($"task t {{ {task} }}\n{Rows(rows)}", Policies);

    private static ImmutableArray<Stmt> Body(Scenario scenario, int row) => scenario.Expectations.Single().Rows[row].Policy.In(scenario).Tasks.Single().Body;

    private static IEnumerable<string> Called(Scenario scenario, int row) =>
        Body(scenario, row).OfType<CallStmt>().Single().Procedure.Body.SelectMany(statement => statement.WithInner()).Select(statement => statement.Text);

    [Fact]
    public void A_task_calls_the_procedure_of_the_rows_policy()
    {
        var scenario = Bind("isb ; call sync(code) @call ; { call sync(code) }", "p : holds", "q : holds", "p with ic: ic iallu : holds", "p without ic : holds", "r : holds");
        var late = Assert.IsType<LateCallStmt>(scenario.Tasks.Single().Body[1]);
        Assert.Equal(("sync", "call sync(code)", "call"), (late.Name, late.Text, late.Label));
        Assert.Empty(late.Bodies);

        Assert.Equal(["holding l", "ic ialluis", "dsb ish", "n = 1"], Called(scenario, 0));
        Assert.Equal(["dsb ish"], Called(scenario, 1));
        Assert.Equal(["holding l", "ic iallu", "dsb ish", "n = 1"], Called(scenario, 2));
        Assert.Equal("ic", ((CallStmt)Body(scenario, 2)[1]).Procedure.Body[0].Bodies[0][0].Label);
        Assert.Equal("call", Body(scenario, 1)[1].Label);
        Assert.Same(scenario.Expectations.Single().Rows[1].Policy.Policy.Procedures.Single(), ((CallStmt)Body(scenario, 1)[1]).Procedure);
        Assert.Equal(0, Assert.IsType<ElementExpr>(((CallStmt)Body(scenario, 1)[1]).Arguments.Single()).Number);

        // What a policy inherits without a label lacks it; what a row leaves out is switched off, and the text is the same.
        Assert.Equal(["ic"], scenario.Expectations.Single().Rows[3].Policy.Without);
        Assert.Same(Body(scenario, 0)[1], Body(scenario, 3)[1]);
        Assert.Equal(["holding l", "dsb ish", "n = 1"], Called(scenario, 4));
    }

    [Fact]
    public void It_is_the_same_scenario_whenever_it_is_asked()
    {
        var scenario = Bind("call sync(code) @call ; isb @i", "p : holds", "p without ic : holds", "q : holds", "p with i: dsb ish : holds");
        var rows = scenario.Expectations.Single().Rows;
        Assert.Same(rows[0].Policy.In(scenario), rows[0].Policy.In(scenario));
        Assert.Same(rows[0].Policy.In(scenario), rows[1].Policy.In(scenario));
        Assert.NotSame(rows[0].Policy.In(scenario), rows[2].Policy.In(scenario));
        Assert.Same(rows[3].Policy.In(scenario), rows[3].Policy.In(scenario));
        Assert.Equal(["call sync(code)", "dsb ish"], Body(scenario, 3).Select(statement => statement.Text));
        Assert.IsType<CallStmt>(Body(scenario, 3)[0]);

        var without = Bind("isb", "p : holds");
        Assert.Same(without, without.Expectations.Single().Rows[0].Policy.In(without));
    }

    [Fact]
    public void A_policy_without_the_procedure_does_nothing_there()
    {
        var scenario = Bind("isb ; call sync(code) ; if A.pcpu == P0 { call sync(code) @call }", "p : holds", "none : holds", "bare_metal : holds", "none without call : holds");
        foreach (var row in new[] { 1, 2 })
        {
            Assert.Equal(["isb", "if A.pcpu == P0"], Body(scenario, row).Select(statement => statement.Text));

            // Its place may be asked about.
            var left = Assert.IsType<BlockStmt>(Body(scenario, row)[1].Bodies[0].Single());
            Assert.Equal(("call", 0), (left.Label, left.Body.Length));
        }
    }

    [Fact]
    public void Arguments_are_names_of_the_scenario_literals_and_members()
    {
        const string All = "proc all(v: vcpu, m: vm, c: mmu, g: page, f: frame, p: pcpu?, b: bool, n: 0..3, w: {one, two}) { isb }";
        var scenario = Specs.BindScenario($"task t {{ call all(A, guest, guest, code, code, none, true, 3, two) ; for v in vcpu {{ call all(v, v.vm, v.mmu, code, code, P1, 0, 0, one) }} }}\n{Rows("s : holds")}", $"policy s {{ {All} }}");
        var call = (CallStmt)Body(scenario, 0)[0];
        Assert.Equal(
            [ScenarioSort.Vcpu, ScenarioSort.Vm, ScenarioSort.Mmu, ScenarioSort.Page, ScenarioSort.Frame],
            call.Arguments.OfType<ElementExpr>().Select(argument => ((SpecType.Element)argument.Type).Sort));
        Assert.Equal([1L, 3L, 1L], call.Arguments.OfType<LiteralExpr>().Select(argument => argument.Value));
        Assert.IsType<NoneExpr>(call.Arguments[5]);
        Assert.Equal(9, ((CallStmt)Body(scenario, 0)[1].Bodies[0].Single()).Arguments.Length);
    }

    [Fact]
    public void What_may_change_is_taken_once_before_the_call()
    {
        var scenario = Specs.BindScenario($"task t {{ call back(code, code.backing) @call }}\n{Rows("s : holds", "none : holds")}", "policy s { proc back(g: page, f: frame?) { g.backing = none ; copy f to f } }");
        var block = Assert.IsType<BlockStmt>(Body(scenario, 0).Single());
        Assert.Equal("call", block.Label);
        var named = Assert.IsType<LetStmt>(block.Body[0]);
        Assert.Equal("let f = code.backing", named.Text);
        Assert.Same(named.Symbol, Assert.IsType<SymbolExpr>(((CallStmt)block.Body[1]).Arguments[1]).Symbol);
    }

    [Fact]
    public void Pages_that_a_called_procedure_changes_may_have_another_frame()
    {
        static OperationStmt Clean(string procedure) => (OperationStmt)Specs.BindScenario(
            $"frame f {{ z = zero }}\nvm b {{ page g = f ; vcpu C {{ }} {{ isb }} }}\ntask t {{ call take(g) ; dc cvau, g }}\n{Rows("s : holds")}",
            $"policy s {{ proc take(h: page) {{ call inner(h) }}\nproc inner(h: page) {{ {procedure} }} }}").Tasks.Single().Body[1];
        Assert.NotNull(Clean("clear h").Place);
        Assert.NotNull(Clean("h.backing = none").Place);
        Assert.Null(Clean("isb").Place);
    }

    [Fact]
    public void Rows_put_calls_into_tasks()
    {
        var scenario = Bind("isb @i", "p with i: call sync(code) : holds");
        Assert.Equal(["holding l", "ic ialluis", "dsb ish", "n = 1"], Called(scenario, 0));
        Assert.Equal("isb", Body(scenario, 0).Single().Replaces);
    }

    [Fact]
    public void An_unknown_procedure_and_two_that_differ_are_said_with_their_policies()
    {
        Assert.Equal(
            ("no policy of a row (p, none) has a procedure `f`", "they have sync"),
            Only(Specs.Load($"{Policies}\nscenario \"s\" {{\n{Specs.Base}\ntask t {{ call f() }}\n{Rows("p : holds", "none : holds")}\n}}")));
        Assert.Equal(
            ("`sync` takes (a page) in policy p and nothing in policy s", "give both the same parameters, or one of them another name"),
            Only(Specs.Load($"{Policies}\npolicy s {{ proc sync() {{ isb }} }}\nscenario \"s\" {{\n{Specs.Base}\ntask t {{ call sync(code) }}\n{Rows("p without ic : holds", "s : holds")}\n}}")));

        static (string, string?) Only(LoadResult result) => (Assert.Single(result.Diagnostics).Message, result.Diagnostics[0].Hint);
    }
}
