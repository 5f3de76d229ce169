using System.Collections.Immutable;
using CoherenceCheck.Explorer.Reductions;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Tests;

/// <summary>A sliced system has the verdict and the shortest depths of the whole, and its counterexamples are some of the whole.</summary>
public sealed class SlicerTests(ITestOutputHelper output)
{
    private const int MaxStates = 150;

    // COHERENCECHECK_SLICES = how many random systems.
    private static int Seeds => int.Parse(Environment.GetEnvironmentVariable("COHERENCECHECK_SLICES") ?? "200");

    [Theory]
    [InlineData(Slicing.Components)]
    [InlineData(Slicing.DeadCells)]
    [InlineData(Slicing.All)]
    internal void Slices_of_random_systems_give_the_same_answer(Slicing slicing)
    {
        var (searches, sliced, fewer, violated, programs) = (0, 0, 0, 0, 0);
        ForEach(slicing, SlicerFaults.None, (where, naive, slice, result) =>
        {
            Assert.Null(result.Difference is { } difference ? $"{where}: {difference}" : null);
            searches++;
            sliced += slice.IsSliced ? 1 : 0;
            fewer += slice.IsSliced && result.States < naive.States ? 1 : 0;
            programs += result.States < naive.States && where.StartsWith("program", StringComparison.Ordinal) ? 1 : 0;
            violated += slice.IsSliced && naive.Violation != ViolationKind.None ? 1 : 0;
        });
        output.WriteLine($"{slicing}: {searches} searches, {sliced} sliced, {fewer} of them with fewer states, {programs} of which are programs, {violated} violated");
        Assert.True(sliced > searches / 3 && fewer > searches / 5 && violated > searches / 20);
        Assert.True(!slicing.HasFlag(Slicing.DeadCells) || programs > Seeds / 5, $"only {programs} programs with dead registers");
    }

