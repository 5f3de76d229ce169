using System.Collections.Immutable;

namespace CoherenceCheck.Transitions;

/// <summary>Puts the values of frozen variables into a system.</summary>
public static class Binder
{
    /// <summary>A system without frozen variables that has the same states and transitions, simplified.</summary>
    /// <exception cref="ArgumentException">A frozen variable of the system has no value.</exception>
    public static TransitionSystem Bind(TransitionSystem system, FrozenValues frozen)
    {
        frozen.MustCover(system);
        var bound = Simplifier.Apply(system, new Freezer(frozen));
        return bound with { Variables = [.. bound.Variables.Where(v => v.Role != Role.Frozen)] };
    }

    private sealed class Freezer(FrozenValues frozen) : Rewriter
    {
        protected override Expr Read(Expr.Read read)
        {
            var index = Rewrite(read.Index);
            return read.Variable.Role == Role.Frozen
                ? Choose(read.Variable, index, 0, 0)
                : new Expr.Read(read.Variable, index);
        }

        // Where an index is not known, a chain of conditionals asks for the elements that lead to anything but the default.
        private Expr Choose(Variable variable, ImmutableArray<Expr> index, int position, int cell)
        {
            if (position == index.Length)
            {
                return Ex.Const(frozen[variable, cell]);
            }

            var size = variable.Index[position].Size;
            var min = variable.Domain.Min;
            if (index[position] is Expr.Const known)
            {
                return known.Value >= 0 && known.Value < size
                    ? Choose(variable, index, position + 1, cell * size + (int)known.Value)
                    : Ex.Const(min);
            }

            var choices = new Expr[size];
            for (var i = 0; i < size; i++)
            {
                choices[i] = Choose(variable, index, position + 1, cell * size + i);
            }

            var first = (choices[0] as Expr.Const)?.Value;
            if (first is not null && choices.All(c => c is Expr.Const k && k.Value == first)
                && new ValueRange(0, size - 1).Contains(ValueRange.Of(index[position], Locals)))
            {
                return choices[0];
            }

            var result = Ex.Const(min);
            for (var i = size - 1; i >= 0; i--)
            {
                if (choices[i] is not Expr.Const c || c.Value != min)
                {
                    result = Ex.If(Ex.Eq(index[position], i), choices[i], result);
                }
            }

            return result;
        }
    }
}
