using CoherenceCheck.Attributes.Configurations;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Attributes.Z3;
using static CoherenceCheck.Attributes.Tests.Z3.Comparison;

namespace CoherenceCheck.Attributes.Tests.Z3;

/// <summary>Both deciders on questions at random: any fields and readings open, any set by the hypervisor, the rest at their defaults.</summary>
public sealed class RandomQuestionTests(ITestOutputHelper output)
{
    private const int Questions = 400;

    private const int Seed = 1_701_951;

    private static readonly string[] Fields =
    [
        "CTR_EL0.DIC", "CTR_EL0.IDC", "CLIDR_EL1.LoUU", "CLIDR_EL1.LoUIS", "CLIDR_EL1.LoC", "ID_AA64MMFR2_EL1.FWB",
        "HCR_EL2.FWB", "HCR_EL2.DC", "HCR_EL2.CD", "HCR_EL2.ID", "HCR_EL2.FB", "HCR_EL2.BSU",
    ];

    private static readonly string[] Told = ["CTR_EL0.DIC", "CTR_EL0.IDC", "CLIDR_EL1.LoUU", "CLIDR_EL1.LoUIS", "CLIDR_EL1.LoC"];

    private static readonly string[] OpenReadings =
    [
        "fwb_ifetch", "dic_snoops_nc", "dic_ic_nop", "sctlr_i_alloc", "mmuoff_wt_point", "nc_fetch_point", "xn_blocks_alloc",
        "device_fetch", "fwb_implies_idc", "idc_effective", "ic_instant",
    ];

    [Fact]
    public void Random_questions_have_the_same_partitions_for_both_deciders()
    {
        output.WriteLine($"seed {Seed}");
        using var z3 = new Z3Decider();
        var random = new Random(Seed);
        for (var i = 0; i < Questions; i++)
        {
            var question = RandomQuestion(random);
            foreach (var observable in Observables(question, random))
            {
                Same(z3, question, observable);
            }
        }
    }

    private static AttributeQuestion RandomQuestion(Random random)
    {
        List<Dimension> dimensions = [];
        foreach (var field in Fields)
        {
            Open(field, FieldRegistry.ValuesOf(field), 3);
        }

        foreach (var field in Told)
        {
            Open("g." + field, FieldRegistry.ValuesOf(field), 4);
        }

        Open("pe.CTR_EL0.DIC", FieldRegistry.ValuesOf("CTR_EL0.DIC"), 3);
        foreach (var name in OpenReadings)
        {
            Open(name, ReadingRegistry.Find(name)!.Info.Values.Select(value => value.Name), 3);
        }

        foreach (var bit in (string[])["M", "C", "I"])
        {
            Open("vcpu." + bit, ["0", "1"], 2);
        }

        Open("code.MemAttr", Enumerable.Range(0, 16).Select(encoding => $"{encoding:b4}"), 2);
        Open("code.XN", ["0", "1"], 2);
        var policy = Fields.Where(field => field.StartsWith("HCR_EL2.", StringComparison.Ordinal) && random.Next(4) == 0)
            .ToDictionary(field => field, field => Pick(FieldRegistry.ValuesOf(field), random), StringComparer.Ordinal);
        var shuffled = dimensions.ToArray();
        random.Shuffle(shuffled);
        return new AttributeQuestion(new ConfigurationSpace([.. shuffled]), policy);

        // Some of the values, in any order.
        void Open(string name, IEnumerable<string> values, int oneIn)
        {
            if (random.Next(oneIn) == 0)
            {
                var some = values.ToArray();
                random.Shuffle(some);
                dimensions.Add(new Dimension(name, [.. some.Take(1 + random.Next(Math.Min(some.Length, 6)))]));
            }
        }
    }

    private static IEnumerable<Observable> Observables(AttributeQuestion question, Random random)
    {
        var toldTo = random.Next(2) == 0 ? "g" : null;
        var pe = random.Next(2) == 0 ? "pe" : null;
        var page = new Stage2Page(Given("code.MemAttr", "0101", "1111"), Given("code.MemAttr", "0110", "0101"), Given("code.XN", "0", "1"));
        var stage1 = (MemoryClass)random.Next(7);
        yield return new FieldObservable(toldTo, Pick([.. Fields, "DIC", "IDC", "FWB"], random)) { Pe = pe };
        yield return new ReadingObservable(Pick(OpenReadings, random));
        yield return new CacheObservable(toldTo) { Pe = pe };
        yield return new RegisterLegality(toldTo, Pick(["C1", "C3", "C4", "C7", "C11"], random)) { Pe = pe };
        yield return new EncodingLegality(page, Pick(["C9", "C10"], random));
        yield return new AccessObservable(toldTo, Given("vcpu.M", "0", "1"), Given("vcpu.C", "0", "1"), Given("vcpu.I", "0", "1"), stage1, page) { Pe = pe };

        Input Given(string dimension, params string[] otherwise) =>
            question.Space.Find(dimension) >= 0 ? Input.Open(dimension) : Input.Fixed(Pick(otherwise, random));
    }

    private static string Pick(IReadOnlyList<string> from, Random random) => from[random.Next(from.Count)];
}
