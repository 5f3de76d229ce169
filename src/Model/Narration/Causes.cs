using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Narration;

/// <summary>What a step of a trace has to do with the others.</summary>
/// <param name="After">The earlier steps that had to come before it, because one of the two writes what the other reads or writes; those that come before these may be left out.</param>
/// <param name="IsNeeded">Whether the end depends on what the step does.</param>
internal sealed record StepCauses(ImmutableArray<int> After, bool IsNeeded);

/// <summary>Which steps of a counterexample its end depends on, and which had to come before which.</summary>
/// <remarks>
/// A shortest counterexample has no step to spare: each moves some program along. So a step is called needed if its <em>effect</em>
/// is: had it only moved its program counter, the trace would stop or end well. The needed steps are found by leaving out one effect
/// after another, from the last to the first, for as long as more can go: the rest together are not needed, and none of the needed
/// ones alone can go as well. What the hardware does goes with what it does it for: maintenance that was never issued cannot take
/// effect. A test is needed if the end would have been prevented had it gone the other way: its agent then does what stands there until
/// it meets its own way again, and the rest of the trace follows. Where it does not meet it, and for <c>choose</c> and tests within
/// <c>atomic</c>, the step counts as needed.
/// </remarks>
/// <param name="interpreter">Knows what steps do.</param>
/// <param name="trace">The counterexample.</param>
/// <param name="facts">Knows what steps are.</param>
/// <param name="violates">Whether the last state is what the counterexample shows.</param>
internal sealed class Causes(
    Interpreter interpreter,
    IReadOnlyList<(RuleInstance? Instance, Valuation State)> trace,
    IStepFacts facts,
    Func<Valuation, bool> violates)
{
    private const int LongestDetour = 200;

    /// <summary>One for each step, the initial state included.</summary>
    public ImmutableArray<StepCauses> Find()
    {
        var after = After();
        var needed = Needed();
        return [.. Enumerable.Range(0, trace.Count).Select(step => new StepCauses(after[step], needed[step]))];
    }

    /// <summary>For each step those that had to come before it, less what follows from the rest: for each cell, whoever wrote it last, and for one that is written also who read it since.</summary>
    /// <remarks>There are no more of them, all together, than cells touched: all conflicts would grow with the square of the steps.</remarks>
    internal ImmutableArray<int>[] After()
    {
        var written = new Dictionary<StateCell, int>();
        var read = new Dictionary<StateCell, List<int>>();
        var after = new ImmutableArray<int>[trace.Count];
        after[0] = [];
        for (var step = 1; step < trace.Count; step++)
        {
            var own = interpreter.AccessesOf(trace[step - 1].State, trace[step].Instance!);
            var earlier = own.Reads.Union(own.Writes).Where(written.ContainsKey).Select(cell => written[cell])
                .Concat(own.Writes.Where(read.ContainsKey).SelectMany(cell => read[cell]));
            after[step] = [.. earlier.Distinct().Order()];
            foreach (var cell in own.Writes)
            {
                written[cell] = step;
                read.Remove(cell);
            }

            foreach (var cell in own.Reads.Where(cell => !own.Writes.Contains(cell)))
            {
                if (!read.TryGetValue(cell, out var readers))
                {
                    read.Add(cell, readers = []);
                }

                readers.Add(step);
            }
        }

        return after;
    }

    private bool[] Needed()
    {
        var needed = Enumerable.Repeat(true, trace.Count).ToArray();
        var states = trace.Select(step => step.State).ToArray();
        needed[0] = false;

        // Decisions first, in the trace as it is: they have no effect but where they lead.
        for (var step = 1; step < trace.Count - 1; step++)
        {
            needed[step] = !facts.Decides(trace[step].Instance!) || Matters(step);
        }

        for (var goesOn = true; goesOn;)
        {
            goesOn = false;
            for (var step = trace.Count - 2; step >= 1; step--)
            {
                if (needed[step] && !facts.Decides(trace[step].Instance!) && CanGo(step, needed, states))
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
        if (Bare(states[step - 1], trace[step].Instance!) is not { } bare || Follow(bare, step, needed, states) is not { } rest)
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
        isNeeded ? Apply(before, instance) ?? (facts.IsHardware(instance) ? before : null) : Bare(before, instance);

    /// <summary>The state after a step that moves its program counter and does nothing else.</summary>
    private Valuation? Bare(Valuation before, RuleInstance instance)
    {
        if (Apply(before, instance) is not { } after)
        {
            return facts.IsHardware(instance) ? before : null;
        }

        var bare = before.Clone();
        foreach (var change in before.Changes(after).Where(facts.IsControl))
        {
            bare[change.Variable, change.Cell] = change.After;
        }

        return bare;
    }

    /// <summary>Whether the end is another if a decision goes the other way.</summary>
    private bool Matters(int step)
    {
        var (before, instance) = (trace[step - 1].State, trace[step].Instance!);
        if (facts.OtherWay(instance) is not { } other || Apply(before, other) is not { } state)
        {
            return true;
        }

        // Where the agent stands: one of the two ways differs from where it stood.
        var counters = before.Changes(trace[step].State).Concat(before.Changes(state)).Where(facts.IsControl).Select(change => (change.Variable, change.Cell)).ToHashSet();
        for (var steps = 0; steps < LongestDetour; steps++)
        {
            if (Meets(state, step, counters) is { } meeting)
            {
                return !EndsWithout(state, step, meeting);
            }

            if (facts.OwnSteps(other).Select(own => Apply(state, own)).FirstOrDefault(next => next is not null) is not { } after)
            {
                return true;
            }

            state = after;
        }

        return true;
    }

    /// <summary>The step of the trace after which the agent stands where it stands in a state; the first from the decision on.</summary>
    private int? Meets(Valuation state, int decision, HashSet<(Variable Variable, int Cell)> counters)
    {
        for (var step = decision; step < trace.Count - 1; step++)
        {
            if ((step == decision || IsOwn(trace[step].Instance!, decision))
                && counters.All(counter => state[counter.Variable, counter.Cell] == trace[step].State[counter.Variable, counter.Cell]))
            {
                return step;
            }
        }

        return null;
    }

    /// <summary>Whether a step is of the agent of a decision.</summary>
    private bool IsOwn(RuleInstance instance, int decision) => facts.LaneOf(instance) == facts.LaneOf(trace[decision].Instance!);

    private bool EndsWithout(Valuation state, int decision, int meeting)
    {
        for (var step = decision + 1; step < trace.Count; step++)
        {
            var instance = trace[step].Instance!;
            if (step <= meeting && IsOwn(instance, decision) && !facts.IsHardware(instance))
            {
                // What the agent did on its own way is not done.
                continue;
            }

            if ((Apply(state, instance) ?? (facts.IsHardware(instance) ? state : null)) is not { } next)
            {
                return false;
            }

            state = next;
        }

        return violates(state);
    }
}
