using System.Collections.Immutable;

namespace CoherenceCheck.Language.Syntax;

internal sealed partial class Parser
{
    private const int LowestPrecedence = 1;
    private const int OperandPrecedence = 2;
    private const int ComparisonPrecedence = 3;

    private ExpressionSyntax ParseExpression() => ParseBinary(LowestPrecedence);

    private static int Precedence(TokenKind kind) => kind switch
    {
        TokenKind.PipePipe => LowestPrecedence,
        TokenKind.AmpersandAmpersand => 2,
        // No expression is followed by `=`: there it stands for `==`, and is reported.
        TokenKind.Equals or TokenKind.EqualsEquals or TokenKind.BangEquals or TokenKind.Less or TokenKind.LessOrEqual
            or TokenKind.Greater or TokenKind.GreaterOrEqual => ComparisonPrecedence,
        TokenKind.Pipe => 4,
        TokenKind.Ampersand => 5,
        TokenKind.Plus or TokenKind.Minus => 6,
        _ => 0,
    };

    private ExpressionSyntax ParseBinary(int lowest)
    {
        var first = _position;
        var left = ParseUnary();
        while (!IsCutOff)
        {
            if (lowest <= OperandPrecedence && Is(TokenKind.Label) && EndsOperand() && left is not LabelledSyntax)
            {
                left = TakeOperandLabel(left, first);
                continue;
            }

            var isIn = IsWord("in");
            var isMissing = left is MissingExpressionSyntax && _position == first;
            var precedence = isMissing ? 0 : isIn || IsWord("at") || IsWord("past") ? ComparisonPrecedence : Precedence(Current.Kind);
            if (precedence == 0 || precedence < lowest)
            {
                return left;
            }

            if (Is(TokenKind.Equals))
            {
                _diagnostics.ReportEqualsForComparison(SpanOf(Current));
            }

            var token = Next();
            if (token.Kind == TokenKind.Identifier && !isIn)
            {
                left = Limit(new AtSyntax(left, IsWord(token, "past"), ParseName(IsWord(token, "past") ? "a label" : "a label or `end`"), SpanFrom(first)), left);
                continue;
            }

            var operand = _position;
            var right = ParseBinary(precedence + 1);
            if (precedence <= OperandPrecedence && Is(TokenKind.Label) && !IsCutOff && EndsOperand())
            {
                right = TakeOperandLabel(right, operand);
            }

            left = Limit(new BinarySyntax(left, token.Kind, right, SpanOf(token), SpanFrom(first)), left);
        }

        return left;
    }

    private ExpressionSyntax ParseUnary()
    {
        var first = _position;
        if (Is(TokenKind.Minus) && Peek(1).Kind == TokenKind.Number)
        {
            return new NumberSyntax(ParseSignedNumber(), SpanFrom(first));
        }

        if (!Is(TokenKind.Bang))
        {
            return ParsePostfix();
        }

        if (!TryEnter())
        {
            return new MissingExpressionSyntax(SpanOf(Current));
        }

        Next();
        var operand = ParseUnary();
        _depth--;
        return Limit(new NotSyntax(operand, SpanFrom(first)), operand);
    }

    /// <summary>A name with members and indices.</summary>
    private ExpressionSyntax ParsePlace()
    {
        if (Is(TokenKind.Identifier))
        {
            return ParsePostfix();
        }

        ReportExpected("a name");
        return new MissingExpressionSyntax(SpanOf(Current));
    }

    private ExpressionSyntax ParsePostfix()
    {
        var first = _position;
        return ParsePostfixOf(ParsePrimary(), first);
    }

    private ExpressionSyntax ParsePostfixOf(ExpressionSyntax target, int first)
    {
        while (!IsCutOff)
        {
            if (TryTake(TokenKind.Dot))
            {
                target = Limit(new MemberSyntax(target, ParseName("a member"), SpanFrom(first)), target);
            }
            else if (Is(TokenKind.OpenBracket) && TryEnter())
            {
                Next();
                _parentheses++;
                var index = ParseExpression();
                _parentheses--;
                _depth--;
                Expect(TokenKind.CloseBracket, "`]`");
                target = Limit(new IndexSyntax(target, index, SpanFrom(first)), target);
            }
            else
            {
                return target;
            }
        }

        return target;
    }

    private ExpressionSyntax ParsePrimary()
    {
        var first = _position;
        switch (Current.Kind)
        {
            case TokenKind.Number:
                return new NumberSyntax(ParseNumber(), SpanFrom(first));
            case TokenKind.Identifier:
                return new NameExpressionSyntax(TakeName());
            case TokenKind.OpenParenthesis when TryEnter():
                {
                    Next();
                    _parentheses++;
                    var inner = ParseExpression();
                    _parentheses--;
                    _depth--;
                    Expect(TokenKind.CloseParenthesis, "`)`");
                    return inner;
                }

            case TokenKind.OpenBrace when TryEnter():
                {
                    var elements = ParseList(TokenKind.CloseBrace, "`}`");
                    _depth--;
                    return Limit(new SetSyntax(elements, SpanFrom(first)), new MissingExpressionSyntax(SpanFrom(first)));
                }

            case TokenKind.OpenParenthesis or TokenKind.OpenBrace:
                return new MissingExpressionSyntax(SpanOf(Current));
            default:
                if (IsFirstError())
                {
                    _diagnostics.ReportExpectedExpression(SpanOf(Current), TextOf(Current));
                }

                return new MissingExpressionSyntax(SpanOf(Current));
        }
    }

    private ImmutableArray<ExpressionSyntax> ParseArguments()
    {
        if (!Is(TokenKind.OpenParenthesis))
        {
            ReportExpected("`(`");
            return [];
        }

        return ParseList(TokenKind.CloseParenthesis, "`)`");
    }

    /// <summary>Expressions with commas between, from the opening token to the closing one.</summary>
    private ImmutableArray<ExpressionSyntax> ParseList(TokenKind close, string display)
    {
        Next();
        _parentheses++;
        var elements = ImmutableArray.CreateBuilder<ExpressionSyntax>();
        while (!IsAtEnd && !Is(close))
        {
            elements.Add(ParseExpression());
            if (!TryTake(TokenKind.Comma))
            {
                break;
            }
        }

        _parentheses--;
        Expect(close, display);
        return elements.ToImmutable();
    }

    private bool TryEnter()
    {
        if (_depth >= LanguageLimits.Nesting)
        {
            if (IsFirstError())
            {
                _diagnostics.ReportNestingTooDeep(SpanOf(Current), LanguageLimits.Nesting);
            }

            return false;
        }

        _depth++;
        return true;
    }

    /// <summary>Keeps an expression's depth within bounds, for chains of operators too: later phases recurse over it.</summary>
    private ExpressionSyntax Limit(ExpressionSyntax expression, ExpressionSyntax instead)
    {
        if (expression.Depth <= LanguageLimits.Nesting)
        {
            return expression;
        }

        // The same place for every further link of a chain, so that it is reported once.
        _diagnostics.ReportNestingTooDeep(expression.Span with { Length = 1 }, LanguageLimits.Nesting);
        return instead;
    }
}
