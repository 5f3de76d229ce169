using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Tests.Support;

namespace CoherenceCheck.Model.Tests;

/// <summary>When SCTLR_EL1 values come into force, and which they are.</summary>
public sealed class ContextSynchronisationTests
{
    /// <summary>With handlers and without: a policy without a handler enters the guest in the step that loads it.</summary>
    [Theory]
    [InlineData("none")]
    [InlineData("kvm")]
    public void An_exit_brings_what_was_written_into_force_on_the_machine_and_not_in_the_ghost(string policy)
    {
        var states = new Reachable(Assert.Single(Specs.Cells(Specs.Kvm +
            $$"""
            scenario "exit" {
              machine { pcpu P0 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 }
              frame code { x = old }
              vm guest { page code = code RWX wb ; vcpu A { SCTLR_EL1.M = 1 } { msr SCTLR_EL1.M, 0 ; exec x } }
              bound vcpu_load <= 2
              expect fresh_fetch { {{policy}} : unstated }
            }
            """)));
        var seen = states.Select(at => (IsLoaded: at("cur", 0) == 0, Written: at("sctlr", 0), InForce: at("inforce", 0), Ghost: at("inforce.own", 0))).ToList();
        Assert.All(seen.Where(state => !state.IsLoaded), state => Assert.Equal(1L << (int)state.Written, state.InForce));
        Assert.Contains(seen, state => state is { IsLoaded: true, InForce: 3 });
        Assert.Contains(seen, state => state is { IsLoaded: false, Written: 0, Ghost: 3 });
    }

    /// <summary>A guest that turns its MMU on or off turns its caches on or off with it, and comes back to what it started with.</summary>
    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    [InlineData(false, true, true)]
    [InlineData(false, false, true)]
    [InlineData(false, false, false)]
    public void A_guest_that_toggles_its_mmu_comes_back_to_what_it_started_with(bool m, bool c, bool i)
    {
        var spec = Specs.Load(
            $$"""
            scenario "toggles" {
              machine { pcpu P0 }
              frame code { x = old }
              vm guest { page code = code RWX wb
                vcpu A { SCTLR_EL1.M = {{(m ? 1 : 0)}} ; SCTLR_EL1.C = {{(c ? 1 : 0)}} ; SCTLR_EL1.I = {{(i ? 1 : 0)}} } any { exec mmu } }
              expect fresh_fetch { none : unstated }
            }
            """);
        var vcpu = spec.Scenarios[0].Vcpus[0];
        var modes = new VcpuModes(vcpu, []);
        var point = new ConfigurationPoint(new Dictionary<string, string>(), name => vcpu.Axes.Single(axis => $"A.{axis.Name}" == name).Values[0]);
        (bool, bool, bool) Values(int mode) => (Bit(mode, sctlr => sctlr.M), Bit(mode, sctlr => sctlr.C), Bit(mode, sctlr => sctlr.I));
        bool Bit(int mode, Func<Sctlr, Input> field) => modes.In(mode, sctlr => Seen.Bit(field(sctlr))).In(point);
        Assert.Equal((m, c, i), Values(m ? 1 : 0));
        Assert.Equal((!m, !m, !m), Values(m ? 0 : 1));
        Assert.Equal(m ? 1 : 0, modes.Initial.In(point));
    }
}
