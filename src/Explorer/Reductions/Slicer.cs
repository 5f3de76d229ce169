using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Reductions;

/// <summary>Leaves out of a system, bound or not, what does not matter to a question.</summary>
internal static class Slicer
{
    /// <summary>A system that gives the same answer. One of which nothing can be left out comes back as it is.</summary>
    /// <param name="system">The system; its frozen variables are constants that are not known.</param>
    /// <param name="slicing">What may be left out.</param>
    /// <param name="property">The invariant that is asked for; <see langword="null"/> for none.</param>
    /// <param name="covers">The covers that are asked for.</param>
    /// <param name="checkDeadlock">Whether states without successors are asked for.</param>
    public static SlicedSystem Slice(TransitionSystem system, Slicing slicing, string? property, ImmutableArray<string> covers, bool checkDeadlock) =>
        Slice(system, slicing, new Question(property, covers, checkDeadlock), SlicerFaults.None);

    internal static SlicedSystem Slice(TransitionSystem system, Slicing slicing, Question question, SlicerFaults faults)
    {
        var result = slicing.HasFlag(Slicing.Components)
            ? new Cone(system, question, faults).Slice()
            : new SlicedSystem(system, system, [], [], [], []);
        if (slicing.HasFlag(Slicing.DeadCells))
        {
            var (reset, cells) = DeadCells.Reset(result.System, question, faults);
            result = result with { System = reset, DeadCells = cells };
        }

        return result;
    }
}
