using System.Collections.Immutable;
using CoherenceCheck.Explorer.Reductions;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Tests;

/// <summary>What slicing leaves out, and what it must not: each in one small system.</summary>
public sealed class SlicerRuleTests
{
    private static readonly Sort Two = new("two", ["A", "B"]);
    private static readonly Variable N = new("n", [], new Domain.Range(0, 3), Role.State);
    private static readonly Variable M = new("m", [], new Domain.Range(0, 3), Role.State);
    private static readonly Variable Set = new("set", [], new Domain.Subset(Two), Role.State);
    private static readonly Variable Cells = new("cells", [Two], new Domain.Range(0, 1), Role.State);
    private static readonly Variable Frozen = new("frozen", [Two], new Domain.Range(0, 1), Role.Frozen);

    [Fact]
    public void What_is_not_asked_for_goes()
    {
        var slice = Slice([Count(N), Count(M)]);
        Assert.Equal(["m", "set", "cells"], slice.Variables);
        Assert.Equal(["count m"], slice.Rules);
        Assert.Equal([N], slice.System.Variables);
    }

    [Fact]
    public void A_system_of_which_all_matters_comes_back_as_it_is()
    {
        var system = System([Count(N)]) with { Variables = [N] };
        Assert.Same(system, Slicer.Slice(system, Slicing.All, "asked", [], checkDeadlock: false).System);
    }

    [Fact]
    public void What_a_guard_reads_stays() =>
        Assert.Contains(M, Slice([Rule("n", Ex.Eq(Ex.Read(M), 1), Set1(N)), Count(M)]).System.Variables);

    [Fact]
    public void What_decides_a_branch_stays() =>
        Assert.Contains(M, Slice([Rule("n", Ex.True, Ex.When(Ex.Eq(Ex.Read(M), 1), Set1(N))), Count(M)]).System.Variables);

    [Fact]
    public void What_a_let_names_stays_if_the_name_is_used()
    {
        Assert.Contains(M, Slice([Rule("n", Ex.True, Ex.Let("x", Ex.Read(M)), Ex.Assign(N, Ex.Local("x"))), Count(M)]).System.Variables);
        Assert.DoesNotContain(M, Slice([Rule("n", Ex.True, Ex.Let("x", Ex.Read(M)), Set1(N)), Count(M)]).System.Variables);
    }

    [Fact]
    public void A_failure_stays_with_what_it_asks_for() =>
        Assert.Contains(M, Slice([Count(N), Count(M), Rule("fail", Ex.True, Ex.Fail(Ex.Eq(Ex.Read(M), 2), "two"))]).System.Variables);

    [Fact]
    public void An_assignment_that_may_be_an_error_becomes_a_failure()
    {
        var slice = Slice([Rule("m", Ex.True, Ex.Assign(M, Ex.Add(Ex.Read(N), Ex.True))), Count(N)]);
        Assert.DoesNotContain(M, slice.System.Variables);
        Assert.IsType<Statement.Fail>(Assert.Single(slice.System.Rules[0].Body));
    }

    [Fact]
    public void An_assignment_beside_the_cells_becomes_a_failure()
    {
        var slice = Slice([Rule("cells", Ex.True, Ex.Assign(Cells, [Ex.Read(N)], Ex.True)), Count(N)]);
        Assert.IsType<Statement.Fail>(Assert.Single(slice.System.Rules[0].Body));
    }

    [Fact]
    public void A_fill_goes_with_its_target()
    {
        var fill = new Fill("fill", [], Set, [], Ex.Const(1), Ex.Eq(Ex.Read(N), 2));
        var system = System([Count(N)]) with { Fills = [fill] };
        Assert.Equal(["fill"], Slice(system).Fills);
        Assert.Empty(Slice(system with { Fills = [fill with { Value = Ex.Const(4) }] }).Fills);
        var asked = system with { Properties = [new Property("asked", PropertyKind.Invariant, Ex.IsEmpty(Ex.Read(Set)))] };
        Assert.Equal([N, Set], Slice(asked).System.Variables);
    }

    [Fact]
    public void What_a_cut_reads_stays() =>
        Assert.Contains(M, Slice(System([Count(N), Count(M)]) with { Cut = Ex.Eq(Ex.Read(M), 2) }).System.Variables);

