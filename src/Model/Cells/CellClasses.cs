using System.Collections.Immutable;
using CoherenceCheck.Attributes;
using CoherenceCheck.Attributes.Configurations;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Model.Cells;

/// <summary>The configurations of a scenario under a policy, put together where the model cannot tell them apart.</summary>
public sealed class CellClasses
{
    /// <summary>The largest number of classes of one policy.</summary>
    public const int Most = 5_000;

    // What fields come to, from the least to the best known.
    private static readonly string[] Derived = ["IDC", "FWB", "DIC"];

    private readonly Scenario _scenario;
    private readonly EditedPolicy _policy;
    private readonly ImmutableSortedSet<string> _without;
    private readonly AttributeDecisions _decisions;
    private readonly ScenarioSpace _space;
    private readonly AttributeQuestion _question;
    private ImmutableArray<TermWord>? _words;
    private readonly List<(LegalityConstraint Constraint, string? ToldTo, ConfigurationSet Where)> _illegal = [];

    /// <summary>Finds the classes.</summary>
    /// <param name="model">The model of the scenario and the policy.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="without">Labels that are switched off.</param>
    /// <param name="decisions">Who decides what attributes come to.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public CellClasses(ScenarioModel model, EditedPolicy policy, ImmutableSortedSet<string> without, AttributeDecisions decisions, CancellationToken cancellation = default)
    {
        _scenario = model.Scenario;
        _policy = policy;
        _without = without;
        _decisions = decisions;
        _space = decisions.SpaceOf(model.Scenario);
        var settings = Configuration.SettingsOf(policy, without);
        _question = decisions.QuestionOf(_space.Space, settings.GroupBy(setting => setting.Field, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Last().Value, StringComparer.Ordinal));
        Legal = FindLegal(cancellation);
        Classes = FindClasses(model.Builder.Frozen, cancellation);
    }

    /// <summary>All configurations, legal or not.</summary>
    public ConfigurationSpace Space => _space.Space;

    /// <summary>The legal configurations.</summary>
    public ConfigurationSet Legal { get; }

    /// <summary>The classes: together the legal ones, in the order of their first configurations; none where there are more than <see cref="Most"/>.</summary>
    public ImmutableArray<ConfigurationSet> Classes { get; }

    /// <summary>Whether there are more than <see cref="Most"/>.</summary>
    public bool AreTooMany { get; private set; }

    /// <summary>The readings that are open, each with the number of its dimension.</summary>
    public IEnumerable<(int Dimension, Reading Reading)> OpenReadings => Space.Dimensions
        .Select((dimension, number) => (number, Reading: dimension.Values.Length > 1 ? ReadingRegistry.Find(dimension.Name) : null))
        .Where(pair => pair.Reading is not null).Select(pair => (pair.number, pair.Reading!));

    /// <summary>The configurations in which all open readings are at their defaults.</summary>
    public ConfigurationSet DefaultReadings => DefaultReadingsBut(-1);

    /// <summary>The same, but one dimension is free. A reading that a scenario leaves open without its default is free as well.</summary>
    public ConfigurationSet DefaultReadingsBut(int free) => OpenReadings
        .Select(open => (open.Dimension, Value: Space.Dimensions[open.Dimension].Values.IndexOf(open.Reading.InOrderDefault, 0, StringComparer.Ordinal)))
        .Where(open => open.Dimension != free && open.Value >= 0)
        .Aggregate(Space.All, (set, open) => set & Space.Where(open.Dimension, 1UL << open.Value));

    /// <summary>The configurations of a set with the fewest open readings off their defaults; empty only if the set is.</summary>
    public ConfigurationSet NearestDefaults(ConfigurationSet set) => Nearest(set, DefaultReadings, OpenReadings.Select(open => open.Dimension));

    /// <summary>A configuration of one set and one of another that differ in the fewest dimensions; neither set is empty.</summary>
    public (ImmutableArray<int> From, ImmutableArray<int> To) NearestPair(ConfigurationSet from, ConfigurationSet to)
    {
        var first = Nearest(from, to, Enumerable.Range(0, Space.Dimensions.Length)).First();
        return (first, to.Nearest(first));
    }

    /// <summary>The configurations of a set with the fewest of some dimensions changed from one of another set.</summary>
    private ConfigurationSet Nearest(ConfigurationSet set, ConfigurationSet other, IEnumerable<int> dimensions)
    {
        var near = other;
        while (!set.IsEmpty && (set & near).IsEmpty)
        {
            near = dimensions.Aggregate(near, (all, dimension) => all | Enumerable.Range(0, Space.Dimensions[dimension].Values.Length)
                .Aggregate(Space.None, (free, value) => free | near.With(dimension, value)));
        }

        return set & near;
    }

