using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer;

/// <content>The result: verdict, counts and counterexample.</content>
internal sealed unsafe partial class SearchRun<TWidth>
{
    /// <summary>The states in the order in which they were found.</summary>
    public IEnumerable<Valuation> States()
    {
        for (var number = 0L; number < _set.Count; number++)
        {
            yield return Unpack(number);
        }
    }

    private Valuation Unpack(long number) => _compiled.Layout.Unpack(new ReadOnlySpan<ulong>(_set.State(number), Words));

    private Exploration Result()
    {
        // A state that is stuck is one level nearer than what its level leads to. Else what was found first counts.
        var kind = _stuck >= 0 ? ViolationKind.Deadlock
            : _error is not null && (_violating < 0 || _error.Before <= _violating) ? ViolationKind.ModelError
            : _violating >= 0 ? ViolationKind.Property
            : ViolationKind.None;
        var path = kind switch
        {
            ViolationKind.Deadlock => PathTo(_stuck),
            ViolationKind.ModelError => PathTo(_error!.State),
            ViolationKind.Property => PathTo(_violating),
            _ => [],
        };
        var (trace, errors) = _ample.IsEmpty ? TraceOf(path) : ([], null);
        string? message = null;
        if (kind != ViolationKind.None && _ample.IsEmpty)
        {
            var instance = kind == ViolationKind.ModelError && _error!.State >= 0 ? errors : null;
            message = new TraceReplay(_compiled.System, _frozenValues).Check(kind, trace, instance, _request.Property, _error?.Instance ?? -1);
            if (instance is not null)
            {
                trace = trace.Add(new TraceStep(instance, trace[^1].State));
            }
        }

        return new Exploration
        {
            Verdict = kind != ViolationKind.None ? Verdict.Violated : _stop != StopReason.None ? Verdict.Undecided : Verdict.Holds,
            StopReason = _stop,
            Violation = kind,
            States = _set.Count + (_sink ? 1 : 0),
            Waiting = _set.Count - _expanded,
            Transitions = _ample.IsEmpty ? _transitions : _fired.Sum(),
            Depth = kind == ViolationKind.None ? _depth : Math.Max(0, trace.Length - 1),
            Trace = trace,
            ModelError = message,
            Fired = Fired(),
            Covers = [.. _request.Covers.Select((name, i) => new CoverResult(name, _coverDepths[i]))],
            Seen = [.. _sights.Where(sight => sight.Seen).Select(sight => sight.Name)],
            Bytes = _set.Bytes + (_parallel?.Bytes ?? 0),
            Reduced = Reduced(),
        };
    }
}
