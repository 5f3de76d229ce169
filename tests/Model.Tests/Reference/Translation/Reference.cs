using System.Collections.Immutable;

namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>
/// The hypervisor machine with translations, data and the ghost, state by state, breadth first. Written from the description of the machine alone; it
/// shares nothing with the model.
/// </summary>
internal static class TranslationReference
{
    /// <summary>Answers a question.</summary>
    public static Answer Check(Question question)
    {
        var asked = question.Property switch
        {
            "private_translation" => Failures.StageOne | Failures.StageTwo,
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
