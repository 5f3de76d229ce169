namespace CoherenceCheck.Explorer;

/// <content>Limits and progress.</content>
internal sealed unsafe partial class SearchRun<TWidth>
{
    private bool MakeRoom(long more)
    {
        if (_set.Count + more > VisitedSet<TWidth>.MaxCount)
        {
            _stop = StopReason.MaxStates;
            return false;
        }

        var growth = _set.BytesWithRoomFor(more) - _set.Bytes;
        if (growth > 0 && _request.Limits.MaxBytes != long.MaxValue && growth > _request.Limits.MaxBytes - Environment.WorkingSet)
        {
            _stop = StopReason.MaxMemory;
            return false;
        }

        try
        {
            _set.MakeRoom(more);
            return true;
        }
        catch (OutOfMemoryException)
        {
            _stop = StopReason.MaxMemory;
            return false;
        }
    }

    private bool MakeRoomTogether(long more, long tableGrowth)
    {
        if (_set.Count + more > VisitedSet<TWidth>.MaxCount)
        {
            _stop = StopReason.MaxStates;
            return false;
        }

        var growth = _set.StateBytesWithRoomFor(more) - _set.StateBytes + tableGrowth;
        if (growth > 0 && _request.Limits.MaxBytes != long.MaxValue && growth > _request.Limits.MaxBytes - Environment.WorkingSet)
        {
            _stop = StopReason.MaxMemory;
            return false;
        }

        try
        {
            _set.MakeRoomForStates(more);
            return true;
        }
        catch (OutOfMemoryException)
        {
            _stop = StopReason.MaxMemory;
            return false;
        }
    }

    private void CheckLimits()
    {
        var limits = _request.Limits;
        if (_cancellation.IsCancellationRequested)
        {
            _stop = StopReason.Cancelled;
        }
        else if (_set.Count > limits.MaxStates)
        {
            _stop = StopReason.MaxStates;
        }
        else if (DateTime.UtcNow >= limits.Deadline?.ToUniversalTime())
        {
            _stop = StopReason.Timeout;
        }
        else if (limits.MaxBytes != long.MaxValue && Environment.WorkingSet > limits.MaxBytes)
        {
            _stop = StopReason.MaxMemory;
        }
    }

    private void Report(long expanded)
    {
        if (_request.Progress is not null && _set.Count - _reported >= StatesPerReport)
        {
            _reported = _set.Count;
            _request.Progress.Report(new SearchProgress(_set.Count, _transitions, _depth, _set.Count - expanded));
        }
    }
}
