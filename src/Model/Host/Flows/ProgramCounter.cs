using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Host.Flows;

/// <summary>Where handlers, a program or a task stand.</summary>
/// <param name="Variable">The variable: a location of the flow, or one outside it.</param>
/// <param name="Name">Whose it is.</param>
/// <param name="Flow">The flow.</param>
/// <param name="Outside">The name of a place at which no step of the flow stands.</param>
internal sealed record ProgramCounter(Variable Variable, string Name, FlowBuilder Flow, Func<int, string> Outside)
{
    /// <summary>Whether every pCPU has one of its own.</summary>
    public bool IsByCpu => !Variable.Index.IsEmpty;
}
