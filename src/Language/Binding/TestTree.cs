using System.Collections.Immutable;
using CoherenceCheck.Language.Syntax;

namespace CoherenceCheck.Language.Binding;

/// <summary>The labelled operands of tests: of <c>||</c> and <c>&amp;&amp;</c>, as deep as only these stand around them.</summary>
internal static class TestTree
{
    /// <summary>The test of a statement, if it is one whose operands may have labels.</summary>
    public static ExpressionSyntax? TestOf(StatementSyntax statement) => statement switch
    {
        IfSyntax test => test.Condition,
        ConditionStatementSyntax condition => condition.Condition,
        _ => null,
    };

    /// <summary>The labels of the operands of a test, in order.</summary>
    public static IEnumerable<NameSyntax> LabelsOf(ExpressionSyntax? test) => test switch
    {
        LabelledSyntax operand => [.. LabelsOf(operand.Operand), operand.Label],
        BinarySyntax { Operator: TokenKind.PipePipe or TokenKind.AmpersandAmpersand } both => LabelsOf(both.Left).Concat(LabelsOf(both.Right)),
        _ => [],
    };

    /// <summary>A statement without some operands of its test.</summary>
    public static StatementSyntax Without(StatementSyntax statement, IReadOnlySet<string> labels) => TestOf(statement) is not { } test || !LabelsOf(test).Any(label => labels.Contains(label.Text)) ? statement : statement switch
    {
        IfSyntax branch => branch with { Condition = Left(test, labels) },
        ConditionStatementSyntax condition => condition with { Condition = Left(test, labels) },
        _ => statement,
    };

    /// <summary>What is left of a test, if only to be refused.</summary>
    public static ExpressionSyntax Left(ExpressionSyntax test, IReadOnlySet<string> labels) => Without(test, labels) ?? new NothingLeftSyntax(test.Span);

    private static ExpressionSyntax? Without(ExpressionSyntax test, IReadOnlySet<string> labels) => test switch
    {
        LabelledSyntax operand => labels.Contains(operand.Label.Text) ? null : Without(operand.Operand, labels) is { } left ? operand with { Operand = left } : null,
        BinarySyntax { Operator: TokenKind.PipePipe or TokenKind.AmpersandAmpersand } both => (Without(both.Left, labels), Without(both.Right, labels)) switch
        {
            ({ } left, { } right) => both with { Left = left, Right = right },
            (var left, var right) => left ?? right,
        },
        _ => test,
    };
}
