using System.Collections.Immutable;
using CoherenceCheck.Model.Flows;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Construction;

/// <summary>The host's tasks: the VMM, kernel threads. Each runs once, on a CPU of its own or on a pCPU while no vCPU is loaded there.</summary>
internal sealed class TaskRules(Variables v, Shape shape, Translator translator, StatementEffects effects, RuleSet rules, Func<Expr, Expr> isIdle)
{
    private readonly List<(Variable Counter, int End, FlowBuilder Flow)> _tasks = [];

    public IEnumerable<Statement> Declare()
    {
        foreach (var task in shape.Scenario.Tasks)
        {
            var flow = new FlowBuilder(translator, task.Name, null, null);
            var end = new FlowTarget();
            var entry = flow.Build(task.Body, FlowScope.Empty, end);
            var last = flow.Number(0, entry);
            end.BindTo(last);
            var counter = v.State("pc." + task.Name, [], new Domain.Range(0, last));
            _tasks.Add((counter, last, flow));
            yield return Ex.Assign(counter, RuleSet.Location(entry, translator, Endless));
        }
    }

    /// <summary>True where a task has ended, or stands before a labelled statement.</summary>
    public Expr At(int task, string? label) => Flow.At(_tasks[task].Counter, _tasks[task].End, _tasks[task].Flow, label);

    /// <summary>True where every task has ended.</summary>
    public Expr AllEnded() => Ex.And([.. _tasks.Select(task => Ex.Eq(Ex.Read(task.Counter), task.End))]);

    public void AddRules()
    {
        foreach (var task in shape.Scenario.Tasks)
        {
            var (counter, _, flow) = _tasks[task.Number];
            var pcpu = shape.IsBareMetal ? null : task.Pcpu;
            var pe = pcpu ?? v.Pe.Elements.IndexOf(task.Name, v.Pcpu.Size, StringComparer.Ordinal);
            var actor = new Actor(null, Ex.Const(pe), pcpu is { } p ? Ex.Const(p) : null);
            var free = pcpu is { } own ? isIdle(Ex.Const(own)) : Ex.True;
            Flow.AddRules(rules, flow, translator, Endless, new Flow.Agent(
                $"{task.Name}.",
                [],
                step => Ex.And(free, Ex.Eq(Ex.Read(counter), step.Location)),
                location => [Ex.Assign(counter, location)],
                (statement, scope) => effects.Of(statement, actor, scope),
                (step, text, operation, line) => new RuleInfo(StepKind.Task, text, operation, Task: task.Number, Line: line, Span: step.Span)));
        }
    }

    private static Exception Endless(Language.Text.SourceSpan? span) =>
        new ModelRefusalException("a loop in which, without the labels that a row switches off, nothing is done", span);
}
