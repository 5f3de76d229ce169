using System.Collections.Immutable;
using CoherenceCheck.Model.Machine;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Narration;

/// <summary>Turns the steps of a trace into words of the domain.</summary>
internal sealed class Narrator(TraceContext context, Gaps gaps, Maintenance maintenance)
{
    private readonly Sorts _sorts = context.Sorts;
    private readonly PartList _parts = context.Parts;

    public NarratedTrace Narrate(IReadOnlyList<(RuleInstance? Instance, Valuation State)> trace, ImmutableArray<StepCauses>? causes, bool isWhole)
    {
        var steps = ImmutableArray.CreateBuilder<NarratedStep>();
        Valuation? before = null;
        foreach (var (instance, state) in trace)
        {
            var number = steps.Count;
            steps.Add(instance is null || before is null ? Initial(state) : Step(new StepView(number, instance, context.InfoOf(instance.Rule), before, state), causes?[number]));
            before = state;
        }

        if (isWhole && before is not null && maintenance.PendingIn(before).ToList() is { Count: > 0 } open)
        {
            steps[^1] = steps[^1] with { Notes = steps[^1].Notes.Add(new StillPending(string.Join(", ", open))) };
        }

        return new NarratedTrace(_sorts.Pe.Elements, [.. _parts.Machine.SelectMany(part => part.Panels())], [.. WhereMissed([.. WhereRefilled(steps, trace[^1].Instance)])]);
    }

    /// <summary>The steps, with where something is left out and is missed told from where it is left out, too, and would have changed nothing.</summary>
    private static IEnumerable<NarratedStep> WhereMissed(IReadOnlyCollection<NarratedStep> steps)
    {
        var missed = steps.SelectMany(step => step.Notes).OfType<LeftOut>().Where(note => note.IsMissed).Select(note => note.Label).ToHashSet(StringComparer.Ordinal);
        return missed.Count == 0 ? steps : steps.Select(step => step with
        {
            Notes = [.. step.Notes.Select(note => note is LeftOut { IsMissed: false } other && missed.Contains(other.Label) ? other with { IsMissedElsewhere = true } : note)],
        });
    }

    /// <summary>The steps, with where the entry by which the last one goes was invalidated in vain told from where another was.</summary>
    private IEnumerable<NarratedStep> WhereRefilled(IReadOnlyCollection<NarratedStep> steps, RuleInstance? last)
    {
        var way = last is null ? null : context.InfoOf(last.Rule) is { Way: not null, Told: { } told } ? told.Split(',')[0] : null;
        return way is null ? steps : steps.Select(step => step with
        {
            Notes = [.. step.Notes.Select(note => note is Refilled { Walk: not null } refilled && way.EndsWith($" {refilled.Of} -> {refilled.Values}", StringComparison.Ordinal) ? refilled with { IsOfEnd = true } : note)],
        });
    }

    private NarratedStep Initial(Valuation state)
    {
        var changes = new Valuation(state.Variables).Changes(state).Select(Change);
        ImmutableArray<Note> notes = [.. _sorts.IsTracked ? [new Followed(context.Versions.Name(0), context.Versions.Name(1))] : Array.Empty<Note>(), .. gaps.AtFirst()];
        return new NarratedStep(0, StepAgent.Initial, null, null, null, "", null, [.. changes], Values(state), notes, Running(state), [], true, context.NameOfInitial(state));
    }

    private NarratedStep Step(StepView step, StepCauses? causes)
    {
        maintenance.Follow(step);
        var words = new StepWords(context, step.Info, step.Instance, step.Before);
        var isFalse = step.Info.Condition is { } condition && context.Interpreter.Evaluate(condition, step.Before, step.Instance) == 0;
        return new NarratedStep(
            step.Number,
            step.Info.Agent,
            step.Pe,
            step.Vcpu is { } vcpu ? _sorts.Vcpu.Elements[vcpu] : null,
            step.Info.Speaker,
            step.Info.Sentence(words) + (isFalse ? " (false)" : ""),
            step.Info.Span?.FileAndLine,
            [.. step.Changes.Select(Change)],
            Values(step.After),
            [.. Notes(step), .. gaps.At(step)],
            Running(step.After),
            causes?.After ?? [],
            causes?.IsNeeded ?? true,
            step.Instance.ToString());
    }

    private ImmutableArray<PanelValues> Values(Valuation state) => [.. _parts.Machine.SelectMany(part => part.Show(context, state))];

    /// <summary>What the parts of the machine say, then those of bare metal, then who judges.</summary>
    private IEnumerable<Note> Notes(StepView step)
    {
        List<Note> notes = [.. _parts.Machine.SelectMany(part => part.Notes(context, step)), .. _parts.Ghost.SelectMany(part => part.Notes(context, step))];
        context.Ground(step, notes.OfType<Completed>());
        return notes.Concat(_parts.Judgements.SelectMany(judgement => judgement.Notes(context, step)));
    }

    private ImmutableArray<string?> Running(Valuation state) =>
        [.. Enumerable.Range(0, _sorts.Pe.Size).Select(p => context.LoadedOn(state, p) is { } vcpu ? _sorts.Vcpu.Elements[vcpu] : null)];

    private NarratedChange Change(CellChange change)
    {
        string Value(long value) => change.Variable.Domain switch
        {
            Domain.Element element when element.Sort == _sorts.Version => context.Versions.Name(value),
            Domain.Subset subset when subset.Sort == _sorts.Tracked => "{" + string.Join(", ", context.Versions.Names(value)) + "}",
            var domain => domain.Format(value),
        };
        return new NarratedChange(change.Variable.CellName(change.Cell), Value(change.Before), Value(change.After));
    }
}
