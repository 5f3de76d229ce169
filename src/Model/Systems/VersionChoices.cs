using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Systems;

/// <summary>Which version a store stores or a fetch delivers. Where one version is followed it is chosen freely, and stored at most once.</summary>
internal sealed class VersionChoices
{
    private readonly Sorts _sorts;
    private readonly Variable? _itIsFree;
    private readonly Variable? _followed;

    public VersionChoices(Shape shape, Sorts sorts, Declarations declarations)
    {
        _sorts = sorts;
        _followed = shape.Aspect is { HasData: true } ? declarations.State(Section.Marks, "followed", [], new Domain.Range(0, shape.Values.Count)) : null;
        _itIsFree = sorts.IsTracked ? declarations.State(Section.Marks, "it.free", [], Sorts.Truth) : null;
    }

    /// <summary>Behind the names of choices, so that several operations can be one step.</summary>
    public string Suffix { get; set; } = "";

    /// <summary>A version to be chosen.</summary>
    public Parameter Any() => new("n" + Suffix, _sorts.Version);

    /// <summary>A value that a spec names, as a version; <see langword="null"/> where any store may be the one that is followed.</summary>
    public Expr? Named(int value) => _followed is not null ? Ex.If(Ex.Eq(Ex.Read(_followed), value), Ex.False, Ex.True)
        : _sorts.IsTracked ? null
        : Ex.Const(value);

    /// <summary>A value is followed that a spec names, by its number, or with the number behind the last, a store of a guest that names none.</summary>
    public Statement Follows(int value) => Ex.Assign(_followed!, Ex.Const(value));

    /// <summary>The followed version is still to be stored.</summary>
    public Statement IsToBeStored() => Ex.Assign(_itIsFree!, Ex.True);

    /// <summary>The followed version stands in a line, or did.</summary>
    public Expr IsSomewhere => Ex.Eq(Ex.Read(_itIsFree!), 0);

    /// <summary>The version of a store.</summary>
    /// <param name="value">The value that a spec names, or <see langword="null"/> for any.</param>
    public StoredVersion Stored(Expr? value)
    {
        if (value is not null)
        {
            return new([], value, Ex.True, [], null);
        }

        if (!_sorts.IsTracked)
        {
            throw new InvalidOperationException("Only a tracked system stores values that have no name.");
        }

        var n = Any();
        return new(
            [n],
            Ex.Param(n),
            Ex.Or(Ex.Ne(Ex.Param(n), 0), Ex.Read(_itIsFree!)),
            [Ex.When(Ex.Eq(Ex.Param(n), 0), Ex.Assign(_itIsFree!, Ex.False))],
            n);
    }
}

/// <summary>The version of a store.</summary>
/// <param name="Parameters">What is chosen.</param>
/// <param name="Value">The version.</param>
/// <param name="Allowed">When it may be stored.</param>
/// <param name="Used">What says that it was.</param>
/// <param name="Operand">It in the words of the step; <see langword="null"/> where the spec names it.</param>
internal sealed record StoredVersion(ImmutableArray<Parameter> Parameters, Expr Value, Expr Allowed, ImmutableArray<Statement> Used, Operand? Operand);
