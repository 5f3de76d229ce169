using System.Collections.Immutable;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Model;

/// <summary>A program, a task, or the handlers of an event: what runs statement by statement and is expected to get through.</summary>
/// <param name="Name">Its name; of handlers that of the event.</param>
/// <param name="Span">Where it is written.</param>
/// <param name="Through">What to watch for to know whether it gets through.</param>
/// <param name="Steps">Its steps.</param>
/// <param name="Begins">For handlers, the names of the rules after which control may stand before one of them; empty for what begins by itself.</param>
public sealed record Agent(string Name, SourceSpan Span, Watch Through, ImmutableArray<AgentStep> Steps, ImmutableArray<string> Begins)
{
    /// <summary>Whether it may have begun.</summary>
    /// <param name="fired">How often each rule fired, by its name; nothing of rules that were not looked at.</param>
    public bool Began(IReadOnlyDictionary<string, long> fired) => (Begins.IsEmpty && Through is not Watch.Handlers) || Begins.Any(rule => !fired.TryGetValue(rule, out var count) || count > 0);

    /// <summary>Whether it surely got through: a step fired that leads out of it whichever way it goes.</summary>
    /// <param name="fired">How often each rule fired, by its name.</param>
    public bool GotThrough(IReadOnlyDictionary<string, long> fired) =>
        Steps.IsEmpty || Steps.Any(step => step.LeadsOut && step.Fired(fired) > 0) || EndsInFault(fired);

    /// <summary>Whether all that it never did is to execute, at its end, what stage 2 does not let it: it has come as far as it can.</summary>
    private bool EndsInFault(IReadOnlyDictionary<string, long> fired) => Steps.All(step => step.Rules.All(fired.ContainsKey))
        && StoodBefore(fired).ToList() is { Count: > 0 } left && left.TrueForAll(step => step is { IsFetch: true, LeadsOut: true });

    /// <summary>The steps before which it may have stood and that it never took.</summary>
    /// <param name="fired">How often each rule fired, by its name.</param>
    public IEnumerable<AgentStep> StoodBefore(IReadOnlyDictionary<string, long> fired) => Steps.Where((step, number) =>
        step.Fired(fired) == 0 && (step.IsFirst || Steps.Any(before => before.Next.Contains(number) && before.Fired(fired) > 0)));
}

/// <summary>A step of a program, task or handler.</summary>
/// <param name="Text">As written.</param>
/// <param name="Span">Where it is written.</param>
/// <param name="Rules">The names of its rules: one for each way in which it may go.</param>
/// <param name="Next">The numbers of the steps that may follow it.</param>
/// <param name="IsFirst">Whether the agent may begin with it.</param>
/// <param name="LeadsOut">Whether the agent is through after it, whichever way it goes.</param>
/// <param name="IsFetch">Whether it is <c>exec</c>, which waits only where stage 2 forbids it: such faults are not modelled.</param>
public sealed record AgentStep(string Text, SourceSpan Span, ImmutableArray<string> Rules, ImmutableArray<int> Next, bool IsFirst, bool LeadsOut, bool IsFetch)
{
    internal long Fired(IReadOnlyDictionary<string, long> fired) => Rules.Sum(rule => fired.GetValueOrDefault(rule));
}
