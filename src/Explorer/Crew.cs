using System.Diagnostics;

namespace CoherenceCheck.Explorer;

/// <summary>Threads that do the same phase of a work together, each its own part, and wait for each other.</summary>
/// <remarks>Phases are short and follow each other at once. So who waits looks again and again for a moment before it lets go of its core.</remarks>
internal sealed class Crew : IDisposable
{
    private static readonly long Moment = Stopwatch.Frequency / 1_000;
    private readonly object _gate = new();
    private readonly Thread[] _others;
    private readonly Exception?[] _failures;
    private Action<int>? _phase;
    private int _begun;
    private int _left;

    /// <summary>The calling thread and others.</summary>
    /// <param name="size">How many in all; at least 1.</param>
    public Crew(int size)
    {
        Size = size;
        _failures = new Exception?[size];
        _others = [.. Enumerable.Range(1, size - 1).Select(number => new Thread(() => Work(number)) { IsBackground = true, Name = $"search {number}" })];
        Array.ForEach(_others, thread => thread.Start());
    }

    public int Size { get; }

    /// <summary>Runs a phase, and returns when all have done their part.</summary>
    /// <param name="phase">Told the number of its part, from 0.</param>
    /// <param name="isShort">Too short to wake anyone: the caller does all parts, one after the other.</param>
    /// <exception cref="AggregateException">A part failed.</exception>
    public void Run(Action<int> phase, bool isShort)
    {
        _phase = phase;
        if (isShort)
        {
            for (var number = 0; number < Size; number++)
            {
                Do(number);
            }
        }
        else
        {
            Begin();
            Do(0);
            Await(ref _left, 0);
        }

        if (Array.Exists(_failures, failure => failure is not null))
        {
            throw new AggregateException(_failures.OfType<Exception>());
        }
    }

    public void Dispose()
    {
        _phase = null;
        Begin();
        Array.ForEach(_others, thread => thread.Join());
    }

    private void Work(int number)
    {
        for (var phase = 1; ; phase++)
        {
            Await(ref _begun, phase);
            if (_phase is null)
            {
                return;
            }

            Do(number);
            lock (_gate)
            {
                _left--;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void Begin()
    {
        lock (_gate)
        {
            _left = Size - 1;
            _begun++;
            Monitor.PulseAll(_gate);
        }
    }

    private void Await(ref int count, int value)
    {
        var spinner = new SpinWait();
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetTimestamp() - start < Moment;)
        {
            if (Volatile.Read(ref count) == value)
            {
                return;
            }

            spinner.SpinOnce(sleep1Threshold: -1);
        }

        lock (_gate)
        {
            while (count != value)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    private void Do(int number)
    {
        try
        {
            _phase!(number);
        }
        catch (Exception e)
        {
            // The others are waited for: the failure is thrown when all have done their part.
            _failures[number] = e;
        }
    }
}
