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
    private const string FlowName = "switch";
    private const int Idle = 0;

    private readonly Parameter _p = new("p", sorts.Pcpu);
    private readonly Dictionary<int, (Variable On, Variable? From)> _places = [];
    private FlowBuilder? _flow;
    private FlowTarget? _begins;
    private Variable? _location;

    /// <summary>The program counters of the handlers that switch tasks.</summary>
    public IEnumerable<ProgramCounter> Counters => _location is null ? [] : [new(_location, FlowName, _flow!, _ => "no switch")];

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

        _flow = new FlowBuilder(translator, FlowName, sorts.Pcpu, Ex.Param(_p)) { Part = HookTable.Of(HookEvent.SwitchOut).Name };
        var hooks = shape.Policy.Hooks.Where(hook => hook.Event == HookEvent.SwitchOut).ToList();
        _begins = FlowTarget.At(Idle);
        foreach (var hook in Enumerable.Reverse(hooks))
        {
            if (hook.Body.SelectMany(statement => statement.WithInner()).FirstOrDefault(statement => StatementNames.UsedBy(statement).Contains(hook.Parameters[0])) is { } looks)
            {
                throw new ModelRefusalException($"{HookTable.Of(hook.Event).Name}: a task that moves is switched out as well, and is no vCPU: what is done for vCPUs alone belongs in vcpu_put", looks.Span);
            }

            _begins = _flow.Build(hook.Body, FlowScope.Empty.With(hook.Parameters[1], Ex.Param(_p)), _begins);
        }

        var count = _flow.Number(Idle + 1, _begins);
        _location = count > Idle + 1 ? declarations.State(Section.Control, FlowName, [sorts.Pcpu], new Domain.Range(Idle, count - 1)) : null;
        foreach (var task in Moving)
        {
            Variable Place(string name) => declarations.State(Section.Control, $"{name}.{TaskRules.NameOf(task)}", [], new Domain.Element(sorts.Pcpu, OrNone: true));
            var place = (On: Place("on"), From: _location is null ? null : Place("from"));
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
    public Expr IsAtRest() => _location is null ? Ex.True : Ex.All("r", sorts.Pcpu, IsDone(Ex.Local("r")));

    /// <summary>Adds the switches, and the handlers that they run.</summary>
    /// <param name="effects">What statements do.</param>
    /// <param name="programOf">The programs of tasks.</param>
    public void AddRules(StatementEffects effects, Func<HostTask, ProgramFlow> programOf)
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
                    Ex.Not(Occupy(p)),
                    Ex.Not(program.HasEnded()),
                    from is null ? Ex.True : Ex.And([.. task.MovesOver.Select(q => Ex.Or(Ex.Ne(Ex.Read(from), q), IsDone(Ex.Const(q))))])),
                [Ex.Assign(on, [], p), .. from is null ? Array.Empty<Statement>() : [Ex.Assign(from, [], Ex.None(sorts.Pcpu))]]);
            rules.Add($"{TaskRules.NameOf(task)}.leaves", Info("leaves", "is switched out on"), [_p],
                Ex.And(Ex.Eq(Ex.Read(on), p), MayRun(p), Ex.Not(program.IsPinned())),
                [
                    Ex.Assign(on, [], Ex.None(sorts.Pcpu)),
                    .. from is null ? Array.Empty<Statement>() : [Ex.Assign(from, [], p), .. Goes(RuleSet.Location(_begins!, translator))],
                ]);
        }

        if (_location is null)
        {
            return;
        }

        var actor = new Actor(null, p, p, InPolicy: true);
        FlowRules.Add(rules, _flow!, translator, new FlowRules.Agent(
            $"{FlowName}.",
            [_p],
            step => Ex.Eq(Ex.Read(_location, p), step.Location),
            Goes,
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

    private Expr IsDone(Expr p) => _location is null ? Ex.True : Ex.Eq(Ex.Read(_location, p), Idle);

    private IEnumerable<Statement> Goes(Expr location)
    {
        Expr p = Ex.Param(_p);
        yield return Ex.Assign(_location!, [p], location);
        if (location is not Expr.Const { Value: not Idle } && _flow!.Locals.Any())
        {
            yield return Ex.When(IsDone(p), [.. _flow.ForgetLocals()]);
        }
    }
}
