using System.Collections.Immutable;

namespace CoherenceCheck.Model.Narration;

/// <summary>A trace in words of the domain.</summary>
/// <param name="Columns">The places where steps happen: the pCPUs, then the CPUs of tasks.</param>
/// <param name="Panels">What is shown of the machine after each step, in the order in which it is shown.</param>
/// <param name="Steps">The initial state as step 0, then every step.</param>
public sealed record NarratedTrace(ImmutableArray<string> Columns, ImmutableArray<Panel> Panels, ImmutableArray<NarratedStep> Steps);

/// <summary>Whose step it is.</summary>
public enum StepAgent
{
    /// <summary>Nobody's: the initial state.</summary>
    Initial,

    /// <summary>A guest's: an instruction.</summary>
    Guest,

    /// <summary>The hypervisor's: placement, entry, exit, a statement of a handler.</summary>
    Host,

    /// <summary>A host task's: a statement.</summary>
    Task,

    /// <summary>What the hardware does by itself.</summary>
    Hardware,
}

/// <summary>A step in words.</summary>
/// <param name="Number">From 0, the initial state.</param>
/// <param name="Agent">Whose step it is.</param>
/// <param name="Column">The number of the place where it happens, or <see langword="null"/> where it belongs to none (the hierarchy).</param>
/// <param name="Vcpu">The vCPU it concerns, or <see langword="null"/>.</param>
/// <param name="Speaker">Whose program it is a step of: a vCPU, a handler's event, a task; <see langword="null"/> for what belongs to no program.</param>
/// <param name="Sentence">What is done: <c>dc cvau, x</c>.</param>
/// <param name="Source">Where it is written, as <c>file:line</c>, or <see langword="null"/>.</param>
/// <param name="Changes">Every cell that changed, by its name in the system, with both values; of the initial state all that are not at their smallest.</param>
/// <param name="Values">What the panels of the trace show after it, panel by panel.</param>
/// <param name="Notes">What a reader should see: an I-cache filled, an operation completed, a stale fetch.</param>
/// <param name="Running">For each place the vCPU that is loaded there after the step, or <see langword="null"/>.</param>
/// <param name="After">Earlier steps that had to come before it; those that come before these may be left out. None where the trace ends in no violation of a property.</param>
/// <param name="IsNeeded">Whether the end depends on what the step does. One that is not needed only had to be passed: had it done nothing, the end would be the same.</param>
/// <param name="Rule">The rule instance by its name, by which it can be replayed; of the initial state the initial state's name.</param>
public sealed record NarratedStep(
    int Number,
    StepAgent Agent,
    int? Column,
    string? Vcpu,
    string? Speaker,
    string Sentence,
    string? Source,
    ImmutableArray<NarratedChange> Changes,
    ImmutableArray<PanelValues> Values,
    ImmutableArray<Note> Notes,
    ImmutableArray<string?> Running,
    ImmutableArray<int> After,
    bool IsNeeded,
    string Rule = "")
{
    /// <summary>Who does what: <c>B: dc cvau, x</c>; empty for the initial state.</summary>
    public string Action => Speaker is null ? Sentence : $"{Speaker}: {Sentence}";

    /// <summary>Whether it is shown where only steps that matter are: the end depends on it, or it says what the row leaves out.</summary>
    public bool IsShown => IsNeeded || Notes.Any(note => note.IsOfRow);

    /// <summary>What an automatic property says of it, where it violates one.</summary>
    public Judged? Judgement => Notes.OfType<Judged>().FirstOrDefault();

    /// <summary>Whether with it maintenance of a guest is complete, so that bare metal may show less.</summary>
    public bool CompletesMaintenance => Notes.Any(note => note is Completed);
}

/// <summary>A cell that changed.</summary>
/// <param name="Name">Its name: <c>I[P0][x]</c>.</param>
/// <param name="Before">Its value before.</param>
/// <param name="After">Its value after.</param>
public sealed record NarratedChange(string Name, string Before, string After);
