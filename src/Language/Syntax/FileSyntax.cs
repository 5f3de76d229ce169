using System.Collections.Immutable;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Language.Syntax;

/// <summary>A name as written; empty where it is missing.</summary>
internal sealed record NameSyntax(string Text, SourceSpan Span);

/// <summary>Names with dots between: <c>x</c>, <c>CTR_EL0.DIC</c>, <c>A.SCTLR_EL1.I</c>.</summary>
internal sealed record DottedNameSyntax(ImmutableArray<NameSyntax> Parts, SourceSpan Span)
{
    public string Text => Parts.Length == 1 ? Parts[0].Text : string.Join('.', Parts.Select(part => part.Text));
}

/// <summary>The values of a field or reading: <c>= a</c>, <c>in {a, b}</c>, <c>in any</c>.</summary>
/// <param name="Names">The values; empty for <c>any</c>.</param>
/// <param name="IsIn">Whether <c>in</c> is written, with braces or <c>any</c>.</param>
/// <param name="IsAny">Whether <c>any</c> is written.</param>
internal sealed record ValuesSyntax(ImmutableArray<NameSyntax> Names, bool IsIn, bool IsAny);

internal sealed record FileSyntax(
    SourceText Text,
    ImmutableArray<NameSyntax> Uses,
    ImmutableArray<ProfileSyntax> Profiles,
    ImmutableArray<PolicySyntax> Policies,
    ImmutableArray<ScenarioSyntax> Scenarios);

internal sealed record ProfileSyntax(NameSyntax Name, ImmutableArray<SettingSyntax> Settings);

/// <summary>Something that is set: <c>FIELD = value</c>, <c>reading ID in any</c>, <c>profile ID</c>.</summary>
internal abstract record SettingSyntax(SourceSpan Span);

internal sealed record FieldSettingSyntax(DottedNameSyntax Field, ValuesSyntax Values, NameSyntax? Label, SourceSpan Span) : SettingSyntax(Span);

internal sealed record ReadingSettingSyntax(NameSyntax Name, ValuesSyntax Values, SourceSpan Span) : SettingSyntax(Span);

internal sealed record ProfileSettingSyntax(NameSyntax Name, SourceSpan Span) : SettingSyntax(Span);

internal sealed record PolicySyntax(NameSyntax Name, PolicyReferenceSyntax? Base, ImmutableArray<PolicyMemberSyntax> Members);

/// <param name="Base">The policy that is edited.</param>
/// <param name="Edits">The edits, in order.</param>
/// <param name="Text">As written, blanks normalised.</param>
/// <param name="Span">All of it.</param>
internal sealed record PolicyReferenceSyntax(NameSyntax Base, ImmutableArray<PolicyEditSyntax> Edits, string Text, SourceSpan Span);

/// <param name="Place">What tells it from other edits: the label or field that it is of.</param>
internal abstract record PolicyEditSyntax(SourceSpan Place);

internal sealed record WithoutEditSyntax(NameSyntax Label) : PolicyEditSyntax(Label.Span);

internal sealed record SettingEditSyntax(SettingSyntax Setting) : PolicyEditSyntax(Setting.Span);

internal sealed record ReplaceEditSyntax(NameSyntax Label, StatementSyntax Statement) : PolicyEditSyntax(Label.Span);

internal sealed record MoveEditSyntax(NameSyntax Label, bool IsBefore, NameSyntax Target) : PolicyEditSyntax(Label.Span);

internal abstract record PolicyMemberSyntax;

internal sealed record SettingMemberSyntax(SettingSyntax Setting) : PolicyMemberSyntax;

internal sealed record StateSyntax(NameSyntax Name, ImmutableArray<NameSyntax> Index, TypeSyntax Type, ExpressionSyntax Initial) : PolicyMemberSyntax;

internal sealed record LockSyntax(NameSyntax Name, NameSyntax? Index, bool Sleeps) : PolicyMemberSyntax;

internal sealed record HookSyntax(
    NameSyntax Event,
    ImmutableArray<ParameterSyntax> Parameters,
    SourceSpan ParametersSpan,
    NameSyntax? From,
    ExpressionSyntax? Condition,
    ExpressionSyntax? Holding,
    ImmutableArray<StatementSyntax> Body) : PolicyMemberSyntax;

internal sealed record ProcedureSyntax(
    NameSyntax Name,
    ImmutableArray<ParameterSyntax> Parameters,
    ExpressionSyntax? Holding,
    ImmutableArray<StatementSyntax> Body) : PolicyMemberSyntax;

internal sealed record ParameterSyntax(NameSyntax Name, TypeSyntax? Type);

internal abstract record TypeSyntax(SourceSpan Span);

/// <summary><c>bool</c>, or a sort.</summary>
internal sealed record NamedTypeSyntax(NameSyntax Name, bool OrNone, SourceSpan Span) : TypeSyntax(Span);

internal sealed record RangeTypeSyntax(long Min, long Max, SourceSpan Span) : TypeSyntax(Span);

internal sealed record NamesTypeSyntax(ImmutableArray<NameSyntax> Names, SourceSpan Span) : TypeSyntax(Span);

internal sealed record SetTypeSyntax(NameSyntax Sort, SourceSpan Span) : TypeSyntax(Span);
