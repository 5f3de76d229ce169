using System.Collections.Immutable;
using CoherenceCheck.Attributes.Configurations;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Report.Minimizing;

namespace CoherenceCheck.Report.Explaining;

/// <summary>What a run of <c>explain</c> found.</summary>
/// <param name="Spec">The spec's path.</param>
/// <param name="Remark">What its author wrote at its head.</param>
/// <param name="Scenarios">Its scenarios.</param>
/// <param name="Diagnostics">Errors and warnings.</param>
/// <param name="Interrupted">Whether the user stopped it.</param>
/// <param name="Decider">Who decided what attributes come to, with its version.</param>
public sealed record ExplainResult(
    string Spec,
    string Remark,
    ImmutableArray<ExplainedScenario> Scenarios,
    ImmutableArray<Diagnostic> Diagnostics,
    bool Interrupted,
    string Decider);

/// <summary>A scenario, explained.</summary>
/// <param name="Name">Its title.</param>
/// <param name="Remark">What its author wrote above it.</param>
/// <param name="Line">Where it stands.</param>
/// <param name="Open">What is open: names of fields and readings with more than one value.</param>
/// <param name="Policies">One explanation for each policy and property.</param>
public sealed record ExplainedScenario(string Name, string Remark, int Line, ImmutableArray<string> Open, ImmutableArray<Explanation> Policies)
{
    /// <summary>The readings that are not open since they count as settled.</summary>
    public ImmutableArray<SettledReading> Settled { get; init; } = [];

    /// <summary>The readings about which nothing was asked, since that is done on request alone; each had its default.</summary>
    public ImmutableArray<string> NotAsked { get; init; } = [];
}

/// <summary>A reading that was left at its value.</summary>
/// <param name="Reading">The reading.</param>
/// <param name="Value">Its value.</param>
/// <param name="Why">Why it counts as settled.</param>
public sealed record SettledReading(string Reading, string Value, string Why);

/// <summary>On what the verdict of a policy depends.</summary>
public sealed record Explanation
{
    /// <summary>The policy as its row names it.</summary>
    public required string Policy { get; init; }

    /// <summary>The property.</summary>
    public required string Property { get; init; }

    /// <summary>How many legal configurations there are.</summary>
    public required long Configurations { get; init; }

    /// <summary>How many different systems they come to.</summary>
    public required int Classes { get; init; }

    /// <summary>In how many of them the property is violated.</summary>
    public required long Violated { get; init; }

    /// <summary>In how many of them a limit was hit.</summary>
    public required long Undecided { get; init; }

    /// <summary>Where it is violated: an irredundant formula.</summary>
    public required Formula ViolatedIff { get; init; }

    /// <summary>Each term of the formula with its shortest trace.</summary>
    public required ImmutableArray<ExplainedTerm> Terms { get; init; }

    /// <summary>For each labelled operation where it is needless.</summary>
    public required ImmutableArray<NeedlessOperation> Operations { get; init; }

    /// <summary>The verdict under each value of each reading that matters, all others at their defaults.</summary>
    public required ImmutableArray<ReadingVerdict> Readings { get; init; }

    /// <summary>The readings that are open and make no difference.</summary>
    public required ImmutableArray<string> Indifferent { get; init; }

    /// <summary>The guests that the verdict speaks of.</summary>
    public required ImmutableArray<string> Covers { get; init; }

    /// <summary>What a verdict <em>holds</em> relies on, with readings at their defaults; empty where it holds nowhere.</summary>
    public required ImmutableArray<string> ReliesOn { get; init; }

    /// <summary>What the guests do that makes the promise which is broken; empty where nothing is, or where guests are not programs.</summary>
    public required ImmutableArray<string> Promise { get; init; }

    /// <summary>The smallest change that turns <em>holds</em> into <em>violated</em>; <see langword="null"/> where there is none.</summary>
    public required string? NearestMiss { get; init; }

    /// <summary>Why <em>holds</em> says less than it seems to.</summary>
    public ImmutableArray<RowFinding> Vacuity { get; init; } = [];

