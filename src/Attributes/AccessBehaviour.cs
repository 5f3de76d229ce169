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
/// <param name="IsNonCacheable">Whether it is Non-cacheable, and the PoC apart from the PoU: with DIC = 1, which speaks of the PoU, no other fetch leaves lines behind.</param>
/// <param name="Source">Where it reads.</param>
public sealed record FetchBehaviour(bool MayExecute, bool MayFill, bool MayAllocate, bool IsNonCacheable, FetchSource Source);

/// <summary>What a data access means for coherence.</summary>
/// <param name="Cacheable">Whether it is made to the coherent caches; otherwise to the Point of Coherency.</param>
public sealed record DataBehaviour(bool Cacheable);

/// <summary>Translates attributes into what the model sees. Of mixed inner and outer cacheability the weaker decides.</summary>
/// <remarks>Of a reserved encoding, where hardware chooses, a fetch may do what it may do under any choice, and data accesses are
/// cacheable only if they are under all.</remarks>
public static class AccessBehaviour
{
    /// <summary>What a fetch means.</summary>
    /// <param name="input">The access; its kind is ignored.</param>
    /// <param name="executable">Whether stage 2 lets it execute.</param>
    /// <param name="registers">The cache levels.</param>
    /// <remarks>Arm ARM D7.5.5, D7.5.7 (I-caches hold Non-cacheable fetches), D8.4.4 and D8.18.2 (execute-never), B2.10.2 and
    /// K1.2.11 (Device); an unsettled point each: nc_fetch_point, mmuoff_wt_point, device_fetch, xn_blocks_alloc, sctlr_i_alloc.</remarks>
    public static FetchBehaviour Fetch(AttributeInput input, bool executable, MachineRegisters registers)
    {
        var readings = registers.Readings;
        var attributes = EffectiveMemory.Of(input with { Access = AccessKind.Fetch }, readings);
        var source = attributes.Permitted.Aggregate(FetchSource.None, (all, result) => all | SourceOf(result.Type.Weaker, input, registers));
        var mayFill = executable || !readings.XnBlocksAlloc;

        // SCTLR_EL1.I is ignored with HCR_EL2.DC = 1 (D7.5.5, pseudocode S1ICacheEnabled).
        var isEnabled = input.SctlrI || input.EffectiveDc;
        return new FetchBehaviour(
            MayExecute: executable && !attributes.Permitted.All(result => result.Faults),
            MayFill: mayFill,
            MayAllocate: mayFill && (isEnabled || readings.SctlrIAlloc == SctlrIAlloc.UnifiedOnly),
            IsNonCacheable: registers.LoC != 0 && attributes.Permitted.Any(result => result.Type.Weaker == MemoryClass.NonCacheable),
            source);
    }

    /// <summary>What a data access means. Write-Through counts as cacheable: it is coherent with Write-Back and leaves nothing to clean.</summary>
    /// <param name="input">The access; its kind is ignored.</param>
    /// <param name="registers">The cache levels: with LoC = 0 nothing stands above the PoC, and every access is coherent.</param>
    public static DataBehaviour Data(AttributeInput input, MachineRegisters registers)
    {
        var attributes = EffectiveMemory.Of(input with { Access = AccessKind.Data }, registers.Readings);
        return new DataBehaviour(registers.LoC == 0 || attributes.Permitted.All(result => result.Type.Weaker > MemoryClass.NonCacheable));
    }

    private static FetchSource SourceOf(MemoryClass weaker, AttributeInput input, MachineRegisters registers)
    {
        const FetchSource Either = FetchSource.PoU | FetchSource.PoC;
        var readings = registers.Readings;
        return weaker switch
        {
            // With LoC = 0 the two points are one.
            _ when registers.LoC == 0 => FetchSource.PoU,
            MemoryClass.WriteBack => FetchSource.PoU,

            // With HCR_EL2.DC = 1 it is stage 2 that says Write-Through, to fetches and data alike: nothing mismatches.
            MemoryClass.WriteThrough => !input.IsStage1On && !input.EffectiveDc && readings.MmuoffWtPoint == MmuoffWtPoint.PocOrPou ? Either : FetchSource.PoU,
            _ => readings.NcFetchPoint == NcFetchPoint.PocOrPou ? Either : FetchSource.PoC,
        };
    }
}
