using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests.Support;

/// <summary>Runs a system step by step with the interpreter: the guests' instructions in a given order, all else by chance.</summary>
internal sealed class SystemDriver
{
    private readonly Interpreter _interpreter;
    private readonly Random _random;
    private readonly List<RuleInstance> _guest;
    private readonly List<RuleInstance> _others;
    private readonly List<RuleInstance> _leaves;

    public SystemDriver(TransitionSystem system, int seed)
    {
        System = system;
        _random = new Random(seed);
        _interpreter = new Interpreter(system, FrozenValues.None);
        var instances = system.Rules.SelectMany(RuleInstance.Of).ToList();
        _guest = [.. instances.Where(i => i.Rule.Label.Agent == "guest")];
        _leaves = [.. instances.Where(i => i.Rule.Name is "host.exit" or "host.trap")];
        _others = [.. instances.Where(i => i.Rule.Label.Agent is "hardware" or "host").Except(_leaves)];
        State = _interpreter.InitialStates().First().State!;
    }

    public TransitionSystem System { get; }

    public Valuation State { get; private set; }

    /// <summary>Whether a fetch was judged stale.</summary>
    public bool IsStale => this["stale"] != 0;

    /// <summary>A variable's cell, by name and cell number.</summary>
    public long this[string name, int cell = 0] => State[System.Variables.First(v => v.Name == name), cell];

    /// <summary>A set of versions, bit i for the version named n{i}.</summary>
    public int Versions(string name, int cell)
    {
        var variable = System.Variables.First(v => v.Name == name);
        var elements = ((Domain.Subset)variable.Domain).Sort.Elements;
        return Enumerable.Range(0, elements.Length)
            .Where(i => (State[variable, cell] >> i & 1) != 0)
            .Aggregate(0, (all, i) => all | (1 << int.Parse(elements[i][1..])));
    }

    /// <summary>The next instruction of a vCPU, one of its ways by chance; hardware and host act first while it waits.</summary>
    public void Step(string vcpu)
    {
        for (var tries = 0; tries < 10_000; tries++)
        {
            if (Take(_guest.Where(i => i.Rule.Name.StartsWith(vcpu + ".", StringComparison.Ordinal))))
            {
                return;
            }

            Assert.True(Take(_others), $"{vcpu} waits for ever");
        }

        Assert.Fail($"{vcpu} waits for ever");
    }

    /// <summary>Lets hardware and host act a few times.</summary>
    public void Disturb()
    {
        for (var i = _random.Next(4); i > 0; i--)
        {
            Take(_others);
        }

        if (_random.Next(6) == 0)
        {
            Take(_leaves);
        }
    }

    private bool Take(IEnumerable<RuleInstance> instances)
    {
        List<Successor> enabled = [.. instances.Select(i => _interpreter.Apply(State, i)).OfType<Successor>()];
        if (enabled.Count == 0)
        {
            return false;
        }

        var taken = enabled[_random.Next(enabled.Count)];
        State = taken.State ?? throw new InvalidOperationException(taken.Error);
        return true;
    }
}
