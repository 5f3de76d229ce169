using System.Collections.Immutable;
using System.Diagnostics;
using CoherenceCheck.Explorer;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Report;

namespace CoherenceCheck.Cli.Checking;

/// <summary>Runs a check: plans, explores in parallel, judges.</summary>
internal sealed class CheckRun(CheckOptions options, ProgressPrinter progress, ExplorationCache? known = null)
{
    /// <summary>The automatic property that is no condition on states.</summary>
    public const string Deadlock = "deadlock";

    /// <summary>Checks bound specs.</summary>
    /// <param name="specs">The specs, without an error.</param>
    /// <param name="diagnostics">What was said of them so far; more is added.</param>
    /// <param name="cancellation">The user's interruption.</param>
    /// <param name="all">These and other specs that are not checked now: rows keep the numbers that they have among all.</param>
    public CheckResult Run(IReadOnlyList<Spec> specs, List<Diagnostic> diagnostics, CancellationToken cancellation, IReadOnlyList<Spec>? all = null)
    {
        var clock = Stopwatch.StartNew();
        using var timeout = options.Timeout(cancellation);
        var plan = new CheckPlan(specs, options.Decider, diagnostics, timeout.Token, known, options.Scenarios);
        if (diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error))
        {
            return new CheckResult([], [], [.. diagnostics], cancellation.IsCancellationRequested, options.Decider.Description, Statistics(plan, clock));
        }

        diagnostics.AddRange(UnsettledChanges.Warnings(plan));
        var runner = new JobRunner(options, progress);
        runner.Run(plan.Jobs, cancellation);
        var emptiness = new Emptiness(plan);
        emptiness.Run(runner, timeout.Token, cancellation);
        var reach = new Reachability(plan, options.Scenarios.Elsewhere(all ?? specs), asksTests: options.Scenarios == AskedScenarios.All);
        if (specs.Count == (all ?? specs).Count)
        {
            reach.Run(runner, timeout.Token, cancellation);

            // A test may go its other way in a scenario that is not asked about.
            diagnostics.AddRange(options.Scenarios == AskedScenarios.All ? reach.Tests.Warnings() : []);
        }

        var late = new LateCovers(plan);
        late.Run(runner, timeout.Token, cancellation);
        runner.Say(diagnostics);
        if (known is not null)
        {
            plan.Remember(known);
        }

        var judge = new Judge(options, plan, reach, emptiness, late, specs, all ?? specs, options.Scenarios, diagnostics, cancellation.IsCancellationRequested);
        var rows = judge.Rows();
        return new CheckResult(rows, judge.Scenarios(), [.. diagnostics], cancellation.IsCancellationRequested, options.Decider.Description, Statistics(plan, clock))
        {
            Questions = judge.Questions(),
        };
    }

    private static RunStatistics Statistics(CheckPlan plan, Stopwatch clock) => new(
        plan.Checks.Sum(check => check.Cells.Concat(check.NeedlessCells).Sum(cell => cell.Cell.Where.Count)),
        plan.Jobs.Count,
        plan.CompiledCount,
        plan.Jobs.Sum(job => job.Result?.States ?? 0),
        plan.Jobs.Sum(job => job.Result?.Transitions ?? 0),
        clock.Elapsed.TotalSeconds,
        Process.GetCurrentProcess().PeakWorkingSet64)
    {
        Reductions = Saved([.. plan.Jobs.Select(job => job.Result).OfType<Exploration>()]),
    };

    private static ReductionStatistics Saved(IReadOnlyList<Exploration> results)
    {
        var symmetric = results.Where(result => result.Reduced is { Symmetries: > 1, StatesWithoutSymmetry: not null }).ToList();
        return new ReductionStatistics(
            symmetric.Count,
            symmetric.Sum(result => result.States),
            symmetric.Sum(result => result.Reduced.StatesWithoutSymmetry!.Value),
            results.Count(result => result.Reduced.AmpleSets > 0),
            results.Sum(result => result.Reduced.PassedThrough),
            results.Count(result => !result.Reduced.LeftOut.IsEmpty),
            results.Sum(result => result.Reduced.LeftOut.Length));
    }
}
