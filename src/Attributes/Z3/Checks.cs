using Microsoft.Z3;

namespace CoherenceCheck.Attributes.Z3;

/// <summary>Checks that must come to an answer, and what models say.</summary>
internal static class Checks
{
    /// <summary>Whether constraints can be met under assumptions.</summary>
    /// <exception cref="InvalidOperationException">Z3 gave up, which it does not do on finite questions.</exception>
    public static bool CanBe(this Solver solver, IEnumerable<BoolExpr> assumptions) => solver.Check(assumptions) switch
    {
        Status.SATISFIABLE => true,
        Status.UNSATISFIABLE => false,
        _ => throw new InvalidOperationException($"Z3 gave up: {solver.ReasonUnknown}."),
    };

    /// <summary>Whether a model makes a symbol true. A symbol that it leaves open counts as false.</summary>
    public static bool IsTrue(this Model model, BoolExpr symbol)
    {
        using var value = model.Eval(symbol, completion: true);
        return value.IsTrue;
    }

    /// <summary>A position on a scale in a model.</summary>
    public static int Position(this Model model, Scale scale)
    {
        var position = 0;
        while (position < scale.Above.Length && model.IsTrue(scale.Above[position]))
        {
            position++;
        }

        return position;
    }

    /// <summary>A type in a model.</summary>
    public static MemoryType Type(this Model model, TypeSymbols type) => new((MemoryClass)model.Position(type.Inner), (MemoryClass)model.Position(type.Outer));
}
