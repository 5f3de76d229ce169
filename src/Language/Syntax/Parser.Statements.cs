using System.Collections.Frozen;
using System.Collections.Immutable;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Syntax;

internal sealed partial class Parser
{
    /// <summary>The words that begin a statement, each with what reads it.</summary>
    private static readonly FrozenDictionary<string, Func<Parser, int, StatementSyntax>> Keywords = new Dictionary<string, Func<Parser, int, StatementSyntax>>
    {
        ["let"] = (parser, first) => parser.ParseLet(first),
        ["if"] = (parser, first) => parser.ParseIf(first),
        ["for"] = (parser, first) => parser.ParseFor(first),
        ["repeat"] = (parser, first) => parser.ParseRepeat(first),
        ["forever"] = (parser, _) => parser.ParseForever(),
        ["choose"] = (parser, _) => parser.ParseChoose(),
        ["atomic"] = (parser, _) => parser.ParseAtomic(),
        ["holding"] = (parser, first) => parser.ParseHolding(first),
        ["await"] = (parser, first) => parser.ParseConditionStatement(first, isAwait: true),
        ["assert"] = (parser, first) => parser.ParseConditionStatement(first, isAwait: false),
        ["call"] = (parser, first) => parser.ParseCall(first),
        ["return"] = (parser, first) => parser.ParseReturn(first),
        ["publish"] = (parser, first) => parser.ParsePublish(first),
        ["kick"] = (parser, first) => parser.ParseKick(first),
        ["start"] = (parser, first) => parser.ParseLife(first),
        ["stop"] = (parser, first) => parser.ParseLife(first),
        ["reset"] = (parser, first) => parser.ParseLife(first),
        ["pause"] = (parser, first) => parser.ParseLife(first),
        ["resume"] = (parser, first) => parser.ParseLife(first),
        ["map"] = (parser, first) => parser.ParseMap(first),
        ["unmap"] = (parser, first) => parser.ParseUnmap(first),
        ["perm"] = (parser, first) => parser.ParseStage2(first),
        ["clear"] = (parser, first) => parser.ParseStage2(first),
        ["settle"] = (parser, first) => parser.ParseSettle(first),
        ["give"] = (parser, first) => parser.ParseGive(first),
        ["copy"] = (parser, first) => parser.ParseCopy(first),
        ["with"] = (parser, first) => parser.ParseWithMmu(first),
        ["el1"] = (parser, first) => parser.ParseEl1(first),
        ["under"] = (parser, first) => parser.ParseSwitchMmu(first),
        ["complete"] = (parser, _) => parser.ParseComplete(),
        ["preempt"] = (parser, _) => new PreemptSyntax(parser.SpanOf(parser.Next()), Label: null),
    }.ToFrozenDictionary();

    /// <summary>Words that begin a statement.</summary>
    public static FrozenSet<string> StatementWords { get; } = [.. Keywords.Keys];

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

