namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>Faults that the comparison with the private machine has to find.</summary>
internal enum PrivateGhostFault
{
    None,

    /// <summary>An open DC adds nothing to gH before its DSB.</summary>
    EffectsAtDsb,

    /// <summary>A DC makes an open one of another kind be forgotten.</summary>
    OneDcForAllKinds,

    /// <summary>A DSB leaves what its DCs allow, whatever an earlier DSB of another vCPU has excluded.</summary>
    Assigns,

    /// <summary>An open DC adds nothing to the open sets of others.</summary>
    EffectsInOwnSetOnly,

    /// <summary>A DC that may mean several pages is not there at all.</summary>
    DcOnSeveralPagesIsNothing,

    /// <summary>A copy may be cached whether anybody may look at the page Write-Back or not.</summary>
    CopiesAlways,

    /// <summary>A DSB leaves only the descriptor that was stored last, whoever stored it.</summary>
    DescriptorsSettleForAll,

    /// <summary>A TLBI removes entries when it is issued.</summary>
    TlbiAtIssue,

    /// <summary>A TLBI or IC counts from its completion, not from its issue.</summary>
    FillsAtDsb,
}
