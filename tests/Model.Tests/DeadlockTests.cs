using CoherenceCheck.Explorer;
using CoherenceCheck.Model.Tests.Support;

namespace CoherenceCheck.Model.Tests;

/// <summary>What is no deadlock: a stop because a bound was reached. What stops for another reason is one, whatever the bound.</summary>
public sealed class DeadlockTests
{
    /// <summary>Each is put after its first load, before its program has ended; a program that has ended stops for good.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_guest_that_may_not_be_loaded_again_is_not_deadlocked(int most) =>
        Assert.Equal(ViolationKind.None, Stops($"bound vcpu_load <= {most}", "isb"));

    /// <summary>The first load waits for ever: neither the bound of loads nor one of exits is reached.</summary>
    [Theory]
    [InlineData("bound vcpu_load <= 2")]
    [InlineData("bound guest_exit <= 1")]
    [InlineData("")]
    public void A_handler_that_waits_for_ever_before_a_bound_is_reached_is_a_deadlock(string bound) =>
        Assert.Equal(ViolationKind.Deadlock, Stops(bound, "await go"));

    private static ViolationKind Stops(string bound, string handler)
    {
        var cell = Assert.Single(Specs.Cells(
            $$"""
            policy p { state go : bool = false ; on vcpu_load(v, p) { {{handler}} } }
            scenario "stops" {
              machine { pcpu P0 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 }
              frame code { x = old }
              vm guest { page code = code RWX wb ; vcpu A { SCTLR_EL1.M = 1 } { dc cvau, x ; dsb ish ; exec x } }
              {{bound}}
              expect deadlock { p : unstated }
            }
            """));
        var request = new SearchRequest(null, [], CheckDeadlock: true, new SearchLimits());
        return Search.Run(CompiledSystem.Compile(cell.Model.System), cell.Frozen, request, TestContext.Current.CancellationToken).Violation;
    }
}
