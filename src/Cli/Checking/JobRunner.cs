using CoherenceCheck.Explorer;

namespace CoherenceCheck.Cli.Checking;

/// <summary>Runs explorations, several at once, the large ones first. What is found does not depend on the order or the number of threads.</summary>
internal sealed class JobRunner(CheckOptions options, ProgressPrinter progress)
{
    /// <summary>Runs all that have not run yet, until the time limit or an interruption.</summary>
    public void Run(IReadOnlyList<CellJob> jobs, CancellationToken cancellation)
    {
        var queue = new Queue<CellJob>(jobs.Where(job => job.Result is null).OrderByDescending(job => job.Weight));
        var limits = new SearchLimits(options.MaxStates, options.MaxBytes, options.Deadline);
        var threadsPerJob = Math.Max(1, options.Threads / Math.Max(1, queue.Count));
        progress.Start(queue.Count);
        var failures = new List<Exception>();
        var threads = Enumerable.Range(0, Math.Clamp(options.Threads, 1, Math.Max(1, queue.Count))).Select(_ => new Thread(Work)).ToList();
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
                    job.Run(options, limits, threadsPerJob, progress.ForJob(), cancellation);
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
}
