using CoherenceCheck.Model.Tests.Reference;
using CoherenceCheck.Model.Tests.Support;

namespace CoherenceCheck.Model.Tests;

/// <summary>The ghost against the subset construction of bare metal, instruction by instruction and set by set.</summary>
public sealed class GhostIsExactTests(ITestOutputHelper output)
{
    // COHERENCECHECK_PROGRAMS = how many, COHERENCECHECK_SEED = from which number on.
    private static int Programs(int normally) => int.Parse(Environment.GetEnvironmentVariable("COHERENCECHECK_PROGRAMS") ?? $"{normally}");

    private static int FirstSeed => int.Parse(Environment.GetEnvironmentVariable("COHERENCECHECK_SEED") ?? "1");

    [Theory]
    [InlineData("bare_metal", 2000)]
    [InlineData("none", 500)]
    [InlineData("kvm", 500)]
    public void Ghost_equals_bare_metal_where_every_store_is_cacheable(string policy, int programs) =>
        Compare(policy, StoreKind.Cacheable, Programs(programs), GhostComparison.Equal);

    [Theory]
    [InlineData("bare_metal", 700)]
    [InlineData("kvm", 200)]
    public void Ghost_equals_bare_metal_of_one_vcpu_with_its_mmu_off(string policy, int programs) =>
        Compare(policy, StoreKind.MmuOffAlone, Programs(programs), GhostComparison.Equal);

    [Theory]
    [InlineData("bare_metal", 1000)]
    public void Ghost_holds_all_of_bare_metal_whatever_the_stores(string policy, int programs) =>
        Compare(policy, StoreKind.Any, Programs(programs), GhostComparison.Holds);

    private void Compare(string policy, StoreKind stores, int programs, GhostComparison comparison)
    {
        var (states, sets, larger, instructions) = (0L, 0L, 0L, 0L);
        for (var seed = FirstSeed; seed < FirstSeed + programs; seed++)
        {
            var program = GuestProgram.Random(seed, stores);
            var result = GhostCheck.Run(program, policy, seed, system => system);
            Assert.True(comparison == GhostComparison.Equal ? result.Difference is null : result.Missing is null,
                $"seed {seed}, {policy}, {stores}: {result.Difference ?? result.Missing}\n{program}");
            // Under a host a Write-Back alias may hide what a Non-cacheable store wrote: see specs/kvm/c03-fwb-erratum.coh.
            var differs = program.StoresNonCacheable && policy != "bare_metal";
            Assert.False(result.IsStale && !differs, $"seed {seed}, {policy}, {stores}: bare metal is stale against itself\n{program}");
            states += result.States;
            sets += result.Sets;
            larger += result.Larger;
            instructions += program.Instructions.Count;
        }

        output.WriteLine($"{programs} programs, {instructions} instructions, {sets} sets compared, {larger} of them larger, {states} hardware states");
    }
}

internal enum GhostComparison
{
    Equal,
    Holds,
}
