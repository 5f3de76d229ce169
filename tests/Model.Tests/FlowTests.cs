using CoherenceCheck.Explorer;
using CoherenceCheck.Model.Tests.Support;

namespace CoherenceCheck.Model.Tests;

/// <summary>What the statements of handlers do, on policies of a few lines: two vCPUs, each on a pCPU of its own.</summary>
public sealed class FlowTests
{
    private const string Lost = "state n : 0..3 = 0 ; state done : 0..3 = 0";

    [Theory]
    [InlineData("", "let old = n ; n = old + 1 ; done = done + 1", "done != 2 || n == 2", Verdict.Violated)]
    [InlineData("lock l", "holding l { let old = n ; n = old + 1 ; done = done + 1 }", "done != 2 || n == 2", Verdict.Holds)]
    [InlineData("", "atomic { let old = n ; n = old + 1 ; done = done + 1 }", "done != 2 || n == 2", Verdict.Holds)]
    [InlineData("", "atomic { if done == 0 { let old = n ; n = old + 1 } ; done = done + 1 }", "done == 0 || n == 1", Verdict.Holds)]
    [InlineData("", "atomic { let a = xchg(n, 1) ; let b = xchg(done, 2) ; if a == 0 && b == 0 { n = 3 } }", "done == 0 || n == 3 || n == 1", Verdict.Holds)]
    [InlineData("", "atomic { let a = cas(n, 0, 1) ; let b = cas(n, 1, 2) ; if a && b { n = 3 } }", "n == 0 || n == 3", Verdict.Holds)]
    [InlineData("", "atomic { let a = cas(n, 1, 2) ; let b = cas(n, 0, 1) ; if a || !b { n = 3 } }", "n == 0 || n == 1", Verdict.Holds, 1)]
    [InlineData("proc add(w: vcpu) { let old = n ; n = old + 1 }", "atomic { call add(v) ; call add(v) ; done = 1 }", "n == 2 || done == 0", Verdict.Holds, 1)]
    [InlineData("state s : set pcpu = {}", "s = s | {p} ; atomic { let q in s ; n = n + 1 ; let m = n ; done = m }", "n == done", Verdict.Holds)]
    [InlineData("lock l[pcpu]", "holding l[p] { let old = n ; n = old + 1 ; done = done + 1 }", "done != 2 || n == 2", Verdict.Violated)]
    [InlineData("", "repeat 3 { n = n + 1 }", "n <= 3", Verdict.Holds, 1)]
    [InlineData("", "repeat 3 { n = n + 1 }", "n < 3", Verdict.Violated, 1)]
    [InlineData("", "for q in pcpu { n = n + 1 } ; done = 1", "done == 0 || n == 2", Verdict.Holds, 1)]
    [InlineData("state s : set pcpu = {}", "s = s | {p} ; for q in s { n = n + 1 } ; done = 1", "done == 0 || n == 1", Verdict.Holds, 1)]
    [InlineData("", "choose { n = 1 } or { n = 2 }", "n != 1", Verdict.Violated, 1)]
    [InlineData("", "choose { n = 1 } or { n = 2 }", "n != 2", Verdict.Violated, 1)]
    [InlineData("", "choose { n = 1 } or { n = 2 }", "n != 3", Verdict.Holds, 1)]
    [InlineData("", "if n == 0 { n = 1 } else { n = 3 }", "n != 3", Verdict.Holds, 1)]
    [InlineData("", "if n != 0 { n = 1 } else { n = 3 }", "n != 1", Verdict.Holds, 1)]
    [InlineData("", "forever { if n == 3 { return } ; n = n + 1 } ; done = 1", "done == 0", Verdict.Holds, 1)]
    [InlineData("", "forever { if n == 3 { return } ; n = n + 1 } ; done = 1", "n != 3", Verdict.Violated, 1)]
    [InlineData("state owner : vcpu? = none", "let ok = cas(owner, none, v) ; if ok { n = n + 1 ; n = n - 1 ; owner = none }", "n < 2", Verdict.Holds)]
    [InlineData("state owner : vcpu? = none", "if owner == none { owner = v ; n = n + 1 ; n = n - 1 ; owner = none }", "n < 2", Verdict.Violated)]
    [InlineData("state won : 0..1 = 0", "let old = xchg(won, 1) ; if old == 0 { n = n + 1 }", "n < 2", Verdict.Holds, 3)]
    [InlineData("state won : 0..1 = 0", "let old = won ; won = 1 ; if old == 0 { n = n + 1 }", "n < 2", Verdict.Violated)]
    [InlineData("proc add(w: vcpu) { if w == v0 { return } ; n = n + 1 } ; state v0 : vcpu? = none", "v0 = v ; call add(v) ; done = 1", "n == 0", Verdict.Holds, 1)]
    [InlineData("proc add(w: vcpu) { if w == v0 { return } ; n = n + 1 } ; state v0 : vcpu? = none", "v0 = v ; call add(v) ; done = 1", "done == 0", Verdict.Violated, 1)]
    [InlineData("state s : set pcpu = {} ; state got : pcpu? = none", "s = s | {p} ; let q in s ; got = q", "got != P0", Verdict.Violated, 1)]
    [InlineData("state s : set pcpu = {} ; state got : pcpu? = none", "s = s | {p} ; let q in s ; got = q ; s = {}", "got == none || !(got in s) || n == 0", Verdict.Holds, 2)]
    [InlineData("state go : bool = false", "await go ; n = 1", "n == 0", Verdict.Holds, 2)]
    [InlineData("state go : bool = false", "if v.pcpu == p { go = true } ; await go ; n = 1", "n == 0", Verdict.Violated, 2)]
    public void Statements_do_what_they_say(string declarations, string body, string property, Verdict verdict, int loads = 2) =>
        Assert.Equal(verdict, Checked(Cell($"{Lost} ; {declarations}", body, property, loads)).Explore().Verdict);

