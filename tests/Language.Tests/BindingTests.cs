using CoherenceCheck.Language.Scenarios;

namespace CoherenceCheck.Language.Tests;

public sealed class BindingTests
{
    private const string Seed = Specs.Kvm + """
        policy kvm_2016 = kvm without ic            // TLBs only, as before March 2021
        policy unhooked = kvm without load          // @load labels the whole body of vcpu_load

        scenario "I-cache isolation between vCPUs of one VM" {
          machine { pcpu P0 ; pcpu P1 ; CTR_EL0.DIC in {0, 1} ; CTR_EL0.IDC in {0, 1} ; legal }
          frame code { x = old }
          vm guest {
            page code = code RWX wb
            vcpu A on {P0}     { SCTLR_EL1.M = 0 ; SCTLR_EL1.I = 0 } any { fetch isb }
            vcpu B on {P0, P1} { SCTLR_EL1.M = 1 } {
              str new, [x] ; dc cvau, x ; dsb ish ; ic ivau, x ; dsb ish ; isb
              exec x
            }
          }
          cover maintained: B at end
          expect fresh_fetch {
            bare_metal                          : holds
            unhooked when DIC = 0               : violated
            unhooked when DIC = 1               : unstated             // depends on readings: see dic.coh
            kvm_2016 when DIC = 0               : violated
            kvm_2016 when DIC = 1               : unstated
            kvm                                 : holds
            kvm move ic before tlb              : holds
            kvm without nsh when DIC = 0        : violated
            kvm without nsh when DIC = 1        : unstated
          }
        }
        """;

    [Fact]
    public void The_example_of_the_language_binds()
    {
        var scenario = Specs.Bind(Seed).Scenarios.Single();
        Assert.Equal("I-cache isolation between vCPUs of one VM", scenario.Name);
        Assert.Equal(["P0", "P1"], scenario.Machine.Pcpus);
        Assert.True(scenario.Machine.Legal);
        Assert.Equal(["CTR_EL0.DIC", "CTR_EL0.IDC"], scenario.Machine.Axes.Select(axis => axis.Name));
        Assert.Equal([0], scenario.Vcpus[0].Placement);
        Assert.Equal(["exec", "isb"], scenario.Vcpus[0].Alphabet.Select(operation => operation.Name));
        Assert.Equal(7, scenario.Vcpus[1].Program!.Value.Length);
        var rows = scenario.Expectations.Single().Rows;
        Assert.Equal(9, rows.Length);
        Assert.True(rows[0].Policy.Policy.IsBareMetal);
        Assert.Equal(["ic"], rows[3].Policy.Without);
        Assert.Same(rows[5].Policy.Policy, rows[3].Policy.Policy);
        Assert.NotSame(rows[5].Policy.Policy, rows[6].Policy.Policy);
    }
}
