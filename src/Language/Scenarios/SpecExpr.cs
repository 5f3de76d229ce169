using System.Collections.Immutable;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Language.Scenarios;

/// <summary>The sorts of a scenario.</summary>
public enum ScenarioSort
{
    /// <summary>Physical CPUs.</summary>
    Pcpu,

    /// <summary>vCPUs of all VMs.</summary>
    Vcpu,

    /// <summary>VMs.</summary>
    Vm,

    /// <summary>Stage-2 contexts of all VMs: one for each, or several.</summary>
    Mmu,

    /// <summary>Pages of all VMs.</summary>
    Page,

    /// <summary>Frames.</summary>
    Frame,

    /// <summary>VMIDs.</summary>
    Vmid,
}

/// <summary>The type of a value in a policy or property.</summary>
public abstract record SpecType
{
    private SpecType()
    {
    }

    /// <summary>A truth value.</summary>
    public sealed record Bool : SpecType;

    /// <summary>A number from <paramref name="Min"/> to <paramref name="Max"/>.</summary>
    public sealed record Int(long Min, long Max) : SpecType;

    /// <summary>One of some names.</summary>
    public sealed record Names(ImmutableArray<string> Values) : SpecType
    {
        /// <inheritdoc/>
        public bool Equals(Names? other) => other is not null && Values.SequenceEqual(other.Values);

        /// <inheritdoc/>
        public override int GetHashCode() => Values.Length;
    }

    /// <summary>An element of a sort, or <em>none</em> where <paramref name="OrNone"/> says so.</summary>
    public sealed record Element(ScenarioSort Sort, bool OrNone) : SpecType;

    /// <summary>A set of elements of a sort.</summary>
    public sealed record Set(ScenarioSort Sort) : SpecType;
}

/// <summary>A name that stands for a value: a parameter, <c>let</c>, or loop variable. Compared by reference.</summary>
public sealed class Symbol(string name, SpecType type)
{
    /// <summary>The name as written.</summary>
    public string Name { get; } = name;

    /// <summary>Its type.</summary>
    public SpecType Type { get; } = type;

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>Where an assignment goes: a cell of the policy's state, or a <c>let</c> variable.</summary>
/// <param name="State">The state variable, or <see langword="null"/>.</param>
/// <param name="Index">Its index expressions.</param>
/// <param name="Symbol">The <c>let</c> variable, or <see langword="null"/>.</param>
/// <param name="Type">The type of what it holds.</param>
public sealed record Place(PolicyState? State, ImmutableArray<SpecExpr> Index, Symbol? Symbol, SpecType Type);

/// <summary>A lock, of an indexed family where it has an index.</summary>
/// <param name="Lock">The lock.</param>
/// <param name="Index">Its index, or empty.</param>
public sealed record LockPlace(PolicyLock Lock, ImmutableArray<SpecExpr> Index);

/// <summary>An operator of the language.</summary>
public enum ExprOp
{
    /// <summary><c>||</c></summary>
    Or,

    /// <summary><c>&amp;&amp;</c></summary>
    And,

    /// <summary><c>==</c></summary>
    Equal,

    /// <summary><c>!=</c></summary>
    NotEqual,

    /// <summary><c>&lt;</c></summary>
    Less,

    /// <summary><c>&lt;=</c></summary>
    LessOrEqual,

    /// <summary><c>+</c></summary>
    Add,

    /// <summary><c>-</c></summary>
    Subtract,

    /// <summary><c>|</c>, of sets</summary>
    Union,

    /// <summary><c>&amp;</c>, of sets</summary>
    Intersect,

    /// <summary><c>\</c> is written <c>-</c> between sets</summary>
    Without,
}

/// <summary>What can be asked of a vCPU, VM, pCPU or page.</summary>
public enum Member
{
    /// <summary>The VM of a vCPU or page.</summary>
    Vm,

    /// <summary>The stage-2 context of a vCPU, VM or page; the first of several.</summary>
    Mmu,

    /// <summary>The pCPU where a vCPU is loaded, or none.</summary>
    Pcpu,

    /// <summary>The vCPU that is loaded on a pCPU, or none.</summary>
    Vcpu,

    /// <summary>The frame to which a page's stage-2 table leads, or none.</summary>
    Frame,

    /// <summary>The frame that the host means to put behind a page, or none.</summary>
    Backing,

    /// <summary>Whether a page's stage-2 table has a leaf.</summary>
    Mapped,

    /// <summary>Whether that leaf lets the guest write.</summary>
    Writable,

