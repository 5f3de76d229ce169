using CoherenceCheck.Transitions;

namespace CoherenceCheck.Shared;

/// <summary>States of any values in the domains, reachable or not.</summary>
public static class RandomStates
{
    /// <summary>A state.</summary>
    public static Valuation Of(TransitionSystem system, Random random)
    {
        var state = new Valuation(system.Variables);
        foreach (var variable in state.Variables)
        {
            for (var cell = 0; cell < variable.CellCount; cell++)
            {
                // Near the top: wide domains are compared and assigned there.
                state[variable, cell] = random.NextInt64(Math.Max(variable.Domain.Min, variable.Domain.Max - 4), variable.Domain.Max + 1);
            }
        }

        return state;
    }
}
