using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Attributes.Tests;

/// <summary>Defaults and effective values of the machine's registers, and the table of fields.</summary>
public sealed class RegisterTests
{
    private const string Feature = "ID_AA64MMFR2_EL1.FWB";

    [Fact]
    public void Fields_have_unique_names_values_and_sources()
    {
        Assert.Distinct(FieldRegistry.All.Select(field => field.Name));
        Assert.All(FieldRegistry.All, field =>
        {
            Assert.NotEmpty(field.Values);
            Assert.Distinct(field.Values);
            Assert.NotEmpty(field.Source);
            Assert.NotEmpty(field.Summary);
        });
    }

    [Fact]
    public void Every_field_but_a_vcpus_has_one_of_its_values_by_default()
    {
        foreach (var field in FieldRegistry.All.Where(field => !field.Scope.HasFlag(FieldScope.Reset)))
        {
            Assert.Contains(Accesses.Machine().Get(field.Name), field.Values);
        }

        Assert.Throws<ArgumentException>(() => Accesses.Machine().Get("SCTLR_EL1.M"));
        Assert.Throws<ArgumentException>(() => Accesses.Machine().Get("CTR_EL0.NONE"));
    }

    [Fact]
    public void Every_field_of_the_machine_is_what_the_machine_sets()
    {
        foreach (var field in FieldRegistry.All.Where(field => field.Scope.HasFlag(FieldScope.Machine)))
        {
            foreach (var value in field.Values)
            {
                Assert.Equal(value, Accesses.Machine((field.Name, value)).Get(field.Name));
            }
        }
    }

    [Fact]
    public void Machine_of_which_nothing_is_said_needs_all_maintenance()
    {
        var registers = Accesses.Machine();

        Assert.False(registers.Dic);
        Assert.False(registers.IdcBit);
        Assert.False(registers.Idc);
        Assert.False(registers.HasFwb);
        Assert.False(registers.Fwb);
        Assert.False(registers.Fb);
        Assert.False(registers.UpgradesBarriers);
        Assert.Equal((1, 1, 2), (registers.LoUU, registers.LoUIS, registers.LoC));
        Assert.Empty(Legality.Violated(registers));
    }

    [Fact]
    public void Idc_is_effective_by_the_bit_or_where_nothing_is_to_be_cleaned()
    {
        Assert.True(Accesses.Machine(("CTR_EL0.IDC", "1")).Idc);
        Assert.True(Accesses.Machine(("CLIDR_EL1.LoC", "0")).Idc);
        Assert.True(Accesses.Machine(("CLIDR_EL1.LoUU", "0"), ("CLIDR_EL1.LoUIS", "0")).Idc);
        Assert.False(Accesses.Machine(("CLIDR_EL1.LoUU", "0"), ("CLIDR_EL1.LoUIS", "1")).Idc);
    }

    [Fact]
    public void Idc_is_the_bit_alone_where_it_is_read_so()
    {
        var readings = ReadingSet.InOrder.With("idc_effective", "ctr_bit");

        Assert.True(Accesses.Machine(readings, ("CTR_EL0.IDC", "1")).Idc);
        Assert.False(Accesses.Machine(readings, ("CLIDR_EL1.LoC", "0")).Idc);
        Assert.False(Accesses.Machine(readings, (Feature, "1")).Idc);
    }

    [Fact]
    public void Feature_s2fwb_makes_idc_effective_without_its_bit()
    {
        var registers = Accesses.Machine((Feature, "1"));

        Assert.False(registers.IdcBit);
        Assert.True(registers.Idc);
        Assert.Equal((0, 0), (registers.LoUU, registers.LoUIS));
        Assert.Empty(Legality.Violated(registers));
        Assert.False(Accesses.Machine(ReadingSet.InOrder.With("fwb_implies_idc", "no"), (Feature, "1")).Idc);
    }

    [Fact]
    public void Fwb_of_the_machine_and_its_feature_follow_each_other()
    {
        Assert.True(Accesses.Machine((Feature, "1")).Fwb);
        Assert.True(Accesses.Machine(("HCR_EL2.FWB", "1")).HasFwb);
        Assert.False(Accesses.Machine((Feature, "1"), ("HCR_EL2.FWB", "0")).Fwb);
    }

