using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Construction;

namespace CoherenceCheck.Model.Narration;

/// <summary>What a trace says of what bare metal could show: the maintenance that is complete, and the stale fetch.</summary>
internal sealed class JudgementWords(TraceContext context)
{
    private readonly Variables _v = context.Variables;
    private readonly List<(int Step, string Vcpu, HashSet<int> Lines)> _completed = [];

    public IEnumerable<Note> Notes(StepView step)
    {
        var completed = Completes(step).ToList();
        if (completed.Count > 0)
        {
            _completed.Add((step.Number, _v.Vcpu.Elements[step.Vcpu!.Value], [.. completed.Select(note => note.Line)]));
        }

        return step.Before[_v.IsStale, 0] == 0 && step.After[_v.IsStale, 0] != 0 ? [.. completed, Stale(step)] : completed;
    }

    /// <summary>What bare metal can no longer show after a step: the guest's maintenance that is complete.</summary>
    private IEnumerable<Completed> Completes(StepView step)
    {
        if (step.Info.Operation is not { Kind: OperationKind.DataSynchronizationBarrier } || step.Vcpu is null)
        {
            yield break;
        }

        foreach (var (variable, place) in new[] { (_v.GhostPoU, "PoU"), (_v.GhostPoC, "PoC"), (_v.GhostCached, "I-cache") })
        {
            foreach (var change in step.ChangesOf(variable).Where(change => (change.Before & ~change.After) != 0))
            {
                var line = _v.Line.Elements[change.Cell % _v.Line.Size];
                var names = string.Join(',', context.Versions.Names(change.Before & ~change.After));
                yield return new Completed(change.Cell % _v.Line.Size, variable == _v.GhostCached
                    ? $"on bare metal {_v.Vcpu.Elements[change.Cell / _v.Line.Size]}'s I-cache cannot hold {line} = {names}"
                    : $"on bare metal the {place} cannot show {line} = {names}");
            }
        }
    }

    private Judged Stale(StepView step)
    {
        var line = step.Line!.Value;
        var allowed = step.After[_v.GhostPipeline, (step.Vcpu!.Value * _v.Line.Size) + line];
        var names = _v.IsTracked ? [context.Versions.Name(1)] : context.Versions.Names(allowed);
        var since = _completed.FindLast(completed => completed.Lines.Contains(line));
        return new Judged(
            "the stale fetch",
            $"STALE: bare metal could deliver only {string.Join(" or ", names)}",
            since.Lines is null ? null : (since.Step, since.Vcpu),
            (_v.Line.Size, _v.NumberOfIcache(step.Pe!.Value)));
    }
}
