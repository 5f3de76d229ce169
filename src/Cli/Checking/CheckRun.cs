using System.Collections.Immutable;
using System.Diagnostics;
using CoherenceCheck.Explorer;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Report;

namespace CoherenceCheck.Cli.Checking;

/// <summary>Runs a check: plans, explores in parallel, judges.</summary>
internal sealed class CheckRun(CheckOptions options, ProgressPrinter progress)
{
    /// <summary>The automatic property that is no condition on states.</summary>
    public const string Deadlock = "deadlock";

    /// <summary>Checks bound specs.</summary>
    /// <param name="specs">The specs, without an error.</param>
    /// <param name="diagnostics">What was said of them so far; more is added.</param>
    /// <param name="cancellation">The user's interruption.</param>
    public CheckResult Run(IReadOnlyList<Spec> specs, List<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        using var timeout = Timeout(cancellation);
        var plan = new CheckPlan(specs, diagnostics, timeout.Token);
        if (diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error))
        {
            return new CheckResult([], [], [.. diagnostics], cancellation.IsCancellationRequested, Statistics(plan, clock));
        }

        Explore(plan, cancellation);
        var judge = new Judge(plan, specs, diagnostics, cancellation.IsCancellationRequested);
        var rows = judge.Rows();
        return new CheckResult(rows, judge.Scenarios(), [.. diagnostics], cancellation.IsCancellationRequested, Statistics(plan, clock));
    }

    private CancellationTokenSource Timeout(CancellationToken cancellation)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (options.Deadline is { } deadline)
        {
            // Timers reach no further than some weeks; a longer limit is none.
            var left = deadline - DateTime.UtcNow;
            if (left < TimeSpan.FromDays(20))
            {
                source.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
            }
        }

        return source;
    }

    /// <summary>Explores every system once, the large ones first. What was found does not depend on the order or the number of threads.</summary>
    private void Explore(CheckPlan plan, CancellationToken cancellation)
    {
        var queue = new Queue<CellJob>(plan.Jobs.OrderByDescending(job => job.Weight));
        var limits = new SearchLimits(options.MaxStates, options.MaxBytes, options.Deadline);
        progress.Start(plan.Jobs.Count);
        var failures = new List<Exception>();
        var threads = Enumerable.Range(0, Math.Clamp(options.Threads, 1, Math.Max(1, plan.Jobs.Count))).Select(_ => new Thread(Work)).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        progress.Stop();
        if (failures.Count > 0)
        {
            throw new AggregateException(failures);
        }

        void Work()
        {
            while (Next() is { } job)
            {
                try
                {
                    job.Run(limits, progress.ForJob(), cancellation);
                    progress.Finished(job);
                }
                catch (Exception e)
                {
                    // Another thread may still be at work: the error is thrown when all have ended.
                    lock (failures)
                    {
                        failures.Add(e);
                    }
                }
            }
        }

        CellJob? Next()
        {
            lock (queue)
            {
                var stop = cancellation.IsCancellationRequested || failures.Count > 0 || (options.Deadline is { } deadline && DateTime.UtcNow >= deadline);
                return stop || !queue.TryDequeue(out var job) ? null : job;
            }
        }
    }

    private static RunStatistics Statistics(CheckPlan plan, Stopwatch clock) => new(
        plan.Checks.Sum(check => check.Cells.Length + check.NeedlessCells.Length),
        plan.Jobs.Count,
        plan.CompiledCount,
        plan.Jobs.Sum(job => job.Result?.States ?? 0),
        plan.Jobs.Sum(job => job.Result?.Transitions ?? 0),
        clock.Elapsed.TotalSeconds,
        Process.GetCurrentProcess().PeakWorkingSet64);
}
