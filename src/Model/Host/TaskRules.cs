using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Host.Flows;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Host;

/// <summary>The host's tasks: the VMM, kernel threads. Each runs once, on a CPU of its own or on a pCPU while no vCPU is loaded there.</summary>
internal sealed class TaskRules(Shape shape, Sorts sorts, Declarations declarations, Translator translator, StatementEffects effects, RuleSet rules, Func<Expr, Expr> isIdle)
{
    private readonly List<ProgramFlow> _tasks = [];

    /// <summary>The program counters.</summary>
    public IEnumerable<ProgramCounter> Counters => _tasks.Select(task => task.Place);

    /// <summary>Lays the tasks out and declares their counters.</summary>
    public IEnumerable<Statement> Declare()
    {
        foreach (var task in shape.Scenario.Tasks)
        {
            var program = new ProgramFlow(NameOf(task), task.Body, StatementNames.PastOf(shape.Scenario).Where(at => at.Task == task.Number).Select(at => at.Label!), declarations, translator, new Watch.Task(task.Number), task.Span);
            _tasks.Add(program);
            foreach (var statement in program.Starts())
            {
                yield return statement;
            }
        }
    }

    /// <summary>The tasks as agents.</summary>
    public IEnumerable<Agent> Agents(AgentFinder finder) => shape.Scenario.Tasks.SelectMany(task =>
        finder.Find(task.Name, task.Span, new Watch.Task(task.Number), _tasks[task.Number].Flow, ""));

    /// <summary>Where the tasks begin.</summary>
    public IEnumerable<FlowTarget> Entries => _tasks.Select(task => task.Entry);

    /// <summary>True where a task has ended, stands before a labelled statement, or has done it.</summary>
    public Expr At(AtExpr at) => _tasks[at.Task!.Value].At(at);

    /// <summary>True where every task has ended.</summary>
    public Expr AllEnded() => Ex.And([.. _tasks.Select(task => task.HasEnded())]);

    private static string NameOf(HostTask task) => Shape.AgentName("task", task.Name);

    public void AddRules()
    {
        foreach (var task in shape.Scenario.Tasks)
        {
            var program = _tasks[task.Number];
            var pcpu = shape.IsBareMetal ? null : task.Pcpu;
            var actor = new Actor(null, Ex.Const(sorts.PeOf(task)), pcpu is { } p ? Ex.Const(p) : null);
            var free = pcpu is { } own ? isIdle(Ex.Const(own)) : Ex.True;
            FlowRules.Add(rules, program.Flow, translator, new FlowRules.Agent(
                $"{NameOf(task)}.",
                [],
                step => Ex.And(free, program.StandsAt(step)),
                location => [Ex.Assign(program.Counter, location)],
                (statement, scope) => effects.Of(statement, actor, scope),
                (step, text, operation, line) => new StepInfo(StepKind.Task, text, StepInfo.Instruction(operation))
                {
                    Speaker = task.Name,
                    Operation = operation,
                    Task = task.Number,
                    Pe = sorts.PeOf(task),
                    Line = line,
                    Span = step.Span,
                },
                held => effects.Takes(actor.Pe, held),
                held => effects.Gives(actor.Pe, held)));
        }
    }
}
