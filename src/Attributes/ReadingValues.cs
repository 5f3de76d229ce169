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

/// <summary>Reading <c>dic_snoops_nc</c>.</summary>
public enum DicSnoopsNc
{
    /// <summary>DIC does not cover lines that Non-cacheable fetches filled.</summary>
    No,

    /// <summary>A store snoops them; a refill may follow.</summary>
    AtStore,

    /// <summary>Non-cacheable fetches fill from the coherent side.</summary>
    CoherentFill,
}

/// <summary>Reading <c>dic_ic_nop</c>.</summary>
public enum DicIcNop
{
    /// <summary>IC invalidates with DIC = 1.</summary>
    Executes,

    /// <summary>IC is a NOP with DIC = 1.</summary>
    Nop,
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

/// <summary>Reading <c>ic_instant</c>.</summary>
public enum IcInstant
{
    /// <summary>On each PE at its own time.</summary>
    PerPe,

    /// <summary>On all PEs at once.</summary>
    GlobalDrain,
}

/// <summary>Reading <c>ic_iallu_scope</c>.</summary>
public enum IcIalluScope
{
    /// <summary>Its own PE.</summary>
    Local,

    /// <summary>The Inner Shareable domain.</summary>
    Broadcast,
}

/// <summary>Reading <c>s1_effective_sh</c>.</summary>
public enum S1EffectiveSh
{
    /// <summary>The descriptor's.</summary>
    Descriptor,

    /// <summary>Outer Shareable.</summary>
    Osh,
}
