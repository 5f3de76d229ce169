using System.Collections.Immutable;
using CoherenceCheck.Explorer.Reductions;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Tests;

/// <summary>A search under symmetry finds what a naive search of all states finds, and one state of each orbit.</summary>
public sealed class SymmetryTests(ITestOutputHelper output)
{
    private const int MaxStates = 200;

    // COHERENCECHECK_SYMMETRY = how many random systems of each kind.
    private static int Seeds => int.Parse(Environment.GetEnvironmentVariable("COHERENCECHECK_SYMMETRY") ?? "200");

    [Fact]
    public void A_reduced_search_of_random_systems_agrees_with_a_naive_one()
    {
        var count = new Tally();
        for (var seed = 1; seed <= Seeds; seed++)
        {
            Compare(seed, RandomSystem.Make(seed), "any", count);
            Compare(seed, RandomSystem.MakeSymmetric(seed), "symmetric", count);
        }

        output.WriteLine($"{count.Searches} searches, {count.Symmetric} with symmetries, {count.Moving} of them of states that change by them, of which {count.Violated} violated");
        Assert.True(count.Symmetric >= 2 * Seeds && count.Moving >= Seeds * 4 / 5 && count.Violated >= Seeds / 20);
    }

    [Fact]
    public void A_renaming_that_is_no_symmetry_is_noticed()
    {
        var (tried, noticed) = (0, 0);
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var random = RandomSystem.Make(seed);
            var bound = Binder.Bind(random.System, random.Frozen);
            var naive = Naive(bound, null, deadlock: false);
            var sort = bound.Sorts.FirstOrDefault(sort => sort.Size > 1);
            if (naive.TooLarge || sort is null)
            {
                continue;
            }

            // A renaming that does not take reachable states to reachable states is none of the system's.
            var swap = Renaming.Identity.With(sort, Permutation.Swap(0, 1));
            if (naive.Reachable.All(state => naive.Reachable.Contains(swap.Of(state))))
            {
                continue;
            }

            tried++;
            var group = new SymmetryGroup([swap], [swap], [.. Enumerable.Range(0, bound.Rules.Length)], IsWhole: true);
            noticed += Difference(bound, null, deadlock: false, naive, new ReductionFaults { Group = group }) is null ? 0 : 1;
        }

