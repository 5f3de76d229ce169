using System.Reflection;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Attributes.Z3;
using static CoherenceCheck.Attributes.Tests.Z3.Comparison;

namespace CoherenceCheck.Attributes.Tests.Z3;

/// <summary>Every rule matters: whichever is dropped, or said wrongly, the comparison of the deciders finds it.</summary>
public sealed class RuleTests
{
    private const int Seed = 7;

    private const int Rows = 2000;

    public static TheoryData<string> Rules() => [.. Z3Decider.Rules.Select(rule => rule.Id)];

    [Fact]
    public void Rules_are_listed_with_their_sources()
    {
        var written = typeof(RuleBook).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.GetValue(null)).OfType<AttributeRule>();
        Assert.Equal(written.OrderBy(rule => rule.Id, StringComparer.Ordinal), Z3Decider.Rules.OrderBy(rule => rule.Id, StringComparer.Ordinal));
        Assert.Distinct(Z3Decider.Rules.Select(rule => rule.Id));
        Assert.All(Z3Decider.Rules, rule =>
        {
            Assert.EndsWith(".", rule.Sentence, StringComparison.Ordinal);
            Assert.NotEmpty(rule.Source);
        });
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Dropped_rule_is_found(string rule) => Assert.NotNull(Difference(new RuleFault(rule, (_, _, _) => null)));

    [Theory]
    [MemberData(nameof(Rules))]
    public void Rule_that_says_the_contrary_is_found(string rule) =>
        Assert.NotNull(Difference(new RuleFault(rule, (rules, where, what) => rules.Context.MkImplies(where, rules.Not(what)))));

    [Theory]
    [MemberData(nameof(Rules))]
    public void Rule_that_holds_everywhere_else_is_found(string rule)
    {
        // Of a rule that holds everywhere, that is the same as dropping it.
        Assert.NotNull(Difference(new RuleFault(rule, (rules, where, what) => rules.Context.MkImplies(rules.Not(where), what))));
    }

    [Fact]
    public void No_fault_is_found_where_there_is_none() => Assert.Null(Difference(fault: null));

    /// <summary>The first difference between the deciders in a sample of each kind of question.</summary>
    private static string? Difference(RuleFault? fault)
    {
        using var z3 = new Z3Decider(fault);
        var area = fault?.Rule.Split('.')[0];

        // First where the rule belongs.
        IEnumerable<string?>[] samples = area switch
        {
            "mair" => [Mairs(z3), Accesses(z3), Partitions(z3)],
            "control" or "stage1" or "stage2" or "shareability" or "fault" => [Accesses(z3), Partitions(z3), Mairs(z3)],
            _ => [Partitions(z3), Accesses(z3), Mairs(z3)],
        };
        try
        {
            return samples.SelectMany(differences => differences).FirstOrDefault(difference => difference is not null);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // No result, or none that is certain.
            return exception.Message;
        }
    }

    private static IEnumerable<string?> Mairs(Z3Decider z3) =>
        from extensions in (MairExtensions[])[MairExtensions.None, MairExtensions.Xs | MairExtensions.Mte2]
        from attr in Enumerable.Range(0, 256)
        select z3.DecodeMair((byte)attr, extensions) == Mair.Decode((byte)attr, extensions) ? null : $"0x{attr:X2}";

    private static IEnumerable<string?> Accesses(Z3Decider z3)
    {
        var random = new Random(Seed);
        return Enumerable.Range(0, Rows).Select(_ => Comparison.RandomAccess(random)).Select(row => Comparison.Difference(z3, row.Input, row.Readings));
    }

    private static IEnumerable<string?> Partitions(Z3Decider z3)
    {
        var machine = Question(
            ("CTR_EL0.DIC", Bits), ("CTR_EL0.IDC", Bits), ("CLIDR_EL1.LoUU", "0 1"), ("CLIDR_EL1.LoC", "0 1 2"), ("ID_AA64MMFR2_EL1.FWB", Bits), ("HCR_EL2.FWB", Bits), ("g.CTR_EL0.IDC", Bits), ("pe.CTR_EL0.DIC", Bits), ("CTR_EL0.L1Ip", "PIPT VPIPT"),
            Reading("fwb_implies_idc"), Reading("idc_effective"), Reading("dic_snoops_nc"), Reading("dic_ic_nop"));
        var feature = Question(("HCR_EL2.FWB", Bits));
        var page = new Stage2Page(Input.Open("code.MemAttr"), Input.Open("code.MemAttr"), Input.Open("code.XN"));
        var line = Question(
            ("vcpu.I", Bits), ("code.MemAttr", "0001 0100 0101 1110 1111"), ("code.XN", Bits), ("CTR_EL0.DIC", Bits), ("CLIDR_EL1.LoC", "0 2"), ("HCR_EL2.FWB", Bits),
            Reading("dic_snoops_nc"), Reading("sctlr_i_alloc"), Reading("mmuoff_wt_point"), Reading("nc_fetch_point"), Reading("xn_blocks_alloc"), Reading("device_fetch"));
        (AttributeQuestion Question, Observable Observable)[] asked =
        [
            (machine, new CacheObservable(null)), (machine, new CacheObservable("g")), (machine, new CacheObservable(null) { Pe = "pe" }), (machine, new CacheObservable("g") { Pe = "pe" }), (feature, new FieldObservable(null, "FWB")),
            .. ((string[])["C1", "C3", "C4", "C7", "C11"]).Select(constraint => (machine, (Observable)new RegisterLegality(null, constraint))),
            .. ((string[])["C9", "C10"]).Select(constraint => (line, (Observable)new EncodingLegality(page, constraint))),
            .. Either.Select(m => (line, (Observable)new AccessObservable(null, Input.Fixed(m), Input.Fixed(m), Input.Open("vcpu.I"), MemoryClass.WriteBack, page))),
        ];
        return asked.Select(question => Comparison.Difference(z3, question.Question, question.Observable));
    }
}
