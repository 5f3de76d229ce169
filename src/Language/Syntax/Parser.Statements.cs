using System.Collections.Immutable;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Syntax;

internal sealed partial class Parser
{
    private ImmutableArray<StatementSyntax> ParseBody()
    {
        if (!Is(TokenKind.OpenBrace))
        {
            ReportExpected("`{`");
            return [];
        }

        if (_depth >= LanguageLimits.Nesting)
        {
            _diagnostics.ReportNestingTooDeep(SpanOf(Current), LanguageLimits.Nesting);
            SkipBraces();
            return [];
        }

        _depth++;
        Next();
        var statements = ImmutableArray.CreateBuilder<StatementSyntax>();
        while (!IsAtEnd && !Is(TokenKind.CloseBrace))
        {
            if (TryTake(TokenKind.Semicolon))
            {
                continue;
            }

            var start = _position;
            if (ParseStatement() is { } statement)
            {
                statements.Add(statement);
                EndStatement();
            }
            else
            {
                SkipStatement();
            }

            if (_position == start)
            {
                Next();
            }
        }

        Expect(TokenKind.CloseBrace, "`}`");
        _depth--;
        return statements.ToImmutable();
    }

    private StatementSyntax? ParseStatement()
    {
        var statement = ParseUnlabelledStatement();
        return TryParseLabel() is { } label && statement is not null ? statement with { Label = label } : statement;
    }

    private NameSyntax? TryParseLabel()
    {
        if (!Is(TokenKind.Label))
        {
            return null;
        }

        var token = Next();
        return new NameSyntax(TextOf(token)[1..], SpanOf(token));
    }

    /// <summary>A statement, or nothing where none begins; then that is reported and nothing read.</summary>
    private StatementSyntax? ParseUnlabelledStatement()
    {
        var first = _position;
        if (Is(TokenKind.OpenBrace))
        {
            var span = SpanOf(Current);
            return new BlockSyntax(ParseBody(), "{ … }", span, Label: null);
        }

        if (!Is(TokenKind.Identifier))
        {
            if (IsFirstError())
            {
                _diagnostics.ReportExpectedStatement(SpanOf(Current), TextOf(Current));
            }

            return null;
        }

        var next = Peek(1);
        var word = TextOf(Current);
        if (next.Kind == TokenKind.Equals && !next.OnNewLine)
        {
            return ParseAssignment(first);
        }

        if (ParseKeywordStatement(first, word) is { } statement)
        {
            return statement;
        }

        if (OperationTable.IsMnemonic(word))
        {
            return ParseOperation(first, word);
        }

        if (next.Kind is TokenKind.OpenBracket && !next.OnNewLine)
        {
            return ParseAssignment(first);
        }

        _diagnostics.ReportUnknownOperation(SpanOf(Current), word, OperationTable.Mnemonics.Concat(Words.Statements));
        return null;
    }

    private AssignSyntax ParseAssignment(int first)
    {
        var place = ParsePlace();
        Expect(TokenKind.Equals, "`=`");
        var value = ParseExpression();
        return new AssignSyntax(place, value, Join(first), SpanFrom(first), Label: null);
    }

    private StatementSyntax? ParseKeywordStatement(int first, string word)
    {
        switch (word)
        {
            case "let":
                return ParseLet(first);
            case "if":
                return ParseIf(first);
            case "for":
                {
                    Next();
                    var name = ParseName("the name of a loop variable");
                    ExpectWord("in");
                    var range = ParseExpression();
                    var (text, span) = (Join(first), SpanFrom(first));
                    return new ForSyntax(name, range, ParseBody(), text, span, Label: null);
                }

            case "repeat":
                {
                    Next();
                    var number = SpanOf(Current);
                    var times = ParseNumber();
                    var (text, span) = (Join(first), SpanFrom(first));
                    return new RepeatSyntax(times, number, ParseBody(), text, span, Label: null);
                }

            case "forever":
                return new ForeverSyntax(TakeWordAndBody(out var forever), word, forever, Label: null);
            case "atomic":
                return new AtomicSyntax(TakeWordAndBody(out var atomic), word, atomic, Label: null);
            case "choose":
                {
                    var branches = ImmutableArray.CreateBuilder<ImmutableArray<StatementSyntax>>();
                    branches.Add(TakeWordAndBody(out var span));
                    while (TryTakeWord("or"))
                    {
                        branches.Add(ParseBody());
                    }

                    return new ChooseSyntax(branches.ToImmutable(), word, span, Label: null);
                }

            case "holding":
                {
                    Next();
                    var place = ParsePlace();
                    var (text, span) = (Join(first), SpanFrom(first));
                    return new HoldingSyntax(place, ParseBody(), text, span, Label: null);
                }

            case "await" or "assert":
                {
                    Next();
                    var condition = ParseExpression();
                    return new ConditionStatementSyntax(word == "await", condition, Join(first), SpanFrom(first), Label: null);
                }

            case "call":
                {
                    Next();
                    var name = ParseName("the name of a procedure");
                    var arguments = ParseArguments();
                    return new CallSyntax(name, arguments, Join(first), SpanFrom(first), Label: null);
                }

            case "return":
                Next();
                return new ReturnSyntax(word, SpanFrom(first), Label: null);
            case "publish":
                {
                    Next();
                    var place = ParseDottedName("a line, page or frame");
                    return new PublishSyntax(place, Join(first), SpanFrom(first), Label: null);
                }

            default:
                return ParseLaterStatement(first, word);
        }
    }

    private ImmutableArray<StatementSyntax> TakeWordAndBody(out Text.SourceSpan word)
    {
        word = SpanOf(Next());
        return ParseBody();
    }

    private StatementSyntax ParseLet(int first)
    {
        Next();
        var name = ParseName("a name");
        if (TryTakeWord("in"))
        {
            var set = ParseExpression();
            return new LetSyntax(name, IsIn: true, set, Join(first), SpanFrom(first), Label: null);
        }

        Expect(TokenKind.Equals, "`=` or `in`");
        if ((IsWord("xchg") || IsWord("cas")) && Peek(1).Kind == TokenKind.OpenParenthesis)
        {
            var function = TakeName();
            var arguments = ParseArguments();
            return new LetAtomicSyntax(name, function, arguments, Join(first), SpanFrom(first), Label: null);
        }

        var value = ParseExpression();
        return new LetSyntax(name, IsIn: false, value, Join(first), SpanFrom(first), Label: null);
    }

    private IfSyntax ParseIf(int first)
    {
        Next();
        var condition = ParseExpression();
        var (text, span) = (Join(first), SpanFrom(first));
        var then = ParseBody();
        if (!TryTakeWord("else"))
        {
            return new IfSyntax(condition, then, [], text, span, Label: null);
        }

        if (Is(TokenKind.OpenBrace))
        {
            return new IfSyntax(condition, then, ParseBody(), text, span, Label: null);
        }

        if (_depth >= LanguageLimits.Nesting)
        {
            _diagnostics.ReportNestingTooDeep(SpanOf(Current), LanguageLimits.Nesting);
            SkipStatement();
            return new IfSyntax(condition, then, [], text, span, Label: null);
        }

        // The label after the last branch belongs to the whole chain.
        _depth++;
        var otherwise = ParseUnlabelledStatement();
        _depth--;
        return new IfSyntax(condition, then, otherwise is null ? [] : [otherwise], text, span, Label: null);
    }
}
