using CoherenceCheck.Attributes.Configurations;
using CoherenceCheck.Attributes.Observation;

namespace CoherenceCheck.Attributes.Tests.Configurations;

/// <summary>The enumerator looks at some configurations; here every one is looked at.</summary>
public sealed class EnumeratorTests
{
    private static readonly ConfigurationSpace Space = new(
    [
        new("CTR_EL0.DIC", ["0", "1"]),
        new("CTR_EL0.IDC", ["0", "1"]),
        new("CLIDR_EL1.LoUU", ["1", "0"]),
        new("CLIDR_EL1.LoC", ["2", "0", "1"]),
        new("ID_AA64MMFR2_EL1.FWB", ["0", "1"]),
        new("fwb_ifetch", ["upgrades", "no_effect", "no_effect_when_m0_i0"]),
        new("dic_snoops_nc", ["no", "at_store", "coherent_fill"]),
        new("nc_fetch_point", ["poc_or_pou", "poc_only"]),
        new("guest.CTR_EL0.IDC", ["0", "1"]),
        new("A.SCTLR_EL1.M", ["0", "1"]),
        new("code.MemAttr", ["0110", "0101", "1111", "0001", "0100"]),
    ]);

    public static TheoryData<Observable> Observables() =>
    [
        new CacheObservable(null),
        new CacheObservable("guest"),
        new FieldObservable(null, "IDC"),
        new FieldObservable("guest", "CLIDR_EL1.LoUIS"),
        new ReadingObservable("nc_fetch_point"),
        new RegisterLegality(null, "C3"),
        new RegisterLegality("guest", "C1"),
        new EncodingLegality(Page, "C9"),
        new EncodingLegality(Page, "C10"),
        new AccessObservable(null, Input.Open("A.SCTLR_EL1.M"), Input.Fixed(true), Input.Open("A.SCTLR_EL1.M"), MemoryClass.WriteBack, Page),
        new AccessObservable("guest", Input.Open("A.SCTLR_EL1.M"), Input.Fixed(true), Input.Fixed(false), MemoryClass.NonCacheable, Page),
    ];

    private static Stage2Page Page => new(Input.Open("code.MemAttr"), Input.Open("code.MemAttr"), Input.Fixed(false));

    [Theory]
    [MemberData(nameof(Observables))]
    public void A_partition_says_of_every_configuration_what_it_comes_to_alone(Observable observable)
    {
        var parts = new Enumerator().Partition(new AttributeQuestion(Space, new Dictionary<string, string>(StringComparer.Ordinal)), observable);
        Assert.Equal(Space.All.Count, parts.Sum(part => part.Where.Count));
        foreach (var text in Spaces.All(Space))
        {
            var values = Spaces.Values(text);
            var alone = new ConfigurationSpace([.. Space.Dimensions.Select((dimension, i) => new Dimension(dimension.Name, [dimension.Values[values[i]]]))]);
            var own = Assert.Single(new Enumerator().Partition(new AttributeQuestion(alone, new Dictionary<string, string>(StringComparer.Ordinal)), observable));
            Assert.Equal(own.Value, Assert.Single(parts, part => part.Where.Contains(values)).Value);
        }
    }

    [Fact]
    public void A_dimension_that_is_missing_is_refused() => Assert.Throws<ArgumentException>(() => new Enumerator().Partition(
        new AttributeQuestion(Space, new Dictionary<string, string>(StringComparer.Ordinal)), new EncodingLegality(Page with { MemAttr = Input.Open("no.MemAttr") }, "C9")));
}
