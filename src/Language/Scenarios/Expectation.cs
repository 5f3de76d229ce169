using System.Collections.Immutable;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Language.Scenarios;

/// <summary>What a row claims of its cells.</summary>
public enum ExpectedVerdict
{
    /// <summary>The property holds in every cell.</summary>
    Holds,

    /// <summary>The property is violated in every cell.</summary>
    Violated,

    /// <summary>Nothing is claimed: the verdict is computed and shown.</summary>
    Unstated,
}

/// <summary>An expect block: rows about one property.</summary>
/// <param name="Property">An automatic property or one that the scenario declares.</param>
/// <param name="Rows">Its rows, at least one.</param>
/// <param name="Span">Where the property's name stands.</param>
public sealed record Expectation(string Property, ImmutableArray<ExpectationRow> Rows, SourceSpan Span);

/// <summary>A row of an expect block.</summary>
/// <param name="Policy">The policy, edited.</param>
/// <param name="Conditions">The row speaks of cells that satisfy all of these.</param>
/// <param name="Verdict">What it claims.</param>
/// <param name="Needless">With <see cref="ExpectedVerdict.Holds"/>: the labels of operations without all of which together it still holds, none twice; else empty.</param>
/// <param name="Span">The row's first token.</param>
public sealed record ExpectationRow(
    EditedPolicy Policy,
    ImmutableArray<RowCondition> Conditions,
    ExpectedVerdict Verdict,
    ImmutableArray<string> Needless,
    SourceSpan Span)
{
    /// <summary>With <see cref="ExpectedVerdict.Holds"/>: that it holds because nothing is promised, nothing judged, or nothing reached.</summary>
    public bool IsVacuous { get; init; }

    /// <summary>Whether it speaks of the cells that no other row of its block with the same policy matches; then it has no conditions.</summary>
    public bool IsOtherwise { get; init; }
}

/// <summary>A condition of a row: a field, reading, or derived name has one of these values.</summary>
/// <param name="Name">As Arm writes it, a page's <c>MemAttr</c> or <c>XN</c>, a reading's name, or <c>FWB</c>, <c>DIC</c>, <c>IDC</c> for the host's effective values; without its owner.</param>
/// <param name="Owner">
/// The name of the VM, vCPU or page in front, or <see langword="null"/>. A page may be called like a VM or vCPU: it is the page's where the name is one of
/// <see cref="Vocabulary.PageFields"/>, and only then.
/// </param>
/// <param name="Values">The values; at least one.</param>
/// <param name="Span">Where it stands.</param>
public sealed record RowCondition(string Name, string? Owner, ImmutableArray<string> Values, SourceSpan Span);

/// <summary>A policy as a row names it: a base policy with edits.</summary>
/// <param name="Text">The reference as written, blanks normalised: <c>kvm without ic</c>. Equal texts are the same policy.</param>
/// <param name="Policy">The policy after <c>with LABEL: stmt</c> and <c>move</c>, which change its text.</param>
/// <param name="Without">Labels switched off: of statements (of the policy, and of tasks and guest programs of the scenario) and of register settings.</param>
/// <param name="With">Register fields set by <c>with FIELD = value</c>: they win over the policy's own.</param>
public sealed record EditedPolicy(
    string Text,
    Policy Policy,
    ImmutableSortedSet<string> Without,
    ImmutableArray<PolicySetting> With)
{
    /// <summary>The statements that the row itself replaces or moves, as they stand before.</summary>
    public ImmutableArray<Stmt> Touched { get; init; } = [];

    /// <summary>The programs and tasks of the scenario after <c>with LABEL: stmt</c> and <c>move</c>; <see langword="null"/> where the row edits none.</summary>
    public EditedPrograms? Programs { get; init; }

    /// <summary>The scenario that the row asks about: its own, with the programs as the row edits them, and what tasks call in the policy. The same one whenever it is asked.</summary>
    public Scenario In(Scenario scenario) => LateCalls.In(Programs is null ? scenario : Programs.In(scenario), Policy);
}
