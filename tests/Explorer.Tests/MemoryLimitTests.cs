using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Tests;

/// <summary>Alone, because the limit is one of the whole process.</summary>
[CollectionDefinition(nameof(MemoryLimitTests), DisableParallelization = true)]
[Collection(nameof(MemoryLimitTests))]
public sealed class MemoryLimitTests
{
    [Fact]
    public void A_search_stops_before_it_outgrows_the_limit()
    {
        var compiled = CompiledSystem.Compile(IciSystem.Build(2, 3, 3, 2));
        var limits = new SearchLimits(MaxStates: 20_000_000, MaxBytes: Environment.WorkingSet + (64 << 20));
        var result = Search.Run(compiled, FrozenValues.None, SearchRequest.For(null) with { Limits = limits }, TestContext.Current.CancellationToken);
        Assert.Equal((Verdict.Undecided, StopReason.MaxMemory), (result.Verdict, result.StopReason));
        Assert.InRange(result.Bytes, 1, limits.MaxBytes);
    }
}
