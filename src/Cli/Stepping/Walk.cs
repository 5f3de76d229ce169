using CoherenceCheck.Cli.Checking;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Report;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Cli.Stepping;

/// <summary>A step that can be taken.</summary>
/// <param name="Instance">The rule instance.</param>
/// <param name="State">The state after it; <see langword="null"/> for a model error.</param>
/// <param name="Error">What is wrong, for a model error.</param>
/// <param name="Place">Where it happens: a pCPU, or empty.</param>
/// <param name="Action">What is done, in words.</param>
internal sealed record EnabledStep(RuleInstance Instance, Valuation? State, string? Error, string Place, string Action);

/// <summary>A walk through a cell with the interpreter, as far as it went.</summary>
internal sealed class Walk
{
    private readonly PlannedCheck _check;
    private readonly PlannedCell _cell;
    private readonly ScenarioModel _model;
    private readonly Interpreter _interpreter;
    private readonly List<(RuleInstance? Instance, Valuation State)> _taken = [];

    // What can be done in each state that the walk has been in. A long walk comes back to few states: each is kept once.
    private readonly Dictionary<Valuation, IReadOnlyList<EnabledStep>> _enabled = [];
    private readonly Dictionary<Valuation, Valuation> _states = [];

    public Walk(PlannedCheck check, PlannedCell cell)
    {
        (_check, _cell, _model) = (check, cell, cell.Model.Model);
        _interpreter = new Interpreter(_model.System, _model.Freeze(cell.Cell).Values);
        InitialStates = [.. _model.System.InitialStates.Zip(_interpreter.InitialStates()).Where(pair => pair.Second.State is not null).Select(pair => (pair.First.Name, pair.Second.State!))];
        _taken.Add((null, InitialStates[0].State));
        Enabled = FindEnabled();
    }

    /// <summary>Where a walk can begin.</summary>
    public IReadOnlyList<(string Name, Valuation State)> InitialStates { get; }

    /// <summary>States that are kept: those that the walk has been in, and those that it could have gone to from there.</summary>
    public int StoredStates => _states.Count;

    /// <summary>Steps taken.</summary>
    public int Length => _taken.Count - 1;

    /// <summary>What can be done now, in the order of the system's rules.</summary>
    public IReadOnlyList<EnabledStep> Enabled { get; private set; }

    /// <summary>Whether the row's property is violated here.</summary>
    public bool IsViolated => _check.Property == CheckRun.Deadlock
        ? Enabled.Count == 0 && _interpreter.Evaluate(_model.System.Terminal, Here) == 0
        : !IsTrue(_check.Property);

    private Valuation Here => _taken[^1].State;

    /// <summary>Begins anew in one of the initial states.</summary>
    public void BeginIn(int initial)
    {
        _taken.Clear();
        _taken.Add((null, InitialStates[initial].State));

        // Versions have other names now.
        _enabled.Clear();
        Enabled = FindEnabled();
    }

    public void Take(EnabledStep step)
    {
        _taken.Add((step.Instance, step.State!));
        Enabled = FindEnabled();
    }

    public void GoBackTo(int step)
    {
        _taken.RemoveRange(step + 1, _taken.Count - step - 1);
        Enabled = FindEnabled();
    }

    /// <summary>The walk as a trace, with what its end depends on where that is a violation.</summary>
    public NarratedTrace Narrated() => _model.Narrate(_cell.Cell, _taken, IsViolated && _check.Property != CheckRun.Deadlock ? _check.Property : null, keepOrder: true, isWhole: false);

    /// <summary>The walk as a result of <c>check</c>: what <c>replay</c> reads.</summary>
    public CheckResult Result(int number)
    {
        var verdict = IsViolated ? RowVerdict.Violated : RowVerdict.Undecided;
        var row = Judge.RowOf(number, _check, verdict, !IsViolated || _check.Row.Verdict != ExpectedVerdict.Holds) with
        {
            Depth = Length,
            Cell = Judge.Describe(_cell.Cell),
            Trace = Narrated(),
            TraceVerdict = verdict,
        };
        return new CheckResult([row], [], [], Interrupted: false, "", new RunStatistics(1, 1, 0, 0, 0, 0, 0));
    }

    /// <summary>The state in words: CPUs, I-caches, lines, what is under way, properties.</summary>
    public IEnumerable<string> Describe()
    {
        var step = Narrate(Here, _taken.Count > 1 ? (_taken[^1].Instance, _taken[^2].State) : null);
        var trace = step.Trace;
        var last = trace.Steps[^1];
        yield return Length == 0 ? "step 0, the initial state" : $"step {Length}, {last.Action}";
        foreach (var line in _model.Describe(trace, Here))
        {
            yield return line;
        }

        foreach (var property in _model.System.Properties.Where(property => property.Kind != PropertyKind.Sight))
        {
            yield return property.Kind == PropertyKind.Cover
                ? $"  cover {property.Name}: {(IsTrue(property.Name) ? "reached here" : "not here")}"
                : $"  {property.Name}: {(IsTrue(property.Name) ? "true here" : "VIOLATED here")}";
        }
    }

    /// <summary>Every cell that is not at its smallest value; program counters with the step they stand before.</summary>
    public IEnumerable<string> Cells()
    {
        foreach (var variable in Here.Variables)
        {
            for (var number = 0; number < variable.CellCount; number++)
            {
                var (cell, value) = (new StateCell(variable, number), Here[variable, number]);
                if (_model.PlaceOf(cell, value) is { } place)
                {
                    yield return $"{cell} = {value}: {place}";
                }
                else if (value != variable.Domain.Min)
                {
                    yield return $"{cell} = {variable.Domain.Format(value)}";
                }
            }
        }
    }

    private bool IsTrue(string property) => _interpreter.Evaluate(_model.System.Properties.First(known => known.Name == property).Condition, Here) != 0;

    private IReadOnlyList<EnabledStep> FindEnabled()
    {
        if (!_enabled.TryGetValue(Here, out var steps))
        {
            steps = [.. _interpreter.Successors(Here).Where(successor => !successor.IsCut).Select(Describe)];
            _enabled.Add(Here, steps);
        }

        return steps;
    }

    private EnabledStep Describe(Successor successor)
    {
        var (trace, step) = Narrate(successor.State ?? Here, (successor.Instance, Here));
        return new EnabledStep(
            successor.Instance!, successor.State is { } state ? Known(state) : null, successor.Error, step.Column is { } column ? trace.Columns[column] : "", step.Action);
    }

    private Valuation Known(Valuation state)
    {
        if (!_states.TryGetValue(state, out var known))
        {
            _states.Add(state, known = state);
        }

        return known;
    }

    /// <summary>One step in words; names of versions depend on where the walk began.</summary>
    private (NarratedTrace Trace, NarratedStep Step) Narrate(Valuation after, (RuleInstance? Instance, Valuation Before)? step)
    {
        List<(RuleInstance? Instance, Valuation State)> steps = [(null, _taken[0].State)];
        if (step is { } taken)
        {
            steps.Add((null, taken.Before));
            steps.Add((taken.Instance, after));
        }

        var trace = _model.Narrate(_cell.Cell, steps, null, isWhole: false);
        return (trace, trace.Steps[^1]);
    }
}
