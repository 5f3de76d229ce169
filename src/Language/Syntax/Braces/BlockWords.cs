using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Syntax.Braces;

/// <summary>Tells blocks, and what may stand only in one kind of block, by words and what follows them.</summary>
internal sealed class BlockWords(SourceText text, IReadOnlyList<Token> tokens)
{
    public TokenKind KindAt(int index) => tokens[Math.Min(index, tokens.Count - 1)].Kind;

    public string WordAt(int index)
    {
        var token = tokens[Math.Min(index, tokens.Count - 1)];
        return text.Content.Substring(token.Start, token.Length);
    }

    /// <summary>Whether a statement begins with a token.</summary>
    public bool BeginsStatement(int index) => KindAt(index) == TokenKind.Identifier
        && (index == 0 || tokens[index].OnNewLine || tokens[index - 1].Kind is TokenKind.OpenBrace or TokenKind.CloseBrace or TokenKind.Semicolon);

    /// <summary>The only kind of block in which what begins here may stand; nothing where several may hold it, or it is no beginning of a member.</summary>
    public BlockKind? HomeOf(int index) => (WordAt(index), KindAt(index + 1), KindAt(index + 2)) switch
    {
        ("scenario" or "use", TokenKind.String, _) => BlockKind.File,
        ("policy", TokenKind.Identifier, TokenKind.Equals or TokenKind.OpenBrace) => BlockKind.File,
        ("profile", TokenKind.Identifier, TokenKind.OpenBrace) => BlockKind.File,
        ("machine", TokenKind.OpenBrace, _) => BlockKind.Scenario,
        ("frame" or "vm" or "expect" or "task", TokenKind.Identifier, TokenKind.OpenBrace) => BlockKind.Scenario,
        ("task", TokenKind.Identifier, TokenKind.Identifier) when WordAt(index + 2) is "on" => BlockKind.Scenario,
        ("property" or "cover", TokenKind.Identifier, TokenKind.Colon) => BlockKind.Scenario,
        ("bound", TokenKind.Identifier, TokenKind.LessOrEqual) => BlockKind.Scenario,
        ("page", TokenKind.Identifier, TokenKind.Equals) => BlockKind.Vm,
        ("vcpu", TokenKind.Identifier, TokenKind.OpenBrace) => BlockKind.Vm,
        ("vcpu", TokenKind.Identifier, TokenKind.Identifier) when WordAt(index + 2) is "on" or "any" or "stopped" or "starts" or "moves" => BlockKind.Vm,
        ("state", TokenKind.Identifier, TokenKind.OpenBracket or TokenKind.Colon) => BlockKind.Policy,
        ("on" or "proc", TokenKind.Identifier, TokenKind.OpenParenthesis) => BlockKind.Policy,
        _ => null,
    };

    /// <summary>Whether here a row goes on behind a statement that it puts in another's place: with its next edit, or its conditions.</summary>
    public bool IsNextEdit(int index) => !tokens[index].OnNewLine && KindAt(index + 1) == TokenKind.Identifier && WordAt(index) switch
    {
        "without" or "when" => true,
        "move" => WordAt(index + 2) is "before" or "after",

        // Not the statement: a label and its statement, or a field and its value, stand behind it.
        "with" => KindAt(index + 2) is TokenKind.Colon or TokenKind.Equals || (KindAt(index + 2) == TokenKind.Dot && KindAt(index + 4) == TokenKind.Equals),
        _ => false,
    };

    /// <summary>Whether an operation stands here, and no name that is called so.</summary>
    public bool IsOperation(int index) => OperationTable.IsMnemonic(WordAt(index)) && KindAt(index + 1) is not (TokenKind.Equals or TokenKind.Dot or TokenKind.Colon);

