using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Host.Flows;

/// <summary>What is remembered of labelled statements that have been done, where somebody asks (<c>B past L</c>).</summary>
internal sealed partial class FlowBuilder
{
    /// <summary>For each label of which it is asked whether its statement has been done, what remembers it.</summary>
    public IReadOnlyDictionary<string, Variable> Done { get; init; } = new Dictionary<string, Variable>();

    /// <summary>What is remembered where control goes to a target.</summary>
    public IEnumerable<Statement> Remember(FlowTarget target) => Done.Count == 0 ? [] : Remember(target, Ex.True, []);

    private IEnumerable<Statement> Remember(FlowTarget target, Expr when, HashSet<FlowTarget> passed)
    {
        foreach (var (label, labels) in target.Way().Select(hop => hop.Done).OfType<(string, ImmutableArray<string>)>())
        {
            yield return Ex.When(Ex.And(when, translator.Enabled(labels)), Ex.Assign(Done[label], [], Ex.True));
        }

        // What is left out is passed by.
        var resolved = target.Resolve();
        if (resolved is null || !passed.Add(resolved))
        {
            yield break;
        }

        var (around, with, without) = resolved switch
        {
            { Step: { Labels.IsEmpty: false } step } => (step.Labels, null, step.Next[^1]),
            { Pass: { } pass } => (pass.Labels, pass.With, pass.Without),
            _ => ([], null, (FlowTarget?)null),
        };
        var on = translator.Enabled(around);
        foreach (var statement in with is null ? [] : Remember(with, Ex.And(when, on), passed))
        {
            yield return statement;
        }

        foreach (var statement in without is null ? [] : Remember(without, Ex.And(when, Ex.Not(on)), passed))
        {
            yield return statement;
        }
    }
}