    /// <summary>How two configurations differ, in the words of formulas; what another word sums up is left out where that leaves something.</summary>
    public IEnumerable<(string Name, string Before, string After)> Differences(ImmutableArray<int> before, ImmutableArray<int> after)
    {
        var all = Words().Select(word => (word.Name, Before: At(word, before), After: At(word, after))).Where(word => word.Before != word.After).ToList();
        var known = all.Where(word => Rank(word.Name) > 0).ToList();
        return known.Count > 0 ? known : all;

        static string At(TermWord word, ImmutableArray<int> configuration) => word.Values.First(value => value.Where.Contains(configuration)).Value;
    }

    /// <summary>The cells of some configurations: one a class, the first of it.</summary>
    public IEnumerable<Cell> CellsIn(ConfigurationSet where) => Classes.Select(@class => @class & where).Where(part => !part.IsEmpty).Select(CellOf);

    /// <summary>A cell that stands for some configurations of one class: the first of them.</summary>
    public Cell CellOf(ConfigurationSet where) => new(_policy, _without, _space.ValuesIn(where.First()), where);

    /// <summary>The configurations that a condition speaks of.</summary>
    public ConfigurationSet Where(RowCondition condition)
    {
        if (condition.Owner is not { } owner)
        {
            return ReadingRegistry.Find(condition.Name) is not null
                ? Parts(new ReadingObservable(condition.Name), ReadingRegistry.Find(condition.Name)!.Info.Values.Select(value => value.Name), condition.Values)
                : Parts(new FieldObservable(null, condition.Name), FieldRegistry.ValuesOf(condition.Name), condition.Values);
        }

        if (condition.Name is PageFields.MemAttr or PageFields.ExecuteNever)
        {
            return WithValues(Space.Find(ScenarioSpace.NameOf(owner, condition.Name)), condition.Values);
        }

        if (condition.Name == CellFacts.OfPe && _scenario.Vms.All(vm => vm.Name != owner))
        {
            var vm = _scenario.Vcpus.FirstOrDefault(own => own.Name == owner)?.Vm;
            return Parts(new FieldObservable(vm is { } told ? _scenario.Vms[told].Name : null, condition.Name) { Pe = owner }, FieldRegistry.ValuesOf(condition.Name), condition.Values);
        }

        if (_scenario.Vcpus.FirstOrDefault(vcpu => vcpu.Name == owner) is { } vcpu)
        {
            var input = CellFacts.Initially(vcpu, condition.Name);
            return input.Dimension is { } name ? WithValues(Space.Find(name), condition.Values)
                : condition.Values.Contains(input.Value, StringComparer.Ordinal) ? Space.All
                : Space.None;
        }

        return Parts(new FieldObservable(owner, condition.Name), FieldRegistry.ValuesOf(condition.Name), condition.Values);
    }

    /// <summary>The constraints that some configuration violates, in words, each with the first one that violates none before it.</summary>
    public IEnumerable<(string Constraint, Cell Cell)> Illegal()
    {
        var left = Space.All;
        foreach (var (constraint, toldTo, where) in _illegal)
        {
            if (!(left & where).IsEmpty)
            {
                yield return ($"{constraint.Sentence}{(toldTo is null ? "" : _scenario.Machine.Pcpus.Contains(toldTo, StringComparer.Ordinal) ? $", for {toldTo}" : $", for what {toldTo} is told")} ({constraint.Id}, {constraint.Source})", CellOf(left & where));
            }

            left -= where;
        }
    }

    /// <summary>Formulas in architectural terms about some configurations.</summary>
    /// <param name="counting">The configurations that count; all others are free.</param>
    public FormulaFinder FormulasOver(ConfigurationSet counting) => new(Words(), counting);

    /// <summary>The words of formulas; what a reader knows best stands last.</summary>
    private ImmutableArray<TermWord> Words() => _words ??= FindWords();

    private ImmutableArray<TermWord> FindWords()
    {
        var words = ImmutableArray.CreateBuilder<TermWord>();
        for (var dimension = Space.Dimensions.Length - 1; dimension >= 0; dimension--)
        {
            var (name, values) = Space.Dimensions[dimension];
            if (values.Length > 1 && name != "CTR_EL0.DIC")
            {
                words.Add(new TermWord(name, [.. values.Select((value, i) => (value, Space.Where(dimension, 1UL << i)))]));
            }
        }

        words.AddRange(Derived.Select(name => new TermWord(name, [.. _decisions.Partition(_question, new FieldObservable(null, name)).Select(part => (FieldRegistry.ValuesOf(name)[part.Value], part.Where))])));
        return [.. words.OrderBy(word => Rank(word.Name))];
    }

