namespace CoherenceCheck.Attributes.Tests;

/// <summary>D8.6.7: shareability is the larger of both stages', and Outer Shareable for what is not cached.</summary>
public sealed class ShareabilityTests
{
    private static readonly Shareability[] All = Enum.GetValues<Shareability>();

    [Fact]
    public void Larger_of_both_stages_wins_with_and_without_fwb()
    {
        foreach (var stage1 in All)
        {
            foreach (var stage2 in All)
            {
                foreach (var fwb in new[] { false, true })
                {
                    var input = Accesses.Guest(AccessKind.Data) with { Stage1Shareability = stage1, Stage2Shareability = stage2, Fwb = fwb, MemAttr = fwb ? 0b0111 : 0b1111 };
                    Assert.Equal((Shareability)Math.Max((int)stage1, (int)stage2), EffectiveMemory.Of(input, ReadingSet.InOrder).Shareability);
                }
            }
        }
    }

    [Fact]
    public void Device_and_non_cacheable_memory_is_outer_shareable()
    {
        foreach (var type in MemoryTypeSet.All.Where(type => type.IsDevice || type.IsNonCacheable))
        {
            foreach (var vm in new[] { false, true })
            {
                var input = Accesses.Guest(AccessKind.Data) with
                {
                    Stage1 = type,
                    Stage1Shareability = Shareability.NonShareable,
                    Stage2Shareability = Shareability.NonShareable,
                    HcrVm = vm,
                };
                Assert.Equal(Shareability.OuterShareable, EffectiveMemory.Of(input, ReadingSet.InOrder).Shareability);
            }
        }
    }

    [Fact]
    public void Memory_that_is_cached_in_one_half_keeps_its_shareability()
    {
        var input = Accesses.Guest(AccessKind.Data) with { Stage1 = new MemoryType(inner: MemoryClass.WriteBack, outer: MemoryClass.NonCacheable) };
        Assert.Equal("inner WB outer NC,ISH", Accesses.Of(input));
    }

    [Theory]
    [InlineData("descriptor", "WB,ISH")]
    [InlineData("osh", "WB,OSH")]
    public void Non_cacheable_memory_forced_to_write_back_keeps_what_s1_effective_sh_says(string reading, string expected)
    {
        var readings = ReadingSet.InOrder.With("s1_effective_sh", reading);
        foreach (var uncached in MemoryTypeSet.All.Where(type => type.IsDevice || type.IsNonCacheable))
        {
            Assert.Equal(expected, Accesses.Of(Accesses.Guest(AccessKind.Data) with { Stage1 = uncached, Fwb = true, MemAttr = 0b0110 }, readings));
        }

        Assert.Equal("WB,ISH", Accesses.Of(Accesses.Guest(AccessKind.Data) with { Fwb = true, MemAttr = 0b0110 }, readings));
        Assert.Equal("WB,OSH", Accesses.Of(Accesses.MmuOff(AccessKind.Data) with { Fwb = true, MemAttr = 0b0110 }, readings));
    }

    [Fact]
    public void Stage_2_decides_with_dc()
    {
        foreach (var stage2 in All)
        {
            var input = Accesses.Guest(AccessKind.Fetch) with { HcrDc = true, Stage1Shareability = Shareability.OuterShareable, Stage2Shareability = stage2 };
            Assert.Equal(stage2, EffectiveMemory.Of(input, ReadingSet.InOrder).Shareability);
        }
    }
}
