using CoherenceCheck.Explorer;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Report;

namespace CoherenceCheck.Cli.Checking;

/// <summary>
/// What must be reached beside covers: labelled statements somewhere, ends of programs, tasks and handlers everywhere. Where the explorations of
/// the rows do not tell, because they stopped early, left something out, or the statement is no step of its own, it is searched for.
/// </summary>
internal sealed class Reachability
{
    private readonly CheckPlan _plan;
    private readonly bool _asksTests;
    private readonly IReadOnlySet<(string Label, string Source)> _elsewhere;
    private readonly Dictionary<(string Label, string Source), StatementQuestion> _statements = [];
    private readonly HashSet<(string Label, string Source)> _claimed = [];
    private readonly Dictionary<(Scenario, string Name, Model.Watch), AgentQuestion> _agents = [];

    /// <summary>Looks at explorations that have run.</summary>
    /// <param name="plan">The explorations.</param>
    /// <param name="elsewhere">Labelled statements that may run in scenarios that are not among them: nothing is asked of these.</param>
    /// <param name="asksTests">Whether tests are asked of, too.</param>
    public Reachability(CheckPlan plan, IReadOnlySet<(string Label, string Source)> elsewhere, bool asksTests)
    {
        (_plan, _elsewhere, _asksTests) = (plan, elsewhere, asksTests);
        foreach (var check in plan.Checks)
        {
            AddStatements(check);
            Tests.Add(check);
            // A bound stops what waits for more; without a host nobody does what waits for the host. A row that claims nothing is met whatever a limit left open.
            var cells = check.Scenario.Bounds.IsEmpty && !check.Row.Policy.Policy.IsBareMetal ? check.Cells.Concat(check.NeedlessCells) : [];
            foreach (var cell in cells.Where(cell => cell.Job.Result is { Verdict: Verdict.Holds }
                || (check.Row.Verdict == ExpectedVerdict.Unstated && cell.Job.Result is { Verdict: Verdict.Undecided })))
            {
                AddAgents(check.Scenario, cell);
            }
        }
    }

    /// <summary>The tests that stand in the specs.</summary>
    public OneWayTests Tests { get; } = new();

    private IEnumerable<ReachQuestion> All => Statements.Concat<ReachQuestion>(_agents.Values).Concat(_asksTests ? Tests.Questions : []);

    private IEnumerable<StatementQuestion> Statements => _statements.Where(pair => _claimed.Contains(pair.Key)).Select(pair => pair.Value);

    private static bool IsNamed(ExpectationRow row, string label) =>
        row.Policy.Without.Contains(label) || row.Needless.Contains(label, StringComparer.Ordinal) || row.Policy.Touched.Any(statement => statement.Label == label);

    /// <summary>Searches for what is open: labelled statements in one cell first, then in all others.</summary>
    /// <param name="runner">Runs searches; it knows the time limit itself.</param>
    /// <param name="timeout">The time limit of what is planned.</param>
    /// <param name="cancellation">The user's interruption.</param>
    public void Run(JobRunner runner, CancellationToken timeout, CancellationToken cancellation)
        => SearchRounds.Run(
            _plan, runner,
            most =>
            {
                foreach (var question in All.Where(question => question.Verdict == RowVerdict.Undecided).ToList())
                {
                    question.Plan((cell, watch) => _plan.PlanWatch(cell, watch, timeout), question is StatementQuestion or TestQuestion ? most : int.MaxValue);
                }
            },
            cancellation);

    /// <summary>What is not as it must be, or not known, of what is reported with a scenario: agents, then statements.</summary>
    public IEnumerable<ReachQuestion> OpenIn(Scenario scenario) => _agents.Values.Concat<ReachQuestion>(Statements)
        .Where(question => question.Scenario == scenario && question.Verdict != RowVerdict.Reached);

    private void AddStatements(PlannedCheck check)
    {
        foreach (var statement in LabelledStatement.Of(check.Row.Policy.Policy).Where(statement => !_elsewhere.Contains((statement.Label, statement.Span.ToString()))).Concat(LabelledStatement.Of(check.Row.Policy.In(check.Scenario))))
        {
            // A library of policies that is used in part fails nobody.
            if (statement.Span.Path == check.Spec.Path || IsNamed(check.Row, statement.Label))
            {
                _claimed.Add((statement.Label, statement.Span.ToString()));
            }

            foreach (var cell in check.Cells.Where(cell => !statement.IsWithout(cell.Cell.Without)))
            {
                var key = (statement.Label, statement.Span.ToString());
                if (!_statements.TryGetValue(key, out var question))
                {
                    _statements.Add(key, question = new StatementQuestion(check.Scenario, statement));
                }

                question.Add(cell);
            }
        }
    }

    private void AddAgents(Scenario scenario, PlannedCell cell)
    {
        var fired = cell.Job.Fired;
        foreach (var agent in cell.Model.Model.Agents)
        {
            // Handlers of what never happens do not stand anywhere.
            if (!agent.Began(fired) || agent.GotThrough(fired))
            {
                continue;
            }

            var key = (scenario, agent.Name, agent.Through);
            if (!_agents.TryGetValue(key, out var question))
            {
                _agents.Add(key, question = new AgentQuestion(scenario, agent));
            }

            if (cell.Job.Result!.Verdict == Verdict.Holds)
            {
                question.Add(cell, agent);
            }
            else
            {
                question.LeaveOpen();
            }
        }
    }
}
