namespace CoherenceCheck.Attributes.Tests;

/// <summary>What an access means for coherence, and which reading it turns on.</summary>
public sealed class AccessBehaviourTests
{
    [Fact]
    public void Fetch_with_the_mmu_off_may_read_the_poc_and_stay_in_the_i_cache()
    {
        var fetch = AccessBehaviour.Fetch(Accesses.MmuOff(AccessKind.Fetch), executable: true, Accesses.Machine());

        Assert.Equal(new FetchBehaviour(MayExecute: true, MayFill: true, MayAllocate: true, IsNonCacheable: true, FetchSource.PoU | FetchSource.PoC), fetch);
    }

    [Theory]
    [InlineData("poc_only", FetchSource.PoC)]
    [InlineData("poc_or_pou", FetchSource.PoU | FetchSource.PoC)]
    public void Non_cacheable_fetch_reads_where_nc_fetch_point_says(string reading, FetchSource expected) =>
        Assert.Equal(expected, Source(Accesses.MmuOff(AccessKind.Fetch), ReadingSet.InOrder.With("nc_fetch_point", reading)));

    [Theory]
    [InlineData("pou", FetchSource.PoU)]
    [InlineData("poc_or_pou", FetchSource.PoU | FetchSource.PoC)]
    public void Write_through_fetch_with_the_mmu_off_reads_where_mmuoff_wt_point_says(string reading, FetchSource expected)
    {
        var readings = ReadingSet.InOrder.With("mmuoff_wt_point", reading);
        Assert.Equal(expected, Source(Accesses.MmuOff(AccessKind.Fetch, i: true), readings));
        Assert.Equal(FetchSource.PoU, Source(Accesses.Guest(AccessKind.Fetch) with { Stage1 = MemoryType.Of(MemoryClass.WriteThrough) }, readings));
    }

    /// <summary>Under HCR_EL2.DC stage 1 says Write-Back, and Write-Through comes of stage 2, for data alike: nothing mismatches.</summary>
    [Fact]
    public void Write_through_fetch_by_stage_2_reads_at_the_pou_under_dc()
    {
        var off = Accesses.MmuOff(AccessKind.Fetch) with { MemAttr = 0b1010, HcrDc = true };
        Assert.Equal("WT,ISH", Accesses.Of(off));
        Assert.Equal(FetchSource.PoU, Source(off, ReadingSet.InOrder.With("mmuoff_wt_point", "poc_or_pou")));
    }

    [Fact]
    public void Write_through_fetch_that_may_read_the_poc_is_not_a_non_cacheable_one()
    {
        var registers = Accesses.Machine(ReadingSet.InOrder.With("mmuoff_wt_point", "poc_or_pou"));

        Assert.False(AccessBehaviour.Fetch(Accesses.MmuOff(AccessKind.Fetch, i: true), executable: true, registers).IsNonCacheable);
        Assert.True(AccessBehaviour.Fetch(Accesses.MmuOff(AccessKind.Fetch), executable: true, registers).IsNonCacheable);
    }

    /// <summary>DIC = 1 speaks of the PoU and leaves open only what Non-cacheable fetches bring (dic_snoops_nc): not what a Write-Through one brings.</summary>
    [Fact]
    public void Write_through_fetch_is_not_non_cacheable_wherever_it_reads()
    {
        var registers = Accesses.Machine(ReadingSet.InOrder.With("mmuoff_wt_point", "poc_or_pou"));

        Assert.False(AccessBehaviour.Fetch(Accesses.MmuOff(AccessKind.Fetch, i: true), executable: true, registers).IsNonCacheable);
        Assert.True(AccessBehaviour.Fetch(Accesses.MmuOff(AccessKind.Fetch), executable: true, registers).IsNonCacheable);
    }

    [Theory]
    [InlineData("upgrades", FetchSource.PoU)]
    [InlineData("no_effect", FetchSource.PoU | FetchSource.PoC)]
    [InlineData("no_effect_when_m0_i0", FetchSource.PoU | FetchSource.PoC)]
    public void Fwb_keeps_a_fetch_with_the_mmu_off_from_the_poc_where_it_upgrades(string reading, FetchSource expected) =>
        Assert.Equal(expected, Source(Accesses.MmuOff(AccessKind.Fetch) with { Fwb = true, MemAttr = 0b0110 }, ReadingSet.InOrder.With("fwb_ifetch", reading)));

