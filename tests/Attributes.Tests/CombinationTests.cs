namespace CoherenceCheck.Attributes.Tests;

/// <summary>What must hold of every combination, whatever the tables say.</summary>
public sealed class CombinationTests
{
    private static readonly AccessKind[] Kinds = [AccessKind.Data, AccessKind.Fetch];

    private static IEnumerable<int> AllocatedMemAttrs => Enumerable.Range(0, 16).Where(memAttr => memAttr < 4 || memAttr % 4 != 0);

    [Fact]
    public void Mem_attr_1111_is_the_identity_without_fwb()
    {
        foreach (var type in MemoryTypeSet.All)
        {
            Assert.Equal(type, EffectiveMemory.Of(Accesses.Guest(AccessKind.Data) with { Stage1 = type }, ReadingSet.InOrder).Type);
        }
    }

    [Fact]
    public void Mem_attr_111_is_the_identity_with_fwb()
    {
        foreach (var type in MemoryTypeSet.All)
        {
            var input = Accesses.Guest(AccessKind.Data) with { Stage1 = type, Fwb = true, MemAttr = 0b0111 };
            Assert.Equal(type, EffectiveMemory.Of(input, ReadingSet.InOrder).Type);
        }
    }

    /// <summary>The Write-Back stage 1 shows what stage 2 says alone; a fetch from Device memory is the one exception, for it is never Device.</summary>
    [Fact]
    public void Result_is_never_stronger_than_either_stage_without_fwb()
    {
        foreach (var memAttr in AllocatedMemAttrs)
        {
            var stage2 = EffectiveMemory.Of(Accesses.Guest(AccessKind.Data) with { MemAttr = memAttr }, ReadingSet.InOrder).Type;
            foreach (var stage1 in MemoryTypeSet.All)
            {
                foreach (var access in Kinds)
                {
                    var result = EffectiveMemory.Of(Accesses.Guest(access) with { Stage1 = stage1, MemAttr = memAttr }, ReadingSet.InOrder).Type;
                    if (access == AccessKind.Fetch && (stage1.IsDevice || stage2.IsDevice))
                    {
                        Assert.True(result.IsNonCacheable);
                        continue;
                    }

                    Assert.True(result.Inner <= stage1.Inner && result.Inner <= stage2.Inner, $"inner of {stage1} x {stage2} is {result}");
                    Assert.True(result.Outer <= stage1.Outer && result.Outer <= stage2.Outer, $"outer of {stage1} x {stage2} is {result}");
                }
            }
        }
    }

    [Fact]
    public void Combination_does_not_depend_on_order()
    {
        foreach (var a in MemoryTypeSet.All)
        {
            foreach (var b in MemoryTypeSet.All)
            {
                Assert.Equal(a.WeakerOf(b), b.WeakerOf(a));
            }

            Assert.Equal(a, a.WeakerOf(a));
        }
    }

    [Fact]
    public void Mem_attr_110_gives_write_back_for_data_always_with_fwb()
    {
        foreach (var type in MemoryTypeSet.All)
        {
            for (var bits = 0; bits < 8; bits++)
            {
                var input = new AttributeInput
                {
                    Access = AccessKind.Data,
                    SctlrM = (bits & 1) != 0,
                    SctlrC = (bits & 2) != 0,
                    SctlrI = (bits & 4) != 0,
                    Stage1 = type,
                    HcrVm = true,
                    Fwb = true,
                    MemAttr = 0b0110,
                };
                Assert.Equal("WB", EffectiveMemory.Of(input, ReadingSet.InOrder).Type.ToString());
            }
        }
    }

    [Fact]
    public void Id_makes_every_fetch_non_cacheable_even_with_fwb_and_never_data()
    {
        foreach (var memAttr in Enumerable.Range(0, 16))
        {
            var fetch = Accesses.Guest(AccessKind.Fetch) with { Fwb = true, MemAttr = memAttr, HcrId = true };
            Assert.True(EffectiveMemory.Of(fetch, ReadingSet.InOrder).Type.IsNonCacheable);
            var data = fetch with { Access = AccessKind.Data };
            Assert.Equal(EffectiveMemory.Of(data with { HcrId = false }, ReadingSet.InOrder), EffectiveMemory.Of(data, ReadingSet.InOrder));
        }
    }

