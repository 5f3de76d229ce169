using System.Collections.Immutable;
using CoherenceCheck.Cli.Checking;
using CoherenceCheck.Explorer;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Report;
using CoherenceCheck.Report.Simulation;

namespace CoherenceCheck.Cli.Simulating;

/// <summary>What to simulate.</summary>
/// <param name="Seed">Makes every choice.</param>
/// <param name="Runs">Walks.</param>
/// <param name="Depth">The most steps of a walk.</param>
internal sealed record SimulationOptions(int Seed, int Runs, int Depth);

/// <summary>Random walks through the cells of rows. A walk's choices depend on the seed and its number alone.</summary>
internal sealed class Simulation : IDisposable
{
    private readonly List<(int Number, PlannedCheck Check)> _rows;
    private readonly SimulationOptions _options;
    private readonly Dictionary<CellJob, Walker> _walkers = [];

    public Simulation(List<(int Number, PlannedCheck Check)> rows, SimulationOptions options)
    {
        _rows = rows;
        _options = options;
        foreach (var job in rows.SelectMany(row => row.Check.Cells.Concat(row.Check.NeedlessCells)).Select(cell => cell.Job))
        {
            _walkers.TryAdd(job, new Walker(job));
        }
    }

    /// <summary>Walks until all runs are made, or until it is stopped.</summary>
    public SimulationResult Run(string decider, List<Diagnostic> diagnostics, CancellationToken timeout, CancellationToken interruption)
    {
        var walkers = _walkers.Values.ToList();
        var (run, steps, stuck) = (0, 0L, 0);
        for (; run < _options.Runs && !timeout.IsCancellationRequested; run++)
        {
            var random = new Random(HashCode(_options.Seed, run));
            var walk = walkers[random.Next(walkers.Count)].Walk(random, run + 1, _options.Depth, timeout);
            if (timeout.IsCancellationRequested && walk.Violation == ViolationKind.None)
            {
                break;
            }

            steps += walk.Steps;
            stuck += walk.IsStuck ? 1 : 0;
        }

        var interrupted = interruption.IsCancellationRequested;
        if (run < _options.Runs && !interrupted)
        {
            diagnostics.Add(CliDiagnostics.TimeLimit.Of($"the time limit was hit after {run} of {_options.Runs} walks", "raise --timeout, or ask for fewer walks"));
        }

        ImmutableArray<SimulatedRow> rows = [.. _rows.Select(Row)];
        foreach (var (row, check) in rows.Zip(_rows, (row, numbered) => (row.Row, numbered.Check)).Where(pair => pair.Row.Verdict == RowVerdict.ModelError))
        {
            var found = _walkers[Shown(check.Cells)!.Job].Shortest!;
            diagnostics.Add(ModelDiagnostics.ForModelError(check.Row.Span, found.Trace.LastOrDefault()?.Instance?.Rule.Label.Operation ?? "the initial state", found.ModelError!));
        }

        return new SimulationResult(
            rows, Scenarios(), _options.Seed, run, _options.Depth, steps, walkers.Sum(walker => (long)walker.States), walkers.Count, stuck, [.. diagnostics], interrupted, decider);
    }

    public void Dispose()
    {
        foreach (var walker in _walkers.Values)
        {
            walker.Dispose();
        }
    }

    // Not System.HashCode: that differs from process to process.
    private static int HashCode(int seed, int run)
    {
        var mixed = unchecked((((ulong)(uint)seed << 32) | (uint)run) * 0x9E3779B97F4A7C15);
        return (int)((mixed ^ (mixed >> 29)) >> 33);
    }

