using CoherenceCheck.Explorer;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model;
using CoherenceCheck.Report;

namespace CoherenceCheck.Cli.Checking;

/// <summary>Something that must be so in some cell: where the searches of verdicts do not tell, it is searched for.</summary>
/// <param name="isKnown">Whether it is known to be so.</param>
/// <param name="watch">What to watch for.</param>
/// <param name="cells">The cells in which it may be.</param>
/// <param name="missing">What there is to say where it is so in none of them.</param>
/// <param name="unknown">What there is to say where that is not known; <see langword="null"/> for nothing.</param>
/// <param name="within">What must be so in some cell for the question to make sense: it is not asked where none of these is; <see langword="null"/> to ask always.</param>
internal sealed class OpenQuestion(bool isKnown, Watch watch, IReadOnlyList<PlannedCell> cells, RowFinding missing, RowFinding? unknown, IReadOnlyList<OpenQuestion>? within = null)
{
    /// <summary>What there is to say where a limit keeps it from being known.</summary>
    public const string PromiseNotKnown = "whether anything was promised is not known: a limit was hit";

    private readonly List<CellJob?> _searches = [];

    private bool IsFound => isKnown || _searches.Any(search => search?.Result is { Verdict: Verdict.Violated, Violation: ViolationKind.Property });

    /// <summary>Whether bare metal promised anything where somebody fetched.</summary>
    /// <param name="cells">Cells in which the property holds.</param>
    /// <param name="property">The property of the row.</param>
    /// <param name="accesses">Whether accesses that it judges are made: where none is, that is said already.</param>
    public static OpenQuestion IsPromised(IReadOnlyList<PlannedCell> cells, string property, IReadOnlyList<OpenQuestion>? accesses = null) => new(
        cells.Any(cell => Saw(cell, ScenarioModel.PromisedSight)),
        new Watch.Promise(),
        cells,
        CliDiagnostics.NothingPromised.As(
            FindingKind.NothingPromised,
            property switch
            {
                "private_translation" => "nothing was promised: at no access that was reached was a translation excluded, so no policy could violate this; "
                    + "let guests remap and complete a tlbi, or say what the host relies on (settle, give)",
                "break_before_make" => "nothing was promised: at no access that was reached could a TLB hold two translations of one address that differ in frame or type, so no policy could violate this; "
                    + "let the host change what a page leads to, and say 'reading bbm = flag'",
                "isolation" => "nothing was promised: at no access that was reached was there another owner's frame or version, so no policy could violate this; say whose frames are (give, publish)",
                "fresh_data" => "nothing was promised: at no load that was reached could bare metal exclude a version that memory holds, so no policy could violate this; "
                    + "let the guest store, or say what it may rely on (publish)",
                _ => "nothing was promised: at no fetch that was reached could bare metal exclude a version that the line has held, so no policy could violate this; "
                    + "let the reader synchronise (isb, kick) after complete maintenance, or say what it may rely on (publish, publish … now)",
            }),
        CliDiagnostics.NotKnown.As(FindingKind.NotKnown, PromiseNotKnown),
        accesses);

    /// <summary>That there is nobody whose accesses the property judges.</summary>
    public static OpenQuestion NobodyIsJudged(string property)
    {
        var what = property switch
        {
            "fresh_data" => "nobody loads: no program and no alphabet has an 'ldr'",
            "private_translation" or "isolation" or "break_before_make" => "nobody accesses anything: no program and no alphabet has an 'ldr', 'str' or 'exec'",
            _ => "nobody fetches: no program and no alphabet has an 'exec'",
        };
        var finding = CliDiagnostics.NeverReached.As(FindingKind.NeverReached, $"{what}, so there is nothing to judge");
        return new OpenQuestion(false, new Watch.Promise(), [], finding, finding);
    }

    /// <summary>That a store of code is not completed before something relies on it, where that is so.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="without">The labels that are left out, or said to be needless.</param>
    public static IEnumerable<RowFinding> OpenStores(Scenario scenario, IReadOnlySet<string> without) => Model.Questions.OpenStores.In(scenario, without).Select(store => CliDiagnostics.NotJudged.As(
        FindingKind.NotJudged, $"{store.Owner}'s '{store.Store}' has no DSB before '{store.Before}': whether it is visible by then is not judged, the PE of the model makes stores at once"));

    /// <summary>That bare metal was allowed more than it may show, where that is so.</summary>
    /// <param name="cells">Cells in which the property holds.</param>
    public static IEnumerable<RowFinding> Widened(IEnumerable<PlannedCell> cells)
    {
        if (cells.Any(cell => Saw(cell, ScenarioModel.WidenedSight)))
        {
            yield return CliDiagnostics.Widened.As(
                FindingKind.Widened, "a Non-cacheable store was made while a cache of bare metal might hold the line: bare metal is allowed more than it may show, so a violation may be missed");
        }
    }

    /// <summary>Plans the searches that are still needed.</summary>
    /// <param name="plan">Plans one.</param>
    /// <param name="most">How many at most.</param>
    public void Plan(Func<PlannedCell, Watch, CellJob?> plan, int most)
    {
        for (; !IsFound && _searches.Count < cells.Count && most > 0; most--)
        {
            _searches.Add(plan(cells[_searches.Count], watch));
        }
    }

    /// <summary>What there is to say; nothing where it is so.</summary>
    public RowFinding? Finding() => IsFound || within?.Any(question => question.IsFound) == false ? null
        : _searches.Count == cells.Count && _searches.TrueForAll(search => search?.Result is { Verdict: Verdict.Holds }) ? missing
        : unknown;

    private static bool Saw(PlannedCell cell, string sight) => cell.Job.Result?.Seen.Contains(sight, StringComparer.Ordinal) == true;
}