    [Fact]
    public void Policy_may_leave_fwb_off_and_the_levels_stay_those_of_the_hardware()
    {
        var registers = new MachineRegisters(Accesses.Fields(("HCR_EL2.FWB", "1")), Accesses.Fields(("HCR_EL2.FWB", "0")), ReadingSet.InOrder);

        Assert.True(registers.HasFwb);
        Assert.False(registers.Fwb);
        Assert.True(registers.Idc);
        Assert.Equal("0", registers.Get("FWB"));
    }

    [Fact]
    public void Policy_gets_no_fwb_from_hardware_without_it()
    {
        var registers = new MachineRegisters(Accesses.Fields((Feature, "0")), Accesses.Fields(("HCR_EL2.FWB", "1")), ReadingSet.InOrder);

        Assert.False(registers.Fwb);
        Assert.Equal(["C4"], Legality.Violated(registers).Select(constraint => constraint.Id));
    }

    [Fact]
    public void Policy_wins_over_the_machine()
    {
        var registers = new MachineRegisters(
            Accesses.Fields(("HCR_EL2.FB", "0"), ("HCR_EL2.BSU", "NE"), ("HCR_EL2.DC", "1")),
            Accesses.Fields(("HCR_EL2.FB", "1"), ("HCR_EL2.BSU", "IS"), ("HCR_EL2.DC", "0")),
            ReadingSet.InOrder);

        Assert.True(registers.Fb);
        Assert.True(registers.UpgradesBarriers);
        Assert.False(registers.Dc);
    }

    /// <summary>The domains are nested: Outer Shareable and full system take in the Inner Shareable one.</summary>
    [Theory]
    [InlineData("NE", false)]
    [InlineData("IS", true)]
    [InlineData("OS", true)]
    [InlineData("SY", true)]
    public void Every_bsu_but_none_makes_barriers_inner_shareable_at_least(string bsu, bool upgrades) =>
        Assert.Equal(upgrades, Accesses.Machine(("HCR_EL2.BSU", bsu)).UpgradesBarriers);

    /// <summary>A level that is not set adapts to those that are.</summary>
    [Fact]
    public void Levels_that_are_not_set_are_legal_where_those_that_are_set_can_be()
    {
        string?[] values = [null, "0", "1", "2", "3", "7"];
        foreach (var (uu, uis, c) in from uu in values from uis in values from c in values select (uu, uis, c))
        {
            var set = new[] { ("CLIDR_EL1.LoUU", uu), ("CLIDR_EL1.LoUIS", uis), ("CLIDR_EL1.LoC", c) }
                .Where(field => field.Item2 is not null).Select(field => (field.Item1, field.Item2!)).ToArray();
            var levels = new[] { uu, uis, c }.Where(level => level is not null).Select(level => int.Parse(level!)).ToArray();
            var canBeLegal = levels.SequenceEqual(levels.Order());
            Assert.Equal(canBeLegal, !Legality.Violated(Accesses.Machine(set)).Any());
        }
    }

    [Fact]
    public void Guest_is_told_what_its_vm_sets_and_the_rest_of_the_machine()
    {
        var machine = Accesses.Fields(("CTR_EL0.DIC", "1"), ("CTR_EL0.IDC", "1"), ("HCR_EL2.FWB", "1"));

        var told = MachineRegisters.Told(machine, Accesses.Fields(("CTR_EL0.DIC", "0")), ReadingSet.InOrder);
        Assert.False(told.Dic);
        Assert.True(told.Idc);
        Assert.False(told.HasFwb);
        Assert.Equal(0, told.LoUU);

        told = MachineRegisters.Told(machine, Accesses.Fields(("CTR_EL0.DIC", "0"), ("CTR_EL0.IDC", "0")), ReadingSet.InOrder);
        Assert.False(told.Idc);
        Assert.Empty(Legality.Violated(told));
    }
}
