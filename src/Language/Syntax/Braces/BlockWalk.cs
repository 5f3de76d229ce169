using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Language.Syntax.Braces;

/// <summary>A walk over tokens that knows which blocks are open.</summary>
internal sealed class BlockWalk
{
    private readonly SourceText _text;
    private readonly List<Token> _tokens;
    private readonly BlockWords _words;
    private readonly List<Block> _blocks = [];
    private readonly Block? _root;
    private BlockKind? _closed;
    private int _head;

    /// <summary>A walk that begins with a token.</summary>
    /// <param name="text">The text that the tokens are of.</param>
    /// <param name="tokens">All tokens of the file.</param>
    /// <param name="words">Tells blocks by their words.</param>
    /// <param name="first">Where to begin.</param>
    /// <param name="root">The block that begins there: what it is is known, and when it is closed the walk stands outside.</param>
    public BlockWalk(SourceText text, List<Token> tokens, BlockWords words, int first, Block? root = null)
    {
        (_text, _tokens, _words, _root, Position, _head) = (text, tokens, words, root, first, first);
    }

    /// <summary>The token that is looked at: what stands before it was walked over.</summary>
    public int Position { get; private set; }

    public IReadOnlyList<Block> Blocks => _blocks;

    public int Depth => _blocks.Count;

    public Block Top => _blocks[^1];

    private BlockKind Kind => Depth == 0 ? BlockKind.File : Top.Kind;

    /// <summary>Whether what stands here can stand in no block of the innermost one's kind, which so ends here although nothing closes it.</summary>
    public bool IsCutOff => Kind switch
    {
        BlockKind.Names => _tokens[Position].Kind is not (TokenKind.Identifier or TokenKind.Number or TokenKind.Comma or TokenKind.CloseBrace) || IsNextCondition()
            || (_words.WordAt(Position) == "at" && _tokens[Position + 1].Kind == TokenKind.OpenBrace),

        // What a vCPU does stands behind its settings.
        BlockKind.Settings when _words.WordAt(Top.Head) == "vcpu" =>
            (_tokens[Position].Kind == TokenKind.OpenBrace && _words.WordAt(Position - 1) != "in") || (_words.WordAt(Position) == "any" && _tokens[Position + 1].Kind == TokenKind.OpenBrace),

        // A row goes on with its verdict, or its next edit, behind a statement that it puts in another's place. A label that begins a line, or follows one, `or` and `else` stand behind a brace.
        BlockKind.Body => (Depth > 1 && _blocks[^2].Kind == BlockKind.Expect && (_tokens[Position].Kind == TokenKind.Colon || _words.IsNextEdit(Position)))
            || (_tokens[Position].Kind == TokenKind.Label && (_tokens[Position].OnNewLine || _tokens[Position - 1].Kind == TokenKind.Label))
            || (_words.WordAt(Position) is "or" or "else" && _tokens[Position + 1].Kind == TokenKind.OpenBrace && !GoesOn(_words.WordAt(Position))),

        // The type of a state ends before its value, and a set before the statement on the next line.
        BlockKind.Other => (_tokens[Position].Kind == TokenKind.Equals && _words.WordAt(Top.Head) == "state")
            || (_tokens[Position] is { Kind: TokenKind.Identifier, OnNewLine: true } && _words.KindAt(Position + 1) == TokenKind.Identifier && Depth > 1 && _blocks[^2].Kind == BlockKind.Body),
        _ => false,
    };

    /// <summary>Whether <c>or</c> or <c>else</c> stands behind a branch of its own statement.</summary>
    private bool GoesOn(string word) => _tokens[Position - 1].Kind == TokenKind.CloseBrace && (word == "or" ? _words.WordAt(_head) is "choose" or "or" : _words.WordAt(_head) is "if" or "else");

    /// <summary>Whether a comma stands here that no name follows but the next condition of a row: <c>, A.SCTLR_EL1.M = 0</c>.</summary>
    private bool IsNextCondition()
    {
        if (_tokens[Position].Kind != TokenKind.Comma)
        {
            return false;
        }

        var last = Position + 1;
        while (_tokens[last].Kind == TokenKind.Identifier && _words.KindAt(last + 1) == TokenKind.Dot)
        {
            last += 2;
        }

        return _words.KindAt(last) == TokenKind.Identifier && (_words.KindAt(last + 1) == TokenKind.Equals || _words.WordAt(last + 1) == "in");
    }

    /// <summary>Whether by its indentation a token that begins a line stands outside of the innermost block, in a stretch whose author indents.</summary>
    public bool IsIndentedOutside()
    {
        var token = _tokens[Position];
        if (Depth == 0 || !token.OnNewLine || !(Top.IsIndented || (Depth > 1 && _blocks[^2].IsIndented)))
        {
            return false;
        }

        var indent = BraceRepair.IndentOf(_text, token);
        return token.Kind == TokenKind.CloseBrace ? indent < Top.Indent : Top.IsIndented && indent <= Top.Indent && _words.BeginsStatement(Position);
    }

    /// <summary>The number of the block in which alone may stand what begins here, -1 for the file; nothing where it stands right, or nowhere.</summary>
    public int? StandsFurtherOut()
    {
        if (Depth == 0 || !_words.BeginsStatement(Position) || _words.HomeOf(Position) is not { } home || home == Kind)
        {
            return null;
        }

        var number = _blocks.FindLastIndex(block => block.Kind == home);
        return number >= 0 || home == BlockKind.File ? number : null;
    }

    /// <summary>Whether what begins here may stand only in a kind of block, and not where it stands.</summary>
    public bool StandsOnlyIn(BlockKind kind) => _words.BeginsStatement(Position) && kind != Kind && (kind == BlockKind.Body ? _words.IsOperation(Position) : _words.HomeOf(Position) == kind);

    /// <summary>Goes over one token.</summary>
    public void Step()
    {
        var token = _tokens[Position];
        if (token.OnNewLine && Depth > 0 && Position == Top.Brace + 1 && token.Kind != TokenKind.CloseBrace)
        {
            _blocks[^1] = Top with { IsIndented = BraceRepair.IndentOf(_text, token) > Top.Indent };
        }

        if (_words.BeginsStatement(Position))
        {
            _head = Position;
        }

        switch (token.Kind)
        {
            case TokenKind.OpenBrace:
                var isRoot = _root is not null && Position == _root.Brace;
                var head = Position > 0 && _tokens[Position - 1].Kind == TokenKind.OpenBrace ? Position : _head;
                var indent = Math.Min(BraceRepair.IndentOf(_text, token), BraceRepair.IndentOf(_text, _tokens[head]));
                _blocks.Add(isRoot ? _root! with { IsIndented = false } : new Block(Position, head, _words.KindOf(Kind, Position, head, _closed), indent));
                _closed = null;
                break;
            case TokenKind.CloseBrace when Depth > 0:
                _closed = Top.Kind;
                _head = Top.Head;
                _blocks.RemoveAt(_blocks.Count - 1);
                break;
            default:
                _closed = null;
                break;
        }

        Position++;
    }
}
