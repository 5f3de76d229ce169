namespace CoherenceCheck.Attributes.Tests;

/// <summary>Every constraint with what violates it and a neighbour that does not.</summary>
public sealed class LegalityTests
{
    private static readonly Dictionary<string, (MachineRegisters Bad, MachineRegisters Good)> Machines = new(StringComparer.Ordinal)
    {
        ["C1"] = (Accesses.Machine(("CTR_EL0.DIC", "1")), Accesses.Machine(("CTR_EL0.DIC", "1"), ("CTR_EL0.IDC", "1"))),
        ["C3"] = (
            Accesses.Machine(("ID_AA64MMFR2_EL1.FWB", "1"), ("CLIDR_EL1.LoUIS", "1")),
            Accesses.Machine(("ID_AA64MMFR2_EL1.FWB", "1"), ("CLIDR_EL1.LoUIS", "0"))),
        ["C4"] = (
            Accesses.Machine(("ID_AA64MMFR2_EL1.FWB", "0"), ("HCR_EL2.FWB", "1")),
            Accesses.Machine(("ID_AA64MMFR2_EL1.FWB", "0"), ("HCR_EL2.FWB", "0"))),
        ["C7"] = (
            Accesses.Machine(("CLIDR_EL1.LoUU", "2"), ("CLIDR_EL1.LoUIS", "1")),
            Accesses.Machine(("CLIDR_EL1.LoUU", "1"), ("CLIDR_EL1.LoUIS", "2"))),
        ["C11"] = (Accesses.Machine(("CTR_EL0.L1Ip", "AIVIVT")), Accesses.Machine(("CTR_EL0.L1Ip", "VIPT"))),
    };

    private static readonly Dictionary<string, (AttributeInput Bad, AttributeInput Good)> Inputs = new(StringComparer.Ordinal)
    {
        ["C9"] = (Accesses.Guest(AccessKind.Data) with { MemAttr = 0b1100 }, Accesses.Guest(AccessKind.Data) with { MemAttr = 0b1101 }),
        ["C10"] = (
            Accesses.Guest(AccessKind.Data) with { Fwb = true, MemAttr = 0b1110 },
            Accesses.Guest(AccessKind.Data) with { Fwb = true, MemAttr = 0b0110 }),
    };

    public static TheoryData<string> Tested() => [.. Machines.Keys, .. Inputs.Keys];

    [Theory]
    [MemberData(nameof(Tested))]
    public void Constraint_refuses_the_bad_and_lets_its_neighbour_pass(string id)
    {
        if (Machines.TryGetValue(id, out var machines))
        {
            Assert.Equal([id], Legality.Violated(machines.Bad).Select(constraint => constraint.Id));
            Assert.Empty(Legality.Violated(machines.Good));
        }
        else
        {
            Assert.Equal([id], Legality.Violated(Inputs[id].Bad).Select(constraint => constraint.Id));
            Assert.Empty(Legality.Violated(Inputs[id].Good));
        }
    }

    [Fact]
    public void Constraints_are_c1_to_c13_and_those_that_can_be_violated_are_tested()
    {
        Assert.Equal(Enumerable.Range(1, 13).Select(number => $"C{number}"), Legality.Constraints.Select(constraint => constraint.Id));
        Assert.Equal(
            Legality.Constraints.Where(constraint => constraint.IsMet is not null).Select(constraint => constraint.Id), Machines.Keys);
        Assert.Equal(
            Legality.Constraints.Where(constraint => constraint.IsMetBy is not null).Select(constraint => constraint.Id), Inputs.Keys);
        Assert.All(Legality.Constraints, constraint =>
        {
            Assert.NotEmpty(constraint.Sentence);
            Assert.NotEmpty(constraint.Source);
        });
    }

    [Fact]
    public void Levels_of_cache_are_ordered_on_both_sides()
    {
        Assert.Equal(["C7"], Legality.Violated(Accesses.Machine(("CLIDR_EL1.LoUIS", "3"), ("CLIDR_EL1.LoC", "2"))).Select(constraint => constraint.Id));
        Assert.Empty(Legality.Violated(Accesses.Machine(("CLIDR_EL1.LoUIS", "2"), ("CLIDR_EL1.LoC", "2"))));
    }

    [Fact]
    public void Feature_s2fwb_constrains_no_level_where_it_is_read_so()
    {
        var readings = ReadingSet.InOrder.With("fwb_implies_idc", "no");
        Assert.Empty(Legality.Violated(Accesses.Machine(readings, ("ID_AA64MMFR2_EL1.FWB", "1"), ("CLIDR_EL1.LoUIS", "1"))));
    }

    [Fact]
    public void Fwb_and_dic_do_not_imply_each_other()
    {
        Assert.Empty(Legality.Violated(Accesses.Machine(("HCR_EL2.FWB", "1"), ("CTR_EL0.DIC", "0"))));
        Assert.Empty(Legality.Violated(Accesses.Machine(("HCR_EL2.FWB", "0"), ("CTR_EL0.DIC", "1"), ("CTR_EL0.IDC", "1"))));
    }

    [Fact]
    public void Encodings_that_no_stage_reads_may_be_anything()
    {
        var reserved = Accesses.Guest(AccessKind.Data) with { Stage1 = MemoryTypeSet.All, MemAttr = 0b0100 };

        Assert.Equal(["C9"], Legality.Violated(reserved with { MemAttr = 0b1111 }).Select(constraint => constraint.Id));
        Assert.Empty(Legality.Violated(reserved with { HcrVm = false, SctlrM = false }));
        Assert.Empty(Legality.Violated(reserved with { HcrDc = true, MemAttr = 0b1111 }));
    }
}
