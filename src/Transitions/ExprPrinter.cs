using System.Collections.Immutable;

namespace CoherenceCheck.Transitions;

/// <summary>Shows expressions: shifts bind closest, then sums, sets, comparisons, <c>not</c>, <c>and</c>, <c>or</c>, <c>if</c> and folds.</summary>
internal sealed class ExprPrinter
{
    private const int Lowest = 0;
    private const int OrLevel = 1;
    private const int AndLevel = 2;
    private const int NotLevel = 3;
    private const int CompareLevel = 4;
    private const int SetLevel = 5;
    private const int SumLevel = 6;
    private const int ShiftLevel = 7;
    private const int Atom = 8;
    private ImmutableDictionary<string, Sort> _sorts = ImmutableDictionary<string, Sort>.Empty;

    public ExprPrinter()
    {
    }

    public ExprPrinter(ImmutableArray<Parameter> parameters)
    {
        foreach (var p in parameters)
        {
            _sorts = _sorts.SetItem(p.Name, p.Sort);
        }
    }

    public string Print(Expr e, Domain? domain = null) => Print(e, Lowest, domain);

    /// <summary>Knows a binder's sort while it prints what is inside.</summary>
    public void Within(string binder, Sort sort, Action action)
    {
        var outer = _sorts;
        _sorts = outer.SetItem(binder, sort);
        action();
        _sorts = outer;
    }

    private string Print(Expr e, int level, Domain? domain)
    {
        var (text, own) = Text(e, domain);
        return own < level ? $"({text})" : text;
    }

    private (string Text, int Level) Text(Expr e, Domain? domain)
    {
        switch (e)
        {
            case Expr.Const c:
                return (Number(c.Value, domain), Atom);
            case Expr.Local l:
                return (l.Name, Atom);
            case Expr.Read r:
                var index = r.Index.Select((x, i) => $"[{Print(x, Lowest, i < r.Variable.Index.Length ? new Domain.Element(r.Variable.Index[i]) : null)}]");
                return (r.Variable.Name + string.Concat(index), Atom);
            case Expr.Unary u:
                return ($"not {Print(u.Operand, NotLevel, null)}", NotLevel);
            case Expr.Conditional c:
                return ($"if {Print(c.Condition, OrLevel, null)} then {Print(c.Then, OrLevel, domain)} else {Print(c.Else, Lowest, domain)}", Lowest);
            case Expr.Fold f:
                var body = "";
                var inner = f.Op == FoldOp.Union ? domain : null;
                Within(f.Binder, f.Sort, () => body = Print(f.Body, Lowest, inner));
                return ($"{f.Op.ToString().ToLowerInvariant()} {f.Binder}: {f.Sort.Name}. {body}", Lowest);
            case Expr.Binary b:
                return Binary(b, domain);
            default:
                throw new InvalidOperationException($"unknown expression {e.GetType().Name}");
        }
    }

    private (string Text, int Level) Binary(Expr.Binary b, Domain? domain)
    {
        switch (b)
        {
            case { Op: BinaryOp.BitAnd, Left: Expr.Binary { Op: BinaryOp.Shr } shift, Right: Expr.Const { Value: 1 } }:
                var set = DomainOf(shift.Left) as Domain.Subset;
                return ($"{Print(shift.Right, SetLevel, set is null ? null : new Domain.Element(set.Sort))} in {Print(shift.Left, SetLevel, null)}", CompareLevel);
            case { Op: BinaryOp.BitAnd, Right: Expr.Const { Value: 1 } } when domain is null && DomainOf(b.Left) is Domain.Subset first:
                return ($"{first.Sort.Elements[0]} in {Print(b.Left, SetLevel, null)}", CompareLevel);
            case { Op: BinaryOp.Shl, Left: Expr.Const { Value: 1 }, Right: not Expr.Const }:
                return ($"{{{Print(b.Right, Lowest, null)}}}", Atom);
        }

        return b.Op switch
        {
            BinaryOp.Or => Chain(b, "or", OrLevel, null),
            BinaryOp.And => Chain(b, "and", AndLevel, null),
            BinaryOp.Eq => Compare(b, "="),
            BinaryOp.Ne => Compare(b, "!="),
            BinaryOp.Lt => Compare(b, "<"),
            BinaryOp.Le => Compare(b, "<="),
            BinaryOp.BitOr => Chain(b, "|", SetLevel, SetDomain(b, domain)),
            BinaryOp.BitAnd => Infix(b, "&", SetLevel, SetDomain(b, domain)),
            BinaryOp.BitAndNot => Infix(b, "\\", SetLevel, SetDomain(b, domain)),
            BinaryOp.Add => Chain(b, "+", SumLevel, null),
            BinaryOp.Sub => (Print(b.Left, SumLevel, null) + " - " + Print(b.Right, SumLevel + 1, null), SumLevel),
            BinaryOp.Shl => Infix(b, "<<", ShiftLevel, null),
            BinaryOp.Shr => Infix(b, ">>", ShiftLevel, null),
            _ => throw new InvalidOperationException($"unknown operator {b.Op}"),
        };
    }

    // A chain of one operator needs no parentheses on the left.
    private (string Text, int Level) Chain(Expr.Binary b, string op, int level, Domain? domain)
    {
        var left = b.Left is Expr.Binary inner && inner.Op == b.Op || level != SetLevel ? level : level + 1;
        return ($"{Print(b.Left, left, domain)} {op} {Print(b.Right, level + 1, domain)}", level);
    }

    private (string Text, int Level) Infix(Expr.Binary b, string op, int level, Domain? domain) =>
        ($"{Print(b.Left, level + 1, domain)} {op} {Print(b.Right, level + 1, domain)}", level);

    private (string Text, int Level) Compare(Expr.Binary b, string op) =>
        ($"{Print(b.Left, SetLevel, DomainOf(b.Right))} {op} {Print(b.Right, SetLevel, DomainOf(b.Left))}", CompareLevel);

    private Domain? SetDomain(Expr.Binary b, Domain? domain) =>
        (domain ?? DomainOf(b.Left) ?? DomainOf(b.Right)) as Domain.Subset;

    private Domain? DomainOf(Expr e) => e switch
    {
        Expr.Read r => r.Variable.Domain,
        Expr.Local l when _sorts.TryGetValue(l.Name, out var sort) => new Domain.Element(sort),
        Expr.Binary { Op: BinaryOp.BitAnd or BinaryOp.BitOr or BinaryOp.BitAndNot } b => DomainOf(b.Left) ?? DomainOf(b.Right),
        _ => null,
    };

    private static string Number(long value, Domain? domain) => domain switch
    {
        Domain.Element e when value >= 0 && value <= e.Sort.Size => new Domain.Element(e.Sort, true).Format(value),
        Domain.Subset s when value >= 0 && value <= s.Sort.FullMask => s.Format(value),
        _ => value.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
