using System.Collections.Immutable;
using CoherenceCheck.Attributes.Configurations;
using CoherenceCheck.Language.Diagnostics;

namespace CoherenceCheck.Report.Minimizing;

/// <summary>What a run of <c>minimize</c> found.</summary>
/// <param name="Spec">The spec's path.</param>
/// <param name="Policies">One result for each scenario, policy and property.</param>
/// <param name="Diagnostics">Errors and warnings.</param>
/// <param name="Interrupted">Whether the user stopped it.</param>
/// <param name="Decider">Who decided what attributes come to, with its version.</param>
public sealed record MinimizeResult(
    string Spec,
    ImmutableArray<Minimization> Policies,
    ImmutableArray<Diagnostic> Diagnostics,
    bool Interrupted,
    string Decider);

/// <summary>Which operations of a policy can be left out.</summary>
/// <param name="Scenario">The scenario's title.</param>
/// <param name="Line">Where it stands.</param>
/// <param name="Policy">The policy as its row names it.</param>
/// <param name="Property">The property.</param>
/// <param name="Operations">Its labelled operations, each with its text.</param>
/// <param name="Configurations">How many configurations there are.</param>
/// <param name="Regions">Configurations with the same answer, together all.</param>
public sealed record Minimization(
    string Scenario,
    int Line,
    string Policy,
    string Property,
    ImmutableArray<(string Label, string Text)> Operations,
    long Configurations,
    ImmutableArray<MinimalRegion> Regions)
{
    /// <summary>The labels of operations that the property does not judge: that they can be left out says nothing.</summary>
    public ImmutableArray<string> NotJudged { get; init; } = [];
}

/// <summary>Configurations for which the answer is the same.</summary>
/// <param name="When">Which.</param>
/// <param name="Configurations">How many.</param>
/// <param name="Verdict">The verdict on the policy with all of its operations.</param>
/// <param name="DroppableAlone">Labels, each of which can be left out on its own while all others stay.</param>
/// <param name="MinimalSets">Every set of labels that suffices while no part of it does; with unlabelled operations and everything else as written.</param>
/// <param name="IsComplete">Whether no limit was hit: otherwise there may be more, or smaller, sets.</param>
public sealed record MinimalRegion(
    Formula When,
    long Configurations,
    RowVerdict Verdict,
    ImmutableArray<string> DroppableAlone,
    ImmutableArray<ImmutableArray<string>> MinimalSets,
    bool IsComplete);
