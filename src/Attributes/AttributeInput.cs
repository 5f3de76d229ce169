using System.Collections.Immutable;

namespace CoherenceCheck.Attributes;

/// <summary>Everything that the effective attributes of an access depend on. EL1&amp;0, Non-secure, {E2H, TGE} not {1, 1}.</summary>
public sealed record AttributeInput
{
    /// <summary>A load or store, or a fetch.</summary>
    public required AccessKind Access { get; init; }

    /// <summary>SCTLR_EL1.M.</summary>
    public required bool SctlrM { get; init; }

    /// <summary>SCTLR_EL1.C.</summary>
    public required bool SctlrC { get; init; }

    /// <summary>SCTLR_EL1.I.</summary>
    public required bool SctlrI { get; init; }

    /// <summary>The stage-1 type, where stage 1 is on.</summary>
    public MemoryType Stage1 { get; init; } = MemoryType.Of(MemoryClass.WriteBack);

    /// <summary>The stage-1 descriptor's shareability, where stage 1 is on.</summary>
    public Shareability Stage1Shareability { get; init; } = Shareability.InnerShareable;

    /// <summary>HCR_EL2.VM.</summary>
    public bool HcrVm { get; init; }

    /// <summary>HCR_EL2.DC.</summary>
    public bool HcrDc { get; init; }

    /// <summary>HCR_EL2.CD.</summary>
    public bool HcrCd { get; init; }

    /// <summary>HCR_EL2.ID.</summary>
    public bool HcrId { get; init; }

    /// <summary>HCR_EL2.FWB, where FEAT_S2FWB is implemented.</summary>
    public bool Fwb { get; init; }

    /// <summary>Stage-2 MemAttr[3:0].</summary>
    public int MemAttr { get; init; } = 0b1111;

    /// <summary>The stage-2 descriptor's shareability.</summary>
    public Shareability Stage2Shareability { get; init; } = Shareability.InnerShareable;
}

/// <summary>The effective attributes of an access.</summary>
/// <param name="Types">The permitted types: one; several for a reserved encoding, a CONSTRAINED UNPREDICTABLE result.</param>
/// <param name="Shareability">The final shareability of the first of them.</param>
/// <param name="Faults">Whether the access takes a Permission fault instead: a fetch from Device memory under <c>device_fetch = permission_fault</c>.</param>
public sealed record EffectiveAttributes(ImmutableArray<MemoryType> Types, Shareability Shareability, bool Faults)
{
    /// <summary>The type, where there is one.</summary>
    /// <exception cref="InvalidOperationException">Several are permitted.</exception>
    public MemoryType Type => Types.Length == 1 ? Types[0] : throw new InvalidOperationException("Several types are permitted.");
}