    [Theory]
    [InlineData("{ n = 1 ; done = 1 } @block", "pol without block", "n == 0 && done == 0", Verdict.Holds)]
    [InlineData("{ n = 1 ; done = 1 } @block", "pol", "n == 0 && done == 0", Verdict.Violated)]
    [InlineData("n = 1 @one ; done = 1", "pol without one", "n == 0", Verdict.Holds)]
    [InlineData("n = 1 @one ; done = 1", "pol without one", "done == 0", Verdict.Violated)]
    [InlineData("atomic { n = 1 @one ; done = 1 }", "pol without one", "n == 0", Verdict.Holds)]
    [InlineData("atomic { n = 1 @one ; done = 1 }", "pol without one", "done == 0", Verdict.Violated)]
    [InlineData("atomic { n = 1 @one ; done = 1 }", "pol", "done == n", Verdict.Holds)]
    [InlineData("n = 1 ; done = 1", "pol", "done == n", Verdict.Violated)]
    [InlineData("if n == 0 { n = 1 } else { n = 2 } @test ; done = 1", "pol without test", "n == 0", Verdict.Holds)]
    [InlineData("holding l { n = 1 } @locked ; done = 1", "pol without locked", "n == 0", Verdict.Holds)]
    [InlineData("n = 1 @one ; done = 1 @two", "pol move two before one", "n == 0 || done == 1", Verdict.Holds)]
    [InlineData("n = 1 @one ; done = 1", "pol with one: n = 2", "n != 1", Verdict.Holds)]
    public void Edits_take_statements_away(string body, string policy, string property, Verdict verdict) =>
        Assert.Equal(verdict, Cell(Lost + " ; lock l", body, property, 1, policy).Explore().Verdict);

    [Theory]
    [InlineData("holding l { return }", Verdict.Holds)]
    [InlineData("holding l { if v.pcpu == p { return } ; n = 1 }", Verdict.Holds)]
    [InlineData("await n == 1", Verdict.Violated)]
    [InlineData("holding l { await n == 1 }", Verdict.Violated)]
    [InlineData("let q in s", Verdict.Violated)]
    [InlineData("dsb ish ; isb", Verdict.Holds)]
    public void A_host_that_waits_for_ever_is_a_deadlock(string body, Verdict verdict)
    {
        var cell = Cell(Lost + " ; lock l ; state s : set pcpu = {}", body, "n == 0", loads: null);
        var result = Search.Run(
            CompiledSystem.Compile(cell.Model.System), cell.Frozen, new SearchRequest(null, [], CheckDeadlock: true, new SearchLimits()), TestContext.Current.CancellationToken);
        Assert.Equal(verdict, result.Verdict);
        Assert.Equal(verdict == Verdict.Violated ? ViolationKind.Deadlock : ViolationKind.None, result.Violation);
    }