        ExpectCloseBrace();
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
                _diagnostics.ReportExpectedStatement(SpanOf(Current), TextOf(Current), LooksLikeProse() ? CommentHint : null);
            }

            return null;
        }

        var next = Peek(1);
        var word = TextOf(Current);
        if (next.Kind is TokenKind.Equals or TokenKind.EqualsEquals && !next.OnNewLine)
        {
            return ParseAssignment(first);
        }

        if (IsBacking())
        {
            return ParseAssignment(first);
        }

        if (Keywords.TryGetValue(word, out var parse))
        {
            return parse(this, first);
        }

        if (OperationTable.IsMnemonic(word))
        {
            return ParseOperation(first, word);
        }

        if (next.Kind is TokenKind.OpenBracket && !next.OnNewLine)
        {
            return ParseAssignment(first);
        }

        ReportUnknownWord();
        return null;
    }

    /// <summary>A word that begins no statement: with what to write instead, where it is known from elsewhere.</summary>
    private void ReportUnknownWord()
    {
        // Mnemonics of other architectures have points: `fence.i`.
        var (token, after, last) = (Current, Peek(1), Peek(2));
        var isDotted = after.Kind == TokenKind.Dot && after.Start == token.End && last.Kind == TokenKind.Identifier && last.Start == after.End;
        var span = SpanOf(token) with { Length = (isDotted ? last.End : token.End) - token.Start };
        var word = _text.Content.Substring(span.Start, span.Length);
        var hint = ForeignWords.HintOf(word) ?? (isDotted ? ForeignWords.HintOf(TextOf(token)) : null);
        if (hint is not null)
        {
            _diagnostics.ReportForeignOperation(span, word, hint);
            return;
        }

        _diagnostics.ReportUnknownOperation(span, word, OperationTable.Mnemonics.Concat(Words.Statements), after.Kind switch
        {
            _ when LooksLikeProse() => CommentHint,
            TokenKind.Plus when last.Kind == TokenKind.Equals => $"write `{word} = {word} + …`",
            TokenKind.Minus when last.Kind == TokenKind.Equals => $"write `{word} = {word} - …`",
            TokenKind.Plus when last.Kind == TokenKind.Plus => $"write `{word} = {word} + 1`",
            TokenKind.Minus when last.Kind == TokenKind.Minus => $"write `{word} = {word} - 1`",
            TokenKind.Colon when last.Kind == TokenKind.Equals => $"write `{word} = …`",
            TokenKind.OpenParenthesis when !after.OnNewLine => $"a procedure of the policy is called by `call {word}(…)`",
            _ => null,
        });
    }

    private AssignSyntax ParseAssignment(int first)
    {
        var place = ParsePlace();
        ExpectEquals();
        var value = ParseExpression();
        return new AssignSyntax(place, value, Join(first), SpanFrom(first), Label: null);
    }

    private ForSyntax ParseFor(int first)
    {
        Next();
        var name = ParseName("the name of a loop variable");
        ExpectWord("in");
        var range = ParseExpression();
        if (range is NumberSyntax && Is(TokenKind.DotDot))
        {
            ReportExpected("`{`", "`repeat 4 { … }` goes round four times");
            Next();
            ParseExpression();
        }

        var (text, span) = (Join(first), SpanFrom(first));
        return new ForSyntax(name, range, ParseBody(), text, span, Label: null);
    }

    private RepeatSyntax ParseRepeat(int first)
    {
        Next();
        var number = SpanOf(Current);
        var times = ParseNumber();
        var (text, span) = (Join(first), SpanFrom(first));
        return new RepeatSyntax(times, number, ParseBody(), text, span, Label: null);
    }

    private ForeverSyntax ParseForever() => new(TakeWordAndBody(out var word), "forever", word, Label: null);

    private AtomicSyntax ParseAtomic() => new(TakeWordAndBody(out var word), "atomic", word, Label: null);

    private ChooseSyntax ParseChoose()
    {
        var branches = ImmutableArray.CreateBuilder<ImmutableArray<StatementSyntax>>();
        branches.Add(TakeWordAndBody(out var word));
        while (TryTakeWord("or"))
        {
            branches.Add(ParseBody());
        }

        return new ChooseSyntax(branches.ToImmutable(), "choose", word, Label: null);
    }

    private HoldingSyntax ParseHolding(int first)
    {
        Next();
        var place = ParsePlace();
        var (text, span) = (Join(first), SpanFrom(first));
        return new HoldingSyntax(place, ParseBody(), text, span, Label: null);
    }

    private ConditionStatementSyntax ParseConditionStatement(int first, bool isAwait)
    {
        Next();
        var condition = ParseCondition();
        return new ConditionStatementSyntax(isAwait, condition, Join(first), SpanFrom(first), Label: null);
    }

    private CallSyntax ParseCall(int first)
    {
        Next();
        var name = ParseName("the name of a procedure");
        var arguments = ParseArguments();
        return new CallSyntax(name, arguments, Join(first), SpanFrom(first), Label: null);
    }

    private ReturnSyntax ParseReturn(int first)
    {
        Next();
        return new ReturnSyntax("return", SpanFrom(first), Label: null);
    }

    private PublishSyntax ParsePublish(int first)
    {
        Next();
        var place = ParsePlaceName("a line, page or frame");
        var form = !IsCutOff && Is(TokenKind.Identifier) && !IsPolicyEdit() ? TakeName() : null;
        return new PublishSyntax(place, form, Join(first), SpanFrom(first), Label: null);
    }

    /// <summary><c>start v</c>, <c>reset v { SCTLR_EL1.M = 0 }</c>.</summary>
    private LifeSyntax ParseLife(int first)
    {
        var keyword = TakeName();
        var vcpu = ParsePlace();
        var settings = ImmutableArray.CreateBuilder<SettingSyntax>();
        if (keyword.Text == "reset" && !IsCutOff && Is(TokenKind.OpenBrace))
        {
            ParseMembers("what `reset` sets", "a setting", () => TryParseSetting(settings.Add));
        }

        return new LifeSyntax(keyword, vcpu, settings.ToImmutable(), Join(first), SpanFrom(first), Label: null);
    }

    private KickSyntax ParseKick(int first)
    {
        Next();
        var vcpu = ParsePlace();
        return new KickSyntax(vcpu, Join(first), SpanFrom(first), Label: null);
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

        ExpectEquals("`=` or `in`");
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
        var condition = ParseTest();
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
