using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Reductions;

/// <summary>Tells whether a renaming leaves a system as it is: its initial states, rules, fills, cut, terminal states, and the properties asked for.</summary>
internal sealed class SymmetryFinder
{
    private readonly TransitionSystem _system;
    private readonly ImmutableArray<Expr> _conditions;
    private readonly List<string> _conditionTexts;
    private readonly Dictionary<string, List<int>> _rules;
    private readonly Dictionary<string, int> _fills;
    private readonly HashSet<Valuation>? _initial;
    private readonly HashSet<string> _sorts;
    private readonly int[] _orbits;

    public SymmetryFinder(TransitionSystem system, IReadOnlyCollection<string> properties)
    {
        _system = system;
        _sorts = [.. Parts(system)];
        _orbits = [.. Enumerable.Range(0, system.Rules.Length)];
        _conditions =
        [
            system.Cut ?? Ex.False,
            system.Terminal,
            .. system.Properties.Where(property => properties.Contains(property.Name)).Select(property => property.Condition),
        ];
        var form = new NormalForm(Renaming.Identity);
        _conditionTexts = [.. _conditions.Select(form.Of)];
        _rules = [];
        foreach (var (rule, i) in system.Rules.Select((rule, i) => (form.Of(rule), i)))
        {
            (_rules.TryGetValue(rule, out var same) ? same : _rules[rule] = []).Add(i);
        }

        _fills = system.Fills.GroupBy(form.Of, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
        var initial = new Interpreter(system, FrozenValues.None).InitialStates().ToList();
        _initial = initial.TrueForAll(state => state.State is not null) ? [.. initial.Select(state => state.State!)] : null;
    }

    /// <summary>For each rule the first one that some symmetry found so far takes it to.</summary>
    public ImmutableArray<int> Orbits => [.. _orbits.Select((_, rule) => Root(rule))];

    /// <summary>Whether a sort indexes variables or is the sort of values: else it does not matter what its elements are called.</summary>
    public bool IsUsed(Sort sort) => sort.Size > 1 && _sorts.Contains(sort.Name);

    public bool IsSymmetry(Renaming renaming)
    {
        var form = new NormalForm(renaming);
        if (_initial is null || !_conditions.Select(form.Of).SequenceEqual(_conditionTexts, StringComparer.Ordinal) || !form.IsSymmetric)
        {
            return false;
        }

        var images = new List<(int Rule, int Image)>();
        var used = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var rule = 0; rule < _system.Rules.Length; rule++)
        {
            var text = form.Of(_system.Rules[rule]);
            var times = used.GetValueOrDefault(text);
            if (!form.IsSymmetric || !_rules.TryGetValue(text, out var same) || times == same.Count)
            {
                return false;
            }

            used[text] = times + 1;
            images.Add((rule, same[times]));
        }

        var fills = _system.Fills.GroupBy(form.Of, StringComparer.Ordinal).ToList();
        if (!form.IsSymmetric || !fills.TrueForAll(group => _fills.GetValueOrDefault(group.Key) == group.Count())
            || !_initial.All(state => _initial.Contains(renaming.Of(state))))
        {
            return false;
        }

        foreach (var (rule, image) in images)
        {
            _orbits[Math.Max(Root(rule), Root(image))] = Math.Min(Root(rule), Root(image));
        }

        return true;
    }

    private int Root(int rule)
    {
        while (_orbits[rule] != rule)
        {
            rule = _orbits[rule];
        }

        return rule;
    }

    private static IEnumerable<string> Parts(TransitionSystem system)
    {
        foreach (var variable in system.Variables)
        {
            foreach (var sort in variable.Index)
            {
                yield return sort.Name;
            }

            switch (variable.Domain)
            {
                case Domain.Element e:
                    yield return e.Sort.Name;
                    break;
                case Domain.Subset s:
                    yield return s.Sort.Name;
                    break;
                default:
                    break;
            }
        }
    }
}