    [Fact]
    public void Cd_makes_normal_data_non_cacheable_even_with_fwb_and_never_fetches_nor_device()
    {
        foreach (var memAttr in new[] { 0b0101, 0b0110, 0b0111 })
        {
            var data = Accesses.Guest(AccessKind.Data) with { Fwb = true, MemAttr = memAttr, HcrCd = true };
            Assert.Equal("NC,OSH", Accesses.Of(data));
            var fetch = data with { Access = AccessKind.Fetch };
            Assert.Equal(Accesses.Of(fetch with { HcrCd = false }), Accesses.Of(fetch));
        }

        Assert.Equal("nGRE,OSH", Accesses.Of(Accesses.Guest(AccessKind.Data) with { MemAttr = 0b0010, HcrCd = true }));
    }

    [Fact]
    public void Cd_id_and_fwb_do_nothing_without_stage_2()
    {
        foreach (var access in Kinds)
        {
            var input = Accesses.Guest(access) with { HcrVm = false, HcrCd = true, HcrId = true, Fwb = true, MemAttr = 0b0000 };
            Assert.Equal("WB,ISH", Accesses.Of(input));
        }
    }

    [Fact]
    public void Dc_gives_write_back_whatever_sctlr_says()
    {
        foreach (var access in Kinds)
        {
            for (var bits = 0; bits < 16; bits++)
            {
                var input = new AttributeInput
                {
                    Access = access,
                    SctlrM = (bits & 1) != 0,
                    SctlrC = (bits & 2) != 0,
                    SctlrI = (bits & 4) != 0,
                    HcrVm = (bits & 8) != 0,
                    Stage1 = MemoryType.Of(MemoryClass.DeviceNGnRnE),
                    HcrDc = true,
                };
                Assert.Equal("WB,ISH", Accesses.Of(input));
            }
        }
    }

    [Fact]
    public void Sctlr_c_governs_data_and_sctlr_i_governs_fetches()
    {
        Assert.Equal("WB,ISH", Accesses.Of(Accesses.Guest(AccessKind.Data) with { SctlrI = false }));
        Assert.Equal("NC,OSH", Accesses.Of(Accesses.Guest(AccessKind.Fetch) with { SctlrI = false }));
        Assert.Equal("NC,OSH", Accesses.Of(Accesses.Guest(AccessKind.Data) with { SctlrC = false }));
        Assert.Equal("WB,ISH", Accesses.Of(Accesses.Guest(AccessKind.Fetch) with { SctlrC = false }));
        Assert.Equal("GRE,OSH", Accesses.Of(Accesses.Guest(AccessKind.Data) with { SctlrC = false, Stage1 = MemoryType.Of(MemoryClass.DeviceGRE) }));
    }

    [Fact]
    public void Reserved_encodings_let_hardware_choose()
    {
        foreach (var memAttr in new[] { 0b0100, 0b1000, 0b1100 })
        {
            var results = EffectiveMemory.Of(Accesses.Guest(AccessKind.Data) with { MemAttr = memAttr }, ReadingSet.InOrder);
            Assert.True(results.IsConstrainedUnpredictable);
            Assert.Equal(13, results.Permitted.Length);
            Assert.Throws<InvalidOperationException>(() => results.Type);
        }

        Assert.True(EffectiveMemory.Of(Accesses.Guest(AccessKind.Data) with { MemAttr = 0b0100, Fwb = true }, ReadingSet.InOrder).IsConstrainedUnpredictable);
        Assert.True(EffectiveMemory.Of(Accesses.Guest(AccessKind.Data) with { Stage1 = Mair.Decode(0x10) }, ReadingSet.InOrder).IsConstrainedUnpredictable);
    }

    [Fact]
    public void Memory_is_not_device_in_one_half() =>
        Assert.Throws<ArgumentException>(() => new MemoryType(MemoryClass.DeviceGRE, MemoryClass.WriteBack));
}