    /// <summary>Which sets of operations are enough on which hardware, with readings at their defaults; empty where that was not asked.</summary>
    public required ImmutableArray<MinimalRegion> Enough { get; init; }

    /// <summary>The labels of operations that the property does not judge.</summary>
    public IEnumerable<string> NotJudged => Operations.Where(operation => operation.NotJudgedBy is not null).Select(operation => operation.Label);

    /// <summary>Whether it holds in all legal configurations.</summary>
    public bool HoldsAlways => Violated == 0 && Undecided == 0;

    /// <summary>Whether no limit was hit anywhere.</summary>
    public bool IsComplete => Undecided == 0 && Operations.All(operation => operation.Undecided == 0) && Enough.All(region => region.IsComplete);

    /// <summary>Operations with the same finding together: labels with their operations, and the finding.</summary>
    public IEnumerable<(ImmutableArray<NeedlessOperation> Operations, string Finding)> Findings =>
        Operations.GroupBy(operation => operation.Finding, StringComparer.Ordinal).Select(group => (group.ToImmutableArray(), group.Key));

    /// <summary>The verdict in words.</summary>
    public string Verdict => HoldsAlways ? Vacuity.IsEmpty ? "holds" : $"holds ({string.Join(", ", Vacuity.Select(finding => finding.Word).Distinct(StringComparer.Ordinal))})"
        : Violated == Configurations ? "violated"
        : Violated == 0 ? "undecided"
        : Undecided > 0 ? $"violated at least if {ViolatedIff}"
        : $"violated iff {ViolatedIff}";
}

/// <summary>A minimal sufficient condition of a violation.</summary>
/// <param name="Term">The condition.</param>
/// <param name="Cell">The configuration that the trace is of.</param>
/// <param name="Steps">The length of the trace.</param>
/// <param name="Trace">
/// The shortest trace of the configurations that meet it and no other term, and have as few readings off their defaults as the term allows.
/// </param>
public sealed record ExplainedTerm(Term Term, CellDescription Cell, int Steps, NarratedTrace Trace);

/// <summary>Where an operation is needless: the policy holds, and still does without it.</summary>
/// <param name="Label">Its label.</param>
/// <param name="Operation">The operation as written.</param>
/// <param name="NeedlessIff">Where, of the configurations in which the policy holds.</param>
/// <param name="Holding">In how many configurations the policy holds.</param>
/// <param name="Needless">In how many of them it is needless.</param>
/// <param name="Undecided">In how many of them a limit was hit without it.</param>
/// <param name="IsComplete">Whether all configurations in which the policy holds are known.</param>
public sealed record NeedlessOperation(string Label, string Operation, Formula NeedlessIff, long Holding, long Needless, long Undecided, bool IsComplete)
{
    /// <summary>Why it cannot be left out: the text without it would be refused; <see langword="null"/> where it can.</summary>
    public string? Refusal { get; init; }

    /// <summary>The property that does not judge it, whatever is found; <see langword="null"/> where it is judged.</summary>
    public string? NotJudgedBy { get; init; }

    /// <summary>The finding in words.</summary>
    public string Finding => NotJudgedBy is not null ? $"not judged by {NotJudgedBy}" : Refusal is not null ? $"cannot be left out: {Refusal}" : Holding == 0 ? IsComplete ? "the policy holds nowhere" : "undecided"
        : Undecided > 0 || !IsComplete ? $"needless at least if {NeedlessIff}; a limit was hit"
        : Needless == Holding ? "needless wherever the policy holds"
        : Needless == 0 ? "needed wherever the policy holds"
        : $"needless iff {NeedlessIff}";
}

/// <summary>The verdict under one value of a reading, all others at their defaults.</summary>
/// <param name="Reading">The reading.</param>
/// <param name="Value">The value.</param>
/// <param name="IsDefault">Whether it is the default.</param>
/// <param name="Verdict">The verdict in words.</param>
public sealed record ReadingVerdict(string Reading, string Value, bool IsDefault, string Verdict);