    [Fact]
    public void Mixed_cacheability_counts_as_the_weaker()
    {
        var mixed = Accesses.Guest(AccessKind.Fetch) with { Stage1 = new MemoryType(inner: MemoryClass.WriteBack, outer: MemoryClass.NonCacheable) };

        Assert.Equal(FetchSource.PoU | FetchSource.PoC, Source(mixed, ReadingSet.InOrder));
        Assert.False(AccessBehaviour.Data(mixed, Accesses.Machine()).Cacheable);
    }

    [Fact]
    public void Poc_is_as_fresh_as_the_pou_where_nothing_is_to_be_cleaned()
    {
        var registers = Accesses.Machine(("CLIDR_EL1.LoC", "0"));
        var fetch = AccessBehaviour.Fetch(Accesses.MmuOff(AccessKind.Fetch), executable: true, registers);

        Assert.Equal(FetchSource.PoU, fetch.Source);
        Assert.False(fetch.IsNonCacheable);
        Assert.True(AccessBehaviour.Data(Accesses.MmuOff(AccessKind.Data), registers).Cacheable);
    }

    [Theory]
    [InlineData("yes", false)]
    [InlineData("no", true)]
    public void Execute_never_keeps_lines_out_of_i_caches_where_xn_blocks_alloc(string reading, bool allocates)
    {
        var fetch = AccessBehaviour.Fetch(
            Accesses.MmuOff(AccessKind.Fetch), executable: false, Accesses.Machine(ReadingSet.InOrder.With("xn_blocks_alloc", reading)));

        Assert.False(fetch.MayExecute);
        Assert.Equal(allocates, fetch.MayFill);
        Assert.Equal(allocates, fetch.MayAllocate);
    }

    [Theory]
    [InlineData("unified_only", true)]
    [InlineData("icache", false)]
    public void Sctlr_i_keeps_lines_out_of_i_caches_where_sctlr_i_alloc_says(string reading, bool allocates)
    {
        var registers = Accesses.Machine(ReadingSet.InOrder.With("sctlr_i_alloc", reading));
        var off = Accesses.MmuOff(AccessKind.Fetch);

        Assert.Equal(allocates, AccessBehaviour.Fetch(off, executable: true, registers).MayAllocate);
        Assert.True(AccessBehaviour.Fetch(off with { SctlrI = true }, executable: true, registers).MayAllocate);
        Assert.True(AccessBehaviour.Fetch(off with { HcrDc = true }, executable: true, registers).MayAllocate);
    }

    [Fact]
    public void Fetch_that_faults_does_not_execute_and_may_still_fill()
    {
        var device = Accesses.Guest(AccessKind.Fetch) with { Stage1 = MemoryType.Of(MemoryClass.DeviceNGnRE) };
        var registers = Accesses.Machine(ReadingSet.InOrder.With("device_fetch", "permission_fault"));

        Assert.False(AccessBehaviour.Fetch(device, executable: true, registers).MayExecute);
        Assert.True(AccessBehaviour.Fetch(device, executable: true, registers).MayFill);
        Assert.True(AccessBehaviour.Fetch(device, executable: true, Accesses.Machine()).MayExecute);
    }

    [Theory]
    [InlineData(MemoryClass.WriteBack, true)]
    [InlineData(MemoryClass.WriteThrough, true)]
    [InlineData(MemoryClass.NonCacheable, false)]
    [InlineData(MemoryClass.DeviceNGnRE, false)]
    public void Data_is_cacheable_from_write_through_on(MemoryClass memory, bool expected) =>
        Assert.Equal(expected, AccessBehaviour.Data(Accesses.Guest(AccessKind.Data) with { Stage1 = MemoryType.Of(memory) }, Accesses.Machine()).Cacheable);

    private static FetchSource Source(AttributeInput input, ReadingSet readings) =>
        AccessBehaviour.Fetch(input, executable: true, Accesses.Machine(readings)).Source;
}
