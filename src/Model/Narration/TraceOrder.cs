using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Narration;

/// <summary>
/// Puts the steps of a counterexample into an order that is easier to read: each CPU goes on for as long as it can. The steps
/// are the same, so the trace is as short as it was; the interpreter checks every step of the new order.
/// </summary>
/// <remarks>Hill climbing: a step moves up to the one before it on the same CPU wherever the steps in between, and all that
/// follow, remain possible and the last state still violates the property.</remarks>
internal sealed class TraceOrder(Interpreter interpreter, IStepFacts facts, Func<Valuation, bool> violates)
{
    private const int MostPasses = 4;

    /// <summary>The same steps in a better order; the first entry is the initial state, the last step stays last.</summary>
    public List<(RuleInstance? Instance, Valuation State)> Straighten(IReadOnlyList<(RuleInstance? Instance, Valuation State)> trace)
    {
        var current = trace.ToList();
        for (var pass = 0; pass < MostPasses; pass++)
        {
            var moved = false;
            for (var i = 2; i < current.Count - 1; i++)
            {
                var mate = Mate(current, i);
                if (mate > 0 && mate < i - 1 && Move(current, i, mate + 1) is { } better)
                {
                    current = better;
                    moved = true;
                }
            }

            if (!moved)
            {
                break;
            }
        }

        return current;
    }

    /// <summary>The step before a step on the same CPU.</summary>
    private int Mate(List<(RuleInstance? Instance, Valuation State)> trace, int step)
    {
        var lane = facts.LaneOf(trace[step].Instance!);
        var mate = step - 1;
        while (mate > 0 && facts.LaneOf(trace[mate].Instance!) != lane)
        {
            mate--;
        }

        return mate;
    }

    private List<(RuleInstance? Instance, Valuation State)>? Move(List<(RuleInstance? Instance, Valuation State)> trace, int from, int to)
    {
        var order = trace.Select(step => step.Instance).ToList();
        var instance = order[from];
        order.RemoveAt(from);
        order.Insert(to, instance);
        var result = trace.Take(to).ToList();
        for (var i = to; i < order.Count; i++)
        {
            if (interpreter.Apply(result[^1].State, order[i]!) is not { State: { } state })
            {
                return null;
            }

            result.Add((order[i], state));
            if (i > from && state.Equals(trace[i].State))
            {
                // From here everything is as it was.
                result.AddRange(trace.Skip(i + 1));
                return result;
            }
        }

        return violates(result[^1].State) ? result : null;
    }
}