    [Fact]
    public void Where_deadlock_is_asked_for_all_guards_count()
    {
        var slice = Slicer.Slice(System([Count(N), Count(M), Rule("set", Ex.True, Ex.Assign(Set, Ex.True))]), Slicing.Components, "asked", [], checkDeadlock: true);
        Assert.Equal([N, M], slice.System.Variables);
        Assert.Equal(3, slice.System.Rules.Length);
    }

    [Fact]
    public void A_parameter_that_nothing_uses_goes_and_comes_back_in_traces()
    {
        var p = new Parameter("p", Two);
        var rule = new Rule("r", [p], Ex.Lt(Ex.Read(N), Ex.Const(2)), [Ex.Assign(Cells, [Ex.Param(p)], Ex.True), Ex.Assign(N, Ex.Add(Ex.Read(N), Ex.True))], new RuleLabel("test", "r"));
        var slice = Slice([rule]);
        Assert.Empty(slice.System.Rules[0].Parameters);
        var found = Search.Run(CompiledSystem.Compile(slice.System), FrozenValues.None, SearchRequest.For("asked"), TestContext.Current.CancellationToken);
        Assert.Equal(["", "r(A)", "r(A)"], slice.Lift(found.Trace, FrozenValues.None).Select(step => $"{step.Instance}"));
        Assert.Equal(1, slice.Lift(found.Trace, FrozenValues.None)[^1].State[Cells, 0]);
    }

    [Fact]
    public void A_frozen_variable_that_nothing_reads_goes()
    {
        var system = System([Count(N), Rule("m", Ex.Read(Frozen, Ex.False), Set1(M))]);
        Assert.Equal([N], Slice(system with { Variables = [Frozen, .. system.Variables] }).System.Variables);
    }

    [Fact]
    public void A_cell_that_is_read_at_one_value_of_a_counter_is_dead_elsewhere()
    {
        // n: 0 writes m, 1 reads it, 2 and 3 do not.
        var slice = Dead([At(0, Ex.Assign(M, Ex.Const(3))), At(1, Ex.When(Ex.Eq(Ex.Read(M), 2), Ex.Assign(Cells, [Ex.Const(0)], Ex.True))), At(2)]);
        Assert.Contains("m", slice.DeadCells);
        var found = Explore(slice.System);
        Assert.DoesNotContain(found, state => state[N, 0] != 1 && state[M, 0] != 0);
        Assert.Contains(found, state => state[N, 0] == 1 && state[M, 0] == 3);
    }

    [Fact]
    public void A_cell_that_a_later_step_reads_is_alive()
    {
        var slice = Dead([At(0, Ex.Assign(M, Ex.Const(3))), At(1), At(2, Ex.When(Ex.Eq(Ex.Read(M), 2), Ex.Assign(Cells, [Ex.Const(0)], Ex.True)))]);
        Assert.Contains(Explore(slice.System), state => state[N, 0] == 1 && state[M, 0] == 3);
        Assert.DoesNotContain(Explore(slice.System), state => state[N, 0] == 3 && state[M, 0] != 0);
    }

    [Fact]
    public void A_cell_that_a_later_guard_asks_for_is_alive()
    {
        var asks = At(2) with { Guard = Ex.And(Ex.Eq(Ex.Read(N), 2), Ex.Eq(Ex.Read(M), 3)) };
        var slice = Dead([At(0, Ex.Assign(M, Ex.Const(3))), At(1), asks]);
        Assert.Contains(Explore(slice.System), state => state[N, 0] == 1 && state[M, 0] == 3);
        Assert.Contains(Explore(slice.System), state => state[N, 0] == 3);
    }