    private SimulatedRow Row((int Number, PlannedCheck Check) numbered)
    {
        var (number, check) = numbered;
        var walkers = check.Cells.Select(cell => cell.Job).Distinct().Select(job => _walkers[job]).ToList();
        var verdict = Verdict(check.Cells);
        var needed = Verdict(check.NeedlessCells);
        var shown = Shown(verdict == RowVerdict.Undecided ? check.NeedlessCells : check.Cells);
        var found = shown is null ? null : _walkers[shown.Job].Shortest;
        var isRefuted = verdict == RowVerdict.ModelError || (verdict == RowVerdict.Violated && check.Row.Verdict == ExpectedVerdict.Holds) || needed != RowVerdict.Undecided;
        var row = Judge.RowOf(number, check, verdict, !isRefuted) with
        {
            Depth = found?.Steps ?? 0,
            Cell = shown is null ? null : Judge.Describe(shown.Cell),
            Trace = shown is null || found!.Trace.IsEmpty ? null : Narrate(check, shown, found),
            TraceVerdict = found is null ? null : found.Violation == ViolationKind.ModelError ? RowVerdict.ModelError : RowVerdict.Violated,
            Notes =
            [
                .. found?.ModelError is { } error ? new[] { error } : [],
                .. needed == RowVerdict.Undecided ? Array.Empty<string>() : [$"{string.Join(", ", check.Row.Needless.Select(label => "@" + label))} not needless: without, {TextReport.VerdictName(needed)}"],
            ],
        };
        return new SimulatedRow(row, walkers.Sum(walker => walker.Runs), walkers.Sum(walker => walker.Violations), verdict == RowVerdict.Undecided ? 0 : _walkers[shown!.Job].ShortestRun);
    }

    private RowVerdict Verdict(IEnumerable<PlannedCell> cells)
    {
        var kinds = cells.Select(cell => _walkers[cell.Job].Shortest?.Violation).ToList();
        return kinds.Contains(ViolationKind.ModelError) ? RowVerdict.ModelError : kinds.Exists(kind => kind is not null) ? RowVerdict.Violated : RowVerdict.Undecided;
    }

    /// <summary>The cell with the shortest walk; one in which a step has no meaning before all others.</summary>
    private PlannedCell? Shown(IEnumerable<PlannedCell> cells) => cells.Where(cell => _walkers[cell.Job].Shortest is not null)
        .OrderBy(cell => _walkers[cell.Job].Shortest!.Violation != ViolationKind.ModelError).ThenBy(cell => _walkers[cell.Job].Shortest!.Steps).FirstOrDefault();

    private static NarratedTrace Narrate(PlannedCheck check, PlannedCell cell, WalkResult found) => cell.Model.Model.Narrate(
        cell.Cell, [.. found.Trace.Select(step => (step.Instance, step.State))], found.Violation == ViolationKind.Property ? check.Property : null);

    private ImmutableArray<ScenarioResult> Scenarios() =>
    [
        .. _rows.GroupBy(row => (row.Check.Spec, row.Check.Scenario)).Select(scenario => RuleCoverage.Of(
            scenario.Key.Spec, scenario.Key.Scenario, scenario.SelectMany(row => row.Check.Cells).Select(cell => (cell.Model, (IReadOnlyDictionary<string, long>)_walkers[cell.Job].Fired)))),
    ];

    /// <summary>The walks through one system.</summary>
    private sealed class Walker(CellJob job) : IDisposable
    {
        private RandomWalk? _walk;
        private Dictionary<string, long>? _fired;

        public int Runs { get; private set; }

        public int Violations { get; private set; }

        public WalkResult? Shortest { get; private set; }

        public int ShortestRun { get; private set; }

        public int States => _walk?.States ?? 0;

        public Dictionary<string, long> Fired => _fired ??= _walk is null
            ? []
            : job.Model.Model.System.Rules.Zip(_walk.Fired).ToDictionary(pair => pair.First.Name, pair => pair.Second, StringComparer.Ordinal);

        public WalkResult Walk(Random random, int number, int depth, CancellationToken cancellation)
        {
            _walk ??= new RandomWalk(job.Model.Compiled, job.Frozen, job.Property == CheckRun.Deadlock ? null : job.Property, job.Property == CheckRun.Deadlock, job.Model.Model.LaneOf);
            var result = _walk.Walk(random, depth, cancellation);
            Runs++;
            if (result.Violation != ViolationKind.None)
            {
                Violations++;
                // A step without a meaning counts more than a violation: no verdict stands beside it.
                var isError = result.Violation == ViolationKind.ModelError;
                var wasError = Shortest?.Violation == ViolationKind.ModelError;
                if (Shortest is null || (isError && !wasError) || (isError == wasError && result.Steps < Shortest.Steps))
                {
                    (Shortest, ShortestRun) = (result, number);
                }
            }

            return result;
        }

        public void Dispose() => _walk?.Dispose();
    }
}
