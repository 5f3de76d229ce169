using System.Collections.Immutable;
using CoherenceCheck.Explorer.Reductions;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer;

/// <content>Reductions.</content>
internal sealed unsafe partial class SearchRun<TWidth>
{
    private ImmutableArray<string> _boundRules = [];
    private string _exchanged = "";

    private (SymmetryGroup?, Canonicalizer?) Symmetries()
    {
        if (!_request.Reductions.HasFlag(Reduction.Symmetry))
        {
            return (null, null);
        }

        var bound = Binder.Bind(_compiled.System, _frozenValues);
        var group = _request.Faults?.Group ?? SymmetryGroup.Of(bound, _request.Property is null ? _request.Covers : [_request.Property, .. _request.Covers]);
        if (group.Renamings.IsEmpty)
        {
            return (null, null);
        }

        _boundRules = [.. bound.Rules.Select(rule => rule.Name)];
        _exchanged = string.Join("; ", group.Generators.Select(generator => generator.In(bound)));
        return (group, new Canonicalizer(group, _compiled.Layout, ReductionFaults.Seen(_compiled.System, _request.Faults)));
    }

    private ReductionResult Reduced() => _group is null ? ReductionResult.None : new ReductionResult
    {
        Symmetries = _group.Order,
        Exchanged = _exchanged,
        StatesWithoutSymmetry = _request.CountSaved && _group.IsWhole ? Represented() : null,
    };

    private long Represented()
    {
        var count = _sink ? 1L : 0;
        for (var number = 0L; number < _set.Count; number++)
        {
            count += _canonical!.Orbit(_set.State(number));
        }

        return count;
    }
}
