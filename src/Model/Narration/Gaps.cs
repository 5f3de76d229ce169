using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Host.Flows;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Narration;

/// <summary>Where an agent passes the place of a statement that a row leaves out, or puts another in the place of.</summary>
/// <remarks>
/// The system knows nothing of it: a statement that is switched off is a location of the flow at which control never stands, and where control goes from one
/// location to the next is told by the same targets from which the rules were made. What the statement would have done is found by taking its step all the same.
/// </remarks>
internal sealed class Gaps(TraceContext context, SystemBuilder builder, Cell cell)
{
    private const int MostEffects = 3, MostSteps = 200;

    private readonly Dictionary<(string, bool InPolicy), Stmt> _statements = StatementsOf(builder);
    private readonly Maintenance _maintenance = new(context, builder);

    /// <summary>What was left out or replaced where an agent passes with a step.</summary>
    public IEnumerable<Note> At(StepView step)
    {
        if (builder.RaisedBy(step.Instance.Rule) is { } raised)
        {
            return Passing(raised, step, inPolicy: true, []);
        }

        if (step.Info.Step is not { } own)
        {
            return [];
        }

        var inPolicy = step.Info.Kind == StepKind.Handler;
        return InOneStep(own, inPolicy).Concat(InTest(step, own)).Concat(Passing(Next(own, step), step, inPolicy, [.. own.Within.Select(label => label.Name)]));
    }

    /// <summary>What was left out before anything happened: settings of the policy, and statements with which programs and tasks would begin.</summary>
    public IEnumerable<Note> AtFirst()
    {
        foreach (var setting in builder.Shape.Policy.Settings.Where(setting => setting.Label is { } label && cell.Without.Contains(label)))
        {
            yield return new LeftOut(setting.Label!, $"{setting.Field} = {setting.Value}", "the field keeps its default") { IsEverywhere = true };
        }

        foreach (var entry in builder.Entries)
        {
            foreach (var note in Passing(entry, null, inPolicy: false, []))
            {
                yield return note;
            }
        }
    }

    private static Dictionary<(string, bool), Stmt> StatementsOf(SystemBuilder builder)
    {
        var statements = new Dictionary<(string, bool), Stmt>();
        var policy = builder.Shape.Policy.Hooks.SelectMany(hook => hook.Body).Concat(builder.Shape.Policy.Procedures.SelectMany(procedure => procedure.Body));
        var programs = builder.Shape.Scenario.Vcpus.SelectMany(vcpu => vcpu.Program ?? []).Concat(builder.Shape.Scenario.Tasks.SelectMany(task => task.Body));
        foreach (var (statement, inPolicy) in Statements.Descend(policy).Select(statement => (statement, true)).Concat(Statements.Descend(programs).Select(statement => (statement, false))))
        {
            if (statement.Label is { } label)
            {
                statements.TryAdd((label, inPolicy), statement);
            }
        }

        return statements;
    }

    /// <summary>A statement as written; of a block, which has no head, what stands in it.</summary>
    private static string TextOf(Stmt statement) => statement is BlockStmt block ? $"{{ {string.Join(" ; ", block.Body.Select(TextOf))} }}" : statement.Text;

    /// <summary>Where a step leads.</summary>
    private FlowTarget Next(FlowStep own, StepView step) => own.Action switch
    {
        FlowAction.Test => own.Next[context.Interpreter.Evaluate(step.Info.Condition!, step.Before, step.Instance) != 0 ? 0 : 1],
        FlowAction.Fork => own.Next[step.Info.Branch],
        _ => own.Next[0],
    };

    private IEnumerable<Note> Passing(FlowTarget target, StepView? step, bool inPolicy, ImmutableArray<string> from)
    {
        var said = new HashSet<string>(StringComparer.Ordinal);
        var current = target;
        for (var steps = 0; steps < MostSteps; steps++)
        {
            if (current.Resolve() is not { } resolved || (resolved.Step is null && resolved.Pass is null))
            {
                yield break;
            }

            var labels = resolved.Step?.Labels ?? resolved.Pass!.Labels;
            if (labels.FirstOrDefault(cell.Without.Contains) is not { } off)
            {
                if (resolved.Step is { } next)
                {
                    foreach (var label in next.Within.Select(label => label.Name).Where(label => !from.Contains(label) && !said.Contains(label)))
                    {
                        if (_statements.GetValueOrDefault((label, inPolicy)) is { Replaces: { } was } now)
                        {
                            yield return new Replaced(label, TextOf(now), was);
                        }
                    }

                    yield break;
                }

                current = resolved.Pass!.With;
                continue;
            }

            if (said.Add(off))
            {
                var statement = _statements.GetValueOrDefault((off, inPolicy));
                var (consequence, isMissed) = step is null || resolved.Step is null || statement is not OperationStmt operation ? (null, false) : Consequence(operation, resolved.Step, step);
                yield return new LeftOut(off, statement is null ? "" : TextOf(statement), consequence) { IsMissed = isMissed };
            }

            current = resolved.Step?.Next[^1] ?? resolved.Pass!.Without;
        }
    }

