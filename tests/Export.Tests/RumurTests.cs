namespace CoherenceCheck.Export.Tests;

/// <summary>rumur counts what the explorer counts, and comes to the same verdicts.</summary>
public sealed class RumurTests
{
    [Theory]
    [MemberData(nameof(Comparison.Cells), MemberType = typeof(Comparison))]
    public Task Counts_of_a_shipped_cell_agree(string spec, int scenario, int row) =>
        Comparison.Cell(spec, scenario, row, system => Peers.Rumur(system));

    [Theory]
    [MemberData(nameof(Comparison.CellsByAddress), MemberType = typeof(Comparison))]
    public Task Counts_of_a_cell_by_address_agree(string spec, int scenario, int row) =>
        Comparison.CellByAddress(spec, scenario, row, system => Peers.Rumur(system));

    [Theory]
    [InlineData(2, 2, 2, 2, true)]
    [InlineData(2, 2, 1, 3, false)]
    [InlineData(1, 2, 3, 2, true)]
    public Task Counts_of_the_icache_system_agree(int pcpus, int vcpus, int lines, int values, bool policy) =>
        Comparison.Ici(pcpus, vcpus, lines, values, policy, system => Peers.Rumur(system));

    [Fact]
    public Task Counts_of_random_systems_agree() => Comparison.Random(6, system => Peers.Rumur(system));

    [Theory]
    [MemberData(nameof(Faults.Names), MemberType = typeof(Faults))]
    public async Task Comparison_finds_a_fault_in_the_export(string fault)
    {
        var (sound, faulty) = Faults.Of(fault);
        Assert.NotEqual(FlatSystems.Explore(FlatSystems.AsSystem(sound), null), await Peers.Rumur(faulty));
    }
}
