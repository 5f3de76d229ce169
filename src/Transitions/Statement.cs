using System.Collections.Immutable;

namespace CoherenceCheck.Transitions;

/// <summary>A step of a rule's body: sequential, atomic, deterministic.</summary>
public abstract record Statement
{
    private Statement()
    {
    }

    /// <summary>Gives a cell a value. A value outside the domain, or an index outside its sort, is a model error and the state is left as it was.</summary>
    /// <param name="Variable">A state or ghost variable (in <c>Init</c> the same).</param>
    /// <param name="Index">One expression for each index sort.</param>
    /// <param name="Value">The value.</param>
    public sealed record Assign(Variable Variable, ImmutableArray<Expr> Index, Expr Value) : Statement;

    /// <summary>Names a value for the statements that follow in the same block.</summary>
    /// <param name="Name">The name.</param>
    /// <param name="Value">Its value, taken now.</param>
    public sealed record Let(string Name, Expr Value) : Statement;

    /// <summary>Runs one of two blocks.</summary>
    /// <param name="Condition">Chooses <paramref name="Then"/> if it is not 0.</param>
    /// <param name="Then">Runs if the condition is true.</param>
    /// <param name="Else">Runs if the condition is false; may be empty.</param>
    public sealed record If(Expr Condition, ImmutableArray<Statement> Then, ImmutableArray<Statement> Else) : Statement;

    /// <summary>Runs a block for each element of a sort, in order.</summary>
    /// <param name="Binder">The name that stands for the element.</param>
    /// <param name="Sort">The sort.</param>
    /// <param name="Body">The block.</param>
    public sealed record ForEach(string Binder, Sort Sort, ImmutableArray<Statement> Body) : Statement;

    /// <summary>A model error if the condition is true: the system reached a situation that its author excluded.</summary>
    /// <param name="Condition">When it is an error.</param>
    /// <param name="Message">What is wrong, in words of the domain.</param>
    public sealed record Fail(Expr Condition, string Message) : Statement;
}
