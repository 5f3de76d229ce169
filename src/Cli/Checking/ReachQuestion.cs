using CoherenceCheck.Explorer;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Model;
using CoherenceCheck.Report;

namespace CoherenceCheck.Cli.Checking;

/// <summary>Whether control gets somewhere, in cells in which the explorations of the rows do not tell.</summary>
/// <param name="scenario">The scenario that it is reported with.</param>
/// <param name="watch">Where to.</param>
/// <param name="span">Where that is written.</param>
internal abstract class ReachQuestion(Scenario scenario, Watch watch, SourceSpan span)
{
    /// <summary>The scenario that it is reported with.</summary>
    public Scenario Scenario { get; } = scenario;

    /// <summary>Where to.</summary>
    public Watch Watch { get; } = watch;

    /// <summary>Where that is written.</summary>
    public virtual SourceSpan Span { get; } = span;

    /// <summary>What the row is about.</summary>
    public abstract string Property { get; }

    /// <summary>Whether it is as it must be, as far as is known now; undecided while searches are missing.</summary>
    public abstract RowVerdict Verdict { get; }

    /// <summary>What a reader must know where it is not.</summary>
    public abstract string Note { get; }

    /// <summary>The cells that have to be searched for it, each once, and what was found; none while nothing is in doubt.</summary>
    protected List<(PlannedCell Cell, CellJob? Search)> Cells { get; } = [];

    /// <summary>The searches that hit a limit.</summary>
    public IEnumerable<PlannedCell> Undecided => Cells.Where(pair => pair.Search is not null && Found(pair.Search) is null).Select(pair => pair.Cell with { Job = pair.Search! });

    /// <summary>Plans the searches that are still needed.</summary>
    /// <param name="plan">Plans one.</param>
    /// <param name="most">How many at most.</param>
    public void Plan(Func<PlannedCell, Watch, CellJob?> plan, int most)
    {
        for (var i = 0; i < Cells.Count && most > 0 && Verdict == RowVerdict.Undecided; i++)
        {
            if (Cells[i].Search is null)
            {
                Cells[i] = Cells[i] with { Search = plan(Cells[i].Cell, Watch) };
                most--;
            }
        }
    }

    /// <summary>Whether no cell with the same system was taken in.</summary>
    protected bool IsNew(PlannedCell cell) => _known.Add((cell.Job, cell.Model));

    private readonly HashSet<(CellJob, CompiledModel)> _known = [];

    /// <summary>Whether a search found that control gets there; nothing where it does not know.</summary>
    protected static bool? Found(CellJob? search) => search?.Result switch
    {
        { Verdict: Explorer.Verdict.Violated, Violation: ViolationKind.Property } => true,
        { Verdict: Explorer.Verdict.Holds } => false,
        _ => null,
    };
}

/// <summary>Whether a labelled statement runs in some cell of some scenario.</summary>
internal sealed class StatementQuestion(Scenario scenario, LabelledStatement statement)
    : ReachQuestion(scenario, new Watch.Label(statement.Label, statement.InPolicy), statement.Span)
{
    private bool _isReached;

    public override string Property => $"statement @{statement.Label}";

    public override RowVerdict Verdict =>
        _isReached || Cells.Any(pair => Found(pair.Search) == true) ? RowVerdict.Reached
        : Cells.All(pair => Found(pair.Search) == false) ? RowVerdict.NotReached
        : RowVerdict.Undecided;

    public override string Note => "the labelled statement ran in no cell of any scenario: what is claimed of it is vacuous";

    /// <summary>Takes in a cell in which the statement is not left out.</summary>
    public void Add(PlannedCell cell)
    {
        _isReached = _isReached || cell.Model.LabelsRun(cell.Job).Contains((Watch.Label)Watch);
        if (!_isReached && IsNew(cell))
        {
            Cells.Add((cell, null));
        }
    }
}

/// <summary>Whether a program, task or handler gets through in every cell of a scenario in which everything was searched.</summary>
internal sealed class AgentQuestion(Scenario scenario, Agent agent) : ReachQuestion(scenario, agent.Through, agent.Span)
{
    private readonly Dictionary<PlannedCell, Agent> _agents = [];

    public override string Property => $"end of {agent.Name}";

    public override SourceSpan Span => Verdict == RowVerdict.NotReached ? _agents[Stuck].Span : base.Span;

    private PlannedCell Stuck => Cells.First(pair => Found(pair.Search) == false).Cell;

    public override RowVerdict Verdict =>
        Cells.Any(pair => Found(pair.Search) == false) ? RowVerdict.NotReached
        : !_isOpen && Cells.All(pair => Found(pair.Search) == true) ? RowVerdict.Reached
        : RowVerdict.Undecided;

    public override string Note
    {
        get
        {
            var cell = Stuck;
            var places = _agents[cell].StoodBefore(cell.Job.Fired).Select(step => $"'{step.Text}' (line {step.Span.Line})").Distinct(StringComparer.Ordinal).Take(3).ToList();
            var without = cell.Cell.Without.Except(cell.Cell.Policy.Without);
            return $"under '{cell.Cell.Policy.Text}'{(without.IsEmpty ? "" : $" without @{string.Join(", @", without)}")} for {cell.Cell.Registers}"
                + $"{(cell.Cell.Readings.Length == 0 ? "" : "; " + cell.Cell.Readings)} {agent.Name} never gets through"
                + (places.Count > 0 ? $": it stands before {string.Join(" or ", places)} for ever" : "")
                + "; nothing behind that was checked";
        }
    }

    private bool _isOpen;

    /// <summary>A limit was hit in a cell before it was seen to get through.</summary>
    public void LeaveOpen() => _isOpen = true;

    /// <summary>Takes in a cell in which it is not known that the agent gets through.</summary>
    public void Add(PlannedCell cell, Agent own)
    {
        if (IsNew(cell))
        {
            Cells.Add((cell, null));
            _agents.Add(cell, own);
        }
    }
}
