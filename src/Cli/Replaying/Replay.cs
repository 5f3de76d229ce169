using System.Collections.Immutable;
using System.Text.RegularExpressions;
using CoherenceCheck.Cli.Checking;
using CoherenceCheck.Model;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Report.Comparison;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Cli.Replaying;

/// <summary>How a stored trace fared.</summary>
/// <param name="Trace">The steps that could be taken, in words.</param>
/// <param name="Differences">Steps that did something else than they did, in words: the trace goes on from there.</param>
/// <param name="Failure">Why it stopped before its end, in words, line by line; empty where it did not.</param>
/// <param name="IsViolated">Whether it ends in a violation.</param>
/// <param name="IsAsBefore">Whether it ends as it did.</param>
internal sealed record ReplayResult(NarratedTrace Trace, ImmutableArray<string> Differences, ImmutableArray<string> Failure, bool IsViolated, bool IsAsBefore);

/// <summary>Follows a stored trace through a cell with the interpreter, step by step.</summary>
internal sealed partial class Replay(StoredTrace stored, PlannedCell cell)
{
    private readonly ScenarioModel _model = cell.Model.Model;
    private readonly Interpreter _interpreter = new(cell.Model.Model.System, cell.Model.Model.Freeze(cell.Cell).Values);
    private readonly Dictionary<string, RuleInstance> _instances = cell.Model.Model.System.Rules.SelectMany(RuleInstance.Of).ToDictionary(instance => instance.ToString(), StringComparer.Ordinal);
    private readonly List<(RuleInstance? Instance, Valuation State)> _taken = [];

    public ReplayResult Run()
    {
        if (Start() is { } noStart)
        {
            return new ReplayResult(new NarratedTrace([], [], []), [], [noStart], false, false);
        }

        for (var number = 1; number < stored.Steps.Length; number++)
        {
            if (Take(number, stored.Steps[number]) is { IsEmpty: false } failure)
            {
                return IsModelError(number) ? Result([], isViolated: true, isError: true) : Result(failure, isViolated: false);
            }
        }

        return Result([], IsViolated(_taken[^1].State));
    }

    private string? Start()
    {
        var names = _model.System.InitialStates.Select(initial => initial.Name).ToList();
        var index = names.IndexOf(stored.Steps[0].Rule);
        if (index < 0)
        {
            return $"step 0: there is no initial state '{stored.Steps[0].Rule}'; there {(names.Count == 1 ? "is" : "are")} {string.Join(", ", names.Select(name => $"'{name}'"))}";
        }

        if (_interpreter.InitialStates().ElementAt(index) is not { State: { } state } initial)
        {
            return $"step 0: the initial state has no meaning: {_interpreter.InitialStates().ElementAt(index).Error}";
        }

        _taken.Add((null, initial.State!));
        return null;
    }

    /// <summary>Takes a step; what keeps it from being taken, in words.</summary>
    private ImmutableArray<string> Take(int number, StoredStep step)
    {
        var before = _taken[^1].State;
        var head = $"step {number}, {(step.Action.Length == 0 ? step.Rule : step.Action)}";
        if (Find(step.Rule, before) is not { } instance)
        {
            var agent = step.Rule.Split('.')[0];
            var others = _model.System.Rules.Where(rule => rule.Name.StartsWith(agent + ".", StringComparison.Ordinal))
                .Where(rule => RuleInstance.Of(rule).Any(other => _interpreter.Apply(before, other) is not null)).Select(_model.Describe).Distinct(StringComparer.Ordinal).ToList();
            return [$"{head}: the spec has no such step now ('{step.Rule}')", $"what '{agent}' can do here: {(others.Count == 0 ? "nothing" : string.Join("; ", others))}"];
        }

        switch (_interpreter.Apply(before, instance))
        {
            case null:
                return [$"{head}: it is not enabled", .. _interpreter.ObstaclesTo(before, instance).Select(Explain)];
            case { Error: { } error }:
                return [$"{head}: it has no meaning: {error}"];
            case { State: null }:
                return [$"{head}: the state after it is cut"];
            case { State: { } after }:
                _taken.Add((instance, after));
                return [];
        }
    }

    /// <summary>The instance of a name. In a policy or program that was edited, the same statement may stand at another place: then the one that is enabled.</summary>
    private RuleInstance? Find(string name, Valuation state)
    {
        if (_instances.TryGetValue(name, out var exact) && _interpreter.Apply(state, exact) is not null)
        {
            return exact;
        }

        var moved = _instances.Where(pair => WithoutPlace(pair.Key) == WithoutPlace(name)).Select(pair => pair.Value).ToList();
        return moved.Find(instance => _interpreter.Apply(state, instance) is not null) ?? exact ?? moved.FirstOrDefault();
    }

    private static string WithoutPlace(string name) => Place().Replace(name, ".", 1);

    [GeneratedRegex(@"\.\d+\.", RegexOptions.None, 1000)]
    private static partial Regex Place();

    private string Explain(Obstacle obstacle)
    {
        var places = obstacle.Cells.Select(read => _model.PlaceOf(read.Cell, read.Value) is { } place ? $"; {read.Cell}: {place}" : "");
        return $"not true: {obstacle}{string.Concat(places.Distinct(StringComparer.Ordinal))}";
    }

    private IEnumerable<string> Differences(NarratedTrace trace)
    {
        foreach (var step in trace.Steps)
        {
            var then = stored.Steps[step.Number].Changes.Select(change => $"{change.Name}: {change.Before} -> {change.After}").ToList();
            var now = step.Changes.Select(change => $"{change.Name}: {change.Before} -> {change.After}").ToList();
            if (!then.ToHashSet(StringComparer.Ordinal).SetEquals(now))
            {
                yield return $"step {step.Number}, {(step.Number == 0 ? "the initial state" : step.Action)}"
                    + Listed("now", now.Except(then, StringComparer.Ordinal)) + Listed("then", then.Except(now, StringComparer.Ordinal));
            }
        }
    }

    private static string Listed(string when, IEnumerable<string> changes) => changes.Any() ? $"; {when} {string.Join(", ", changes)}" : "";

    private bool IsModelError(int number) => number == stored.Steps.Length - 1 && stored.Ends == "model error"
        && Find(stored.Steps[number].Rule, _taken[^1].State) is { } instance
        && _interpreter.Apply(_taken[^1].State, instance) is { Error: not null };

    private bool IsViolated(Valuation last) => stored.Property == CheckRun.Deadlock
        ? !_interpreter.Successors(last).Any() && _interpreter.Evaluate(_model.System.Terminal, last) == 0
        : _interpreter.Evaluate(_model.System.Properties.First(property => property.Name == stored.Property).Condition, last) == 0;

    private ReplayResult Result(ImmutableArray<string> failure, bool isViolated, bool isError = false)
    {
        var property = isViolated && stored.Property != CheckRun.Deadlock && !isError ? stored.Property : null;
        var trace = _model.Narrate(cell.Cell, _taken, property, keepOrder: true);
        return new ReplayResult(trace, [.. Differences(trace)], failure, isViolated, failure.IsEmpty && (isError ? stored.Ends == "model error" : isViolated == (stored.Ends == "violated")));
    }
}