    /// <summary>What is left out within one step.</summary>
    private IEnumerable<Note> InOneStep(FlowStep own, bool inPolicy) => own.Action is not FlowAction.Do { Statement: AtomicStmt atomic } ? []
        : Statements.AlwaysIn(atomic.Body, inPolicy).Select(inner => inner.Statement).Where(inner => inner.Label is { } label && cell.Without.Contains(label))
            .Select(inner => (Note)new LeftOut(inner.Label!, _statements.GetValueOrDefault((inner.Label!, inPolicy))?.Text ?? inner.Text, null));

    /// <summary>What is left out of a test.</summary>
    private IEnumerable<Note> InTest(StepView step, FlowStep own) => own.Action is not FlowAction.Test test ? []
        : LabelledExpr.In(test.Condition).Where(operand => cell.Without.Contains(operand.Label)).Select(operand => (Note)new LeftOut(
            operand.Label,
            operand.Text,
            $"it is {(context.Interpreter.Evaluate(builder.Meaning(operand.Operand, own.Scope), step.Before, step.Instance) != 0 ? "true" : "false")}"));

    /// <summary>What an operation would have waited for or done, had its turn come after a step.</summary>
    private (string? Text, bool IsMissed) Consequence(OperationStmt statement, FlowStep own, StepView step)
    {
        var state = step.After.Clone();
        var counter = builder.ProgramCounters.First(counter => counter.Flow.Steps.Contains(own));
        state[counter.Variable, counter.IsByCpu ? step.Pe!.Value : 0] = own.Location;
        if (step.Pe is { } pe && pe < builder.Sorts.Pcpu.Size && context.LoadedOn(state, pe) is null && !builder.Shape.IsBareMetal)
        {
            // With the last statement before it gone, too, the vCPU is unloaded at once.
            state[builder.Placement.Current, pe] = step.Before[builder.Placement.Current, pe];
        }

        var instances = builder.System.Rules.Where(rule => builder.Infos[rule.Name].Step == own).SelectMany(RuleInstance.Of)
            .Where(instance => builder.Infos[instance.Rule.Name] is var info && info.Pe?.In(instance) == step.Pe && info.Vcpu?.In(instance) == step.Vcpu).ToList();
        if (statement.Operation.Kind == OperationKind.DataSynchronizationBarrier)
        {
            // Where it would have waited for nothing, stores to descriptors may have become visible with it.
            var waits = _maintenance.WaitsFor(state, instances, step.Pe!.Value);
            return !waits.IsMissed && instances.Select(instance => context.Interpreter.Apply(state, instance)?.State).FirstOrDefault(done => done is not null) is { } visible && Effects(state, visible, instances[0]) is { } seen
                ? (seen, true)
                : waits;
        }

        return instances.Select(instance => context.Interpreter.Apply(state, instance)?.State).FirstOrDefault(after => after is not null) is { } after && Effects(state, after, instances[0]) is { } effects
            ? (effects, true)
            : (null, false);
    }

    /// <summary>What the parts of the machine say of a step that was not taken, and of the maintenance that it would have issued.</summary>
    private string? Effects(Valuation before, Valuation after, RuleInstance instance)
    {
        var said = NotesOf(before, after, instance).ToList();
        var last = after;
        foreach (var effect in _maintenance.Complete(before, after))
        {
            said.AddRange(NotesOf(effect.Before, effect.After, effect.Instance));
            last = effect.After;
        }

        var effects = Shown(before, last).Concat(said.Where(note => note is Emptied or Refilled).Select(note => note.Text)).Distinct(StringComparer.Ordinal).Take(MostEffects).ToList();
        return effects.Count == 0 ? null : "with it, " + string.Join("; ", effects);
    }

    /// <summary>What summaries would show another value of.</summary>
    private IEnumerable<string> Shown(Valuation before, Valuation after)
    {
        foreach (var part in builder.Parts.Machine)
        {
            foreach (var ((was, value), panel) in part.Show(context, before).Zip(part.Show(context, after)).Zip(part.Panels()).Where(shown => shown.Second.IsSummary && !shown.First.First.Equals(shown.First.Second)))
            {
                yield return string.Join(", ", panel.Columns.Select((column, i) => (column.Name, Was: was.Columns[i][0], Now: value.Columns[i][0])).Where(column => column.Was != column.Now)
                    .Select(column => $"{panel.Name} {column.Name} = {column.Now}, not {column.Was}"));
            }
        }
    }

    private IEnumerable<Note> NotesOf(Valuation before, Valuation after, RuleInstance instance) =>
        builder.Parts.Machine.SelectMany(part => part.Notes(context, new StepView(0, instance, builder.Infos[instance.Rule.Name], before, after)));
}
