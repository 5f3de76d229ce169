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
        var freezer = new Freezer(frozen);
        var bound = Simplifier.Apply(system, freezer);
        bound = bound with { Variables = [.. bound.Variables.Where(v => v.Role != Role.Frozen)] };

        // What only tables were indexed by, and nothing has for a value, has nothing to say any more.
        var indexes = system.Variables.Where(v => v.Role == Role.Frozen).SelectMany(v => v.Index).ToHashSet<Sort>(ReferenceEqualityComparer.Instance);
        indexes.ExceptWith(freezer.Sorts);
        indexes.ExceptWith(bound.Variables.SelectMany(v => v.Index).Concat(system.Variables.SelectMany(v => v.Domain.Sorts())));
        indexes.ExceptWith(bound.Rules.SelectMany(rule => rule.Parameters).Concat(bound.Fills.SelectMany(fill => fill.Parameters)).Select(parameter => parameter.Sort));
        return bound with { Sorts = [.. bound.Sorts.Where(sort => !indexes.Contains(sort))] };
    }

    private sealed class Freezer(FrozenValues frozen) : Rewriter
    {
        /// <summary>The sorts that folds and loops go over.</summary>
        public HashSet<Sort> Sorts { get; } = new(ReferenceEqualityComparer.Instance);

        protected override void GoesOver(Sort sort) => Sorts.Add(sort);

        protected override Expr Read(Expr.Read read)
        {
            var index = Rewrite(read.Index);
            return read.Variable.Role == Role.Frozen
                ? Choose(read.Variable, index, 0, 0)
                : new Expr.Read(read.Variable, index);
        }

        // Where an index is not known, a chain of conditionals asks for the elements that lead to anything but the default: for the
        // elements of a name that it hangs on, so that all it says of the name is known from there, else for its own.
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

            var name = NameIn(index, position);
            var asked = name is null ? index[position] : new Expr.Local(name);
            var range = name is null ? new ValueRange(0, size - 1) : Locals[name];
            var choices = new Expr[range.Max + 1];
            for (var i = range.Min; i <= range.Max; i++)
            {
                choices[i] = name is null
                    ? Choose(variable, index, position + 1, cell * size + (int)i)
                    : Choose(variable, [.. index[..position], .. index[position..].Select(e => Mentions(e, name) && !ReadsState(e) ? With(e, name, i) : e)], position, cell);
            }

            var first = (choices[0] as Expr.Const)?.Value;
            if (first is not null && choices.All(c => c is Expr.Const k && k.Value == first)
                && new ValueRange(0, choices.Length - 1).Contains(ValueRange.Of(asked, Locals)))
            {
                return choices[0];
            }

            var result = Ex.Const(min);
            for (var i = choices.Length - 1; i >= 0; i--)
            {
                if (choices[i] is not Expr.Const c || c.Value != min)
                {
                    result = Ex.If(Ex.Eq(asked, i), choices[i], result);
                }
            }

            return result;
        }

        /// <summary>The first name with few values in an index that reads no state: it is one of these. A name that is an index itself matters where later ones hang on it, too.</summary>
        private string? NameIn(ImmutableArray<Expr> index, int position)
        {
            if (index[position] is Expr.Local own)
            {
                for (var later = position + 1; later < index.Length; later++)
                {
                    if (index[later] is not Expr.Const && Mentions(index[later], own.Name) && !ReadsState(index[later]))
                    {
                        return IsNarrow(own.Name) ? own.Name : null;
                    }
                }

                return null;
            }

            return ReadsState(index[position]) ? null : Names(index[position]).FirstOrDefault(IsNarrow);
        }

        private bool IsNarrow(string name) => Locals.TryGetValue(name, out var range) && range is { Min: 0, Max: < Sort.MaxSize };

        private static bool ReadsState(Expr e) => e is not (Expr.Const or Expr.Local) && (e is Expr.Read or Expr.Fold || Parts.Of(e).Any(ReadsState));

        private static bool Mentions(Expr e, string name) => e is Expr.Local local ? local.Name == name : e is not Expr.Const && Parts.Of(e).Any(part => Mentions(part, name));

        private static IEnumerable<string> Names(Expr e) => e is Expr.Local local ? [local.Name] : Parts.Of(e).SelectMany(Names);

        private Expr With(Expr e, string name, long value) => new Naming(name, value) { Locals = Locals }.Rewrite(e);
    }

    /// <summary>Gives a name a value.</summary>
    private sealed class Naming(string name, long value) : Rewriter
    {
        public new ImmutableDictionary<string, ValueRange> Locals { init => base.Locals = value; }

        public override Expr Rewrite(Expr e) => e is Expr.Local local && local.Name == name ? Ex.Const(value) : base.Rewrite(e);
    }
}
