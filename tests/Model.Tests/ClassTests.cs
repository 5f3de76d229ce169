using CoherenceCheck.Explorer;
using CoherenceCheck.Model.Tests.Support;

namespace CoherenceCheck.Model.Tests;

/// <summary>Configurations that the model cannot tell apart are explored once; this explores every one of them.</summary>
public sealed class ClassTests
{
    private const string Everything = """
        CTR_EL0.DIC in any ; CTR_EL0.IDC in any ; HCR_EL2.FWB in any ; CLIDR_EL1.LoC in {0, 2} ; legal
        reading fwb_ifetch in any ; reading dic_snoops_nc in any ; reading nc_fetch_point in any ; reading dic_ic_nop in any
        """;

    public static TheoryData<string, string, string> Cases() => new()
    {
        { Everything, "RWX wb", "kvm" },
        { Everything, "RWX wb", "kvm_2016" },
        { Everything, "RWX wb", "bare_metal" },
        { "CTR_EL0.DIC in {0, 1} ; CTR_EL0.IDC = 1 ; HCR_EL2.FWB in {0, 1} ; legal ; reading xn_blocks_alloc in any ; reading device_fetch in any", "RWX MemAttr any XN any", "kvm_2016" },
        { "CTR_EL0.DIC in {0, 1} ; CTR_EL0.IDC = 1 ; HCR_EL2.FWB in {0, 1} ; legal ; reading mmuoff_wt_point in any ; reading ic_instant in any", "RWX MemAttr any", "kvm" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_configuration_has_the_verdict_of_its_class(string machine, string page, string policy)
    {
        var cases = Specs.Cells(Spec(machine, page, policy)).ToList();
        var number = 0;
        var verdicts = new Dictionary<string, Verdict>(StringComparer.Ordinal);
        foreach (var @class in cases)
        {
            var verdict = @class.Explore().Verdict;
            foreach (var alone in Alone(@class))
            {
                number++;

                // Equal tables are the same system, which is explored once.
                var key = alone.Model.Freeze(alone.Cell).Key;
                if (!verdicts.TryGetValue(key, out var own))
                {
                    own = alone.Explore().Verdict;
                    verdicts.Add(key, own);
                }

                Assert.True(verdict == own, $"{alone}: {own}, its class {verdict}");
            }
        }

        Assert.True(number > 2 * cases.Count, $"{number} configurations in {cases.Count} classes");
        Assert.Equal(policy == "bare_metal" ? 1 : 2, verdicts.Values.Distinct().Count());
    }

    [Fact]
    public void Classes_are_fewer_than_configurations_and_no_two_come_to_the_same_tables()
    {
        var @case = Specs.Cells(Spec(Everything, "RWX wb", "kvm")).ToList();
        var keys = @case.Select(cell => cell.Model.Freeze(cell.Cell).Key).ToList();
        Assert.True(@case.Count * 3 < @case.Sum(cell => cell.Cell.Where.Count));
        Assert.Equal(keys.Count, keys.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Configurations_of_a_class_come_to_the_same_tables()
    {
        foreach (var @class in Specs.Cells(Spec(Everything, "RWX MemAttr any XN any", "kvm")))
        {
            var key = @class.Model.Freeze(@class.Cell).Key;
            Assert.All(Alone(@class), alone => Assert.Equal(key, alone.Model.Freeze(alone.Cell).Key));
        }
    }

    /// <summary>Each configuration of a class as a cell of its own.</summary>
    private static IEnumerable<CellCase> Alone(CellCase @class)
    {
        for (var rest = @class.Cell.Where; !rest.IsEmpty;)
        {
            var one = rest.Space.Cube([.. rest.First().Select(value => 1UL << value)]);
            rest -= one;
            yield return new CellCase(@class.Scenario, @class.Property, @class.Planned, @class.Planned.Classes.CellOf(one), @class.Model, @class.Expected);
        }
    }

    private static string Spec(string machine, string page, string policy) => Specs.Kvm +
        $$"""
        policy kvm_2016 = kvm without ic
        scenario "classes" {
          machine { pcpu P0 ; {{machine}} }
          frame code { x = old }
          vm guest {
            page code = code {{page}}
            vcpu A { SCTLR_EL1.M = 0 ; SCTLR_EL1.I in any } any { fetch isb }
            vcpu B { SCTLR_EL1.M = 1 } { str new, [x] ; dc cvau, x ; dsb ish ; ic ivau, x ; dsb ish ; isb ; exec x }
          }
          expect fresh_fetch { {{policy}} : unstated }
        }
        """;
}
