using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Export;

/// <summary>A rule instance as one guarded step over scalar variables: its body ends with the fills that it can have disturbed.</summary>
/// <param name="Name">The instance, in words of the system.</param>
/// <param name="Label">Where it comes from.</param>
/// <param name="Guard">Enabled where this is not 0.</param>
/// <param name="Body">Assignments, lets, conditionals and failures only; an assignment cannot leave its domain.</param>
/// <param name="Lets">The lets of the body with the bounds of their values, in order; names are unique in the step.</param>
public sealed record FlatRule(string Name, RuleLabel Label, Expr Guard, ImmutableArray<Statement> Body, ImmutableArray<(string Name, ValueRange Range)> Lets);

/// <summary>A bound system without sorts, indices, parameters, loops, folds, fills and cuts: what every target language can say.</summary>
/// <remarks>
/// It has as many states and transitions as the system that it comes from. The sink of the cut is a state of its own, in which
/// no rule is enabled. What would be a model error there is a failing <see cref="Statement.Fail"/> here. Every value that can
/// occur, in between too, fits into 32 bits with sign; operands of bitwise operators are not negative, or meet one that is not.
/// </remarks>
/// <param name="Name">What it is a system of.</param>
/// <param name="Variables">Scalars; names are identifiers that all targets allow.</param>
/// <param name="Origins">The cell that each variable stands for, in words of the system.</param>
/// <param name="InitialStates">Distinct; a value for each variable. At least one.</param>
/// <param name="Rules">One for each rule instance that can be enabled.</param>
/// <param name="Property">The name of the invariant; <see langword="null"/> for none.</param>
/// <param name="Condition">Not 0 in every state in which the invariant is true.</param>
/// <param name="Bits">Operands of bitwise operators, as far as they matter, have no more bits.</param>
public sealed record FlatSystem(
    string Name,
    ImmutableArray<Variable> Variables,
    ImmutableArray<string> Origins,
    ImmutableArray<ImmutableArray<long>> InitialStates,
    ImmutableArray<FlatRule> Rules,
    string? Property,
    Expr Condition,
    int Bits);
