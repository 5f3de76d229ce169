using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Language.Syntax;

/// <summary>Cuts a text into tokens. What it does not know is reported and left out.</summary>
internal sealed class Lexer(SourceText text, DiagnosticBag diagnostics)
{
    private const int LongestName = 100;

    private readonly string _content = text.Content;
    private readonly ImmutableArray<Token>.Builder _tokens = ImmutableArray.CreateBuilder<Token>();
    private int _position;
    private bool _onNewLine = true;

    /// <summary>Whether a string or comment that does not end may have swallowed tokens.</summary>
    public bool LostTokens { get; private set; }

    public ImmutableArray<Token> Lex()
    {
        while (SkipBlanks())
        {
            LexToken();
        }

        Add(TokenKind.EndOfFile, _position);
        return _tokens.ToImmutable();
    }

    public static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_';

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private char Peek(int ahead) => _position + ahead < _content.Length ? _content[_position + ahead] : '\0';

    private bool SkipBlanks()
    {
        while (_position < _content.Length)
        {
            switch (_content[_position])
            {
                case '\n' or '\r':
                    _onNewLine = true;
                    _position++;
                    break;
                case ' ' or '\t':
                    _position++;
                    break;
                case '/' when Peek(1) == '/':
                    var end = _content.AsSpan(_position).IndexOfAny('\r', '\n');
                    _position = end < 0 ? _content.Length : _position + end;
                    break;
                default:
                    return true;
            }
        }

        return false;
    }

    private void LexToken()
    {
        var start = _position;
        var c = _content[start];
        if (IsNameStart(c))
        {
            SkipName();
            Add(TokenKind.Identifier, start);
        }
        else if (char.IsAsciiDigit(c) || (c == '#' && char.IsAsciiDigit(Peek(1))))
        {
            LexNumber();
        }
        else if (c == '"')
        {
            LexString();
        }
        else if (c == '@' && IsNameStart(Peek(1)))
        {
            _position++;
            SkipName();
            Add(TokenKind.Label, start);
        }
        else if (c == '-' && Peek(1) == '-' && IsApart(start, 2) && TrySkipForeignComment())
        {
            return;
        }
        else if (Punctuation(c, Peek(1)) is var (kind, length))
        {
            _position += length;
            Add(kind, start);
        }
        else
        {
            SkipUnexpected();
        }
    }

    private void SkipName()
    {
        var start = _position;
        while (IsNamePart(Peek(0)))
        {
            _position++;
        }

        if (_position - start > LongestName)
        {
            diagnostics.ReportNameTooLong(Span(start), LongestName);
        }
    }

    /// <summary>A digit and what follows it. Whether that is a number is asked where one is needed: <c>0110</c> may also be a value by its name.</summary>
    /// <remarks>Assembly writes numbers with <c>#</c>; that is refused there, too.</remarks>
    private void LexNumber()
    {
        var start = _position;
        _position += Peek(0) == '#' ? 1 : 0;
        while (IsNamePart(Peek(0)))
        {
            _position++;
        }

        Add(TokenKind.Number, start);
    }

    private void LexString()
    {
        var start = _position;
        var rest = _content.AsSpan(start + 1).IndexOfAny('"', '\r', '\n');
        var end = rest < 0 ? _content.Length : start + 1 + rest;
        var isTerminated = end < _content.Length && _content[end] == '"';
        _position = isTerminated ? end + 1 : end;
        if (!isTerminated)
        {
            LostTokens = true;
            diagnostics.ReportUnterminatedString(Span(start));
        }

        Add(TokenKind.String, start);
    }

    private void SkipUnexpected()
    {
        var start = _position;
        if (TrySkipForeignComment())
        {
            return;
        }

        do
        {
            _position++;
        }
        while (_position < _content.Length && IsUnexpected(_content[_position], Peek(1)));
        diagnostics.ReportUnexpectedCharacter(Span(start), _content[start.._position]);
    }

    /// <summary>A comment as other languages write it: reported once and skipped, so that its words are no errors of their own.</summary>
    /// <remarks><c>R--</c> is none, since nothing stands between.</remarks>
    private bool TrySkipForeignComment()
    {
        var start = _position;
        var (c, next) = (_content[start], Peek(1));
        var isBlock = c == '/' && next == '*';
        if (!isBlock && !(c == '#' || (c == '-' && next == '-')))
        {
            return false;
        }

        var close = isBlock ? _content.IndexOf("*/", start + 2, StringComparison.Ordinal) : -1;
        LostTokens |= isBlock && close < 0;
        _position += c == '#' ? 1 : 2;
        diagnostics.ReportForeignComment(Span(start));
        var line = _content.AsSpan(_position).IndexOfAny('\r', '\n');
        _position = close >= 0 ? close + 2 : line < 0 ? _content.Length : _position + line;
        _onNewLine |= _content.AsSpan(start, _position - start).IndexOfAny('\r', '\n') >= 0;
        return true;
    }

    /// <summary>Whether blanks or line ends are on both sides of some characters.</summary>
    private bool IsApart(int start, int length) =>
        (start == 0 || char.IsWhiteSpace(_content[start - 1])) && (start + length >= _content.Length || char.IsWhiteSpace(_content[start + length]));

    private static bool IsUnexpected(char c, char next) =>
        !IsNamePart(c) && c is not (' ' or '\t' or '\r' or '\n' or '"' or '@') && c != '#' && !(c == '/' && next is '/' or '*') && Punctuation(c, next) is null;

    private static (TokenKind Kind, int Length)? Punctuation(char c, char next) => (c, next) switch
    {
        ('=', '=') => (TokenKind.EqualsEquals, 2),
        ('!', '=') => (TokenKind.BangEquals, 2),
        ('<', '=') => (TokenKind.LessOrEqual, 2),
        ('>', '=') => (TokenKind.GreaterOrEqual, 2),
        ('|', '|') => (TokenKind.PipePipe, 2),
        ('&', '&') => (TokenKind.AmpersandAmpersand, 2),
        ('-', '>') => (TokenKind.Arrow, 2),
        ('.', '.') => (TokenKind.DotDot, 2),
        ('{', _) => (TokenKind.OpenBrace, 1),
        ('}', _) => (TokenKind.CloseBrace, 1),
        ('(', _) => (TokenKind.OpenParenthesis, 1),
        (')', _) => (TokenKind.CloseParenthesis, 1),
        ('[', _) => (TokenKind.OpenBracket, 1),
        (']', _) => (TokenKind.CloseBracket, 1),
        (';', _) => (TokenKind.Semicolon, 1),
        (',', _) => (TokenKind.Comma, 1),
        (':', _) => (TokenKind.Colon, 1),
        ('.', _) => (TokenKind.Dot, 1),
        ('=', _) => (TokenKind.Equals, 1),
        ('!', _) => (TokenKind.Bang, 1),
        ('<', _) => (TokenKind.Less, 1),
        ('>', _) => (TokenKind.Greater, 1),
        ('+', _) => (TokenKind.Plus, 1),
        ('-', _) => (TokenKind.Minus, 1),
        ('|', _) => (TokenKind.Pipe, 1),
        ('&', _) => (TokenKind.Ampersand, 1),
        ('?', _) => (TokenKind.Question, 1),
        _ => null,
    };

    private SourceSpan Span(int start) => new(text, start, _position - start);

    private void Add(TokenKind kind, int start)
    {
        _tokens.Add(new Token(kind, start, _position - start, _onNewLine));
        _onNewLine = false;
    }
}
