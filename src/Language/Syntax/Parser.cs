using System.Collections.Immutable;
using System.Text;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Syntax.Braces;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Syntax;

/// <summary>Reads a file by recursive descent.</summary>
/// <remarks>
/// A missing token is reported and fabricated; where nothing fits, tokens are skipped to the end of the statement. Every loop makes progress,
/// no token is looked at more than a constant number of times, and nesting is counted, so that any input is read in linear time on a bounded stack.
/// </remarks>
internal sealed partial class Parser
{
    private readonly SourceText _text;
    private readonly DiagnosticBag _diagnostics;
    private readonly ImmutableArray<Token> _tokens;
    private int _position;
    private int _depth;
    private int _lastError = -1;

    // Within parentheses a statement does not end at the end of a line.
    private int _parentheses;

    public Parser(SourceText text, DiagnosticBag diagnostics)
    {
        _text = text;
        _diagnostics = diagnostics;
        var lexer = new Lexer(text, diagnostics);
        _tokens = BraceRepair.Run(text, lexer.Lex(), diagnostics, lexer.LostTokens);
    }

    private Token Current => _tokens[_position];

    private bool IsAtEnd => Current.Kind == TokenKind.EndOfFile;

    /// <summary>Whether the current token begins a new statement.</summary>
    private bool IsCutOff => Current.OnNewLine && _parentheses == 0;

    private Token Peek(int ahead) => _tokens[Math.Min(_position + ahead, _tokens.Length - 1)];

    private string TextOf(Token token) => _text.Content.Substring(token.Start, token.Length);

    private SourceSpan SpanOf(Token token) => new(_text, token.Start, token.Length);

    /// <summary>From a token to the last one that was read.</summary>
    private SourceSpan SpanFrom(int first)
    {
        var start = _tokens[first].Start;
        var end = _position > first ? _tokens[_position - 1].End : start;
        return new SourceSpan(_text, start, end - start);
    }

    private Token Next()
    {
        var token = Current;
        if (!IsAtEnd)
        {
            _position++;
        }

        return token;
    }

    private bool Is(TokenKind kind) => Current.Kind == kind;

    private bool IsWord(Token token, string word) =>
        token.Kind == TokenKind.Identifier && token.Length == word.Length && _text.Content.AsSpan(token.Start, token.Length).SequenceEqual(word);

    private bool IsWord(string word) => IsWord(Current, word);

    private bool TryTake(TokenKind kind)
    {
        if (!Is(kind))
        {
            return false;
        }

        Next();
        return true;
    }

    private bool TryTakeWord(string word)
    {
        if (!IsWord(word))
        {
            return false;
        }

        Next();
        return true;
    }

    private void Expect(TokenKind kind, string display, string? hint = null)
    {
        if (!TryTake(kind))
        {
            ReportExpected(display, hint);
        }
    }

    /// <summary>A <c>=</c> that gives a value; <c>==</c> is taken for one, and reported.</summary>
    private void ExpectEquals(string display = "`=`", string? hint = null)
    {
        if (Is(TokenKind.EqualsEquals))
        {
            _diagnostics.ReportComparisonForEquals(SpanOf(Next()));
            return;
        }

        if (Is(TokenKind.Colon) && Peek(1).Kind == TokenKind.Equals)
        {
            ReportExpected(display, "write `=`");
            Next();
            Next();
            return;
        }

        Expect(TokenKind.Equals, display, hint);
    }

    private void ExpectWord(string word)
    {
        if (!TryTakeWord(word))
        {
            ReportExpected($"`{word}`");
        }
    }

    private void ReportExpected(string expected, string? hint = null)
    {
        if (IsFirstError())
        {
            _diagnostics.ReportExpectedToken(SpanOf(Current), expected, TextOf(Current), hint);
        }
    }

    /// <summary>Whether nothing has been reported of the current token: what else is missing there only follows.</summary>
    private bool IsFirstError()
    {
        if (_lastError == _position)
        {
            return false;
        }

        _lastError = _position;
        return true;
    }

    private const string CommentHint = "comments begin with `//`";

    /// <summary>Whether words in a row stand here, as in <c>isb ; then the pipeline is empty</c>: a comment of another language, probably.</summary>
    private bool LooksLikeProse()
    {
        const int Words = 3;
        return TextOf(Current) is ['#', ..] || (_position > 0 && _tokens[_position - 1].Kind == TokenKind.Semicolon
            && Enumerable.Range(0, Words).All(ahead => Peek(ahead) is { Kind: TokenKind.Identifier } token && (ahead == 0 || !token.OnNewLine)));
    }

    private NameSyntax MissingName() => new("", new SourceSpan(_text, Current.Start, 0));

    private NameSyntax TakeName()
    {
        var token = Next();
        return new NameSyntax(TextOf(token), SpanOf(token));
    }

