using CoherenceCheck.Model.Tests.Support;

namespace CoherenceCheck.Model.Tests;

/// <summary>How far IC and TLBI reach, by who executes them, HCR_EL2.FB and the reading (C13): the targets that are pending from their issue on.</summary>
public sealed class MaintenanceScopeTests
{
    private const int None = 0, Own = 1, All = 3;

    // Position 0 is P0, on which the guest and the handler run; the task without a pCPU is behind both.
    private const int P0 = 0, P1 = 1, Apart = 2;

    [Theory]
    [InlineData("ic iallu", 0, "local", Own)]
    [InlineData("ic iallu", 1, "local", All)]
    [InlineData("ic iallu", 0, "broadcast", All)]
    [InlineData("ic ialluis", 0, "local", All)]
    [InlineData("tlbi vmalle1", 0, "local", Own)]
    [InlineData("tlbi vmalle1", 1, "local", All)]
    [InlineData("tlbi vmalle1", 0, "broadcast", Own)]
    [InlineData("tlbi vmalle1is", 0, "local", All)]
    public void At_EL1_local_maintenance_is_broadcast_under_FB(string operation, int fb, string reading, int targets) =>
        Assert.Equal(targets, Pending(operation, fb, reading, P0, guest: operation));

    [Theory]
    [InlineData("ic iallu", 0, "local", Own)]
    [InlineData("ic iallu", 1, "local", Own)]
    [InlineData("ic iallu", 1, "broadcast", All)]
    [InlineData("ic ialluis", 1, "local", All)]
    [InlineData("tlbi vmalle1", 1, "local", Own)]
    [InlineData("tlbi vmalle1is", 1, "local", All)]
    public void At_EL2_local_maintenance_is_local_whatever_FB_says(string operation, int fb, string reading, int targets) =>
        Assert.Equal(targets, Pending(operation, fb, reading, P0, handler: operation));

    /// <summary>A task without a pCPU runs on a CPU that no vCPU uses: what is local there reaches no I-cache of a guest.</summary>
    [Theory]
    [InlineData("ic iallu", "on {P1} ", P1, Own << P1)]
    [InlineData("ic iallu", "", Apart, None)]
    [InlineData("ic ialluis", "", Apart, All)]
    [InlineData("tlbi vmalle1", "on {P1} ", P1, Own << P1)]
    [InlineData("tlbi vmalle1", "", Apart, None)]
    [InlineData("tlbi vmalle1is", "", Apart, All)]
    public void Local_maintenance_of_a_task_reaches_the_cpu_on_which_it_runs(string operation, string place, int cpu, int targets) =>
        Assert.Equal(targets, Pending(operation, 1, "local", cpu, task: $"task vmm {place}{{ {operation} }}"));

    /// <summary>All targets that are ever pending on a CPU, from the one operation.</summary>
    private static long Pending(string operation, int fb, string reading, int cpu, string guest = "isb", string handler = "isb", string task = "")
    {
        var cell = Assert.Single(Specs.Cells(
            $$"""
            policy p { HCR_EL2.FB = {{fb}} ; on vcpu_load(v, p) { {{handler}} } }
            scenario "scope" {
              machine { pcpu P0 ; pcpu P1 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 ; reading ic_iallu_scope = {{reading}} }
              frame code { x = old }
              vm guest { page code = code RWX wb ; vcpu A on {P0} { SCTLR_EL1.M = 1 } { {{guest}} } }
              {{task}}
              bound vcpu_load <= 1
              expect fresh_fetch { p : unstated }
            }
            """));
        return new Reachable(cell).Of(operation.StartsWith("ic", StringComparison.Ordinal) ? "pend.iall" : "pend.tlbi", cpu).Max();
    }
}
