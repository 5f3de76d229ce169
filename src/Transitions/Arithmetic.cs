namespace CoherenceCheck.Transitions;

/// <summary>What the operators mean on known values, for folding at construction. The interpreter has its own copy on purpose.</summary>
internal static class Arithmetic
{
    public static long Apply(BinaryOp op, long left, long right) => op switch
    {
        BinaryOp.Add => unchecked(left + right),
        BinaryOp.Sub => unchecked(left - right),
        BinaryOp.And => Truth(left != 0 && right != 0),
        BinaryOp.Or => Truth(left != 0 || right != 0),
        BinaryOp.Eq => Truth(left == right),
        BinaryOp.Ne => Truth(left != right),
        BinaryOp.Lt => Truth(left < right),
        BinaryOp.Le => Truth(left <= right),
        BinaryOp.BitAnd => left & right,
        BinaryOp.BitOr => left | right,
        BinaryOp.BitAndNot => left & ~right,
        BinaryOp.Shl => right is < 0 or > 62 ? 0 : left << (int)right,
        BinaryOp.Shr => right is < 0 or > 62 ? 0 : left >> (int)right,
        _ => throw new ArgumentOutOfRangeException(nameof(op), op, "unknown operator"),
    };

    public static long Apply(FoldOp op, long left, long right) => op switch
    {
        FoldOp.All => Apply(BinaryOp.And, left, right),
        FoldOp.Any => Apply(BinaryOp.Or, left, right),
        FoldOp.Union => left | right,
        FoldOp.Sum => unchecked(left + right),
        _ => throw new ArgumentOutOfRangeException(nameof(op), op, "unknown fold"),
    };

    private static long Truth(bool value) => value ? 1 : 0;
}