    private NameSyntax ParseName(string what, string? hint = null)
    {
        if (Is(TokenKind.Identifier))
        {
            return TakeName();
        }

        if (Is(TokenKind.Label))
        {
            // `without @ic`: the name is there.
            var name = TextOf(Current)[1..];
            ReportExpected(what, $"write it without `@`: `{name}`");
            return new NameSyntax(name, SpanOf(Next()));
        }

        ReportExpected(what, hint);
        return MissingName();
    }

    /// <summary>A word or a number: the value of a field or reading.</summary>
    private NameSyntax ParseValue() => Is(TokenKind.Number) ? TakeName() : ParseName("a value");

    private NameSyntax ParseString(string what)
    {
        if (!Is(TokenKind.String))
        {
            ReportExpected(what, Is(TokenKind.Identifier) ? $"write `\"{TextOf(Current)}\"`" : null);
            return Is(TokenKind.Identifier) ? TakeName() : MissingName();
        }

        var token = Next();
        var text = TextOf(token);
        return text.Length > 1 && text[^1] == '"' ? new NameSyntax(text[1..^1], SpanOf(token)) : MissingName();
    }

    private DottedNameSyntax ParseDottedName(string what)
    {
        var first = _position;
        var parts = ImmutableArray.CreateBuilder<NameSyntax>();
        parts.Add(ParseName(what));
        while (Is(TokenKind.Dot) && !IsCutOff)
        {
            Next();
            parts.Add(ParseName("a name"));
        }

        return new DottedNameSyntax(parts.ToImmutable(), SpanFrom(first));
    }

    /// <summary><c>{ a, b }</c>, commas optional.</summary>
    private ImmutableArray<NameSyntax> ParseNames(string what)
    {
        if (Current.Kind is TokenKind.Identifier or TokenKind.Number && !IsCutOff)
        {
            return ParseNamesWithoutBraces();
        }

        var names = ImmutableArray.CreateBuilder<NameSyntax>();
        Expect(TokenKind.OpenBrace, "`{`");
        while (Current.Kind is TokenKind.Identifier or TokenKind.Number)
        {
            names.Add(TakeName());
            TryTake(TokenKind.Comma);
        }

        if (names.Count == 0)
        {
            ReportExpected(what);
        }

        if (!TryTake(TokenKind.CloseBrace))
        {
            ReportExpected($"{what} or `}}`");
        }

        return names.ToImmutable();
    }

    /// <summary>The same with names of lines, <c>{ x, f.y }</c>.</summary>
    private ImmutableArray<DottedNameSyntax> ParseDottedNames(string what)
    {
        if (Current.Kind == TokenKind.Identifier && !IsCutOff)
        {
            return [.. ParseNamesWithoutBraces().Select(name => new DottedNameSyntax([name], name.Span))];
        }

        var names = ImmutableArray.CreateBuilder<DottedNameSyntax>();
        Expect(TokenKind.OpenBrace, "`{`");
        do
        {
            names.Add(ParseDottedName(what));
            TryTake(TokenKind.Comma);
        }
        while (Current.Kind == TokenKind.Identifier && !IsCutOff);
        Expect(TokenKind.CloseBrace, "`}`");
        return names.ToImmutable();
    }

    /// <summary>Names whose braces were forgotten, <c>on P0</c>: said once, and read as they are meant.</summary>
    private ImmutableArray<NameSyntax> ParseNamesWithoutBraces()
    {
        var isFirst = IsFirstError();
        var first = Current;
        var names = ImmutableArray.CreateBuilder<NameSyntax>();
        do
        {
            names.Add(TakeName());
        }
        while (!IsCutOff && TryTake(TokenKind.Comma) && Current.Kind is TokenKind.Identifier or TokenKind.Number);
        if (isFirst)
        {
            _diagnostics.ReportExpectedToken(SpanOf(first), "`{`", TextOf(first), $"write `{{{string.Join(", ", names.Select(name => name.Text))}}}`");
        }

        return names.ToImmutable();
    }

    private long ParseNumber()
    {
        if (Is(TokenKind.Number))
        {
            var token = Next();
            if (int.TryParse(_text.Content.AsSpan(token.Start, token.Length), out var value) && value <= LanguageLimits.LargestNumber)
            {
                return value;
            }

            if (TextOf(token) is ['#', ..])
            {
                _diagnostics.ReportForeignNumber(SpanOf(token));
            }
            else
            {
                _diagnostics.ReportNumberTooLarge(SpanOf(token), TextOf(token), LanguageLimits.LargestNumber);
            }

            return 0;
        }

        ReportExpected("a number");
        return 0;
    }

    private long ParseSignedNumber()
    {
        var isNegative = TryTake(TokenKind.Minus);
        var value = ParseNumber();
        return isNegative ? -value : value;
    }

    /// <summary>The end of a statement, which a closing brace ends too; what stands before it is reported and skipped.</summary>
    private void EndStatement()
    {
        var isClosed = _position > 0 && _tokens[_position - 1].Kind == TokenKind.CloseBrace;
        if (TryTake(TokenKind.Semicolon) || isClosed || Current.OnNewLine || Is(TokenKind.CloseBrace) || IsAtEnd)
        {
            return;
        }

        if (IsFirstError())
        {
            _diagnostics.ReportExpectedEnd(SpanOf(Current), TextOf(Current), HintForEnd());
        }

        SkipStatement();
    }

