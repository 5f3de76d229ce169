using CoherenceCheck.Attributes.Configurations;
using CoherenceCheck.Attributes.Observation;
using Microsoft.Z3;

namespace CoherenceCheck.Attributes.Z3;

/// <summary>The rules of one observable, with the dimensions of a space open. The caller holds the lock of the context.</summary>
internal sealed class ObservableQuery : IDisposable
{
    private readonly Solver _solver;
    private readonly Constraints _rules;
    private readonly QuestionSymbols _symbols;
    private readonly ValuePart[] _parts;

    // Which dimension, and which of its values, an assumption rules out.
    private readonly Dictionary<uint, (int Dimension, int Value)> _exclusions = [];

    public ObservableQuery(Z3Instance instance, RuleFault? fault, AttributeQuestion question, Observable observable)
    {
        _solver = instance.NewSolver();
        _rules = new Constraints(instance.Context, _solver, fault);
        _symbols = new QuestionSymbols(_rules, question);
        _parts = new ObservableRules(_symbols).Value(observable);
        for (var dimension = 0; dimension < _symbols.Dimensions.Count; dimension++)
        {
            for (var value = 0; value < _symbols.Dimensions[dimension]?.Length; value++)
            {
                _exclusions.Add(_symbols.Dimensions[dimension]![value].No.Id, (dimension, value));
            }
        }
    }

    private ConfigurationSpace Space => _symbols.Question.Space;

    /// <summary>The values with their configurations, by value.</summary>
    /// <exception cref="InvalidOperationException">The rules leave the value open in some configuration.</exception>
    public IReadOnlyList<ObservedValue> Partition()
    {
        // Parts depend on fewer dimensions than the whole: their partitions are small, and the whole is made of them.
        var whole = new SortedDictionary<int, ConfigurationSet> { [0] = Space.All };
        foreach (var part in _parts)
        {
            var finer = new SortedDictionary<int, ConfigurationSet>();
            foreach (var (number, where) in PartitionBy(part))
            {
                foreach (var (sum, elsewhere) in whole)
                {
                    var both = where & elsewhere;
                    if (!both.IsEmpty)
                    {
                        finer[sum + number] = finer.GetValueOrDefault(sum + number, Space.None) | both;
                    }
                }
            }

            whole = finer;
        }

        return [.. whole.Select(pair => new ObservedValue(pair.Key, pair.Value))];
    }

    public void Dispose() => _solver.Dispose();

    /// <summary>The numbers that a part of the value takes.</summary>
    /// <remarks>A model is one configuration. Why no other number is possible there, Z3 says in terms of values of dimensions that are
    /// not taken: all configurations that do not take them have the same number.</remarks>
    private Dictionary<int, ConfigurationSet> PartitionBy(ValuePart part)
    {
        var found = new Dictionary<int, ConfigurationSet>();
        var isNew = Literal.Of(_rules, _rules.Symbol("new"));
        while (_solver.CanBe([isNew.Yes]))
        {
            var (number, isNumber, excluded) = Read(part);
            var needed = Needed(isNumber.No, excluded);
            var masks = Space.FullMasks();
            foreach (var exclusion in needed)
            {
                var (dimension, at) = _exclusions[exclusion.Id];
                masks[dimension] &= ~(1UL << at);
            }

            found[number] = found.GetValueOrDefault(number, Space.None) | Space.Cube(masks);
            _rules.Always(_rules.Or([isNew.No, .. needed.Select(_rules.Not)]));
        }

        return found;
    }

    private (int Number, Literal Is, List<BoolExpr> Excluded) Read(ValuePart part)
    {
        using var model = _solver.Model;
        List<BoolExpr> excluded = [];
        foreach (var literals in _symbols.Dimensions)
        {
            if (literals is not null)
            {
                var taken = Array.FindIndex(literals, literal => model.IsTrue(literal.Yes));
                excluded.AddRange(literals.Where((_, i) => i != taken).Select(literal => literal.No));
            }
        }

        var (number, isNumber) = part.In(model);
        return (number, isNumber, excluded);
    }

    /// <summary>Exclusions without any of which another number is possible.</summary>
    private List<BoolExpr> Needed(BoolExpr isOther, List<BoolExpr> excluded)
    {
        if (_solver.CanBe([isOther, .. excluded]))
        {
            throw new InvalidOperationException("The rules leave a value open.");
        }

        var core = Core();
        var needed = core;
        foreach (var exclusion in core)
        {
            List<BoolExpr> fewer = [.. needed.Where(kept => kept.Id != exclusion.Id)];
            if (fewer.Count < needed.Count && !_solver.CanBe([isOther, .. fewer]))
            {
                needed = Core();
            }
        }

        return needed;

        List<BoolExpr> Core() => [.. _solver.UnsatCore.Where(assumption => _exclusions.ContainsKey(assumption.Id))];
    }
}
