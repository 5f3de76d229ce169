using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Judgements;

/// <summary>No <c>assert</c> fails.</summary>
internal sealed class Assertions(Shape shape, Declarations declarations) : Judgement
{
    /// <summary>Its name.</summary>
    public const string Name = "assertions";

    // A mutant may leave out the last assertion: then none can fail.
    private readonly Variable? _failed = shape.HasAssertions ? declarations.State(Section.Marks, "assertion.failed", [], Sorts.Truth) : null;

    public override Property Property => new(Name, PropertyKind.Invariant, _failed is null ? Ex.True : Ex.Eq(Ex.Read(_failed), 0));

    /// <summary>An assertion fails.</summary>
    public Statement Fails() => Ex.Assign(_failed!, Ex.True);
}
