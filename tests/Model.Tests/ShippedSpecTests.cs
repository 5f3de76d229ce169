using System.Collections.Immutable;
using CoherenceCheck.Explorer;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Tests.Support;
using CoherenceCheck.Shared;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests;

/// <summary>The shipped specs: their systems are well formed, explorer and interpreter agree on them, and their rows are met.</summary>
public sealed class ShippedSpecTests(ITestOutputHelper output)
{
    // COHERENCECHECK_STATES = up to which size cells are searched naively (20,000 takes a quarter of an hour).
    private static int Naively => int.Parse(Environment.GetEnvironmentVariable("COHERENCECHECK_STATES") ?? "700");

    // COHERENCECHECK_LARGEST = up to which size rows are checked.
    private static long Largest => long.Parse(Environment.GetEnvironmentVariable("COHERENCECHECK_LARGEST") ?? "150000");

    public static TheoryData<string> Files => [.. Directory.GetFiles(Path.Combine(Specs.Folder, ".."), "*.coh", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Specs.Folder, path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Systems_are_well_formed_before_and_after_binding(string file)
    {
        foreach (var cell in Cells(file))
        {
            Assert.Empty(WellFormedness.Check(cell.Model.System));
            Assert.Empty(WellFormedness.Check(cell.Bound));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Rows_are_met_in_every_cell_that_is_small_enough(string file)
    {
        var compiled = new Dictionary<ScenarioModel, CompiledSystem>();
        var (met, undecided, states) = (0, 0, 0L);
        foreach (var cell in Cells(file))
        {
            var result = Explore(compiled, cell, Largest);
            Assert.True(result.Violation != ViolationKind.ModelError, $"{cell}: {result.ModelError}");
            states += result.States;
            if (result.Verdict == Verdict.Undecided)
            {
                undecided++;
                continue;
            }

            met++;
            var wanted = cell.Expected switch { ExpectedVerdict.Holds => Verdict.Holds, ExpectedVerdict.Violated => Verdict.Violated, _ => result.Verdict };
            Assert.True(result.Verdict == wanted, $"{cell}: {result.Verdict}, not {wanted}");
        }

        output.WriteLine($"{met} cells as stated, {undecided} too large, {states} states");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Explorer_agrees_with_a_naive_search_of_the_bound_system(string file)
    {
        var compiled = new Dictionary<ScenarioModel, CompiledSystem>();
        var (searched, larger, states) = (0, 0, 0L);
        foreach (var cell in Cells(file))
        {
            var result = Explore(compiled, cell, Naively);
            if (result.Verdict == Verdict.Undecided || result.States > Naively)
            {
                larger++;
                continue;
            }

            var naive = new NaiveSearch(cell.Bound, FrozenValues.None, cell.Property, cover: null, deadlock: false, int.MaxValue);
            Assert.True(
                (naive.States, naive.Transitions, naive.Depth, naive.Violation) == (result.States, result.Transitions, result.Depth, result.Violation),
                $"{cell}: explorer {result.States} states, {result.Transitions} transitions, depth {result.Depth}, {result.Violation}; naive {naive.States}, {naive.Transitions}, {naive.Depth}, {naive.Violation}");
            searched++;
            states += naive.States;
        }

        output.WriteLine($"{searched} systems searched naively, {states} states; {larger} are larger than {Naively}");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Explorer_agrees_with_the_interpreter_one_step_from_random_states(string file)
    {
        var (systems, states) = (0, 0);
        foreach (var cell in Cells(file).GroupBy(cell => cell.Model).SelectMany(cells => cells.Take(2)))
        {
            var system = OneStepFrom(RandomStates(cell, 40 + systems), cell);
            var naive = new NaiveSearch(system, FrozenValues.None, cell.Property, cover: null, deadlock: false, int.MaxValue);
            var result = Search.Run(CompiledSystem.Compile(system), FrozenValues.None, SearchRequest.For(cell.Property), TestContext.Current.CancellationToken);
            Assert.Equal((naive.States, naive.Transitions, naive.Depth, naive.Violation), (result.States, result.Transitions, result.Depth, result.Violation));
            Assert.Equal(naive.Fired, result.Fired);
            systems++;
            states += system.InitialStates.Length;
        }

        output.WriteLine($"{states} states of {systems} systems");
    }

    /// <summary>One cell for each system that differs from the others.</summary>
    private static IEnumerable<CellCase> Cells(string file) => Specs.LoadFile(file).Scenarios
        .SelectMany(Specs.Cells)
        .DistinctBy(cell => (cell.Model, cell.Model.Freeze(cell.Cell).Key, cell.Property, cell.Expected));

    private static Exploration Explore(Dictionary<ScenarioModel, CompiledSystem> compiled, CellCase cell, long maxStates)
    {
        if (!compiled.TryGetValue(cell.Model, out var code))
        {
            code = CompiledSystem.Compile(cell.Model.System);
            compiled.Add(cell.Model, code);
        }

        return Search.Run(
            code, cell.Frozen, SearchRequest.For(cell.Property) with { Limits = new SearchLimits(maxStates) }, TestContext.Current.CancellationToken);
    }

    /// <summary>States on random walks.</summary>
    private static List<Valuation> RandomStates(CellCase cell, int seed)
    {
        var random = new Random(seed);
        var interpreter = new Interpreter(cell.Bound, FrozenValues.None);
        var states = new HashSet<Valuation>();
        for (var walk = 0; walk < 2; walk++)
        {
            var state = interpreter.InitialStates().ElementAt(random.Next(cell.Bound.InitialStates.Length)).State!;
            for (var step = 0; step < 30; step++)
            {
                states.Add(state);
                var next = interpreter.Successors(state).Where(s => s.State is not null && !s.State.Equals(state)).ToList();
                if (next.Count == 0)
                {
                    break;
                }

                state = next[random.Next(next.Count)].State!;
            }
        }

        return [.. states];
    }

    /// <summary>A system that starts in any of some states and takes one step.</summary>
    private static TransitionSystem OneStepFrom(List<Valuation> states, CellCase cell)
    {
        var taken = new Variable("step.taken", [], new Domain.Range(0, 1), Role.State);
        var bound = cell.Bound;
        return bound with
        {
            Variables = [.. bound.Variables, taken],
            InitialStates = [.. states.Select((state, i) => new InitialState($"state {i}", Assignments(state)))],
            Rules = [.. bound.Rules.Select(rule => rule with
            {
                Guard = Ex.And(Ex.Eq(Ex.Read(taken), 0), rule.Guard),
                Body = [.. rule.Body, Ex.Assign(taken, [], Ex.True)],
            })],
            Properties = [.. bound.Properties.Select(property => property with { Condition = Ex.True })],
        };
    }

    private static ImmutableArray<Statement> Assignments(Valuation state) =>
    [
        .. from variable in state.Variables
           from index in RuleInstance.Choices([.. variable.Index.Select((sort, i) => new Parameter($"i{i}", sort))]).Select((choice, cell) => (choice, cell))
           select Ex.Assign(variable, [.. index.choice.Select(i => Ex.Const(i))], Ex.Const(state[variable, index.cell])),
    ];
}
