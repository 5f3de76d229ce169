namespace CoherenceCheck.Attributes.Tests;

/// <summary>With {E2H, TGE} = {1, 1} the bits VM, DC, CD and ID of HCR_EL2 count as 0 (D24 HCR_EL2); with one of the two they count as they stand.</summary>
public sealed class HostRegimeTests
{
    private static readonly bool[] Bits = [false, true];

    [Fact]
    public void Bits_of_hcr_el2_count_as_0_in_the_host_regime_alone()
    {
        foreach (var input in Inputs())
        {
            var without = input with { HcrVm = false, HcrDc = false, HcrCd = false, HcrId = false };
            var host = input with { HcrE2H = true, HcrTge = true };
            Assert.Equal((false, false, false, false), (host.EffectiveDc, host.EffectiveCd, host.EffectiveId, host.IsStage2On));
            Assert.Equal(EffectiveMemory.Of(without, ReadingSet.InOrder), EffectiveMemory.Of(host, ReadingSet.InOrder));
            Assert.Equal(AccessBehaviour.Fetch(without, true, Accesses.Machine()), AccessBehaviour.Fetch(host, true, Accesses.Machine()));
            foreach (var one in new[] { input with { HcrE2H = true }, input with { HcrTge = true } })
            {
                Assert.Equal((input.HcrDc, input.HcrCd, input.HcrId), (one.EffectiveDc, one.EffectiveCd, one.EffectiveId));
                Assert.Equal(EffectiveMemory.Of(input, ReadingSet.InOrder), EffectiveMemory.Of(one, ReadingSet.InOrder));
            }
        }
    }

    private static IEnumerable<AttributeInput> Inputs() =>
        from access in Enum.GetValues<AccessKind>()
        from m in Bits
        from i in Bits
        from vm in Bits
        from dc in Bits
        from cd in Bits
        from id in Bits
        from fwb in Bits
        select new AttributeInput { Access = access, SctlrM = m, SctlrC = m, SctlrI = i, HcrVm = vm, HcrDc = dc, HcrCd = cd, HcrId = id, Fwb = fwb, MemAttr = 0b0101 };
}
