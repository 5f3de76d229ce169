namespace CoherenceCheck.Attributes;

/// <summary>Everything that the effective attributes of an access depend on: EL1&amp;0, AArch64, Non-secure, EL2 enabled.</summary>
/// <remarks>With {E2H, TGE} = {1, 1} the bits VM, DC, CD and ID of HCR_EL2 count as 0 (C8): see the properties named "effective".</remarks>
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

    /// <summary>What MAIR_EL1 says (<see cref="Mair"/>), where stage 1 is on.</summary>
    public MemoryTypeSet Stage1 { get; init; } = MemoryType.Of(MemoryClass.WriteBack);

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

    /// <summary>HCR_EL2.E2H.</summary>
    public bool HcrE2H { get; init; }

    /// <summary>HCR_EL2.TGE.</summary>
    public bool HcrTge { get; init; }

    /// <summary>HCR_EL2.FWB, where FEAT_S2FWB is implemented.</summary>
    public bool Fwb { get; init; }

    /// <summary>Stage-2 MemAttr[3:0].</summary>
    public int MemAttr { get; init; } = 0b1111;

    /// <summary>The stage-2 descriptor's shareability.</summary>
    public Shareability Stage2Shareability { get; init; } = Shareability.InnerShareable;

    /// <summary>The effective HCR_EL2.DC.</summary>
    public bool EffectiveDc => HcrDc && !IsHostRegime;

    /// <summary>The effective HCR_EL2.CD.</summary>
    public bool EffectiveCd => HcrCd && !IsHostRegime;

    /// <summary>The effective HCR_EL2.ID.</summary>
    public bool EffectiveId => HcrId && !IsHostRegime;

    /// <summary>Whether stage 1 is on: HCR_EL2.DC turns it off (D8.2.12.1 R_LBPTY).</summary>
    public bool IsStage1On => SctlrM && !EffectiveDc;

    /// <summary>Whether stage 2 is on: HCR_EL2.DC turns it on (D8.2.12.1 R_LBPTY).</summary>
    public bool IsStage2On => (HcrVm || HcrDc) && !IsHostRegime;

    private bool IsHostRegime => HcrE2H && HcrTge;
}
