using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Reductions;

/// <summary>The cone of influence: the variables on which the answer to a question depends, and what is left of a system when others go.</summary>
/// <remarks>
/// It holds what the question reads, what model errors depend on, and of each rule that writes something in it, or may be an error, the
/// guard and all that decides what is written. A rule outside it changes nothing inside: a run without it is one of the whole,
/// and a run of the whole without its steps is one of what is left, and no longer. So verdicts and shortest depths stay.
/// </remarks>
internal sealed class Cone
{
    private readonly TransitionSystem _system;
    private readonly Question _question;
    private readonly SlicerFaults _faults;
    private readonly ModelErrors? _errors;
    private readonly HashSet<Variable> _variables = [];

    public Cone(TransitionSystem system, Question question, SlicerFaults faults)
    {
        (_system, _question, _faults) = (system, question, faults);
        _errors = faults.ForgetsErrors ? null : new ModelErrors(system);
        var asked = new Uses(_variables);
        asked.Add([.. question.Conditions(system)]);
        for (var size = -1; size < _variables.Count;)
        {
            size = _variables.Count;
            Grow();
        }
    }

    /// <summary>What is left of the system, or the system itself if nothing goes.</summary>
    public SlicedSystem Slice()
    {
        var pruner = new Pruner(_variables, _errors);
        var initial = _system.InitialStates.Select(state => state with { Body = pruner.Prune(state.Body, new Uses([])) }).ToImmutableArray();
        var rules = _system.Rules.Select(rule => Prune(rule, pruner)).OfType<Rule>().ToImmutableArray();
        var fills = _system.Fills.Where(IsKept).ToImmutableArray();
        var variables = _system.Variables.Where(_variables.Contains).ToImmutableArray();
        if (!pruner.HasDropped && rules.Length == _system.Rules.Length && fills.Length == _system.Fills.Length
            && variables.Count(v => v.Role != Role.Frozen) == _system.Variables.Count(v => v.Role != Role.Frozen))
        {
            return new SlicedSystem(_system, _system, [], [], [], []);
        }

        var sliced = _system with
        {
            Variables = variables,
            InitialStates = initial,
            Rules = rules,
            Fills = fills,
            Terminal = _question.CheckDeadlock ? _system.Terminal : Ex.True,
            Properties = [.. _system.Properties.Where(property => _question.Asks(property) || (property.Kind == PropertyKind.Sight && ReadsKept(property.Condition)))],
        };
        return new SlicedSystem(
            _system,
            sliced,
            [.. _system.Variables.Except(variables).Select(v => v.Name)],
            [.. _system.Rules.Select(rule => rule.Name).Except(rules.Select(rule => rule.Name))],
            [.. _system.Fills.Except(fills).Select(fill => fill.Name)],
            []);
    }

    private bool ReadsKept(Expr condition)
    {
        var uses = new Uses([]);
        uses.Add(condition);
        return uses.Variables.IsSubsetOf(_variables);
    }

    private void Grow()
    {
        var pruner = new Pruner(_variables.ToHashSet(), _errors);
        foreach (var state in _system.InitialStates)
        {
            pruner.Prune(state.Body, new Uses(_variables));
        }

        foreach (var rule in _system.Rules)
        {
            var uses = new Uses(_variables);
            if ((!pruner.Prune(rule.Body, uses).IsEmpty || _question.CheckDeadlock) && !_faults.ForgetsGuards)
            {
                uses.Add(rule.Guard);
            }
        }

        foreach (var fill in _system.Fills.Where(IsKept))
        {
            _variables.Add(fill.Target);
            if (!_faults.ForgetsFills)
            {
                new Uses(_variables).Add([.. fill.Index, fill.Value, fill.When]);
            }
        }
    }

    private bool IsKept(Fill fill) => _variables.Contains(fill.Target) || _errors?.May(fill) == true;

    // A rule without effect is only of interest where it may be the one that is not stuck.
    private Rule? Prune(Rule rule, Pruner pruner)
    {
        var uses = new Uses([]);
        var body = pruner.Prune(rule.Body, uses);
        if (body.IsEmpty && !_question.CheckDeadlock)
        {
            return null;
        }

        uses.Add(rule.Guard);
        return rule with { Body = body, Parameters = [.. rule.Parameters.Where(p => uses.Names.Contains(p.Name))] };
    }
}
