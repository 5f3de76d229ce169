using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Reductions;

/// <summary>The values that an expression may have: a few, or any.</summary>
internal readonly struct Values
{
    private const int Most = 16;
    private readonly long[]? _few;

    private Values(long[]? few) => _few = few;

    /// <summary>Any value.</summary>
    public static Values Any { get; } = new(null);

    /// <summary>0 or 1.</summary>
    public static Values Truth { get; } = new([0, 1]);

    /// <summary>The values in ascending order; <see langword="null"/> for any.</summary>
    public IReadOnlyList<long>? Few => _few;

    /// <summary>The value, if there is but one.</summary>
    public long? Single => _few is [var only] ? only : null;

    public bool IsFalse => _few is [0];

    public bool IsTrue => _few is not null && Array.IndexOf(_few, 0) < 0;

    public static Values Of(long value) => new([value]);

    public static Values Of(IEnumerable<long> values)
    {
        var few = values.Distinct().Take(Most + 1).Order().ToArray();
        return few.Length > Most ? Any : new Values(few);
    }

    /// <summary>All values of a domain, if they are few.</summary>
    public static Values Of(Domain domain) =>
        (ulong)(domain.Max - domain.Min) < Most ? Of(Enumerable.Range(0, (int)(domain.Max - domain.Min) + 1).Select(i => domain.Min + i)) : Any;

    public Values Or(Values other)
    {
        if (_few is null || other._few is null)
        {
            return Any;
        }

        return _few.AsSpan().SequenceEqual(other._few) ? this : Of(_few.Concat(other._few));
    }

    public bool Contains(Values other) => _few is not { } few || (other._few is not null && Array.TrueForAll(other._few, value => Array.IndexOf(few, value) >= 0));

    /// <summary>Whether all values agree in some bits.</summary>
    public bool AgreeIn(long mask)
    {
        if (_few is not { } few)
        {
            return false;
        }

        return Array.TrueForAll(few, value => (value & mask) == (few[0] & mask));
    }

    /// <summary>Bits that are set in some value.</summary>
    public long Bits => _few is null ? -1 : _few.Aggregate(0L, (bits, value) => bits | value);

    public Values Apply(Func<long, long> function) => _few is null ? Any : Of(_few.Select(function));

    public Values Apply(BinaryOp op, Values right)
    {
        var (left, count) = (_few, right._few);
        return left is null || count is null ? Any : Of(left.SelectMany(a => count.Select(b => ((Expr.Const)Ex.Binary(op, Ex.Const(a), Ex.Const(b))).Value)));
    }
}
