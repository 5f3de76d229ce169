namespace CoherenceCheck.Attributes.Observation;

/// <summary>What caches owe software, as CTR_EL0, CLIDR_EL1 and readings say.</summary>
/// <param name="Dic">CTR_EL0.DIC.</param>
/// <param name="Idc">Effective IDC.</param>
/// <param name="Snoops">DIC = 1, and a store snoops lines that Non-cacheable fetches filled (<c>dic_snoops_nc = at_store</c>).</param>
/// <param name="IcIsNop">DIC = 1, and IC does nothing (<c>dic_ic_nop = nop</c>).</param>
/// <param name="NothingToCleanToPoC">LoC = 0.</param>
public sealed record CacheBehaviour(bool Dic, bool Idc, bool Snoops, bool IcIsNop, bool NothingToCleanToPoC)
{
    /// <summary>It as flags; DIC shows in accesses.</summary>
    public CacheFlags Flags => (Idc ? CacheFlags.Idc : CacheFlags.None) | (Snoops ? CacheFlags.Snoops : CacheFlags.None) | (IcIsNop ? CacheFlags.IcIsNop : CacheFlags.None) | (NothingToCleanToPoC ? CacheFlags.NothingToCleanToPoC : CacheFlags.None);

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

    /// <summary>It as flags.</summary>
    public AccessFlags Flags => (FillsFromPoU ? AccessFlags.FillsFromPoU : AccessFlags.None) | (FillsFromPoC ? AccessFlags.FillsFromPoC : AccessFlags.None)
        | (DeliversFromPoU ? AccessFlags.DeliversFromPoU : AccessFlags.None) | (DeliversFromPoC ? AccessFlags.DeliversFromPoC : AccessFlags.None)
        | (Fetch.MayExecute ? AccessFlags.MayExecute : AccessFlags.None) | (Data.Cacheable ? AccessFlags.IsCacheable : AccessFlags.None);

    private bool FillsCoherently => Registers.Dic && Registers.Readings.Is("dic_snoops_nc", "coherent_fill");

    /// <remarks>With DIC = 1 only Non-cacheable fetches leave lines behind that a store does not reach, and under coherent_fill none.</remarks>
    private FetchSource Fills => Fetch.MayFill && Fetch.MayAllocate && (!Registers.Dic || (Fetch.IsNonCacheable && !FillsCoherently))
        ? Fetch.Source
        : FetchSource.None;

    private FetchSource Delivers => !Fetch.MayExecute ? FetchSource.None : FillsCoherently ? FetchSource.PoU : Fetch.Source;
}

/// <summary>What caches owe software: the values of a <see cref="CacheObservable"/>.</summary>
[Flags]
public enum CacheFlags
{
    /// <summary>Nothing but what is architected.</summary>
    None = 0,

    /// <summary><see cref="CacheBehaviour.Idc"/>.</summary>
    Idc = 1,

    /// <summary><see cref="CacheBehaviour.Snoops"/>.</summary>
    Snoops = 2,

    /// <summary><see cref="CacheBehaviour.IcIsNop"/>.</summary>
    IcIsNop = 4,

    /// <summary><see cref="CacheBehaviour.NothingToCleanToPoC"/>.</summary>
    NothingToCleanToPoC = 8,
}

/// <summary>How a vCPU reaches a line: the values of an <see cref="AccessObservable"/>.</summary>
[Flags]
public enum AccessFlags
{
    /// <summary>Not at all.</summary>
    None = 0,

    /// <summary><see cref="LineAccess.FillsFromPoU"/>.</summary>
    FillsFromPoU = 1,

    /// <summary><see cref="LineAccess.FillsFromPoC"/>.</summary>
    FillsFromPoC = 2,

    /// <summary><see cref="LineAccess.DeliversFromPoU"/>.</summary>
    DeliversFromPoU = 4,

    /// <summary><see cref="LineAccess.DeliversFromPoC"/>.</summary>
    DeliversFromPoC = 8,

    /// <summary>A fetch may execute what it delivers.</summary>
    MayExecute = 16,

    /// <summary>Data accesses are cacheable.</summary>
    IsCacheable = 32,
}
