using CoherenceCheck.Explorer;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Export.Tests;

/// <summary>Verdict and counts, by whomever they were found. With a violation only the verdict counts.</summary>
internal sealed record Counts(bool Holds, long States, long Transitions)
{
    public static Counts Violated { get; } = new(false, 0, 0);
}

/// <summary>What the explorer says of systems and of flat systems.</summary>
internal static class FlatSystems
{
    public static FlatSystem Flat(TransitionSystem bound, string? property)
    {
        var (flat, refusal) = Flattener.Of(bound, property);
        Assert.Null(refusal);
        return flat!;
    }

    /// <summary>Verdict and counts; <see langword="null"/> where there are too many states.</summary>
    public static Counts? Explore(TransitionSystem system, string? property, long maxStates = 200_000)
    {
        var request = new SearchRequest(property, [], CheckDeadlock: false, new SearchLimits(MaxStates: maxStates));
        var result = Search.Run(CompiledSystem.Compile(system), FrozenValues.None, request, TestContext.Current.CancellationToken);
        return result.Verdict switch
        {
            Verdict.Holds => new Counts(true, result.States, result.Transitions),
            Verdict.Violated => Counts.Violated,
            _ => null,
        };
    }

    /// <summary>A flat system is a transition system, too.</summary>
    public static TransitionSystem AsSystem(FlatSystem flat) => new(
        flat.Name,
        [],
        flat.Variables,
        [.. flat.InitialStates.Select((state, number) => new InitialState($"initial {number}", [.. state.Select((value, i) => Ex.Assign(flat.Variables[i], Ex.Const(value)))]))],
        [.. flat.Rules.Select((rule, number) => new Rule($"{number}", [], rule.Guard, rule.Body, rule.Label))],
        [],
        null,
        Ex.False,
        [new Property("exported", PropertyKind.Invariant, flat.Condition)]);
}
