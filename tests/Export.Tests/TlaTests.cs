namespace CoherenceCheck.Export.Tests;

/// <summary>The TLA+ text is read by a reader of our own; where <c>COHERENCECHECK_TLC</c> names TLC's jar, by TLC, too.</summary>
public sealed class TlaTests
{
    [Theory]
    [InlineData("c01-icache-isolation.coh", 1, 1)]
    [InlineData("c01-icache-isolation.coh", 2, 3)]
    [InlineData("c01-icache-isolation.coh", 2, 4)]
    [InlineData("c03-fwb-erratum.coh", 1, 1)]
    [InlineData("c04-broadcast.coh", 1, 2)]
    public Task Counts_of_a_shipped_cell_agree(string spec, int scenario, int row) => Comparison.Cell(spec, scenario, row, Read);

    [Theory]
    [InlineData("c06-tlb.coh", 1, 5)]
    [InlineData("c15-mmu-toggle.coh", 1, 4)]
    [InlineData("c17-page-out.coh", 2, 2)]
    [InlineData("c08-execute-never.coh", 1, 5)]
    public Task Counts_of_a_cell_by_address_agree(string spec, int scenario, int row) => Comparison.CellByAddress(spec, scenario, row, Read);

    [Fact]
    public Task Counts_of_the_icache_system_agree() => Comparison.Ici(1, 2, 2, 2, true, Read);

    [Fact]
    public Task Counts_of_random_systems_agree() => Comparison.Random(20, Read);

    [Fact]
    public async Task Tlc_counts_the_same_where_its_jar_is_given_and_the_reader_where_it_is_not()
    {
        Func<FlatSystem, Task<Counts>> count = Peers.HasTlc ? Peers.Tlc : Read;
        await Comparison.Ici(1, 2, 2, 2, true, count);
        await Comparison.Cell("c01-icache-isolation.coh", 1, 1, count);
        await Comparison.Cell("c01-icache-isolation.coh", 2, 3, count);
        await Comparison.Random(4, count);
        if (Peers.HasTlc)
        {
            await Comparison.Cell("c01-any-guests.coh", 5, 3, count);
        }
    }

    [Theory]
    [MemberData(nameof(Faults.Names), MemberType = typeof(Faults))]
    public async Task Comparison_finds_a_fault_in_the_export(string fault)
    {
        var (sound, faulty) = Faults.Of(fault);
        Assert.NotEqual(FlatSystems.Explore(FlatSystems.AsSystem(sound), null), await Read(faulty));
    }

    private static Task<Counts> Read(FlatSystem system) => Task.FromResult(new TlaModule(ExportText.Write(system, ExportTarget.Tla, ["about"])).Explore());
}