    [Theory]
    [InlineData(Slicing.Components, nameof(SlicerFaults.ForgetsGuards))]
    [InlineData(Slicing.Components, nameof(SlicerFaults.ForgetsErrors))]
    [InlineData(Slicing.Components, nameof(SlicerFaults.ForgetsFills))]
    [InlineData(Slicing.DeadCells, nameof(SlicerFaults.ForgetsEdges))]
    internal void A_fault_of_the_slicer_is_noticed(Slicing slicing, string fault)
    {
        var noticed = 0;
        var faults = fault switch
        {
            nameof(SlicerFaults.ForgetsGuards) => new SlicerFaults { ForgetsGuards = true },
            nameof(SlicerFaults.ForgetsErrors) => new SlicerFaults { ForgetsErrors = true },
            nameof(SlicerFaults.ForgetsFills) => new SlicerFaults { ForgetsFills = true },
            _ => new SlicerFaults { ForgetsEdges = true },
        };
        ForEach(slicing, faults, (_, _, _, result) => noticed += result.Difference is null ? 0 : 1);
        output.WriteLine($"{fault}: {noticed} noticed");
        Assert.True(noticed > 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_known_system_gives_the_same_answer(bool policy)
    {
        var system = IciSystem.Build(2, 2, 2, 2, policy);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var slice = Slicer.Slice(system, Slicing.All, "coherent execute", [], checkDeadlock: false);
        output.WriteLine($"{clock.ElapsedMilliseconds} ms; left out: {string.Join(' ', slice.Variables)}; dead: {string.Join(' ', slice.DeadCells)}");
        var request = SearchRequest.For("coherent execute");
        var whole = Search.Run(CompiledSystem.Compile(system), FrozenValues.None, request, TestContext.Current.CancellationToken);
        var found = Search.Run(CompiledSystem.Compile(slice.System), FrozenValues.None, request, TestContext.Current.CancellationToken);
        Assert.Equal((whole.Verdict, whole.Violation), (found.Verdict, found.Violation));
        Assert.True(found.States <= whole.States && (policy || found.Depth == whole.Depth));
        output.WriteLine($"{whole.States} states, {found.States} of the slice");
        if (!policy)
        {
            Replay(system, FrozenValues.None, found, slice.Lift(found.Trace, FrozenValues.None), request.Property);
        }
    }

    /// <summary>What differs between a naive search of the whole, and both searches of a slice.</summary>
    internal static (string? Difference, long States) Compare(TransitionSystem whole, FrozenValues frozen, NaiveSearch naive, SlicedSystem slice, Question question)
    {
        try
        {
            var cover = question.Covers.FirstOrDefault();
            var small = new NaiveSearch(slice.System, frozen, question.Property, cover, question.CheckDeadlock, 20 * MaxStates);
            if (small.TooLarge || small.States > naive.States)
            {
                return ($"{naive.States} states, but {small.States}", small.States);
            }

            var holds = naive.Violation == ViolationKind.None;
            if (holds != (small.Violation == ViolationKind.None) || (!holds && naive.Depth != small.Depth))
            {
                return ($"{naive.Violation} at {naive.Depth}, but {small.Violation} at {small.Depth}", small.States);
            }

            if (naive.CoverDepth != small.CoverDepth)
            {
                return ($"cover at {naive.CoverDepth}, but {small.CoverDepth}", small.States);
            }

            var request = new SearchRequest(question.Property, question.Covers, question.CheckDeadlock, new SearchLimits(MaxStates: 20 * MaxStates));
            var found = holds ? null : Search.Run(CompiledSystem.Compile(slice.System), frozen, request, TestContext.Current.CancellationToken);
            if (found is { Trace.IsEmpty: false })
            {
                Replay(whole, frozen, found, slice.Lift(found.Trace, frozen), question.Property);
            }

            return (found is not null && found.Depth != naive.Depth ? $"depth {naive.Depth}, but {found.Depth}" : null, small.States);
        }
        catch (Exception e) when (e is ExplorerDisagreementException or InvalidOperationException or KeyNotFoundException)
        {
            return (e.Message, 0);
        }
    }

    private static void Replay(TransitionSystem whole, FrozenValues frozen, Exploration found, ImmutableArray<TraceStep> trace, string? property)
    {
        var erring = found.Violation == ViolationKind.ModelError ? trace[^1].Instance : null;
        new TraceReplay(whole, frozen).Check(found.Violation, erring is null ? trace : trace[..^1], erring, property, -1);
    }

    private static (TransitionSystem System, FrozenValues Frozen) Random(int seed)
    {
        if (seed % 3 == 0)
        {
            return (ProgramSystem.Make(seed), FrozenValues.None);
        }

        var random = seed % 3 == 1 ? RandomSystem.Make(seed) : RandomSystem.MakeSymmetric(seed);
        return (random.System, random.Frozen);
    }

    private static void ForEach(Slicing slicing, SlicerFaults faults, Action<string, NaiveSearch, SlicedSystem, (string? Difference, long States)> look)
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var (whole, values) = Random(seed);
            foreach (var (property, cover, deadlock) in new (string?, string?, bool)[] { (null, null, false), (null, "cover", false), ("invariant", null, false), (null, null, true) })
            {
                // Every other system is sliced as it is, the others after their frozen variables have got values.
                var (system, frozen) = seed % 2 == 0 ? (whole, values) : (Binder.Bind(whole, values), FrozenValues.None);
                var naive = new NaiveSearch(system, frozen, property, cover, deadlock, MaxStates);
                if (!naive.TooLarge)
                {
                    var question = new Question(property, cover is null ? [] : [cover], deadlock);
                    var slice = Slicer.Slice(system, slicing, question, faults);
                    Assert.True(faults != SlicerFaults.None || !WellFormedness.Check(slice.System).Except(WellFormedness.Check(system)).Any(p => !p.Contains(" is no ", StringComparison.Ordinal)));
                    look($"{system.Name}, seed {seed}, {question}", naive, slice, Compare(system, frozen, naive, slice, question));
                }
            }
        }
    }
}
