using System.Collections.Immutable;

namespace CoherenceCheck.Transitions;

/// <summary>A condition that keeps a rule instance from being enabled.</summary>
/// <param name="Condition">The condition, as text.</param>
/// <param name="Cells">The cells that it looks at, with their values.</param>
public sealed record Obstacle(string Condition, ImmutableArray<(StateCell Cell, long Value)> Cells)
{
    /// <inheritdoc/>
    public override string ToString() => Condition + (Cells.IsEmpty ? "" : $" (now {string.Join(", ", Cells.Select(cell => $"{cell.Cell} = {cell.Cell.Variable.Domain.Format(cell.Value)}"))})");
}

/// <content>Why something is not enabled.</content>
public sealed partial class Interpreter
{
    /// <summary>The conditions of an instance's guard that are not true in a state; empty where it is enabled.</summary>
    public ImmutableArray<Obstacle> ObstaclesTo(Valuation state, RuleInstance instance) =>
    [
        .. Conditions(Grounder.Ground(instance).Guard).Where(condition => Evaluate(condition, state) == 0).Select(condition =>
        {
            var log = new AccessLog();
            Evaluate(condition, state, new Scope(log));
            return new Obstacle(new ExprPrinter().Print(condition), [.. log.Reads.Select(cell => (cell, state[cell.Variable, cell.Number])).OrderBy(cell => cell.cell.ToString(), StringComparer.Ordinal)]);
        }),
    ];

    private static IEnumerable<Expr> Conditions(Expr guard) =>
        guard is Expr.Binary { Op: BinaryOp.And } both ? Conditions(both.Left).Concat(Conditions(both.Right)) : [guard];
}
