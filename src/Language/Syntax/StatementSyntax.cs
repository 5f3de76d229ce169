using System.Collections.Immutable;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Language.Syntax;

/// <param name="Text">The statement, or its head where it has a body, blanks normalised.</param>
/// <param name="Span">The same in the source.</param>
/// <param name="Label">Its label, or <see langword="null"/>.</param>
internal abstract record StatementSyntax(string Text, SourceSpan Span, NameSyntax? Label)
{
    /// <summary>What stood in its place before <c>with LABEL: stmt</c>, or <see langword="null"/>.</summary>
    public StatementSyntax? Replaces { get; init; }

    /// <summary>The bodies that stand in it, in order.</summary>
    public virtual ImmutableArray<ImmutableArray<StatementSyntax>> Bodies => [];

    /// <summary>The statement with other bodies, as many as it has.</summary>
    public virtual StatementSyntax WithBodies(ImmutableArray<ImmutableArray<StatementSyntax>> bodies) => this;
}

/// <summary>A statement with one body.</summary>
internal abstract record EnclosingSyntax(ImmutableArray<StatementSyntax> Body, string Text, SourceSpan Span, NameSyntax? Label) : StatementSyntax(Text, Span, Label)
{
    public sealed override ImmutableArray<ImmutableArray<StatementSyntax>> Bodies => [Body];

    public sealed override StatementSyntax WithBodies(ImmutableArray<ImmutableArray<StatementSyntax>> bodies) => this with { Body = bodies[0] };
}

/// <summary>An operation: its first word, the second (<c>cvau</c>, <c>ish</c>), and what follows.</summary>
internal sealed record OperationSyntax(NameSyntax Mnemonic, NameSyntax? Option, ImmutableArray<OperandSyntax> Operands, string Text, SourceSpan Span, NameSyntax? Label)
    : StatementSyntax(Text, Span, Label);

/// <param name="Place">What it names.</param>
/// <param name="IsBracketed">Whether it stands in brackets.</param>
/// <param name="Asid">For <c>asid 2</c>, the number.</param>
/// <param name="Span">All of it.</param>
internal sealed record OperandSyntax(PlaceSyntax Place, bool IsBracketed, AsidSyntax? Asid, SourceSpan Span)
{
    public DottedNameSyntax Name => Place.Name;
}

internal sealed record BlockSyntax(ImmutableArray<StatementSyntax> Body, string Text, SourceSpan Span, NameSyntax? Label) : EnclosingSyntax(Body, Text, Span, Label);

internal sealed record AssignSyntax(ExpressionSyntax Place, ExpressionSyntax Value, string Text, SourceSpan Span, NameSyntax? Label) : StatementSyntax(Text, Span, Label);

internal sealed record LetSyntax(NameSyntax Name, bool IsIn, ExpressionSyntax Value, string Text, SourceSpan Span, NameSyntax? Label)
    : StatementSyntax(Text, Span, Label);

/// <summary><c>let ID = xchg(…)</c>, <c>cas(…)</c></summary>
internal sealed record LetAtomicSyntax(NameSyntax Name, NameSyntax Function, ImmutableArray<ExpressionSyntax> Arguments, string Text, SourceSpan Span, NameSyntax? Label)
    : StatementSyntax(Text, Span, Label);

internal sealed record IfSyntax(
    ExpressionSyntax Condition, ImmutableArray<StatementSyntax> Then, ImmutableArray<StatementSyntax> Else, string Text, SourceSpan Span, NameSyntax? Label)
    : StatementSyntax(Text, Span, Label)
{
    public override ImmutableArray<ImmutableArray<StatementSyntax>> Bodies => [Then, Else];

    public override StatementSyntax WithBodies(ImmutableArray<ImmutableArray<StatementSyntax>> bodies) => this with { Then = bodies[0], Else = bodies[1] };
}

internal sealed record ForSyntax(NameSyntax Name, ExpressionSyntax Range, ImmutableArray<StatementSyntax> Body, string Text, SourceSpan Span, NameSyntax? Label)
    : EnclosingSyntax(Body, Text, Span, Label);

internal sealed record RepeatSyntax(long Times, SourceSpan TimesSpan, ImmutableArray<StatementSyntax> Body, string Text, SourceSpan Span, NameSyntax? Label)
    : EnclosingSyntax(Body, Text, Span, Label);

internal sealed record ForeverSyntax(ImmutableArray<StatementSyntax> Body, string Text, SourceSpan Span, NameSyntax? Label) : EnclosingSyntax(Body, Text, Span, Label);

internal sealed record ChooseSyntax(ImmutableArray<ImmutableArray<StatementSyntax>> Branches, string Text, SourceSpan Span, NameSyntax? Label)
    : StatementSyntax(Text, Span, Label)
{
    public override ImmutableArray<ImmutableArray<StatementSyntax>> Bodies => Branches;

    public override StatementSyntax WithBodies(ImmutableArray<ImmutableArray<StatementSyntax>> bodies) => this with { Branches = bodies };
}

internal sealed record AtomicSyntax(ImmutableArray<StatementSyntax> Body, string Text, SourceSpan Span, NameSyntax? Label) : EnclosingSyntax(Body, Text, Span, Label);

internal sealed record PreemptSyntax(SourceSpan Span, NameSyntax? Label) : StatementSyntax("preempt", Span, Label);

internal sealed record HoldingSyntax(ExpressionSyntax Lock, ImmutableArray<StatementSyntax> Body, string Text, SourceSpan Span, NameSyntax? Label)
    : EnclosingSyntax(Body, Text, Span, Label);

/// <summary><c>await</c> or <c>assert</c>.</summary>
internal sealed record ConditionStatementSyntax(bool IsAwait, ExpressionSyntax Condition, string Text, SourceSpan Span, NameSyntax? Label)
    : StatementSyntax(Text, Span, Label);

internal sealed record CallSyntax(NameSyntax Name, ImmutableArray<ExpressionSyntax> Arguments, string Text, SourceSpan Span, NameSyntax? Label)
    : StatementSyntax(Text, Span, Label);

internal sealed record ReturnSyntax(string Text, SourceSpan Span, NameSyntax? Label) : StatementSyntax(Text, Span, Label);

/// <param name="Place">A line, page or frame.</param>
/// <param name="Form">The word behind it, or <see langword="null"/>.</param>
/// <param name="Text">As written.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Label">Its label.</param>
internal sealed record PublishSyntax(PlaceSyntax Place, NameSyntax? Form, string Text, SourceSpan Span, NameSyntax? Label) : StatementSyntax(Text, Span, Label);

/// <param name="Keyword">The word: <c>start</c>, <c>stop</c>, <c>reset</c>, <c>pause</c>, <c>resume</c>.</param>
/// <param name="Vcpu">The vCPU.</param>
/// <param name="Settings">For <c>reset</c>, what SCTLR_EL1 is then.</param>
/// <param name="Text">As written.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Label">Its label.</param>
internal sealed record LifeSyntax(NameSyntax Keyword, ExpressionSyntax Vcpu, ImmutableArray<SettingSyntax> Settings, string Text, SourceSpan Span, NameSyntax? Label)
    : StatementSyntax(Text, Span, Label);

internal sealed record KickSyntax(ExpressionSyntax Vcpu, string Text, SourceSpan Span, NameSyntax? Label) : StatementSyntax(Text, Span, Label);
