using System.Collections.Immutable;
using CoherenceCheck.Explorer.Reductions;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer;

/// <summary>What a search found out.</summary>
public enum Verdict
{
    /// <summary>Every reachable state was looked at, and nothing is violated.</summary>
    Holds,

    /// <summary>There is a counterexample.</summary>
    Violated,

    /// <summary>A limit was hit before either was known.</summary>
    Undecided,
}

/// <summary>Why a search stopped before its end.</summary>
public enum StopReason
{
    /// <summary>It did not.</summary>
    None,

    /// <summary>The number of states.</summary>
    MaxStates,

    /// <summary>The process's memory.</summary>
    MaxMemory,

    /// <summary>The time.</summary>
    Timeout,

    /// <summary>The caller.</summary>
    Cancelled,
}

/// <summary>What a counterexample ends in.</summary>
public enum ViolationKind
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>A state that violates the property.</summary>
    Property,

    /// <summary>A step that is a model error, whatever the property.</summary>
    ModelError,

    /// <summary>A state without successors that is not terminal.</summary>
    Deadlock,
}

/// <summary>A step of a counterexample.</summary>
/// <param name="Instance">What was done; <see langword="null"/> for the initial state.</param>
/// <param name="State">The state after it. A step that is a model error leaves the state as it was.</param>
public sealed record TraceStep(RuleInstance? Instance, Valuation State);

/// <summary>Whether a cover was reached.</summary>
/// <param name="Name">The property.</param>
/// <param name="Depth">The least number of steps to a state in which it is true; <see langword="null"/> if none was found.</param>
public sealed record CoverResult(string Name, int? Depth);

/// <summary>The result of a search.</summary>
public sealed record Exploration
{
    /// <summary>The verdict on the property, on model errors, and on deadlock where that was asked for.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Why the search stopped before its end.</summary>
    public required StopReason StopReason { get; init; }

    /// <summary>What the counterexample ends in.</summary>
    public required ViolationKind Violation { get; init; }

    /// <summary>States found; the sink of the cut is one of them once it is reached. With a violation: all that the violating level leads to.</summary>
    public required long States { get; init; }

    /// <summary>Those of them whose steps were not looked at: none, unless a limit was hit or something is violated.</summary>
    public required long Waiting { get; init; }

    /// <summary>Enabled rule instances, self-loops and model errors included.</summary>
    public required long Transitions { get; init; }

    /// <summary>Holds: the steps to the farthest state. Violated: the steps of the counterexample. Undecided: the steps within which all states were found.</summary>
    public required int Depth { get; init; }

    /// <summary>The counterexample, the first of the shortest; empty if there is none, or if the error is in making an initial state.</summary>
    public required ImmutableArray<TraceStep> Trace { get; init; }

    /// <summary>What is wrong, if the counterexample ends in a model error.</summary>
    public required string? ModelError { get; init; }

    /// <summary>How often each rule of the system fired, in the system's order; -1 where slicing left the rule out, so that nobody knows.</summary>
    public required ImmutableArray<long> Fired { get; init; }

    /// <summary>The covers asked for, in order.</summary>
    public required ImmutableArray<CoverResult> Covers { get; init; }

    /// <summary>The sights asked for that were true in some state that was looked at.</summary>
    public ImmutableArray<string> Seen { get; init; } = [];

    /// <summary>Native memory that the states took, in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>What reductions did.</summary>
    public ReductionResult Reduced { get; init; } = ReductionResult.None;
}
