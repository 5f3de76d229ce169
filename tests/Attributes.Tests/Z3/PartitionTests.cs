using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Attributes.Z3;
using static CoherenceCheck.Attributes.Tests.Z3.Comparison;

namespace CoherenceCheck.Attributes.Tests.Z3;

/// <summary>Both deciders on whole spaces: the same values with the same sets of configurations.</summary>
public sealed class PartitionTests : IDisposable
{
    private static readonly string MemAttrs = string.Join(' ', Enumerable.Range(0, 16).Select(encoding => $"{encoding:b4}"));

    private static readonly Stage2Page Page = new(Input.Open("code.MemAttr"), Input.Open("code.MemAttr"), Input.Open("code.XN"));

    private readonly Z3Decider _z3 = new();

    public static TheoryData<string> Fields() => [.. FieldRegistry.All.Select(field => field.Name).Where(name => !name.StartsWith("SCTLR_EL1.", StringComparison.Ordinal))];

    public static TheoryData<MemoryClass, string?> Lines()
    {
        var lines = new TheoryData<MemoryClass, string?>();
        foreach (var stage1 in Enum.GetValues<MemoryClass>())
        {
            lines.Add(stage1, null);
            lines.Add(stage1, "g");
        }

        return lines;
    }

    public void Dispose() => _z3.Dispose();

    [Theory]
    [MemberData(nameof(Fields))]
    public void Fields_are_the_same_for_both_deciders(string field)
    {
        Same(_z3, Machine(), new FieldObservable(ToldTo: null, field));
        Same(_z3, Told(), new FieldObservable(ToldTo: null, field));
        Same(_z3, Told(), new FieldObservable("g", field));
    }

    [Theory]
    [InlineData("C1")]
    [InlineData("C3")]
    [InlineData("C4")]
    [InlineData("C7")]
    public void Legality_of_registers_is_the_same_for_both_deciders(string constraint)
    {
        Same(_z3, Machine(), new RegisterLegality(ToldTo: null, constraint));
        Same(_z3, Told(), new RegisterLegality("g", constraint));
    }

    [Fact]
    public void Legality_of_the_cache_policy_is_the_same_for_both_deciders()
    {
        var question = Question(("CTR_EL0.L1Ip", "VPIPT AIVIVT VIPT PIPT"), ("CTR_EL0.DIC", Bits));
        Same(_z3, question, new RegisterLegality(ToldTo: null, "C11"));
        Same(_z3, question, new RegisterLegality("g", "C11"));
        Same(_z3, Machine(), new RegisterLegality(ToldTo: null, "C11"));
    }

    [Theory]
    [InlineData("C9")]
    [InlineData("C10")]
    public void Legality_of_encodings_is_the_same_for_both_deciders(string constraint) =>
        Same(_z3, Question(("code.MemAttr", MemAttrs), ("HCR_EL2.FWB", Bits), ("ID_AA64MMFR2_EL1.FWB", Bits)), new EncodingLegality(Page, constraint));

    [Fact]
    public void Caches_owe_the_same_for_both_deciders()
    {
        Same(_z3, Machine(), new CacheObservable(ToldTo: null));
        Same(_z3, Told(), new CacheObservable("g"));
    }

    [Fact]
    public void Readings_are_the_same_for_both_deciders()
    {
        var open = Question(Reading("ic_instant"), Reading("fwb_ifetch"));
        Same(_z3, open, new ReadingObservable("ic_instant"));
        Same(_z3, open, new ReadingObservable("fwb_ifetch"));
        Same(_z3, open, new ReadingObservable("ic_iallu_scope"));
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void Accesses_are_the_same_for_both_deciders(MemoryClass stage1, string? bareMetal)
    {
        var question = Question(
            ("vcpu.M", Bits),
            ("vcpu.C", Bits),
            ("vcpu.I", Bits),
            ("code.MemAttr", MemAttrs),
            ("code.XN", Bits),
            ("CTR_EL0.DIC", Bits),
            ("CLIDR_EL1.LoC", "0 2"),
            ("HCR_EL2.FWB", Bits),
            ("HCR_EL2.DC", Bits),
            ("HCR_EL2.CD", Bits),
            ("HCR_EL2.ID", Bits),
            Reading("fwb_ifetch"),
            Reading("dic_snoops_nc"),
            Reading("sctlr_i_alloc"),
            Reading("mmuoff_wt_point"),
            Reading("nc_fetch_point"),
            Reading("xn_blocks_alloc"),
            Reading("device_fetch"));
        Same(_z3, question, new AccessObservable(bareMetal, Input.Open("vcpu.M"), Input.Open("vcpu.C"), Input.Open("vcpu.I"), stage1, Page));
    }

    [Fact]
    public void Dimension_that_the_space_does_not_have_is_refused()
    {
        var exception = Assert.Throws<ArgumentException>(() => _z3.Partition(Question(("CTR_EL0.DIC", Bits)), new EncodingLegality(Page, "C9")));
        Assert.Contains("code.MemAttr", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Space_of_one_configuration_has_one_value()
    {
        var only = Assert.Single(_z3.Partition(Question(), new CacheObservable(ToldTo: null)));
        Assert.True(only.Where.IsAll);
    }

    private static AttributeQuestion Machine() => Question(
        ("CTR_EL0.DIC", Bits),
        ("CTR_EL0.IDC", Bits),
        ("CLIDR_EL1.LoUU", Levels),
        ("CLIDR_EL1.LoUIS", Levels),
        ("CLIDR_EL1.LoC", Levels),
        ("ID_AA64MMFR2_EL1.FWB", Bits),
        ("HCR_EL2.FWB", Bits),
        ("HCR_EL2.BSU", "NE IS OS SY"),
        ("HCR_EL2.FB", Bits),
        Reading("fwb_implies_idc"),
        Reading("idc_effective"),
        Reading("dic_snoops_nc"),
        Reading("dic_ic_nop"));

    private static AttributeQuestion Told() => Question(
        ("ID_AA64MMFR2_EL1.FWB", Bits),
        ("CTR_EL0.DIC", Bits),
        ("CTR_EL0.IDC", Bits),
        ("CLIDR_EL1.LoUIS", Levels),
        ("g.CTR_EL0.DIC", Bits),
        ("g.CTR_EL0.IDC", Bits),
        ("g.CLIDR_EL1.LoUU", "3 1 0"),
        Reading("fwb_implies_idc"),
        Reading("idc_effective"),
        Reading("dic_snoops_nc"),
        Reading("dic_ic_nop"));
}
