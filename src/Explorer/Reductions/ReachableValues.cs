using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Reductions;

/// <summary>The values that cells may have in reachable states, found by running all instances on sets of values, without regard to their order: never fewer than there are.</summary>
internal sealed class ReachableValues
{
    private readonly Dictionary<StateCell, Values> _values = [];

    /// <summary>Runs instances until nothing is added.</summary>
    public ReachableValues(TransitionSystem system, IReadOnlyList<GroundFill> fills, IEnumerable<GroundStep> instances)
    {
        foreach (var state in new Interpreter(system, FrozenValues.None).InitialStates().Select(initial => initial.State).OfType<Valuation>())
        {
            foreach (var variable in state.Variables)
            {
                for (var number = 0; number < variable.CellCount; number++)
                {
                    Join(new StateCell(variable, number), Values.Of(state[variable, number]));
                }
            }
        }

        var finder = new EffectsFinder(fills, Of);
        var steps = instances.ToImmutableArray();
        var isGrowing = true;
        while (isGrowing)
        {
            isGrowing = false;
            foreach (var effects in steps.Select(step => finder.Of(step)).Where(effects => effects.MayFire))
            {
                foreach (var (cell, after) in effects.After)
                {
                    isGrowing |= Join(cell, after);
                }
            }
        }
    }

    /// <summary>A cell's values.</summary>
    public Values Of(StateCell cell) => _values.TryGetValue(cell, out var values) ? values : Values.Of(cell.Variable.Domain.Min);

    private bool Join(StateCell cell, Values values)
    {
        if (!_values.TryGetValue(cell, out var known))
        {
            _values.Add(cell, values);
            return true;
        }

        if (known.Contains(values))
        {
            return false;
        }

        _values[cell] = known.Or(values);
        return true;
    }
}
