namespace CoherenceCheck.Transitions.Tests;

/// <summary>What a step touches: steps that do not conflict may change places.</summary>
public sealed class AccessTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Steps_next_to_each_other_that_do_not_conflict_may_change_places(int part)
    {
        var (pairs, wrong) = Swaps(part, (system, frozen, state, instance) => new Interpreter(system, frozen).AccessesOf(state, instance));
        output.WriteLine($"{pairs} pairs changed places");
        Assert.True(pairs > 500, $"only {pairs} pairs");
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void Leaving_out_what_fills_touch_is_caught()
    {
        var (_, wrong) = Swaps(0, (system, frozen, state, instance) => new Interpreter(system with { Fills = [] }, frozen).AccessesOf(state, instance));
        Assert.True(wrong > 0);
    }

    [Fact]
    public void Leaving_out_assignments_that_change_nothing_is_caught()
    {
        var (_, wrong) = Swaps(0, (system, frozen, state, instance) =>
        {
            var interpreter = new Interpreter(system, frozen);
            var after = interpreter.Apply(state, instance)!.State!;
            return new Accesses(interpreter.AccessesOf(state, instance).Reads, state.Changes(after).Select(change => new StateCell(change.Variable, change.Cell)).ToHashSet());
        });
        Assert.True(wrong > 0);
    }

    [Fact]
    public void A_step_that_is_not_enabled_touches_nothing_that_could_be_named()
    {
        var system = Systems.Colouring();
        var interpreter = new Interpreter(system, Systems.Allow(0, 0, 0));
        var state = interpreter.InitialStates().First().State!;
        var disabled = system.Rules.SelectMany(RuleInstance.Of).First(instance => interpreter.Apply(state, instance) is null);
        Assert.Throws<InvalidOperationException>(() => interpreter.AccessesOf(state, disabled));
    }

    /// <summary>Swaps pairs of steps in random walks of random systems where the accesses allow it; counts those that did not end in the same state.</summary>
    private static (int Pairs, int Wrong) Swaps(int part, Func<TransitionSystem, FrozenValues, Valuation, RuleInstance, Accesses> accessesOf)
    {
        var (pairs, wrong) = (0, 0);
        for (var seed = part * 1000; seed < (part * 1000) + 300; seed++)
        {
            var random = new Random(seed);
            var made = RandomSystem.Make(seed);
            var system = made.System with { Cut = null };
            var interpreter = new Interpreter(system, made.Frozen);
            var state = interpreter.InitialStates().FirstOrDefault(initial => initial.State is not null)?.State;
            for (var step = 0; step < 12 && state is not null; step++)
            {
                var firsts = interpreter.Successors(state).Where(successor => successor.State is not null).ToList();
                if (firsts.Count == 0)
                {
                    break;
                }

                var first = firsts[random.Next(firsts.Count)];
                foreach (var second in interpreter.Successors(first.State!).Where(successor => successor.State is not null).Take(6))
                {
                    if (accessesOf(system, made.Frozen, state, first.Instance!).ConflictWith(accessesOf(system, made.Frozen, first.State!, second.Instance!)))
                    {
                        continue;
                    }

                    pairs++;
                    var swapped = interpreter.Apply(state, second.Instance!)?.State is { } between ? interpreter.Apply(between, first.Instance!)?.State : null;
                    wrong += swapped is not null && swapped.Equals(second.State) ? 0 : 1;
                }

                state = first.State;
            }
        }

        return (pairs, wrong);
    }
}