    /// <summary>Whether it lets the guest execute.</summary>
    Executable,
}

/// <summary>A bound, typed expression.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Span">Where it stands.</param>
public abstract record SpecExpr(SpecType Type, SourceSpan Span);

/// <summary>A number, truth value (0, 1), or name of a <see cref="SpecType.Names"/> (its position).</summary>
public sealed record LiteralExpr(long Value, SpecType Type, SourceSpan Span) : SpecExpr(Type, Span);

/// <summary><c>none</c>, of a type that has it.</summary>
public sealed record NoneExpr(SpecType Type, SourceSpan Span) : SpecExpr(Type, Span);

/// <summary>An element of a sort by its number: a pCPU, vCPU, VM … of the scenario. Policies, which know no scenario, have none.</summary>
public sealed record ElementExpr(int Number, SpecType Type, SourceSpan Span) : SpecExpr(Type, Span);

/// <summary>A set written out: <c>{}</c>, <c>{P0, P1}</c>.</summary>
public sealed record SetExpr(ImmutableArray<SpecExpr> Elements, SpecType Type, SourceSpan Span) : SpecExpr(Type, Span);

/// <summary>A parameter, <c>let</c> or loop variable.</summary>
public sealed record SymbolExpr(Symbol Symbol, SourceSpan Span) : SpecExpr(Symbol.Type, Span);

/// <summary>A cell of the policy's state. In a property of a scenario: of the policy that the cell binds, by name; the policies of all rows that concern it must declare it.</summary>
public sealed record StateExpr(PolicyState State, ImmutableArray<SpecExpr> Index, SourceSpan Span) : SpecExpr(State.Type, Span);

/// <summary>A member of a vCPU, VM, pCPU or page.</summary>
public sealed record MemberExpr(SpecExpr Target, Member Member, SpecType Type, SourceSpan Span) : SpecExpr(Type, Span);

/// <summary>A register field: of the machine and policy (<paramref name="Target"/> null: the effective <c>DIC</c>, <c>IDC</c>, <c>FWB</c>, or a field as set), of a VM (what the guest is told), or of a vCPU (SCTLR_EL1 as last written).</summary>
public sealed record FieldExpr(SpecExpr? Target, string Field, SpecType Type, SourceSpan Span) : SpecExpr(Type, Span);

/// <summary>Logical not.</summary>
public sealed record NotExpr(SpecExpr Operand, SourceSpan Span) : SpecExpr(new SpecType.Bool(), Span);

/// <summary>Two operands.</summary>
public sealed record BinaryExpr(ExprOp Op, SpecExpr Left, SpecExpr Right, SpecType Type, SourceSpan Span) : SpecExpr(Type, Span);

/// <summary><c>element in set</c></summary>
public sealed record InExpr(SpecExpr Element, SpecExpr Set, SourceSpan Span) : SpecExpr(new SpecType.Bool(), Span);

/// <summary><c>B at end</c>, <c>B at label</c>: a vCPU's program or a task has ended, or stands before the labelled statement; or, with <see cref="IsPast"/>, has done it.</summary>
/// <param name="Vcpu">The vCPU's number, or <see langword="null"/>.</param>
/// <param name="Task">The task's number, or <see langword="null"/>.</param>
/// <param name="Label">The label, or <see langword="null"/> for the end.</param>
/// <param name="Span">Where it stands.</param>
public sealed record AtExpr(int? Vcpu, int? Task, string? Label, SourceSpan Span) : SpecExpr(new SpecType.Bool(), Span)
{
    /// <summary><c>B past label</c>: the labelled statement has been done, in a loop at least once.</summary>
    public bool IsPast { get; init; }
}

/// <summary>An operand of <c>||</c> or <c>&amp;&amp;</c> with a label, by which it can be left out of its test.</summary>
/// <param name="Operand">The operand.</param>
/// <param name="Label">The label.</param>
/// <param name="Text">The operand as written.</param>
/// <param name="Span">Where it stands.</param>
public sealed record LabelledExpr(SpecExpr Operand, string Label, string Text, SourceSpan Span) : SpecExpr(new SpecType.Bool(), Span)
{
    /// <summary>The labelled operands of a test, outer before inner.</summary>
    public static IEnumerable<LabelledExpr> In(SpecExpr test) => StatementNames.All(test).OfType<LabelledExpr>();

    /// <summary>What is left of a test without some of its operands; <see langword="null"/> where that is nothing.</summary>
    public static SpecExpr? Without(SpecExpr test, IReadOnlySet<string> labels) => test switch
    {
        LabelledExpr operand => labels.Contains(operand.Label) ? null : Without(operand.Operand, labels) is { } left ? operand with { Operand = left } : null,
        BinaryExpr { Op: ExprOp.And or ExprOp.Or } both => (Without(both.Left, labels), Without(both.Right, labels)) switch
        {
            ({ } left, { } right) => both with { Left = left, Right = right },
            (var left, var right) => left ?? right,
        },
        _ => test,
    };
}
