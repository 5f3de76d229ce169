using System.Collections.Immutable;
using CoherenceCheck.Attributes;
using CoherenceCheck.Attributes.Configurations;
using CoherenceCheck.Cli.Checking;
using CoherenceCheck.Cli.Minimizing;
using CoherenceCheck.Explorer;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Questions;
using CoherenceCheck.Report;
using CoherenceCheck.Report.Explaining;

namespace CoherenceCheck.Cli.Explaining;

/// <summary>Turns the verdicts on a policy into an explanation.</summary>
/// <param name="question">The verdicts.</param>
/// <param name="minimizer">Which sets of operations are enough, where that was asked.</param>
/// <param name="vacuity">Why <em>holds</em> says less than it seems to.</param>
internal sealed class Explainer(PolicyQuestion question, Minimizer? minimizer, IEnumerable<RowFinding> vacuity)
{
    private const string Undecided = "undecided";

    private readonly FormulaFinder _formulas = question.Classes.FormulasOver(question.Classes.Legal);

    private ConfigurationSet Legal => question.Classes.Legal;

    private ConfigurationSet Defaults => question.Classes.DefaultReadings;

    public Explanation Explain()
    {
        var violated = question.Verdicts.Violated;
        var formula = _formulas.Of(violated);
        var readings = ReadingVerdicts();
        var mattering = readings.GroupBy(reading => reading.Reading, StringComparer.Ordinal)
            .Where(group => group.Any(reading => reading.Verdict == Undecided) || group.Select(reading => reading.Verdict).Distinct(StringComparer.Ordinal).Count() > 1).Select(group => group.Key).ToHashSet(StringComparer.Ordinal);
        return new Explanation
        {
            Policy = question.Policy.Text,
            Property = question.Property,
            Configurations = Legal.Count,
            Classes = question.Verdicts.Cells.DistinctBy(cell => cell.Job).Count(),
            Violated = violated.Count,
            Undecided = question.Verdicts.Undecided.Count,
            ViolatedIff = formula,
            Terms = [.. formula.Terms.Select(term => Explain(term, formula))],
            Operations = [.. PolicyLabels.Removable(question.Policy, question.Scenario, question.Property).Where(part => question.Without.ContainsKey(part.Label)).Select(part => Needless(part.Label, part.Text))],
            Readings = [.. readings.Where(reading => mattering.Contains(reading.Reading))],
            Indifferent = [.. readings.Select(reading => reading.Reading).Distinct(StringComparer.Ordinal).Where(name => !mattering.Contains(name))],
            ReliesOn = [.. ReliesOn()],
            Promise = [.. Promise()],
            Covers = [.. Covers()],
            NearestMiss = new NearestMiss(question, Narrate).Describe(),
            Vacuity = [.. vacuity],
            Enough = minimizer?.Result().Regions ?? [],
        };
    }

    /// <summary>
    /// A term with its shortest trace: of the configurations that no other term explains, those with the fewest readings off their defaults, so
    /// that the trace shows what the term says and nothing else.
    /// </summary>
    private ExplainedTerm Explain(Term term, Formula formula)
    {
        var own = formula.Terms.Where(other => other != term).Aggregate(term.Where, (set, other) => set - other.Where);
        var near = question.Classes.NearestDefaults(own & question.Verdicts.Violated);
        var (cell, where) = question.Verdicts.Cells.Where(cell => cell.Job.Result?.Verdict == Verdict.Violated)
            .Select(cell => (cell, Where: cell.Cell.Where & near)).Where(pair => !pair.Where.IsEmpty)
            .OrderBy(pair => pair.cell.Job.Result!.Depth).First();
        var shown = question.Classes.CellOf(where);
        var result = cell.Job.Result!;
        return new ExplainedTerm(term, Judge.Describe(shown), result.Depth, Narrate(shown, result));
    }

    private NarratedTrace Narrate(Model.Cells.Cell cell, Exploration result) => question.Model.Narrate(
        cell, [.. result.Trace.Select(step => (step.Instance, step.State))], result.Violation == ViolationKind.Property ? question.Property : null);

    private NeedlessOperation Needless(string label, string text)
    {
        var holding = question.Verdicts.Holds;
        var needless = holding & question.Without[label].Holds;
        var undecided = holding & question.Without[label].Undecided;
        return new NeedlessOperation(
            label, text, question.Classes.FormulasOver(holding).Of(needless), holding.Count, needless.Count, undecided.Count, IsComplete: question.Verdicts.Undecided.IsEmpty)
        {
            NotJudgedBy = NotJudged.Of(question.Scenario, question.Policy, label, question.Property) is null ? null : question.Property,
            Refusal = question.Without[label].Refusal is { } refusal ? $"{refusal.Message} ({refusal.Span})" : null,
        };
    }

