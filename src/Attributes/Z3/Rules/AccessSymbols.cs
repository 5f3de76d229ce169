using Microsoft.Z3;

namespace CoherenceCheck.Attributes.Z3;

/// <summary>What the attributes of an access depend on.</summary>
internal sealed record AccessSymbols
{
    /// <summary>A fetch; otherwise a data access.</summary>
    public required BoolExpr IsFetch { get; init; }

    public required BoolExpr M { get; init; }

    public required BoolExpr C { get; init; }

    public required BoolExpr I { get; init; }

    public required HypervisorSymbols Hcr { get; init; }

    /// <summary>What MAIR_EL1 says.</summary>
    public required TypeSymbols Attribute { get; init; }

    public required Scale Stage1Shareability { get; init; }

    /// <summary>Stage-2 MemAttr, bit 0 first.</summary>
    public required BoolExpr[] MemAttr { get; init; }

    public required Scale Stage2Shareability { get; init; }

    public required AccessReadings Readings { get; init; }
}

/// <summary>HCR_EL2 as it is written, and FWB where it is in effect.</summary>
internal sealed record HypervisorSymbols(BoolExpr Vm, BoolExpr Dc, BoolExpr Cd, BoolExpr Id, BoolExpr E2H, BoolExpr Tge, BoolExpr Fwb);

/// <summary>The readings that attributes depend on.</summary>
/// <param name="FwbMissesFetches"><c>fwb_ifetch = no_effect</c>.</param>
/// <param name="FwbMissesOffFetches"><c>fwb_ifetch = no_effect_when_m0_i0</c>.</param>
/// <param name="DeviceFetchFaults"><c>device_fetch = permission_fault</c>.</param>
/// <param name="UncachedIsOuter"><c>s1_effective_sh = osh</c>.</param>
internal sealed record AccessReadings(BoolExpr FwbMissesFetches, BoolExpr FwbMissesOffFetches, BoolExpr DeviceFetchFaults, BoolExpr UncachedIsOuter);

/// <summary>HCR_EL2 in effect.</summary>
internal sealed record ControlSymbols(BoolExpr Dc, BoolExpr Cd, BoolExpr Id, BoolExpr Stage1On, BoolExpr Stage2On);

/// <summary>What stage 1 gives stage 2.</summary>
/// <param name="Type">The type; of a fetch never Device.</param>
/// <param name="Shareability">The shareability.</param>
/// <param name="FetchesDevice">A fetch that stage 1 takes from Device memory.</param>
internal sealed record Stage1Symbols(TypeSymbols Type, Scale Shareability, BoolExpr FetchesDevice);

/// <summary>What an access is in the end.</summary>
internal sealed record ResultSymbols(TypeSymbols Type, Scale Shareability, BoolExpr Faults, ControlSymbols Control);
