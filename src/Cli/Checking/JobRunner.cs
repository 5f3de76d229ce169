using CoherenceCheck.Explorer;
using CoherenceCheck.Language.Diagnostics;

namespace CoherenceCheck.Cli.Checking;

/// <summary>Runs explorations, several at once, the large ones first. What is found does not depend on the order or the number of threads.</summary>
/// <remarks>Searches share the memory limit: what was given up beside others is searched once more, alone, with all of it.</remarks>
internal sealed class JobRunner(CheckOptions options, ProgressPrinter progress)
{
    private readonly SearchLimits _limits = new(options.MaxStates, options.MaxBytes, options.Deadline);
    private readonly List<Exception> _failures = [];
    private readonly List<CellJob> _running = [];
    private readonly HashSet<CellJob> _accompanied = [];
    private readonly Queue<CellJob> _queue = new();
    private bool _isUsedUp;

    /// <summary>Runs all that have not run yet, until a limit of the run or an interruption.</summary>
    public void Run(IReadOnlyList<CellJob> jobs, CancellationToken cancellation)
    {
        var open = jobs.Where(job => job.Result is null).OrderByDescending(job => job.Weight).ToList();
        progress.Start(open.Count);
        _isUsedUp = _limits.IsMemoryUsedUp;
        RunTogether(open, cancellation);
        foreach (var job in open.Where(job => job.Result is { StopReason: StopReason.MaxMemory } && _accompanied.Contains(job)))
        {
            RunTogether([job], cancellation);
        }

        progress.Stop();
        foreach (var job in _isUsedUp ? open : [])
        {
            job.LacksMemory = job.Result is null;
        }
    }

    /// <summary>Says that no search could begin, where that is so.</summary>
    public void Say(ICollection<Diagnostic> diagnostics)
    {
        if (_isUsedUp)
        {
            diagnostics.Add(CliDiagnostics.MemoryLimit.Of("--max-memory is used up before any search: the program itself takes about 100 MB", "the limit is for the whole process: give it some hundred MB"));
        }
    }

    private void RunTogether(List<CellJob> jobs, CancellationToken cancellation)
    {
        jobs.ForEach(_queue.Enqueue);
        var threadsPerJob = Math.Max(1, options.Threads / Math.Max(1, jobs.Count));
        var threads = Enumerable.Range(0, Math.Clamp(options.Threads, 1, Math.Max(1, jobs.Count))).Select(_ => new Thread(() => Work(threadsPerJob, cancellation))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        _queue.Clear();
        if (_failures.Count > 0)
        {
            throw new AggregateException(_failures);
        }
    }

    private void Work(int threads, CancellationToken cancellation)
    {
        while (Next(cancellation) is { } job)
        {
            try
            {
                job.Run(options, _limits, threads, progress.ForJob(), cancellation);
                progress.Finished(job);
            }
            catch (Exception e)
            {
                // Another thread may still be at work: the error is thrown when all have ended.
                lock (_queue)
                {
                    _failures.Add(e);
                }
            }

            lock (_queue)
            {
                _running.Remove(job);
            }
        }
    }

    private CellJob? Next(CancellationToken cancellation)
    {
        lock (_queue)
        {
            var stop = _isUsedUp || cancellation.IsCancellationRequested || _failures.Count > 0 || (options.Deadline is { } deadline && DateTime.UtcNow >= deadline);
            if (stop || !_queue.TryDequeue(out var job))
            {
                return null;
            }

            _running.Add(job);
            if (_running.Count > 1)
            {
                _accompanied.UnionWith(_running);
            }

            return job;
        }
    }
}
