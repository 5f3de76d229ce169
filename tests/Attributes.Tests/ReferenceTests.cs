using CsCheck;

namespace CoherenceCheck.Attributes.Tests;

/// <summary>The attribute function against <see cref="NaiveReference"/>, over its whole domain.</summary>
public sealed class ReferenceTests
{
    private static readonly bool[] Bits = [false, true];

    private static readonly string[] Shareabilities = ["NSH", "ISH", "OSH"];

    private static readonly string[] FwbIfetch = ["upgrades", "no_effect", "no_effect_when_m0_i0"];

    private static readonly string[] DeviceFetch = ["as_nc", "permission_fault"];

    private static readonly string[] S1EffectiveSh = ["descriptor", "osh"];

    [Fact]
    public void Every_mair_byte_means_what_the_table_says()
    {
        for (var attr = 0; attr < 256; attr++)
        {
            Assert.Equal(
                NaiveReference.Mair(attr).Order(StringComparer.Ordinal),
                Mair.Decode((byte)attr).Select(NaiveReference.Print).Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [InlineData(0x01, MairExtensions.Xs, "nGnRnE")]
    [InlineData(0x05, MairExtensions.Xs, "nGnRE")]
    [InlineData(0x09, MairExtensions.Xs, "nGRE")]
    [InlineData(0x0D, MairExtensions.Xs, "GRE")]
    [InlineData(0x40, MairExtensions.Xs, "NC")]
    [InlineData(0xA0, MairExtensions.Xs, "WT")]
    [InlineData(0xF0, MairExtensions.Mte2, "WB")]
    public void Extensions_give_reserved_bytes_a_meaning(byte attr, MairExtensions extensions, string expected)
    {
        Assert.Equal(expected, Assert.Single(Mair.Decode(attr, extensions)).ToString());
        Assert.Equal(MemoryTypeSet.All, Mair.Decode(attr, (MairExtensions.Xs | MairExtensions.Mte2) & ~extensions));
    }

    /// <summary>A MAIR byte counts only through the set of types that it means, so the distinct sets of all 256 bytes are the whole domain.</summary>
    [Fact]
    public void Effective_attributes_are_those_of_the_tables()
    {
        var stages = Enumerable.Range(0, 256).Select(NaiveReference.Mair).DistinctBy(types => string.Join(' ', types)).ToArray();
        Assert.Equal(14, stages.Length);
        var settings =
            from access in Enum.GetValues<AccessKind>()
            from stage1 in stages
            from m in Bits
            from c in Bits
            from i in Bits
            from vm in Bits
            from dc in Bits
            from cd in Bits
            from id in Bits
            from fwb in Bits
            from memAttr in Enumerable.Range(0, 16)
            select new Setting(access, m, c, i, stage1, "ISH", vm, dc, cd, id, fwb, memAttr, "ISH");
        foreach (var fwbIfetch in FwbIfetch)
        {
            var readings = ReadingSet.InOrder.With("fwb_ifetch", fwbIfetch);
            foreach (var setting in settings)
            {
                if (setting.Expected(fwbIfetch, "as_nc", "descriptor") is var expected && !expected.SetEquals(setting.Actual(readings)))
                {
                    Assert.Fail($"{setting}, fwb_ifetch = {fwbIfetch}: {string.Join(" or ", expected)}, but {string.Join(" or ", setting.Actual(readings))}");
                }
            }
        }
    }

    [Fact]
    public void Random_configurations_agree_with_the_tables_in_all_readings_and_shareabilities()
    {
        var gen =
            from bits in Gen.Int[0, 511]
            from attr in Gen.Int[0, 255]
            from memAttr in Gen.Int[0, 15]
            from sh in Gen.Int[0, 8]
            from readings in Gen.Int[0, 11]
            select (
                Setting: new Setting(
                    (bits & 1) != 0 ? AccessKind.Fetch : AccessKind.Data, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0,
                    NaiveReference.Mair(attr), Shareabilities[sh % 3], (bits & 16) != 0, (bits & 32) != 0, (bits & 64) != 0, (bits & 128) != 0,
                    (bits & 256) != 0, memAttr, Shareabilities[sh / 3]),
                FwbIfetch: FwbIfetch[readings % 3],
                DeviceFetch: DeviceFetch[readings / 3 % 2],
                S1EffectiveSh: S1EffectiveSh[readings / 6]);
        gen.Sample(
            sample => sample.Setting.Expected(sample.FwbIfetch, sample.DeviceFetch, sample.S1EffectiveSh).SetEquals(sample.Setting.Actual(
                ReadingSet.InOrder.With("fwb_ifetch", sample.FwbIfetch).With("device_fetch", sample.DeviceFetch).With("s1_effective_sh", sample.S1EffectiveSh))),
            iter: 30_000);
    }

    private sealed record Setting(
        AccessKind Access, bool M, bool C, bool I, string[] Stage1, string Sh1, bool Vm, bool Dc, bool Cd, bool Id, bool Fwb, int MemAttr, string Sh2)
    {
        public SortedSet<string> Expected(string fwbIfetch, string deviceFetch, string s1EffectiveSh) =>
            NaiveReference.Of(Access, M, C, I, Stage1, Sh1, Vm, Dc, Cd, Id, Fwb, MemAttr, Sh2, fwbIfetch, deviceFetch, s1EffectiveSh);

        public IEnumerable<string> Actual(ReadingSet readings) => EffectiveMemory.Of(
            new AttributeInput
            {
                Access = Access,
                SctlrM = M,
                SctlrC = C,
                SctlrI = I,
                Stage1 = NaiveReference.Parse(Stage1),
                Stage1Shareability = (Shareability)Array.IndexOf(Shareabilities, Sh1),
                HcrVm = Vm,
                HcrDc = Dc,
                HcrCd = Cd,
                HcrId = Id,
                Fwb = Fwb,
                MemAttr = MemAttr,
                Stage2Shareability = (Shareability)Array.IndexOf(Shareabilities, Sh2),
            },
            readings).Permitted.Select(NaiveReference.Print);
    }
}
