using System.Collections.Immutable;
using CoherenceCheck.Explorer.Reductions;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Tests;

/// <summary>What one step does to the liveness of a cell: whether its body reads before it writes, on any path, and writes on every path.</summary>
public sealed class LivenessStepTests
{
    private static readonly Variable At = new("at", [], new Domain.Range(0, 3), Role.State);
    private static readonly Variable Cell = new("cell", [], new Domain.Range(0, 3), Role.State);
    private static readonly Variable Other = new("other", [], new Domain.Range(0, 3), Role.State);
    private static readonly Expr Test = Ex.Eq(Ex.Read(Other), 0);

    /// <summary>Bodies, and what they do to the cell.</summary>
    public static TheoryData<string, bool, bool> Bodies => new(Passed.Select(one => (one.Key, one.Value.Reads, one.Value.Writes)));

    private static Dictionary<string, (ImmutableArray<Statement> Body, bool Reads, bool Writes)> Passed { get; } = new()
    {
        ["nothing"] = ([Ex.Assign(Other, Ex.Const(1))], false, false),
        ["a write"] = ([Write], false, true),
        ["a read"] = ([Read], true, false),
        ["a write, then a read"] = ([Write, Read], false, true),
        ["a read, then a write"] = ([Read, Write], true, false),
        ["a write of what it was"] = ([Ex.Assign(Cell, Ex.Read(Cell))], true, false),
        ["a condition"] = ([Ex.When(Ex.Eq(Ex.Read(Cell), 1), Write)], true, false),
        ["a branch that reads"] = ([Ex.When(Test, Read)], true, false),
        ["an else branch that reads"] = ([Ex.IfElse(Test, [Write], [Read])], true, false),
        ["an else branch that reads beside one that does nothing"] = ([Ex.IfElse(Test, [Ex.Assign(Other, Ex.Const(1))], [Read]), Write], true, false),
        ["an else branch within an else branch that reads"] = ([Ex.IfElse(Test, [Write], [Ex.IfElse(Ex.Eq(Ex.Read(Other), 1), [Write], [Read])])], true, false),
        ["a branch that writes"] = ([Ex.When(Test, Write)], false, false),
        ["an else branch that writes"] = ([Ex.IfElse(Test, [Ex.Assign(Other, Ex.Const(1))], [Write])], false, false),
        ["branches that write"] = ([Ex.IfElse(Test, [Write], [Write])], false, true),
        ["branches that write, then a read"] = ([Ex.IfElse(Test, [Write], [Write]), Read], false, true),
        ["a branch that writes, then a read"] = ([Ex.When(Test, Write), Read], true, false),
        ["a failure"] = ([Ex.Fail(Ex.Eq(Ex.Read(Cell), 1), "one")], true, false),
    };

    private static Statement Write => Ex.Assign(Cell, Ex.Const(2));

    private static Statement Read => Ex.Assign(Other, Ex.Read(Cell));

    [Theory]
    [MemberData(nameof(Bodies))]
    public void A_body_reads_and_writes_a_cell_as_its_paths_do(string body, bool reads, bool writes) =>
        Assert.Equal((reads, writes), Step(Passed[body].Body).Passes(new StateCell(Cell, 0)));

    /// <summary>From 1 a step goes to all values that some path gives the control, and stays where some path gives it none.</summary>
    [Fact]
    public void A_step_leads_to_what_its_paths_lead_to()
    {
        Assert.Equal([1], Targets(Write));
        Assert.Equal([2], Targets(Go(2)));
        Assert.Equal([1, 2], Targets(Ex.When(Test, Go(2))));
        Assert.Equal([1, 2], Targets(Ex.IfElse(Test, [Write], [Go(2)])));
        Assert.Equal([2, 3], Targets(Ex.IfElse(Test, [Go(2)], [Go(3)])));
        Assert.Equal([0, 1, 2, 3], Targets(Ex.Assign(At, Ex.Read(Other))));
    }

    private static Statement Go(int value) => Ex.Assign(At, Ex.Const(value));

    private static IEnumerable<long> Targets(Statement body) => Step([body]).Targets(new StateCell(At, 0), 1).Order();

    private static LivenessStep Step(ImmutableArray<Statement> body) =>
        new(new RuleInstance(new Rule("step", [], Ex.Eq(Ex.Read(At), 1), body, new RuleLabel("test", "step")), []));
}
