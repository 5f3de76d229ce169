using System.Collections.Immutable;
using CoherenceCheck.Model.Construction;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Narration;

/// <summary>Turns the steps of a trace into words of the domain.</summary>
internal sealed class Narrator(TraceContext context)
{
    private readonly Variables _v = context.Variables;
    private readonly MemoryWords _memory = new(context);
    private readonly IcacheWords _icache = new(context);
    private readonly JudgementWords _judgement = new(context);

    public NarratedTrace Narrate(IReadOnlyList<(RuleInstance? Instance, Valuation State)> trace, ImmutableArray<StepCauses>? causes)
    {
        var steps = ImmutableArray.CreateBuilder<NarratedStep>();
        Valuation? before = null;
        foreach (var (instance, state) in trace)
        {
            var number = steps.Count;
            steps.Add(instance is null || before is null ? Initial(state) : Step(new StepView(number, instance, context.InfoOf(instance.Rule), before, state), causes?[number]));
            before = state;
        }

        return new NarratedTrace(_v.Pe.Elements, [.. _memory.Panels(), _icache.Panel()], steps.ToImmutable());
    }

    private NarratedStep Initial(Valuation state)
    {
        var changes = new Valuation(state.Variables).Changes(state).Select(Change);
        ImmutableArray<Note> notes = _v.IsTracked ? [new Followed(context.Versions.Name(0), context.Versions.Name(1))] : [];
        return new NarratedStep(0, StepAgent.Initial, null, null, null, "", null, [.. changes], Values(state), notes, Running(state), [], true, context.NameOfInitial(state));
    }

    private NarratedStep Step(StepView step, StepCauses? causes)
    {
        var words = new StepWords(context, step.Info, step.Instance, step.Before);
        var isFalse = step.Info.Condition is { } condition && context.Interpreter.Evaluate(condition, step.Before, step.Instance) == 0;
        return new NarratedStep(
            step.Number,
            step.Info.Agent,
            step.Pe,
            step.Vcpu is { } vcpu ? _v.Vcpu.Elements[vcpu] : null,
            step.Info.Speaker,
            step.Info.Sentence(words) + (isFalse ? " (false)" : ""),
            step.Info.Span?.FileAndLine,
            [.. step.Changes.Select(Change)],
            Values(step.After),
            [.. _icache.Notes(step), .. _judgement.Notes(step)],
            Running(step.After),
            causes?.After ?? [],
            causes?.IsNeeded ?? true,
            step.Instance.ToString());
    }

    private ImmutableArray<PanelValues> Values(Valuation state) => [.. _memory.Show(state), _icache.Show(state)];

    private ImmutableArray<string?> Running(Valuation state) =>
        [.. Enumerable.Range(0, _v.Pe.Size).Select(p => context.LoadedOn(state, p) is { } vcpu ? _v.Vcpu.Elements[vcpu] : null)];

    private NarratedChange Change(CellChange change)
    {
        string Value(long value) => change.Variable.Domain switch
        {
            Domain.Element element when element.Sort == _v.Version => context.Versions.Name(value),
            Domain.Subset subset when subset.Sort == _v.Tracked => "{" + string.Join(", ", context.Versions.Names(value)) + "}",
            var domain => domain.Format(value),
        };
        return new NarratedChange(change.Variable.CellName(change.Cell), Value(change.Before), Value(change.After));
    }
}
