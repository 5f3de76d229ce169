using System.Collections.Immutable;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Language.Syntax;

/// <param name="Keyword">Where it begins.</param>
/// <param name="Title">Its title, without quotes.</param>
/// <param name="Machines">Its machine blocks.</param>
/// <param name="Frames">Its frames.</param>
/// <param name="Vms">Its VMs.</param>
/// <param name="Tasks">Its host tasks.</param>
/// <param name="Properties">Its properties and covers.</param>
/// <param name="Bounds">Its bounds.</param>
/// <param name="Expectations">Its expect blocks.</param>
internal sealed record ScenarioSyntax(
    SourceSpan Keyword,
    NameSyntax Title,
    ImmutableArray<MachineSyntax> Machines,
    ImmutableArray<FrameSyntax> Frames,
    ImmutableArray<VmSyntax> Vms,
    ImmutableArray<TaskSyntax> Tasks,
    ImmutableArray<PropertySyntax> Properties,
    ImmutableArray<BoundSyntax> Bounds,
    ImmutableArray<ExpectationSyntax> Expectations);

internal sealed record MachineSyntax(ImmutableArray<MachineMemberSyntax> Members, SourceSpan Span);

internal abstract record MachineMemberSyntax;

internal sealed record PcpuSyntax(NameSyntax Name, bool IsHotplugged, ImmutableArray<SettingSyntax> Settings) : MachineMemberSyntax;

internal sealed record ShareSyntax(NameSyntax What, ImmutableArray<NameSyntax> Pcpus, SourceSpan Span) : MachineMemberSyntax;

internal sealed record IcacheSyntax(NameSyntax Kind) : MachineMemberSyntax;

internal sealed record VmidsSyntax(long Number, SourceSpan NumberSpan, SourceSpan Span) : MachineMemberSyntax;

internal sealed record PeSyntax(NameSyntax Model) : MachineMemberSyntax;

internal sealed record LegalSyntax(SourceSpan Span) : MachineMemberSyntax;

internal sealed record MachineSettingSyntax(SettingSyntax Setting) : MachineMemberSyntax;

internal sealed record FrameSyntax(NameSyntax Name, ImmutableArray<LineSyntax> Lines);

/// <param name="Name">Its name.</param>
/// <param name="Initial">What it holds at first.</param>
/// <param name="Before">What it held before that, or <see langword="null"/>.</param>
internal sealed record LineSyntax(NameSyntax Name, NameSyntax Initial, NameSyntax? Before);

internal sealed record VmSyntax(
    NameSyntax Name,
    ImmutableArray<SettingSyntax> Settings,
    ImmutableArray<NameSyntax> Mmus,
    ImmutableArray<PageSyntax> Pages,
    ImmutableArray<StageOneMapSyntax> Maps,
    ImmutableArray<VcpuSyntax> Vcpus);

/// <param name="Name">Its name.</param>
/// <param name="Frame">The frame behind it, or <c>none</c>.</param>
/// <param name="Backing">Of a page that is <c>none</c>, the frame that the host means to put behind it, or <see langword="null"/>.</param>
/// <param name="Permissions">As written, or <see langword="null"/>.</param>
/// <param name="Type">As written, or <see langword="null"/>.</param>
/// <param name="Fields">Fields of its descriptor.</param>
internal sealed record PageSyntax(NameSyntax Name, NameSyntax Frame, NameSyntax? Backing, NameSyntax? Permissions, NameSyntax? Type, ImmutableArray<PageFieldSyntax> Fields);

internal sealed record PageFieldSyntax(NameSyntax Name, ValuesSyntax Values, SourceSpan Span);

internal sealed record VcpuSyntax(
    NameSyntax Name,
    PlacementSyntax? Placement,
    ImmutableArray<LifeCycleSyntax> LifeCycle,
    ImmutableArray<SettingSyntax> Settings,
    ImmutableArray<StageOneMapSyntax> Maps,
    ImmutableArray<StatementSyntax>? Program,
    ImmutableArray<NameSyntax> Alphabet,
    SourceSpan GuestSpan)
{
    /// <summary>What the operations of an alphabet name, where the text says so.</summary>
    public ImmutableArray<DottedNameSyntax>? Places { get; init; }
}

/// <param name="Word"><c>stopped</c>, <c>starts</c> or <c>moves</c>.</param>
/// <param name="When">The condition, or <see langword="null"/>.</param>
/// <param name="After">For <c>moves after</c>, the label.</param>
/// <param name="Span">All of it.</param>
internal sealed record LifeCycleSyntax(NameSyntax Word, ExpressionSyntax? When, NameSyntax? After, SourceSpan Span);

internal sealed record PlacementSyntax(ImmutableArray<NameSyntax> Pcpus, SourceSpan Span);

internal sealed record TaskSyntax(NameSyntax Name, PlacementSyntax? Placement, ImmutableArray<StatementSyntax> Body);

internal sealed record PropertySyntax(NameSyntax Name, bool IsCover, ExpressionSyntax Condition);

internal sealed record BoundSyntax(NameSyntax Event, long Most, SourceSpan MostSpan);

internal sealed record ExpectationSyntax(NameSyntax Property, ImmutableArray<RowSyntax> Rows);

/// <param name="Policy">The policy, edited; bare metal where none is named.</param>
/// <param name="Conditions">What the cells satisfy.</param>
/// <param name="Otherwise">The word, where it is written: the cells are those that no other row of the policy matches.</param>
/// <param name="Verdict">What is claimed.</param>
/// <param name="Vacuous">The word, where it is written: it is meant to hold for want of a promise.</param>
/// <param name="Needless">Labels that are claimed to be needless.</param>
/// <param name="Span">All of it.</param>
internal sealed record RowSyntax(
    PolicyReferenceSyntax Policy,
    ImmutableArray<ConditionSyntax> Conditions,
    NameSyntax? Otherwise,
    NameSyntax Verdict,
    NameSyntax? Vacuous,
    ImmutableArray<NameSyntax> Needless,
    SourceSpan Span);

internal sealed record ConditionSyntax(DottedNameSyntax Name, ValuesSyntax Values, SourceSpan Span);
