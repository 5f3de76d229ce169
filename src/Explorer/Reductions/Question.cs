using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Reductions;

/// <summary>What a search asks of a system; model errors are asked for always.</summary>
/// <param name="Property">The invariant; <see langword="null"/> for none.</param>
/// <param name="Covers">The covers.</param>
/// <param name="CheckDeadlock">Whether states without successors count.</param>
internal sealed record Question(string? Property, ImmutableArray<string> Covers, bool CheckDeadlock)
{
    /// <summary>Whether a property is asked for.</summary>
    public bool Asks(Property property) => property.Name == Property || Covers.Contains(property.Name);

    /// <summary>Conditions on states that decide the answer.</summary>
    public IEnumerable<Expr> Conditions(TransitionSystem system) =>
    [
        .. system.Properties.Where(Asks).Select(property => property.Condition),
        system.Cut ?? Ex.False,
        CheckDeadlock ? system.Terminal : Ex.True,
    ];
}
