namespace CoherenceCheck.Attributes.Tests;

/// <summary>That no open point of the architecture is passed over in silence: it is a reading, and what is not modelled is refused.</summary>
public sealed class OpenPointTests
{
    [Fact]
    public void Every_open_point_of_instruction_fetch_is_one_reading_or_a_field()
    {
        // R14, how I-caches are tagged, is CTR_EL0.L1Ip.
        foreach (var id in Enumerable.Range(1, 23).Where(number => number != 14).Select(number => $"R{number}"))
        {
            Assert.True(ReadingRegistry.All.Any(reading => reading.Info.Source.Split(',', ';').Any(part => part.Trim() == id)), id);
        }

        Assert.Equal(["PIPT"], FieldRegistry.All.Single(field => field.Name == "CTR_EL0.L1Ip").Values);
    }

    [Theory]
    [InlineData("fwb_ifetch", "upgrades no_effect no_effect_when_m0_i0")]
    [InlineData("dic_snoops_nc", "no at_store coherent_fill")]
    [InlineData("dic_ic_nop", "executes nop")]
    [InlineData("sctlr_i_alloc", "unified_only icache")]
    [InlineData("mmuoff_wt_point", "pou poc_or_pou")]
    [InlineData("nc_fetch_point", "poc_only poc_or_pou")]
    [InlineData("fwb_implies_idc", "yes no")]
    [InlineData("device_fetch", "as_nc permission_fault")]
    [InlineData("s1_effective_sh", "descriptor osh")]
    [InlineData("xn_blocks_alloc", "yes no")]
    [InlineData("ic_instant", "per_pe global_drain")]
    [InlineData("ic_iallu_scope", "local broadcast")]
    [InlineData("dsb_domain", "maintenance all")]
    [InlineData("idc_effective", "full ctr_bit")]
    [InlineData("mismatch_sh_fwb", "benign")]
    [InlineData("res_memattr", "illegal")]
    [InlineData("icache_private_per_vcpu", "guaranteed_by_kvm")]
    [InlineData("icache_values", "many")]
    [InlineData("wb_fill", "pou_or_newer")]
    [InlineData("dic_without_idc", "illegal")]
    [InlineData("lou_zero_covers", "cacheable_fetches")]
    [InlineData("out_of_context_fill", "no yes")]
    [InlineData("exceptions_sync", "yes")]
    [InlineData("unsynchronised_context", "old_or_new")]
    [InlineData("cross_pe_dsb", "own")]
    [InlineData("prefetch_hazard", "survives")]
    [InlineData("ic_without_dsb", "nothing_required")]
    [InlineData("nc_data_hit", "poc may_hit")]
    [InlineData("dc_nc_alias", "coherent_domain")]
    [InlineData("dc_ivac", "data_lost")]
    [InlineData("line_granule", "one")]
    [InlineData("cmodx", "any_encoding")]
    [InlineData("pick_dependencies", "full")]
    [InlineData("bbm", "either flag")]
    [InlineData("walks", "atomic split")]
    public void Values_that_are_not_modelled_are_refused(string name, string modelled) => Assert.Equal(
        modelled,
        string.Join(' ', ReadingRegistry.Find(name)!.Info.Values.Where(value => value.Refusal is null).Select(value => value.Name)));

    [Fact]
    public void Litmus_defaults_are_those_of_herd() => Assert.Equal(
        [("ic_instant", "global_drain"), ("ic_iallu_scope", "broadcast"), ("prefetch_hazard", "dropped")],
        ReadingSet.Window.OtherThanDefault(PeModels.InOrder));

    [Fact]
    public void A_reserved_byte_gives_every_result_that_an_allocated_one_gives()
    {
        var input = Accesses.Guest(AccessKind.Data) with { HcrVm = false, Stage1 = Mair.Decode(0x01) };

        Assert.Equal(13, EffectiveMemory.Of(input, ReadingSet.InOrder).Permitted.Length);
        Assert.Equal("nGnRnE,OSH or nGnRE,OSH or nGRE,OSH or GRE,OSH or NC,OSH", Accesses.Of(input with { SctlrC = false }));
    }

    [Fact]
    public void A_set_of_types_holds_what_was_put_in()
    {
        Assert.Equal(13, MemoryTypeSet.All.Count);
        foreach (var type in MemoryTypeSet.All)
        {
            Assert.Equal(type, Assert.Single(MemoryTypeSet.Of(type)));
            Assert.False(default(MemoryTypeSet).Contains(type));
            Assert.True(default(MemoryTypeSet).With(type).Contains(type));
        }
    }
}
