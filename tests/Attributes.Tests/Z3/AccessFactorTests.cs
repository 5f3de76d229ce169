using CoherenceCheck.Attributes.Z3;
using static CoherenceCheck.Attributes.Tests.Z3.Comparison;

namespace CoherenceCheck.Attributes.Tests.Z3;

/// <summary>Both deciders on the whole domain of each factor of an access.</summary>
public sealed class AccessFactorTests : IDisposable
{
    private readonly Z3Decider _z3 = new();

    public void Dispose() => _z3.Dispose();

    [Fact]
    public void Every_mair_byte_means_the_same_for_both_deciders()
    {
        foreach (var extensions in (MairExtensions[])[MairExtensions.None, MairExtensions.Xs, MairExtensions.Mte2, MairExtensions.Xs | MairExtensions.Mte2])
        {
            for (var attr = 0; attr < 256; attr++)
            {
                var (expected, actual) = (Mair.Decode((byte)attr, extensions), _z3.DecodeMair((byte)attr, extensions));
                Assert.True(expected == actual, $"MAIR 0x{attr:X2} with {extensions}: {expected}, but {actual}");
            }
        }
    }

    /// <summary>A byte counts through the set of types that it may mean only: one type, or all.</summary>
    [Fact]
    public void Stage_one_is_the_same_for_both_deciders()
    {
        var asked =
            from access in Enum.GetValues<AccessKind>()
            from stage1 in Stage1Sets
            from m in Either
            from c in Either
            from i in Either
            from dc in Either
            from vm in Either
            select new AttributeInput { Access = access, Stage1 = stage1, SctlrM = m, SctlrC = c, SctlrI = i, HcrDc = dc, HcrVm = vm };
        Compare(asked, Readings);
    }

    [Fact]
    public void Stage_two_combination_is_the_same_for_both_deciders()
    {
        var asked =
            from access in Enum.GetValues<AccessKind>()
            from stage1 in Stage1Sets
            from m in Either
            from i in Either
            from fwb in Either
            from memAttr in Enumerable.Range(0, 16)
            select new AttributeInput { Access = access, Stage1 = stage1, SctlrM = m, SctlrC = true, SctlrI = i, HcrVm = true, Fwb = fwb, MemAttr = memAttr };
        Compare(asked, [.. ((string[])["upgrades", "no_effect", "no_effect_when_m0_i0"]).Select(value => ReadingSet.InOrder.With("fwb_ifetch", value))]);
    }

    [Fact]
    public void Overrides_are_the_same_for_both_deciders()
    {
        var asked =
            from access in Enum.GetValues<AccessKind>()
            from stage1 in (MemoryClass[])[MemoryClass.DeviceGRE, MemoryClass.WriteBack]
            from m in Either
            from memAttr in (int[])[0b0001, 0b0110, 0b1111]
            from fwb in Either
            from bits in Enumerable.Range(0, 64)
            select new AttributeInput
            {
                Access = access,
                Stage1 = MemoryType.Of(stage1),
                SctlrM = m,
                SctlrC = true,
                SctlrI = true,
                MemAttr = memAttr,
                Fwb = fwb,
                HcrVm = (bits & 1) != 0,
                HcrDc = (bits & 2) != 0,
                HcrCd = (bits & 4) != 0,
                HcrId = (bits & 8) != 0,
                HcrE2H = (bits & 16) != 0,
                HcrTge = (bits & 32) != 0,
            };
        Compare(asked, [ReadingSet.InOrder, ReadingSet.InOrder.With("device_fetch", "permission_fault")]);
    }

    [Fact]
    public void Shareability_is_the_same_for_both_deciders()
    {
        var asked =
            from access in Enum.GetValues<AccessKind>()
            from stage1 in Stage1Sets
            from stage1Shareability in Enum.GetValues<Shareability>()
            from stage2Shareability in Enum.GetValues<Shareability>()
            from m in Either
            from vm in Either
            from fwb in Either
            from memAttr in (int[])[0b0101, 0b0110, 0b1111]
            select new AttributeInput
            {
                Access = access,
                Stage1 = stage1,
                Stage1Shareability = stage1Shareability,
                Stage2Shareability = stage2Shareability,
                SctlrM = m,
                SctlrC = true,
                SctlrI = true,
                HcrVm = vm,
                Fwb = fwb,
                MemAttr = memAttr,
            };
        Compare(asked, [ReadingSet.InOrder, ReadingSet.InOrder.With("s1_effective_sh", "osh")]);
    }

    private void Compare(IEnumerable<AttributeInput> asked, ReadingSet[] readings)
    {
        foreach (var input in asked)
        {
            foreach (var set in readings)
            {
                Same(_z3, input, set);
            }
        }
    }
}