    /// <summary>Which words a formula gives up first: raw fields that a derived one sums up; then readings; then what a spec says of guests and pages.</summary>
    private static int Rank(string word) => word switch
    {
        "CTR_EL0.IDC" or "CLIDR_EL1.LoUU" or "CLIDR_EL1.LoUIS" or "ID_AA64MMFR2_EL1.FWB" or "HCR_EL2.FWB" or "idc_effective" or "fwb_implies_idc" => 0,
        "CLIDR_EL1.LoC" => 3,
        _ when Array.IndexOf(Derived, word) is >= 0 and var known => 5 + known,
        _ when ReadingRegistry.Find(word) is not null => 1,
        _ => 4,
    };

    private ConfigurationSet FindLegal(CancellationToken cancellation)
    {
        var legal = Space.All;
        string?[] owners = [null, .. _scenario.Vms.Select(vm => vm.Name)];
        var tests = owners.SelectMany(owner => Legality.Constraints.Where(constraint => constraint.IsMet is not null)
                .Select(constraint => (constraint, owner, Observable: (Observable)new RegisterLegality(owner, constraint.Id))))
            .Concat(_scenario.Vms.SelectMany(vm => vm.Pages).Where(page => page.Axes.Any(axis => axis.Name == PageFields.MemAttr))
                .SelectMany(page => Legality.Constraints.Where(constraint => constraint.IsMetBy is not null)
                    .Select(constraint => (constraint, owner: (string?)null, Observable: (Observable)new EncodingLegality(CellFacts.PageOf(page), constraint.Id)))))
            .Concat(OwnPes().SelectMany(own => Legality.Constraints.Where(constraint => constraint.Id == "C1")
                .Select(constraint => (constraint, (string?)own.Pe, Observable: (Observable)new RegisterLegality(own.ToldTo, constraint.Id) { Pe = own.Pe }))));
        foreach (var (constraint, owner, observable) in tests)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var violated in _decisions.Partition(_question, observable).Where(part => part.Value == 0))
            {
                _illegal.Add((constraint, owner, violated.Where));
                legal -= violated.Where;
            }
        }

        return legal;
    }

    /// <summary>The pCPUs, and the vCPUs with their VMs, that have a DIC of their own.</summary>
    private IEnumerable<(string? ToldTo, string Pe)> OwnPes() =>
        _scenario.Machine.PcpuAxes.Zip(_scenario.Machine.Pcpus).Where(pair => !pair.First.IsEmpty).Select(pair => ((string?)null, pair.Second))
            .Concat(_scenario.Vcpus.Where(vcpu => CellFacts.Own(vcpu) is not null).Select(vcpu => ((string?)_scenario.Vms[vcpu.Vm].Name, vcpu.Name)));

    private ImmutableArray<ConfigurationSet> FindClasses(FrozenDeclarations frozen, CancellationToken cancellation)
    {
        List<ConfigurationSet> classes = Legal.IsEmpty ? [] : [Legal];
        var splits = frozen.Observables.Select(observable => _decisions.Partition(_question, observable).Select(part => part.Where))
            .Concat(frozen.Dimensions.Select(Space.Find).Select(dimension => Space.Dimensions[dimension].Values.Select((_, i) => Space.Where(dimension, 1UL << i))));
        foreach (var split in splits)
        {
            cancellation.ThrowIfCancellationRequested();
            var parts = split.ToList();
            if (parts.Count > 1)
            {
                classes = [.. classes.SelectMany(@class => parts.Select(part => @class & part).Where(part => !part.IsEmpty))];
            }

            if (classes.Count > Most)
            {
                AreTooMany = true;
                return [];
            }
        }

        return [.. classes.Select(@class => (@class, First: @class.First())).OrderBy(pair => pair.First, Comparer<ImmutableArray<int>>.Create(Compare)).Select(pair => pair.@class)];
    }

    private static int Compare(ImmutableArray<int> left, ImmutableArray<int> right) => left.AsSpan().SequenceCompareTo(right.AsSpan());

    private ConfigurationSet Parts(Observable observable, IEnumerable<string> values, ImmutableArray<string> wanted)
    {
        var names = values.ToList();
        return _decisions.Partition(_question, observable).Where(part => wanted.Contains(names[part.Value], StringComparer.Ordinal))
            .Aggregate(Space.None, (set, part) => set | part.Where);
    }

    private ConfigurationSet WithValues(int dimension, ImmutableArray<string> wanted) => Space.Where(
        dimension,
        Space.Dimensions[dimension].Values.Select((value, i) => wanted.Contains(value, StringComparer.Ordinal) ? 1UL << i : 0).Aggregate(0UL, (mask, bit) => mask | bit));
}
