using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Host.Flows;

/// <summary>Handlers that run on a pCPU for no vCPU: while they do, nobody else runs there.</summary>
internal sealed class CpuFlow
{
    private const int Idle = 0;

    private readonly Translator _translator;
    private readonly Parameter _p;
    private readonly string _name;
    private readonly FlowBuilder _flow;
    private readonly FlowTarget _begins;
    private readonly Variable? _location;
    private readonly HookEvent _event;

    /// <summary>Lays the handlers of an event out.</summary>
    /// <param name="name">What its places are called.</param>
    /// <param name="hookEvent">The event.</param>
    /// <param name="shape">What the scenario needs.</param>
    /// <param name="sorts">Its sorts.</param>
    /// <param name="declarations">Takes the variables.</param>
    /// <param name="translator">Gives names and expressions their meaning.</param>
    /// <param name="scope">What the parameters of a handler stand for, given the pCPU.</param>
    public CpuFlow(string name, HookEvent hookEvent, Shape shape, Sorts sorts, Declarations declarations, Translator translator, Func<Hook, Expr, FlowScope> scope)
    {
        (_name, _event, _translator, _p) = (name, hookEvent, translator, new Parameter("p", sorts.Pcpu));
        var through = new Watch.Handlers(hookEvent);
        _flow = new FlowBuilder(translator, name, sorts.Pcpu, Ex.Param(_p)) { Part = HookTable.Of(hookEvent).Name, Through = through };
        ImmutableArray<Hook> hooks = [.. shape.Policy.Hooks.Where(hook => hook.Event == hookEvent)];
        _begins = hooks.IsEmpty ? FlowTarget.At(Idle) : _flow.Watched(through, FlowTarget.At(Idle), shape.Policy.Span);
        foreach (var hook in hooks.Reverse())
        {
            _begins = _flow.Build(hook.Body, scope(hook, Ex.Param(_p)), _begins);
        }

        _begins = hooks.IsEmpty ? _begins : _flow.Watched(new Watch.Begins(hookEvent), _begins, shape.Policy.Span);
        var count = _flow.Number(Idle + 1, _begins);
        _location = count > Idle + 1 ? declarations.State(Section.Control, name, [sorts.Pcpu], new Domain.Range(Idle, count - 1)) : null;
    }

    /// <summary>Where they stand.</summary>
    public IEnumerable<ProgramCounter> Counters => _location is null ? [] : [new(_location, _name, _flow, _ => "done")];

    /// <summary>Whether there is anything to do.</summary>
    public bool IsEmpty => _location is null;

    /// <summary>Where they begin.</summary>
    public FlowTarget Entry => _begins;

    /// <summary>The handlers as agents.</summary>
    /// <param name="finder">Describes them.</param>
    /// <param name="raises">Where rules outside the flow lead.</param>
    public IEnumerable<Agent> Agents(AgentFinder finder, IReadOnlyDictionary<string, FlowTarget> raises) =>
        _location is null ? [] : finder.Find(HookTable.Of(_event).Name, _flow.Steps[0].Span, new Watch.Handlers(_event), _flow, HookTable.Of(_event).Name, raises);

    /// <summary>Whether none runs on a pCPU.</summary>
    public Expr IsDone(Expr p) => _location is null ? Ex.True : Ex.Eq(Ex.Read(_location, p), Idle);

    /// <summary>They begin on a pCPU.</summary>
    public IEnumerable<Statement> Begins(Expr p) => _location is null ? [] : Goes(p, RuleSet.Location(_begins, _translator));

    /// <summary>Adds their steps.</summary>
    public void AddRules(RuleSet rules, StatementEffects effects)
    {
        if (_location is null)
        {
            return;
        }

        Expr p = Ex.Param(_p);
        var actor = new Actor(null, p, p, InPolicy: true);
        FlowRules.Add(rules, _flow, _translator, new FlowRules.Agent(
            $"{_name}.",
            [_p],
            step => Ex.Eq(Ex.Read(_location, p), step.Location),
            location => Goes(p, location),
            (statement, scope) => effects.Of(statement, actor, scope),
            (step, text, operation, line) => new StepInfo(StepKind.Handler, text, StepInfo.AsWritten)
            {
                Speaker = step.Part,
                Operation = operation,
                Pe = _p,
                Line = line,
                Span = step.Span,
            },
            held => effects.Takes(p, held),
            held => effects.Gives(p, held)));
    }

    private IEnumerable<Statement> Goes(Expr p, Expr location)
    {
        yield return Ex.Assign(_location!, [p], location);
        if (location is not Expr.Const { Value: not Idle } && _flow.Locals.Any())
        {
            yield return Ex.When(IsDone(p), [.. _flow.ForgetLocals()]);
        }
    }
}
