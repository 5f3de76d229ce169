namespace CoherenceCheck.Language.Syntax;

internal enum TokenKind
{
    EndOfFile,
    Identifier,
    Number,
    String,
    Label,
    OpenBrace,
    CloseBrace,
    OpenParenthesis,
    CloseParenthesis,
    OpenBracket,
    CloseBracket,
    Semicolon,
    Comma,
    Colon,
    Dot,
    DotDot,
    Equals,
    EqualsEquals,
    Bang,
    BangEquals,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Plus,
    Minus,
    Pipe,
    PipePipe,
    Ampersand,
    AmpersandAmpersand,
    Arrow,
    Question,
}

/// <summary>A token. Words are identifiers: keywords are told by where they stand.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Start">The offset of its first character.</param>
/// <param name="Length">The number of its characters.</param>
/// <param name="OnNewLine">Whether it is the first of its line: a statement before it has ended.</param>
internal readonly record struct Token(TokenKind Kind, int Start, int Length, bool OnNewLine)
{
    public int End => Start + Length;
}