    /// <summary>For each value of each open reading the verdict, with all other readings at their defaults.</summary>
    private List<ReadingVerdict> ReadingVerdicts()
    {
        var verdicts = new List<ReadingVerdict>();
        foreach (var (dimension, reading) in question.Classes.OpenReadings)
        {
            var values = question.Classes.Space.Dimensions[dimension].Values;
            for (var value = 0; value < values.Length; value++)
            {
                // The other readings at their defaults, and this one at the value.
                var where = question.Classes.DefaultReadingsBut(dimension) & question.Classes.Space.Where(dimension, 1UL << value) & Legal;
                verdicts.Add(new ReadingVerdict(reading.Info.Name, values[value], values[value] == reading.InOrderDefault, VerdictIn(where)));
            }
        }

        return verdicts;
    }

    private string VerdictIn(ConfigurationSet where)
    {
        var violated = question.Verdicts.Violated & where;
        return where.IsEmpty ? "no legal configuration"
            : !(question.Verdicts.Undecided & where).IsEmpty ? Undecided
            : violated.IsEmpty ? "holds"
            : violated == where ? "violated"
            : "violated iff " + question.Classes.FormulasOver(where).Of(violated);
    }

    /// <summary>What holds with the default readings relies on: readings that turn it, and what guests do.</summary>
    private IEnumerable<string> ReliesOn()
    {
        var holds = question.Verdicts.Holds & Defaults;
        foreach (var (dimension, reading) in question.Classes.OpenReadings)
        {
            var values = question.Classes.Space.Dimensions[dimension].Values;
            if (!values.Contains(reading.InOrderDefault, StringComparer.Ordinal))
            {
                // It has no default here, and is free.
                continue;
            }

            var turning = Enumerable.Range(0, values.Length).Where(value => values[value] != reading.InOrderDefault && !(holds & question.Verdicts.Violated.With(dimension, value)).IsEmpty).ToList();
            if (turning.Count > 0)
            {
                var turned = turning.Aggregate(question.Classes.Space.None, (set, value) => set | (holds & question.Verdicts.Violated.With(dimension, value)));
                var where = question.Classes.FormulasOver(holds).Of(turned);
                yield return $"reading {reading.Info.Name} = {reading.InOrderDefault}: violated under {string.Join(", ", turning.Select(value => values[value]))}{(where.IsAlways ? "" : $" where {where}")}";
            }
        }

        foreach (var (owner, vcpu, operation) in Model.Cells.OpenScenario.LabelledOperations(question.Scenario).Where(pair => !IsAccess(pair.Operation)))
        {
            if (question.WithoutGuest(operation.Label!) is { } without && (holds & without.Violated) is { IsEmpty: false } broken)
            {
                var where = question.Classes.FormulasOver(holds).Of(broken);
                yield return $"{GuestObligations.Of(vcpu, operation)}: {owner}'s {Model.Cells.OpenScenario.WithLabel(operation)}: violated without it{(where.IsAlways ? "" : $" where {where}{StoresAside(operation)}")}";
            }
        }
    }

    /// <summary>What a program is for: that less goes wrong, or is promised, without it is no obligation.</summary>
    private static bool IsAccess(Stmt operation) => operation is OperationStmt { Operation.Kind: OperationKind.Store or OperationKind.Load or OperationKind.Execute };

    /// <summary>A DSB also completes stores, which the in-order PE makes at once: where only maintenance needs it, that is not to be read as leave to drop it.</summary>
    private static string StoresAside(Stmt operation) =>
        operation is OperationStmt { Operation.Kind: OperationKind.DataSynchronizationBarrier } ? "; what it does for stores is not judged" : "";

    /// <summary>The guests that the verdict speaks of.</summary>
    private IEnumerable<string> Covers() => question.Scenario.Vcpus.Select(vcpu => vcpu.Program is null
        ? $"{vcpu.Name}: every program of {string.Join(", ", vcpu.Alphabet.Select(operation => operation.Name))}{(vcpu.TogglesMmu ? ", mmu" : "")}{(vcpu.Remaps ? ", remap" : "")}{(vcpu.SwitchesMmu ? ", under" : "")}{(vcpu.Places is { } places ? $" at {string.Join(", ", places.VirtualPages.Select(page => question.Scenario.VirtualPages[page].Name))}" : "")}"
        : $"{vcpu.Name}: its program");

    /// <summary>The operations of guests without any of which nothing is promised, and so nothing broken.</summary>
    private IEnumerable<string> Promise()
    {
        if (question.FirstViolated() is not { } violated)
        {
            yield break;
        }

        var obligations = Model.Cells.OpenScenario.LabelledOperations(question.Scenario)
            .Where(pair => !IsAccess(pair.Operation))
            .Where(pair => question.WithoutGuest(pair.Operation.Label!) is { } without && violated.Cell.Where.IsWithin(without.Holds))
            .Select(pair => (Obligation: GuestObligations.Of(pair.Vcpu, pair.Operation), Text: $"{pair.Owner}'s {Model.Cells.OpenScenario.WithLabel(pair.Operation)}"));
        foreach (var group in obligations.GroupBy(pair => pair.Obligation, StringComparer.Ordinal))
        {
            yield return $"{group.Key}: {string.Join(", ", group.Select(pair => pair.Text))}";
        }
    }
}
