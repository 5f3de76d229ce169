using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Narration;

/// <summary>What a step of a trace has to do with the others.</summary>
/// <param name="After">The earlier steps that had to come before it, because one of the two writes what the other reads or writes.</param>
/// <param name="IsNeeded">Whether the end depends on what the step does.</param>
internal sealed record StepCauses(ImmutableArray<int> After, bool IsNeeded);

/// <summary>Which steps of a counterexample its end depends on, and which had to come before which.</summary>
/// <remarks>
/// A shortest counterexample has no step to spare: each moves some program along. So a step is called needed if its <em>effect</em>
/// is: had it only moved its program counter, the trace would stop or end well. The needed steps are found by leaving out one effect
/// after another, from the last to the first, for as long as more can go: the rest together are not needed, and none of the needed
/// ones alone can go as well. What the hardware does goes with what it does it for: maintenance that was never issued cannot take
/// effect. A test that fails is needed if the branch that it passed by would have prevented the end.
/// </remarks>
/// <param name="interpreter">Knows what steps do.</param>
/// <param name="trace">The counterexample.</param>
/// <param name="isControl">Whether a change only says where an agent stands now.</param>
/// <param name="isHardware">Whether a step is the hardware's own.</param>
/// <param name="otherWay">A test that fails, as one that succeeds; <see langword="null"/> for all other steps.</param>
/// <param name="ownSteps">What may follow a step of an agent before anybody else does something: its own steps, and the maintenance it waits for.</param>
/// <param name="violates">Whether the last state is what the counterexample shows.</param>
internal sealed class Causes(
    Interpreter interpreter,
    IReadOnlyList<(RuleInstance? Instance, Valuation State)> trace,
    Func<CellChange, bool> isControl,
    Func<RuleInstance, bool> isHardware,
    Func<Valuation, RuleInstance, RuleInstance?> otherWay,
    Func<RuleInstance, IEnumerable<RuleInstance>> ownSteps,
    Func<Valuation, bool> violates)
{
    private const int LongestDetour = 64;

    /// <summary>One for each step, the initial state included.</summary>
    public ImmutableArray<StepCauses> Find()
    {
        var after = After();
        var needed = Needed();
        return [.. Enumerable.Range(0, trace.Count).Select(step => new StepCauses(after[step], needed[step]))];
    }

    private ImmutableArray<int>[] After()
    {
        var touched = Enumerable.Range(1, trace.Count - 1).Select(step => interpreter.AccessesOf(trace[step - 1].State, trace[step].Instance!)).ToList();
        return
        [
            [],
            .. touched.Select((own, i) => Enumerable.Range(0, i).Where(earlier => touched[earlier].ConflictWith(own)).Select(earlier => earlier + 1).ToImmutableArray()),
        ];
    }

    private bool[] Needed()
    {
        var needed = Enumerable.Repeat(true, trace.Count).ToArray();
        var states = trace.Select(step => step.State).ToArray();
        needed[0] = false;
        for (var goesOn = true; goesOn;)
        {
            goesOn = false;
            for (var step = trace.Count - 2; step >= 1; step--)
            {
                if (needed[step] && CanGo(step, needed, states))
                {
                    needed[step] = false;
                    goesOn = true;
                }
            }
        }

        return needed;
    }

    /// <summary>Whether the end is the same without the effect of one more step; the states are then those of the trace without it.</summary>
    private bool CanGo(int step, bool[] needed, Valuation[] states)
    {
        var instance = trace[step].Instance!;
        if (otherWay(states[step - 1], instance) is { } other)
        {
            return Detour(states[step - 1], other, states[step]) is { } there && Follow(there, step, needed, states) is not null;
        }

        if (Bare(states[step - 1], instance) is not { } bare || Follow(bare, step, needed, states) is not { } rest)
        {
            return false;
        }

        rest.CopyTo(states, step);
        return true;
    }

    /// <summary>The states from a step on, given the one after it; <see langword="null"/> where they do not lead to the end.</summary>
    private List<Valuation>? Follow(Valuation state, int step, bool[] needed, Valuation[] states)
    {
        var result = new List<Valuation> { state };
        for (var i = step; !result[^1].Equals(states[i]); i++)
        {
            if (i + 1 == trace.Count)
            {
                return violates(result[^1]) ? result : null;
            }

            var instance = trace[i + 1].Instance!;
            if (Step(result[^1], instance, needed[i + 1]) is not { } next)
            {
                return null;
            }

            result.Add(next);
        }

        // From here everything is as it was.
        return result;
    }

    private Valuation? Apply(Valuation before, RuleInstance instance) => interpreter.Apply(before, instance)?.State;

    private Valuation? Step(Valuation before, RuleInstance instance, bool isNeeded) =>
        isNeeded ? Apply(before, instance) ?? (isHardware(instance) ? before : null) : Bare(before, instance);

    /// <summary>The state after a step that moves its program counter and does nothing else.</summary>
    private Valuation? Bare(Valuation before, RuleInstance instance)
    {
        if (Apply(before, instance) is not { } after)
        {
            return isHardware(instance) ? before : null;
        }

        var bare = before.Clone();
        foreach (var change in before.Changes(after).Where(isControl))
        {
            bare[change.Variable, change.Cell] = change.After;
        }

        return bare;
    }

    /// <summary>Where a test that goes the other way leads, when its agent does what stands there and comes back; <see langword="null"/> if it does not.</summary>
    private Valuation? Detour(Valuation before, RuleInstance other, Valuation back)
    {
        var state = Apply(before, other);
        for (var steps = 0; state is not null && steps < LongestDetour; steps++)
        {
            if (!state.Changes(back).Any(isControl))
            {
                return state;
            }

            state = ownSteps(other).Select(own => Apply(state, own)).FirstOrDefault(next => next is not null);
        }

        return null;
    }
}