    /// <summary>What stands between a brace and its partner.</summary>
    /// <param name="parent">The kind of block that it stands in.</param>
    /// <param name="brace">Its token.</param>
    /// <param name="head">The token that its statement begins with.</param>
    /// <param name="closed">The kind of block that closed directly before it.</param>
    public BlockKind KindOf(BlockKind parent, int brace, int head, BlockKind? closed)
    {
        var before = brace == 0 ? TokenKind.EndOfFile : KindAt(brace - 1);
        var isSet = before is TokenKind.Equals or TokenKind.EqualsEquals or TokenKind.BangEquals or TokenKind.Pipe or TokenKind.PipePipe or TokenKind.Ampersand
            or TokenKind.AmpersandAmpersand or TokenKind.Minus or TokenKind.OpenParenthesis or TokenKind.OpenBracket or TokenKind.Comma or TokenKind.Less
            or TokenKind.LessOrEqual or TokenKind.Greater or TokenKind.GreaterOrEqual || (before == TokenKind.Identifier && (WordAt(brace - 1) is "in" || (WordAt(brace - 1) is "to" && WordAt(head) is "give")));
        return (parent, WordAt(head)) switch
        {
            (BlockKind.Body or BlockKind.Policy, _) when isSet => BlockKind.Other,
            (BlockKind.Policy, "state") => BlockKind.Other,
            (BlockKind.Body, _) or (BlockKind.Policy, "on" or "proc") => BlockKind.Body,
            (BlockKind.File, "policy") => IsAfterColon(brace, head) ? BlockKind.Body : BlockKind.Policy,
            (BlockKind.File, "scenario") => BlockKind.Scenario,
            (BlockKind.File, "profile") => BlockKind.Settings,
            (BlockKind.Expect, _) when IsAfterColon(brace, head) && !isSet => BlockKind.Body,
            (_, _) when isSet => parent is BlockKind.Names or BlockKind.Other ? BlockKind.Other : BlockKind.Names,
            (BlockKind.Scenario, "machine") => BlockKind.Machine,
            (BlockKind.Scenario, "frame") => BlockKind.Frame,
            (BlockKind.Scenario, "vm") => BlockKind.Vm,
            (BlockKind.Scenario, "expect") => BlockKind.Expect,
            (BlockKind.Scenario, "task") => IsAfterOn(brace) ? BlockKind.Names : BlockKind.Body,
            (BlockKind.Vm, "any") => BlockKind.Names,
            (BlockKind.Vm, "vcpu") when IsAfterOn(brace) || (brace > 0 && WordAt(brace - 1) is "any" or "at") => BlockKind.Names,
            (BlockKind.Vm, "vcpu") => closed == BlockKind.Settings ? BlockKind.Body : BlockKind.Settings,
            (BlockKind.Machine, "pcpu") => BlockKind.Settings,
            (BlockKind.Machine, "share") or (BlockKind.Vm, "mmu") => BlockKind.Names,
            _ => BlockKind.Other,
        };
    }

    /// <summary>A block as a reader would call it: <c>vm guest</c>, <c>if last[v.mmu][p] != v</c>, or its brace alone.</summary>
    public string NameOf(Block block)
    {
        const int Longest = 40;
        if (block.Head >= block.Brace)
        {
            return "a block";
        }

        var last = WordAt(block.Head) is "policy" or "profile" or "scenario" or "frame" or "vm" or "vcpu" or "task" or "expect" or "on" or "proc" or "pcpu"
            ? Math.Min(block.Head + 1, block.Brace - 1)
            : block.Brace - 1;
        var name = text.Content[tokens[block.Head].Start..tokens[last].End];
        var line = name.AsSpan().IndexOfAny('\r', '\n');
        name = line < 0 ? name : name[..line].TrimEnd();
        return name.Length <= Longest ? $"`{name}`" : $"`{name.AsSpan(0, Longest)}…`";
    }

    /// <summary>Whether an edit's statement has begun, which may be more than a block: <c>with l: atomic { … }</c>.</summary>
    private bool IsAfterColon(int brace, int head) => Enumerable.Range(head, brace - head).Any(index => KindAt(index) == TokenKind.Colon);

    private bool IsAfterOn(int brace) => brace > 0 && WordAt(brace - 1) is "on";
}
