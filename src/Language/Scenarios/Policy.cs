using System.Collections.Immutable;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Scenarios;

/// <summary>A hypervisor's policy: its handlers, their state, and what it sets in registers.</summary>
/// <param name="Name">Its name. <c>none</c> does nothing at all; <c>bare_metal</c> is the machine without a host.</param>
/// <param name="IsBareMetal">Whether there is no host: one private pCPU for each vCPU, no handler.</param>
/// <param name="Settings">Register fields, in order.</param>
/// <param name="States">Its state.</param>
/// <param name="Locks">Its locks.</param>
/// <param name="Hooks">Its handlers; several for one event run in order.</param>
/// <param name="Procedures">Its procedures, called or not.</param>
/// <param name="Span">Where its name stands; the built-in policies have an empty text.</param>
public sealed record Policy(
    string Name,
    bool IsBareMetal,
    ImmutableArray<PolicySetting> Settings,
    ImmutableArray<PolicyState> States,
    ImmutableArray<PolicyLock> Locks,
    ImmutableArray<Hook> Hooks,
    ImmutableArray<Procedure> Procedures,
    SourceSpan Span)
{
    /// <summary>Every statement of its handlers and procedures, those within others included, procedures once each.</summary>
    public IEnumerable<Stmt> Statements() =>
        Hooks.SelectMany(hook => hook.Body).Concat(Procedures.SelectMany(procedure => procedure.Body)).SelectMany(statement => statement.WithInner());
}

/// <summary>A register field that a policy sets.</summary>
/// <param name="Field">As Arm writes it.</param>
/// <param name="Value">One of its values.</param>
/// <param name="Label">Its label, or <see langword="null"/>: <c>without</c> the label the field keeps its default.</param>
/// <param name="Span">Where it stands.</param>
public sealed record PolicySetting(string Field, string Value, string? Label, SourceSpan Span);

/// <summary>A state variable of a policy.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Index">What it is indexed by.</param>
/// <param name="Type">The type of each cell.</param>
/// <param name="Initial">A constant of that type.</param>
/// <param name="Span">Where it stands.</param>
public sealed record PolicyState(string Name, ImmutableArray<ScenarioSort> Index, SpecType Type, SpecExpr Initial, SourceSpan Span);

/// <summary>A lock of a policy.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Index">What it is indexed by: empty or one sort.</param>
/// <param name="Span">Where it stands.</param>
public sealed record PolicyLock(string Name, ImmutableArray<ScenarioSort> Index, SourceSpan Span)
{
    /// <summary>Whether a handler that finds it taken may be switched out until it is free (Linux: struct mutex, down_read), as one that finds a spinlock taken may not.</summary>
    public bool Sleeps { get; init; }
}

/// <summary>A procedure of a policy; it calls no procedure that leads back to itself.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Body">Its body.</param>
/// <param name="Span">Where it stands.</param>
public sealed record Procedure(string Name, ImmutableArray<Symbol> Parameters, ImmutableArray<Stmt> Body, SourceSpan Span);

/// <summary>A handler.</summary>
/// <param name="Event">When it runs.</param>
/// <param name="Parameters">What stands for what the event tells, in the order of <see cref="Vocabulary.HookTable"/>.</param>
/// <param name="From">The kernel function that it models, or <see langword="null"/>.</param>
/// <param name="Body">Its body; a condition after <c>if</c> and locks after <c>holding</c> are statements of it.</param>
/// <param name="Span">Where it stands.</param>
public sealed record Hook(HookEvent Event, ImmutableArray<Symbol> Parameters, string? From, ImmutableArray<Stmt> Body, SourceSpan Span)
{
    /// <summary>The condition of its head, which its body tests as well; <see langword="null"/> where there is none.</summary>
    public SpecExpr? Condition { get; init; }
}
