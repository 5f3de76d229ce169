using System.Collections.Immutable;
using CoherenceCheck.Cli.Checking;
using CoherenceCheck.Cli.Minimizing;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Report;
using CoherenceCheck.Report.Explaining;

namespace CoherenceCheck.Cli.Explaining;

/// <summary>Runs <c>explain</c>: every policy of every expect block over all legal configurations and readings.</summary>
internal sealed class ExplainRun(CheckOptions options, ProgressPrinter progress, ExplainFilter filter)
{
    private readonly Dictionary<PolicyQuestion, Minimizer> _minimizers = [];
    private readonly Dictionary<PolicyQuestion, OpenQuestion> _promises = [];

    public ExplainResult Run(Spec spec, List<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        using var timeout = options.Timeout(cancellation);
        var book = new JobBook(diagnostics, allSwitchable: true);
        var plan = new CellPlan(new AttributeDecisions(options.Decider), (scenario, policy) => book.ModelOf(scenario, policy)?.Model);
        var runner = new JobRunner(options, progress);
        var scenarios = new List<(Scenario Scenario, ImmutableArray<SettledReading> Settled, ImmutableArray<string> NotAsked, List<PolicyQuestion> Questions)>();
        try
        {
            foreach (var scenario in filter.ScenariosOf(spec))
            {
                var open = OpenScenario.Of(scenario, filter.Opened);
                if (OpenScenario.HasTooManyOperations(scenario))
                {
                    diagnostics.Add(CliDiagnostics.NotLeftOut.At(
                        scenario.Span,
                        $"the programs and tasks of '{scenario.Name}' have more than {OpenScenario.MostLabelled} operations: what a verdict relies on is asked only of those with labels",
                        "label those that are in question"));
                }
                scenarios.Add((scenario, [.. OpenScenario.Settled(scenario, filter.Opened).Select(reading => new SettledReading(reading.Info.Name, reading.InOrderDefault, reading.Settled!))], [.. OpenScenario.NotAsked(scenario, filter.Opened).Select(reading => reading.Info.Name)], [.. Questions(open, plan, book, diagnostics, timeout.Token)]));
            }

            if (!diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error))
            {
                Explore([.. scenarios.SelectMany(scenario => scenario.Questions)], book, runner, cancellation);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            foreach (var minimizer in _minimizers.Values)
            {
                minimizer.GiveUp();
            }

            diagnostics.Add(CliDiagnostics.TimeLimit.Of("the time limit was hit before everything was asked", "raise --timeout, or name one scenario with --scenario or one policy with --policy"));
        }
        catch (OperationCanceledException)
        {
            // What is not explained is missing from the result, which says that it was interrupted.
        }

        runner.Say(diagnostics);
        scenarios.ForEach(scenario => scenario.Questions.ForEach(question => question.ReportModelError(diagnostics)));
        var isComplete = !diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error) && !cancellation.IsCancellationRequested;
        return new ExplainResult(
            spec.Path, spec.Remark, isComplete ? [.. scenarios.Where(scenario => scenario.Questions.Count > 0).Select(Explain)] : [], [.. diagnostics], cancellation.IsCancellationRequested, options.Decider.Description);
    }

    /// <summary>Asks whether anything was promised where nothing is violated: in one cell first, then in all others.</summary>
    private void AskWhatWasPromised(List<PolicyQuestion> questions, JobBook book, JobRunner runner, CancellationToken cancellation)
    {
        foreach (var question in questions.Where(question => PropertyTable.Find(question.Property) is { IsPromise: true } && question.Verdicts.Violated.IsEmpty && question.Verdicts.Undecided.IsEmpty && !question.Verdicts.Cells.IsEmpty))
        {
            _promises.Add(question, OpenQuestion.IsPromised([.. question.Verdicts.Cells.DistinctBy(cell => cell.Job)], question.Property));
        }

        foreach (var most in new[] { 1, int.MaxValue })
        {
            foreach (var (question, promise) in _promises)
            {
                promise.Plan((cell, watch) => book.ModelOf(question.Scenario, question.Policy.Policy, watch) is { } model ? book.Plan(model, cell.Cell, Model.Watch.Property, cancellation).Job : null, most);
            }

            runner.Run(book.Jobs, cancellation);
        }
    }

    private void Explore(List<PolicyQuestion> questions, JobBook book, JobRunner runner, CancellationToken cancellation)
    {
        runner.Run(book.Jobs, cancellation);
        AskWhatWasPromised(questions, book, runner, cancellation);
        questions.ForEach(question => question.PlanGuests());
        runner.Run(book.Jobs, cancellation);
        foreach (var question in questions.Where(question => filter.Minimize && ExplainFilter.IsNamed(question.Policy) && PolicyLabels.Operations(question.Policy, question.Scenario, question.Property).Count() is > 0 and <= Minimizer.MostOperations))
        {
            _minimizers.Add(question, new Minimizer(question, question.Classes.Legal & question.Classes.DefaultReadings));
        }

        var unfinished = _minimizers.Values.ToList();
        while (unfinished.Count > 0 && !cancellation.IsCancellationRequested)
        {
            runner.Run(book.Jobs, cancellation);
            unfinished.RemoveAll(minimizer => !minimizer.Advance());
        }
    }

    private IEnumerable<PolicyQuestion> Questions(Scenario opened, CellPlan plan, JobBook book, List<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        var written = OpenScenario.WithProgramLabels(opened);
        foreach (var expectation in CellPlan.CanBeCounted(opened, diagnostics) ? opened.Expectations : [])
        {
            foreach (var row in expectation.Rows.DistinctBy(row => row.Policy.Text).Where(row => filter.Policy is null || row.Policy.Text == filter.Policy))
            {
                var scenario = ScenarioModel.Asking(row.Policy.Programs is null ? row.Policy.In(written) : OpenScenario.WithProgramLabels(row.Policy.In(opened)), expectation.Property);
                var removable = ExplainFilter.IsNamed(row.Policy) ? PolicyLabels.Removable(row.Policy, scenario, expectation.Property).Select(part => part.Label).ToList() : [];
                if (!CellPlan.CanBeLeftOut(scenario, row, removable, diagnostics) || book.ModelOf(scenario, row.Policy.Policy) is not { } model)
                {
                    continue;
                }

                var question = new PolicyQuestion(scenario, row.Policy, expectation.Property, model, plan, book, cancellation);
                if (!CellPlan.CanBeUsed(scenario, row, question.Classes, diagnostics))
                {
                    continue;
                }

                foreach (var label in removable)
                {
                    question.Without[label] = question.Plan([label], question.Classes.Legal);
                }

                yield return question;
            }
        }
    }

    private ExplainedScenario Explain((Scenario Scenario, ImmutableArray<SettledReading> Settled, ImmutableArray<string> NotAsked, List<PolicyQuestion> Questions) pair) => new(
        pair.Scenario.Name,
        pair.Scenario.Remark,
        pair.Scenario.Span.Line,
        [.. pair.Questions[0].Classes.Space.Dimensions.Where(dimension => dimension.Values.Length > 1).Select(dimension => dimension.Name)],
        [.. pair.Questions.Select(question => new Explainer(question, _minimizers.GetValueOrDefault(question), Vacuity(question)).Explain())])
    {
        Settled = pair.Settled,
        NotAsked = pair.NotAsked,
    };

    private IEnumerable<RowFinding> Vacuity(PolicyQuestion question) => !_promises.TryGetValue(question, out var promise) ? []
        : new[] { promise.Finding() }.OfType<RowFinding>().Concat(OpenQuestion.Widened(question.Verdicts.Cells)).Concat(OpenQuestion.OpenStores(question.Scenario, question.Policy.Without));
}
