using System.Collections.Immutable;

namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>
/// The hypervisor machine with translations, data and the ghost, state by state, breadth first. Written from the description of the machine alone; it
/// shares nothing with the model.
/// </summary>
/// <remarks>
/// How the description was read where it leaves a choice:
/// <list type="bullet">
/// <item>An exit, with the choice between put and entry, is one step where no handler runs; a stage-2 fault and a trap are such exits, too. Going on to the next
/// event, ending a flow, ERET and performing a trapped write behind the last handler are no steps. <c>with</c> brings four.</item>
/// <item>A stage-1 fault is an exception to EL1 and its ERET: the instruction is skipped, and both machines are synchronised.</item>
/// <item>After a write of SCTLR_EL1 or TTBR0_EL1, accesses of machine and ghost may use the old value or the new one until the next synchronisation; nothing is
/// refused. Of SCTLR_EL1 whole values count, so that one of M, C, I after the other makes each of the values in between.</item>
/// <item>DC and IC by VA need a leaf that stage 2 allows to be read, fault otherwise as a read, and are not judged.</item>
/// <item>A host's <c>str</c> to a frame is a Write-Back store by nobody to each page whose leaf, or where it has none whose backing, is the frame; <c>copy</c>
/// moves no ghost. <c>publish</c> of a page speaks of the same frame.</item>
/// <item>VTTBR is the loaded vCPU's from the load to the end of the put, and otherwise the host's, under which a TLBI does nothing to guests (but for ALLE1).</item>
/// <item>gH is the subset construction, with the open DCs that have acted as a part of each state, not the rule with gO.</item>
/// <item>What an I-cache holds of an owner before the first is there with DIC = 0 only, and not on bare metal.</item>
/// <item>Where a table has a mapping, pages that it does not name are not mapped in it.</item>
/// </list>
/// </remarks>
internal static class TranslationReference
{
    /// <summary>Answers a question.</summary>
    public static Answer Check(Question question)
    {
        var asked = question.Property switch
        {
            "private_translation" => Failures.StageOne | Failures.StageTwo,
            "break_before_make" => Failures.Conflict,
            "isolation" => Failures.Owner | Failures.Contents,
            "fresh_data" => Failures.Data,
            "fresh_fetch" => Failures.Fetch,
            _ => throw new ArgumentException($"the reference does not judge '{question.Property}'", nameof(question)),
        };
        var world = new World(question);
        var successors = new Successors(world);
        var known = new HashSet<State>(new StateComparer());
        var states = new List<State>();
        var parents = new List<int>();
        foreach (var first in Initial.Of(world).Where(known.Add))
        {
            states.Add(first);
            parents.Add(-1);
        }

        for (var i = 0; i < states.Count; i++)
        {
            foreach (var step in successors.Of(states[i]))
            {
                if ((step.Failures & asked) != Failures.None)
                {
                    var trace = Trace(successors, states, parents, i, step);
                    return new Answer(Outcome.Violated, states.Count, trace.Length, step.Failures & asked, trace);
                }

                if (known.Add(step.State))
                {
                    states.Add(step.State);
                    parents.Add(i);
                }
            }

            if (states.Count > question.MostStates)
            {
                return new Answer(Outcome.Undecided, states.Count, 0, Failures.None, []);
            }
        }

        return new Answer(Outcome.Holds, states.Count, 0, Failures.None, []);
    }

    private static ImmutableArray<string> Trace(Successors successors, List<State> states, List<int> parents, int last, Successor violation)
    {
        var words = new List<string> { $"{Words(violation)} ({violation.Failures})" };
        var comparer = new StateComparer();
        for (var i = last; parents[i] >= 0; i = parents[i])
        {
            words.Add(Words(successors.Of(states[parents[i]]).First(step => comparer.Equals(step.State, states[i]))));
        }

        words.Reverse();
        return [.. words];
    }

    private static string Words(Successor step) => $"{step.Agent}{step.Number}: {step.What}";
}
