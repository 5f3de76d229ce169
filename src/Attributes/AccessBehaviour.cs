namespace CoherenceCheck.Attributes;

/// <summary>The points at which a fetch that misses may read.</summary>
[Flags]
public enum FetchSource
{
    /// <summary>Nowhere.</summary>
    None = 0,

    /// <summary>The Point of Unification, or anything newer.</summary>
    PoU = 1,

    /// <summary>The Point of Coherency.</summary>
    PoC = 2,
}

/// <summary>What a fetch means for coherence.</summary>
/// <param name="MayExecute">Whether it may deliver an instruction.</param>
/// <param name="MayFill">Whether it may read at its source at all, for execution or by speculation.</param>
/// <param name="MayAllocate">Whether what it reads may stay in the I-cache.</param>
/// <param name="IsNonCacheable">Whether it is Non-cacheable.</param>
/// <param name="Source">Where it reads.</param>
public sealed record FetchBehaviour(bool MayExecute, bool MayFill, bool MayAllocate, bool IsNonCacheable, FetchSource Source);

/// <summary>What a data access means for coherence.</summary>
/// <param name="Cacheable">Whether it is made to the coherent caches; otherwise to the Point of Coherency.</param>
public sealed record DataBehaviour(bool Cacheable);

/// <summary>Translates attributes into what the model sees.</summary>
public static class AccessBehaviour
{
    /// <summary>What a fetch means.</summary>
    /// <param name="input">The access; its kind is ignored.</param>
    /// <param name="executable">Whether stage 2 lets it execute.</param>
    /// <param name="registers">The machine's cache levels.</param>
    /// <remarks>An unsettled point each: nc_fetch_point, mmuoff_wt_point, device_fetch, xn_blocks_alloc, sctlr_i_alloc.</remarks>
    public static FetchBehaviour Fetch(AttributeInput input, bool executable, MachineRegisters registers)
    {
        var readings = registers.Readings;
        var attributes = EffectiveMemory.Of(input with { Access = AccessKind.Fetch }, readings);
        var source = attributes.Types.Aggregate(FetchSource.None, (all, type) => all | SourceOf(type, input, registers));
        var speculates = executable || readings.Is("xn_blocks_alloc", "no");
        var iIgnored = input.HcrDc || input.SctlrI;
        return new FetchBehaviour(
            executable && !attributes.Faults,
            speculates,
            speculates && (iIgnored || !readings.Is("sctlr_i_alloc", "icache")),
            attributes.Types.Any(type => type.Weaker == MemoryClass.NonCacheable) && registers.LoC != 0,
            source);
    }

    /// <summary>What a data access means. Write-Through counts as cacheable: no dirty line is at stake, and readers are coherent.</summary>
    public static DataBehaviour Data(AttributeInput input, MachineRegisters registers)
    {
        var attributes = EffectiveMemory.Of(input with { Access = AccessKind.Data }, registers.Readings);
        return new DataBehaviour(registers.LoC == 0 || attributes.Types.All(type => type.Weaker > MemoryClass.NonCacheable));
    }

    private static FetchSource SourceOf(MemoryType type, AttributeInput input, MachineRegisters registers)
    {
        if (registers.LoC == 0)
        {
            return FetchSource.PoU; // PoC and PoU are one point.
        }

        var either = FetchSource.PoU | FetchSource.PoC;
        return type.Weaker switch
        {
            MemoryClass.WriteBack => FetchSource.PoU,
            MemoryClass.WriteThrough => !input.SctlrM && registers.Readings.Is("mmuoff_wt_point", "poc_or_pou") ? either : FetchSource.PoU,
            _ => registers.Readings.Is("nc_fetch_point", "poc_or_pou") ? either : FetchSource.PoC,
        };
    }
}
