using CoherenceCheck.Language.Scenarios;

namespace CoherenceCheck.Language.Tests;

/// <summary>Stage-1 mappings, as VMs and vCPUs declare them and as programs store them.</summary>
public sealed class StageOneTests
{
    private const string Frames = "frame f { z = old }\nframe g { w = old }\nframe two { a = old ; c = old }\n";

    [Fact]
    public void Pages_are_virtual_pages_and_so_is_what_mappings_name()
    {
        var scenario = Bind("map va -> q ; map q -> r asid 2 nc ; map vb -> r device", "map vc -> q asid 1 ; unmap vc asid 1");
        Assert.Equal(
            [("code", 0, 0), ("q", 1, 1), ("r", 1, 2), ("t", 1, 3), ("va", 1, null), ("vb", 1, null), ("vc", 1, (int?)null)],
            scenario.VirtualPages.Select(page => (page.Name, page.Vm, page.Page)));
        Assert.Equal(Enumerable.Range(0, 7), scenario.VirtualPages.Select(page => page.Number));
        Assert.Equal(["4>1 0 WriteBack", "1>2 2 NonCacheable", "5>2 0 Device"], scenario.Vcpus[2].Maps.Select(Show));
        Assert.Equal(0, scenario.Vcpus[2].Asid);
        Assert.Empty(scenario.Vcpus[2].NonCacheableLines);
    }

    [Theory]
    [InlineData("", "", 0, "")]
    [InlineData("map z -> q nc", "1>1 0 NonCacheable", 0, "2")]
    [InlineData("map q -> q asid 3 nc", "1>1 3 NonCacheable", 3, "2")]
    [InlineData("map q -> q asid 3 ; map q -> q asid 1 nc", "1>1 3 WriteBack, 1>1 1 NonCacheable", 3, "")]
    [InlineData("map f.z -> z nc", "1>1 0 NonCacheable", 0, "2")]
    [InlineData("map c -> t nc", "3>3 0 NonCacheable", 0, "5")]
    [InlineData("map a -> t ; map c -> t nc", "3>3 0 NonCacheable", 0, "5")]
    [InlineData("map t -> t nc", "3>3 0 NonCacheable", 0, "4 5")]
    [InlineData("map two -> t nc", "3>3 0 NonCacheable", 0, "4 5")]
    [InlineData("map z -> w", "1>2 0 WriteBack", 0, "")]
    [InlineData("map a -> q nc", "3>1 0 NonCacheable", 0, "")]
    public void A_line_stands_for_its_page(string maps, string leaves, int asid, string nonCacheable)
    {
        var vcpu = Bind(maps, "isb").Vcpus[2];
        Assert.Equal((leaves, asid, nonCacheable), (string.Join(", ", vcpu.Maps.Select(Show)), vcpu.Asid, string.Join(' ', vcpu.NonCacheableLines)));
    }

    [Fact]
    public void Mappings_of_a_vm_are_for_vcpus_without_their_own()
    {
        var scenario = Specs.BindScenario(Frames + """
            vm b {
              page q = f ; page r = g
              map va -> q asid 2 ; map r -> r asid 2 nc
              vcpu C { } { msr TTBR0_EL1.ASID, 2 ; map va -> r ; ldr [va] }
              vcpu D { map va -> r asid 1 } { unmap va }
            }
            """);
        Assert.Equal(["3>1 2 WriteBack", "2>2 2 NonCacheable"], scenario.Vms[1].Maps.Select(Show));
        Assert.Empty(scenario.Vcpus[2].Maps);
        Assert.Equal((2, 1), (scenario.Vcpus[2].Asid, scenario.Vcpus[3].Asid));
        Assert.Equal([3], scenario.Vcpus[2].NonCacheableLines);
        Assert.Empty(scenario.Vcpus[3].NonCacheableLines);
        var store = Assert.IsType<DescriptorStmt>(scenario.Vcpus[2].Program!.Value[1]);
        Assert.Equal((3, 2, PageType.WriteBack, 2), (store.VirtualPage, store.Page, store.Type, store.Asid));
        Assert.Equal((3, null, 1), (((DescriptorStmt)scenario.Vcpus[3].Program!.Value[0]).VirtualPage, ((DescriptorStmt)scenario.Vcpus[3].Program!.Value[0]).Page, ((DescriptorStmt)scenario.Vcpus[3].Program!.Value[0]).Asid));
    }

    [Theory]
    [InlineData("map va -> q asid 1 nc", 4, 1, PageType.NonCacheable, 1)]
    [InlineData("map q -> r device", 1, 2, PageType.Device, 4)]
    [InlineData("map z -> w", 1, 2, PageType.WriteBack, 4)]
    [InlineData("unmap q", 1, null, PageType.WriteBack, 4)]
    [InlineData("unmap va asid 4", 4, null, PageType.WriteBack, 4)]
    public void Descriptor_stores_bind(string text, int from, int? to, PageType type, int asid)
    {
        var statement = Assert.IsType<DescriptorStmt>(Bind("map va -> r asid 4", text).Vcpus[2].Program!.Value.Single());
        Assert.Equal((from, to, type, asid, text), (statement.VirtualPage, statement.Page, statement.Type, statement.Asid, statement.Text));
    }

    [Fact]
    public void The_asid_is_a_field()
    {
        var program = Bind("map va -> q asid 1 ; map va -> r asid 2", "msr TTBR0_EL1.ASID, 2 ; ldr [va] ; isb").Vcpus[2].Program!.Value;
        var write = Assert.IsType<OperationStmt>(program[0]);
        Assert.Equal(("TTBR0_EL1.ASID", "2"), (write.Field, write.Value));
    }

    [Fact]
    public void Virtual_pages_of_two_vms_may_have_one_name()
    {
        var scenario = Specs.BindScenario(Frames + "vm b { page q = f ; vcpu C { map va -> q } { ldr [va] } }\nvm c { page r = f ; vcpu D { map va -> r } { ldr [va] } }");
        Assert.Equal([("va", 1), ("va", 2)], scenario.VirtualPages.Where(page => page.Page is null).Select(page => (page.Name, page.Vm)));
        Assert.Equal([3, 4], scenario.Vcpus.Skip(2).Select(vcpu => ((OperationStmt)vcpu.Program!.Value[0]).VirtualPage));
    }

    [Fact]
    public void A_row_edits_mappings()
    {
        var scenario = Bind("map va -> q", "map va -> r asid 1 @map ; exec va", "\nexpect private_translation { none with map: { map va -> r asid 2 ; msr TTBR0_EL1.ASID, 2 } : unstated ; none without map : unstated }");
        var edited = scenario.Expectations.Single().Rows[0].Policy.In(scenario);
        Assert.Equal(scenario.VirtualPages, edited.VirtualPages);
        Assert.Equal(2, ((DescriptorStmt)((BlockStmt)edited.Vcpus[2].Program!.Value[0]).Body[0]).Asid);
    }

    private static Scenario Bind(string maps, string program, string more = "") =>
        Specs.BindScenario(Frames + $"vm b {{ page q = f ; page r = g ; page t = two\nvcpu C {{ {maps} }} {{ {program} }} }}{more}");

    private static string Show(StageOneMap map) => $"{map.From}>{map.To} {map.Asid} {map.Type}";
}
