using CoherenceCheck.Model.Tests.Support;

namespace CoherenceCheck.Model.Tests;

/// <summary>The model's machine on bare metal against the reference, state by state.</summary>
public sealed class MachineIsExactTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(300, 11, 0)]
    [InlineData(300, 11, 1)]
    public void Machine_reaches_the_same_states_as_the_reference(int programs, int most, int stores)
    {
        var (compared, states) = (0, 0L);
        for (var seed = 1; seed <= programs; seed++)
        {
            var program = GuestProgram.Random(seed, (StoreKind)stores, most);
            if (MachineCheck.Run(program, system => system) is not { } result)
            {
                continue;
            }

            Assert.True(result.Difference is null, $"seed {seed}, {(StoreKind)stores}: {result.Difference}\n{program}");
            compared++;
            states += result.States;
        }

        output.WriteLine($"{compared} programs of {programs} are small enough, {states} states compared");
        Assert.True(compared > programs / 2);
    }
}
