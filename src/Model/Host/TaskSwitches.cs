using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Host.Flows;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Host;

/// <summary>
/// Tasks that the scheduler moves among pCPUs. One runs on a pCPU alone; before anybody else does, and before it runs elsewhere, it is switched out there, with the handlers of
/// <c>switch_out</c>, which are every thread's (Linux: __switch_to, whose DSB is for "maintenance on the previous CPU"); those of <c>vcpu_put</c> are not.
/// </summary>
internal sealed class TaskSwitches(Shape shape, Sorts sorts, Declarations declarations, Translator translator, RuleSet rules, Func<Expr, Expr> isIdle)
{
    /// <summary>What its rules and variables are called.</summary>
    public const string FlowName = "switch";

    private readonly Parameter _p = new("p", sorts.Pcpu);
    private readonly Dictionary<int, (Variable On, Variable? From)> _places = [];
    private CpuFlow? _flow;

    /// <summary>The program counters of the handlers that switch tasks.</summary>
    public IEnumerable<ProgramCounter> Counters => _flow?.Counters ?? [];

    private IEnumerable<HostTask> Moving => shape.IsBareMetal ? [] : shape.Scenario.Tasks.Where(task => !task.MovesOver.IsEmpty);

    /// <summary>The pCPU on which a task runs, or none; <see langword="null"/> for a task that does not move.</summary>
    public Variable? Of(HostTask task) => _places.TryGetValue(task.Number, out var place) ? place.On : null;

    /// <summary>Lays the handlers out and declares where tasks are: on none at first.</summary>
    /// <exception cref="ModelRefusalException">A handler of <c>switch_out</c> looks at its vCPU.</exception>
    public IEnumerable<Statement> Declare()
    {
        if (!Moving.Any())
        {
            yield break;
        }

        foreach (var hook in shape.Policy.Hooks.Where(hook => hook.Event == HookEvent.SwitchOut))
        {
            if (hook.Body.SelectMany(statement => statement.WithInner()).FirstOrDefault(statement => StatementNames.UsedBy(statement).Contains(hook.Parameters[0])) is { } looks)
            {
                throw new ModelRefusalException($"{HookTable.Of(hook.Event).Name}: a task that moves is switched out as well, and is no vCPU: what is done for vCPUs alone belongs in vcpu_put", looks.Span);
            }
        }

        _flow = new CpuFlow(FlowName, HookEvent.SwitchOut, shape, sorts, declarations, translator, (hook, p) => FlowScope.Empty.With(hook.Parameters[1], p));
        foreach (var task in Moving)
        {
            Variable Place(string name) => declarations.State(Section.Control, $"{name}.{TaskRules.NameOf(task)}", [], new Domain.Element(sorts.Pcpu, OrNone: true));
            var place = (On: Place("on"), From: _flow.IsEmpty ? null : Place("from"));
            _places.Add(task.Number, place);
            foreach (var variable in new[] { place.On, place.From }.OfType<Variable>())
            {
                yield return Ex.Assign(variable, [], Ex.None(sorts.Pcpu));
            }
        }
    }

    /// <summary>Whether a task runs on a pCPU, or is being switched out there.</summary>
    public Expr Occupy(Expr p) => Ex.Or(Ex.Or([.. _places.Values.Select(place => Ex.Eq(Ex.Read(place.On), p))]), Ex.Not(IsDone(p)));

    /// <summary>Whether tasks that move may execute on a pCPU.</summary>
    public Expr MayRun(Expr p) => Ex.And(isIdle(p), IsDone(p));

    /// <summary>Whether nobody is being switched out.</summary>
    public Expr IsAtRest() => _flow is null || _flow.IsEmpty ? Ex.True : Ex.All("r", sorts.Pcpu, IsDone(Ex.Local("r")));

    /// <summary>Where a rule that raises events leads; <see langword="null"/> for any other.</summary>
    public FlowTarget? RaisedBy(Rule rule) => _flow is { IsEmpty: false } flow && Moving.Any(task => rule.Name == Leaves(task)) ? flow.Entry : null;

    private static string Leaves(HostTask task) => $"{TaskRules.NameOf(task)}.leaves";

    /// <summary>Adds the switches, and the handlers that they run.</summary>
    /// <param name="effects">What statements do.</param>
    /// <param name="programOf">The programs of tasks.</param>
    /// <param name="isTaken">Whether nobody can run on a pCPU, for another reason than a task.</param>
    public void AddRules(StatementEffects effects, Func<HostTask, ProgramFlow> programOf, Func<Expr, Expr> isTaken)
    {
        Expr p = Ex.Param(_p);
        foreach (var task in Moving)
        {
            var (on, from) = _places[task.Number];
            var program = programOf(task);
            StepInfo Info(string text, string words) => new(StepKind.Task, text, at => $"{words} {at[_p]}") { Speaker = task.Name, Task = task.Number, Pe = _p, Span = task.Span };
            rules.Add($"{TaskRules.NameOf(task)}.runs", Info("runs", "runs on"), [_p],
                Ex.And(
                    Ex.Eq(Ex.Read(on), Ex.None(sorts.Pcpu)),
                    Ex.Or([.. task.MovesOver.Select(q => Ex.Eq(p, q))]),
                    MayRun(p),
                    Ex.Not(isTaken(p)),
                    Ex.Not(Occupy(p)),
                    Ex.Not(program.HasEnded()),
                    from is null ? Ex.True : Ex.And([.. task.MovesOver.Select(q => Ex.Or(Ex.Ne(Ex.Read(from), q), IsDone(Ex.Const(q))))])),
                [Ex.Assign(on, [], p), .. from is null ? Array.Empty<Statement>() : [Ex.Assign(from, [], Ex.None(sorts.Pcpu))]]);
            rules.Add(Leaves(task), Info("leaves", "is switched out on"), [_p],
                Ex.And(Ex.Eq(Ex.Read(on), p), MayRun(p), Ex.Not(program.IsPinned())),
                [
                    Ex.Assign(on, [], Ex.None(sorts.Pcpu)),
                    .. from is null ? Array.Empty<Statement>() : [Ex.Assign(from, [], p), .. _flow!.Begins(p)],
                ]);
        }

        _flow?.AddRules(rules, effects);
    }

    private Expr IsDone(Expr p) => _flow?.IsDone(p) ?? Ex.True;
}
