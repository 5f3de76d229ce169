using System.Collections.Immutable;

namespace CoherenceCheck.Model.Narration;

/// <summary>A trace in words of the domain.</summary>
/// <param name="Columns">The places where steps happen: the pCPUs, then the CPUs of tasks.</param>
/// <param name="Lines">The names of the lines.</param>
/// <param name="Steps">The initial state as step 0, then every step.</param>
public sealed record NarratedTrace(ImmutableArray<string> Columns, ImmutableArray<string> Lines, ImmutableArray<NarratedStep> Steps);

/// <summary>A step in words.</summary>
/// <param name="Number">From 0, the initial state.</param>
/// <param name="Agent"><c>initial</c>, <c>guest</c>, <c>host</c>, <c>task</c> or <c>hardware</c>.</param>
/// <param name="Column">The number of the place where it happens, or <see langword="null"/> where it belongs to none (the hierarchy).</param>
/// <param name="Vcpu">The vCPU it concerns, or <see langword="null"/>.</param>
/// <param name="Action">What is done: <c>B: dc cvau, x</c>.</param>
/// <param name="Source">Where it is written, as <c>file:line</c>, or <see langword="null"/>.</param>
/// <param name="Changes">Every cell that changed, by its name in the system, with both values; of the initial state all that are not at their smallest.</param>
/// <param name="Hierarchy">Each line's values: coherent, PoU, PoC.</param>
/// <param name="Notes">What a reader should see: an I-cache filled, an operation completed, a stale fetch.</param>
/// <param name="IsStale">Whether it is a stale fetch.</param>
/// <param name="CompletesMaintenance">Whether with it maintenance of a guest is complete, so that bare metal may show less.</param>
/// <param name="Running">For each place the vCPU that is loaded there after the step, or <see langword="null"/>.</param>
/// <param name="Caches">What each I-cache may hold after the step.</param>
/// <param name="After">Earlier steps that had to come before it; those that come before these may be left out. None where the trace ends in no violation of a property.</param>
/// <param name="IsNeeded">Whether the end depends on what the step does. One that is not needed only had to be passed: had it done nothing, the end would be the same.</param>
/// <param name="Rule">The rule instance by its name, by which it can be replayed; of the initial state the initial state's name.</param>
/// <param name="CompleteSince">Of a stale fetch the step with which maintenance of its line was complete, so that bare metal could not show the old contents; <see langword="null"/> where none was needed.</param>
public sealed record NarratedStep(
    int Number,
    string Agent,
    int? Column,
    string? Vcpu,
    string Action,
    string? Source,
    ImmutableArray<NarratedChange> Changes,
    ImmutableArray<LineValues> Hierarchy,
    ImmutableArray<string> Notes,
    bool IsStale,
    bool CompletesMaintenance,
    ImmutableArray<string?> Running,
    ImmutableArray<CacheContents> Caches,
    ImmutableArray<int> After,
    bool IsNeeded,
    string Rule = "",
    int? CompleteSince = null);

/// <summary>What an I-cache may hold.</summary>
/// <param name="Name">The cache, by the pCPUs that use it.</param>
/// <param name="Lines">For each line the versions, as text; <c>-</c> for none.</param>
public sealed record CacheContents(string Name, ImmutableArray<string> Lines);

/// <summary>A cell that changed.</summary>
/// <param name="Name">Its name: <c>I[P0][x]</c>.</param>
/// <param name="Before">Its value before.</param>
/// <param name="After">Its value after.</param>
public sealed record NarratedChange(string Name, string Before, string After);

/// <summary>What a line holds at the three levels.</summary>
/// <param name="Coherent">What a coherent access sees.</param>
/// <param name="PoU">What a fetch at the Point of Unification may see.</param>
/// <param name="PoC">What the Point of Coherency holds.</param>
public sealed record LineValues(string Coherent, string PoU, string PoC);
