using System.Collections.Immutable;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Language.Syntax;

/// <summary>What stands for a line, page or frame: names with dots between, or more.</summary>
/// <param name="Name">The names that it begins with.</param>
/// <param name="Indexed">All of it, where an index follows them: <c>cur[v]</c>.</param>
internal sealed record PlaceSyntax(DottedNameSyntax Name, ExpressionSyntax? Indexed)
{
    public SourceSpan Span => Indexed?.Span ?? Name.Span;

    /// <summary>It as an expression: a name and its members.</summary>
    public ExpressionSyntax Expression => Indexed ?? Name.Parts.Skip(1).Aggregate(
        (ExpressionSyntax)new NameExpressionSyntax(Name.Parts[0]),
        (target, part) => new MemberSyntax(target, part, target.Span with { Length = part.Span.Start + part.Span.Length - target.Span.Start }));
}

internal sealed record AsidSyntax(long Number, SourceSpan Span);

/// <summary>A leaf of a stage-1 table: a member of a VM or vCPU, or a statement of a guest.</summary>
/// <param name="From">The page, or virtual page, that the guest names.</param>
/// <param name="To">Where it leads; <see langword="null"/> for <c>unmap</c>.</param>
/// <param name="Asid">The ASID, where one is given.</param>
/// <param name="Type">As written, or <see langword="null"/>.</param>
/// <param name="Span">All of it.</param>
internal sealed record StageOneMapSyntax(DottedNameSyntax From, DottedNameSyntax? To, AsidSyntax? Asid, NameSyntax? Type, SourceSpan Span);

/// <summary><c>map a -> g</c>, <c>unmap a</c> in a program.</summary>
internal sealed record DescriptorSyntax(StageOneMapSyntax Leaf, string Text, SourceSpan Span, NameSyntax? Label) : StatementSyntax(Text, Span, Label);

/// <param name="Keyword"><c>map</c>, <c>perm</c> or <c>clear</c>.</param>
/// <param name="Page">The page.</param>
/// <param name="Frame">For <c>map</c>, the frame.</param>
/// <param name="Permissions">As written.</param>
/// <param name="Type">As written, or <see langword="null"/>.</param>
/// <param name="Mmu">Behind <c>in</c>, or <see langword="null"/>.</param>
/// <param name="Text">As written.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Label">Its label.</param>
internal sealed record Stage2Syntax(
    NameSyntax Keyword, ExpressionSyntax Page, ExpressionSyntax? Frame, NameSyntax? Permissions, NameSyntax? Type, ExpressionSyntax? Mmu, string Text, SourceSpan Span, NameSyntax? Label)
    : StatementSyntax(Text, Span, Label);

internal sealed record SettleSyntax(ExpressionSyntax Page, string Text, SourceSpan Span, NameSyntax? Label) : StatementSyntax(Text, Span, Label);

internal sealed record GiveSyntax(ExpressionSyntax Frame, ExpressionSyntax Owner, string Text, SourceSpan Span, NameSyntax? Label) : StatementSyntax(Text, Span, Label);

internal sealed record El1Syntax(ImmutableArray<StatementSyntax> Body, SourceSpan Span, NameSyntax? Label) : EnclosingSyntax(Body, "el1", Span, Label);

internal sealed record SwitchMmuSyntax(ExpressionSyntax Mmu, string Text, SourceSpan Span, NameSyntax? Label) : StatementSyntax(Text, Span, Label);

internal sealed record CopySyntax(ExpressionSyntax From, ExpressionSyntax To, string Text, SourceSpan Span, NameSyntax? Label) : StatementSyntax(Text, Span, Label);

internal sealed record WithMmuSyntax(ExpressionSyntax Mmu, ImmutableArray<StatementSyntax> Body, string Text, SourceSpan Span, NameSyntax? Label) : EnclosingSyntax(Body, Text, Span, Label);

/// <summary><c>msr VTTBR_EL2, m, n</c></summary>
internal sealed record VttbrSyntax(ExpressionSyntax Mmu, ExpressionSyntax? Vmid, string Text, SourceSpan Span, NameSyntax? Label) : StatementSyntax(Text, Span, Label);

internal sealed record CompleteSyntax(SourceSpan Span, NameSyntax? Label) : StatementSyntax("complete", Span, Label);
