using System.Collections.Immutable;

namespace CoherenceCheck.Language.Vocabulary;

/// <summary>Where a register field may be set.</summary>
[Flags]
public enum FieldScope
{
    /// <summary>Nowhere: a derived name, for conditions only (bare <c>FWB</c>, <c>DIC</c>, <c>IDC</c>).</summary>
    Derived = 0,

    /// <summary>In <c>machine</c> and <c>profile</c>: a property of the hardware or of the host's set-up.</summary>
    Machine = 1,

    /// <summary>In <c>policy</c> and <c>with</c>.</summary>
    Policy = 2,

    /// <summary>In <c>vm</c>: what the guest's ID registers say.</summary>
    Vm = 4,

    /// <summary>In <c>vcpu</c>.</summary>
    Vcpu = 8,

    /// <summary>In <c>reset</c>: what a vCPU has of its own.</summary>
    Reset = 16,

    /// <summary>In <c>pcpu</c>: what one CPU has otherwise than the machine says.</summary>
    Pcpu = 32,
}

/// <summary>A field of an architectural register that a spec may name.</summary>
/// <param name="Name">As Arm writes it: <c>CTR_EL0.DIC</c>.</param>
/// <param name="Values">The values in order, as written in a spec: <c>0</c>, <c>1</c>, <c>IS</c> …</param>
/// <param name="Scope">Where it may be set.</param>
/// <param name="Source">Where the architecture defines it.</param>
/// <param name="Summary">One sentence.</param>
public sealed record FieldInfo(string Name, ImmutableArray<string> Values, FieldScope Scope, string Source, string Summary);

/// <summary>A value of a reading.</summary>
/// <param name="Name">As written in a spec.</param>
/// <param name="Summary">One sentence.</param>
/// <param name="Refusal">Why the model refuses the value, where it does not model it yet; <see langword="null"/> where it does.</param>
public sealed record ReadingValue(string Name, string Summary, string? Refusal = null);

/// <summary>A reading: one way to understand an unsettled sentence of the architecture, a switch with named values.</summary>
/// <param name="Name">As written in a spec.</param>
/// <param name="Values">Its values.</param>
/// <param name="Source">Where the question stands.</param>
/// <param name="Summary">One sentence.</param>
public sealed record ReadingInfo(string Name, ImmutableArray<ReadingValue> Values, string Source, string Summary);

/// <summary>The names that the binder knows: the fields and readings of the one registry, the PE models, and the revisions of the manual.</summary>
/// <param name="Fields">All fields.</param>
/// <param name="Readings">All readings.</param>
/// <param name="PeModels">The PE models with, for those that are refused, the reason.</param>
public sealed record ArchitectureVocabulary(
    ImmutableArray<FieldInfo> Fields,
    ImmutableArray<ReadingInfo> Readings,
    ImmutableArray<ReadingValue> PeModels)
{
    /// <summary>The revisions of the manual: profiles that every spec knows.</summary>
    public ImmutableArray<RevisionInfo> Revisions { get; init; } = [];

    /// <summary>The revision whose readings a machine has that it does not set itself; <see langword="null"/> for none.</summary>
    public RevisionInfo? Assumed { get; init; }
}
