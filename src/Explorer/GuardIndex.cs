using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer;

/// <summary>Finds the cell by whose value steps are told apart best, so that only those of the value at hand need be tried.</summary>
/// <remarks>Most steps of a handler or program ask where a program counter stands: of hundreds a few remain.</remarks>
internal static class GuardIndex
{
    private const int LargestTable = 1024;

    /// <summary>The steps whose guards ask for a value of one cell, by that value, and the others; <see langword="null"/> where no cell tells enough of them apart.</summary>
    /// <param name="steps">The steps, in order.</param>
    /// <param name="used">Cells whose values are known already.</param>
    /// <param name="fewest">The fewest steps that are worth it.</param>
    public static (StateCell Cell, SortedDictionary<long, List<(GroundStep Step, int Number)>> ByValue, List<(GroundStep Step, int Number)> Others)? Split(
        IReadOnlyList<(GroundStep Step, int Number)> steps, IReadOnlySet<StateCell> used, int fewest)
    {
        if (steps.Count < fewest)
        {
            return null;
        }

        var asked = steps.Select(step => Equalities(step.Step.Guard).Where(pair => !used.Contains(pair.Cell)).DistinctBy(pair => pair.Cell).ToDictionary(pair => pair.Cell, pair => pair.Value)).ToList();
        var best = asked.SelectMany(cells => cells).GroupBy(pair => pair.Key)
            .Where(cell => cell.Count() >= fewest && cell.Select(pair => pair.Value).Distinct().Count() > 1 && Size(cell.Key) <= LargestTable)
            .OrderByDescending(cell => cell.Count()).Select(cell => (StateCell?)cell.Key).FirstOrDefault();
        if (best is not { } chosen)
        {
            return null;
        }

        var byValue = new SortedDictionary<long, List<(GroundStep Step, int Number)>>();
        var others = new List<(GroundStep Step, int Number)>();
        for (var i = 0; i < steps.Count; i++)
        {
            if (!asked[i].TryGetValue(chosen, out var value))
            {
                others.Add(steps[i]);
            }
            else if (value >= chosen.Variable.Domain.Min && value <= chosen.Variable.Domain.Max)
            {
                if (!byValue.TryGetValue(value, out var same))
                {
                    byValue.Add(value, same = []);
                }

                same.Add(steps[i]);
            }
        }

        return (chosen, byValue, others);
    }

    private static ulong Size(StateCell cell) => (ulong)(cell.Variable.Domain.Max - cell.Variable.Domain.Min);

    /// <summary>Cells that a guard asks to have a value.</summary>
    public static IEnumerable<(StateCell Cell, long Value)> Equalities(Expr guard) => guard switch
    {
        Expr.Binary { Op: BinaryOp.And } both => Equalities(both.Left).Concat(Equalities(both.Right)),
        Expr.Binary { Op: BinaryOp.Eq, Left: Expr.Read read, Right: Expr.Const value } => Of(read, value.Value),
        Expr.Binary { Op: BinaryOp.Eq, Left: Expr.Const value, Right: Expr.Read read } => Of(read, value.Value),
        _ => [],
    };

    private static IEnumerable<(StateCell Cell, long Value)> Of(Expr.Read read, long value) =>
        read.Variable.Role != Role.Frozen && Emitter.KnownCell(read.Variable, read.Index) is { } cell and >= 0 ? [(new StateCell(read.Variable, cell), value)] : [];
}
