using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Tests;

public sealed class RandomSystemTests(ITestOutputHelper output)
{
    private const int MaxStates = 250;

    // COHERENCECHECK_SYSTEMS = how many, COHERENCECHECK_SEED = from which number on.
    private static int Systems => int.Parse(Environment.GetEnvironmentVariable("COHERENCECHECK_SYSTEMS") ?? "600");

    private static int FirstSeed => int.Parse(Environment.GetEnvironmentVariable("COHERENCECHECK_SEED") ?? "1");

    [Fact]
    public void Explorer_agrees_with_a_naive_search()
    {
        var kinds = new Dictionary<string, int>();
        for (var seed = FirstSeed; seed < FirstSeed + Systems; seed++)
        {
            var random = RandomSystem.Make(seed);
            // Numbers that cannot be right are wanted here: they are model errors.
            Assert.DoesNotContain(WellFormedness.Check(random.System), p => !p.Contains(" is no ", StringComparison.Ordinal));
            // Every third system is cut into as many methods as there can be, every other third has its guards indexed wherever two can be.
            var limits = (seed % 3) switch { 0 => new CodeLimits(1, 1, 0, 0), 1 => new CodeLimits(IndexedSteps: 2), _ => new CodeLimits() };
            var compiled = CompiledSystem.Compile(random.System, limits);
            foreach (var (property, deadlock) in new (string?, bool)[] { (null, false), ("invariant", false), (null, true) })
            {
                var naive = new NaiveSearch(random.System, random.Frozen, property, "cover", deadlock, MaxStates);
                if (!naive.TooLarge)
                {
                    AssertAgrees(seed, compiled, random.Frozen, naive, property, deadlock);
                    Count($"{naive.Violation}");
                    Count($"{compiled.Layout.Words} words");
                    Count($"depth {Math.Min(naive.Depth, 10):D2}");
                }
            }

            // Another cell of the same shape, with the same code.
            var frozen = random.NewFrozen();
            var other = new NaiveSearch(random.System, frozen, "invariant", "cover", deadlock: false, MaxStates);
            if (!other.TooLarge)
            {
                AssertAgrees(seed, compiled, frozen, other, "invariant", deadlock: false);
                var bound = Binder.Bind(random.System, frozen);
                AssertAgrees(seed, CompiledSystem.Compile(bound), FrozenValues.None, other, "invariant", deadlock: false, bound);
            }
        }

        foreach (var (kind, count) in kinds.OrderBy(k => k.Key, StringComparer.Ordinal))
        {
            output.WriteLine($"{kind}: {count}");
        }

        void Count(string kind) => kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
    }

    private static void AssertAgrees(
        int seed, CompiledSystem compiled, FrozenValues frozen, NaiveSearch naive, string? property, bool deadlock, TransitionSystem? bound = null)
    {
        var where = $"seed {seed}, property {property}, deadlock {deadlock}, bound {bound is not null}";
        var request = new SearchRequest(property, ["cover"], deadlock, new SearchLimits());
        Exploration result;
        List<Valuation> states;
        try
        {
            (result, states) = Search.RunAndList(compiled, frozen, request, TestContext.Current.CancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new InvalidOperationException(where, e);
        }

        Assert.True(naive.Violation == result.Violation, $"{where}: {naive.Violation}, but {result.Violation}");
        Assert.True(naive.States == result.States, $"{where}: {naive.States} states, but {result.States}");
        Assert.True(naive.Transitions == result.Transitions, $"{where}: {naive.Transitions} transitions, but {result.Transitions}");
        Assert.True(naive.Depth == result.Depth, $"{where}: depth {naive.Depth}, but {result.Depth}");
        Assert.True(naive.Error == result.ModelError, $"{where}: {naive.Error}, but {result.ModelError}");
        Assert.True(naive.CoverDepth == result.Covers[0].Depth, $"{where}: cover {naive.CoverDepth}, but {result.Covers[0].Depth}");
        Assert.True(naive.Reachable.SequenceEqual(states), $"{where}: other states, or another order");
        if (bound is null)
        {
            Assert.True(naive.Fired.SequenceEqual(result.Fired), $"{where}: other rules fired");
        }
    }
}
