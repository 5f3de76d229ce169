using CoherenceCheck.Attributes.Configurations;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Attributes.Z3;

namespace CoherenceCheck.Attributes.Tests.Z3;

/// <summary>Compares the deciders.</summary>
internal static class Comparison
{
    private static readonly Enumerator Enumerator = new();

    public const string Bits = "0 1";

    public const string Levels = "0 1 2 3 4 5 6 7";

    public static bool[] Either { get; } = [false, true];

    /// <summary>What a byte of MAIR_EL1 may mean: a type, or any.</summary>
    public static MemoryTypeSet[] Stage1Sets { get; } = [.. MemoryTypeSet.All.Select(MemoryTypeSet.Of), MemoryTypeSet.All];

    /// <summary>All combinations of the readings that attributes depend on.</summary>
    public static ReadingSet[] Readings { get; } =
    [
        .. from fwb in (string[])["upgrades", "no_effect", "no_effect_when_m0_i0"]
           from device in (string[])["as_nc", "permission_fault"]
           from shareability in (string[])["descriptor", "osh"]
           select ReadingSet.InOrder.With("fwb_ifetch", fwb).With("device_fetch", device).With("s1_effective_sh", shareability),
    ];

    /// <summary>Fails where the results differ, and says what was asked.</summary>
    public static void Same(Z3Decider z3, AttributeInput input, ReadingSet readings)
    {
        if (Difference(z3, input, readings) is { } difference)
        {
            Assert.Fail(difference);
        }
    }

    /// <summary>How the deciders differ, in words, or <see langword="null"/>.</summary>
    public static string? Difference(Z3Decider z3, AttributeInput input, ReadingSet readings)
    {
        var (expected, actual) = (Enumerator.Of(input, readings), z3.Of(input, readings));
        return expected.Equals(actual)
            ? null
            : $"{Enumerator.Name} says {expected}, {z3.Name} says {actual}, of {input} with {string.Join(", ", readings.OtherThanDefault(PeModels.InOrder))}";
    }

    /// <summary>Fails where the partitions differ, and says in which configuration.</summary>
    public static void Same(Z3Decider z3, AttributeQuestion question, Observable observable)
    {
        if (Difference(z3, question, observable) is { } difference)
        {
            Assert.Fail(difference);
        }
    }

    /// <summary>A configuration in which the deciders differ, in words, or <see langword="null"/>.</summary>
    public static string? Difference(Z3Decider z3, AttributeQuestion question, Observable observable)
    {
        var (expected, actual) = (Enumerator.Partition(question, observable), z3.Partition(question, observable));
        if (expected.SequenceEqual(actual))
        {
            return null;
        }

        foreach (var (value, where) in expected)
        {
            foreach (var (other, elsewhere) in actual)
            {
                var both = where & elsewhere;
                if (value != other && !both.IsEmpty)
                {
                    var configuration = both.First().Select((at, number) => $"{question.Space.Dimensions[number].Name}={question.Space.Dimensions[number].Values[at]}");
                    return $"{Enumerator.Name} says {value}, {z3.Name} says {other}, of {observable} with {string.Join(", ", configuration)}; {both.Count} configurations";
                }
            }
        }

        return $"The partitions of {observable} are no partitions.";
    }

    /// <summary>A space of configurations in which the hypervisor sets nothing.</summary>
    public static AttributeQuestion Question(params (string Name, string Values)[] dimensions) => new(
        new ConfigurationSpace([.. dimensions.Select(dimension => new Dimension(dimension.Name, [.. dimension.Values.Split(' ')]))]),
        new Dictionary<string, string>(StringComparer.Ordinal));

    /// <summary>All values of a reading, as a dimension takes them.</summary>
    public static (string Name, string Values) Reading(string name) =>
        (name, string.Join(' ', ReadingRegistry.Find(name)!.Info.Values.Select(value => value.Name)));

    public static (AttributeInput Input, ReadingSet Readings) RandomAccess(Random random)
    {
        var input = new AttributeInput
        {
            Access = Bit() ? AccessKind.Fetch : AccessKind.Data,
            SctlrM = Bit(),
            SctlrC = Bit(),
            SctlrI = Bit(),
            Stage1 = random.Next(8) == 0 ? Subset() : Stage1Sets[random.Next(Stage1Sets.Length)],
            Stage1Shareability = (Shareability)random.Next(3),
            HcrVm = Bit(),
            HcrDc = Bit(),
            HcrCd = Bit(),
            HcrId = Bit(),
            HcrE2H = Bit(),
            HcrTge = Bit(),
            Fwb = Bit(),
            MemAttr = random.Next(16),
            Stage2Shareability = (Shareability)random.Next(3),
        };
        return (input, Readings[random.Next(Readings.Length)]);

        bool Bit() => random.Next(2) != 0;

        MemoryTypeSet Subset() => MemoryTypeSet.All.Where(_ => random.Next(3) == 0)
            .Aggregate(Stage1Sets[random.Next(13)], (types, type) => types.With(type));
    }
}
