namespace CoherenceCheck.Attributes.Tests;

/// <summary>What an access means where hardware chooses: a fetch may do what it may do under any choice, and only what is cacheable under all is.</summary>
public sealed class ReservedEncodingTests
{
    /// <summary>Stage-2 MemAttr 0100 without FWB, and a reserved byte of MAIR_EL1: every type may come of them.</summary>
    public static TheoryData<string> Reserved => ["MemAttr", "MAIR_EL1"];

    [Theory]
    [MemberData(nameof(Reserved))]
    public void A_fetch_may_be_non_cacheable_and_read_at_either_point(string which)
    {
        var fetch = AccessBehaviour.Fetch(Input(which, AccessKind.Fetch), executable: true, Accesses.Machine(ReadingSet.InOrder.With("nc_fetch_point", "poc_only")));

        Assert.True(fetch.IsNonCacheable);
        Assert.Equal(FetchSource.PoU | FetchSource.PoC, fetch.Source);
    }

    [Theory]
    [MemberData(nameof(Reserved))]
    public void Data_are_not_surely_cacheable(string which)
    {
        Assert.False(AccessBehaviour.Data(Input(which, AccessKind.Data), Accesses.Machine()).Cacheable);
        Assert.True(AccessBehaviour.Data(Input(which, AccessKind.Data), Accesses.Machine(("CLIDR_EL1.LoC", "0"))).Cacheable);
    }

    /// <summary>Device memory is one choice of several.</summary>
    [Theory]
    [MemberData(nameof(Reserved))]
    public void A_fetch_that_would_fault_under_some_choice_may_execute(string which)
    {
        var registers = Accesses.Machine(ReadingSet.InOrder.With("device_fetch", "permission_fault"));

        Assert.True(EffectiveMemory.Of(Input(which, AccessKind.Fetch), registers.Readings).MayFault);
        Assert.True(AccessBehaviour.Fetch(Input(which, AccessKind.Fetch), executable: true, registers).MayExecute);
    }

    /// <summary>An encoding counts where its stage is on: a byte of MAIR_EL1 not with the MMU off or under HCR_EL2.DC, MemAttr not without stage 2.</summary>
    [Fact]
    public void A_reserved_encoding_counts_where_its_stage_is_on()
    {
        var mair = Input("MAIR_EL1", AccessKind.Data);
        Assert.True(EffectiveMemory.UsesReservedEncoding(mair));
        Assert.False(EffectiveMemory.UsesReservedEncoding(mair with { SctlrM = false }));
        Assert.False(EffectiveMemory.UsesReservedEncoding(mair with { HcrDc = true }));
        var memAttr = Input("MemAttr", AccessKind.Data);
        Assert.True(EffectiveMemory.UsesReservedEncoding(memAttr));
        Assert.True(EffectiveMemory.UsesReservedEncoding(memAttr with { HcrVm = false, HcrDc = true }));
        Assert.False(EffectiveMemory.UsesReservedEncoding(memAttr with { HcrVm = false }));

        // With FWB the highest bit is ignored.
        Assert.True(EffectiveMemory.UsesReservedEncoding(memAttr with { MemAttr = 0b1000 }));
        Assert.False(EffectiveMemory.UsesReservedEncoding(memAttr with { MemAttr = 0b1000, Fwb = true }));
        Assert.True(EffectiveMemory.UsesReservedEncoding(memAttr with { MemAttr = 0b1100, Fwb = true }));
    }

    private static AttributeInput Input(string which, AccessKind access) => which == "MemAttr"
        ? Accesses.Guest(access) with { MemAttr = 0b0100 }
        : Accesses.Guest(access) with { Stage1 = Mair.Decode(0x01) };
}
