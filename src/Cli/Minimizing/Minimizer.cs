using System.Collections.Immutable;
using CoherenceCheck.Attributes.Configurations;
using CoherenceCheck.Cli.Explaining;
using CoherenceCheck.Model.Questions;
using CoherenceCheck.Report;
using CoherenceCheck.Report.Minimizing;

namespace CoherenceCheck.Cli.Minimizing;

/// <summary>
/// Finds the minimal sufficient sets of a policy's operations. A policy need not get better with every operation added (a flush
/// that remembers where it ran is one less next time), so sets are tried by their size, and one is left aside only where a part
/// of it suffices already: the result needs no monotony.
/// </summary>
internal sealed class Minimizer
{
    /// <summary>The largest number of operations: their sets are tried one by one.</summary>
    public const int MostOperations = 14;

    private readonly PolicyQuestion _question;
    private readonly ImmutableArray<(string Label, string Text)> _operations;
    private readonly VerdictSets[] _withoutOne;
    private readonly List<(int Set, ConfigurationSet Where)> _sufficient = [];
    private readonly List<(int Set, VerdictSets Verdicts)> _pending = [];
    private ConfigurationSet _undecided;
    private readonly ConfigurationSet _where;
    private int _size = -1;

    /// <summary>Starts.</summary>
    /// <param name="question">The policy and the property.</param>
    /// <param name="where">The configurations that are asked about; legal ones.</param>
    public Minimizer(PolicyQuestion question, ConfigurationSet where)
    {
        _question = question;
        _where = where;
        _operations = [.. PolicyLabels.Operations(question.Policy, question.Scenario, question.Property)];
        _undecided = question.Classes.Space.None;
        _withoutOne = [.. _operations.Select(operation => question.Plan([operation.Label], where))];
    }

    public PolicyQuestion Question => _question;

    /// <summary>Ends before all sets were tried: there may be more, or smaller ones.</summary>
    public void GiveUp() => _undecided |= _where;

    /// <summary>Takes the verdicts on the sets of one size, and plans those of the next; <see langword="false"/> when all is known.</summary>
    public bool Advance()
    {
        foreach (var (set, verdicts) in _pending)
        {
            _undecided |= verdicts.Undecided;
            if (!verdicts.Holds.IsEmpty)
            {
                _sufficient.Add((set, verdicts.Holds));
            }
        }

        _pending.Clear();
        if (++_size > _operations.Length)
        {
            return false;
        }

        for (var set = 0; set < 1 << _operations.Length; set++)
        {
            if (int.PopCount(set) != _size)
            {
                continue;
            }

            var open = _sufficient.Where(smaller => (smaller.Set & ~set) == 0).Aggregate(_where, (rest, smaller) => rest - smaller.Where);
            if (!open.IsEmpty)
            {
                _pending.Add((set, _question.Plan(LabelsOf(~set), open)));
            }
        }

        return true;
    }

    public Minimization Result()
    {
        List<ConfigurationSet> regions = [_where];
        var splits = _sufficient.Select(found => found.Where).Concat(_withoutOne.Select(without => without.Holds)).Append(_question.Verdicts.Holds).Append(_undecided);
        foreach (var split in splits)
        {
            regions = [.. regions.SelectMany(region => new[] { region & split, region - split }).Where(part => !part.IsEmpty)];
        }

        var formulas = _question.Classes.FormulasOver(_where);
        return new Minimization(
            _question.Scenario.Name,
            _question.Scenario.Span.Line,
            _question.Policy.Text,
            _question.Property,
            _operations,
            _where.Count,
            [.. Together(regions).Select(region => Region(region, formulas)).OrderByDescending(region => region.Configurations)])
        {
            NotJudged = [.. NotJudgedLabels],
        };
    }

    /// <summary>Labels of which a verdict says nothing.</summary>
    private IEnumerable<string> NotJudgedLabels =>
        _operations.Select(operation => operation.Label).Where(label => NotJudged.Of(_question.Scenario, _question.Policy, label, _question.Property) is not null);

    /// <summary>Joins regions with the same answer: they differ in sets that suffice but are not minimal.</summary>
    private IEnumerable<ConfigurationSet> Together(List<ConfigurationSet> regions) => regions
        .GroupBy(region => $"{region.IsWithin(_question.Verdicts.Holds)} {string.Join(' ', _withoutOne.Select(without => region.IsWithin(without.Holds)))} {string.Join(' ', MinimalIn(region))} {region.IsWithin(_undecided)}", StringComparer.Ordinal)
        .Select(group => group.Aggregate(_question.Classes.Space.None, (all, region) => all | region));

    private MinimalRegion Region(ConfigurationSet region, FormulaFinder formulas) => new(
        formulas.Of(region),
        region.Count,
        region.IsWithin(_question.Verdicts.Holds) ? RowVerdict.Holds : region.IsWithin(_question.Verdicts.Violated) ? RowVerdict.Violated : RowVerdict.Undecided,
        region.IsWithin(_question.Verdicts.Holds) ? [.. _operations.Where((_, i) => region.IsWithin(_withoutOne[i].Holds)).Select(operation => operation.Label)] : [],
        [.. MinimalIn(region).Select(set => LabelsOf(set).ToImmutableArray())],
        (region & _undecided).IsEmpty);

    private IEnumerable<int> MinimalIn(ConfigurationSet region) => _sufficient.Where(found => region.IsWithin(found.Where)).Select(found => found.Set);

    private IEnumerable<string> LabelsOf(int set) => _operations.Where((_, i) => (set >> i & 1) != 0).Select(operation => operation.Label);
}
