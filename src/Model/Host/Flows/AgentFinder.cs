using System.Collections.Immutable;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Systems;

namespace CoherenceCheck.Model.Host.Flows;

/// <summary>Describes the flows of a system as agents.</summary>
/// <param name="infos">What each rule is about.</param>
internal sealed class AgentFinder(IReadOnlyDictionary<string, StepInfo> infos)
{
    private readonly ILookup<FlowStep, string> _rules = infos.Where(pair => pair.Value.Step is not null).ToLookup(pair => pair.Value.Step!, pair => pair.Key);

    /// <summary>The agent of one part of a flow; none where the part has no step.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="span">Where it is written.</param>
    /// <param name="through">What to watch for to know whether it gets through.</param>
    /// <param name="flow">The flow.</param>
    /// <param name="part">The part.</param>
    /// <param name="raises">For handlers, where rules outside the flow lead.</param>
    public IEnumerable<Agent> Find(string name, SourceSpan span, Watch through, FlowBuilder flow, string part, IReadOnlyDictionary<string, FlowTarget>? raises = null)
    {
        ImmutableArray<FlowStep> steps = [.. flow.Steps.Where(step => step.Location >= 0 && step.Part == part).OrderBy(step => step.Location)];
        if (steps.IsEmpty)
        {
            yield break;
        }

        // Where control comes from outside is not known to the part itself: what no step of it leads to.
        var inner = steps.SelectMany(step => step.Next).SelectMany(StepsAt).ToHashSet();
        yield return new Agent(name, span, through,
        [
            .. steps.Select(step => new AgentStep(
                infos[_rules[step].First()].Text,
                step.Span,
                [.. _rules[step]],
                [.. step.Next.SelectMany(StepsAt).Where(next => next.Part == part).Select(next => steps.IndexOf(next)).Distinct()],
                !inner.Contains(step) || step == steps[0],
                step.Next.All(next => flow.LeadsOut(part, next)),
                infos[_rules[step].First()].Operation?.Kind == OperationKind.Execute)),
        ],
        [
            .. flow.Steps.Where(step => step.Location >= 0 && step.Part != part && step.Next.SelectMany(StepsAt).Any(next => next.Part == part)).SelectMany(step => _rules[step]),
            .. infos.Where(pair => pair.Value.Raises is { } raised && through is Watch.Handlers { Event: var own } && own == raised).Select(pair => pair.Key),
            .. (raises ?? new Dictionary<string, FlowTarget>()).Where(pair => StepsAt(pair.Value).Any(next => next.Part == part)).Select(pair => pair.Key),
        ]);
    }

    /// <summary>The steps to which a target may lead, whichever labels are left out: those passed over as well as those behind them.</summary>
    private static IEnumerable<FlowStep> StepsAt(FlowTarget target)
    {
        var seen = new HashSet<FlowTarget>(ReferenceEqualityComparer.Instance);
        var pending = new Stack<FlowTarget>([target]);
        while (pending.TryPop(out var current))
        {
            if (current.Resolve() is not { } resolved || !seen.Add(resolved))
            {
                continue;
            }

            if (resolved.Step is { } step)
            {
                yield return step;
                if (!step.Labels.IsEmpty)
                {
                    pending.Push(step.Next[^1]);
                }
            }
            else if (resolved.Pass is { } pass)
            {
                pending.Push(pass.With);
                pending.Push(pass.Without);
            }
        }
    }
}
