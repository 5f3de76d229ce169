using System.Diagnostics;
using CoherenceCheck.Explorer;

namespace CoherenceCheck.Cli.Checking;

/// <summary>Says on standard error how far the run is: each second on a terminal, each ten seconds elsewhere.</summary>
internal sealed class ProgressPrinter(TextWriter output, bool quiet, bool terminal) : IDisposable
{
    private readonly Stopwatch _clock = new();
    private readonly List<Job> _running = [];
    private Timer? _timer;
    private int _total;
    private int _finished;
    private long _states;
    private bool _drawn;

    public void Start(int total)
    {
        _total += total;
        _clock.Start();
        if (!quiet)
        {
            var period = TimeSpan.FromSeconds(terminal ? 1 : 10);
            _timer = new Timer(_ => Print(), null, period, period);
        }
    }

    /// <summary>Takes the progress of one exploration.</summary>
    public IProgress<SearchProgress> ForJob()
    {
        var job = new Job();
        lock (_running)
        {
            _running.Add(job);
        }

        return job;
    }

    public void Finished(CellJob job)
    {
        lock (_running)
        {
            _finished++;
            _states += job.Result?.States ?? 0;
            _running.RemoveAll(running => running.Thread == Environment.CurrentManagedThreadId);
        }
    }

    public void Stop()
    {
        _timer?.Dispose();
        _timer = null;
        if (_drawn)
        {
            output.Write("\r\u001b[K");
            _drawn = false;
        }
    }

    public void Dispose() => Stop();

    private void Print()
    {
        lock (_running)
        {
            var states = _states + _running.Sum(job => job.Last.States);
            var deepest = _running.Count == 0 ? default : _running.MaxBy(job => job.Last.States)!.Last;
            var text = $"{_finished} of {_total} systems, {states:N0} states, {states / Math.Max(1, _clock.Elapsed.TotalSeconds):N0}/s"
                + (deepest.States == 0 ? "" : $"; largest now: {deepest.States:N0} states, {deepest.Queued:N0} waiting, depth {deepest.Depth}");
            if (terminal)
            {
                output.Write("\r\u001b[K" + text);
                _drawn = true;
            }
            else
            {
                output.WriteLine(text);
            }
        }
    }

    private sealed class Job : IProgress<SearchProgress>
    {
        public int Thread { get; } = Environment.CurrentManagedThreadId;

        public SearchProgress Last { get; private set; }

        public void Report(SearchProgress value) => Last = value;
    }
}
