namespace CoherenceCheck.Model.Tests.Reference;

/// <summary>Whether a store reaches lines that Non-cacheable fetches filled, with DIC = 1.</summary>
internal enum Snoops
{
    No,
    AtStore,
    CoherentFill,
}

/// <summary>What is fixed about the hardware: ID registers and readings.</summary>
/// <param name="Idc">CTR_EL0.IDC.</param>
/// <param name="Dic">CTR_EL0.DIC; needs IDC.</param>
/// <param name="Snoops"><c>dic_snoops_nc</c>.</param>
/// <param name="IcIsNop"><c>dic_ic_nop = nop</c>.</param>
/// <param name="NcAtEither"><c>nc_fetch_point = poc_or_pou</c>.</param>
/// <param name="WtAtEither"><c>mmuoff_wt_point = poc_or_pou</c>.</param>
/// <param name="OneInstant"><c>ic_instant = global_drain</c>.</param>
/// <param name="NshLimitsDc"><c>dsb_domain = all</c>: a DSB NSH waits for no DC.</param>
internal sealed record Hardware(bool Idc, bool Dic, Snoops Snoops, bool IcIsNop, bool NcAtEither, bool WtAtEither, bool OneInstant, bool NshLimitsDc)
{
    /// <summary>All legal ones: 8 with DIC = 0 and 24 with DIC = 1, each with both points of a Write-Through fetch. What limits a DSB is left at its default.</summary>
    public static IReadOnlyList<Hardware> All { get; } =
    [
        .. from cache in new[] { (false, false), (true, false), (true, true) }
           from snoops in cache.Item2 ? Enum.GetValues<Snoops>() : [Snoops.No]
           from nop in cache.Item2 ? new[] { false, true } : [false]
           from nc in new[] { false, true }
           from wt in new[] { false, true }
           from instant in new[] { false, true }
           select new Hardware(cache.Item1, cache.Item2, snoops, nop, nc, wt, instant, NshLimitsDc: false),
    ];

    /// <summary>The settings of a <c>machine</c> block.</summary>
    public string Settings() => string.Join(" ; ",
        $"CTR_EL0.IDC = {(Idc ? 1 : 0)}",
        $"CTR_EL0.DIC = {(Dic ? 1 : 0)}",
        $"reading dic_snoops_nc = {Snoops switch { Snoops.No => "no", Snoops.AtStore => "at_store", _ => "coherent_fill" }}",
        $"reading dic_ic_nop = {(IcIsNop ? "nop" : "executes")}",
        $"reading nc_fetch_point = {(NcAtEither ? "poc_or_pou" : "poc_only")}",
        $"reading mmuoff_wt_point = {(WtAtEither ? "poc_or_pou" : "pou")}",
        $"reading ic_instant = {(OneInstant ? "global_drain" : "per_pe")}",
        $"reading dsb_domain = {(NshLimitsDc ? "all" : "maintenance")}");
}

/// <summary>SCTLR_EL1 of one vCPU.</summary>
internal readonly record struct Sctlr(bool M, bool C, bool I)
{
    /// <summary>Whether stores go to the coherent caches; Device memory with the MMU off, Non-cacheable with C = 0.</summary>
    public bool StoresCacheable => M && C;

    /// <summary>The bit by which a set of values holds this one.</summary>
    public int Bit => 1 << ((M ? 1 : 0) + (C ? 2 : 0) + (I ? 4 : 0));

    public static IEnumerable<Sctlr> In(int set)
    {
        for (var i = 0; i < 8; i++)
        {
            if ((set >> i & 1) != 0)
            {
                yield return new Sctlr((i & 1) != 0, (i & 2) != 0, (i & 4) != 0);
            }
        }
    }
}
