using System.Collections.Immutable;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Syntax;

internal sealed partial class Parser
{
    /// <summary>An operation: its mnemonic says what follows.</summary>
    private OperationSyntax ParseOperation(int first, string mnemonic)
    {
        var name = TakeName();
        NameSyntax? option = null;
        var mayHaveOperands = true;
        if (OperationTable.HasOption(mnemonic))
        {
            option = !IsCutOff && Is(TokenKind.Identifier) ? TakeName() : ParseMissingOption();
            mayHaveOperands = TryTakeSameLine(TokenKind.Comma);
        }

        if (option is { Text.Length: > 0 } && !mayHaveOperands && IsOperand() && !BeginsAnotherStatement())
        {
            ReportMissingComma(mnemonic, option.Text);
            mayHaveOperands = true;
        }

        var operands = ImmutableArray.CreateBuilder<OperandSyntax>();
        if (mayHaveOperands && IsOperand() && !(option is null && OperationTable.Find(mnemonic) is { Operands: OperandShape.None } && BeginsAnotherStatement()))
        {
            do
            {
                operands.Add(ParseOperand());
            }
            while (TryTakeSameLine(TokenKind.Comma));
        }

        return new OperationSyntax(name, option, operands.ToImmutable(), Join(first), SpanFrom(first), Label: null);
    }

    private NameSyntax ParseMissingOption()
    {
        var mnemonic = TextOf(_tokens[_position - 1]);
        ReportExpected($"what kind of `{mnemonic}`", mnemonic switch
        {
            // As a function of the kernel: dsb(ish).
            _ when Is(TokenKind.OpenParenthesis) && Peek(1).Kind == TokenKind.Identifier => $"write `{mnemonic} {TextOf(Peek(1))}`",
            "dsb" => "`dsb ish` waits for the maintenance of this PE before it, in the Inner Shareable domain, `dsb nsh` on this PE alone, `dsb sy` everywhere",
            "dmb" => "write `dmb ish`, `dmb ishld`, `dmb ishst` or `dmb sy`",
            _ => $"write one of: {string.Join(", ", OperationTable.OptionsOf(mnemonic).Select(option => $"`{mnemonic} {option}`"))}",
        });
        return MissingName();
    }

    /// <summary>Whether the word that stands here begins a statement, rather than being an operand of the one before.</summary>
    private bool BeginsAnotherStatement() =>
        Is(TokenKind.Identifier) && Peek(1).Kind != TokenKind.Dot && (OperationTable.IsMnemonic(TextOf(Current)) || StatementWords.Contains(TextOf(Current)));

    private void ReportMissingComma(string mnemonic, string option)
    {
        if (IsFirstError())
        {
            var takes = OperationTable.Find($"{mnemonic} {option}") is { Operands: OperandShape.None } ? $"`{mnemonic} {option}` takes no operand" : $"write `{mnemonic} {option}, {TextOf(Current)}`";
            _diagnostics.ReportExpectedEnd(SpanOf(Current), TextOf(Current), takes);
        }
    }

    private bool TryTakeSameLine(TokenKind kind) => !IsCutOff && TryTake(kind);

    private bool IsOperand() => !IsCutOff
        && (Current.Kind is TokenKind.OpenBracket or TokenKind.Number || (Is(TokenKind.Identifier) && !IsPolicyEdit()));

    private OperandSyntax ParseOperand()
    {
        var first = _position;
        if (TryTake(TokenKind.OpenBracket))
        {
            var line = ParseDottedName("a line");
            Expect(TokenKind.CloseBracket, "`]`");
            return new OperandSyntax(line, IsBracketed: true, SpanFrom(first));
        }

        var name = Is(TokenKind.Number)
            ? new DottedNameSyntax([TakeName()], SpanFrom(first))
            : ParseDottedName("an operand");
        return new OperandSyntax(name, IsBracketed: false, SpanFrom(first));
    }

    /// <summary>Statements that the model lacks so far: they parse, so that the binder can say so.</summary>
    private LaterSyntax? ParseLaterStatement(int first, string word)
    {
        if (!Words.Later.Contains(word))
        {
            return null;
        }

        var keyword = TakeName();
        ImmutableArray<StatementSyntax> body = [];
        switch (word)
        {
            case "with":
                ParsePlace();
                var (text, span) = (Join(first), SpanFrom(first));
                body = ParseBody();
                return new LaterSyntax(keyword, body, text, span, Label: null);
            case "copy":
                ParsePlace();
                TryTake(TokenKind.Comma);
                ParsePlace();
                break;
            case "give":
                ParsePlace();
                ExpectWord("to");
                ParseName("a VM");
                break;
            case "map" or "perm" or "clear" or "unmap":
                ParseMapping();
                break;
            default:
                ParsePlace();
                break;
        }

        return new LaterSyntax(keyword, body, Join(first), SpanFrom(first), Label: null);
    }

    /// <summary><c>map g, g.backing, RW- …</c>, <c>map va -> x asid 1 nc</c>: anything made of names and numbers, to the end of the line.</summary>
    private void ParseMapping()
    {
        ParseExpression();
        while (!IsCutOff && Current.Kind is TokenKind.Comma or TokenKind.Arrow or TokenKind.Identifier or TokenKind.Number or TokenKind.Minus
            or TokenKind.Dot or TokenKind.OpenBracket or TokenKind.CloseBracket)
        {
            if (Current.Kind is TokenKind.Identifier && IsPolicyEdit())
            {
                return;
            }

            Next();
        }
    }

    private bool IsPolicyEdit() => IsWord("without") || IsWord("with") || IsWord("move") || IsWord("when") || IsWord("otherwise");
}
