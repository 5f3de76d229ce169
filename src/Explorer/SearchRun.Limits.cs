namespace CoherenceCheck.Explorer;

/// <content>Limits and progress.</content>
internal sealed unsafe partial class SearchRun<TWidth>
{
    private readonly MemoryBudget? _budget;
    private long _room;

    /// <summary>Makes room for more states. Up to a number of them there is room, and was memory promised: below it, nothing is asked.</summary>
    private bool MakeRoom(long more) => _set.Count + more <= _room || Grow(more);

    private bool Grow(long more)
    {
        if (!CanBeNumbered(more))
        {
            return false;
        }

        try
        {
            if (_budget is null)
            {
                _set.MakeRoom(more);
                _room = _set.Room;
                return true;
            }

            // A table of twice the size takes memory from states: not where they fill up memory with the one at hand.
            if (TakeRoom(more, isCrammed: false) || TakeRoom(more, isCrammed: true))
            {
                return true;
            }
        }
        catch (OutOfMemoryException)
        {
            // Said below.
        }

        _stop = StopReason.MaxMemory;
        return false;
    }

    private bool TakeRoom(long more, bool isCrammed)
    {
        _set.IsCrammed = isCrammed;
        var (later, table) = (Later(more), _request.ForgetsTables ? default : _set.GrowthFor(more));
        if (!_budget!.TryTake(table.Bytes, later, table.Unfilled * _set.StateSize, () => _set.MakeRoom(more)))
        {
            return false;
        }

        _room = Math.Min(_set.Room, RoomOf(later));
        return true;
    }

    private bool MakeRoomTogether(long more, TableGrowth tables)
    {
        if (!CanBeNumbered(more))
        {
            return false;
        }

        try
        {
            // The tables grow on threads of their own: until the next block, all of it is promised.
            void Take() => _set.MakeRoomForStates(more);
            if (_budget is not null)
            {
                return _request.ForgetsTables ? _budget.TryTake(0, Later(more), 0, Take) : _budget.TryTake(0, Later(more) + tables.Bytes, tables.Unfilled * _set.StateSize, Take);
            }

            Take();
            return true;
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
    }

    private bool CanBeNumbered(long more)
    {
        if (_set.Count + more > VisitedSet<TWidth>.MaxCount)
        {
            _stop = StopReason.MaxStates;
            return false;
        }

        return true;
    }

    private long Later(long more) => Math.Max(MemoryBudget.Portion, more * _set.StateSize);

    private long RoomOf(long bytes) => _set.Count + (bytes / _set.StateSize);

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
