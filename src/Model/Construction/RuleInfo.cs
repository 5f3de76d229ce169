using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Construction;

/// <summary>What a rule is about, for narration.</summary>
internal enum StepKind
{
    /// <summary>A vCPU is loaded on a pCPU.</summary>
    Load,

    /// <summary>ERET into the guest.</summary>
    Enter,

    /// <summary>An exception takes the pCPU to the host.</summary>
    Exit,

    /// <summary>An exception that the host answers by going straight back.</summary>
    Trap,

    /// <summary>The host decides to put the vCPU, or to go back.</summary>
    Decide,

    /// <summary>A statement of a handler.</summary>
    Handler,

    /// <summary>An instruction of a guest.</summary>
    Guest,

    /// <summary>A statement of a host task.</summary>
    Task,

    /// <summary>The hardware acts by itself.</summary>
    Hardware,
}

/// <summary>What a rule is about. Parameters have fixed names: <c>p</c> pCPU, <c>v</c> vCPU, <c>x</c> line, <c>n</c> version, <c>e</c> the PE that owns maintenance, <c>q</c> its target.</summary>
/// <param name="Kind">Whose step it is.</param>
/// <param name="Text">What is done, as the spec writes it.</param>
/// <param name="Operation">The row of the operation table, where there is one.</param>
/// <param name="Vcpu">The vCPU, where the rule has only one.</param>
/// <param name="Task">The task.</param>
/// <param name="Line">The line, where the rule has only one.</param>
/// <param name="Hook">The handler's event.</param>
/// <param name="Span">Where it is written.</param>
/// <param name="Step">The step of a program, task or handler that it is a way of.</param>
/// <param name="Condition">What a test asks.</param>
/// <param name="OtherWay">The test with its branches exchanged.</param>
/// <param name="IsDecision">Whether it decides where its agent goes without being a test alone: a choice, something atomic with a test in it.</param>
internal sealed record RuleInfo(
    StepKind Kind,
    string Text,
    Operation? Operation = null,
    int? Vcpu = null,
    int? Task = null,
    int? Line = null,
    string? Hook = null,
    SourceSpan? Span = null,
    Flows.FlowStep? Step = null,
    Expr? Condition = null,
    Transitions.Rule? OtherWay = null,
    bool IsDecision = false);
