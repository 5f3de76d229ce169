using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Syntax;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Binding;

internal sealed partial class BodyBinder
{
    private OperationStmt? BindOperation(OperationSyntax syntax)
    {
        var name = syntax.Option is null ? syntax.Mnemonic.Text : $"{syntax.Mnemonic.Text} {syntax.Option.Text}";
        if (OperationTable.Find(name) is not { } operation)
        {
            if (ForeignWords.InsteadOf(name) is { } hint)
            {
                diagnostics.ReportForeignOperationNotModelled(HeadOf(syntax), name, hint);
                return null;
            }

            diagnostics.ReportUnknownOperation(
                (syntax.Option ?? syntax.Mnemonic).Span,
                name,
                OperationTable.OptionsOf(syntax.Mnemonic.Text).Select(option => $"{syntax.Mnemonic.Text} {option}"),
                "one of: " + string.Join(", ", OperationTable.OptionsOf(syntax.Mnemonic.Text).Select(option => $"{syntax.Mnemonic.Text} {option}")));
            return null;
        }

        if (operation.Refusal is not null)
        {
            diagnostics.ReportOperationNotModelled(HeadOf(syntax), name, operation.Refusal);
            return null;
        }

        return IsAllowedHere(operation, syntax) ? BindOperands(operation, syntax) : null;
    }

    private static SourceSpan HeadOf(OperationSyntax syntax)
    {
        var last = syntax.Option ?? syntax.Mnemonic;
        return syntax.Mnemonic.Span with { Length = last.Span.Start + last.Span.Length - syntax.Mnemonic.Span.Start };
    }

    private bool IsAllowedHere(Operation operation, OperationSyntax syntax)
    {
        var place = kind switch
        {
            BodyKind.Guest => OperationPlace.Guest,
            BodyKind.Task => OperationPlace.Task,
            _ => OperationPlace.Policy,
        };
        if ((operation.Place & place) == place)
        {
            return true;
        }

        diagnostics.ReportOperationNotHere(HeadOf(syntax), operation.Name, Where, place == OperationPlace.Guest ? "it is for the host" : "it is for guests");
        return false;
    }

    private OperationStmt? BindOperands(Operation operation, OperationSyntax syntax)
    {
        switch (operation.Operands, syntax.Operands)
        {
            case (OperandShape.OptionalName, _):
                return BindTranslationOperand(operation, syntax);
            case (OperandShape.None, []):
                return new OperationStmt(operation, Line: null, Value: null, Field: null, syntax.Text, syntax.Span, syntax.Label?.Text);
            case (OperandShape.Line, [{ IsBracketed: false } line]):
                return BindPlaceOperand(operation, line, value: null, syntax);
            case (OperandShape.Address, [{ IsBracketed: true }] or [{ IsBracketed: false }, { IsBracketed: true }]):
                return BindPlaceOperand(operation, syntax.Operands[^1], value: null, syntax);
            case (OperandShape.ValueAndAddress, [{ IsBracketed: false, Name.Parts: [var value] }, { IsBracketed: true } line]) when Lexer.IsNameStart(value.Text[0]):
                return BindPlaceOperand(operation, line, value, syntax);
            case (OperandShape.FieldAndValue, [{ IsBracketed: false, Name.Parts: [_, _] } field, { IsBracketed: false, Name.Parts: [var value] }]):
                return BindRegisterWrite(operation, field.Name, value, syntax);
            default:
                diagnostics.ReportWrongOperands(syntax.Span, operation.Name, FormOf(operation));
                return null;
        }
    }

    /// <summary>How an operation is written.</summary>
    internal static string FormOf(Operation operation) => operation.Operands switch
    {
        OperandShape.None => operation.Name,
        OperandShape.Line => operation.Name.Contains(' ') ? $"{operation.Name}, x" : $"{operation.Name} x",
        OperandShape.Address => $"{operation.Name} [x]",
        OperandShape.ValueAndAddress => $"{operation.Name} new, [x]",
        OperandShape.FieldAndValue => $"{operation.Name} SCTLR_EL1.M, 1",
        OperandShape.OptionalName => $"{operation.Name} or {operation.Name}, " + operation.Target switch
        {
            TranslationTarget.IntermediatePage => "g",
            _ when operation.IsBySetWay => "x0",
            TranslationTarget.Asid => "asid 1",
            TranslationTarget.VirtualPage => "va, or with asid 1 behind it",
            _ => "va",
        },
        _ => throw new InvalidOperationException($"unexpected operands {operation.Operands}"),
    };

    private OperationStmt? BindRegisterWrite(Operation operation, DottedNameSyntax name, NameSyntax value, OperationSyntax syntax)
    {
        if (name.Text == OperationTable.AsidField)
        {
            if (!int.TryParse(value.Text, out var asid))
            {
                diagnostics.ReportWrongOperands(syntax.Span, operation.Name, $"msr {OperationTable.AsidField}, 1");
                return null;
            }

            return HasAsid(value.Span, asid, Guest!.Asids) ? new OperationStmt(operation, Line: null, value.Text, name.Text, syntax.Text, syntax.Span, syntax.Label?.Text) : null;
        }

        if (!OperationTable.WritableFields.Contains(name.Text) || vocabulary.Field(name.Text) is not { } field)
        {
            diagnostics.ReportUnknownField(name.Span, name.Text, OperationTable.WritableFields.Add(OperationTable.AsidField));
            return null;
        }

        if (!field.Values.Contains(value.Text))
        {
            diagnostics.ReportUnknownValue(value.Span, value.Text, field.Name, field.Values);
            return null;
        }

        return new OperationStmt(operation, Line: null, value.Text, field.Name, syntax.Text, syntax.Span, syntax.Label?.Text);
    }
}
