using System.Collections.Immutable;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Language.Syntax;

/// <param name="Span">Where it stands.</param>
/// <param name="Depth">How deep it is, so that chains of operators are limited like nesting.</param>
internal abstract record ExpressionSyntax(SourceSpan Span, int Depth);

internal sealed record MissingExpressionSyntax(SourceSpan Span) : ExpressionSyntax(Span, 1);

internal sealed record NumberSyntax(long Value, SourceSpan Span) : ExpressionSyntax(Span, 1);

internal sealed record NameExpressionSyntax(NameSyntax Name) : ExpressionSyntax(Name.Span, 1);

internal sealed record MemberSyntax(ExpressionSyntax Target, NameSyntax Member, SourceSpan Span) : ExpressionSyntax(Span, Target.Depth + 1);

internal sealed record IndexSyntax(ExpressionSyntax Target, ExpressionSyntax Index, SourceSpan Span)
    : ExpressionSyntax(Span, Math.Max(Target.Depth, Index.Depth) + 1);

internal sealed record NotSyntax(ExpressionSyntax Operand, SourceSpan Span) : ExpressionSyntax(Span, Operand.Depth + 1);

/// <summary><c>+ - | &amp; == != &lt; &lt;= &gt; &gt;= &amp;&amp; ||</c>, and <c>in</c> as an identifier.</summary>
internal sealed record BinarySyntax(ExpressionSyntax Left, TokenKind Operator, ExpressionSyntax Right, SourceSpan OperatorSpan, SourceSpan Span)
    : ExpressionSyntax(Span, Math.Max(Left.Depth, Right.Depth) + 1);

/// <summary><c>B at end</c>, <c>B past L</c></summary>
internal sealed record AtSyntax(ExpressionSyntax Agent, bool IsPast, NameSyntax Label, SourceSpan Span) : ExpressionSyntax(Span, Agent.Depth + 1);

/// <summary><c>last[p] != v @vm</c>, an operand of <c>||</c> or <c>&amp;&amp;</c>.</summary>
internal sealed record LabelledSyntax(ExpressionSyntax Operand, NameSyntax Label, string Text) : ExpressionSyntax(Operand.Span, Operand.Depth);

/// <summary>What is left of a test all of whose operands were left out: nothing that could be written.</summary>
internal sealed record NothingLeftSyntax(SourceSpan Span) : ExpressionSyntax(Span, 1);

internal sealed record SetSyntax(ImmutableArray<ExpressionSyntax> Elements, SourceSpan Span)
    : ExpressionSyntax(Span, 1 + (Elements.IsEmpty ? 0 : Elements.Max(e => e.Depth)));