    [Theory]
    [InlineData(3, Verdict.Holds)]
    [InlineData(4, Verdict.Violated)]
    public void A_counter_that_leaves_its_range_is_a_model_error_with_its_place(int loads, Verdict verdict)
    {
        var result = Cell(Lost, "n = n + 1", "done == 0", loads).Explore();
        Assert.Equal(verdict, result.Verdict);
        if (verdict == Verdict.Violated)
        {
            Assert.Equal(ViolationKind.ModelError, result.Violation);
            Assert.Contains("n is given 4, which is outside 0..3", result.ModelError, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("assert n == 0 ; n = 1", 1, Verdict.Holds)]
    [InlineData("assert n == 0 ; n = 1", 2, Verdict.Violated)]
    public void An_assertion_that_is_false_violates_assertions(string body, int loads, Verdict verdict) =>
        Assert.Equal(verdict, Cell(Lost, body, "assertions", loads).Explore().Verdict);

    [Fact]
    public void Locals_are_of_a_pcpu_and_forgotten_when_the_host_is_done()
    {
        var cell = Cell(Lost, "let mine = p ; n = 1 ; if mine != p { done = 1 }", "done == 0", 3);
        Assert.Equal(Verdict.Holds, cell.Explore().Verdict);
        var interpreter = new Transitions.Interpreter(cell.Bound, Transitions.FrozenValues.None);
        var naive = new CoherenceCheck.Shared.NaiveSearch(cell.Bound, Transitions.FrozenValues.None, null, null, deadlock: false, 100_000);
        var (host, local) = (cell.Bound.Find("host"), cell.Bound.Variables.Single(v => v.Name.StartsWith("host.mine", StringComparison.Ordinal)));
        Assert.NotNull(interpreter);
        Assert.All(naive.Reachable, state => Assert.True(state[host, 1] > 1 || state[local, 1] == local.Domain.Min));
        Assert.Contains(naive.Reachable, state => state[local, 1] != local.Domain.Min);
    }

    private static CellCase Checked(CellCase cell)
    {
        Assert.Empty(Transitions.WellFormedness.Check(cell.Model.System));
        return cell;
    }

    private static CellCase Cell(string declarations, string body, string property, int? loads, string policy = "pol")
    {
        var declared = property == "assertions" ? "" : $"property claim: {property}";
        return Assert.Single(Specs.Cells(
            $$"""
            policy pol {
              {{declarations}}
              on vcpu_load(v, p) {
                {{body}}
              }
            }
            scenario "flow" {
              machine { pcpu P0 ; pcpu P1 ; CTR_EL0.DIC = 1 ; CTR_EL0.IDC = 1 }
              frame code { x = old }
              vm guest {
                page code = code RWX wb
                vcpu A on {P0} { SCTLR_EL1.M = 1 } { dmb ish }
                vcpu B on {P1} { SCTLR_EL1.M = 1 } { dmb ish }
              }
              {{declared}}
              {{(loads is { } most ? $"bound vcpu_load <= {most}" : "")}}
              expect {{(property == "assertions" ? "assertions" : "claim")}} { {{policy}} : unstated }
            }
            """));
    }

    /// <summary>On bare metal each vCPU and task has a PE of its own, and there are no others.</summary>
    [Theory]
    [InlineData("let here = P1", "P1")]
    [InlineData("let some = {P1}", "P1")]
    [InlineData("let some = {P0} | {P1}", "P1")]
    [InlineData("let some = {P0}", null)]
    [InlineData("assert P0 != P1", null)]
    public void A_pCPU_that_bare_metal_does_not_have_is_refused_where_it_is_kept(string statement, string? at)
    {
        var scenario = Specs.Load(
            $$"""
            scenario "kept" {
              machine { pcpu P0 ; pcpu P1 }
              frame f { x = old }
              vm guest { page g = f RWX ; vcpu A { SCTLR_EL1.M = 1 } { {{statement}} } }
              expect assertions { bare_metal : unstated ; none : unstated }
            }
            """).Scenarios[0];
        foreach (var (row, refused) in scenario.Expectations[0].Rows.Zip([at, null]))
        {
            var diagnostics = new List<Language.Diagnostics.Diagnostic>();
            ScenarioModel.Build(scenario, row.Policy.Policy, diagnostics);
            Assert.Equal(refused, diagnostics.Select(found => found.Span!.Value.Text.Content.Substring(found.Span.Value.Start, found.Span.Value.Length)).SingleOrDefault());
        }
    }
}
