using System.Collections.Immutable;
using System.Numerics;

namespace CoherenceCheck.Transitions;

/// <summary>Bounds of an expression's value, both included: never narrower than the truth.</summary>
/// <param name="Min">No value is below.</param>
/// <param name="Max">No value is above.</param>
public readonly record struct ValueRange(long Min, long Max)
{
    /// <summary>Any 64-bit value.</summary>
    public static ValueRange Any { get; } = new(long.MinValue, long.MaxValue);

    /// <summary>0 or 1.</summary>
    public static ValueRange Truth { get; } = new(0, 1);

    /// <summary>A single value.</summary>
    public static ValueRange Of(long value) => new(value, value);

    /// <summary>A domain's values.</summary>
    public static ValueRange Of(Domain domain) => new(domain.Min, domain.Max);

    /// <summary>The elements of a sort.</summary>
    public static ValueRange Of(Sort sort) => new(0, sort.Size - 1);

    /// <summary>The bounds of an expression, where the names in <paramref name="locals"/> have the bounds given there and other names any value.</summary>
    public static ValueRange Of(Expr e, IReadOnlyDictionary<string, ValueRange> locals) => e switch
    {
        Expr.Const c => Of(c.Value),
        Expr.Read r => Of(r.Variable.Domain),
        Expr.Local l => locals.TryGetValue(l.Name, out var range) ? range : Any,
        Expr.Unary => Not(Of(((Expr.Unary)e).Operand, locals)),
        Expr.Binary b => Of(b.Op, Of(b.Left, locals), Of(b.Right, locals)),
        Expr.Conditional c => Of(c.Condition, locals) switch
        {
            { Min: 0, Max: 0 } => Of(c.Else, locals),
            var r when !r.Contains(0) => Of(c.Then, locals),
            _ => Of(c.Then, locals).Join(Of(c.Else, locals)),
        },
        Expr.Fold f => OfFold(f, Of(f.Body, With(locals, f.Binder, Of(f.Sort)))),
        _ => Any,
    };

    /// <summary>The bounds of an operator's result.</summary>
    public static ValueRange Of(BinaryOp op, ValueRange a, ValueRange b)
    {
        if (a.Min == a.Max && b.Min == b.Max)
        {
            return Of(Arithmetic.Apply(op, a.Min, b.Min));
        }

        return op switch
        {
            BinaryOp.Add => Bounded((Int128)a.Min + b.Min, (Int128)a.Max + b.Max),
            BinaryOp.Sub => Bounded((Int128)a.Min - b.Max, (Int128)a.Max - b.Min),
            BinaryOp.And => a.IsFalse || b.IsFalse ? Of(0) : !a.Contains(0) && !b.Contains(0) ? Of(1) : Truth,
            BinaryOp.Or => a.IsFalse && b.IsFalse ? Of(0) : !a.Contains(0) || !b.Contains(0) ? Of(1) : Truth,
            BinaryOp.Eq => a.Max < b.Min || b.Max < a.Min ? Of(0) : Truth,
            BinaryOp.Ne => a.Max < b.Min || b.Max < a.Min ? Of(1) : Truth,
            BinaryOp.Lt => a.Max < b.Min ? Of(1) : a.Min >= b.Max ? Of(0) : Truth,
            BinaryOp.Le => a.Max <= b.Min ? Of(1) : a.Min > b.Max ? Of(0) : Truth,
            BinaryOp.BitAnd when a.Min >= 0 && b.Min >= 0 => new(0, Math.Min(a.Max, b.Max)),
            BinaryOp.BitAnd when a.Min >= 0 => new(0, a.Max),
            BinaryOp.BitAnd when b.Min >= 0 => new(0, b.Max),
            BinaryOp.BitOr when a.Min >= 0 && b.Min >= 0 => new(Math.Max(a.Min, b.Min), FullMask(a.Max | b.Max)),
            BinaryOp.BitAndNot when a.Min >= 0 => new(0, a.Max),
            BinaryOp.Shl when a.Min >= 0 && BitsOf(a.Max) + Math.Clamp(b.Max, 0, 62) <= 63 =>
                new(0, a.Max << (int)Math.Clamp(b.Max, 0, 62)),
            BinaryOp.Shr when a.Min >= 0 => new(0, a.Max >> (int)Math.Clamp(b.Min, 0, 62)),
            _ => Any,
        };
    }

    /// <summary>Whether a value lies within.</summary>
    public bool Contains(long value) => Min <= value && value <= Max;

    /// <summary>Whether every value of another range lies within.</summary>
    public bool Contains(ValueRange other) => Min <= other.Min && other.Max <= Max;

    /// <summary>The smallest range that holds both.</summary>
    public ValueRange Join(ValueRange other) => new(Math.Min(Min, other.Min), Math.Max(Max, other.Max));

    private static ImmutableDictionary<string, ValueRange> With(IReadOnlyDictionary<string, ValueRange> locals, string name, ValueRange range) =>
        (locals as ImmutableDictionary<string, ValueRange> ?? locals.ToImmutableDictionary(StringComparer.Ordinal)).SetItem(name, range);

    private bool IsFalse => Min == 0 && Max == 0;

    private static ValueRange Not(ValueRange a) => a.IsFalse ? Of(1) : a.Contains(0) ? Truth : Of(0);

    private static ValueRange OfFold(Expr.Fold fold, ValueRange body) => fold.Op switch
    {
        FoldOp.All or FoldOp.Any => body.IsFalse ? Of(0) : body.Contains(0) ? Truth : Of(1),
        FoldOp.Union => body.Min >= 0 ? new(body.Min, FullMask(body.Max)) : Any,
        FoldOp.Sum => Bounded((Int128)body.Min * fold.Sort.Size, (Int128)body.Max * fold.Sort.Size),
        _ => Any,
    };

    private static ValueRange Bounded(Int128 min, Int128 max) =>
        min < long.MinValue || max > long.MaxValue ? Any : new((long)min, (long)max);

    private static int BitsOf(long value) => 64 - BitOperations.LeadingZeroCount((ulong)value);

    private static long FullMask(long value) => value == 0 ? 0 : (long)(ulong.MaxValue >> BitOperations.LeadingZeroCount((ulong)value));
}
