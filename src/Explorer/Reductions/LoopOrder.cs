using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Reductions;

/// <summary>Whether the elements of a loop may be run through in any order.</summary>
internal static class LoopOrder
{
    /// <summary>
    /// True if no turn touches what another one writes: each variable that is written is touched at the loop's own element alone,
    /// or all writes give it the same number and nobody reads it.
    /// </summary>
    public static bool IsFree(Statement.ForEach loop)
    {
        var touched = new Touched(loop.Binder);
        touched.Add(loop.Body);
        return !touched.IsHidden && touched.Written.All(variable => IsOwn(touched, variable) || IsSame(touched, variable));
    }

    private static bool IsOwn(Touched touched, Variable variable) =>
        Enumerable.Range(0, variable.Index.Length).Any(position =>
            touched.Writes.Where(write => write.Variable == variable).All(write => touched.IsBinder(write.Index[position]))
            && touched.Reads.Where(read => read.Variable == variable).All(read => touched.IsBinder(read.Index[position])));

    private static bool IsSame(Touched touched, Variable variable) =>
        touched.Reads.All(read => read.Variable != variable)
        && touched.Writes.Where(write => write.Variable == variable).Select(write => (write.Value as Expr.Const)?.Value).Distinct().ToList() is [not null];

    private sealed class Touched(string binder)
    {
        public List<Statement.Assign> Writes { get; } = [];

        public List<Expr.Read> Reads { get; } = [];

        /// <summary>Whether an inner name hides the loop's.</summary>
        public bool IsHidden { get; private set; }

        public IEnumerable<Variable> Written => Writes.Select(write => write.Variable).Distinct();

        public bool IsBinder(Expr e) => e is Expr.Local l && l.Name == binder;

        public void Add(ImmutableArray<Statement> block)
        {
            foreach (var statement in block)
            {
                if (statement is Statement.Assign a)
                {
                    Writes.Add(a);
                }

                IsHidden |= statement is Statement.Let let && let.Name == binder;
                IsHidden |= statement is Statement.ForEach loop && loop.Binder == binder;
                Add(Parts.Of(statement));
                foreach (var inner in Parts.Blocks(statement))
                {
                    Add(inner);
                }
            }
        }

        private void Add(IEnumerable<Expr> list)
        {
            foreach (var e in list)
            {
                Add(e);
            }
        }

        private void Add(Expr e)
        {
            if (e is Expr.Read r)
            {
                Reads.Add(r);
            }

            IsHidden |= e is Expr.Fold f && f.Binder == binder;
            Add(Parts.Of(e));
        }
    }
}
