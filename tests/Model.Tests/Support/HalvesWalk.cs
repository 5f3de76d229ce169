using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests.Support;

/// <summary>Walks through a system by chance, and with it through its halves, each by itself: of the ghosts by the interpreter and by quick steps, of the machine.</summary>
/// <param name="whole">The system, bound.</param>
/// <param name="halved">The system that is halved: the same, if all is well.</param>
/// <param name="seed">The seed.</param>
internal sealed class HalvesWalk(TransitionSystem whole, TransitionSystem halved, int seed)
{
    private readonly Random _random = new(seed);
    private readonly Interpreter _interpreter = new(whole, FrozenValues.None);
    private readonly Half _ghost = new(SystemHalf.OfGhost(halved));
    private readonly Half _machine = new(SystemHalf.OfMachine(halved));

    /// <summary>How many steps there were.</summary>
    public int Steps { get; private set; }

    /// <summary>Where a half went another way.</summary>
    public string? Difference { get; private set; }

    /// <summary>Walks at most so far, and gives the difference that was found, if any.</summary>
    public string? Run(int most)
    {
        var initial = _random.Next(whole.InitialStates.Length);
        var state = _interpreter.InitialStates().ElementAt(initial).State!;
        _ghost.Start(initial);
        _machine.Start(initial);
        var instances = whole.Rules.SelectMany(RuleInstance.Of).ToArray();
        while (Steps < most && Difference is null)
        {
            _random.Shuffle(instances);
            var taken = instances.Select(instance => _interpreter.Apply(state, instance)).FirstOrDefault(successor => successor?.State is not null);
            if (taken is null)
            {
                break;
            }

            state = taken.State!;
            Steps++;
            Difference = _ghost.Step(taken.Instance!, state) ?? _machine.Step(taken.Instance!, state);
        }

        return Difference;
    }

    private sealed class Half(TransitionSystem system)
    {
        private readonly Dictionary<string, Rule> _rules = system.Rules.ToDictionary(rule => rule.Name, StringComparer.Ordinal);
        private readonly Interpreter _interpreter = new(system, FrozenValues.None);
        private readonly QuickSteps? _steps = system.Rules.Any(rule => rule.Body.Any(statement => statement is Statement.Fail)) ? null : new QuickSteps(system);
        private Valuation _state = null!;

        public void Start(int initial) => _state = _interpreter.InitialStates().ElementAt(initial).State!;

        public string? Step(RuleInstance instance, Valuation whole)
        {
            var own = new RuleInstance(_rules[instance.Rule.Name], instance.Arguments);
            var before = _state;
            if (_interpreter.Apply(before, own)?.State is not { } after)
            {
                return $"after {instance}: it waits";
            }

            _state = after;
            if (_steps is not null && !_steps.After(_steps.Of(before), own).AsSpan().SequenceEqual(_steps.Of(after)))
            {
                return $"after {instance}: quick steps lead elsewhere";
            }

            foreach (var variable in after.Variables)
            {
                for (var cell = 0; cell < variable.CellCount; cell++)
                {
                    if (after[variable, cell] != whole[variable, cell])
                    {
                        return $"after {instance}: {variable.CellName(cell)} is {after[variable, cell]} alone, {whole[variable, cell]} in the whole";
                    }
                }
            }

            return null;
        }
    }
}
