using System.Collections.Immutable;
using CoherenceCheck.Transitions;
using Run = System.Func<long[], long[], long>;

namespace CoherenceCheck.Model.Tests.Support;

/// <content>Expressions that are equal, and what they read.</content>
internal sealed partial class QuickSteps
{
    private const int WorthKeeping = 8;

    private readonly Dictionary<(object Kind, int First, int Second, int Third), int> _known = [];
    private readonly Dictionary<Expr, Shape> _shapes = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<int, Run> _closed = [];

    private Run Of(Expr e, ImmutableDictionary<string, int> scope)
    {
        var shape = ShapeOf(e);
        if (!shape.Free.IsEmpty)
        {
            return Fresh(e, scope);
        }

        if (!_closed.TryGetValue(shape.Number, out var run))
        {
            // Wherever it stands, its locals are its own.
            var (fresh, own) = (Fresh(e, ImmutableDictionary<string, int>.Empty), HasFold(e) ? new long[MostLocals] : null);
            run = own is null ? fresh : (s, _) => fresh(s, own);
            _closed.Add(shape.Number, run = shape.Cost < WorthKeeping ? run : Kept(run, [.. shape.Reads]));
        }

        return run;
    }

    private static bool HasFold(Expr e) => e is Expr.Fold || Parts.Of(e).Any(HasFold);

    /// <summary>A value that is found again only where something that it is made of has changed: the changes of each variable only grow in number, so their sum tells.</summary>
    private Run Kept(Run run, int[] reads)
    {
        var (value, at) = (0L, -1L);
        return (s, l) =>
        {
            var now = 0L;
            foreach (var variable in reads)
            {
                now += _changes[variable];
            }

            if (now != at)
            {
                (value, at) = (run(s, l), now);
            }

            return value;
        };
    }

    /// <summary>What an expression is: equal ones have one number.</summary>
    private Shape ShapeOf(Expr e)
    {
        if (_shapes.TryGetValue(e, out var known))
        {
            return known;
        }

        Shape[] parts = [.. Parts.Of(e).Select(ShapeOf)];
        var (free, reads) = (parts.Aggregate(ImmutableHashSet<string>.Empty, (all, part) => all.Union(part.Free)), parts.Aggregate(ImmutableHashSet<int>.Empty, (all, part) => all.Union(part.Reads)));
        var cost = 1 + ((e is Expr.Fold sized ? sized.Sort.Size : 1) * parts.Sum(part => part.Cost));
        object kind;
        switch (e)
        {
            case Expr.Local local:
                (kind, free) = ("local " + local.Name, free.Add(local.Name));
                break;
            case Expr.Read read:
                (kind, reads) = (read.Variable, reads.Add(_numbers[read.Variable]));
                break;
            case Expr.Fold fold:
                (kind, free) = ($"{fold.Op} {fold.Binder} {fold.Sort.Size}", free.Remove(fold.Binder));
                break;
            default:
                kind = e switch { Expr.Const c => c.Value, Expr.Unary u => u.Op, Expr.Binary b => b.Op, Expr.Conditional => "?", _ => throw new InvalidOperationException($"unexpected expression {e.GetType().Name}") };
                break;
        }

        // Of more than three parts the first are one part.
        var numbers = parts.Select(part => part.Number).ToList();
        while (numbers.Count > 3)
        {
            numbers = [NumberOf(("list", numbers[0], numbers[1], numbers[2])), .. numbers.Skip(3)];
        }

        var number = NumberOf((kind, numbers.ElementAtOrDefault(0), numbers.ElementAtOrDefault(1), numbers.ElementAtOrDefault(2)));
        _shapes.Add(e, known = new(number, cost, free, reads));
        return known;
    }

    private int NumberOf((object Kind, int First, int Second, int Third) key)
    {
        if (!_known.TryGetValue(key, out var number))
        {
            _known.Add(key, number = _known.Count + 1);
        }

        return number;
    }

    private sealed record Shape(int Number, int Cost, ImmutableHashSet<string> Free, ImmutableHashSet<int> Reads);
}
