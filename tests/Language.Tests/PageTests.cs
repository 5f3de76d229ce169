using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;

namespace CoherenceCheck.Language.Tests;

/// <summary>Values left open: of fields, and of what a page says of its stage-2 descriptor.</summary>
public sealed class PageTests
{
    private const string All = "0000,0001,0010,0011,0100,0101,0110,0111,1000,1001,1010,1011,1100,1101,1110,1111";

    [Theory]
    [InlineData("RWX wb", "")]
    [InlineData("RWX MemAttr any", "MemAttr=" + All)]
    [InlineData("RWX MemAttr in any", "MemAttr=" + All)]
    [InlineData("MemAttr any", "MemAttr=" + All)]
    [InlineData("MemAttr = 0110", "MemAttr=0110")]
    [InlineData("RX MemAttr in {1111, 0101}", "MemAttr=1111,0101")]
    [InlineData("RWX XN any wb", "XN=0,1")]
    [InlineData("RWX wb XN any", "XN=0,1")]
    [InlineData("R-X XN in {1 0}", "XN=1,0")]
    [InlineData("XN = 1", "XN=1")]
    [InlineData("RX XN in any MemAttr in {0101}", "XN=0,1 MemAttr=0101")]
    [InlineData("RX MemAttr any XN = 0", "MemAttr=" + All + " XN=0")]
    public void A_page_sets_fields_of_its_descriptor_or_leaves_them_open(string words, string expected)
    {
        var page = Page(words);
        Assert.Equal(expected, Show(page.Axes));
        Assert.All(page.Axes, axis => Assert.False(axis.IsReading));
        Assert.True(page.Executable);
        Assert.Equal(PageType.WriteBack, page.Type);
    }

    [Fact]
    public void What_a_page_does_not_say_stays_as_written()
    {
        var page = Page("RX device XN = 1");
        Assert.Equal((false, true, PageType.Device), (page.Writable, page.Executable, page.Type));
        Assert.Empty(Page("RW").Axes);
        Assert.False(Page("RW MemAttr any").Executable);
    }

    [Fact]
    public void A_page_ends_with_its_line()
    {
        var vm = Specs.BindScenario("""
            frame f { z = old }
            vm b {
              page f = f RX
              CLIDR_EL1.LoC in any
              vcpu C { SCTLR_EL1.I in any } any { load }
            }
            """).Vms[1];
        Assert.Empty(vm.Pages.Single().Axes);
        Assert.Equal("CLIDR_EL1.LoC=0,1,2,3,4,5,6,7", Show(vm.Axes));
        Assert.Equal("SCTLR_EL1.I=0,1", Show(vm.Vcpus.Single().Axes));
    }

    [Fact]
    public void Machines_and_profiles_leave_fields_open()
    {
        var machine = Specs.Bind("profile soc { CTR_EL0.DIC in any ; CLIDR_EL1.LoC in any }\nscenario \"s\" {\n"
            + Specs.Base.Replace("pcpu P1 }", "pcpu P1 ; profile soc ; CTR_EL0.IDC in any ; reading fwb_ifetch in any ; CLIDR_EL1.LoC = 2 }") + "}").Scenarios.Single().Machine;
        Assert.Equal("CTR_EL0.IDC=0,1 fwb_ifetch=upgrades,no_effect,no_effect_when_m0_i0 CLIDR_EL1.LoC=2 CTR_EL0.DIC=0,1", Show(machine.Axes));
    }

    [Fact]
    public void An_access_is_permitted_by_the_permissions_alone() =>
        Specs.BindScenario("frame f { z = old }\nvm b { page f = f RX MemAttr = 0001 XN = 1 ; vcpu C { } { ldr [z] ; exec z } }");

    [Fact]
    public void Conditions_speak_of_pages()
    {
        var rows = Rows("MemAttr any XN = 0", "kvm when f.MemAttr in {0110, 1111}, DIC = 0 : holds\nkvm when f.XN = 1 : unstated");
        Assert.Equal(["f MemAttr 0110,1111", " DIC 0"], rows[0].Conditions.Select(Show));
        Assert.Equal(["f XN 1"], rows[1].Conditions.Select(Show));
    }

