namespace CoherenceCheck.Attributes.Observation;

/// <summary>What caches owe software, as CTR_EL0, CLIDR_EL1 and readings say.</summary>
/// <param name="Dic">CTR_EL0.DIC.</param>
/// <param name="Idc">Effective IDC.</param>
/// <param name="Snoops">DIC = 1, and a store snoops lines that Non-cacheable fetches filled (<c>dic_snoops_nc = at_store</c>).</param>
/// <param name="IcIsNop">DIC = 1, and IC does nothing (<c>dic_ic_nop = nop</c>).</param>
/// <param name="NothingToCleanToPoC">LoC = 0.</param>
public sealed record CacheBehaviour(bool Dic, bool Idc, bool Snoops, bool IcIsNop, bool NothingToCleanToPoC)
{
    /// <summary>1 for <see cref="Idc"/>, 2 for <see cref="Snoops"/>, 4 for <see cref="IcIsNop"/>, 8 for <see cref="NothingToCleanToPoC"/>; DIC shows in accesses.</summary>
    public int Bits => (Idc ? 1 : 0) | (Snoops ? 2 : 0) | (IcIsNop ? 4 : 0) | (NothingToCleanToPoC ? 8 : 0);

    /// <summary>What registers come to.</summary>
    public static CacheBehaviour Of(MachineRegisters registers) => new(
        registers.Dic,
        registers.Idc,
        registers.Dic && registers.Readings.Is("dic_snoops_nc", "at_store"),
        registers.Dic && registers.Readings.Is("dic_ic_nop", "nop"),
        registers.LoC == 0);
}

/// <summary>How a vCPU in one mode reaches a line.</summary>
/// <param name="Fetch">Its fetches.</param>
/// <param name="Data">Its loads and stores.</param>
/// <param name="Registers">The registers that hold there.</param>
public sealed record LineAccess(FetchBehaviour Fetch, DataBehaviour Data, MachineRegisters Registers)
{
    /// <summary>What the PoU offers may be allocated in the I-cache.</summary>
    public bool FillsFromPoU => Fills.HasFlag(FetchSource.PoU);

    /// <summary>What the PoC offers may be allocated in the I-cache.</summary>
    public bool FillsFromPoC => Fills.HasFlag(FetchSource.PoC);

    /// <summary>A fetch may deliver what the PoU offers.</summary>
    public bool DeliversFromPoU => Delivers.HasFlag(FetchSource.PoU);

    /// <summary>A fetch may deliver what the PoC offers.</summary>
    public bool DeliversFromPoC => Delivers.HasFlag(FetchSource.PoC);

    /// <summary>
    /// 1 for <see cref="FillsFromPoU"/>, 2 for <see cref="FillsFromPoC"/>, 4 for <see cref="DeliversFromPoU"/>,
    /// 8 for <see cref="DeliversFromPoC"/>, 16 where a fetch may execute at all, 32 where data accesses are cacheable.
    /// </summary>
    public int Bits => (FillsFromPoU ? 1 : 0) | (FillsFromPoC ? 2 : 0) | (DeliversFromPoU ? 4 : 0) | (DeliversFromPoC ? 8 : 0)
        | (Fetch.MayExecute ? 16 : 0) | (Data.Cacheable ? 32 : 0);

    private bool FillsCoherently => Registers.Dic && Registers.Readings.Is("dic_snoops_nc", "coherent_fill");

    /// <remarks>With DIC = 1 only Non-cacheable fetches leave lines behind that a store does not reach, and under coherent_fill none.</remarks>
    private FetchSource Fills => Fetch.MayFill && Fetch.MayAllocate && (!Registers.Dic || (Fetch.IsNonCacheable && !FillsCoherently))
        ? Fetch.Source
        : FetchSource.None;

    private FetchSource Delivers => !Fetch.MayExecute ? FetchSource.None : FillsCoherently ? FetchSource.PoU : Fetch.Source;
}
