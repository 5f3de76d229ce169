using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Host.Flows;
using CoherenceCheck.Model.Machine;
using CoherenceCheck.Model.Pe;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Host;

/// <summary>
/// pCPUs that go offline and come online again, as often as they like. One goes where nobody runs on it and nothing that it issued is pending (its last instruction before the
/// power-down is a DSB); what others sent it before is still delivered. The handlers of <c>cpu_up</c> run before anybody else does.
/// </summary>
internal sealed class Hotplug(Shape shape, Sorts sorts, Declarations declarations, Translator translator, RuleSet rules, Power power)
{
    /// <summary>What its rules and variables are called.</summary>
    public const string FlowName = "cpu";

    private const string Online = FlowName + ".online";

    private readonly Parameter _p = new("p", sorts.Pcpu);
    private CpuFlow? _flow;

    private bool IsThere => !shape.IsBareMetal && !shape.Scenario.Machine.Hotplugged.IsEmpty;

    /// <summary>Where the handlers stand.</summary>
    public IEnumerable<ProgramCounter> Counters => _flow?.Counters ?? [];

    /// <summary>Lays the handlers out.</summary>
    public void Declare()
    {
        if (IsThere)
        {
            _flow = new CpuFlow(FlowName, HookEvent.CpuUp, shape, sorts, declarations, translator, (hook, p) => FlowScope.Empty.With(hook.Parameters[0], p));
        }
    }

    /// <summary>Whether nobody can run on a pCPU.</summary>
    public Expr Occupies(Expr p) => _flow is null ? Ex.False : Ex.Or(power.IsOff(p), Ex.Not(_flow.IsDone(p)));

    /// <summary>Whether no pCPU is coming online.</summary>
    public Expr IsAtRest() => _flow is null || _flow.IsEmpty ? Ex.True : Ex.All("r", sorts.Pcpu, _flow.IsDone(Ex.Local("r")));

    /// <summary>Where a rule that raises events leads; <see langword="null"/> for any other.</summary>
    public FlowTarget? RaisedBy(Rule rule) => rule.Name == Online && _flow is { IsEmpty: false } flow ? flow.Entry : null;

    /// <summary>The handlers as agents.</summary>
    public IEnumerable<Agent> Agents(AgentFinder finder) => _flow?.Agents(finder, new Dictionary<string, FlowTarget> { [Online] = _flow.Entry }) ?? [];

    /// <summary>Adds the steps.</summary>
    /// <param name="effects">What statements do.</param>
    /// <param name="pe">Knows what is pending.</param>
    /// <param name="isFree">Whether nobody runs on a pCPU.</param>
    /// <param name="host">Counts what is bounded.</param>
    public void AddRules(StatementEffects effects, PeModel pe, Func<Expr, Expr> isFree, HostRules host)
    {
        if (_flow is null)
        {
            return;
        }

        Expr p = Ex.Param(_p);
        StepInfo Info(string text) => new(StepKind.Placement, text, words => $"{words[_p]} {text}") { Pe = _p };
        rules.Add(FlowName + ".offline", Info("goes offline"), [_p],
            Ex.And(Ex.Or([.. shape.Scenario.Machine.Hotplugged.Select(own => Ex.Eq(p, own))]), isFree(p), Ex.Not(Occupies(p)), pe.IsDone(p)), [power.GoesOff(p)]);
        rules.Add(Online, Info("comes online"), [_p], Ex.And(power.IsOff(p), host.MayHappen(HookEvent.CpuUp)),
            [power.ComesOn(p), .. _flow.Begins(p), .. host.Counts(HookEvent.CpuUp)]);
        _flow.AddRules(rules, effects);
    }
}
