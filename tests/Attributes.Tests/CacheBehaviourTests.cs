using CoherenceCheck.Attributes.Observation;

namespace CoherenceCheck.Attributes.Tests;

/// <summary>What caches owe software: readings that speak of DIC = 1 mean nothing without it.</summary>
public sealed class CacheBehaviourTests
{
    [Theory]
    [InlineData("0", "no", "executes", false, false)]
    [InlineData("0", "at_store", "nop", false, false)]
    [InlineData("1", "no", "executes", false, false)]
    [InlineData("1", "at_store", "executes", true, false)]
    [InlineData("1", "coherent_fill", "nop", false, true)]
    public void Readings_of_dic_count_where_it_is_set(string dic, string snoops, string nop, bool isSnooped, bool icIsNop)
    {
        var readings = ReadingSet.InOrder.With("dic_snoops_nc", snoops).With("dic_ic_nop", nop);
        var caches = CacheBehaviour.Of(Accesses.Machine(readings, ("CTR_EL0.DIC", dic), ("CTR_EL0.IDC", dic)));

        Assert.Equal(new CacheBehaviour(Dic: dic == "1", Idc: dic == "1", isSnooped, icIsNop, NothingToCleanToPoC: false), caches);
        Assert.Equal((dic == "1" ? 1 : 0) + (isSnooped ? 2 : 0) + (icIsNop ? 4 : 0), (int)caches.Flags);
    }

    /// <summary>Where a Non-cacheable fetch of the MMU off leaves a line: nowhere under coherent_fill, but with DIC = 1 only.</summary>
    [Theory]
    [InlineData("0", "coherent_fill", true, true)]
    [InlineData("1", "no", true, true)]
    [InlineData("1", "at_store", true, true)]
    [InlineData("1", "coherent_fill", false, false)]
    public void A_non_cacheable_fetch_fills_unless_it_fills_coherently(string dic, string snoops, bool fills, bool readsPoC)
    {
        var registers = Accesses.Machine(ReadingSet.InOrder.With("dic_snoops_nc", snoops), ("CTR_EL0.DIC", dic), ("CTR_EL0.IDC", dic));
        var access = Access(Accesses.MmuOff(AccessKind.Fetch), registers);

        Assert.Equal((fills, fills), (access.FillsFromPoU, access.FillsFromPoC));
        Assert.Equal((true, readsPoC), (access.DeliversFromPoU, access.DeliversFromPoC));
    }

    /// <summary>A Write-Back fetch leaves a line that a store does not reach only with DIC = 0.</summary>
    [Theory]
    [InlineData("0", true)]
    [InlineData("1", false)]
    public void A_write_back_fetch_fills_without_dic_alone(string dic, bool fills)
    {
        var access = Access(Accesses.Guest(AccessKind.Fetch), Accesses.Machine(("CTR_EL0.DIC", dic), ("CTR_EL0.IDC", dic)));

        Assert.Equal((fills, false), (access.FillsFromPoU, access.FillsFromPoC));
        Assert.Equal((true, false), (access.DeliversFromPoU, access.DeliversFromPoC));
    }

    private static LineAccess Access(AttributeInput input, MachineRegisters registers) =>
        new(AccessBehaviour.Fetch(input, executable: true, registers), AccessBehaviour.Data(input, registers), registers);
}
