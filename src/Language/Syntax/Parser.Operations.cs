using System.Collections.Immutable;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Syntax;

internal sealed partial class Parser
{
    /// <summary>An operation: its mnemonic says what follows.</summary>
    private StatementSyntax ParseOperation(int first, string mnemonic)
    {
        if (mnemonic == "msr" && IsWord(Peek(1), "VTTBR_EL2") && Peek(2).Kind != TokenKind.Dot)
        {
            return ParseVttbr(first);
        }

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
            var line = ParsePlaceName("a line");
            Expect(TokenKind.CloseBracket, "`]`");
            return new OperandSyntax(line, IsBracketed: true, Asid: null, SpanFrom(first));
        }

        if (IsWord("asid") && Peek(1) is { Kind: TokenKind.Number, OnNewLine: false })
        {
            var word = new NameSyntax(TextOf(Current), SpanOf(Current));
            var asid = TryParseAsid();
            return new OperandSyntax(new PlaceSyntax(new DottedNameSyntax([word], word.Span), null), IsBracketed: false, asid, SpanFrom(first));
        }

        var place = Is(TokenKind.Number)
            ? new PlaceSyntax(new DottedNameSyntax([TakeName()], SpanFrom(first)), null)
            : ParsePlaceName("an operand");
        return new OperandSyntax(place, IsBracketed: false, Asid: null, SpanFrom(first));
    }

    private bool IsPolicyEdit() => IsWord("without") || IsWord("with") || IsWord("move") || IsWord("when") || IsWord("otherwise");
}
