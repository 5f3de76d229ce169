using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Syntax;

namespace CoherenceCheck.Language.Binding;

internal sealed partial class BodyBinder
{
    private const int MostElements = 64;
    private const long LargestResult = 1_000_000_000;

    private SpecExpr? BindBinary(BinarySyntax syntax, SpecType? expected)
    {
        switch (syntax.Operator)
        {
            case TokenKind.PipePipe or TokenKind.AmpersandAmpersand:
                var left = BindCondition(syntax.Left);
                var right = BindCondition(syntax.Right);
                return left is null || right is null
                    ? null
                    : new BinaryExpr(syntax.Operator == TokenKind.PipePipe ? ExprOp.Or : ExprOp.And, left, right, Truth, syntax.Span);
            case TokenKind.EqualsEquals or TokenKind.BangEquals:
                return BindEquality(syntax);
            case TokenKind.Less or TokenKind.LessOrEqual or TokenKind.Greater or TokenKind.GreaterOrEqual:
                return BindOrder(syntax);
            case TokenKind.Identifier:
                return BindIn(syntax);
            default:
                return BindSum(syntax, expected);
        }
    }

    /// <summary>Binds two operands, first the one that has a type of its own.</summary>
    private (SpecExpr Left, SpecExpr Right)? BindPair(ExpressionSyntax left, ExpressionSyntax right, SpecType? expected = null)
    {
        if (NeedsContext(left) && !NeedsContext(right))
        {
            var boundRight = Bind(right, expected);
            var boundLeft = boundRight is null ? null : Bind(left, boundRight.Type);
            return boundLeft is null ? null : (boundLeft, boundRight!);
        }
        else
        {
            var boundLeft = Bind(left, expected);
            var boundRight = boundLeft is null ? null : Bind(right, boundLeft.Type);
            return boundRight is null ? null : (boundLeft!, boundRight);
        }
    }

    private bool NeedsContext(ExpressionSyntax syntax) => syntax switch
    {
        NumberSyntax or SetSyntax { Elements.IsEmpty: true } => true,
        NameExpressionSyntax { Name.Text: var name } => name is not ("true" or "false")
            && !_symbols.ContainsKey(name)
            && Policy?.States.ContainsKey(name) != true
            && vocabulary.Field(name) is null
            && Scenario?.Elements(name).Any() != true,
        _ => false,
    };

    private BinaryExpr? BindEquality(BinarySyntax syntax)
    {
        if (BindPair(syntax.Left, syntax.Right) is not var (left, right))
        {
            return null;
        }

        var isComparable = (left.Type, right.Type) switch
        {
            (SpecType.Int, SpecType.Int) => true,
            (SpecType.Element a, SpecType.Element b) => a.Sort == b.Sort,
            var (a, b) => a == b,
        };
        if (!isComparable)
        {
            diagnostics.ReportOperandsDoNotFit(syntax.OperatorSpan, Symbol(syntax.Operator), left.Type, right.Type);
            return null;
        }

        return new BinaryExpr(syntax.Operator == TokenKind.EqualsEquals ? ExprOp.Equal : ExprOp.NotEqual, left, right, Truth, syntax.Span);
    }

    private BinaryExpr? BindOrder(BinarySyntax syntax)
    {
        if (BindPair(syntax.Left, syntax.Right) is not var (left, right))
        {
            return null;
        }

        if (left.Type is not SpecType.Int || right.Type is not SpecType.Int)
        {
            diagnostics.ReportOperandsDoNotFit(syntax.OperatorSpan, Symbol(syntax.Operator), left.Type, right.Type);
            return null;
        }

        return syntax.Operator switch
        {
            TokenKind.Less => new BinaryExpr(ExprOp.Less, left, right, Truth, syntax.Span),
            TokenKind.LessOrEqual => new BinaryExpr(ExprOp.LessOrEqual, left, right, Truth, syntax.Span),
            TokenKind.Greater => new BinaryExpr(ExprOp.Less, right, left, Truth, syntax.Span),
            _ => new BinaryExpr(ExprOp.LessOrEqual, right, left, Truth, syntax.Span),
        };
    }

