using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Tests;

/// <summary>Compiled code reads and writes a cell and nothing beside it, wherever it ends in its word.</summary>
public sealed class PackingTests
{
    public static TheoryData<int> Widths => [.. Enumerable.Range(1, 63)];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Two_cells_that_fill_a_word_are_told_apart(int bits)
    {
        var x = new Variable("x", [], new Domain.Range(0, Most(bits)), Role.State);
        var y = new Variable("y", [], new Domain.Range(0, Most(64 - bits)), Role.State);
        var seen = new Variable("seen", [], new Domain.Range(0, 3), Role.State);
        var (fullX, fullY) = (Ex.Eq(Ex.Read(x), Most(bits)), Ex.Eq(Ex.Read(y), Most(64 - bits)));
        var label = new RuleLabel("test", "step");
        var system = new TransitionSystem(
            "full", [], [x, y, seen],
            [new InitialState("empty", []), new InitialState("full", [Ex.Assign(x, Ex.Const(Most(bits))), Ex.Assign(y, Ex.Const(Most(64 - bits)))])],
            [
                new Rule("look", [], Ex.Eq(Ex.Read(seen), 0), [Ex.Assign(seen, Ex.Add(Ex.If(fullX, Ex.Const(1), Ex.Const(0)), Ex.If(fullY, Ex.Const(2), Ex.Const(0))))], label),
                new Rule("turn x", [], Ex.True, [Ex.Assign(x, Ex.If(fullX, Ex.Const(0), Ex.Const(Most(bits))))], label),
                new Rule("turn y", [], Ex.True, [Ex.Assign(y, Ex.If(fullY, Ex.Const(0), Ex.Const(Most(64 - bits))))], label),
                new Rule("copy", [], Ex.Lt(Ex.Read(x), Ex.Const(1)), [Ex.When(Ex.Eq(Ex.Read(y), 0), Ex.Assign(seen, Ex.Const(3)))], label),
            ],
            [], null, Ex.True, []);
        var compiled = CompiledSystem.Compile(system);
        Assert.Equal(66, compiled.Layout.Bits);
        var naive = new NaiveSearch(system, FrozenValues.None, null, null, deadlock: false, 100);
        var (found, states) = Search.RunAndList(compiled, FrozenValues.None, SearchRequest.For(null), TestContext.Current.CancellationToken);
        Assert.Equal(naive.Reachable, states);
        Assert.Equal(naive.Transitions, found.Transitions);
    }

    private static long Most(int bits) => (long)(ulong.MaxValue >> (64 - bits));
}