    /// <summary>Pages have names of their own. Their fields are none of a register, so that nothing is ambiguous.</summary>
    [Theory]
    [InlineData("vm q { page q = f XN any ; vcpu C { } any { load } }", "q.CTR_EL0.DIC = 0")]
    [InlineData("vm b { page q = f XN any ; vcpu q { } any { load } }", "q.SCTLR_EL1.M = 0")]
    public void A_page_may_be_called_like_a_vm_or_vcpu(string vm, string other)
    {
        var scenario = Specs.BindScenario($"frame f {{ z = old }}\n{vm}\nexpect fresh_fetch {{ kvm when q.XN = 1, {other} : holds }}");
        Assert.Equal(["XN", other.Split(' ')[0][2..]], scenario.Expectations[0].Rows[0].Conditions.Select(condition => condition.Name));
        Assert.All(scenario.Expectations[0].Rows[0].Conditions, condition => Assert.Equal("q", condition.Owner));
    }

    [Fact]
    public void Rows_about_different_owners_do_not_contradict() =>
        Assert.Equal(2, Rows("XN any", "kvm when A.SCTLR_EL1.M = 0 : holds\nkvm when B.SCTLR_EL1.M = 0 : violated").Length);

    [Theory]
    [InlineData("MemAttr = 0x6", "its values: 0000, 0001, 0010, 0011, 0100, 0101, 0110, 0111, 1000, 1001, 1010, 1011, 1100, 1101, 1110, 1111")]
    [InlineData("MemAttr = 011", "its values: 0000, 0001, 0010, 0011, 0100, 0101, 0110, 0111, 1000, 1001, 1010, 1011, 1100, 1101, 1110, 1111")]
    [InlineData("XN = 2", "its values: 0, 1")]
    [InlineData("memattr any", "did you mean `MemAttr`?")]
    [InlineData("Type any", "write one of: MemAttr, XN")]
    [InlineData("wb MemAttr any", "MemAttr says the memory type: leave out one of them")]
    [InlineData("RW XN any", "XN says what stage 2 makes of the X of the permissions: write RX or RWX")]
    public void Errors_say_what_is_possible(string words, string hint) => Assert.Equal(hint, HintOf(Text(words)));

    [Fact]
    public void A_page_called_like_that_of_another_vm_is_to_be_renamed() =>
        Assert.EndsWith(
            "; pages of all VMs share their names: rename one",
            Specs.Load(Text("XN any").Replace("page f = f", "page code = f")).Diagnostics[0].Hint,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("MemAttr", "say whose: `code.MemAttr`")]
    [InlineData("f.MemAttr", "leave it open: `page f = … MemAttr any`")]
    [InlineData("b.XN", "write `PAGE.XN`")]
    [InlineData("f.XM", "did you mean `f.XN`?")]
    [InlineData("ff.XN", "did you mean `f`?")]
    public void Conditions_that_name_no_field_of_a_page_have_a_hint(string name, string hint) =>
        Assert.Equal(hint, HintOf(Text("XN any", $"kvm when {name} = 0 : holds")));

    [Fact]
    public void Fields_of_pages_count_with_those_of_machines()
    {
        Specs.Bind(ErrorCases.ManyAxes(""));
        Assert.Equal("CC0601", Assert.Single(Specs.Load(ErrorCases.ManyAxes("MemAttr any XN any")).Diagnostics).Code);
    }

    private static string Members(string words, string rows) =>
        $"frame f {{ z = old }}\nvm b {{ page f = f {words} ; vcpu C {{ }} any {{ load }} }}\nexpect fresh_fetch {{\n{rows}\n}}";

    private static string Text(string words, string rows = "kvm : holds") => $"{Specs.Kvm}\nscenario \"s\" {{\n{Specs.Base}\n{Members(words, rows)}\n}}";

    private static string? HintOf(string text) => Assert.Single(Specs.Load(text).Diagnostics).Hint;

    private static Page Page(string words) => Specs.BindScenario(Members(words, "kvm : holds")).Vms[1].Pages.Single();

    private static ImmutableArray<ExpectationRow> Rows(string words, string rows) => Specs.BindScenario(Members(words, rows)).Expectations.Single().Rows;

    private static string Show(IEnumerable<Axis> axes) => string.Join(' ', axes.Select(axis => $"{axis.Name}={string.Join(',', axis.Values)}"));

    private static string Show(RowCondition condition) => $"{condition.Owner} {condition.Name} {string.Join(',', condition.Values)}";
}