    [Fact]
    public void A_cell_that_is_not_written_on_every_path_is_alive()
    {
        var read = At(2, Ex.When(Ex.Eq(Ex.Read(M), 2), Ex.Assign(Cells, [Ex.Const(0)], Ex.True)));
        var some = Dead([At(0, Ex.Assign(M, Ex.Const(3))), At(1, Ex.When(Ex.Read(Cells, Ex.Const(1)), Set1(M))), read]);
        Assert.Contains(Explore(some.System), state => state[N, 0] == 1 && state[M, 0] == 3);
        var all = Dead([At(0, Ex.Assign(M, Ex.Const(3))), At(1, Ex.IfElse(Ex.Read(Cells, Ex.Const(1)), [Set1(M)], [Ex.Assign(M, Ex.Const(2))])), read]);
        Assert.DoesNotContain(Explore(all.System), state => state[N, 0] == 1 && state[M, 0] == 3);
    }

    [Fact]
    public void Resets_do_not_tell_elements_apart()
    {
        var (p, pc, x) = (new Parameter("p", Two), new Variable("pc", [Two], new Domain.Range(0, 2), Role.State), new Variable("x", [Two], new Domain.Range(0, 2), Role.State));
        var (own, label) = (Ex.Param(p), new RuleLabel("test", "step"));
        var system = System([
            new Rule("write", [p], Ex.Eq(Ex.Read(pc, own), 0), [Ex.Assign(x, [own], Ex.Const(2)), Ex.Assign(pc, [own], Ex.Const(1))], label),
            new Rule("read", [p], Ex.Eq(Ex.Read(pc, own), 1), [Ex.Assign(N, Ex.Read(x, own)), Ex.Assign(pc, [own], Ex.Const(2))], label)]) with
        { Variables = [N, pc, x] };
        var slice = Slicer.Slice(system, Slicing.All, "asked", [], checkDeadlock: true);
        Assert.Equal(["x[A]", "x[B]"], slice.DeadCells.Where(cell => cell.StartsWith('x')));
        Assert.Equal((2, 2), (SymmetryGroup.Of(system, []).Order, SymmetryGroup.Of(slice.System, []).Order));
        Assert.DoesNotContain(slice.System.Rules, rule => rule.Body.Any(statement => statement is Statement.ForEach));
    }

    [Fact]
    public void What_a_property_reads_is_alive() =>
        Assert.DoesNotContain("n", Dead([At(0), At(1)]).DeadCells);

    [Fact]
    public void A_cell_that_nothing_reads_is_dead_everywhere() =>
        Assert.Contains("cells[A]", Dead([At(0, Ex.Assign(Cells, [Ex.Const(0)], Ex.True)), Rule("b", Ex.Read(Cells, Ex.Const(1)), Set1(N))]).DeadCells);

    private static Statement Set1(Variable v) => Ex.Assign(v, Ex.True);

    private static Rule Rule(string name, Expr guard, params ImmutableArray<Statement> body) => new(name, [], guard, body, new RuleLabel("test", name));

    // Never out of its domain, as its bounds tell.
    private static Rule Count(Variable v) => Rule($"count {v}", Ex.Lt(Ex.Read(v), Ex.Const(3)), Ex.Assign(v, Ex.If(Ex.Eq(Ex.Read(v), 0), Ex.Const(1), Ex.Const(2))));

    private static Rule At(int n, params ImmutableArray<Statement> body) => Rule($"at {n}", Ex.Eq(Ex.Read(N), n), [.. body, Ex.Assign(N, Ex.Const(n + 1))]);

    private static TransitionSystem System(ImmutableArray<Rule> rules) => new(
        "small", [Two], [N, M, Set, Cells], [new InitialState("start", [])], rules, [], null, Ex.True,
        [new Property("asked", PropertyKind.Invariant, Ex.Ne(Ex.Read(N), Ex.Const(2)))]);

    private static SlicedSystem Slice(ImmutableArray<Rule> rules) => Slice(System(rules));

    private static SlicedSystem Slice(TransitionSystem system)
    {
        var slice = Slicer.Slice(system, Slicing.Components, "asked", [], checkDeadlock: false);
        Assert.Equal(system.Variables.Except(slice.System.Variables).Select(v => v.Name), slice.Variables);
        return slice;
    }

    private static SlicedSystem Dead(ImmutableArray<Rule> rules) => Slicer.Slice(System(rules), Slicing.DeadCells, "asked", [], checkDeadlock: false);

    private static List<Valuation> Explore(TransitionSystem system) => [.. new NaiveSearch(system, FrozenValues.None, null, null, deadlock: false, 1000).Reachable];
}
