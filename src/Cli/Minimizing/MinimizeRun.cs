using CoherenceCheck.Cli.Checking;
using CoherenceCheck.Cli.Explaining;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Report.Minimizing;

namespace CoherenceCheck.Cli.Minimizing;

/// <summary>Runs <c>minimize</c>: which operations of each policy with a name can be left out, in which cells.</summary>
internal sealed class MinimizeRun(CheckOptions options, ProgressPrinter progress, ExplainFilter filter, bool open)
{
    public MinimizeResult Run(Spec spec, List<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        using var timeout = options.Timeout(cancellation);
        var book = new JobBook(diagnostics, allSwitchable: true);
        var plan = new CellPlan(new AttributeDecisions(options.Decider), (scenario, policy) => book.ModelOf(scenario, policy)?.Model);
        var runner = new JobRunner(options, progress);
        List<Minimizer> minimizers = [];
        try
        {
            minimizers = [.. Minimizers(spec, plan, book, diagnostics, timeout.Token)];
            var unfinished = minimizers.ToList();
            while (unfinished.Count > 0 && !diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error))
            {
                runner.Run(book.Jobs, cancellation);
                unfinished.RemoveAll(minimizer => !minimizer.Advance());
                timeout.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            minimizers.ForEach(minimizer => minimizer.GiveUp());
            diagnostics.Add(CliDiagnostics.TimeLimit.Of("the time limit was hit before all sets of operations were tried", "raise --timeout, or name one scenario with --scenario or one policy with --policy"));
        }
        catch (OperationCanceledException)
        {
            // The result says that it was interrupted.
        }

        runner.Say(diagnostics);
        minimizers.ForEach(minimizer => minimizer.Question.ReportModelError(diagnostics));
        var isComplete = !diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error) && !cancellation.IsCancellationRequested;
        return new MinimizeResult(
            spec.Path, isComplete ? [.. minimizers.Select(minimizer => minimizer.Result())] : [], [.. diagnostics], cancellation.IsCancellationRequested, options.Decider.Description);
    }

    private IEnumerable<Minimizer> Minimizers(Spec spec, CellPlan plan, JobBook book, List<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        foreach (var written in filter.ScenariosOf(spec))
        {
            var whole = open ? OpenScenario.Of(written) : written;
            foreach (var expectation in CellPlan.CanBeCounted(whole, diagnostics) ? whole.Expectations : [])
            {
                foreach (var row in expectation.Rows.DistinctBy(row => row.Policy.Text).Where(row => filter.Policy is { } policy ? row.Policy.Text == policy : ExplainFilter.IsNamed(row.Policy)))
                {
                    var scenario = ScenarioModel.Asking(row.Policy.In(whole), expectation.Property);
                    var labels = PolicyLabels.Operations(row.Policy, scenario, expectation.Property).Select(part => part.Label).ToList();
                    if (labels.Count == 0 || !CellPlan.CanBeLeftOut(scenario, row, labels, diagnostics) || book.ModelOf(scenario, row.Policy.Policy) is not { } model)
                    {
                        continue;
                    }

                    var question = new PolicyQuestion(scenario, row.Policy, expectation.Property, model, plan, book, cancellation);
                    if (labels.Count > Minimizer.MostOperations)
                    {
                        diagnostics.Add(CliDiagnostics.TooManyOperations.At(
                            row.Span, $"'{row.Policy.Text}' has {labels.Count} labelled operations; their sets are tried one by one, for at most {Minimizer.MostOperations}", "label only those that are in question"));
                    }
                    else if (CellPlan.CanBeUsed(scenario, row, question.Classes, diagnostics))
                    {
                        yield return new Minimizer(question, question.Classes.Legal);
                    }
                }
            }
        }
    }
}
