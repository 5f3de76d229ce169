using System.Collections.Immutable;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Language.Scenarios;

/// <summary>What a statement does to a stage-2 table.</summary>
public enum Stage2Step
{
    /// <summary>A leaf: <c>map g, f, RW-</c>.</summary>
    Map,

    /// <summary>The permissions of the leaf that is there: <c>perm g, R-X</c>; where none is, nothing.</summary>
    Permit,

    /// <summary>No leaf: <c>clear g</c>.</summary>
    Clear,
}

/// <summary>A store to a stage-2 descriptor; walks may still read the old one until a DSB of the pCPU that stored it.</summary>
/// <param name="Step">What it does.</param>
/// <param name="Page">The page.</param>
/// <param name="Frame">For <see cref="Stage2Step.Map"/>, the frame.</param>
/// <param name="Writable">Whether the leaf lets the guest write.</param>
/// <param name="Executable">Whether it lets the guest execute.</param>
/// <param name="Type">For <see cref="Stage2Step.Map"/>, the memory type.</param>
/// <param name="Mmu">The stage-2 context; <see langword="null"/> for the only one of the page's VM.</param>
/// <param name="Text">As written.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Label">Its label.</param>
public sealed record Stage2Stmt(Stage2Step Step, SpecExpr Page, SpecExpr? Frame, bool Writable, bool Executable, PageType Type, SpecExpr? Mmu, string Text, SourceSpan Span, string? Label) : Stmt(Text, Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => Step switch
    {
        Stage2Step.Map => $"map {Page}, {Frame}, {Permissions} {Type} {(object?)Mmu ?? ""}",
        Stage2Step.Permit => $"perm {Page}, {Permissions} {(object?)Mmu ?? ""}",
        _ => $"clear {Page} {(object?)Mmu ?? ""}",
    };

    private string Permissions => $"R{(Writable ? "W" : "-")}{(Executable ? "X" : "-")}";
}

/// <summary><c>settle g</c>: from here on the host relies on the page's stage 2 being what the table says (translation.md 5.2); a ghost statement.</summary>
public sealed record SettleStmt(SpecExpr Page, string Text, SourceSpan Span, string? Label) : Stmt(Text, Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => $"settle {Page}";
}

/// <summary><c>give f to o</c>: the frame is somebody else's from here on; a ghost statement.</summary>
/// <param name="Frame">The frame.</param>
/// <param name="Owner">A VM or a set of VMs; <see langword="null"/> for the host.</param>
/// <param name="Text">As written.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Label">Its label.</param>
public sealed record GiveStmt(SpecExpr Frame, SpecExpr? Owner, string Text, SourceSpan Span, string? Label) : Stmt(Text, Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => $"give {Frame} to {(object?)Owner ?? "host"}";
}

/// <summary><c>copy f to f2</c>: the host reads one frame and stores what it read to another; the version stays what it was.</summary>
public sealed record CopyStmt(SpecExpr From, SpecExpr To, string Text, SourceSpan Span, string? Label) : Stmt(Text, Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => $"copy {From} to {To}";
}

/// <summary><c>g.backing = f</c>: the frame that the host means to put behind a page.</summary>
public sealed record BackStmt(SpecExpr Page, SpecExpr Frame, string Text, SourceSpan Span, string? Label) : Stmt(Text, Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => $"{Page}.backing = {Frame}";
}

/// <summary>A guest's store to a stage-1 descriptor: <c>map a -&gt; g</c>, <c>unmap a</c>.</summary>
/// <param name="VirtualPage">The number of the virtual page.</param>
/// <param name="Page">The number of the page; <see langword="null"/> to leave none.</param>
/// <param name="Type">The memory type.</param>
/// <param name="Asid">The table's ASID.</param>
/// <param name="Text">As written.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Label">Its label.</param>
public sealed record DescriptorStmt(int VirtualPage, int? Page, PageType Type, int Asid, string Text, SourceSpan Span, string? Label) : Stmt(Text, Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => Page is { } page ? (FormattableString)$"map {VirtualPage} to {page} {Type} asid {Asid}" : $"unmap {VirtualPage} asid {Asid}";
}

/// <summary><c>with m</c>: the body with a stage-2 context in force: its VTTBR and an ISB before, the one from before and an ISB after, a step each.</summary>
public sealed record WithMmuStmt(SpecExpr Mmu, ImmutableArray<Stmt> Body, string Text, SourceSpan Span, string? Label) : EnclosingStmt(Body, Text, Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => $"with {Mmu}";

    /// <inheritdoc/>
    public override bool FitsInStep => false;
}

/// <summary><c>msr VTTBR_EL2, m [, vmid]</c>: written, in force at the next context synchronisation event.</summary>
public sealed record VttbrStmt(SpecExpr Mmu, SpecExpr? Vmid, string Text, SourceSpan Span, string? Label) : Stmt(Text, Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => $"msr VTTBR_EL2, {Mmu} {(object?)Vmid ?? ""}";
}

/// <summary><c>el1</c>: what the host executes at EL1, as the kernel of an nVHE host does; all else it executes at EL2. Where I-caches are tagged by VMID its ICs then reach no guest's lines.</summary>
public sealed record El1Stmt(ImmutableArray<Stmt> Body, string Text, SourceSpan Span, string? Label) : EnclosingStmt(Body, Text, Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => $"el1";

    /// <inheritdoc/>
    public override bool FitsInStep => false;
}

/// <summary>
/// <c>under m</c>: the guest goes on under another stage-2 context of its VM, as a guest hypervisor does with ERET to its own guest, and its guest with an exception to it. The
/// host performs it (FEAT_NV); on bare metal it synchronises the context, and no more: there is no stage 2.
/// </summary>
/// <param name="Mmu">The context, by its number among all.</param>
/// <param name="Text">As written.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Label">Its label.</param>
public sealed record SwitchMmuStmt(int Mmu, string Text, SourceSpan Span, string? Label) : Stmt(Text, Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => $"under {Mmu}";
}

/// <summary><c>complete</c>: performs the trapped instruction here; a write that none performs is performed behind the last statement of the handlers, maintenance is not.</summary>
/// <param name="Event">The event of the handler.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Label">Its label.</param>
public sealed record CompleteStmt(Vocabulary.HookEvent Event, SourceSpan Span, string? Label) : Stmt("complete", Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => $"complete";
}
