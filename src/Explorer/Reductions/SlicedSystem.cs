using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Reductions;

/// <summary>A system of which parts are left out, and the way back.</summary>
/// <param name="Original">The whole.</param>
/// <param name="System">What is to be explored; <paramref name="Original"/> itself if nothing is left out.</param>
/// <param name="Variables">Names of the variables that are left out.</param>
/// <param name="Rules">Names of the rules that are left out.</param>
/// <param name="Fills">Names of the fills that are left out.</param>
/// <param name="DeadCells">Cells that are set to their smallest value where nothing reads them any more.</param>
internal sealed record SlicedSystem(
    TransitionSystem Original,
    TransitionSystem System,
    ImmutableArray<string> Variables,
    ImmutableArray<string> Rules,
    ImmutableArray<string> Fills,
    ImmutableArray<string> DeadCells)
{
    /// <summary>Whether anything is left out.</summary>
    public bool IsSliced => !ReferenceEquals(Original, System);

    /// <summary>A run of the whole with the same steps: each rule instance does there what it does here, and more that does not matter.</summary>
    /// <exception cref="ExplorerDisagreementException">There is none: an error of the program.</exception>
    public ImmutableArray<TraceStep> Lift(ImmutableArray<TraceStep> trace, FrozenValues frozen)
    {
        if (!IsSliced || trace.IsEmpty)
        {
            return trace;
        }

        var initial = new Interpreter(System, frozen).InitialStates().ToList().FindIndex(state => trace[0].State.Equals(state.State));
        if (initial < 0)
        {
            throw new ExplorerDisagreementException("the trace of the sliced system does not start in an initial state");
        }

        var interpreter = new Interpreter(Original, frozen);
        var state = interpreter.InitialStates().ElementAt(initial).State
            ?? throw new ExplorerDisagreementException("the initial state of the sliced system is none of the whole");
        var result = ImmutableArray.CreateBuilder<TraceStep>(trace.Length);
        result.Add(new TraceStep(null, state));
        for (var i = 1; i < trace.Length; i++)
        {
            var instance = Lift(trace[i].Instance ?? throw new ExplorerDisagreementException($"step {i} has no rule"));
            var successor = interpreter.Apply(state, instance)
                ?? throw new ExplorerDisagreementException($"step {i} of the sliced system: {instance} is not enabled in the whole");
            if (successor.State is null && (successor.IsCut || i < trace.Length - 1))
            {
                throw new ExplorerDisagreementException($"step {i} of the sliced system: {instance} leads to {successor.Error ?? "a state that is cut"} in the whole");
            }

            // A step that is a model error leaves the state as it was.
            state = successor.State ?? state;
            result.Add(new TraceStep(instance, state));
        }

        return result.ToImmutable();
    }

    // It does not matter what is chosen for a parameter that nothing uses.
    private RuleInstance Lift(RuleInstance instance)
    {
        var rule = Original.Rules.First(rule => rule.Name == instance.Rule.Name);
        var names = instance.Rule.Parameters.Select(p => p.Name).ToList();
        return new RuleInstance(rule, [.. rule.Parameters.Select(p => names.IndexOf(p.Name)).Select(i => i < 0 ? 0 : instance.Arguments[i])]);
    }
}
