using System.Globalization;
using CoherenceCheck.Explorer;
using CoherenceCheck.Explorer.Reductions;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Tests.Reference.Translation;
using CoherenceCheck.Model.Tests.Support;

namespace CoherenceCheck.Model.Tests.Translation;

/// <summary>
/// The program and the reference come to the same verdicts on random scenarios. Counts and lengths hang on what is one step, and are not compared.
/// <c>COHERENCECHECK_SEEDS=first..last</c> looks at others than usual, <c>COHERENCECHECK_STATES</c> gives up later.
/// </summary>
public sealed class ProgramAgreesTests(ITestOutputHelper output)
{
    private static readonly int MostStates = int.TryParse(Environment.GetEnvironmentVariable("COHERENCECHECK_STATES"), CultureInfo.InvariantCulture, out var states) ? states : 10_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Verdicts_are_the_reference_s(bool isRight) => CompareAll(seed => RandomScenario.Of(seed, isRight), mustViolate: !isRight);

    private void CompareAll(Func<int, RandomScenario> make, bool mustViolate)
    {
        var (first, last) = Seeds();
        var tally = new Tally();
        for (var seed = first; seed <= last; seed++)
        {
            var known = tally.Differences.Count;
            Compare(make(seed), tally);
            foreach (var difference in tally.Differences.Skip(known))
            {
                output.WriteLine(difference);
            }
        }

        output.WriteLine($"{last - first + 1} seeds: {tally}");
        foreach (var refusal in tally.Refusals.GroupBy(refusal => refusal.Split(": ", 2)[1]))
        {
            output.WriteLine($"{refusal.Count()} refused, the first {refusal.First()}");
        }

        Assert.True(tally.Differences.Count == 0, $"{tally}\n\n{string.Join("\n\n", tally.Differences)}");
        Assert.True(tally.Holds > 0 && (!mustViolate || tally.Violated > 0), tally.ToString());
    }

    /// <summary>The same with what few scenarios have: readings, shared TLBs, VMIDs used again, several stage-2 contexts, copies onto mapped frames, locks.</summary>
    [Fact]
    public void Verdicts_are_the_reference_s_with_what_few_scenarios_have() => CompareAll(RandomScenario.Further, mustViolate: true);

    /// <summary>The same where mappings have names of their own, beside pages that stand at their own address.</summary>
    [Fact]
    public void Verdicts_are_the_reference_s_where_mappings_have_names_of_their_own() => CompareAll(RandomScenario.Named, mustViolate: true);

    /// <summary>The same with I-caches whose lines are tagged by VMID.</summary>
    [Fact]
    public void Verdicts_are_the_reference_s_with_tagged_lines() => CompareAll(RandomScenario.Tagged, mustViolate: true);

    private static (int First, int Last) Seeds()
    {
        var range = (Environment.GetEnvironmentVariable("COHERENCECHECK_SEEDS") ?? "1..20").Split("..");
        return (int.Parse(range[0], CultureInfo.InvariantCulture), int.Parse(range[^1], CultureInfo.InvariantCulture));
    }

    private static void Compare(RandomScenario random, Tally tally)
    {
        var scenario = Specs.Load(random.Text).Scenarios.Single();
        foreach (var expectation in scenario.Expectations)
        {
            foreach (var row in expectation.Rows)
            {
                var expected = TranslationReference.Check(
                    new Question(row.Policy.In(scenario), row.Policy.Policy, expectation.Property, random.Hardware) { Without = row.Policy.Without, MostStates = MostStates });
                if (expected.Outcome == Outcome.Undecided)
                {
                    tally.Undecided++;
                    continue;
                }

                Compare(random, scenario, expectation, row, expected, tally);
            }
        }
    }

    private static void Compare(RandomScenario random, Scenario scenario, Expectation expectation, ExpectationRow row, Answer expected, Tally tally)
    {
        var diagnostics = new List<Diagnostic>();
        var models = new Dictionary<Policy, ScenarioModel>();
        var only = expectation with { Rows = [row] };
        CellCase[] cells;
        try
        {
            cells = [.. Specs.Cells(scenario with { Expectations = [only] })];
        }
        catch (NullReferenceException fault)
        {
            tally.Differences.Add($"seed {random.Seed}, {expectation.Property}, {row.Policy.Text}: {fault}\n{random.Text}");
            return;
        }
        catch (InvalidOperationException fault) when (fault.Message.StartsWith("The model is not well-formed", StringComparison.Ordinal))
        {
            tally.Differences.Add($"seed {random.Seed}, {expectation.Property}, {row.Policy.Text}: {fault.Message}\n{random.Text}");
            return;
        }
        catch (InvalidOperationException refusal)
        {
            tally.Refused++;
            tally.Refusals.Add($"{random.Seed} {expectation.Property} {row.Policy.Text}: {refusal.Message}");
            return;
        }

        var cell = Assert.Single(cells);
        var found = Search.Run(
            CompiledSystem.Compile(cell.Model.System), cell.Frozen,
            SearchRequest.For(cell.Property) with { Limits = new SearchLimits(40L * MostStates), Reductions = Reduction.All, ReduceFrom = MostStates },
            TestContext.Current.CancellationToken);
        if (found.Verdict == Verdict.Undecided)
        {
            tally.Undecided++;
            return;
        }

        if (found.Violation == ViolationKind.ModelError)
        {
            tally.Refused++;
            tally.Refusals.Add($"{random.Seed} {expectation.Property} {row.Policy.Text}: {found.ModelError}");
            return;
        }

        tally.Compared++;
        tally.Holds += found.Verdict == Verdict.Holds ? 1 : 0;
        tally.Violated += found.Verdict == Verdict.Violated ? 1 : 0;
        if ((found.Verdict == Verdict.Holds) != (expected.Outcome == Outcome.Holds))
        {
            tally.Differences.Add(
                $"seed {random.Seed}, {expectation.Property}, {row.Policy.Text}: the program says {found.Verdict} ({found.States} states), the reference {expected}\n{random.Text}\n{random.Hardware}\n"
                + string.Join('\n', found.Verdict == Verdict.Violated ? found.Trace.Skip(1).Select(step => $"  {cell.Model.Describe(step.Instance!.Rule)}") : expected.Trace.Select(step => $"  {step}")));
        }
    }

    private sealed class Tally
    {
        public int Compared { get; set; }

        public int Holds { get; set; }

        public int Violated { get; set; }

        public int Undecided { get; set; }

        public int Refused { get; set; }

        public List<string> Differences { get; } = [];

        public List<string> Refusals { get; } = [];

        public override string ToString() => $"{Compared} rows compared ({Holds} hold, {Violated} violated), {Undecided} undecided, {Refused} refused, {Differences.Count} differ";
    }
}