    /// <summary><c>+ -</c> of numbers; <c>| &amp; -</c> of sets.</summary>
    private BinaryExpr? BindSum(BinarySyntax syntax, SpecType? expected)
    {
        if (BindPair(syntax.Left, syntax.Right, expected) is not var (left, right))
        {
            return null;
        }

        switch (syntax.Operator, left.Type, right.Type)
        {
            case (TokenKind.Plus, SpecType.Int a, SpecType.Int b):
                return BindNumbers(syntax, ExprOp.Add, left, right, new SpecType.Int(a.Min + b.Min, a.Max + b.Max));
            case (TokenKind.Minus, SpecType.Int a, SpecType.Int b):
                return BindNumbers(syntax, ExprOp.Subtract, left, right, new SpecType.Int(a.Min - b.Max, a.Max - b.Min));
            case (not TokenKind.Plus, SpecType.Set a, SpecType.Set b) when a == b:
                var op = syntax.Operator switch
                {
                    TokenKind.Pipe => ExprOp.Union,
                    TokenKind.Ampersand => ExprOp.Intersect,
                    _ => ExprOp.Without,
                };
                return new BinaryExpr(op, left, right, a, syntax.Span);
            default:
                diagnostics.ReportOperandsDoNotFit(syntax.OperatorSpan, Symbol(syntax.Operator), left.Type, right.Type);
                return null;
        }
    }

    private BinaryExpr? BindNumbers(BinarySyntax syntax, ExprOp op, SpecExpr left, SpecExpr right, SpecType.Int range)
    {
        if (range.Min >= -LargestResult && range.Max <= LargestResult)
        {
            return new BinaryExpr(op, left, right, range, syntax.Span);
        }

        diagnostics.ReportOutOfRange(syntax.Span, range.Max > LargestResult ? range.Max : range.Min, -LargestResult, LargestResult);
        return null;
    }

    /// <summary><c>x in set</c>; in a list of numbers or names it is a chain of comparisons.</summary>
    private SpecExpr? BindIn(BinarySyntax syntax)
    {
        if (syntax.Right is not SetSyntax list)
        {
            return Bind(syntax.Right) is not { } set ? null : BindInSet(syntax, set);
        }

        if (list.Elements.Length > MostElements)
        {
            diagnostics.ReportLimitExceeded(list.Elements[MostElements].Span, MostElements, "elements of a set");
            return null;
        }

        var element = Bind(syntax.Left, expected: null);
        if (element is null)
        {
            return null;
        }

        if (element.Type is SpecType.Element { Sort: var sort })
        {
            return BindAs(list, new SpecType.Set(sort)) is { } set ? new InExpr(element, set, syntax.Span) : null;
        }

        SpecExpr? result = null;
        foreach (var item in list.Elements)
        {
            if (BindAs(item, element.Type) is not { } value)
            {
                return null;
            }

            var equal = new BinaryExpr(ExprOp.Equal, element, value, Truth, syntax.Span);
            result = result is null ? equal : new BinaryExpr(ExprOp.Or, result, equal, Truth, syntax.Span);
        }

        return result ?? new LiteralExpr(0, Truth, syntax.Span);
    }

    private InExpr? BindInSet(BinarySyntax syntax, SpecExpr set)
    {
        if (set.Type is not SpecType.Set { Sort: var sort })
        {
            diagnostics.ReportTypeMismatch(set.Span, "a set", "a single value");
            return null;
        }

        return BindAs(syntax.Left, new SpecType.Element(sort, OrNone: true)) is { } element ? new InExpr(element, set, syntax.Span) : null;
    }

    private SetExpr? BindSet(SetSyntax syntax, SpecType? expected)
    {
        if (syntax.Elements.Length > MostElements)
        {
            diagnostics.ReportLimitExceeded(syntax.Elements[MostElements].Span, MostElements, "elements of a set");
            return null;
        }

        var type = expected as SpecType.Set;
        var elements = ImmutableArray.CreateBuilder<SpecExpr>();
        foreach (var item in syntax.Elements)
        {
            var element = type is null ? Bind(item) : BindAs(item, new SpecType.Element(type.Sort, OrNone: false));
            if (element is null)
            {
                return null;
            }

            if (type is null && element.Type is not SpecType.Element { OrNone: false })
            {
                diagnostics.ReportTypeMismatch(element.Span, "an element of a sort", "another value");
                return null;
            }

            type ??= new SpecType.Set(((SpecType.Element)element.Type).Sort);
            elements.Add(element);
        }

        if (type is null)
        {
            diagnostics.ReportTypeUnknown(syntax.Span, "{}");
            return null;
        }

        return new SetExpr(elements.ToImmutable(), type, syntax.Span);
    }

    private static string Symbol(TokenKind kind) => kind switch
    {
        TokenKind.EqualsEquals => "==",
        TokenKind.BangEquals => "!=",
        TokenKind.Less => "<",
        TokenKind.LessOrEqual => "<=",
        TokenKind.Greater => ">",
        TokenKind.GreaterOrEqual => ">=",
        TokenKind.Plus => "+",
        TokenKind.Minus => "-",
        TokenKind.Pipe => "|",
        TokenKind.Ampersand => "&",
        _ => kind.ToString(),
    };
}
