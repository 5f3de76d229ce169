using System.Globalization;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Tests;

/// <summary>The peak of resident memory, as the system accounts it, against the limit. Alone, because the limit is one of the whole process.</summary>
[CollectionDefinition(nameof(MemoryLimitTests), DisableParallelization = true)]
[Collection(nameof(MemoryLimitTests))]
public sealed class MemoryLimitTests
{
    // With 3.4 million states of two words, the table of 32 MB is to double: with the states that is 97 MB, and 129 MB when it has doubled.
    private const long Grant = 105 << 20;
    private const long Slack = 12 << 20;
    private const long BufferBytes = 10 << 20;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_search_takes_what_it_is_granted_and_no_more(int threads)
    {
        var (over, result) = Measure(threads);
        Assert.Equal((Verdict.Undecided, StopReason.MaxMemory), (result.Verdict, result.StopReason));
        Assert.InRange(over, -Slack, Slack);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_budget_that_forgets_tables_is_noticed(int threads)
    {
        // What a process holds is measured now and then: on a busy machine one run may be over and not be seen to be.
        var seen = Enumerable.Range(0, 6).Select(_ => Measure(threads, request => request with { ForgetsTables = true })).FirstOrDefault(run => run.Over > Slack);
        Assert.NotNull(seen.Result);
        Assert.Equal(StopReason.MaxMemory, seen.Result.StopReason);
    }

    [Fact]
    public void Searches_side_by_side_share_it_and_give_it_back()
    {
        var (over, results) = Measure(request =>
        {
            var found = new Exploration[2];
            Parallel.For(0, 2, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i => found[i] = Run(request));
            return found;
        });
        Assert.All(results, result => Assert.Equal(StopReason.MaxMemory, result.StopReason));
        Assert.InRange(over, -Slack * 2, Slack);

        // Were it not given back, the next would find nothing.
        var (_, next) = Measure(threads: 1);
        Assert.InRange(next.States, 1_500_000, long.MaxValue);
    }

    [Fact]
    public void A_table_that_cannot_double_is_filled_up()
    {
        // With 3.4 million states it should double, and 4.2 million are all it has room for.
        var (_, result) = Measure(threads: 1);
        Assert.InRange(result.States, 3_450_000, 4_150_000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void So_it_is_with_states_of_one_word(int threads)
    {
        Assert.Equal(1, OneWord.Layout.Words);
        var (over, result) = Measure(request => Run(request with { Threads = threads }, OneWord), threads == 1 ? 0 : BufferBytes);
        Assert.Equal((Verdict.Undecided, StopReason.MaxMemory), (result.Verdict, result.StopReason));
        Assert.InRange(over, -Slack, Slack);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void It_does_not_matter_how_much_else_the_process_holds(int threads)
    {
        // A twelfth of it is more than what it takes to double the table.
        var other = new byte[500 << 20];
        Array.Fill(other, (byte)1);
        var (over, result) = Measure(threads);
        Assert.Equal(StopReason.MaxMemory, result.StopReason);
        Assert.InRange(result.States, 3_200_000, 4_150_000);
        Assert.InRange(over, -Slack, Slack);
        GC.KeepAlive(other);
    }

    [Fact]
    public void No_search_begins_where_all_is_used_up()
    {
        Assert.True(new SearchLimits(MaxBytes: 1 << 20).IsMemoryUsedUp);
        Assert.False(new SearchLimits(MaxBytes: 1L << 50).IsMemoryUsedUp);
        Assert.False(new SearchLimits().IsMemoryUsedUp);
    }

    private static (long Over, Exploration Result) Measure(int threads, Func<SearchRequest, SearchRequest>? change = null) =>
        Measure(request => Run((change ?? (same => same))(request with { Threads = threads })), threads == 1 ? 0 : BufferBytes);

    /// <summary>By how much the peak is over the limit.</summary>
    private static (long Over, T Result) Measure<T>(Func<SearchRequest, T> run, long grantMore = 0)
    {
        Assert.SkipUnless(File.Exists("/proc/self/clear_refs"), "The peak can be set back on Linux alone.");
        _ = (Compiled, OneWord);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var limit = Environment.WorkingSet + Grant + grantMore;
        File.WriteAllText("/proc/self/clear_refs", "5");
        var result = run(SearchRequest.For(null) with { Limits = new SearchLimits(MaxBytes: limit) });
        var peak = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return ((long.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Trim(), CultureInfo.InvariantCulture) << 10) - limit, result);
    }

    private static readonly CompiledSystem Compiled = CompiledSystem.Compile(IciSystem.Build(3, 3, 4, 3));

    private static readonly CompiledSystem OneWord = CompiledSystem.Compile(IciSystem.Build(3, 3, 2, 2));

    private static Exploration Run(SearchRequest request) => Run(request, Compiled);

    private static Exploration Run(SearchRequest request, CompiledSystem compiled) => Search.Run(compiled, FrozenValues.None, request, TestContext.Current.CancellationToken);
}
