namespace CoherenceCheck.Language.Syntax;

/// <summary>Tests: conditions whose operands may have labels.</summary>
internal sealed partial class Parser
{
    // Within a test whose end nobody can mistake for that of its statement, for a brace follows.
    private bool _isHead;

    /// <summary>The test of an <c>if</c>: a label in it is an operand's, for that of the statement stands behind its body.</summary>
    private ExpressionSyntax ParseTest()
    {
        _isHead = true;
        var test = ParseExpression();
        _isHead = false;
        return test;
    }

    /// <summary>The condition of a statement that ends with it: the label behind it is the statement's, unless an operand before it has one, too.</summary>
    private ExpressionSyntax ParseCondition()
    {
        var first = _position;
        var condition = ParseExpression();
        if (Is(TokenKind.Label) && !IsCutOff && !IsInParentheses(first) && HasLabelledOperand(condition))
        {
            _diagnostics.ReportLabelOfTwo(SpanOf(Current), TextOf(Current));
        }

        return condition;
    }

    private static bool HasLabelledOperand(ExpressionSyntax condition) => condition is BinarySyntax both
        && (both.Left is LabelledSyntax || both.Right is LabelledSyntax || HasLabelledOperand(both.Left));

    /// <summary>Whether what was read since a token stands in one pair of parentheses: then the label behind it is the statement's.</summary>
    private bool IsInParentheses(int first)
    {
        var depth = 0;
        for (var i = first; i < _position; i++)
        {
            depth += _tokens[i].Kind switch { TokenKind.OpenParenthesis => 1, TokenKind.CloseParenthesis => -1, _ => 0 };
            if (depth == 0)
            {
                return i > first && i == _position - 1;
            }
        }

        return false;
    }

    /// <summary>Whether a label here is the operand's before it: where the condition goes on, or where it cannot be a statement's.</summary>
    private bool EndsOperand() => _isHead || _parentheses > 0 || Peek(1) is { OnNewLine: false, Kind: TokenKind.PipePipe or TokenKind.AmpersandAmpersand };

    private LabelledSyntax TakeOperandLabel(ExpressionSyntax operand, int first)
    {
        var text = Join(first);
        return new LabelledSyntax(operand, TryParseLabel()!, text);
    }
}
