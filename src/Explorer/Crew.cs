namespace CoherenceCheck.Explorer;

/// <summary>Threads that do the same phase of a work together, each its own part, and wait for each other.</summary>
internal sealed class Crew : IDisposable
{
    private readonly Barrier _barrier;
    private readonly Thread[] _others;
    private readonly Exception?[] _failures;
    private Action<int>? _phase;

    /// <summary>The calling thread and others.</summary>
    /// <param name="size">How many in all; at least 1.</param>
    public Crew(int size)
    {
        Size = size;
        _barrier = new Barrier(size);
        _failures = new Exception?[size];
        _others = [.. Enumerable.Range(1, size - 1).Select(number => new Thread(() => Work(number)) { IsBackground = true, Name = $"search {number}" })];
        Array.ForEach(_others, thread => thread.Start());
    }

    public int Size { get; }

    /// <summary>Runs a phase, and returns when all have done their part.</summary>
    /// <param name="phase">Told the number of its part, from 0.</param>
    /// <exception cref="AggregateException">A part failed.</exception>
    public void Run(Action<int> phase)
    {
        _phase = phase;
        _barrier.SignalAndWait();
        Do(0);
        _barrier.SignalAndWait();
        if (Array.Exists(_failures, failure => failure is not null))
        {
            throw new AggregateException(_failures.OfType<Exception>());
        }
    }

    public void Dispose()
    {
        _phase = null;
        _barrier.SignalAndWait();
        Array.ForEach(_others, thread => thread.Join());
        _barrier.Dispose();
    }

    private void Work(int number)
    {
        while (true)
        {
            _barrier.SignalAndWait();
            if (_phase is null)
            {
                return;
            }

            Do(number);
            _barrier.SignalAndWait();
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
            // The others wait at the barrier: the failure is thrown when all are there.
            _failures[number] = e;
        }
    }
}