        output.WriteLine($"{noticed} of {tried} noticed");
        Assert.True(tried > Seeds / 5);
        Assert.Equal(tried, noticed);
    }

    [Fact]
    public void A_variable_that_is_not_renamed_is_noticed()
    {
        var (tried, noticed) = (0, 0);
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var random = RandomSystem.MakeSymmetric(seed);
            var bound = Binder.Bind(random.System, random.Frozen);
            var naive = Naive(bound, null, deadlock: false);
            var group = SymmetryGroup.Of(bound, ["cover"]);
            var variable = bound.Variables.FirstOrDefault(v =>
                naive.Reachable.Any(state => Enumerable.Range(0, v.CellCount).Any(cell => group.Renamings.Any(renaming => renaming.Of(state)[v, cell] != state[v, cell]))));
            if (naive.TooLarge || variable is null)
            {
                continue;
            }

            tried++;
            noticed += Difference(bound, null, deadlock: false, naive, new ReductionFaults { Forgotten = variable }) is null ? 0 : 1;
        }

        output.WriteLine($"{noticed} of {tried} noticed");
        Assert.True(noticed > tried * 2 / 3 && tried > Seeds / 5, $"{noticed} of {tried}");
    }

    private static void Compare(int seed, RandomSystem random, string kind, Tally count)
    {
        var bound = WithUncovered(Binder.Bind(random.System, random.Frozen));
        foreach (var (property, deadlock) in new (string?, bool)[] { (null, false), ("invariant", false), ("uncovered", false), (null, true) })
        {
            var naive = Naive(bound, property, deadlock);
            if (naive.TooLarge)
            {
                continue;
            }

            var group = SymmetryGroup.Of(bound, property is null ? ["cover"] : [property, "cover"]);
            count.Searches++;
            count.Symmetric += group.Renamings.IsEmpty ? 0 : 1;
            if (naive.Reachable.All(state => group.Renamings.All(renaming => renaming.Of(state).Equals(state))))
            {
                continue;
            }

            var where = $"{kind} system {seed}, property {property}, deadlock {deadlock}, {group.Order} renamings";
            count.Moving++;
            count.Violated += naive.Violation == ViolationKind.None ? 0 : 1;
            Assert.Null(Difference(bound, property, deadlock, naive, null) is { } difference ? $"{where}: {difference}" : null);
        }
    }

    // Violated where the cover is reached, which is mostly some steps away.
    private static TransitionSystem WithUncovered(TransitionSystem system) => system with
    {
        Properties = system.Properties.Add(new Property("uncovered", PropertyKind.Invariant, Ex.Not(system.Properties.First(p => p.Name == "cover").Condition))),
    };

    private static NaiveSearch Naive(TransitionSystem bound, string? property, bool deadlock) =>
        new(bound, FrozenValues.None, property, "cover", deadlock, MaxStates);

    // What differs between a reduced search and a naive one; null for nothing.
    private static string? Difference(TransitionSystem bound, string? property, bool deadlock, NaiveSearch naive, ReductionFaults? faults)
    {
        var group = faults?.Group ?? SymmetryGroup.Of(bound, property is null ? ["cover"] : [property, "cover"]);
        var states = naive.Reachable.ToHashSet();
        if (states.Any(state => group.Renamings.Any(renaming => !states.Contains(renaming.Of(state)))))
        {
            return "the image of a reachable state is not reachable";
        }

        var compiled = CompiledSystem.Compile(bound);
        var request = new SearchRequest(property, ["cover"], deadlock, new SearchLimits(MaxStates: 10 * MaxStates))
        {
            Reductions = Reduction.Symmetry,
            CountSaved = true,
            Faults = faults,
            BlockStates = 1 + (states.Count % 13),
            PartStates = 1,
        };
        var orbits = Orbits(states, group) + (int)(naive.States - states.Count);
        foreach (var threads in new[] { 1, 2 })
        {
            try
            {
                var found = Search.Run(compiled, FrozenValues.None, request with { Threads = threads }, TestContext.Current.CancellationToken);
                if (Difference(naive, found, group, orbits) is { } difference)
                {
                    return $"{threads} threads: {difference}";
                }
            }
            catch (ExplorerDisagreementException e)
            {
                return $"{threads} threads: {e.Message}";
            }
        }

        return null;
    }

    private static string? Difference(NaiveSearch naive, Exploration found, SymmetryGroup group, int orbits) =>
        found.Verdict == Verdict.Undecided ? "too many states"
        : naive.Violation != found.Violation ? $"{naive.Violation}, but {found.Violation}"
        : naive.Depth != found.Depth ? $"depth {naive.Depth}, but {found.Depth}"
        : naive.CoverDepth != found.Covers[0].Depth ? $"cover at {naive.CoverDepth}, but {found.Covers[0].Depth}"
        : group.IsWhole && orbits != found.States ? $"{orbits} orbits, but {found.States} states"
        : !group.IsWhole && (found.States < orbits || found.States > naive.States) ? $"{orbits} orbits of {naive.States} states, but {found.States} states"
        : group.IsWhole && naive.States != found.Reduced.StatesWithoutSymmetry ? $"{naive.States} states, but {found.Reduced.StatesWithoutSymmetry}"
        : !naive.Fired.Select(times => times > 0).SequenceEqual(found.Fired.Select(times => times > 0)) ? "other rules fired"
        : group.Order != found.Reduced.Symmetries ? $"{group.Order} renamings, but {found.Reduced.Symmetries}"
        : null;

    private static int Orbits(HashSet<Valuation> states, SymmetryGroup group)
    {
        var (orbits, known) = (0, new HashSet<Valuation>());
        foreach (var state in states)
        {
            if (known.Add(state))
            {
                orbits++;
                known.UnionWith(group.Renamings.Select(renaming => renaming.Of(state)));
            }
        }

        return orbits;
    }

    private sealed class Tally
    {
        public int Searches { get; set; }

        public int Symmetric { get; set; }

        public int Violated { get; set; }

        public int Moving { get; set; }
    }
}
