using System.Collections.Immutable;
using CoherenceCheck.Explorer.Reductions;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer;

/// <content>Reductions.</content>
internal sealed unsafe partial class SearchRun<TWidth>
{
    private TransitionSystem? _bound;
    private ImmutableArray<AmpleSet> _ample = [];

    private TransitionSystem Bound => _bound ??= Binder.Bind(_compiled.System, _frozenValues);

    private ImmutableArray<string> Asked => _request.Property is null ? _request.Covers : [_request.Property, .. _request.Covers];

    private (SymmetryGroup?, Canonicalizer?) Symmetries()
    {
        if (!_request.Reductions.HasFlag(Reduction.Symmetry))
        {
            return (null, null);
        }

        var group = _request.Faults?.Group ?? SymmetryGroup.Of(Bound, Asked);
        return group.Renamings.IsEmpty ? (null, null) : (group, new Canonicalizer(group, _compiled.Layout, ReductionFaults.Seen(_compiled.System, _request.Faults)));
    }

    private Expander Ample()
    {
        if (!_request.Reductions.HasFlag(Reduction.PartialOrder))
        {
            return new Expander(_compiled, []);
        }

        var numbers = _compiled.Instances.Select((instance, number) => (instance, number)).ToDictionary(pair => pair.instance, pair => pair.number);
        _ample = AmpleSets.Of(Bound, instance => numbers[instance], Asked, _request.Faults);
        return new Expander(_compiled, _ample);
    }

    private ReductionResult Reduced() => new()
    {
        Symmetries = _group?.Order ?? 1,
        StatesWithoutSymmetry = _group is not null && _request.CountSaved && _group.IsWhole ? Represented() : null,
        AmpleSets = _ample.Length,
        PassedThrough = _ample.IsEmpty ? 0 : _fired.Sum() - _transitions,
    };

    // Rules that may be renamed to each other fire alike.
    private ImmutableArray<long> Fired()
    {
        var fired = _compiled.FiredByRule(_fired);
        if (_group is null)
        {
            return fired;
        }

        var first = Bound.Rules.Select((rule, i) => (rule.Name, First: Bound.Rules[_group.RuleOrbits[i]].Name)).ToDictionary(pair => pair.Name, pair => pair.First, StringComparer.Ordinal);
        var names = _compiled.System.Rules.Select(rule => first.GetValueOrDefault(rule.Name, rule.Name)).ToList();
        var sums = names.Zip(fired).GroupBy(pair => pair.First, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Sum(pair => pair.Second), StringComparer.Ordinal);
        return [.. names.Select(name => sums[name])];
    }

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
