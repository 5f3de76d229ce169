using System.Collections.Immutable;

namespace CoherenceCheck.Transitions;

/// <summary>A parameter of a rule or a fill: it ranges over a sort, and holds all of the rule's nondeterminism.</summary>
/// <param name="Name">The name by which expressions use it.</param>
/// <param name="Sort">The sort.</param>
public sealed record Parameter(string Name, Sort Sort);

/// <summary>Where a rule comes from, for traces and coverage.</summary>
/// <param name="Agent">Who acts: <c>guest</c>, <c>host</c>, <c>hardware</c> …</param>
/// <param name="Operation">What is done, in words of the domain.</param>
/// <param name="Source">Where it is written, as <c>file:line</c>; <see langword="null"/> for what the model adds.</param>
/// <param name="Switch">The label by which it can be switched off and whose firing is counted; <see langword="null"/> for none.</param>
public sealed record RuleLabel(string Agent, string Operation, string? Source = null, string? Switch = null);

/// <summary>A guarded command. With each choice of its parameters it is one rule instance; an enabled instance is one transition.</summary>
/// <param name="Name">Unique in a system.</param>
/// <param name="Parameters">What the instance chooses; may be empty.</param>
/// <param name="Guard">Enabled where this is not 0.</param>
/// <param name="Body">Runs atomically, in order; the system's fills follow.</param>
/// <param name="Label">Where it comes from.</param>
public sealed record Rule(string Name, ImmutableArray<Parameter> Parameters, Expr Guard, ImmutableArray<Statement> Body, RuleLabel Label);

/// <summary>A part of the closure that follows the initial state and every rule: <c>target ∪= value when …</c>.</summary>
/// <remarks>Fills run in order; each is monotone and reads no target of a later fill (nor its own target but in the cell it
/// writes), so that one pass suffices: a second pass changes nothing.</remarks>
/// <param name="Name">Unique in a system.</param>
/// <param name="Parameters">All elements are run through, the last parameter fastest; may be empty.</param>
/// <param name="Target">A variable whose domain is a subset.</param>
/// <param name="Index">One expression for each index sort.</param>
/// <param name="Value">A mask, joined to the target.</param>
/// <param name="When">The condition.</param>
public sealed record Fill(string Name, ImmutableArray<Parameter> Parameters, Variable Target, ImmutableArray<Expr> Index, Expr Value, Expr When);

/// <summary>An initial state: assignments that start from each domain's smallest value; the fills follow.</summary>
/// <param name="Name">Unique in a system.</param>
/// <param name="Body">The assignments.</param>
public sealed record InitialState(string Name, ImmutableArray<Statement> Body);

/// <summary>What a property claims.</summary>
public enum PropertyKind
{
    /// <summary>The condition is true in every reachable state.</summary>
    Invariant,

    /// <summary>The condition is true in some reachable state.</summary>
    Cover,

    /// <summary>Nothing is claimed: whether the condition is true in some state is noted where a search happens to see it. It follows from the rest of the system, and is no part of its hash.</summary>
    Sight,
}

/// <summary>A claim about the reachable states.</summary>
/// <param name="Name">Unique in a system.</param>
/// <param name="Kind">What it claims.</param>
/// <param name="Condition">Holds in a state where it is not 0.</param>
public sealed record Property(string Name, PropertyKind Kind, Expr Condition);

/// <summary>A transition system as plain data: the waist of the house.</summary>
/// <param name="Name">What it is a system of.</param>
/// <param name="Sorts">All sorts used.</param>
/// <param name="Variables">All variables used, in the order in which states show them.</param>
/// <param name="InitialStates">At least one.</param>
/// <param name="Rules">Their order breaks ties between counterexamples of equal length.</param>
/// <param name="Fills">The closure, in order.</param>
/// <param name="Cut">Post-states in which this is true are discarded; <see langword="null"/> for none.</param>
/// <param name="Terminal">States in which this is true may stop; they are no deadlocks.</param>
/// <param name="Properties">Invariants and covers.</param>
public sealed record TransitionSystem(
    string Name,
    ImmutableArray<Sort> Sorts,
    ImmutableArray<Variable> Variables,
    ImmutableArray<InitialState> InitialStates,
    ImmutableArray<Rule> Rules,
    ImmutableArray<Fill> Fills,
    Expr? Cut,
    Expr Terminal,
    ImmutableArray<Property> Properties);
