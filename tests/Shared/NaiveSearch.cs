using CoherenceCheck.Explorer;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Shared;

/// <summary>A breadth-first search over the interpreter, written from the documentation of <see cref="Exploration"/> alone.</summary>
public sealed class NaiveSearch
{
    private readonly Interpreter _interpreter;
    private readonly TransitionSystem _system;
    private readonly Dictionary<Valuation, int> _depths = [];
    private bool _sink;

    /// <summary>Searches at once.</summary>
    public NaiveSearch(TransitionSystem system, FrozenValues frozen, string? property, string? cover, bool deadlock, int maxStates)
    {
        _system = system;
        _interpreter = new Interpreter(system, frozen);
        Fired = new long[system.Rules.Length];
        Run(property, cover, deadlock, maxStates);
    }

    /// <summary>Whether it gave up for the number of states.</summary>
    public bool TooLarge { get; private set; }

    /// <summary>What was violated first.</summary>
    public ViolationKind Violation { get; private set; }

    /// <summary>Steps that were taken.</summary>
    public long Transitions { get; private set; }

    /// <summary>The depth at which it stopped.</summary>
    public int Depth { get; private set; }

    /// <summary>What the model error says, if there is one.</summary>
    public string? Error { get; private set; }

    /// <summary>The depth at which the cover was met first.</summary>
    public int? CoverDepth { get; private set; }

    /// <summary>How often each rule was taken.</summary>
    public long[] Fired { get; }

    /// <summary>Different states; all that are cut are one.</summary>
    public long States => _depths.Count + (_sink ? 1 : 0);

    /// <summary>The states themselves, without those that are cut.</summary>
    public IEnumerable<Valuation> Reachable => _depths.Keys;

    private void Run(string? property, string? cover, bool deadlock, int maxStates)
    {
        var level = new List<Valuation>();
        foreach (var successor in _interpreter.InitialStates())
        {
            Take(successor, 0, level, property, cover);
        }

        var depth = 0;
        while (level.Count > 0 && Violation == ViolationKind.None && _depths.Count <= maxStates)
        {
            var next = new List<Valuation>();
            var stuck = false;
            foreach (var state in level)
            {
                var any = false;
                foreach (var successor in _interpreter.Successors(state))
                {
                    any = true;
                    Transitions++;
                    Fired[_system.Rules.IndexOf(successor.Instance!.Rule)]++;
                    Take(successor, depth + 1, next, property, cover);
                }

                stuck |= !any && deadlock && _interpreter.Evaluate(_system.Terminal, state) == 0;
            }

            if (stuck)
            {
                (Violation, Depth, Error) = (ViolationKind.Deadlock, depth, null);
                return;
            }

            level = next;
            depth++;
        }

        TooLarge = _depths.Count > maxStates;
        if (Violation == ViolationKind.None)
        {
            Depth = _depths.Count == 0 ? 0 : _depths.Values.Max();
        }
    }

    private void Take(Successor successor, int depth, List<Valuation> next, string? property, string? cover)
    {
        if (successor.Error is not null)
        {
            Violate(ViolationKind.ModelError, depth, successor.Error);
        }
        else if (successor.IsCut)
        {
            _sink = true;
        }
        else if (_depths.TryAdd(successor.State!, depth))
        {
            next.Add(successor.State!);
            if (property is not null && !IsTrue(property, successor.State!))
            {
                Violate(ViolationKind.Property, depth, null);
            }

            if (cover is not null && CoverDepth is null && IsTrue(cover, successor.State!))
            {
                CoverDepth = depth;
            }
        }
    }

    private void Violate(ViolationKind kind, int depth, string? error)
    {
        if (Violation == ViolationKind.None)
        {
            (Violation, Depth, Error) = (kind, depth, error);
        }
    }

    private bool IsTrue(string property, Valuation state) =>
        _interpreter.Evaluate(_system.Properties.First(p => p.Name == property).Condition, state) != 0;
}
