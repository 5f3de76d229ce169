using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Reductions;

/// <summary>Tells assignments and fills that may be model errors from those that cannot, by the bounds of their values.</summary>
internal sealed class ModelErrors
{
    // Statements are told apart by reference: equal ones may stand where names have other bounds.
    private readonly HashSet<object> _may = new(ReferenceEqualityComparer.Instance);

    public ModelErrors(TransitionSystem system)
    {
        foreach (var initial in system.InitialStates)
        {
            Add(initial.Body, ImmutableDictionary<string, ValueRange>.Empty);
        }

        foreach (var rule in system.Rules)
        {
            Add(rule.Body, Ranges(rule.Parameters));
        }

        foreach (var fill in system.Fills)
        {
            var ranges = Ranges(fill.Parameters);
            var joined = ValueRange.Of(BinaryOp.BitOr, ValueRange.Of(fill.Target.Domain), ValueRange.Of(fill.Value, ranges));
            if (MayMiss(fill.Target, fill.Index, ranges) || !ValueRange.Of(fill.Target.Domain).Contains(joined))
            {
                _may.Add(fill);
            }
        }
    }

    public bool May(Statement.Assign assign) => _may.Contains(assign);

    public bool May(Fill fill) => _may.Contains(fill);

    /// <summary>When an assignment is an error.</summary>
    public static Expr Condition(Statement.Assign assign)
    {
        var error = Outside(assign.Value, assign.Variable.Domain.Min, assign.Variable.Domain.Max);
        for (var i = 0; i < assign.Index.Length; i++)
        {
            error = Ex.Or(error, Outside(assign.Index[i], 0, assign.Variable.Index[i].Size - 1));
        }

        return error;
    }

    private static Expr Outside(Expr value, long min, long max) => Ex.Or(Ex.Lt(value, Ex.Const(min)), Ex.Lt(Ex.Const(max), value));

    private static ImmutableDictionary<string, ValueRange> Ranges(ImmutableArray<Parameter> parameters) =>
        parameters.ToImmutableDictionary(p => p.Name, p => ValueRange.Of(p.Sort), StringComparer.Ordinal);

    private static bool MayMiss(Variable variable, ImmutableArray<Expr> index, ImmutableDictionary<string, ValueRange> ranges) =>
        index.Where((e, i) => !ValueRange.Of(variable.Index[i]).Contains(ValueRange.Of(e, ranges))).Any();

    private void Add(ImmutableArray<Statement> block, ImmutableDictionary<string, ValueRange> ranges)
    {
        foreach (var statement in block)
        {
            switch (statement)
            {
                case Statement.Assign a:
                    if (MayMiss(a.Variable, a.Index, ranges) || !ValueRange.Of(a.Variable.Domain).Contains(ValueRange.Of(a.Value, ranges)))
                    {
                        _may.Add(a);
                    }

                    break;
                case Statement.Let l:
                    ranges = ranges.SetItem(l.Name, ValueRange.Of(l.Value, ranges));
                    break;
                case Statement.If i:
                    Add(i.Then, ranges);
                    Add(i.Else, ranges);
                    break;
                case Statement.ForEach f:
                    Add(f.Body, ranges.SetItem(f.Binder, ValueRange.Of(f.Sort)));
                    break;
                default:
                    break;
            }
        }
    }
}
