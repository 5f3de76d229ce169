namespace CoherenceCheck.Attributes;

// The members of each enumeration are the values of the reading in the registry's order.

/// <summary>Reading <c>fwb_ifetch</c>.</summary>
public enum FwbIfetch
{
    /// <summary>FWB forces fetches, too.</summary>
    Upgrades,

    /// <summary>Fetches keep their stage-1 attribute.</summary>
    NoEffect,

    /// <summary>They keep it with stage 1 off and SCTLR_EL1.I = 0.</summary>
    NoEffectWhenM0I0,
}

/// <summary>Reading <c>sctlr_i_alloc</c>.</summary>
public enum SctlrIAlloc
{
    /// <summary>SCTLR_EL1.I = 0 governs unified caches.</summary>
    UnifiedOnly,

    /// <summary>It governs I-caches as well.</summary>
    Icache,
}

/// <summary>Reading <c>mmuoff_wt_point</c>.</summary>
public enum MmuoffWtPoint
{
    /// <summary>At the Point of Unification.</summary>
    Pou,

    /// <summary>At either point.</summary>
    PocOrPou,
}

/// <summary>Reading <c>nc_fetch_point</c>.</summary>
public enum NcFetchPoint
{
    /// <summary>At the Point of Coherency.</summary>
    PocOnly,

    /// <summary>At either point.</summary>
    PocOrPou,
}

/// <summary>Reading <c>device_fetch</c>.</summary>
public enum DeviceFetch
{
    /// <summary>As from Normal Non-cacheable memory.</summary>
    AsNc,

    /// <summary>A Permission fault.</summary>
    PermissionFault,
}

/// <summary>Reading <c>idc_effective</c>.</summary>
public enum IdcEffective
{
    /// <summary>The bit, or LoC = 0, or LoUU = LoUIS = 0.</summary>
    Full,

    /// <summary>The bit alone.</summary>
    CtrBit,
}

/// <summary>Reading <c>s1_effective_sh</c>.</summary>
public enum S1EffectiveSh
{
    /// <summary>The descriptor's.</summary>
    Descriptor,

    /// <summary>Outer Shareable.</summary>
    Osh,
}
