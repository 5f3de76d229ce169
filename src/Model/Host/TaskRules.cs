using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Host.Flows;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Host;

/// <summary>
/// The host's tasks: the VMM, kernel threads. Each runs once: on a CPU of its own, on a pCPU while no vCPU is loaded there, or on several, among which it is switched
/// (<see cref="TaskSwitches"/>). While preemption is off for a task on a pCPU, nobody else runs there.
/// </summary>
internal sealed class TaskRules
{
    private readonly Shape _shape;
    private readonly Sorts _sorts;
    private readonly Declarations _declarations;
    private readonly Translator _translator;
    private readonly StatementEffects _effects;
    private readonly RuleSet _rules;
    private readonly Func<Expr, Expr> _isIdle;
    private readonly TaskSwitches _switches;
    private readonly List<ProgramFlow> _tasks = [];

    public TaskRules(Shape shape, Sorts sorts, Declarations declarations, Translator translator, StatementEffects effects, RuleSet rules, Func<Expr, Expr> isIdle)
    {
        (_shape, _sorts, _declarations, _translator, _effects, _rules, _isIdle) = (shape, sorts, declarations, translator, effects, rules, isIdle);
        _switches = new TaskSwitches(shape, sorts, declarations, translator, rules, isIdle);
    }

    /// <summary>Whether nobody can run on a pCPU, for another reason than a task; set when that is known.</summary>
    public Func<Expr, Expr> IsTaken { get; set; } = _ => Ex.False;

    /// <summary>The program counters.</summary>
    public IEnumerable<ProgramCounter> Counters => [.. _tasks.Select(task => task.Place), .. _switches.Counters];

    /// <summary>Lays the tasks out and declares their counters.</summary>
    public IEnumerable<Statement> Declare()
    {
        foreach (var task in _shape.Scenario.Tasks)
        {
            var program = new ProgramFlow(NameOf(task), task.Body, StatementNames.PastOf(_shape.Scenario).Where(at => at.Task == task.Number).Select(at => at.Label!), _declarations, _translator, new Watch.Task(task.Number), task.Span);
            _tasks.Add(program);
            foreach (var statement in program.Starts())
            {
                yield return statement;
            }
        }

        foreach (var statement in _switches.Declare())
        {
            yield return statement;
        }
    }

    /// <summary>The tasks as agents.</summary>
    public IEnumerable<Agent> Agents(AgentFinder finder) => _shape.Scenario.Tasks.SelectMany(task =>
        finder.Find(task.Name, task.Span, new Watch.Task(task.Number), _tasks[task.Number].Flow, ""));

    /// <summary>Where the tasks begin.</summary>
    public IEnumerable<FlowTarget> Entries => _tasks.Select(task => task.Entry);

    /// <summary>True where a task has ended, stands before a labelled statement, or has done it.</summary>
    public Expr At(AtExpr at) => _tasks[at.Task!.Value].At(at);

    /// <summary>True where every task has ended.</summary>
    public Expr AllEnded() => Ex.And([.. _tasks.Select(task => task.HasEnded()), _switches.IsAtRest()]);

    /// <summary>Where a rule that raises events leads; <see langword="null"/> for any other.</summary>
    public FlowTarget? RaisedBy(Rule rule) => _switches.RaisedBy(rule);

    /// <summary>Whether a task lets nobody else run on a pCPU.</summary>
    public Expr Occupies(Expr p) => _shape.IsBareMetal ? Ex.False : Ex.Or(
        Ex.Or([.. _shape.Scenario.Tasks.Where(task => task.Pcpu is not null).Select(task => Ex.And(Ex.Eq(p, task.Pcpu!.Value), _tasks[task.Number].IsPinned()))]),
        _switches.Occupy(p));

    public static string NameOf(HostTask task) => Shape.AgentName("task", task.Name);

    public void AddRules()
    {
        foreach (var task in _shape.Scenario.Tasks)
        {
            if (_switches.Of(task) is { } place)
            {
                var p = new Parameter("p", _sorts.Pcpu);
                Add(task, new Actor(null, Ex.Param(p), Ex.Param(p)), [p], Ex.And(_switches.MayRun(Ex.Param(p)), Ex.Not(IsTaken(Ex.Param(p))), Ex.Eq(Ex.Read(place), Ex.Param(p))), p);
                continue;
            }

            var pe = _sorts.PeOf(task)!.Value;
            var pcpu = _shape.IsBareMetal ? null : task.Pcpu;
            var free = pcpu is { } own ? Ex.And(_isIdle(Ex.Const(own)), Ex.Not(_switches.Occupy(Ex.Const(own))), Ex.Not(IsTaken(Ex.Const(own)))) : Ex.True;
            Add(task, new Actor(null, Ex.Const(pe), pcpu is { } p0 ? Ex.Const(p0) : null), [], free, pe);
        }

        _switches.AddRules(_effects, task => _tasks[task.Number], IsTaken);
    }

    private void Add(HostTask task, Actor actor, Parameter[] parameters, Expr free, Operand pe)
    {
        var program = _tasks[task.Number];
        FlowRules.Add(_rules, program.Flow, _translator, new FlowRules.Agent(
            $"{NameOf(task)}.",
            [.. parameters],
            step => Ex.And(free, program.StandsAt(step)),
            location => [Ex.Assign(program.Counter, location)],
            (statement, scope) => _effects.Of(statement, actor, scope),
            (step, text, operation, line) => new StepInfo(StepKind.Task, text, StepInfo.Instruction(operation))
            {
                Speaker = task.Name,
                Operation = operation,
                Task = task.Number,
                Pe = pe,
                Line = line,
                Span = step.Span,
            },
            held => _effects.Takes(actor.Pe, held),
            held => _effects.Gives(actor.Pe, held)));
    }
}
