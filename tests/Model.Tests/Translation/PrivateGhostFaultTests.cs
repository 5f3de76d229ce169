using CoherenceCheck.Model.Tests.Reference.Translation;

namespace CoherenceCheck.Model.Tests.Translation;

/// <summary>What the comparison of the ghost with the private machine finds, and the programs that decide between rules.</summary>
public sealed class PrivateGhostFaultTests
{
    private const int MostStates = 20_000;

    private static readonly PrivateSetting Uneven = new(Idc: false, Dic: false, Vas: 1, Pages: 2, [[new(0, 0)], [new(1, 0)]], [true, true],
        [[PrivateLeaf.Of(0, nonCacheable: true)], [PrivateLeaf.Of(0, nonCacheable: false)]]);

    private static readonly PrivateSetting Shared = new(Idc: true, Dic: false, Vas: 2, Pages: 2, [[new(0, 0)], [new(0, 0)]], [true, true],
        [[PrivateLeaf.Of(0, nonCacheable: false), PrivateLeaf.Of(0, nonCacheable: false)]]);

    [Theory]
    [InlineData("EffectsAtDsb", 500)]
    [InlineData("OneDcForAllKinds", 500)]
    [InlineData("Assigns", 500)]
    [InlineData("EffectsInOwnSetOnly", 500)]
    [InlineData("CopiesAlways", 500)]
    [InlineData("TlbiAtIssue", 500)]
    [InlineData("FillsAtDsb", 500)]
    [InlineData("DescriptorsSettleForAll", 2000)]
    public void Random_programs_find(string fault, int programs) =>
        Assert.Contains(Enumerable.Range(1, programs), seed =>
        {
            var program = new PrivateGenerator(seed).Program(10);
            return PrivateComparison.Run(program, new PrivateGhost(program.Setting, Enum.Parse<PrivateGhostFault>(fault)), MostStates).Difference is not null;
        });

    // The DC may be for either page: it guarantees nothing, but it may act, and then F gains what the PoC has.
    [Fact]
    public void A_dc_that_may_mean_several_pages_may_act() => Decides(PrivateGhostFault.DcOnSeveralPagesIsNothing, new(Uneven,
    [
        new(1, PrivateOp.MmuOff), new(1, PrivateOp.Isb), new(0, PrivateOp.Map, 0, PrivateLeaf.Of(1, nonCacheable: true)),
        new(0, PrivateOp.Cvau), new(1, PrivateOp.St, 0, 2), new(1, PrivateOp.St, 0, 3),
    ]));

    // The first vCPU's DSB makes its own store visible and not the later one of the second vCPU.
    [Fact]
    public void A_dsb_settles_a_descriptor_up_to_the_own_store() => Decides(PrivateGhostFault.DescriptorsSettleForAll, new(Shared,
    [
        new(0, PrivateOp.Map, 0, PrivateLeaf.Of(1, nonCacheable: false)), new(1, PrivateOp.Map, 0, PrivateLeaf.Of(1, nonCacheable: true)),
        new(0, PrivateOp.DsbIshst), new(0, PrivateOp.TlbiVae1Is), new(0, PrivateOp.DsbIsh),
    ]));

    [Fact]
    public void An_open_dc_acts_in_the_open_sets_of_others() => Decides(PrivateGhostFault.EffectsInOwnSetOnly, new(Uneven,
    [
        new(0, PrivateOp.Cvac), new(1, PrivateOp.St, 0, 1), new(0, PrivateOp.Cvau), new(0, PrivateOp.DsbIsh),
    ]));

    // Sets for each kind are projections of the relation; this is where one sees it.
    [Fact]
    public void Sets_may_be_too_large_where_a_dc_civac_is_open_with_another()
    {
        var none = PrivateLeaf.Of(1, nonCacheable: true);
        var setting = Uneven with { Leaves = [[PrivateLeaf.Of(0, nonCacheable: true)], [none]], Regimes = [[new(0, 0)], [new(1, 0), new(2, 1)]] };
        setting = setting with { Leaves = [.. setting.Leaves, [PrivateLeaf.Of(0, nonCacheable: false)]] };
        PrivateInstruction[] show = [new(1, PrivateOp.Ttbr, Value: 1), new(1, PrivateOp.Isb)], hide = [new(1, PrivateOp.Ttbr), new(1, PrivateOp.Isb)];
        PrivateInstruction st0 = new(0, PrivateOp.St), st2 = new(0, PrivateOp.St, 0, 2), cvau = new(0, PrivateOp.Cvau);
        var program = new PrivateProgram(setting, [cvau, .. show, st2, new(0, PrivateOp.Civac), .. hide, st0, st2, cvau, new(0, PrivateOp.DsbIsh)]);
        var result = Run(program, new PrivateGhost(setting));
        Assert.Null(result.Missing);
        Assert.EndsWith("gH[0] PoU is 101, bare metal 100", result.Difference);
        Assert.Null(Run(program, new PrivateGhost(setting, isRelational: true)).Difference);
    }

    // That an access did not fault tells that a TLBI has not acted yet; the ghost does not look at it.
    [Fact]
    public void Sets_may_be_too_large_where_an_access_did_not_fault()
    {
        var result = Run(new(Shared,
        [
            new(1, PrivateOp.Unmap), new(1, PrivateOp.DsbIshst), new(1, PrivateOp.Unmap, 1), new(0, PrivateOp.TlbiVmalle1), new(1, PrivateOp.DsbIshst),
            new(0, PrivateOp.St, 0, 2), new(0, PrivateOp.DsbNsh),
        ]));
        Assert.Null(result.Difference);
        Assert.NotEqual(0, result.Larger);
    }

    private static void Decides(PrivateGhostFault fault, PrivateProgram program)
    {
        Assert.Null(Run(program).Difference);
        Assert.NotNull(Run(program, new PrivateGhost(program.Setting, fault)).Missing);
    }

    private static PrivateResult Run(PrivateProgram program, PrivateGhost? ghost = null) =>
        PrivateComparison.Run(program, ghost ?? new PrivateGhost(program.Setting), MostStates);
}
