namespace CoherenceCheck.Attributes.Tests;

/// <summary>Rows that were worked out by hand from the manual and confirmed with its pseudocode; stage 1 and stage 2 say Inner Shareable.</summary>
public sealed class GoldenRowTests
{
    /// <summary>Columns: MAIR byte or -1 for stage 1 off, SCTLR.I, HCR.DC, HCR.FWB, MemAttr, data, fetch.</summary>
    public static TheoryData<int, bool, bool, bool, int, string, string> Rows() => new()
    {
        { -1, false, false, false, 0b1111, "nGnRnE,OSH", "NC,OSH" },
        { -1, true, false, false, 0b1111, "nGnRnE,OSH", "WT,OSH" },
        { -1, false, false, true, 0b0110, "WB,OSH", "WB,OSH" },
        { -1, true, false, true, 0b0110, "WB,OSH", "WB,OSH" },
        { -1, false, false, true, 0b0111, "nGnRnE,OSH", "NC,OSH" },
        { -1, false, false, true, 0b0101, "nGnRnE,OSH", "NC,OSH" },
        { -1, false, false, true, 0b0001, "nGnRnE,OSH", "NC,OSH" },
        { -1, false, true, false, 0b1111, "WB,ISH", "WB,ISH" },
        { -1, true, true, false, 0b1111, "WB,ISH", "WB,ISH" },
        { 0x44, true, false, true, 0b0110, "WB,ISH", "WB,ISH" },
        { 0xBB, true, false, false, 0b1111, "WT,ISH", "WT,ISH" },
        { 0xFF, true, false, false, 0b0101, "NC,OSH", "NC,OSH" },
        { 0x0C, true, false, false, 0b0101, "GRE,OSH", "NC,OSH" },
        { 0x0C, true, false, true, 0b0111, "GRE,OSH", "NC,OSH" },
        { 0x00, true, false, true, 0b0110, "WB,ISH", "WB,ISH" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Row_is_as_worked_out_by_hand(int attr, bool i, bool dc, bool fwb, int memAttr, string data, string fetch)
    {
        var input = Accesses.Guest(AccessKind.Data) with
        {
            SctlrM = attr >= 0,
            SctlrI = i,
            Stage1 = Mair.Decode((byte)Math.Max(attr, 0)),
            HcrDc = dc,
            Fwb = fwb,
            MemAttr = memAttr,
        };

        Assert.Equal(data, Accesses.Of(input));
        Assert.Equal(fetch, Accesses.Of(input with { Access = AccessKind.Fetch }));
    }

    [Theory]
    [InlineData(-1, true, 0b0001, "NC,OSH,fault")]
    [InlineData(0x0C, false, 0b0101, "NC,OSH,fault")]
    [InlineData(0x0C, true, 0b0111, "NC,OSH,fault")]
    [InlineData(0x00, true, 0b0110, "WB,ISH,fault")]
    public void Fetch_from_device_memory_faults_where_it_is_read_so(int attr, bool fwb, int memAttr, string fetch)
    {
        var input = Accesses.Guest(AccessKind.Fetch) with
        {
            SctlrM = attr >= 0,
            SctlrI = attr >= 0,
            Stage1 = Mair.Decode((byte)Math.Max(attr, 0)),
            Fwb = fwb,
            MemAttr = memAttr,
        };

        Assert.Equal(fetch, Accesses.Of(input, ReadingSet.InOrder.With("device_fetch", "permission_fault")));
        Assert.Equal(fetch, Accesses.Of(input) + ",fault");
    }

    [Theory]
    [InlineData("upgrades", false, false, "WB,OSH")]
    [InlineData("upgrades", false, true, "WB,OSH")]
    [InlineData("no_effect", false, false, "NC,OSH")]
    [InlineData("no_effect", false, true, "WT,OSH")]
    [InlineData("no_effect", true, false, "NC,OSH")]
    [InlineData("no_effect_when_m0_i0", false, false, "NC,OSH")]
    [InlineData("no_effect_when_m0_i0", false, true, "WB,OSH")]
    [InlineData("no_effect_when_m0_i0", true, false, "WB,ISH")]
    public void Forced_write_back_reaches_fetches_as_fwb_ifetch_says(string reading, bool m, bool i, string fetch)
    {
        var input = Accesses.Guest(AccessKind.Fetch) with { SctlrM = m, SctlrI = i, Fwb = true, MemAttr = 0b0110 };
        var readings = ReadingSet.InOrder.With("fwb_ifetch", reading);

        Assert.Equal(fetch, Accesses.Of(input, readings));
        Assert.StartsWith("WB", Accesses.Of(input with { Access = AccessKind.Data }, readings), StringComparison.Ordinal);
    }
}
