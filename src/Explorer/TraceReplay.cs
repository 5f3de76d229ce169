using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer;

/// <summary>The explorer found something that the interpreter does not confirm: an error of the program.</summary>
public sealed class ExplorerDisagreementException : Exception
{
    /// <summary>Without a text.</summary>
    public ExplorerDisagreementException()
    {
    }

    /// <summary>With what differs.</summary>
    public ExplorerDisagreementException(string message)
        : base(message)
    {
    }

    /// <summary>With what differs, and why.</summary>
    public ExplorerDisagreementException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>Follows a counterexample with the interpreter, step by step.</summary>
/// <param name="system">The system.</param>
/// <param name="frozen">Its frozen values.</param>
public sealed class TraceReplay(TransitionSystem system, FrozenValues frozen)
{
    private readonly Interpreter _interpreter = new(system, frozen);

    /// <summary>Checks that a trace is one: it starts in an initial state, and each step is enabled and leads to the state given.</summary>
    /// <exception cref="ExplorerDisagreementException">It is none.</exception>
    public void Check(ImmutableArray<TraceStep> trace)
    {
        if (!_interpreter.InitialStates().Any(s => trace[0].State.Equals(s.State)))
        {
            throw new ExplorerDisagreementException("the trace does not start in an initial state");
        }

        for (var i = 1; i < trace.Length; i++)
        {
            var instance = trace[i].Instance
                ?? throw new ExplorerDisagreementException($"step {i} has no rule");
            var successor = _interpreter.Apply(trace[i - 1].State, instance)
                ?? throw new ExplorerDisagreementException($"step {i}: {instance} is not enabled");
            if (successor.State is null)
            {
                throw new ExplorerDisagreementException($"step {i}: {instance} leads to {successor.Error ?? "a state that is cut"}");
            }

            if (!successor.State.Equals(trace[i].State))
            {
                var cells = successor.State.Changes(trace[i].State).Select(c => $"{c.Variable.CellName(c.Cell)} is {c.Before}, not {c.After}");
                throw new ExplorerDisagreementException($"step {i}: after {instance} {string.Join(", ", cells)}");
            }
        }
    }

    internal string? Check(ViolationKind kind, ImmutableArray<TraceStep> trace, RuleInstance? erring, string? property, int initial)
    {
        if (trace.IsEmpty)
        {
            return _interpreter.InitialStates().ElementAt(initial).Error
                ?? throw new ExplorerDisagreementException("the initial state is no model error");
        }

        Check(trace);
        var last = trace[^1].State;
        switch (kind)
        {
            case ViolationKind.ModelError:
                return _interpreter.Apply(last, erring!)?.Error
                    ?? throw new ExplorerDisagreementException($"{erring} is no model error in the last state");
            case ViolationKind.Property when _interpreter.Evaluate(system.Properties.First(p => p.Name == property).Condition, last) != 0:
                throw new ExplorerDisagreementException($"'{property}' is true in the last state");
            case ViolationKind.Deadlock when _interpreter.Evaluate(system.Terminal, last) != 0 || _interpreter.Successors(last).Any():
                throw new ExplorerDisagreementException("the last state is no deadlock");
            default:
                return null;
        }
    }
}
