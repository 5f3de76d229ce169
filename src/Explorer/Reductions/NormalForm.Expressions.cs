using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Reductions;

/// <content>Expressions.</content>
internal sealed partial class NormalForm
{
    /// <summary>The kind of an expression's values; <see langword="null"/> for numbers that fit any.</summary>
    private Kind? KindOf(Expr e)
    {
        switch (e)
        {
            case Expr.Read r:
                return Kind.Of(r.Variable.Domain, renaming);
            case Expr.Local l:
                var name = _scope[l.Name];
                return name.Constant is null ? name.Kind : null;
            case Expr.Binary { Op: BinaryOp.BitAnd or BinaryOp.BitOr or BinaryOp.BitAndNot } b:
                return IsMembership(b) ? Kind.Number : KindOf(b.Left) ?? KindOf(b.Right);
            case Expr.Binary { Op: BinaryOp.Shl } b when Ex.IsTruth(b.Left):
                return Kind.Set((KindOf(b.Right) ?? Kind.Number).Permutation);
            case Expr.Conditional c:
                return KindOf(c.Then) ?? KindOf(c.Else);
            case Expr.Fold { Op: Transitions.FoldOp.Union } f:
                return Within(() =>
                {
                    Bind(f.Binder, f.Sort);
                    return KindOf(f.Body);
                });
            case Expr.Const:
                return null;
            default:
                return Kind.Number;
        }
    }

    /// <summary>An expression of which only matters whether it is 0.</summary>
    private string Truth(Expr e)
    {
        var kind = KindOf(e) ?? Kind.Number;
        return IsElement(kind) ? Refuse() : Text(e, kind);
    }

    // An element has no bits, nor is it true or false.
    private static bool IsElement(Kind kind) => !kind.IsNumber && !kind.IsSet;

    private string Text(Expr e, Kind kind)
    {
        if (e is Expr.Const constant)
        {
            return $"{kind.Image(constant.Value)}";
        }

        if (e is Expr.Local local && _scope[local.Name] is { Constant: { } named })
        {
            return Text(named, kind);
        }

        return (KindOf(e) ?? kind) == kind ? Renamed(e, kind) : Refuse();
    }

    private string Renamed(Expr e, Kind kind) => e switch
    {
        Expr.Local l => _scope[l.Name].Text,
        Expr.Read r => MayMiss(r, kind) ? Refuse() : r.Variable.Name + Index(r.Variable, r.Index),
        Expr.Unary u => $"not({Truth(u.Operand)})",
        Expr.Binary b => Binary(b, kind),
        Expr.Conditional c => Choice(
            c.Condition, c.Then, c.Else, branch => Text(branch, kind),
            rest => rest is Expr.Conditional inner ? (inner.Condition, inner.Then, inner.Else) : null),
        Expr.Fold { Op: Transitions.FoldOp.Union } when IsElement(kind) => Refuse(),
        Expr.Fold f => Within(() => $"{f.Op} {Bind(f.Binder, f.Sort)} {f.Sort.Name} {(f.Op is FoldOp.All or FoldOp.Any ? Truth(f.Body) : Text(f.Body, kind))}"),
        _ => throw new InvalidOperationException($"unknown expression {e.GetType().Name}"),
    };

    // What is read beside the cells is the domain's smallest value: an element that may have another name.
    private bool MayMiss(Expr.Read read, Kind kind) =>
        IsElement(kind) && kind.Image(read.Variable.Domain.Min) != read.Variable.Domain.Min
        && read.Index.Where((e, i) => !ValueRange.Of(read.Variable.Index[i]).Contains(ValueRange.Of(e, _ranges))).Any();

    private string Binary(Expr.Binary b, Kind kind)
    {
        switch (b.Op)
        {
            case BinaryOp.And or BinaryOp.Or:
                return $"{b.Op}({Sorted(Operands(b, b.Op).Select(Truth))})";
            case BinaryOp.Eq or BinaryOp.Ne:
                var compared = KindOf(b.Left) ?? KindOf(b.Right) ?? Kind.Number;
                return $"{b.Op}({Sorted([Text(b.Left, compared), Text(b.Right, compared)])})";
            case BinaryOp.BitAnd when IsMembership(b):
                var shift = (Expr.Binary)b.Left;
                var set = KindOf(shift.Left) ?? Kind.Set((KindOf(shift.Right) ?? Kind.Number).Permutation);
                return IsElement(set) ? Refuse() : $"has({Text(shift.Left, set)},{Text(shift.Right, Kind.Element(set.Permutation))})";
            case BinaryOp.BitAnd or BinaryOp.BitOr or BinaryOp.BitAndNot when IsElement(kind):
                return Refuse();
            case BinaryOp.BitAnd or BinaryOp.BitOr:
                return $"{b.Op}({Sorted(Operands(b, b.Op).Select(e => Text(e, kind)))})";
            case BinaryOp.BitAndNot:
                return $"{b.Op}({Text(b.Left, kind)},{Text(b.Right, kind)})";
            case BinaryOp.Shl when kind.IsSet:
                return $"{b.Op}({Text(b.Left, Kind.Number)},{Text(b.Right, Kind.Element(kind.Permutation))})";
            case BinaryOp.Add:
                return $"{b.Op}({Sorted(Operands(b, b.Op).Select(e => Text(e, Kind.Number)))})";
            default:
                return $"{b.Op}({Text(b.Left, Kind.Number)},{Text(b.Right, Kind.Number)})";
        }
    }

    /// <summary>Whether an expression asks whether a set has an element: that is a number, though both are renamed.</summary>
    private static bool IsMembership(Expr.Binary b) =>
        b is { Op: BinaryOp.BitAnd, Left: Expr.Binary { Op: BinaryOp.Shr }, Right: Expr.Const { Value: 1 } };

    private static IEnumerable<Expr> Operands(Expr e, BinaryOp op)
    {
        if (e is Expr.Binary b && b.Op == op && !IsMembership(b))
        {
            return Operands(b.Left, op).Concat(Operands(b.Right, op));
        }

        return [e];
    }

    private static string Sorted(IEnumerable<string> texts) => string.Join(',', texts.Order(StringComparer.Ordinal));
}