    /// <summary>What to do about what stands behind a statement that should have ended.</summary>
    private string? HintForEnd() => (Current.Kind, TextOf(_tokens[Math.Max(_position - 1, 0)]), TextOf(Current)) switch
    {
        (TokenKind.Identifier, "holds" or "violated" or "unstated", "if" or "when") => "conditions stand before the verdict: `POLICY when DIC = 0 : violated`",
        (TokenKind.Identifier or TokenKind.Number, "return", _) => "`return` takes nothing",
        (TokenKind.Identifier, _, var word) => $"put `;` before `{word}`",
        (TokenKind.Comma, _, _) => "what follows one another is separated by `;`, or by the end of the line",
        (TokenKind.OpenParenthesis, var word, _) when OperationTable.IsMnemonic(word) && Peek(1).Kind == TokenKind.CloseParenthesis => $"write `{word}`",
        _ => null,
    };

    private void SkipStatement()
    {
        while (!IsAtEnd && !Is(TokenKind.CloseBrace))
        {
            if (TryTake(TokenKind.Semicolon))
            {
                return;
            }

            if (Is(TokenKind.OpenBrace))
            {
                SkipBraces();
            }
            else
            {
                Next();
            }

            if (Current.OnNewLine)
            {
                return;
            }
        }
    }

    /// <summary>Skips a braced stretch, however deep, without recursion.</summary>
    private void SkipBraces()
    {
        var open = 0;
        do
        {
            open += Current.Kind switch
            {
                TokenKind.OpenBrace => 1,
                TokenKind.CloseBrace => -1,
                _ => 0,
            };
            Next();
        }
        while (open > 0 && !IsAtEnd);
    }

    /// <summary>Reads members between braces; each ends like a statement.</summary>
    private void ParseMembers(string place, string expected, Func<bool> parseMember)
    {
        Expect(TokenKind.OpenBrace, "`{`");
        while (!IsAtEnd && !Is(TokenKind.CloseBrace))
        {
            if (TryTake(TokenKind.Semicolon))
            {
                continue;
            }

            var start = _position;
            if (!parseMember())
            {
                if (IsFirstError())
                {
                    _diagnostics.ReportExpectedMember(SpanOf(Current), place, expected, TextOf(Current), LooksLikeProse() ? CommentHint : null);
                }

                SkipStatement();
            }
            else
            {
                EndStatement();
            }

            if (_position == start)
            {
                Next();
            }
        }

        ExpectCloseBrace();
    }

    /// <summary>The end of a block. Braces match by now: where one lacks at the end of the file, what stands before was skipped over an error.</summary>
    private void ExpectCloseBrace()
    {
        if (!(IsAtEnd && _lastError >= 0))
        {
            Expect(TokenKind.CloseBrace, "`}`");
        }
    }

    /// <summary>Tokens as one line of text, blanks normalised.</summary>
    private string Join(int first)
    {
        var builder = new StringBuilder();
        for (var i = first; i < _position; i++)
        {
            var token = _tokens[i];
            if (i > first && NeedsBlank(_tokens[i - 1], token))
            {
                builder.Append(' ');
            }

            // `RW-` is one word, whatever it is made of.
            var last = EndOfPermissions(i);
            builder.Append(_text.Content, token.Start, _tokens[last].End - token.Start);
            i = last;
        }

        return builder.ToString();
    }

    /// <summary>The last token of permissions with hyphens that begin with a token; the token itself where none do.</summary>
    private int EndOfPermissions(int first)
    {
        var last = first;
        while (last + 1 < _position && last < first + 2 && _tokens[last + 1].Kind is TokenKind.Minus or TokenKind.Identifier && _tokens[last].End == _tokens[last + 1].Start)
        {
            last++;
        }

        return _text.Content[_tokens[first].Start.._tokens[last].End] is "R--" or "RW-" or "R-X" ? last : first;
    }

    private static bool NeedsBlank(Token before, Token token) => (before.Kind, token.Kind) switch
    {
        (TokenKind.OpenParenthesis or TokenKind.OpenBracket or TokenKind.OpenBrace or TokenKind.Dot or TokenKind.DotDot or TokenKind.Bang, _) => false,
        (_, TokenKind.Comma or TokenKind.Semicolon or TokenKind.Colon or TokenKind.CloseParenthesis or TokenKind.CloseBracket or TokenKind.CloseBrace
            or TokenKind.Dot or TokenKind.DotDot or TokenKind.Question) => false,
        (TokenKind.Identifier, TokenKind.OpenParenthesis) => false,
        (TokenKind.Identifier or TokenKind.CloseBracket, TokenKind.OpenBracket) => before.End != token.Start,
        _ => true,
    };
}
